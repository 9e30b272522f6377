"""Which files are source pages: patterns, folders that never are, links, editions among the sources."""

import pytest

from pipeline.config import parse_project
from pipeline.errors import ConfigError
from pipeline.globs import matches
from pipeline.source import discover, find_sources


def site(tmp_path, *names, config=""):
    for name in names:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x\n")
    return parse_project(config.encode(), root=tmp_path)


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("**/*.md", ["a.md", "a/b.md", "a/b/c.md", "a b/c?.md"], ["a.mdx", "a.md/b", "A.MD"]),
        ("*.md", ["a.md"], ["a/b.md"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "ab/c"]),
        ("a/**/z.md", ["a/z.md", "a/b/c/z.md"], ["a/bz.md", "az.md"]),
        ("a?.md", ["ab.md"], ["a.md", "a/.md"]),
        ("[ab].md", ["a.md"], ["c.md"]),
        ("[!ab].md", ["c.md"], ["a.md", "/.md"]),
        ("*.{md,html}", ["a.md", "a.html"], ["a.txt"]),
        ("a+(b).md", ["a+(b).md"], ["aab.md"]),
        ("[.md", ["[.md"], []),
        ("**", ["a", "a/b"], []),
    ],
)
def test_patterns(pattern, fitting, other):
    assert [path for path in fitting if not matches(path, pattern)] == []
    assert [path for path in other if matches(path, pattern)] == []


def test_pages_come_sorted_and_the_rest_apart(tmp_path):
    project = site(tmp_path, "b.md", "a/z.html", "a.md", "img/x.svg", "_data/nav.yml", "README.md", "Z.md")
    found = find_sources(project)
    assert found.pages == ("Z.md", "_data/nav.yml", "a.md", "a/z.html", "b.md")
    assert found.others == ("README.md", "img/x.svg")
    assert found.findings == ()
    assert discover(project) == found.pages


def test_folders_that_never_hold_sources(tmp_path):
    never = [
        "locales/ms/a.md",
        "output/ms/a.md",
        ".git/a.md",
        ".hidden.md",
        "node_modules/a.md",
        "vendor/a.md",
        "_site/a.md",
    ]
    project = site(tmp_path, "a.md", *never, "env/pyvenv.cfg", "env/b.md", "other/pipeline.toml", "other/b.md")
    assert discover(project) == ("a.md",)


def test_output_may_be_the_source_folder_and_editions_are_still_no_sources(tmp_path):
    names = ["content/a.md", "content/ms/a.md", "content/a.ms.md", "content/msg/a.md", "content/v1.2.md"]
    project = site(tmp_path, *names, config="languages = ['ms']\noutput = 'content'\n[source]\nroot = 'content'")
    assert discover(project) == ("a.md", "msg/a.md", "v1.2.md")


def test_a_source_language_makes_such_a_page_a_source_again(tmp_path):
    config = "languages = ['ms', 'en']\n[source.languages]\n'ms/**' = 'ms'"
    assert discover(site(tmp_path, "a.md", "ms/a.md", "en/a.md", config=config)) == ("a.md", "ms/a.md")


def test_docusaurus_translations_are_no_sources(tmp_path):
    project = site(
        tmp_path, "docusaurus.config.js", "docs/a.mdx", "i18n/ms/docusaurus-plugin-content-docs/current/a.mdx", "x.md"
    )
    assert discover(project) == ("docs/a.mdx",)


def test_links_out_of_the_folder_are_reported_and_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_bytes(b"x")
    project = site(tmp_path / "site", "a.md", "d/b.md")
    links = {
        "folder": outside,
        "file.md": outside / "secret.md",
        "inside.md": "a.md",
        "d/loop": ".",
        "dangling.md": "gone.md",
    }
    try:
        for name, target in links.items():
            (tmp_path / "site" / name).symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")
    found = find_sources(project)
    assert found.pages == ("a.md", "d/b.md", "inside.md")
    assert [(finding.rule, finding.path) for finding in found.findings] == [
        ("link-outside", "file.md"),
        ("link-outside", "folder"),
    ]


def test_names_that_clash_on_other_systems_are_reported(tmp_path):
    project = site(tmp_path, "Fees.md", "fees.md", "b.md")
    if len(discover(project)) < 3:
        pytest.skip("this file system ignores case")
    (finding,) = find_sources(project).findings
    assert (finding.rule, finding.path, finding.severity) == ("names-clash", "fees.md", "error")
    assert "Fees.md" in finding.message


def test_a_missing_source_folder_is_an_error_with_a_hint(tmp_path):
    with pytest.raises(ConfigError, match=r"the source folder 'docs' does not exist \(set \[source\] root\)"):
        discover(site(tmp_path, config="[source]\nroot = 'docs'"))
