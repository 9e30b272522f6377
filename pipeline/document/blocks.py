"""What the walk over a page notes of an inline run, and small readers of blocks: cells, fences, prose in indented text."""

from __future__ import annotations

import re

from pipeline.inline.lines import BLANK
from pipeline.inline.templates import Template

_CELL_END = re.compile(rb"\\.|(`+)|\|")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_CODE_MARKS = re.compile(r"[{}\[\]();=<>$|\\#@_/*&^%`~+]")
_SENTENCE = re.compile(r"[.,;:?!][\"'”’)]*(?:\s|$)")
_FEW_LETTERS = 8
QUOTE_MARKS = r"[ \t]*+(?>(?:>[ \t]?)*)[ \t]*+"
"""What a line in a block quote begins with; atomic, so white space is never tried twice."""
_FENCE = re.compile(r"(`{3,}|~{3,})([^\n]*)")
_BEFORE_FENCE = re.compile(rf"{QUOTE_MARKS}(?>(?:(?:[-*+]|\d+[.)])[ \t]++)*)")
_BLANK = re.compile(rb"\n[ \t\r]*(?=\n)")


class InlineRun:
    """Inline content of one block while it is being read."""

    __slots__ = ("atom", "atoms", "code", "end", "hard", "inserts", "start")

    def __init__(self) -> None:
        self.start = -1
        self.end = -1
        self.code: list[tuple[int, int]] = []
        self.hard: set[int] = set()
        self.inserts: list[tuple[int, int, int, int]] = []
        self.atoms = 0
        """How many things it is made of."""
        self.atom = ("", 0, 0)
        """The last link or image that is not inside another mark: its kind and span."""


def paragraphs(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Spans between blank lines."""
    out, i = [], start
    for m in _BLANK.finditer(data, start, end):
        out.append((i, m.start()))
        i = m.end()
    return [*out, (i, end)]


def is_prose(text: str) -> bool:
    """Whether indented text reads as sentences or labels rather than as code."""
    if len(_CODE_MARKS.findall(text)) * 40 > len(text):
        return False
    # Nobody writes programs in Chinese, Tamil or Arabic: letters without case, and few spaces to count words by.
    letters = [c for c in text if c.isalpha()]
    if sum(c.lower() == c.upper() for c in letters) * 2 > max(len(letters), 2 * _FEW_LETTERS):
        return True
    words = _LETTERS.findall(text)
    if len(words) < 4:
        return False
    sentences = len(_SENTENCE.findall(text))
    return (sentences >= 1 or len(words) >= 8) and any(w[0].isupper() for w in words)


def cells(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Spans between unescaped `|` outside code spans."""
    out, i, cell = [], start, start
    while True:
        m = _CELL_END.search(data, i, end)
        if m is None:
            out.append((cell, end))
            return out
        i = m.end()
        if m.group(1):
            close = data.find(m.group(1), i, end)
            i = close + len(m.group(1)) if close >= 0 else i
        elif m.group() == b"|":
            out.append((cell, m.start()))
            cell = i


def bracket_end(data: bytes, start: int, end: int) -> int:
    """Offset of the `]` that closes a text which starts at `start`; -1 when there is none, or code in it."""
    depth, i = 1, start
    while i < end:
        c = data[i]
        if c == 0x5C:
            i += 1
        elif c == 0x5B:
            depth += 1
        elif c == 0x5D:
            depth -= 1
            if not depth:
                return i
        elif c == 0x60:
            return -1
        i += 1
    return -1


def fences(text: str) -> list[Template]:
    """Fenced code at any indentation, from its opening line to its closing one (or the end of the text)."""
    out: list[Template] = []
    start, mark = -1, ""
    for m in _FENCE.finditer(text):
        if not _BEFORE_FENCE.fullmatch(text, text.rfind("\n", 0, m.start()) + 1, m.start()):
            continue
        if start < 0:
            if m.group(1)[0] != "`" or "`" not in m.group(2):
                start, mark = m.start(1), m.group(1)
        elif m.group(1).startswith(mark) and not m.group(2).strip(BLANK):
            out.append(Template(start, m.end(1), "line"))
            start = -1
    if start >= 0:
        out.append(Template(start, len(text.rstrip(BLANK)), "line"))
    return out
