"""Finds the text in a Markdown body: walks pyromark's events and cuts hulls out of the page's own bytes.

The hull of a block runs from its first inline event to its last. pyromark (pulldown-cmark) gives a byte range for every
event; the corrections are those of CommonMark's own text: an escaping backslash before the first character, `[]` after a
collapsed link, and the marks of block quotes and indentation between one line and the next.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

import pyromark

from pipeline.document.blocks import InlineRun, bracket_end, cells, is_prose, paragraphs
from pipeline.document.builder import Builder
from pipeline.document.html import HtmlScanner
from pipeline.document.mask import Masked

_O = pyromark.Options
OPTIONS = (
    _O.ENABLE_TABLES | _O.ENABLE_FOOTNOTES | _O.ENABLE_STRIKETHROUGH | _O.ENABLE_TASKLISTS | _O.ENABLE_DEFINITION_LIST
)
_LINKS = frozenset(("Link", "Image"))
_ATOMS = frozenset(("Code", "InlineHtml", "FootnoteReference"))
_SILENT = frozenset(("Html", "TaskListMarker"))
_INLINE = frozenset(("Emphasis", "Strong", "Strikethrough", "Link", "Image"))
_OPENED = frozenset(("BlockQuote", "HtmlBlock", "CodeBlock", "Heading", "TableHead", "TableRow"))
"""Blocks whose start says something."""
_CONTAINER_KINDS = {
    "Item": "list item",
    "BlockQuote": "quote",
    "FootnoteDefinition": "footnote",
    "DefinitionListTitle": "term",
    "DefinitionListDefinition": "definition",
}
_IMAGE_TITLE = re.compile(rb"[ \t\n](?:\"([^\"\n]*)\"|'([^'\n]*)')[ \t]*\)$")


class MarkdownWalker:
    """One walk over one body. `base` is the offset of the body in the page."""

    def __init__(self, builder: Builder, scanner: HtmlScanner, masked: Masked, base: int) -> None:
        self.builder = builder
        self.scanner = scanner
        self.masked = masked
        self.base = base
        self.stack: list[str] = []
        self.quotes = 0
        self.columns: list[str] = []
        self.column = 0
        self.in_head = False
        self.run = InlineRun()
        self.html: set[int] = set()
        """Where HTML blocks begin, masked lines among them."""

    def walk(self) -> None:
        """Reads every event, in order."""
        source = self.masked.text.encode("latin-1").decode()
        base, data = self.base, self.builder.data
        run, depth, in_code = self.run, 0, False
        events: Any = pyromark.events_with_range(source, options=OPTIONS)
        for event, span in events:
            if event.__class__ is str:
                if event == "HardBreak":
                    run.hard.update(range(span["start"] + base, span["end"] + base))
                elif event == "Rule":
                    run = self._flush("")
                continue
            name, value = event.popitem()
            start, end = span["start"] + base, span["end"] + base
            if name == "Text":
                if depth or in_code or start == end:
                    continue
                run.atoms += 1
            elif name == "Start":
                kind = value if value.__class__ is str else next(iter(value))
                if kind in _INLINE:
                    depth += 1
                    if kind in _LINKS:
                        end = self._link(run, value[kind]["link_type"], start, end, data)
                        if depth == 1:
                            run.atom = (kind, start, end)
                    if depth > 1:
                        continue
                    run.atoms += 1
                else:
                    if run.start >= 0:
                        run = self._flush("")
                    self._open(kind, value, start, end)
                    in_code = kind == "CodeBlock"
                    depth = 0
                    continue
            elif name == "End":
                kind = value if value.__class__ is str else next(iter(value))
                if kind in _INLINE:
                    depth -= 1
                    continue
                if run.start >= 0 or kind == "TableCell":
                    run = self._flush(kind)
                self._close(kind)
                in_code = False
                continue
            elif name in _ATOMS:
                if name == "Code":
                    run.code.append((start, end))
                if depth:
                    continue
                run.atoms += 1
            elif name in _SILENT:
                continue
            if run.start < 0:
                run.start = start
            run.end = end
        self._flush("")

    @staticmethod
    def _link(run: InlineRun, kind: str, start: int, end: int, data: bytes) -> int:
        """The end of a link; shortcut and collapsed ones are noted, to be shown with their label."""
        if kind == "Collapsed" and data.startswith(b"[]", end):
            end += 2
        if kind in ("Shortcut", "Collapsed"):
            image = data[start] == 0x21
            label_end = end - 2 if kind == "Collapsed" and data.startswith(b"[]", end - 2) else end
            run.inserts.append((label_end, end, start + image, label_end))
        return end

    # -- blocks ------------------------------------------------------------------------------------------------

    def _open(self, kind: str, value: Any, start: int, end: int) -> None:
        builder = self.builder
        if not self.stack:
            builder.block += 1
        self.stack.append(kind)
        builder.shape.append(kind)
        if kind not in _OPENED:
            return
        if kind == "BlockQuote":
            self.quotes += 1
        elif kind == "HtmlBlock":
            masked, at = self.masked.text, start - self.base
            while masked[at] in " \t":
                at += 1
            self.html.add(at + self.base)
            self.scanner.scan(start, end, quotes=self.quotes)
        elif kind == "CodeBlock":
            if value[kind] == "Indented":
                self._indented(start, end)
        elif kind == "Heading":
            self.heading_level = int(str(value[kind]["level"])[-1])
            self.heading_start = start
        elif kind == "TableHead":
            self.columns, self.in_head, self.column = [], True, 0
        elif kind == "TableRow":
            self.column = 0

    def _close(self, kind: str) -> None:
        if self.stack:
            self.stack.pop()
        if kind == "BlockQuote":
            self.quotes -= 1
        elif kind == "TableHead":
            self.in_head = False

    def _flush(self, closing: str) -> InlineRun:
        """Ends the inline run that was being read."""
        run = self.run
        if run.start < 0:
            if closing == "TableCell":
                self._cell_text("")
            return run
        self.run = InlineRun()
        data, builder = self.builder.data, self.builder
        start, end = run.start, run.end
        if start and data[start - 1] == 0x5C and data[start - 2 : start - 1] != b"\\":
            start -= 1
        kind, form, keep, note = self._describe(closing, start, end)
        if self.scanner.stack and not builder.jsx:
            form += "+entities"
        if run.atoms == 1 and run.atom[0] and self._image(run.atom):
            if closing == "TableCell":
                self._cell_text("")
            return self.run
        text = ""
        run.inserts.sort()
        if data[start] == 0x7C and form.startswith("block"):
            self._rows(start, end, form)
            return self.run
        if self.scanner.parts_text(start, end):
            for s, e in self.scanner.runs(start, end, run.code):
                text += self._add(run, s, e, kind, form, keep, note)
        else:
            text = self._add(run, start, end, kind, form, keep, note)
        if closing == "Heading":
            builder.heading = text
        elif closing == "TableCell":
            self._cell_text(text)
        return self.run

    def _add(self, run: InlineRun, start: int, end: int, kind: str, form: str, keep: bool, note: str) -> str:
        inserts = run.inserts
        if inserts:
            first = bisect_left(inserts, (start,))
            inserts = inserts[first : bisect_left(inserts, (end + 1,))]
        return self.builder.add(
            start, end, kind, form, quotes=self.quotes, hard=run.hard, keep=keep, note=note, inserts=inserts
        )

    def _describe(self, closing: str, start: int, end: int) -> tuple[str, str, bool, str]:
        """Kind, form, whether line breaks are kept, and the note for the run that ends."""
        data = self.builder.data
        if closing == "Heading":
            atx = (
                data.startswith(b"#", self.heading_start)
                or data[self.heading_start : start].lstrip(b" \t>")[:1] == b"#"
            )
            return f"heading {self.heading_level}", "heading" if atx else "block", not atx, ""
        if closing == "TableCell":
            column = self.columns[self.column] if not self.in_head and self.column < len(self.columns) else ""
            kind = "table header" if self.in_head else "table cell"
            return kind, "cell", False, f"{kind}, column {column}" if column else kind
        keep = data.find(b"|", start, end) >= 0
        for container in reversed(self.stack):
            if container in _CONTAINER_KINDS:
                kind = _CONTAINER_KINDS[container]
                return kind, "block" if kind != "list item" else "block+item", keep, ""
        return "paragraph", "block", keep, ""

    def _cell_text(self, text: str) -> None:
        if self.in_head:
            self.columns.append(text)
        self.column += 1

    def _image(self, atom: tuple[str, int, int]) -> bool:
        """An image alone in its block (linked or not): only its alternative text and title are text."""
        data = self.builder.data
        name, start, end = atom
        inner = start
        if name == "Link":
            inner = start + 1
            while data[inner : inner + 1] in (b" ", b"\n", b"\t"):
                inner += 1
        if data[inner : inner + 2] != b"![" or b"<" in data[start:end] or b"{" in data[start:end]:
            return False
        close = bracket_end(data, inner + 2, end)
        if close < 0 or data[close + 1 : close + 2] != b"(":
            return False
        stop = end
        if name == "Link":
            tail = data.find(b")", close, end) + 1
            rest = data[tail:end].lstrip(b" \n\t")
            if not tail or rest[:2] != b"](" or b"(" in data[close + 2 : tail]:
                return False
            stop = tail
        self.builder.add(inner + 2, close, "image alt", "alt", quotes=self.quotes)
        title = _IMAGE_TITLE.search(data, close, stop)
        if title:
            group = 1 if title.group(1) is not None else 2
            self.builder.add(
                title.start(group), title.end(group), "image title", 'linktitle+"' if group == 1 else "linktitle+'"
            )
        return True

    def _rows(self, start: int, end: int, form: str) -> None:
        """Lines that begin with `|`: a kramdown table without a delimiter row; its cells are never joined."""
        data = self.builder.data
        flags = form.partition("+")[2]
        cell = "cell+" + flags if flags else "cell"
        i = start
        while i < end:
            stop = data.find(b"\n", i, end)
            stop = end if stop < 0 else stop
            s = i
            while s < stop and data[s] in b" \t>":
                s += 1
            if data[s : s + 1] == b"|":
                s += 1
            for a, b in cells(data, s, stop):
                if data.find(b"<", a, b) >= 0:
                    for x, y in self.scanner.runs(a, b, []):
                        self.builder.add(x, y, "table cell", cell)
                else:
                    self.builder.add(a, b, "table cell", cell)
            i = stop + 1

    def _indented(self, start: int, end: int) -> None:
        """Indented "code" that is HTML or hand-indented prose is offered; true code is not."""
        builder, data = self.builder, self.builder.data
        text = data[start:end].decode("utf-8", "replace")
        if builder.jsx:
            self.builder.indented = True
            for s, e in paragraphs(data, start, end):
                self.scanner.scan(s, e, quotes=self.quotes)
            self.builder.indented = False
            return
        if text.lstrip().startswith("<") or self.scanner.stack:
            self.scanner.scan(start, end, quotes=self.quotes)
            return
        if not builder.guess(is_prose(text)):
            return
        i = start
        while i < end:
            stop = data.find(b"\n", i, end)
            stop = end if stop < 0 else stop
            s = i
            for _ in range(self.quotes if i > start else 0):
                while s < stop and data[s] in b" \t":
                    s += 1
                if data[s : s + 1] != b">":
                    break
                s += 1
            self.builder.add(s, stop, "indented text", "verbatim")
            i = stop + 1
