"""Law 1 on every sample and on the demonstration site, and a marked translation of all of it.

A mark that cannot be mistaken for markup comes back from the built page in every segment: nothing is lost on the way.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from pipeline.document.rebuild import rebuild_checked, rebuild_page
from pipeline.document.skeleton import FORMATS, parse_page
from pipeline.model import Page

ROOT = Path(__file__).parent.parent.parent
FOLDERS = [
    ROOT / "tests" / "data" / "pages",
    ROOT / "tests" / "data" / "segments",
    ROOT / "tests" / "data" / "frontmatter",
    ROOT / "content",
]
MARK = " ⟦x⟧"
REFUSED = {
    # Half a tag at the end of a page is an HTML block; written as text it would be a paragraph.
    "broken-html-unclosed.md": {"<div"},
}


def sources() -> list[Path]:
    return [p for folder in FOLDERS for p in sorted(folder.rglob("*")) if p.suffix.lower() in FORMATS]


EVERY_PAGE = pytest.mark.parametrize("source", sources(), ids=lambda p: p.relative_to(ROOT).as_posix())


def read(source: Path, data: bytes | None = None) -> Page:
    folder = next(f for f in FOLDERS if source.is_relative_to(f))
    return parse_page(source.read_bytes() if data is None else data, path=source.relative_to(folder).as_posix())


def msgids(page: Page) -> list[str]:
    return [s.msgid for s in page.segments]


def words(msgid: str) -> str:
    """A msgid as a reader sees it: without the guards (escapes, references) that writing it back may add."""
    return unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", msgid)).strip()


@EVERY_PAGE
def test_without_translations_the_bytes_are_the_same(source: Path) -> None:
    page = read(source)
    assert rebuild_page(page, {}) == source.read_bytes()
    assert rebuild_page(page, {s.key: s.msgid for s in page.segments}) == source.read_bytes()


@EVERY_PAGE
@pytest.mark.parametrize("newline", [b"\r\n", b"\n"], ids=["crlf", "lf"])
def test_line_ends_change_nothing_but_themselves(source: Path, newline: bytes) -> None:
    data = source.read_bytes().replace(b"\r\n", b"\n")
    other = read(source, data.replace(b"\n", newline))
    assert rebuild_page(other, {s.key: s.msgid for s in other.segments}) == other.data
    assert msgids(other) == msgids(read(source, data))


@EVERY_PAGE
def test_marked_translations_come_back(source: Path) -> None:
    page = read(source)
    rebuilt = rebuild_checked(page, {s.key: s.msgid + MARK for s in page.segments})
    assert {f.key and f.key[1] for f in rebuilt.findings} == REFUSED.get(source.name, set())
    again = read(source, rebuilt.data)
    expected = [s.msgid + MARK if s.key in rebuilt.used else s.msgid for s in page.segments]
    assert [words(m) for m in msgids(again)] == [words(m) for m in expected]
    assert [s.kind for s in again.segments] == [s.kind for s in page.segments]


@EVERY_PAGE
def test_only_the_segments_change(source: Path) -> None:
    page = read(source)
    rebuilt = rebuild_checked(page, {s.key: s.msgid + MARK for s in page.segments})
    # What stands between the segments is the source's own.
    gaps, i = [], 0
    for segment in page.segments:
        gaps.append(page.data[i : segment.pieces[0][0]])
        i = segment.pieces[-1][1]
    gaps.append(page.data[i:])
    theirs, i = [], 0
    for start, end, _ in rebuilt.places:
        theirs.append(rebuilt.data[i:start])
        i = end
    theirs.append(rebuilt.data[i:])
    assert theirs == gaps
