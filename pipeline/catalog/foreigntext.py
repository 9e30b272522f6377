"""Another tool's text as it is compared with ours: by the characters that a reader sees.

Tools differ in white space, escapes, entities and in how they write an inline element (`_a_` or `*a*`,
`[text]{1}` or `[text](target)`), not in the words. An element is known by how many characters stand before it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from pipeline.catalog.carry import Mark, marks_of

ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
BREAK = re.compile(r"(?P<hard>(?<! ) {2,}|\\)?\r?\n[ \t]*|(?P<folded>\\)[ \t]+")
"""A line break; `folded` is a hard one whose line end was made a space (po4a)."""
_UNSEEN = re.compile(r"[\s\[\]\u200b-\u200f\u2060\ufeff]+")
_PLACEHOLDER = re.compile(r"\]\{(\d+)\}")


class Flat(NamedTuple):
    """A text without its marks."""

    text: str
    """What a reader sees: entities and escapes resolved, no white space, no square brackets."""
    marks: tuple[tuple[int, Mark], ...]
    """Each mark with the number of characters of `text` before it."""
    breaks: tuple[tuple[int, bool], ...]
    """Each line break in the same way, and whether it is marked as a hard one."""


@lru_cache(maxsize=8192)
def flat(text: str) -> Flat:
    """The text as it is compared."""
    out: list[str] = []
    placed: list[tuple[int, Mark]] = []
    breaks: list[tuple[int, bool]] = []
    count = position = 0

    def take(piece: str) -> None:
        nonlocal count
        start = 0
        for found in BREAK.finditer(piece):
            out.append(seen(piece[start : found.start()]))
            count += len(out[-1])
            breaks.append((count, is_hard(found)))
            start = found.end()
        out.append(seen(piece[start:]))
        count += len(out[-1])

    for mark in marks(text):
        take(text[position : mark.start])
        placed.append((count, mark))
        position = mark.end
    take(text[position:])
    return Flat("".join(out), tuple(placed), tuple(breaks))


def marks(text: str) -> list[Mark]:
    """The marks in order, as `marks_of` has them, but with the two tags of an element that holds code apart.

    Some tools show what stands between them (`<kbd>Ctrl</kbd>`) to translators, and keep only the tags back.
    """
    found: list[Mark] = []
    for mark in marks_of(text):
        raw = raw_of(text, mark)
        opened, closing = raw.find(">") + 1, raw.rfind("</")
        if mark.kind != "code" or not raw.startswith("<") or not 0 < opened <= closing:
            found.append(mark)
            continue
        for side, start, end in (("open", 0, opened), ("close", closing, len(raw))):
            found.append(Mark("tag", side, mark.start + start, mark.start + end, (raw[start:end],), ()))
    return found


def is_hard(found: re.Match[str]) -> bool:
    """Whether a `BREAK` is marked as one that must be kept."""
    return (found["hard"] or found["folded"]) is not None


def seen(piece: str) -> str:
    """What a reader sees of running text, without white space and square brackets."""
    return _UNSEEN.sub("", unescape(ESCAPE.sub(r"\1", piece)))


def readable(text: str) -> str:
    """Another tool's text as Markdown: the numbers that Translate Toolkit writes for link targets become targets."""
    return _PLACEHOLDER.sub(r"]({\1})", text.strip())


def raw_of(text: str, mark: Mark) -> str:
    """A mark as it is written."""
    return text[mark.start : mark.end]


def running(text: str) -> str:
    """The text outside its marks."""
    out: list[str] = []
    position = 0
    for mark in marks(text):
        out.append(text[position : mark.start])
        position = mark.end
    return "\0".join([*out, text[position:]])
