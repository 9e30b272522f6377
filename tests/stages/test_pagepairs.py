"""Translated pages are found where sites keep them."""

import pytest

from pipeline.langtag import parse
from pipeline.stages.pagepairs import find_pairs, locale_names

MS = parse("ms")


def site(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def paired(root, pages, target, layout="auto", language=MS):
    sources = {page: root / "src" / page for page in pages}
    names = locale_names(language, str(language))
    found, alone, strangers = find_pairs(sources, root / target, language, names, layout)
    return {pair.page: pair.name for pair in found}, alone, strangers


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        ("same", "guide/fees.md"),
        ("folder", "ms/guide/fees.md"),
        ("suffix", "guide/fees.ms.md"),
        ("docusaurus", "i18n/ms/docusaurus-plugin-content-docs/current/guide/fees.md"),
    ],
)
def test_layouts(tmp_path, layout, name):
    site(tmp_path, {"src/guide/fees.md": "Fees", "src/other.md": "Other", f"to/{name}": "Yuran", "to/lone.md": "Lain"})
    expected = ({"guide/fees.md": name}, ["other.md"], ["lone.md"])
    for chosen in ("auto", layout):
        assert paired(tmp_path, ["guide/fees.md", "other.md"], "to", chosen) == expected


def test_another_layout_is_not_tried_when_one_is_given(tmp_path):
    site(tmp_path, {"src/a.md": "A", "to/ms/a.md": "B"})
    assert paired(tmp_path, ["a.md"], "to", "suffix") == ({}, ["a.md"], ["ms/a.md"])


@pytest.mark.parametrize("folder", ["zh-Hans", "zh_Hans", "zh-hans"])
def test_spellings_of_a_language(tmp_path, folder):
    site(tmp_path, {"src/a.md": "A", f"to/{folder}/a.md": "B"})
    assert paired(tmp_path, ["a.md"], "to", language=parse("zh-Hans"))[0] == {"a.md": f"{folder}/a.md"}


def test_one_tree_with_both_languages(tmp_path):
    site(tmp_path, {"src/a.md": "A", "src/b.md": "B", "src/a.ms.md": "A ms", "src/ms/b.md": "B ms"})
    pages = ["a.md", "b.md", "a.ms.md", "ms/b.md"]
    assert paired(tmp_path, pages, "src") == ({"a.md": "a.ms.md", "b.md": "ms/b.md"}, [], [])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("ref: about", "ref: about"),
        ("translationKey: about", "translationKey: about"),
        ("permalink: /about/", "permalink: /ms/about/"),
        ("permalink: /about/", "permalink: /about"),
    ],
)
def test_front_matter_names_the_page(tmp_path, ours, theirs):
    site(tmp_path, {"src/about.md": f"---\n{ours}\n---\nA\n", "to/tentang.md": f"---\n{theirs}\n---\nB\n"})
    assert paired(tmp_path, ["about.md"], "to")[0] == {"about.md": "tentang.md"}


def test_in_one_tree_front_matter_must_name_the_language(tmp_path):
    site(
        tmp_path,
        {
            "src/about.md": "---\nref: about\nlang: en\n---\nA\n",
            "src/tentang.md": "---\nref: about\nlang: ms\n---\nB\n",
            "src/guanyu.md": "---\nref: about\nlang: zh\n---\nC\n",
        },
    )
    found, _, _ = paired(tmp_path, ["about.md"], "src")
    assert found == {"about.md": "tentang.md"}


def test_front_matter_that_two_pages_share_pairs_nothing(tmp_path):
    text = "---\nref: about\n---\nA\n"
    site(tmp_path, {"src/a.md": text, "to/b.md": text, "to/c.md": text})
    assert paired(tmp_path, ["a.md"], "to") == ({}, ["a.md"], ["b.md", "c.md"])


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    site(tmp_path, {"src/a.md": "A", "secret/a.md": "S"})
    (tmp_path / "to").mkdir()
    try:
        (tmp_path / "to" / "a.md").symlink_to(tmp_path / "secret" / "a.md")
    except OSError:
        pytest.skip("no symbolic links here")
    assert paired(tmp_path, ["a.md"], "to") == ({}, ["a.md"], [])
