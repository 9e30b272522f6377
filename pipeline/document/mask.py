"""Masks generator syntax before Markdown is parsed, byte for byte, so that offsets stay true.

CommonMark takes a kramdown attribute list, a `:::` fence, a shortcode or an MDX import for paragraph text and would
glue it to the lines around it. A line that holds only such syntax becomes an HTML comment of the same length, which
interrupts paragraphs and works inside lists and quotes; a span inside a line becomes letters. Segments are always
cut from the page's own bytes, never from the masked ones.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.document.blocks import QUOTE_MARKS, fences
from pipeline.inline.lines import BLANK, LineEdges
from pipeline.inline.tags import Braces, TagScanner
from pipeline.inline.templates import Template, find_templates, is_escaped

_ADMONITION = re.compile(
    rf"^{QUOTE_MARKS}(?:(?:[-*+]|\d+[.)])[ \t]+)?((?:!!!|\?\?\?\+?)[ \t]+[A-Za-z][^\n]*|===[!+]?[ \t]+\"[^\n]*)",
    re.MULTILINE,
)
_TITLE = re.compile(r"\"([^\"\n]*)\"[ \t\r]*$")
_CONTAINER = re.compile(
    rf"^{QUOTE_MARKS}(:{{3,}}[^\n]*|/{{3,}}(?:[ \t]+[a-z][\w-]*(?:[ \t]*\|[^\n]*)?)?[ \t\r]*$)", re.MULTILINE
)
_CONTAINER_TITLE = re.compile(
    r"/{3,}[ \t]+[\w-]+[ \t]*\|[ \t]*([^\n]*\S)|:{3,}[ \t]*[A-Za-z][\w-]*(?:\[([^\]\n]*)\]|(?=[ \t{]))(?:[ \t]*\{[^}\n]*\})?[ \t]*+(?:\"([^\"\n]*)\"[ \t\r]*$|([^\n{]*+)$)"
)
_ALERT = re.compile(r"^[ \t]*(?:>[ \t]?)+(\[![A-Za-z]+\][+-]?)([ \t]+[^\n]*)?[ \t\r]*$", re.MULTILINE)
_LINE = re.compile(
    rf"^{QUOTE_MARKS}(--8<--[^\n]*|\{{\*[^\n]*\*\}}|\[TOC\]|\[\[_?(?:toc|TOC)_?\]\]|\*\[[^\]\n]+\]:[^\n]*|\$\$[ \t\r]*$[^$]*?^{QUOTE_MARKS}\$\$)[ \t\r]*$",
    re.MULTILINE,
)
_ESM = re.compile(r"^(?:import|export)[ \t{*]", re.MULTILINE)
_ESM_STEP = re.compile(r"[{(\[]|\n[ \t\r]*(?=\n|$)|`")
_IMPORT = re.compile(r"^import[ \t](?:[^\n'\"]{1,200}[ \t]from[ \t]+)?['\"][^'\"\n]+['\"]", re.MULTILINE)
_DESTINATION = re.compile(r"\]\([ \t]*(?=[^()<>\s][^() \t\n]*+[ \t(])")  # one that may hold a space
_DESTINATION_STEP = re.compile(r"[\n`]|\]\(|[()]")  # another link's start ends it: so each character is read once
_DESTINATION_TITLE = re.compile(r"(?<![ \t])[ \t]+(?:\"[^\"]*\"|'[^']*')[ \t]*$")
_NOT_SPACE = re.compile(r"[^\r\n \t]+")
_NOT_BREAK = re.compile(r"[^\n]+")
_ADMONITION_MARKS = re.compile(r"!!!|\?\?\?|===[!+]?[ \t]+\"")
_LINE_MARKS = ("--8<--", "{*", "[TOC]", "[[", "*[", "$$")
_TRIGGER = re.compile(r"\{|:::|///|!!!|\?\?\?|=== \"|===!|\[!|--8<--|\[TOC\]|\[\[|\*\[|\$\$|\]\(")


class Extra(NamedTuple):
    """A translatable span inside masked syntax: an admonition's title."""

    start: int
    end: int
    kind: str
    form: str
    mask: int
    """Where the mask of its line begins: an HTML block must begin there, or the line is an example inside code."""


class Masked(NamedTuple):
    """The text to parse, the opaque spans in it (in order), and titles found inside masked lines."""

    text: str
    opaque: tuple[Template, ...]
    extras: tuple[Extra, ...]


def is_mdx(text: str) -> bool:
    """Whether a `.md` page is MDX all the same (Docusaurus): it imports a module outside its code."""
    return _IMPORT.search(text) is not None and _IMPORT.search(_blanked(text, fences(text))) is not None


def mask(text: str, *, jsx: bool = False) -> Masked:
    """`text` is a page's body viewed as Latin-1 (one character a byte); so is the result, of the same length."""
    if not jsx and not _TRIGGER.search(text):
        return Masked(text, (), ())
    work = _Mask(text, jsx)
    return Masked(work.finish(), tuple(_disjoint(work.opaque)), tuple(sorted(work.extras)))


class _Mask:
    def __init__(self, text: str, jsx: bool) -> None:
        self.text = text
        self.edits: list[tuple[int, int, str]] = []
        self.opaque: list[Template] = []
        self.extras: list[Extra] = []
        spans = find_templates(text)
        if jsx:
            # MDX has no indented code: its fences stand at any depth, and nothing in them is a tag or expression.
            code = fences(text)
            self.text = _blanked(text, code)
            spans = [*code, *self._esm(), *find_templates(self.text, jsx=True)]
        self._templates(_disjoint(spans), jsx)
        self.text = text
        if _ADMONITION_MARKS.search(text):
            self._admonitions()
        if ":::" in text or "///" in text:
            self._containers()
        if ">[!" in text or "> [!" in text or ">\t[!" in text:
            self._alerts()
        if any(mark in text for mark in _LINE_MARKS):
            self._lines()
        if "](" in text:
            self._destinations()

    def finish(self) -> str:
        """The masked text; where edits overlap, the earlier and longer one stands."""
        out, i = [], 0
        for start, end, new in sorted(self.edits, key=lambda e: (e[0], -e[1])):
            if start < i:
                continue
            out.append(self.text[i:start])
            out.append(new)
            i = end
        out.append(self.text[i:])
        return "".join(out)

    def _comment(self, start: int, end: int) -> None:
        """A line of syntax: a comment to CommonMark, nothing to the HTML scanner."""
        self.edits.append((start, end, comment(self.text[start:end])))
        self.opaque.append(Template(start, end, "line"))

    def _templates(self, spans: list[Template], jsx: bool) -> None:
        text = self.text
        self.opaque = spans
        groups: list[tuple[int, int, bool]] = [(s.start, s.end, s.kind == "attributes") for s in spans]
        if jsx:
            groups = _outermost(groups + self._tags(spans))
        edges = LineEdges(text, before=" \t>", after=" \t\r")
        i = 0
        while i < len(groups):
            start, end, _ = groups[i]
            j = i + 1
            while j < len(groups) and not text[end : groups[j][0]].strip(" \t"):
                end = groups[j][1]
                j += 1
            if edges.leads(start) and edges.ends(end) and end - start >= 3:
                self.edits.append((start, end, comment(text[start:end])))
            else:
                for s, e, attributes in groups[i:j]:
                    # A closing `_` may not stand before a letter, and attributes follow emphasis.
                    # Over several lines the indentation stays: it says which list or fence a line belongs to.
                    covered = _NOT_SPACE if "\n" in text[s:e] else _NOT_BREAK
                    self.edits.append((s, e, _covered(text[s:e], covered, "," if attributes else "x")))
            i = j

    def _tags(self, spans: list[Template]) -> list[tuple[int, int, bool]]:
        """JSX tags outside opaque spans."""
        text, scanner = self.text, TagScanner(self.text, jsx=True)
        out: list[tuple[int, int, bool]] = []
        n, i = 0, text.find("<")
        while i >= 0:
            while n < len(spans) and spans[n].end <= i:
                n += 1
            if n < len(spans) and spans[n].start <= i:
                i = text.find("<", spans[n].end)
                continue
            tag = None if text[i - 1 : i] == "\\" and is_escaped(text, i) else scanner.tag(i)
            if tag is not None and "\n```" not in text[i : tag.end] and text[i : tag.end].count("`") % 2 == 0:
                out.append((tag.start, tag.end, False))
                i = text.find("<", tag.end)
            else:
                i = text.find("<", i + 1)
        return out

    def _esm(self) -> list[Template]:
        """MDX's import and export blocks: to the first blank line outside brackets."""
        text, done = self.text, 0
        braces = Braces(text)
        out: list[Template] = []
        for m in _ESM.finditer(text):
            if m.start() < done:
                continue
            before = m.start()
            while before and text[before - 1] in " \t\r\n":
                before -= 1
            blank = text.count("\n", before, m.start()) != 1
            if before and not blank and not (out and out[-1].end >= before):
                continue
            end = self._esm_end(m.end() - 1, braces)
            if re.search(r"\n[ \t]*(?:```|~~~)", text[m.start() : end]):
                end = text.find("\n", m.start())
                end = len(text) if end < 0 else end
            done = end
            out.append(Template(m.start(), end, "line"))
        return out

    def _esm_end(self, i: int, braces: Braces) -> int:
        text = self.text
        while True:
            step = _ESM_STEP.search(text, i)
            if step is None:
                return len(text.rstrip(BLANK))
            if step.group()[0] == "\n":
                return step.start()
            if step.group() == "{":
                end = braces.end(step.start())
            elif step.group() == "`":
                end = text.find("`", step.end()) + 1 or -1
            else:
                end = step.end()
            i = end if end > 0 else step.end()

    def _admonitions(self) -> None:
        """`!!! note "Title"` with an indented body becomes a list item whose content starts at column four."""
        for m in _ADMONITION.finditer(self.text):
            start, end = m.start(1), len(m.group().rstrip(BLANK)) + m.start()
            rest = end - start - 4
            if rest < 0:
                continue
            self.edits.append((start, end, "-   " + (comment(self.text[start + 4 : end]) if rest >= 3 else " " * rest)))
            self.opaque.append(Template(start, end, "line"))
            title = _TITLE.search(self.text, start, end)
            if title:
                kind = "tab title" if m.group(1)[0] == "=" else "admonition title"
                self.extras.append(Extra(title.start(1), title.end(1), kind, 'title+"', start + 4))

    def _containers(self) -> None:
        for m in _CONTAINER.finditer(self.text):
            self._comment(m.start(1), m.start(1) + len(m.group(1).rstrip(BLANK)))
            title = _CONTAINER_TITLE.match(self.text, m.start(1), m.end(1))
            if title:
                for group, form in ((1, "title"), (2, "title+]"), (3, 'title+"'), (4, "title")):
                    text = (title.group(group) or "").rstrip(" \t\r") if group == 4 else title.group(group)
                    if text:
                        start = title.start(group)
                        self.extras.append(Extra(start, start + len(text), "admonition title", form, m.start(1)))
                        break

    def _lines(self) -> None:
        """Includes, tables of contents, display mathematics, and abbreviations with their titles."""
        text = self.text
        for m in _LINE.finditer(text):
            self._comment(m.start(1), m.end(1))
            if text[m.start(1)] == "*":
                at = text.index("]:", m.start(1)) + 2
                at += len(text[at : m.end(1)]) - len(text[at : m.end(1)].lstrip(" \t"))
                self.extras.append(
                    Extra(at, m.start(1) + len(m.group(1).rstrip(BLANK)), "abbreviation", "title", m.start(1))
                )

    def _alerts(self) -> None:
        for m in _ALERT.finditer(self.text):
            self._comment(m.start(1), m.end())
            if m.group(2) and m.group(2).strip(BLANK):
                start = m.end(2) - len(m.group(2).lstrip(" \t"))
                end = m.start(2) + len(m.group(2).rstrip(" \t\r"))
                self.extras.append(Extra(start, end, "admonition title", "title", m.start(1)))

    def _destinations(self) -> None:
        """Raw spaces in a link destination: a link to kramdown and to most writers, text to CommonMark."""
        text = self.text
        for m in _DESTINATION.finditer(text):
            depth, i = 1, m.end()
            while depth:
                step = _DESTINATION_STEP.search(text, i, m.end() + 2000)
                if step is None or step.group() not in "()":
                    break
                depth += 1 if step.group() == "(" else -1
                i = step.end()
            if depth:
                continue
            inner = text[m.end() : i - 1].rstrip(BLANK)
            title = _DESTINATION_TITLE.search(inner)
            target = inner[: title.start()] if title else inner
            if " " not in target and "\t" not in target:
                continue
            if '"' in target or not re.match(r"/|\.|https?:|#|[\w%-]+/|[\w -]+\.\w+$", target):
                continue
            for k in re.finditer(r"[ \t]", target):
                self.edits.append((m.end() + k.start(), m.end() + k.end(), "x"))


def _blanked(text: str, spans: list[Template]) -> str:
    out: list[str] = []
    i = 0
    for s in spans:
        out += (text[i : s.start], _covered(text[s.start : s.end], _NOT_BREAK, " "))
        i = s.end
    return "".join([*out, text[i:]])


def _outermost(groups: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    out: list[tuple[int, int, bool]] = []
    for group in sorted(groups, key=lambda g: (g[0], -g[1])):
        if not out or group[0] >= out[-1][1]:
            out.append(group)
    return out


def _disjoint(spans: list[Template]) -> list[Template]:
    out: list[Template] = []
    for s in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not out or s.start >= out[-1].end:
            out.append(s)
    return out


def _covered(text: str, what: re.Pattern[str], char: str) -> str:
    """`text` with every character that is matched replaced by `char`."""
    return what.sub(lambda m: char * len(m.group()), text)


def comment(text: str) -> str:
    """An HTML comment (or, where it is too short for one, a declaration) of the same length, in one line.

    One line is in one block, however the lines of a tag are indented.
    """
    n = len(text)
    if n >= 7:
        return "<!--" + "x" * (n - 7) + "-->"
    return {6: "<!--->", 5: "<!-->", 4: "<!x>", 3: "<?>"}.get(n, "x" * n)
