"""Full disks, failing disks, refusals and Ctrl-C at every moment of a command: no file is half, and a rerun completes."""

import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import files
from pipeline.catalog.pofile import read_po
from pipeline.cli import main
from pipeline.stages.build import build
from pipeline.stages.update import update

ROOT = Path(__file__).parents[2]
MANIFEST = "output/.pipeline/ms.json"
COMMANDS = {
    "update": ["update", "-l", "ms"],
    "translate": ["translate", "-l", "en-XA"],
    "build": ["build", "-l", "ms"],
    "extract": ["extract", "-o", "templates"],
}
ERRORS = {
    "full": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "broken": lambda: OSError(errno.EIO, "Input/output error"),
    "interrupted": KeyboardInterrupt,
}


class Fault:
    """Counts the steps of writing files, and lets one of them go wrong; with `stays` all later ones, too."""

    def __init__(self, monkeypatch):
        self.count, self.at, self.error, self.stays = 0, None, None, False
        for name in ("open", "fsync", "replace"):
            monkeypatch.setattr(os, name, self.wrapped(getattr(os, name)))
        monkeypatch.setattr(os, "fdopen", self.stream(os.fdopen))

    def arm(self, at, error, *, stays):
        self.count, self.at, self.error, self.stays = 0, at, error, stays

    def disarm(self):
        self.at = None

    def step(self):
        self.count += 1
        if self.at is not None and (self.count == self.at or (self.stays and self.count > self.at)):
            raise self.error()

    def wrapped(self, real):
        def call(*args, **kwargs):
            if real.__name__ != "open" or args[1] & os.O_CREAT:
                self.step()
            return real(*args, **kwargs)

        return call

    def stream(self, real):
        fault = self

        class Stream:
            def __init__(self, *args):
                self.inner = real(*args)

            def __enter__(self):
                return self

            def __exit__(self, *_):
                self.inner.close()

            def __getattr__(self, name):
                return getattr(self.inner, name)

            def write(self, data):
                self.inner.write(data[: len(data) // 2])
                fault.step()
                self.inner.write(data[len(data) // 2 :])

        return Stream


def leftovers(root):
    return [path for path in root.rglob(".pipeline-*") if path.is_file()]


def prepared(site):
    """Translated, with a change in a page that is not in the catalogs yet."""
    update(site.project, ["ms"])
    site.approve()
    site.edit(site.content / "guide" / "fees.md", "Small boat", "Small boat with oars")


def state(site):
    """What is under Git, and the editions with their manifest."""
    return {
        path: data
        for folder in ("content", "locales", "output", "templates")
        for path, data in site.bytes(folder).items()
    }


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_fault_at_every_step(site, monkeypatch, capsys, command, kind):
    """Once, but for the disk, which stays full."""
    monkeypatch.chdir(site.root)
    prepared(site)
    before = middle = state(site)
    fresh = site.files()
    if command == "translate":  # an update first, and then drafts
        assert main(["update", *COMMANDS[command][1:]]) == 0
        middle = state(site)
        reset(site, fresh)
    fault = Fault(monkeypatch)
    arguments = [*COMMANDS[command], "--jobs", "1"]
    assert main(arguments) == 0, capsys.readouterr().err
    steps, after = fault.count, state(site)
    assert steps > 3
    assert after != before
    # Every step of the first file, and then every fourth: the later files are written in the same way.
    for at in (*range(1, 6), *range(6, steps, 4), steps):
        reset(site, fresh)
        fault.arm(at, ERRORS[kind], stays=kind == "full")
        code = main(arguments)
        err = capsys.readouterr().err
        fault.disarm()
        found = state(site)
        assert not leftovers(site.root)
        for path in found.keys() | before.keys():
            if path != MANIFEST:
                assert found.get(path) in (before.get(path), middle.get(path), after.get(path)), (at, path)
            elif path in found:
                json.loads(found[path])
        assert "Traceback" not in err
        if kind == "interrupted":
            assert code == 130
            assert err.strip() == "interrupted; every file is whole, running again completes the work"
        elif found != after:
            assert code == 1, at
            assert ERRORS[kind]().strerror in err
        assert main(arguments) == 0
        assert state(site) == after, at


def reset(site, fresh):
    for path in sorted(site.root.rglob("*"), reverse=True):
        if path.is_file():
            path.unlink()
        else:
            path.rmdir()
    for name, (data, _) in fresh.items():
        (site.root / name).parent.mkdir(parents=True, exist_ok=True)
        (site.root / name).write_bytes(data)


@pytest.mark.parametrize(
    ("unreadable", "rule"),
    [("content/legal.md", "page-unreadable"), ("locales/ms/LC_MESSAGES/legal.md.po", "catalog-unreadable")],
)
@pytest.mark.parametrize("command", ["update", "build"])
def test_a_file_that_cannot_be_read_stops_no_other(site, monkeypatch, capsys, command, unreadable, rule):
    monkeypatch.chdir(site.root)
    prepared(site)
    real = Path.read_bytes
    monkeypatch.setattr(
        Path,
        "read_bytes",
        lambda path: refuse() if path.as_posix().endswith(unreadable) else real(path),
    )
    before = (site.root / unreadable).stat()

    def refuse():
        raise OSError(errno.EIO, "Input/output error")

    assert main([*COMMANDS[command], "--format", "json"]) == 1
    findings = [(f["rule"], f["path"]) for f in json.loads(capsys.readouterr().out)["findings"]]
    assert (rule, unreadable.removeprefix("content/")) in findings or (rule, unreadable) in findings
    assert (site.root / unreadable).stat() == before
    if command == "update":
        assert "Small boat with oars" in site.messages("guide/fees.md.po")
    else:
        assert (site.root / "output/ms/index.md").is_file()


def test_a_damaged_catalog_stops_no_other_language(site):
    update(site.project, ["ms", "ta"])
    path = site.root / "locales/ta/LC_MESSAGES/guide/fees.md.po"
    path.write_bytes(b'msgid "a\n')
    site.approve()
    site.edit(site.content / "guide" / "fees.md", "Small boat", "Small boat with oars")
    result = update(site.project, ["ms", "ta"])
    assert result.failed
    assert result.written == ("locales/ms/LC_MESSAGES/guide/fees.md.po",)
    assert path.read_bytes() == b'msgid "a\n'


def test_what_a_killed_run_left_is_taken_for_nothing_and_removed_by_the_next(site):
    prepared(site)
    folders = (
        "content",
        "content/guide",
        "locales/ms/LC_MESSAGES",
        "locales/ms/LC_MESSAGES/guide",
        "output/ms",
        ".pipeline",
    )
    names = []
    for number, folder in enumerate(folders):
        path = site.root / folder / f".pipeline-{number:016x}.tmp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"# A page?\n")
        names.append(path)
    kept = site.root / "locales" / "ms" / ".pipeline-mine.tmp"
    kept.write_bytes(b"")
    result = update(site.project, ["ms"])
    assert result.pages == 4
    assert [path.exists() for path in names] == [True, True, False, False, False, False]  # the sources are not ours
    assert kept.exists()
    build(site.project, ["ms"])
    assert not list((site.root / "output" / "ms").rglob(".*"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_of_catalogs_are_kept(site, newline):
    prepared(site)
    for path in site.catalogs.rglob("*.po"):
        path.write_bytes(path.read_bytes().replace(b"\n", newline.encode()))
    site.edit(site.content / "legal.md", "Nobody", "No one at all")
    assert len(update(site.project, ["ms"]).written) == 2
    assert main(["-C", str(site.root), "translate", "-l", "ms", "--engine", "pseudo", "legal.md"]) in (0, 1)
    for path in site.catalogs.rglob("*.po"):
        data = path.read_bytes()
        assert data.count(b"\n") == data.count(newline.encode())
        assert read_po(path).messages


def many(site, pages=120, paragraphs=8):
    for number in range(pages):
        page = site.content / "many" / f"page-{number}.md"
        page.parent.mkdir(exist_ok=True)
        text = "\n\n".join(f"Paragraph {part} of page {number}." for part in range(paragraphs))
        page.write_text(text + "\n", encoding="utf-8", newline="\n")


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C as a terminal on Linux and macOS does")
@pytest.mark.parametrize(("command", "jobs"), [("update", "1"), ("update", "2"), ("build", "2")])
def test_ctrl_c_from_end_to_end(site, command, jobs):
    many(site)
    if command == "build":
        update(site.project, ["ms"])
        site.approve()
    before = state(site)
    begun = ("output/ms/many",) if command == "build" else ("locales/ms/LC_MESSAGES/many",)
    arguments = [sys.executable, "-m", "pipeline", *COMMANDS[command], "--jobs", jobs]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        arguments, cwd=site.root, env=environment, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        deadline = time.monotonic() + 20
        while not any((site.root / folder).is_dir() for folder in begun) and time.monotonic() < deadline:
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGINT)  # the whole group gets it, workers too
        _, errors = process.communicate(timeout=30)
    assert errors.decode().strip() == "interrupted; every file is whole, running again completes the work"
    assert process.returncode == 130
    assert not leftovers(site.root)
    interrupted = state(site)
    assert len(interrupted) < len(before) + 120
    assert main(["-C", str(site.root), *COMMANDS[command]]) == 0
    after = state(site)
    for path in interrupted.keys() - {MANIFEST}:
        assert interrupted[path] in (before.get(path), after[path])


SMALL_DISK = """
set -e
mount -t tmpfs -o size={size}k tmpfs "$1"
cp -r "$2"/. "$1"
"$3" -m pipeline -C "$1" update -l ms --jobs 1 || echo "exit $?"
find "$1" -name '.pipeline-*' -type f
mkdir "$1.out"
cp -r "$1"/locales "$1.out"
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="makes a small file system as Linux does")
@pytest.mark.parametrize("size", [200, 240])
def test_a_disk_that_is_really_full(site, tmp_path, size):
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no name spaces here")
    many(site, 30, 30)
    small = tmp_path / "small"
    small.mkdir()
    script = SMALL_DISK.format(size=size)
    ran = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", small, site.root, sys.executable],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "exit 1" in ran.stdout, ran
    assert "No space left on device" in ran.stderr
    assert "make room and run again" in ran.stderr
    assert ".pipeline-" not in ran.stdout
    catalogs = list((tmp_path / "small.out").rglob("*.po"))
    assert catalogs
    for path in catalogs:
        assert read_po(path).messages
    assert len(catalogs) < 34


def test_windows_is_asked_again_while_another_program_has_the_file_open(tmp_path, monkeypatch):
    path = tmp_path / "a.po"
    path.write_bytes(b"old")
    real, refusals = os.replace, iter([True, True, False])

    def replace(source, target, **kwargs):
        if next(refusals):
            raise PermissionError(13, "The process cannot access the file")
        real(source, target, **kwargs)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(files, "_WAITS", (0.0, 0.0, 0.0))
    assert files.write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    refusals = itertools.repeat(True)
    with pytest.raises(files.WriteError, match="cannot access the file"):
        files.write_atomic(path, b"newer")
    assert path.read_bytes() == b"new"
    assert not leftovers(tmp_path)
