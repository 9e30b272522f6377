"""`pipeline po`: merging for a real Git, installing the merge driver, the canonical form."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.catalog.pofile import parse_po, read_po
from pipeline.cli import main

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "data" / "threeway"
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no Git")


@pytest.fixture
def run(capsys):
    def call(*args):
        code = main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A Git repository with a name that a shell would take apart."""
    place = tmp_path / "site's $(folder)"
    place.mkdir()
    for key in [key for key in os.environ if key.startswith("GIT_")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    git(place, "init", "-q", "-b", "main")
    git(place, "config", "user.name", "T")
    git(place, "config", "user.email", "t@example.org")
    return place


def git(place, *args, code=0):
    done = subprocess.run(["git", *args], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def merged(place, name, base, ours, theirs, *, code):
    """The file after Git has merged two branches, and what Git said."""
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base)
    git(place, "add", ".")
    git(place, "commit", "-qm", "base")
    git(place, "checkout", "-q", "-b", "theirs")
    path.write_bytes(theirs)
    git(place, "commit", "-qam", "theirs")
    git(place, "checkout", "-q", "main")
    path.write_bytes(ours)
    git(place, "commit", "-qam", "ours")
    said = git(place, "merge", "--no-edit", "theirs", code=code)
    return path.read_bytes(), said


@needs_git
@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda path: path.name)
def test_git_merges_entry_by_entry(repository, run, case):
    assert run("po", "install-driver", "-C", repository)[0] == 0
    versions = [(case / f"{name}.po").read_bytes() for name in ("base", "ours", "theirs")]
    expected = (case / "expected.po").read_bytes()
    conflict = b"pipeline: conflict" in expected
    name = "locales/ms/a 'quoted' $(name).po"
    (repository / "pipeline").mkdir()  # as the site's folder may be called
    (repository / "pipeline" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    data, said = merged(repository, name, *versions, code=int(conflict))
    assert data == expected
    assert (f"{name}: 1 entry changed on both sides" in said) == conflict


@needs_git
def test_a_side_that_is_no_po_file_is_left_to_the_person(repository, run):
    assert run("po", "install-driver", "-C", repository)[0] == 0
    ours = b'msgid "a"\nmsgstr "b"\n'
    data, said = merged(repository, "x.po", b'msgid "a"\nmsgstr ""\n', ours, b"<<<<<<< HEAD\n", code=1)
    assert data == ours
    assert "x.po (theirs):1: error:" in said
    assert git(repository, "show", ":3:x.po") == "<<<<<<< HEAD\n"


@needs_git
def test_installing_twice_changes_nothing(repository, run):
    (repository / ".gitattributes").write_bytes(b"*.po -text\r\n*.md text")
    (repository / "sub").mkdir()
    code, out, _ = run("po", "install-driver", "-C", repository / "sub", "--format", "json")
    told = json.loads(out)
    assert (code, told["changed"]) == (0, [".gitattributes", "config"])
    assert (repository / ".gitattributes").read_bytes() == b"*.po -text\r\n*.md text\r\n*.po merge=pipeline-po\r\n"
    assert git(repository, "config", "merge.pipeline-po.driver").strip() == told["command"]
    assert git(repository, "check-attr", "merge", "--", "a/b.po") == "a/b.po: merge: pipeline-po\n"
    code, out, _ = run("po", "install-driver", "-C", repository)
    assert (code, out.splitlines()[0]) == (0, f"{repository.as_posix()}: unchanged")
    code, out, _ = run("po", "install-driver", "-C", repository, "--command", "pipeline", "--format", "json")
    assert json.loads(out)["command"] == "pipeline po merge-driver %O %A %B %L %P"
    assert git(repository, "config", "--get-all", "merge.pipeline-po.driver").count("\n") == 1


@needs_git
def test_installing_where_there_is_no_repository(tmp_path, run, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    code, _, err = run("po", "install-driver", "-C", tmp_path)
    assert code == 2
    assert "hint: run this in a clone" in err
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run("po", "install-driver", "-C", tmp_path)[0] == 2


def test_a_base_with_the_marks_of_an_earlier_conflict(tmp_path, run):
    base, ours, theirs = (tmp_path / name for name in ("base", "ours", "theirs"))
    base.write_text('<<<<<<< HEAD\nmsgid "a"\nmsgstr "b"\n')
    ours.write_text('msgid "a"\nmsgstr "b"\n')
    theirs.write_text('msgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n')
    assert run("po", "merge-driver", base, ours, theirs, "7", "x.po") == (0, "", "")
    assert [message.msgid for message in read_po(ours).messages] == ["a", "c"]


UGLY = b'#,fuzzy\nmsgid ""\n"Fees"\nmsgstr "Yuran"\n'
FORMED = b'#, fuzzy\nmsgid "Fees"\nmsgstr "Yuran"\n'


def test_format(tmp_path, run):
    ugly, formed, broken = (tmp_path / name for name in ("ugly.po", "formed.po", "broken.po"))
    ugly.write_bytes(UGLY)
    formed.write_bytes(FORMED)
    broken.write_bytes(b"msgid")
    code, out, err = run("po", "format", "--check", ugly, formed)
    assert (code, out, err) == (1, f"{ugly}\n2 files: 1 would change\n", "")
    assert ugly.read_bytes() == UGLY
    code, out, err = run("po", "format", ugly, broken, formed)
    assert (code, out) == (1, f"{ugly}\n3 files: 1 changed\n")
    assert "[catalog-unreadable]" in err
    assert ugly.read_bytes() == formed.read_bytes() == FORMED
    code, out, _ = run("po", "format", "--check", "--format", "json", ugly)
    assert (code, json.loads(out)) == (0, {"version": 1, "files": 1, "changed": [], "check": True, "findings": []})
    assert run("po", "format", "--width", "10", ugly)[0] == 0
    assert parse_po(ugly.read_bytes()) == parse_po(FORMED)
    assert b'msgid ""\n"Fees"\n' in ugly.read_bytes()


def test_the_driver_starts_with_little(tmp_path):
    for name in ("base", "ours", "theirs"):
        (tmp_path / name).write_text('msgid "a"\nmsgstr "b"\n')
    code = "import sys\nfrom pipeline.cli import main\nmain(sys.argv[1:])\nprint('\\n'.join(sys.modules))"
    arguments = ["po", "merge-driver", *(str(tmp_path / name) for name in ("base", "ours", "theirs"))]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    heavy = {"babel", "yaml", "rich", "rapidfuzz", "pyromark", "asyncio", "multiprocessing"}
    assert not {name.partition(".")[0] for name in done.stdout.split()} & heavy
