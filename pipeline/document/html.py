"""Finds the text in HTML: between block-level tags, and in translatable attributes.

One scan from left to right; nothing is parsed into a tree. The stack of open elements lives as long as the page, because
in Markdown an element may open in one HTML block and close in another.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.document.builder import Builder, trim
from pipeline.document.openelements import OpenElements
from pipeline.document.runs import Token, peel, split_breaks
from pipeline.inline import has_text
from pipeline.inline.lines import BLANK, LineEdges
from pipeline.inline.tags import INLINE, NO_TRANSLATE, RAW, VOID, Tag, TagScanner, attribute_is_translatable
from pipeline.inline.templates import Template, is_escaped

_ATTRIBUTE_HINT = re.compile(r"alt|title|aria-|placeholder|label|summary|value|content|og:")
_MARKER = re.compile(r"[ \t>]*(?:([-*+]|\d{1,9}[.)]|#{1,6})(?:[ \t]+|$)(?:\{:[^}\n]*\}[ \t]*)?)?(?=[^ \t])")
_MARKER_ONLY = re.compile(r"[ \t>]*(?:[-=*_][ \t]*){3,}$")
_BLOCK_TEMPLATE = re.compile(r"\{%|\{\{[<%]")


class Directive(NamedTuple):
    """A comment, with its place; `document/directives.py` says which ones speak to us."""

    start: int
    end: int
    block: int


class HtmlScanner:
    """Scans ranges of one page, in order, into `builder`."""

    def __init__(
        self, builder: Builder, text: str, opaque: tuple[Template, ...], *, markdown: bool, offset: int = 0
    ) -> None:
        """`text` is the page viewed as Latin-1; `opaque` are template spans, `offset` bytes before their own place."""
        self.builder = builder
        self.text = text
        self.tags = TagScanner(text, jsx=builder.jsx)
        self.opaque = [(t.start + offset, t.end + offset) for t in opaque]
        self.lines = {t.start + offset for t in opaque if t.kind == "line"}
        self.markdown = markdown
        self.stack = OpenElements()
        self.muted = OpenElements()
        """Open elements whose content is not for translators."""
        self.alone = LineEdges(text)
        self.lead = LineEdges(text, before=" \t>")
        self.comments: list[Directive] = []
        self._lower: TagScanner | None = None

    # -- ranges ------------------------------------------------------------------------------------------------

    def scan(self, start: int, end: int, *, quotes: int = 0) -> None:
        """The text and attributes of an HTML block (or a whole HTML page)."""
        for run in self._runs(start, end, [], escapes=False):
            self._emit(run, quotes, start)

    def runs(self, start: int, end: int, code: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Parts of a Markdown hull between block-level tags, edges peeled; `code` are its code spans."""
        out = []
        for run in self._runs(start, end, code, escapes=True):
            for part in split_breaks(run):
                span = self._span(part)
                if span:
                    out.append(span)
        return out

    def _runs(self, start: int, end: int, code: list[tuple[int, int]], *, escapes: bool) -> Iterator[list[Token]]:
        """Runs of inline tokens; tags that are not inline end one, and their attributes are offered on the way.

        With `escapes` a backslash makes text of a tag: in Markdown, and not in HTML blocks.

        A run is yielded before the tag that ends it changes the stack of open elements.
        """
        text, find, muted = self.text, self.text.find, self.muted
        skips = [*code, (end, end)]
        if self.opaque:
            first = max(bisect_right(self.opaque, (start, 0)) - 1, 0)
            skips += self.opaque[first : bisect_left(self.opaque, (end, 0))]
            skips.sort()
        c, i, run = 0, start, []
        while i < end:
            if muted and muted.last in RAW:
                i = self._skip_raw(i, end)
                continue
            lt = find("<", i, end)
            stop = end if lt < 0 else lt
            while skips[c][1] <= i:
                c += 1
            if skips[c][0] < stop:
                skip, stop = skips[c], max(skips[c][0], i)
                if not muted:
                    if stop > i and not text[i:stop].isspace():
                        run.append(Token("text", i, stop, None))
                    i = max(min(skip[1], end), stop)
                    if self._stands_alone(skip):
                        if run:
                            yield run
                            run = []
                    else:
                        run.append(Token("opaque", stop, i, None))
                else:
                    i = max(min(skip[1], end), stop)
                i = max(i, stop)
                c += skips[c][1] <= i
                continue
            if stop > i and not muted and not text[i:stop].isspace():
                run.append(Token("text", i, stop, None))
            if lt < 0:
                break
            escaped = escapes and text[lt - 1] == "\\" and lt > start and is_escaped(text, lt)
            tag = None if escaped else self.tags.tag(lt)
            if tag is None or tag.end > end:
                if not muted:
                    run.append(Token("text", lt, lt + 1, None))
                i = lt + 1
                continue
            i = tag.end
            kind = tag.kind
            if kind == "comment":
                self.comments.append(Directive(tag.start, tag.end, self.builder.block))
                if not muted:
                    run.append(Token("single", tag.start, tag.end, tag))
                continue
            name = tag.name
            if muted:
                self._nest(name, tag)
                continue
            inline = name in INLINE or (name[:1].isupper() and self._inside_text(name, tag))
            if kind == "open" and (name in RAW or (tag.end - tag.start > len(name) + 14 and self._hands_off(tag))):
                close = self._end_of_element(name, tag) if inline else 0
                if close:
                    run.append(Token("opaque", tag.start, close, None))
                    i = close
                    continue
                if name not in RAW or self._closes(name, tag.end):
                    if run:
                        yield run
                        run = []
                    muted.push(name)
                    continue
            if inline:
                run.append(Token(kind if kind != "empty" else "single", tag.start, tag.end, tag))
                continue
            if run:
                yield run
                run = []
            self._structure(name, tag)
        if run:
            yield run

    def _inside_text(self, name: str, tag: Tag) -> bool:
        """Whether a component (`<Tab>`) is part of a sentence; one that has its line or lines to itself is a block."""
        if not self.markdown or name.lower() in RAW or (tag.kind == "close" and name in self.stack):
            return False
        if not self.lead.leads(tag.start):
            return True
        if self.lead.ends(tag.end):
            return False
        rest = self.text[tag.end : self.lead.end(tag.end)].rstrip(BLANK)
        return not rest.endswith(f"</{name}>")

    def parts_text(self, start: int, end: int) -> bool:
        """Whether tags or masked lines may stand between the words of a Markdown hull, so that `runs` must be asked."""
        if self.muted or self.builder.data.find(b"<", start, end) >= 0:
            return True
        first = bisect_left(self.opaque, (start, 0))
        return any(map(self._stands_alone, self.opaque[first : bisect_left(self.opaque, (end, 0))]))

    def _stands_alone(self, skip: tuple[int, int]) -> bool:
        """Masked lines, and template tags that have a line to themselves, stand between texts and not in them."""
        text, (start, end) = self.text, skip
        if start in self.lines:
            return True
        if not _BLOCK_TEMPLATE.match(text, start):
            return False
        return self.alone.leads(start) and self.alone.ends(end)

    # -- elements ----------------------------------------------------------------------------------------------

    def _structure(self, name: str, tag: Tag) -> None:
        """A tag that is not inline: the stack of open elements, the page's shape, its attributes."""
        if tag.kind == "open":
            self.stack.push(name)
            self.builder.shape.append(name)
        elif tag.kind == "close":
            self.builder.shape.append("/" + name)
            self.stack.close(name)
        else:
            self.builder.shape.append(name)
        if tag.kind != "close" and tag.end - tag.start > len(name) + 3:
            self._attributes(tag)

    def _hands_off(self, tag: Tag) -> bool:
        part = self.text[tag.start : tag.end]
        return "translate" in part and NO_TRANSLATE.search(part) is not None

    def _end_of_element(self, name: str, tag: Tag) -> int:
        """End of the matching end tag on the same line, 0 when there is none."""
        at = self.tags.find(f"</{name}>", tag.end)
        return at + len(name) + 3 if 0 <= at < self.lead.end(tag.end) else 0

    @property
    def _lower_tags(self) -> TagScanner:
        if self._lower is None:
            self._lower = TagScanner(self.text.lower())
        return self._lower

    def _closes(self, name: str, pos: int) -> bool:
        """A raw element that never closes would hide the rest of the page: then it is not one."""
        return self._lower_tags.find(f"</{name.lower()}", pos) >= 0

    def _skip_raw(self, start: int, end: int) -> int:
        close = self._lower_tags.find(f"</{self.muted.last.lower()}", start)
        if close < 0 or close >= end:
            return end
        tag = self.tags.tag(close)
        name = self.muted.pop()
        return tag.end if tag else min(end, close + len(name) + 2)

    def _nest(self, name: str, tag: Tag) -> None:
        """Keeps count of elements inside a `translate="no"` one."""
        if tag.kind == "open" and name not in VOID:
            self.muted.push(name)
        elif tag.kind == "close":
            self.muted.close(name)

    # -- text --------------------------------------------------------------------------------------------------

    def _emit(self, run: list[Token], quotes: int, block_start: int) -> None:
        builder = self.builder
        kind = self.stack.kind
        loose = self.markdown and not self.stack and not builder.jsx
        for part in split_breaks(run):
            span = self._span(part)
            if not span:
                continue
            start, end = span
            if loose or builder.indented:
                self._loose(start, end, kind, quotes)
                continue
            if self.markdown:
                leads = self.lead.leads(start)
                # An HTML block that starts with an inline tag ends as one only if its first line stays as it is.
                keep_first = part[0].start <= block_start and part[0].tag is not None and start == part[0].start
                builder.add(start, end, kind, "html+start" if leads else "html", quotes=quotes, keep_first=keep_first)
            else:
                builder.add(start, end, kind, "html")

    def _loose(self, start: int, end: int, kind: str, quotes: int) -> None:
        """Text right after `</p>`: kramdown reads Markdown again there, so lines stay lines and marks are not text."""
        groups: list[tuple[int, int, str | None]] = []
        i = start
        while i < end:
            stop = self.text.find("\n", i, end)
            stop = end if stop < 0 else stop
            m = _MARKER.match(self.text, i, stop)
            if m and (m.group(1) or not groups):
                groups.append((m.end(), stop, m.group(1)))
            elif groups and not _MARKER_ONLY.match(self.text, i, stop):
                groups[-1] = (groups[-1][0], stop, groups[-1][2])
            else:
                groups.append((stop, stop, None))
            i = stop + 1
        for s, e, marker in groups:
            named = f"heading {len(marker)}" if marker and marker[0] == "#" else "list item" if marker else kind
            self.builder.add(s, e, named, "html+start", quotes=quotes, keep=True)

    def _span(self, tokens: list[Token]) -> tuple[int, int] | None:
        """The text of a run without the tags around it; attributes of what is left out are offered on their own."""
        data = self.builder.data
        if len(tokens) == 1 and tokens[0].kind == "text":
            start, end = trim(data, tokens[0].start, tokens[0].end)
            return (start, end) if start < end else None
        tokens = [t for t in tokens if t.kind != "text" or self._filled(t)]
        lo, hi = peel(tokens)
        span = None
        if lo <= hi:
            start, end = trim(data, tokens[lo].start, tokens[hi].end)
            markup = "mdx" if self.builder.jsx else "html"
            if start < end and has_text(data[start:end].decode("utf-8", "replace"), markup):
                span = (start, end)
        for n, token in enumerate(tokens):
            if token.tag is not None and token.kind in ("open", "single") and not (span and lo <= n <= hi):
                self._attributes(token.tag)
        return span

    def _filled(self, token: Token) -> bool:
        start, end = trim(self.builder.data, token.start, token.end)
        if start >= end:
            return False
        # `>` at the start of a line is a mark of a quote, elsewhere it is a character.
        return bool(self.text[start:end].strip(" \t\r\n>")) or not self.lead.leads(start)

    def _attributes(self, tag: Tag) -> None:
        if not _ATTRIBUTE_HINT.search(self.text[tag.start + len(tag.name) : tag.end].lower()):
            return
        attributes = self.tags.attributes(tag)
        values = {a.name.lower(): self.text[a.start : a.end] for a in attributes}
        name = tag.name.lower()
        for a in attributes:
            attribute = a.name.lower()
            if a.quote == "{" or a.start >= a.end or not attribute_is_translatable(name, attribute, values):
                continue
            kind = "image alt" if attribute == "alt" else f"attribute {name} {attribute}"
            if name == "meta":
                kind = "meta " + (values.get("name") or values.get("property") or "")
            self.builder.add(a.start, a.end, kind, "attr+" + (a.quote or "bare"))


__all__ = ["Directive", "HtmlScanner"]
