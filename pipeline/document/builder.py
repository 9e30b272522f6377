"""Turns spans of a page into segments: cuts them into lines, joins those into a msgid, names what they are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.document.entities import decode
from pipeline.inline import has_text
from pipeline.model import Segment

_HAN = (("\u2e80", "\u2fdf"), ("\u3000", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\uff00", "\uffef"))
"""First and last of the characters that stand beside each other without a space: Han, kana, full-width forms."""
_EDGE = b" \t\r\n\f\v"
_NBSP = (b"&nbsp;", b"\xc2\xa0")
_LEADING = re.compile(rb"(?>(?:[ \t\r\n\f\v]++|&nbsp;|\xc2\xa0)*)")
_MAYBE_FIRST = frozenset(_EDGE + b"&\xc2")
_MAYBE_LAST = frozenset(_EDGE + b";\xa0")
"""What white space and no-break spaces begin and end with."""
_LINE_START = re.compile(rb"\n(?:[ \t]*>)*")
_QUOTE = re.compile(rb"[ \t]*>?")
_SPACES = re.compile(r" [ \t\r\f\v]+|[\t\r\f\v][ \t\r\f\v]*")  # any but a single space
_BLOCK_START = re.compile(r"(?:[-*+]|\d+[.)])[ \t]|#{1,6}[ \t]|>|:[ \t]|\||```|~~~|\{:")
_HEADING_ID = re.compile(rb"\{[ \t]*+[#:.][^{}\n]*+\}$")


class Item(NamedTuple):
    """A segment with what decides its place and its neighbours."""

    start: int
    block: int  # number of the top-level block it stands in
    segment: Segment


class Builder:
    """Collects the segments of one page. Offsets are bytes into `data`."""

    def __init__(self, data: bytes, *, jsx: bool = False, guesses: tuple[bool, ...] | None = None) -> None:
        self.data = data
        self.jsx = jsx
        self.items: list[Item] = []
        self.block = 0
        self.heading = ""
        self.indented = False  # inside text that only CommonMark takes for indented code
        self.guesses: list[bool] = []
        self._told = guesses
        self.shape: list[str] = []
        self._line = (0, 1)  # the last offset whose line was asked for, and that line

    def add(
        self,
        start: int,
        end: int,
        kind: str,
        form: str,
        *,
        quotes: int = 0,
        hard: frozenset[int] | set[int] = frozenset(),
        keep: bool = False,
        keep_first: bool = False,
        note: str = "",
        inserts: list[tuple[int, int, int, int]] | None = None,
    ) -> str:
        """Adds the text in [start, end) as a segment, unless there is nothing in it to translate; returns its msgid.

        `quotes` is the number of block quotes around it, whose marks start each further line. `hard` holds offsets of
        hard breaks. `inserts` are reference links to be shown with their label: (start and end of what the label replaces,
        start and end of the label). `keep` keeps every line break (the line is read differently by kramdown), `keep_first` the first.
        """
        data = self.data
        start, end = trim(data, start, end)
        if self.jsx and "jsx" not in form:
            form += "+jsx"
        base, markup = _base_and_markup(form)
        if base == "heading":
            m = _HEADING_ID.search(data, start, end)
            if m:
                start, end = trim(data, start, m.start())
        if start >= end:
            return ""
        if data.find(b"\n", start, end) < 0:
            text = self._text(start, end, inserts)
            if base == "html":
                text = _SPACES.sub(" ", text)
            pieces: tuple[tuple[int, int], ...] = ((start, end),)
            joins: tuple[str, ...] = ()
        else:
            pieces, joins, text = self._lines(start, end, base, quotes, hard, keep, keep_first, inserts)
        msgid = decode(text, markup) if "&" in text else text
        if base == "verbatim":
            msgid = text
        if "\r" in msgid:  # a bare carriage return is a soft break
            msgid = _SPACES.sub(" ", msgid)
        if not has_text(msgid, markup):
            return ""
        segment = Segment(msgid, kind, pieces, form, self.line(start), note or self._note(kind), joins)
        self.items.append(Item(start, self.block, segment))
        return msgid

    def guess(self, own: bool) -> bool:
        """A judgement on text that a translation could turn (is this prose?): our own, or the source page's."""
        n = len(self.guesses)
        answer = self._told[n] if self._told is not None and n < len(self._told) else own
        self.guesses.append(answer)
        return answer

    def line(self, offset: int) -> int:
        """The 1-based line of a byte offset, counted from the one before: segments come nearly in order."""
        at, line = self._line
        if offset >= at:
            line += self.data.count(b"\n", at, offset)
        else:
            line -= self.data.count(b"\n", offset, at)
        self._line = (offset, line)
        return line

    def _note(self, kind: str) -> str:
        if self.heading and kind.startswith(("image", "attribute")):
            return f"{kind}, under {self.heading}"
        return kind

    def _lines(
        self,
        start: int,
        end: int,
        base: str,
        quotes: int,
        hard: frozenset[int] | set[int],
        keep: bool,
        keep_first: bool,
        inserts: list[tuple[int, int, int, int]] | None,
    ) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...], str]:
        data = self.data
        pieces: list[tuple[int, int]] = []
        joins: list[str] = []
        texts: list[str] = []
        i, is_hard = start, False
        while i < end:
            stop = data.find(b"\n", i, end)
            stop = end if stop < 0 else stop
            s, e = i, stop
            if pieces:
                for _ in range(quotes):
                    m = _QUOTE.match(data, s, e)
                    if m is None or m.end() == s:
                        break  # a lazy line has fewer marks
                    s = m.end()
            s = e - len(data[s:e].lstrip(_EDGE))
            e = s + len(data[s:e].rstrip(_EDGE))
            next_hard = False
            if stop < end and hard and any(h in hard for h in range(e - 1, stop + 1)):
                next_hard = True
                if data[e - 1] == 0x5C and (e - 1) in hard:
                    e -= 1
                    while e > s and data[e - 1] in b" \t":
                        e -= 1
            if s < e:
                text = self._text(s, e, inserts)
                if base == "html":
                    text = _SPACES.sub(" ", text)
                if pieces:
                    joins.append(self._join(texts[-1], text, base, is_hard, keep or (keep_first and len(pieces) == 1)))
                pieces.append((s, e))
                texts.append(text)
                is_hard = next_hard
            else:
                is_hard = is_hard or next_hard
            i = stop + 1
        out = [texts[0]] if texts else []
        for join, text in zip(joins, texts[1:], strict=True):
            out += (join, text)
        return tuple(pieces), tuple(joins), "".join(out)

    def _text(self, start: int, end: int, inserts: list[tuple[int, int, int, int]] | None) -> str:
        """The source in [start, end), its reference links written out with their labels."""
        data = self.data
        if not inserts:
            return data[start:end].decode("utf-8", "replace")
        out: list[bytes] = []
        i = start
        for at, stop, label, label_end in sorted(inserts):
            if start < at <= end and i <= at:
                out += (data[i:at], b" ".join(_LINE_START.sub(b" ", data[label:label_end]).split()))
                i = max(stop, at)
        return b"".join((*out, data[i:end])).decode("utf-8", "replace")

    @staticmethod
    def _join(before: str, after: str, base: str, hard: bool, keep: bool) -> str:
        if hard or keep or (base != "html" and _BLOCK_START.match(after)):
            return "\n"
        return "" if _is_han(before[-1]) and _is_han(after[0]) else " "


def _is_han(c: str) -> bool:
    return c > "\u2e7f" and any(first <= c <= last for first, last in _HAN)


def trim(data: bytes, start: int, end: int) -> tuple[int, int]:
    """[start, end) without white space and no-break spaces at either end."""
    if start < end and (data[start] in _MAYBE_FIRST or data[end - 1] in _MAYBE_LAST):
        leading = _LEADING.match(data, start, end)
        start = leading.end() if leading else start
        while start < end:
            if data[end - 1] in _EDGE:
                end -= 1
            elif data.endswith(_NBSP, start, end):
                end -= 6 if data[end - 1] == 0x3B else 2
            else:
                break
    return start, end


def markup_of(form: str) -> str:
    """The `markup` argument of `pipeline.inline` for a segment's form."""
    return _base_and_markup(form)[1]


@lru_cache(maxsize=256)
def _base_and_markup(form: str) -> tuple[str, str]:
    base, *flags = form.split("+")
    if base in ("attr", "linktitle", "alt", "verbatim") or base.startswith(("yaml", "toml", "json")):
        return base, "html"
    if "jsx" in flags:
        return base, "mdx"
    return base, "html" if base == "html" else "markdown"
