"""Laws 1 and 2 on real pages: every page of the folder that PIPELINE_CORPUS names. Skipped when it names none.

PIPELINE_CORPUS=~/sites pytest -m corpus tests/corpus
"""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path

import pytest

from pipeline.document.rebuild import rebuild_checked, rebuild_page
from pipeline.document.skeleton import FORMATS, parse_page
from pipeline.errors import PageError
from pipeline.model import Page

pytestmark = pytest.mark.corpus
MARK = " ⟦x⟧"
CORPUS = os.environ.get("PIPELINE_CORPUS", "")


def pages() -> list[tuple[str, bytes]]:
    root = Path(CORPUS)
    files = sorted(p for p in root.rglob("*") if p.suffix.lower() in FORMATS and p.is_file())
    return [(p.relative_to(root).as_posix(), p.read_bytes()) for p in files]


def parsed() -> list[Page]:
    out = []
    for path, data in pages():
        try:
            out.append(parse_page(data, path=path))
        except PageError:
            with pytest.raises(UnicodeDecodeError):
                data.decode()
    return out


def words(msgid: str) -> str:
    """A msgid as a reader sees it: without the guards that writing it back may add."""
    return " ".join(unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", msgid)).split())


def test_there_are_pages() -> None:
    assert parsed()


def test_law_1() -> None:
    """All pages at once: the failing ones are named together."""
    wrong = []
    for page in parsed():
        same = {s.key: s.msgid for s in page.segments}
        if rebuild_page(page, {}) != page.data or rebuild_page(page, same) != page.data:
            wrong.append(page.path)
    assert wrong == []


def test_law_2() -> None:
    """With a mark in every segment: each comes back as put in, and hardly any is refused."""
    wrong, refused, count = [], 0, 0
    for page in parsed():
        rebuilt = rebuild_checked(page, {s.key: s.msgid + MARK for s in page.segments})
        again = parse_page(rebuilt.data, path=page.path)
        expected = [words(s.msgid + MARK if s.key in rebuilt.used else s.msgid) for s in page.segments]
        if [words(s.msgid) for s in again.segments] != expected:
            wrong.append(page.path)
        refused += len(rebuilt.findings)
        count += len(page.segments)
    assert wrong == []
    assert refused <= count / 1000
