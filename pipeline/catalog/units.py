"""What of a text survives translation: the features by which a page is aligned with its translation.

A *unit* is a segment, or a block that nobody translates (fenced code, an embed), which is a good anchor. Its *marks*
are what a translator leaves alone: link targets, images, code, template syntax, addresses, numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from pipeline.catalog.match import words
from pipeline.inline import elements, plain
from pipeline.model import InlineElement, Page, Segment

BLOCK = "block"
"""Kind of a unit that is no segment."""

_NUMBER = re.compile(r"\d(?:[.,:'\u2019\u00a0\u202f]?\d)*")
_TARGET = re.compile(r"""(?:href|src)\s*=\s*["']?([^"'\s>]+)|\]\(\s*<?([^()\s>]+)""")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_OWN_MARKS = {"code": "code", "template": "template", "expression": "template", "footnote": "template", "tag": "tag"}
_ADDRESSES = frozenset(("url", "email", "autolink"))
_LONGEST_BLOCK = 4000
"""Characters of an untranslated block that are looked at."""
_MOST_LINES = 12

_STOP = r".!?\u061f\u0964\u3002\uff01\uff1f\uff0e"
_STOPS = re.compile(rf"(?<![{_STOP}])[{_STOP}]++(?=\s|$|[\"')\]*_\u2019\u201d])|[\u3002\uff01\uff1f]")
_ENDS = {"\u3002": ".", "\uff0e": ".", "\u0964": ".", "\uff1f": "?", "\u061f": "?", "\uff01": "!", "\uff1a": ":"}
_CLOSERS = " \"')]*_\u2019\u201d\u300d\u300f\uff09"

Mark = tuple[str, str]
"""(class, value): ("number", "1250"), ("link", "/fees"), ("image", "a.png"), ("code", "`x`"), ("line", ...), ("stops",
"2") for two sentences, ("end", "?"), ("form", "html") ..."""


class Unit(NamedTuple):
    """One member of the sequence that is aligned."""

    text: str
    """The msgid; of an untranslated block its source."""
    kind: str
    """As `Segment.kind`, or BLOCK."""
    segment: int
    """Index in `Page.segments`; -1 for a block."""
    length: int
    """Characters a reader sees."""
    marks: frozenset[Mark]
    inline: frozenset[tuple[str, int]]
    """(kind of inline element, how often)."""
    words: frozenset[str]


def units(page: Page, markups: Sequence[str], locales: Sequence[str] = ()) -> list[Unit]:
    """The units of a page in order. `markups` names the inline grammar of each segment (`document.builder.markup_of`).

    `locales` are first folders that addresses on the page may have (`/ms/fees/`); they are left out of its marks.
    """
    result: list[Unit] = []
    reached = 0
    own_ends = [segment.pieces[-1][1] for segment in page.segments]
    order = sorted(range(len(page.segments)), key=lambda number: page.segments[number].pieces[0][0])
    before: list[Mark] = []
    for number in order:
        segment = page.segments[number]
        start = segment.pieces[0][0]
        after, blocks, before = _between(page.data, reached, start, locales)
        _lend(result, after)
        result += blocks
        result.append(_unit(segment, number, markups[number], locales, before))
        reached = max(reached, own_ends[number])
    after, blocks, _ = _between(page.data, reached, len(page.data), locales)
    _lend(result, after)
    return result + blocks


def from_texts(texts: Iterable[str], kind: str = "paragraph") -> list[Unit]:
    """Units of plain Markdown texts, all of one kind."""
    return [_unit(Segment(text, kind, ()), number, "markdown", (), ()) for number, text in enumerate(texts)]


def bare_address(target: str, locales: Sequence[str] = ()) -> str:
    """An address without a locale's folder or suffix, a final slash and escapes: what it has in common in all editions."""
    place = unicodedata.normalize("NFC", unquote(target)).strip("<>")
    for locale in locales:
        lead = "/" if place.startswith("/") else ""
        folder, slash, below = place.lstrip("/").partition("/")
        if folder.lower() == locale.lower() and (slash or lead):
            place = lead + below
            break
        stem, dot, suffix = place.rpartition(".")
        if dot and stem.lower().endswith(f".{locale.lower()}"):
            place = f"{stem[: -len(locale) - 1]}.{suffix}"
            break
    return place.rstrip("/") or "/"


def numbers(text: str) -> Iterator[str]:
    """Numbers, times and amounts in ASCII digits without separators: "1,250.00" and "1.250,00" are both "125000"."""
    for found in _NUMBER.findall(text):
        yield "".join(str(unicodedata.digit(c, "")) for c in found if c.isdigit())


def _end(text: str) -> str:
    """The punctuation a text ends with, in ASCII; "" after a word."""
    last = text.rstrip(_CLOSERS)[-1:]
    last = _ENDS.get(last, last)
    return last if last in ".?!:" else ""


def _unit(segment: Segment, number: int, markup: str, locales: Sequence[str], around: Iterable[Mark]) -> Unit:
    found = elements(segment.msgid, markup)
    seen = plain(segment.msgid, markup) if found else segment.msgid
    kinds: dict[str, int] = {}
    marks = set(around)
    for element in found:
        kinds[element.kind] = kinds.get(element.kind, 0) + 1
        if mark := _mark(element, locales):
            marks.add(mark)
    marks.update(("number", value) for value in numbers(seen))
    marks.add(("stops", str(len(_STOPS.findall(seen)))))
    marks.add(("end", _end(seen)))
    marks.add(("form", segment.form))
    return Unit(
        text=segment.msgid,
        kind=segment.kind,
        segment=number,
        length=len(" ".join(seen.split())),
        marks=frozenset(marks),
        inline=frozenset(kinds.items()),
        words=frozenset(word for word in words(seen) if not word.isdecimal()),
    )


def _mark(element: InlineElement, locales: Sequence[str]) -> Mark | None:
    if element.kind in ("link", "image"):
        return (element.kind, bare_address(element.source.strip("()"), locales))
    if element.kind in _ADDRESSES:
        return ("address", element.source.strip("<>"))
    if element.kind == "tag" and (found := _TARGET.search(element.source)):
        return ("link", bare_address(found[1] or found[2], locales))
    if own := _OWN_MARKS.get(element.kind):
        return (own, element.source)
    return None


def _between(data: bytes, start: int, end: int, locales: Sequence[str]) -> tuple[list[Mark], list[Unit], list[Mark]]:
    """What stands between two segments: marks of the line before, untranslated blocks, marks of the line after."""
    if start >= end:
        return [], [], []
    text = data[start:end].decode("utf-8", "replace")
    head, newline, rest = text.partition("\n")
    if not newline:
        return [], [], _targets(text, locales)
    middle, _, tail = rest.rpartition("\n")
    return _targets(head, locales), list(_blocks(middle)), _targets(tail, locales)


def _targets(text: str, locales: Sequence[str]) -> list[Mark]:
    return [("link", bare_address(found[1] or found[2], locales)) for found in _TARGET.finditer(text)]


def _blocks(text: str) -> Iterator[Unit]:
    """Runs of lines without a blank one between them, that hold a letter or digit."""
    run: list[str] = []
    for line in (*text.split("\n"), ""):
        stripped = line.strip()
        if stripped:
            run.append(stripped)
            continue
        lines = [each for each in run if _LETTER_OR_DIGIT.search(each)]
        if lines:
            whole = "\n".join(run)[:_LONGEST_BLOCK]
            marks = frozenset(("line", each) for each in lines[:_MOST_LINES])
            yield Unit(whole, BLOCK, -1, len(whole), marks, frozenset(), frozenset())
        run = []


def _lend(result: list[Unit], marks: list[Mark]) -> None:
    """Give marks that follow a segment on its line to that segment."""
    if marks and result and result[-1].segment >= 0:
        result[-1] = result[-1]._replace(marks=result[-1].marks | set(marks))
