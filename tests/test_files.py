"""Atomic writing: the new bytes or the old ones, and nothing left beside them."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from pipeline import files
from pipeline.errors import WriteError
from pipeline.files import write_atomic


def names(folder):
    return [child.name for child in folder.iterdir()]


def test_new_file_in_new_folders(tmp_path):
    path = tmp_path / "a" / "b" / "c.po"
    assert write_atomic(path, b"x\r\n")
    assert path.read_bytes() == b"x\r\n"
    assert names(path.parent) == ["c.po"]


def test_equal_bytes_are_not_written(tmp_path):
    path = tmp_path / "c.po"
    path.write_bytes(b"same")
    os.utime(path, ns=(5, 5))
    assert not write_atomic(path, b"same")
    assert path.stat().st_mtime_ns == 5
    assert write_atomic(path, b"more")
    assert write_atomic(path, b"")
    assert path.read_bytes() == b""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_permissions_are_kept_and_new_files_follow_the_umask(tmp_path):
    path = tmp_path / "c.po"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomic(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "d.po", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "d.po").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_symbolic_link_stays_one(tmp_path):
    target = tmp_path / "target.po"
    target.write_bytes(b"old")
    link = tmp_path / "link.po"
    link.symlink_to(target)
    assert write_atomic(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_long_name(tmp_path):
    path = tmp_path / ("n" * 250 + ".po")
    assert write_atomic(path, b"x")


def test_a_failure_leaves_the_old_bytes_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "c.po"
    path.write_bytes(b"old")

    def refuse(self, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WriteError, match=r"c\.po: cannot be written: Permission denied \(what was there"):
        files.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["c.po"]


def test_an_interrupted_run_leaves_nothing_beside(tmp_path, monkeypatch):
    def interrupt(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "c.po", b"new")
    assert names(tmp_path) == []


def test_a_folder_in_the_way(tmp_path):
    (tmp_path / "c.po").mkdir()
    with pytest.raises(WriteError):
        write_atomic(tmp_path / "c.po", b"x")


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "make room and run again; what was there before is unchanged"),
        (errno.EIO, "the disk or its connection fails; what was there before is unchanged"),
        (errno.EACCES, "what was there before is unchanged"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path, monkeypatch, number, hint):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fdopen", lambda descriptor, _: os.close(descriptor) or refuse())
    with pytest.raises(WriteError) as caught:
        write_atomic(tmp_path / "c.po", b"new")
    assert (caught.value.hint, names(tmp_path)) == (hint, [])


def test_only_what_holds_peoples_words_waits_for_the_disk(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_mode) or real(descriptor))
    write_atomic(tmp_path / "cache.json", b"x")
    assert synced == []
    write_atomic(tmp_path / "c.po", b"x", durable=True)
    assert [stat.S_ISREG(mode) for mode in synced] == [True]
    assert not write_atomic(tmp_path / "c.po", b"x", durable=True)
    assert len(synced) == 1


def test_a_check_at_the_last_moment_can_stop_it(tmp_path):
    path = tmp_path / "c.po"
    path.write_bytes(b"old")

    def refuse(found):
        assert len(names(tmp_path)) == 2  # the new bytes are there already
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        write_atomic(path, b"new", check=refuse)
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["c.po"])


def test_a_temporary_file_that_another_run_took_for_a_leftover_is_made_again(tmp_path, monkeypatch):
    real, calls = os.replace, []

    def replace(source, target, **kwargs):
        calls.append(source)
        if len(calls) == 1:
            assert files.remove_leftovers([tmp_path]) == 1
        real(source, target, **kwargs)

    monkeypatch.setattr(os, "replace", replace)
    assert write_atomic(tmp_path / "c.po", b"new")
    assert ((tmp_path / "c.po").read_bytes(), names(tmp_path), len(calls)) == (b"new", ["c.po"], 2)


def test_leftovers_are_known_by_their_whole_name(tmp_path):
    ours = [tmp_path / f".pipeline-{'0a' * 8}.tmp", tmp_path / "d" / ".pipeline" / f".pipeline-{'f' * 16}.tmp"]
    others = [".pipeline-1.tmp", ".pipeline-0a.tmp", f"x.pipeline-{'0a' * 8}.tmp", f".git/.pipeline-{'0a' * 8}.tmp"]
    for path in (*ours, *(tmp_path / name for name in others)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (tmp_path / f".pipeline-{'1' * 16}.tmp").mkdir()
    assert files.remove_leftovers([tmp_path, tmp_path / "missing"]) == 2
    assert not any(path.exists() for path in ours)
    assert all((tmp_path / name).exists() for name in others)


def test_what_stops_a_file_from_being_made_leaves_the_old_one(tmp_path):
    path = tmp_path / "logo.svg"
    path.write_bytes(b"old")

    def half():
        with files.replacing(path) as temporary:
            temporary.write_bytes(b"ha")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["logo.svg"])


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="files cannot be exchanged on this system")
def test_what_is_saved_between_the_look_and_the_replacing_is_not_lost(tmp_path):
    path = tmp_path / "a.po"
    path.write_bytes(b"old")
    seen = []

    def check(found):
        seen.append(found)
        if len(seen) == 1:
            path.write_bytes(b"a person's")  # saved in the last microsecond
        if found != b"old":
            raise ChangedError

    with pytest.raises(ChangedError):
        write_atomic(path, b"new", check=check)
    assert (seen, path.read_bytes()) == ([b"old", b"a person's"], b"a person's")
    assert [file.name for file in tmp_path.iterdir()] == ["a.po"]


class ChangedError(Exception):
    pass


def test_without_an_exchange_the_file_is_replaced_as_before(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.files.exchange", lambda one, other: False)
    path = tmp_path / "a.po"
    path.write_bytes(b"old")
    assert write_atomic(path, b"new", check=lambda found: None)
    assert path.read_bytes() == b"new"
