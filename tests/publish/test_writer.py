"""Files of an edition: whole, only ours, only where bytes differ."""

from __future__ import annotations

import json
import os

import pytest

from pipeline.errors import WriteError
from pipeline.model import Segment
from pipeline.publish.coverage import Coverage, count_words, coverage
from pipeline.publish.manifest import PageRecord, encode_manifest, encode_page, read_manifest
from pipeline.publish.writer import EditionWriter, StaticFiles


def build(root, files, *, keep=(), static=(), **options):
    writer = EditionWriter(root / "out", root / "out/.pipeline/ms.json", language="ms", **options)
    writer.claim([*files, *(path for _, path, _ in static)])
    for path, data in files.items():
        writer.write(path, data)
    for source, path, how in static:
        writer.place(source, path, how)
    writer.keep(keep)
    writer.finish(encode_manifest(language="ms", pages=(), files=writer.files, findings=()))
    return writer


def tree(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_second_build_writes_nothing(tmp_path):
    assert build(tmp_path, {"ms/a.md": b"a", "ms/b/c.md": b"c"}).written == ["ms/a.md", "ms/b/c.md"]
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    again = build(tmp_path, {"ms/a.md": b"a", "ms/b/c.md": b"c"})
    assert (again.written, again.removed) == ([], [])
    assert before == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}


def test_only_own_files_are_removed(tmp_path):
    build(tmp_path, {"ms/a.md": b"a", "ms/b/c.md": b"c"})
    (tmp_path / "out/ms/mine.md").write_bytes(b"mine")
    assert build(tmp_path, {"ms/a.md": b"a2"}).removed == ["ms/b/c.md"]
    assert set(tree(tmp_path / "out")) == {".pipeline/ms.json", "ms/a.md", "ms/mine.md"}
    assert not (tmp_path / "out/ms/b").exists()


def test_a_persons_file_in_the_way_is_not_replaced(tmp_path):
    (tmp_path / "out/ms").mkdir(parents=True)
    (tmp_path / "out/ms/a.md").write_bytes(b"mine")
    with pytest.raises(WriteError, match="no build has written"):
        build(tmp_path, {"ms/a.md": b"a"})
    assert (tmp_path / "out/ms/a.md").read_bytes() == b"mine"
    build(tmp_path, {"ms/a.md": b"mine"})  # what we would write: taken over
    build(tmp_path, {"ms/a.md": b"a"})
    (tmp_path / "out/ms/b.md").write_bytes(b"mine")
    build(tmp_path, {"ms/b.md": b"b"}, overwrite=True)


def test_a_killed_build_knows_its_files(tmp_path):
    writer = EditionWriter(tmp_path / "out", tmp_path / "out/.pipeline/ms.json", language="ms")
    writer.claim(["ms/a.md", "ms/b.md"])
    writer.write("ms/a.md", b"half")
    # killed here; the next build no longer has b and another a
    assert build(tmp_path, {"ms/a.md": b"whole"}).removed == []
    assert read_manifest(tmp_path / "out/.pipeline/ms.json").files == {"ms/a.md"}


def test_dry_run_touches_nothing(tmp_path):
    assert build(tmp_path, {"ms/a.md": b"a"}, dry_run=True).written == ["ms/a.md"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("path", ["../a.md", "/etc/a.md", "ms/../../a.md", "", "ms\\..\\a.md"])
def test_paths_outside_are_refused(tmp_path, path):
    with pytest.raises(WriteError):
        build(tmp_path, {path: b"a"})


@pytest.mark.parametrize("pair", [("ms/A.md", "ms/a.md"), ("ms/caf\u00e9.md", "ms/cafe\u0301.md")])
def test_names_that_some_systems_cannot_hold_together_are_refused(tmp_path, pair):
    with pytest.raises(WriteError, match="case or accents"):
        build(tmp_path, dict.fromkeys(pair, b"a"))
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_links_out_of_the_output_folder_are_refused(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/ms").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WriteError, match="link"):
        build(tmp_path, {"ms/a.md": b"a"})
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("how", [StaticFiles.copy, StaticFiles.link])
def test_static_files(tmp_path, how):
    source = tmp_path / "logo.svg"
    source.write_bytes(b"<svg/>")
    assert build(tmp_path, {}, static=[(source, "ms/logo.svg", how)]).written == ["ms/logo.svg"]
    assert (tmp_path / "out/ms/logo.svg").read_bytes() == b"<svg/>"
    assert build(tmp_path, {}, static=[(source, "ms/logo.svg", how)]).written == []
    assert build(tmp_path, {}).removed == ["ms/logo.svg"]
    assert source.read_bytes() == b"<svg/>"


def test_manifest_of_a_newer_version_is_refused(tmp_path):
    build(tmp_path, {"ms/a.md": b"a"})
    file = tmp_path / "out/.pipeline/ms.json"
    file.write_bytes(file.read_bytes().replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(WriteError, match="version 2"):
        build(tmp_path, {"ms/a.md": b"a"})


def test_manifest_is_json(tmp_path):
    record = PageRecord(
        path="a.md", output=None, source="00", policy="reviewed", coverage=Coverage(words=3), reason="r"
    )
    data = json.loads(encode_manifest(language="ms", pages=[encode_page(record)], files=["b", "a"], findings=()))
    assert data["files"] == ["a", "b"]
    assert data["pages"][0]["counts"]["ratio"] == 0.0


def test_words():
    assert count_words("Opening hours") == 2
    assert count_words("don't [stop](/now/) <b>me</b> {{ site.x }}") == 3
    assert count_words("你好 world") == 3
    assert count_words("---") == 0


def test_coverage_counts_words_where_they_stand():
    segments = [
        Segment(msgid=text, kind="paragraph", pieces=((0, 1),)) for text in ("one two three", "four", "four", "five")
    ]
    result = coverage(segments, {(None, "four"), (None, "five")}, {(None, "five")})
    assert (result.words, result.translated_words, result.machine_words) == (6, 3, 1)
    assert result.ratio == 0.5
    assert coverage([], set()).ratio == 1.0
