"""Atomic writing: the new bytes or the old ones, and nothing left beside them."""

import os
import stat
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
