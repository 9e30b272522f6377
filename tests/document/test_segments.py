"""What is offered to translators, page by page: `tests/data/segments` holds each page and what is expected of it.

The expected lists follow docs/po-format.md; they are written by hand, never taken from what the code gives.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.document.skeleton import page_format, parse_page
from pipeline.errors import PageError
from pipeline.model import Page

SAMPLES = Path(__file__).parent.parent / "data" / "segments"
EXPECTATIONS = sorted(SAMPLES.rglob("*.json"))


def parsed(expectation: Path) -> Page:
    sample = expectation.with_suffix("")
    return parse_page(sample.read_bytes(), path=sample.relative_to(SAMPLES).as_posix())


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda p: p.stem)
def test_segments(expectation: Path) -> None:
    expected = json.loads(expectation.read_text("utf-8"))
    actual = []
    for segment in parsed(expectation).segments:
        row = {"line": segment.line, "kind": segment.kind, "msgid": segment.msgid}
        if segment.msgctxt is not None:
            row["msgctxt"] = segment.msgctxt
        actual.append(row)
    assert actual == expected


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda p: p.stem)
def test_segments_are_ranges_of_the_page(expectation: Path) -> None:
    """In order, not overlapping, each piece inside one line, with one join between each two."""
    page = parsed(expectation)
    position = 0
    for segment in page.segments:
        assert len(segment.joins) == len(segment.pieces) - 1
        assert set(segment.joins) <= {" ", "", "\n"}
        for start, end in segment.pieces:
            assert position <= start < end <= len(page.data)
            page.data[start:end].decode("utf-8")
            position = end
        assert segment.line == 1 + page.data.count(b"\n", 0, segment.pieces[0][0])


def test_every_page_has_its_expectation() -> None:
    pages = {p for p in SAMPLES.rglob("*") if p.is_file() and p.suffix != ".json"}
    assert pages == {e.with_suffix("") for e in EXPECTATIONS}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.md", "markdown"),
        ("a/B.MARKDOWN", "markdown"),
        ("a.mdx", "mdx"),
        ("a.htm", "html"),
        ("_data/a.yml", "yaml"),
        ("LICENSE", "markdown"),
    ],
)
def test_format_by_file_name(path: str, expected: str) -> None:
    assert page_format(path) == expected


@pytest.mark.parametrize("data", [b"\xff\xfe#\x00 \x00", b"one\ntwo \xc3\n", b"\xed\xa0\x80"])
def test_bytes_that_are_not_utf_8(data: bytes) -> None:
    with pytest.raises(PageError) as caught:
        parse_page(data, path="a/page.md")
    assert caught.value.path == "a/page.md"
    assert caught.value.hint


def test_the_line_of_bytes_that_are_not_utf_8() -> None:
    with pytest.raises(PageError) as caught:
        parse_page(b"one\ntwo\nthr\xe9e\n", path="page.md")
    assert caught.value.line == 3


@pytest.mark.parametrize("sample", ["t14-front-matter-malformed.md"])
def test_malformed_front_matter_is_found(sample: str) -> None:
    page = parse_page((SAMPLES / sample).read_bytes(), path=sample)
    assert [f.rule for f in page.findings] == ["front-matter-malformed"]
    assert page.findings[0].path == sample


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("| Fee | Who |\n|---|---|\n| $4 | all |\n", ["table header", "table header", "table cell, column Fee", "table cell, column Who"]),
        ("## Opening hours\n\n![A gull](g.png)\n", ["heading 2", "image alt, under Opening hours"]),
        ("<!-- i18n:note The bird. -->\nGull\n", ["paragraph\nThe bird."]),
        ("{/* i18n:note The bird. */}\n\nGull\n", ["paragraph\nThe bird."]),
    ],
)  # fmt: skip
def test_notes_for_the_translator(page: str, expected: list[str]) -> None:
    path = "page.mdx" if page.startswith("{/*") else "page.md"
    assert [s.note for s in parse_page(page.encode(), path=path).segments] == expected
