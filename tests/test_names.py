"""Names that some system cannot hold are told before anything is written."""

import json
import os
import unicodedata

import pytest

from pipeline.cli import main
from pipeline.config import load_project
from pipeline.names import clashes, folded, printable, refused, too_long, unportable
from pipeline.source import find_sources
from pipeline.stages.places import catalog_name


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("guide/fees.md", ""),
        ("guide/opening hours.md", ""),
        ("年/月.md", ""),
        ("a/.well-known/x.md", ""),
        ("console.md", ""),
        ("com10.md", ""),
        ("con/fees.md", "con is the name of a device"),
        ("aux.md", "aux.md is the name of a device"),
        ("NUL", "NUL is the name of a device"),
        ("guide/Com1.tar.md", "device"),
        ("lpt\xb9.md", "device"),
        ("con .md", "device"),
        ("what?.md", "no ? in names"),
        ("10:30.md", "no : in names"),
        ("a*b.md", "no * in names"),
        ("a<b.md", "no < in names"),
        ("a|b.md", "no | in names"),
        ('a"b.md', 'no " in names'),
        ("guide./fees.md", "drops the dot at the end of 'guide.'"),
        ("guide /fees.md", "drops the space at the end of 'guide '"),
        ("fees.md ", "drops the space"),
        ("a/" * 99 + "b.md", "characters"),
    ],
)
def test_names_that_windows_cannot_hold(path, reason):
    found = unportable(path)
    assert reason in found if reason else not found
    assert refused(path) == ""


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("a\nb.md", "U+000A"),
        ("a\x00b.md", "U+0000"),
        ("a\x7fb.md", "U+007F"),
        ("a\u2028b.md", "U+2028"),
        ("\u2068a b\u2069.md", "U+2068"),
        ("a\\b.md", "backslash"),
        (os.fsdecode(b"caf\xe9.md"), "not valid UTF-8") if os.name == "posix" else ("caf\udce9.md", "not valid UTF-8"),
        ("\u200ba.md", ""),
        (" a.md", ""),
    ],
)
def test_names_that_no_run_can_work_with(path, reason):
    found = refused(path)
    assert reason in found if reason else not found
    assert printable(path).isprintable() or not reason


def test_clashes_name_both():
    nfc, nfd = "caf\xe9.md", unicodedata.normalize("NFD", "caf\xe9.md")
    assert list(clashes(["B.md", nfc, nfd, "b.md", "c.md", "stra\xdfe.md", "STRASSE.md"])) == [
        (nfc, nfd),
        ("B.md", "b.md"),
        ("stra\xdfe.md", "STRASSE.md"),
    ]
    assert folded("\u0130.md") == folded("i\u0307.md")


def test_the_longest_name():
    assert too_long("a/" + "n" * 255) == ""
    assert too_long("a/" + "n" * 256 + "/b") == "n" * 256
    assert too_long("月" * 86) == "月" * 86


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Call it with file names: a project with these pages."""
    monkeypatch.chdir(tmp_path)

    def make(*names, config="languages = ['ms']\n"):
        (tmp_path / "pipeline.toml").write_text(config + "[source]\nroot = 'content'\n", encoding="utf-8", newline="\n")
        for name in names:
            path = tmp_path / "content" / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"Words of {printable(name)!r}.\n", encoding="utf-8", newline="\n")
            except (OSError, ValueError):
                pytest.skip(f"this system cannot hold {name!r}")
        if len([path for path in (tmp_path / "content").rglob("*") if path.is_file()]) < len(names):
            pytest.skip("this system holds two of the names as one")
        return tmp_path

    return make


def run(capsys, *args):
    code = main([*args, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Fees.md", "fees.md"], [("names-clash", "error", "fees.md")]),
        (["Guide/a.md", "guide/b.md"], [("names-clash", "error", "guide")]),
        (["cafe\u0301.md", "caf\xe9.md"], [("names-clash", "error", "caf\xe9.md")]),
        (["aux.md"], [("name-not-portable", "warning", "aux.md")]),
        (["10:30?.md", "b.md"], [("name-not-portable", "warning", "10:30?.md")]),
        (["a\nb.md", "b.md"], [("name-refused", "error", "a\\nb.md")]),
        (["a\\b.md", "b.md"], [("name-refused", "error", "a\\b.md")]),
        (["caf\udce9.md", "b.md"], [("name-refused", "error", "caf\\udce9.md")]),
        ([" lead.md", "a b.md", "月.md"], []),
    ],
    ids=repr,
)
def test_what_a_run_makes_of_them(site, capsys, names, told):
    root = site(*names)
    code, result = run(capsys, "update", "--dry-run")
    assert [(f["rule"], f["severity"], f["path"]) for f in result["findings"]] == told
    assert code == any(severity == "error" for _, severity, _ in told)
    assert not (root / "locales").exists()
    assert run(capsys, "update")[0] == code
    left_out = sum(rule == "name-refused" for rule, _, _ in told)
    assert len(list((root / "locales").rglob("*.po"))) == len(names) - left_out
    again = run(capsys, "update")[1]
    assert (again["written"], again["findings"]) == ([], result["findings"])
    for name in names:
        if not refused(name):
            text = (root / "locales/ms/LC_MESSAGES" / catalog_name(load_project(root), name)).read_text(
                encoding="utf-8"
            )
            assert name in text


def test_two_pages_with_one_output_path_are_told_and_the_first_stays(site, capsys):
    config = "languages = ['ms']\n[build]\nlayout = 'docusaurus'\nmin_reviewed = 0.0\n"
    root = site("docs/a.md", "a.md", config=config)
    code, result = run(capsys, "build")
    (finding,) = [f for f in result["findings"] if f["rule"] == "not-written"]
    assert code == 1
    assert "docs/a.md and a.md would both be written here" in finding["message"]
    (output,) = (root / "output").rglob("a.md")
    assert output.read_bytes().endswith(b"Words of 'a.md'.\n")
    assert run(capsys, "build")[1]["languages"][0]["written"] == []


def test_an_output_name_that_is_too_long_is_told_before_anything_is_written(site, capsys):
    name = "n" * 251 + ".md"
    root = site(name, "b.md", config="languages = ['ms']\n[build]\nlayout = 'suffix'\nmin_reviewed = 0.0\n")
    code, result = run(capsys, "build")
    (finding,) = [f for f in result["findings"] if f["rule"] == "not-written"]
    assert code == 1
    assert "257 bytes is too long" in finding["message"]
    assert [path.name for path in (root / "output").glob("*")] == [".pipeline", "b.ms.md"]


def test_static_files_with_such_names_are_left_out_and_told(site, capsys):
    site("a.md", "pic\\ture.svg", config="languages = ['ms']\n[build]\nstatic = 'copy'\n")
    assert [f["rule"] for f in run(capsys, "build")[1]["findings"]] == ["name-refused"]


def test_they_are_nobodys_business_when_they_are_not_published(site):
    root = site("a.md", "pic\\ture.svg")
    assert find_sources(load_project(root)).findings == ()


@pytest.mark.parametrize("folder", ["con", "a:b", "ms.", "a\\nb"])
def test_a_folder_of_an_edition_is_a_portable_name(site, capsys, folder):
    site("a.md", config=f'languages = ["ms"]\n[build.languages.ms]\nfolder = "{folder}"\n')
    assert run(capsys, "status")[0] == 2


def test_two_languages_have_two_folders(site, capsys):
    site(
        "a.md",
        config="languages = ['zh-Hans', 'zh-Hant']\n[build.languages]\nzh-Hans.folder = 'zh'\nzh-Hant.folder = 'ZH'\n",
    )
    code, result = run(capsys, "status")
    assert code == 2
    assert "zh-Hans and zh-Hant would both be in the folder 'ZH'" in result["findings"][0]["message"]
