"""Writes a translation into a page: spelled, escaped and guarded so that it stays the text it is.

A segment's `form` says where the text goes: `block`, `heading`, `cell`, `html`, `attr`, `alt`,
`title` (of an admonition), `linktitle`, `verbatim`, or a front
matter scalar; flags follow after `+`: `entities` (inside an open HTML element, where kramdown prints backslashes), `jsx`
(MDX), `item` (first in a list item), `start` (HTML text at the start of a line), or the quote of an attribute or title.
What a translator may not do (add, lose or change code, links, tags, template syntax) is refused here with its reason.
The rules are those of docs/po-format.md; the caller parses the result again and so checks what no rule foresaw.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice, pairwise
from typing import NamedTuple

from pipeline.document.builder import markup_of
from pipeline.document.emphasis import mend_emphasis, mend_exclamation
from pipeline.document.entities import parts, respell
from pipeline.document.layout import BLOCK_START, lay_out, short_references
from pipeline.document.scalar import encode_scalar
from pipeline.inline import elements, signature, unescape
from pipeline.inline.templates import is_escaped
from pipeline.model import Segment


class RefusedError(Exception):
    """A translation that may not be written; the message says why."""


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SCRIPT_URL = re.compile(r"(?:javascript|vbscript|livescript)(?::|%3a)|data:(?:text/html|image/svg)", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u2060\ufeff\\]+")
_TAG_START = re.compile(r"<(?=[A-Za-z/!?%])(?![\w.+-]++@[\w.-]++>)", re.ASCII)  # an address in them is none
_ESM_STATEMENT = re.compile(
    r"export[ \t]*(?:const|let|var|function|class|default|async|[{*])|import[ \t]*(?:[\"'{*]|\w+[ \t]*(?:,|from\b))"
)
"""What a generator that reads `.md` as MDX (Docusaurus) would run."""
_TASK = re.compile(r"\[[ xX]\](?=[ \t]|$)")
_HEADING_END = re.compile(r"(?<!#)#+$")
_HEADING_ATTRIBUTES = re.compile(r"\}$")
_TRAILING = re.compile(r"(?<!\\)\\+$")
_BARE = re.compile(r"[\s\"'=<>`]")


class Encoded(NamedTuple):
    """The bytes that replace a segment's span, and the text the page must then be read as."""

    data: bytes
    text: str


def encode(segment: Segment, msgstr: str, data: bytes) -> Encoded:
    """What replaces [first piece's start, last piece's end) of `data`.

    Raises RefusedError when the translation does not hold what its source holds.
    """
    base, *flags = segment.form.split("+")
    _nothing_active(segment.msgid, msgstr)
    # Nothing can be escaped there, and a tag that is never closed is no element.
    unescaped = base.startswith(("yaml", "toml", "json", "verbatim"))
    if unescaped and len(_TAG_START.findall(msgstr)) > len(_TAG_START.findall(segment.msgid)):
        raise RefusedError("it adds a tag")
    if base.startswith(("yaml", "toml", "json")):
        _same_elements(segment.msgid, msgstr, "html")
        return Encoded(encode_scalar(segment, msgstr, data), msgstr)
    text = msgstr.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\u00a0")
    if not text:
        raise RefusedError("it is empty")
    breaks = segment.joins.count("\n")
    if not breaks:
        text = " ".join(line.strip(" \t") for line in text.split("\n")) if "\n" in text else text
    elif text.count("\n") != breaks:
        raise RefusedError(f"it has {text.count(chr(10))} line breaks, its source has {breaks}")
    markup = markup_of(segment.form)
    if breaks and any("\n" in text[slice(*e.open_span)] for e in elements(text, markup)):
        raise RefusedError("it breaks a line inside code, a tag or template syntax")
    if markup != "html":
        text = mend_exclamation(segment.msgid, text)
    text = _restore_attributes(segment.msgid, text, markup)
    _same_elements(segment.msgid, text, markup)
    if base in ("block", "heading", "cell"):
        text = mend_emphasis(segment.msgid, text, markup)
    if base == "verbatim":
        return Encoded(text.encode(), text)
    source = source_text(segment, data)
    text = respell(text, source, markup)
    if base in ("attr", "title", "alt", "linktitle"):
        written = _attribute(text, flags[0]) if base == "attr" else _title(text, base, flags, markup)
        return Encoded(written.encode(), text)
    guard = _Guard(segment, base, flags, markup)
    text = "\n".join(line.strip(" \t") for line in text.split("\n")) if breaks else text.strip(" \t")
    cut = _guarded_parts(text, markup, escapes=not guard.entities)
    lines = [guard.line(line, n) for n, line in enumerate(_cut_lines(cut) if breaks else [cut])]
    read_as = "\n".join(lines)
    if "][" in segment.msgid:
        both = [short_references(line, segment.msgid, source) for line in lines]
        lines, read_as = [w for w, _ in both], "\n".join(r for _, r in both)
    laid_out = lay_out(segment, lines, source, data, base)
    if laid_out is not None:
        return Encoded(laid_out, read_as)
    out = lines[0].encode()
    gaps = [
        data[a[1] : b[0]] for (a, b), join in zip(pairwise(segment.pieces), segment.joins, strict=True) if join == "\n"
    ]
    for gap, line in zip(gaps, lines[1:], strict=True):
        out += gap + line.encode()
    return Encoded(out, read_as)


def source_text(segment: Segment, data: bytes) -> str:
    """The source's own spelling, unfolded: what the msgid was before references were decoded."""
    out = [data[slice(*segment.pieces[0])].decode()]
    for join, piece in zip(segment.joins, segment.pieces[1:], strict=True):
        out += (join, data[slice(*piece)].decode())
    return "".join(out)


def _same_elements(msgid: str, msgstr: str, markup: str) -> None:
    ours, theirs = signature(msgid, markup), signature(msgstr, markup)
    if ours == theirs:
        return
    lost, extra = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    said = [
        f"{word} {e.partition(' ')[2] or e}"
        for word, es in (("lacks", lost), ("adds", extra))
        for e in islice(es.elements(), 3)
    ]
    raise RefusedError("it " + ", ".join(said))


def _nothing_active(msgid: str, msgstr: str) -> None:
    """Refuses control characters and addresses that run a script, however they are spelled."""
    for control in dict.fromkeys(_CONTROL.findall(msgstr)):
        if control not in msgid:
            raise RefusedError(f"it holds the control character U+{ord(control):04X}")
    if ":" in msgstr or "&" in msgstr:
        count = _script_urls(msgstr)
        if count and count > _script_urls(msgid):
            raise RefusedError("it adds an address that runs a script")


def _script_urls(text: str) -> int:
    return len(_SCRIPT_URL.findall(_INVISIBLE.sub("", unescape(unescape(text)))))


def _restore_attributes(msgid: str, msgstr: str, markup: str) -> str:
    """Attribute lists (`{: .x}`, `{ #id }`) are nothing to translate: where as many stand, the source's own are written."""
    if "{" not in msgid or markup == "mdx":
        return msgstr
    ours = [e for e in elements(msgid, markup) if e.kind in ("attributes", "brace")]
    theirs = [e for e in elements(msgstr, markup) if e.kind in ("attributes", "brace")]
    if not ours or len(ours) != len(theirs) or any(e.kind == "brace" for e in ours):
        return msgstr
    for a, b in zip(reversed(ours), reversed(theirs), strict=True):
        msgstr = msgstr[: b.open_span[0]] + a.source + msgstr[b.open_span[1] :]
    return msgstr


def _attribute(text: str, quote: str) -> str:
    if quote == "bare":
        if not _BARE.search(text):
            return text
        return '"' + text.replace('"', "&quot;").replace("<", "&lt;") + '"'
    return text.replace(quote, "&quot;" if quote == '"' else "&#39;").replace("<", "&lt;")


def _title(text: str, base: str, flags: list[str], markup: str) -> str:
    cut = _guarded_parts(text, markup, escapes=True)
    text = "".join(_without_tags(p, _TAG_STARTS).replace("`", "&#96;") if outside else p for p, outside in cut)
    if base == "alt":
        text = _unescaped(_BRACKETS, lambda c: "\\" + c, text)
        return _TRAILING.sub(_even, text)
    closing = flags[0] if flags else ""
    if closing in ('"', "'"):
        return _TRAILING.sub(_even, text.replace(closing, "&quot;" if closing == '"' else "&#39;"))
    if closing == "]":
        return text.replace("]", "&#93;").replace("[", "&#91;")
    return _TRAILING.sub(_even, re.sub(r"^[\[{\"]", lambda m: f"&#{ord(m.group())};", text))


# A backslash takes the next character with it: the brace of `\\\\{` is not escaped.
_BRACKETS = re.compile(r"\\.|[\[\]]", re.DOTALL)
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_BACKTICKS = re.compile(r"\\.|`", re.DOTALL)
_ANGLES = re.compile(r"\\.|<", re.DOTALL)
_TAG_STARTS = re.compile(rf"\\.|{_TAG_START.pattern}", re.DOTALL)
_PIPES = re.compile(r"\\.|\|", re.DOTALL)


def _unescaped(pattern: re.Pattern[str], write: Callable[[str], str], text: str) -> str:
    """The text with each character of the pattern that no backslash escapes written anew."""
    return pattern.sub(lambda m: m[0] if m[0][0] == "\\" else write(m[0]), text)


def _without_tags(text: str, pattern: re.Pattern[str]) -> str:
    """The text with `&lt;` for `<`, also behind a backslash: that is an escape to CommonMark, a tag to Python-Markdown."""
    return pattern.sub(lambda m: "&lt;" if m[0][-1] == "<" else m[0], text)


def _even(m: re.Match[str]) -> str:
    return m.group() + ("\\" if len(m.group()) % 2 else "")


def _guarded_parts(text: str, markup: str, *, escapes: bool) -> list[tuple[str, bool]]:
    """`parts`, with no `<` at the end of one that would open a tag with what follows: `<https://x/onclick=y>` is one.

    `escapes` says that a backslash is markup there.
    """
    cut = parts(text, markup)
    out: list[tuple[str, bool]] = []
    for n, (part, outside) in enumerate(cut, 1):
        if outside and part.endswith("<") and _TAG_START.match("<" + "".join(text for text, _ in cut[n : n + 2])):
            end = -2 if escapes and is_escaped(part, len(part) - 1) else -1
            out.append((part[:end] + "&lt;", outside))
        else:
            out.append((part, outside))
    return out


def _cut_lines(cut: list[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
    """The parts of each line; a link may begin in one line and end in another. Each line begins with a part outside."""
    out: list[list[tuple[str, bool]]] = [[]]
    for part, outside in cut:
        first, *more = part.split("\n")
        out[-1].append((first, outside))
        out.extend([(line, True)] if outside else [("", True), (line, False)] for line in more)
    return out


class _Guard:
    """Escapes, line by line, what would be read as something else than text."""

    def __init__(self, segment: Segment, base: str, flags: list[str], markup: str) -> None:
        self.base = base
        self.jsx = "jsx" in flags
        self.entities = "entities" in flags or base == "html"
        self.item = "item" in flags
        self.starts_block = base == "block" or "start" in flags
        self.sources = segment.msgid.split("\n")
        self.pipes = "|" in segment.msgid
        self.angles = "\\<" in segment.msgid
        self.backticks, self.tails = (
            mark in segment.msgid and any(mark in part for part, outside in parts(segment.msgid, markup) if outside)
            for mark in ("`", "](")
        )

    def line(self, cut: list[tuple[str, bool]], n: int) -> str:
        """Line `n` of the translation, given in parts as `_guarded_parts` makes them."""
        text = "".join(self._text(p) if outside else p for p, outside in cut)
        source = self.sources[n] if n < len(self.sources) else ""
        if self.starts_block:
            if cut[0][0] or len(cut) == 1:
                text = self._block_start(text, source)
            elif cut[1][0].startswith("[^") and text.startswith(":", len(cut[1][0])):
                text = cut[1][0] + self._escape(":") + text[len(cut[1][0]) + 1 :]
        if self.item and n == 0 and _TASK.match(text) and not _TASK.match(source):
            text = self._escape("[") + text[1:]
        if self.base == "heading":
            if not _HEADING_END.search(source):
                text = _HEADING_END.sub(lambda m: m.group()[:-1] + self._escape("#"), text)
            if not source.endswith("}"):
                text = _HEADING_ATTRIBUTES.sub("&#125;", text)
        if self.base == "cell":
            return _TRAILING.sub(lambda m: m.group()[:-1] + "&#92;" if len(m.group()) % 2 else m.group(), text)
        if self.base == "html" or source.endswith("\\"):
            return text
        return _TRAILING.sub(_even, text)

    def _text(self, text: str) -> str:
        if "<" in text:
            if self.entities:  # a backslash escapes nothing there
                text = text.replace("<", "&lt;") if self.jsx else _TAG_START.sub("&lt;", text)
            elif self.angles:
                text = _unescaped(_ANGLES if self.jsx else _TAG_STARTS, lambda _: "&lt;", text)
            else:
                text = _without_tags(text, _ANGLES if self.jsx else _TAG_STARTS)
        if self.jsx and ("{" in text or "}" in text):
            text = _unescaped(_BRACES, lambda c: f"&#{ord(c)};", text)
        if "`" in text and self.base != "html" and not self.backticks:
            # Alone it is a character, but with another one further on it would be code.
            text = _unescaped(_BACKTICKS, self._escape, text)
        if "](" in text and self.base != "html" and not self.tails:
            # The end of a link whose beginning stands in another text: some generators join the two.
            text = text.replace("](", "]" + self._escape("("))
        if "|" in text:
            if self.base == "cell":
                text = _unescaped(_PIPES, lambda _: "\\|", text)
                text = re.sub(r"\\\\(?=\\\|)", "&#92;", text)
            elif (self.starts_block or self.base == "html") and not self.pipes:
                # kramdown makes a table of a line with a pipe, others of one above a row of dashes, escaped or not.
                text = _PIPES.sub(lambda m: "&#124;" if m[0][-1] == "|" else m[0], text)
        return text

    def _block_start(self, text: str, source: str) -> str:
        m = BLOCK_START.match(text)
        if m is None:
            return text
        own = BLOCK_START.match(source)
        if own is not None and own.group()[0] == m.group()[0]:
            return text  # the source's line begins so too, and was text
        if m.group("number"):
            return m.group("number") + self._escape(m.group("dot")) + text[m.end() :]
        if m.group("esm"):
            active = self.jsx or _ESM_STATEMENT.match(text)
            return f"&#{ord(text[0])};" + text[1:] if active else text
        return self._escape(text[0]) + text[1:]

    def _escape(self, c: str) -> str:
        return f"&#{ord(c)};" if self.entities else "\\" + c
