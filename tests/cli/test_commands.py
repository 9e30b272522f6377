"""The command line from end to end on a small project: what it prints, writes and returns."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.cli import run as entry

SITE = Path(__file__).parents[1] / "projects" / "site"


@pytest.fixture
def site(tmp_path, monkeypatch):
    shutil.copytree(SITE, tmp_path / "site")
    monkeypatch.chdir(tmp_path / "site")
    return tmp_path / "site"


@pytest.fixture
def run(capsys):
    def call(*args):
        code = main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def approve(path):
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith('msgid "') and line != 'msgid ""':
            lines[number + 1] = 'msgstr "Ya ' + line[7:]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_the_whole_loop(site, run):
    code, out, err = run("update")
    assert (code, err) == (0, "")
    assert out == "4 pages, 1 language: 4 catalogs written; 18 messages new, 0 fuzzy, 0 obsolete\n"
    for po in (site / "locales").rglob("*.po"):
        approve(po)
    code, out, err = run("build")
    assert (code, err) == (0, "")
    assert out == (
        "ms: 4 pages, 100% of their words translated, 0 passages in the source language; 5 files written, 0 removed\n"
    )
    code, out, err = run("status")
    assert (code, err) == (0, "")
    assert [line.split() for line in out.splitlines()] == [
        ["language", "words", "reviewed", "machine", "fuzzy", "untranslated", "pages", "published"],
        ["ms", "64", "100", "%", "0", "%", "0", "%", "0", "%", "4", "of", "4"],
    ]


def test_pseudo_language(site, run):
    code, out, _ = run("translate", "--lang", "en-XA", "legal.md")
    assert code == 0
    assert out.endswith("en-XA: 3 drafted by pseudo accents\n")
    code, out, _ = run("build", "-l", "en-XA", "--dry-run")
    assert "not published: legal.md: 0% of its words are translated, 100% are required" in out
    assert not (site / "output").exists()


@pytest.mark.parametrize("spelling", ["zh-Hans", "zh_Hans", "zh-CN", "zh_cn"])
def test_languages_in_any_spelling(site, run, spelling):
    assert run("update", "--lang", spelling)[0] == 0
    assert (site / "locales/zh_Hans/LC_MESSAGES/_site.po").exists() or list((site / "locales").glob("zh*"))


def test_without_a_configuration(tmp_path, monkeypatch, run):
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_text("# Hello there\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code, _, err = run("update")
    assert code == 2
    assert "no language to work on" in err
    assert "hint: give one with --lang" in err
    assert run("update", "--lang", "ms")[0] == 0
    # From now on the catalogs say which languages there are.
    code, out, _ = run("status", "--format", "json")
    assert (code, [row["language"] for row in json.loads(out)["languages"]]) == (0, ["ms"])


def test_project_option_before_and_after_the_command(site, run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run("-C", site, "update")[0] == 0
    assert run("status", "-C", site)[0] == 0


def test_the_project_is_found_from_a_folder_below(site, run, monkeypatch):
    monkeypatch.chdir(site / "content" / "guide")
    code, out, _ = run("update", "fees.md", "--format", "json")
    assert (code, json.loads(out)["pages"]) == (0, 1)


JSON_COMMANDS = [
    ("extract",),
    ("update",),
    ("translate", "-l", "en-XA"),
    ("build",),
    ("status", "--pages"),
    ("verify",),
    ("models", "list"),
    ("init", "--dry-run"),
]


@pytest.mark.parametrize("command", JSON_COMMANDS, ids=" ".join)
def test_json(site, run, command):
    code, out, err = run(*command, "--format", "json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert data["version"] == 1
    assert " ".join(command).startswith(data["command"])


def test_findings_go_to_standard_error_with_place_and_hint(site, run):
    (site / "content/legal.md").write_bytes(b"---\ntitle: x\n---\n\xff\n")
    code, out, err = run("update")
    assert code == 1
    assert out.startswith("4 pages")
    assert err.startswith("legal.md:4: error: this page is not UTF-8")


def test_usage_and_configuration_errors(site, run):
    for args, message in [
        (("updat",), "Did you mean 'update'?"),
        (("update", "--nonsense"), "No such option"),
        (("update", "--lang", "klingonese"), "error:"),
        (("update", "nowhere.md"), "nowhere.md: error: no source page fits"),
        (("init",), "exists already"),
        (("init", "--generator", "jekyl", "--dry-run"), "no generator"),
        (("update", "--lang", "en"), "language of the source pages"),
    ]:
        code, _, err = run(*args)
        assert (code, message in err) == (2, True), (args, err)
    (site / "pipeline.toml").write_text("format = 1\nlanguags = []\n", encoding="utf-8")
    code, _, err = run("update")
    assert code == 2
    assert "pipeline.toml:2: error:" in err
    assert "languages" in err


def test_an_error_of_ours_shows_no_traceback(site, run, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError("surprise\nsecond line")

    monkeypatch.setattr("pipeline.stages.update.update", fail)
    code, out, err = run("update")
    assert (code, out) == (3, "")
    assert err.splitlines()[0] == "error: unexpected RuntimeError: surprise"
    assert "report" in err
    assert "Traceback" not in err
    monkeypatch.setenv("PIPELINE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["update"])


def test_interrupt(site, run, monkeypatch):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.stages.update.update", stop)
    code, _, err = run("update")
    assert (code, "interrupted" in err) == (130, True)


def test_an_interrupted_process_waits_for_nothing(monkeypatch, capsys):
    class EndedError(Exception):
        pass

    def ended(code):
        raise EndedError(code)

    def stop(*_args, **_options):
        raise KeyboardInterrupt

    def gone(_text):
        raise BrokenPipeError

    monkeypatch.setattr("os._exit", ended)
    monkeypatch.setattr("pipeline.cli.app.cli.main", stop)
    with pytest.raises(EndedError, match="130"):
        entry()
    monkeypatch.setattr("pipeline.cli.app.cli.main", lambda *_args, **_options: 1)
    with pytest.raises(SystemExit, match="1"):
        entry()
    assert "interrupted" in capsys.readouterr().err
    # A reader of a pipe has had the same Ctrl-C.
    monkeypatch.setattr("pipeline.cli.app.cli.main", stop)
    monkeypatch.setattr("pipeline.cli.app._say", gone)
    with pytest.raises(EndedError, match="130"):
        entry()


def test_init(tmp_path, run):
    code, out, _ = run("init", tmp_path, "--lang", "ms")
    assert code == 0
    assert "a plain site" in out
    assert 'languages = ["ms"]' in (tmp_path / "pipeline.toml").read_text(encoding="utf-8")
    (tmp_path / "x").mkdir()
    (tmp_path / "x/mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    assert "mkdocs" in run("init", tmp_path / "x")[1]


def test_plumbing(site, run, tmp_path):
    source, po, out = site / "content/legal.md", tmp_path / "l.po", tmp_path / "l.md"
    assert run("page", "extract", source, "-o", po)[:2] == (0, f"3 messages: {po}\n")
    approve(po)
    assert run("page", "rebuild", source, po, "-o", out)[:2] == (0, f"3 translations used: {out}\n")
    assert "Ya Nobody may sail at night." in out.read_text(encoding="utf-8")
    source.write_text("Only this now.\n", encoding="utf-8")
    assert run("page", "extract", source, "-o", tmp_path / "n.pot")[0] == 0
    assert run("po", "merge", po, tmp_path / "n.pot", "-o", po)[0] == 0
    assert "#~ msgid" in po.read_text(encoding="utf-8")


def test_a_broken_po_file_is_an_error_with_its_line(site, run, tmp_path):
    po = tmp_path / "l.po"
    po.write_text('msgid "a\n', encoding="utf-8")
    code, _, err = run("page", "rebuild", site / "content/legal.md", po, "-o", tmp_path / "l.md")
    assert code == 1
    assert f"{po}:1: error:" in err


def test_extract_lists_pages(site, run):
    code, out, _ = run("extract", "guide")
    assert code == 0
    assert out.splitlines()[1].split()[:1] == ["guide/fees.md"]
    code, out, _ = run("extract", "guide", "-o", "pot")
    assert "2 templates written to pot" in out


def test_verify_any_folder(run):
    code, out, _ = run("verify", SITE / "content")
    assert code == 0
    assert out.startswith("4 of 4 pages identical")


def test_as_a_module():
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.startswith("pipeline ")


def test_json_of_a_command_that_stops(site, run):
    code, out, err = run("update", "nowhere.md", "--format", "json")
    data = json.loads(out)
    assert (code, data["version"], data["findings"][0]["rule"]) == (2, 1, "configuration")
    assert "no source page fits" in err


def test_one_message_is_singular(site, run):
    (site / "content/one.md").write_text("Only this.\n", encoding="utf-8")
    run("update")
    (site / "content/one.md").write_text("Only this.\n\nAnother one.\n", encoding="utf-8")
    assert "; 1 message new, 0 fuzzy, 0 obsolete" in run("update")[1]


@pytest.mark.parametrize("place", ["output", "locales", "output/ms/legal.md", "locales/ms/LC_MESSAGES/legal.md.po"])
def test_something_in_the_way_is_a_finding(site, run, place):
    """A file where a folder should be, or a folder where a file should be."""
    run("update")
    for po in (site / "locales").rglob("*.po"):
        approve(po)
    path = site / place
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix:
        path.mkdir()
        (path / "mine").write_text("mine", encoding="utf-8")
    else:
        path.write_text("mine", encoding="utf-8")
    codes = {}
    for command in ("update", "build", "status"):
        codes[command], _, err = run(command)
        assert "unexpected" not in err
        assert (codes[command] == 0) or place.partition("/")[0] in err
    assert 3 not in codes.values()
    assert codes["build" if place.startswith("output") else "update"] == 1


def test_a_catalog_is_named_by_its_path_in_the_project(site, run):
    run("update")
    (site / "locales/ms/LC_MESSAGES/legal.md.po").write_bytes(b'msgid "x\n')
    for command in ("update", "build", "status"):
        code, _, err = run(command)
        assert code == 1
        assert err.startswith("locales/ms/LC_MESSAGES/legal.md.po:1: error: ")


def test_a_cache_that_cannot_be_written_stops_nothing(site, run):
    (site / ".pipeline").write_text("mine", encoding="utf-8")
    assert run("update")[0] == 0
    assert run("build")[0] == 0


def test_init_keeps_what_is_there_and_writes_the_generator(tmp_path, run):
    assert run("init", tmp_path, "--generator", "hugo")[0] == 0
    text = (tmp_path / "pipeline.toml").read_text(encoding="utf-8")
    assert '\ngenerator = "hugo"' in text
    assert run("init", tmp_path, "--generator", "jekyll")[0] == 2
    assert (tmp_path / "pipeline.toml").read_text(encoding="utf-8") == text
