"""The inline elements of a segment: found, compared, and told apart from the text around them.

A translation is safe when its elements are the source's: the same code, link targets, labels, tags, template
syntax and footnotes, as often. `signature` is that multiset; `elements` gives each one with its place.
Markdown's own grammar is read by pyromark (pulldown-cmark), tags and templates by our linear scanners.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.inline.marks import Found, blanked, html_elements, markdown_elements
from pipeline.inline.references import unescape
from pipeline.inline.templates import find_templates
from pipeline.model import InlineElement

_SPECIAL = re.compile(r"[<`\[{]|\}\}|%\}")
_SPECIAL_ANY = re.compile(r"[<`\[{*_~@]|\}\}|%\}|://|www\.")
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{:")
_URL = re.compile(r"(?:https?|ftp|mailto|tel):[^\s<>()\[\]\"'`*]*[^\s<>()\[\]\"'`*.,;:!?]|\bwww\.[\w./-]*[\w/]")
_URL_MARKS = ("http", "ftp:", "mailto:", "tel:", "www.")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_EMPHASIS = frozenset(("emphasis", "strong", "strikethrough"))
_ADDRESSES = frozenset(("url", "email"))


def elements(text: str, markup: str = "markdown") -> tuple[InlineElement, ...]:
    """Every inline element of a msgid or msgstr, in order of its start, outer before inner.

    `markup` is "markdown", "mdx" or "html" (Markdown's marks are then only characters). An element with content
    (a link, emphasis, a pair of tags) has a `close_span`; spans are code points. Kinds: code, link, image, tag,
    comment, template, attributes, expression, brace, footnote, emphasis, strong, strikethrough, autolink, url, email.
    """
    if not _SPECIAL_ANY.search(text):
        return ()
    return _as_elements(_find(text, markup))


def mark_spans(text: str, markup: str = "markdown") -> list[tuple[int, int]]:
    """The spans of all marks in a text (both ends of each element that has content), in order of their start."""
    if not _SPECIAL_ANY.search(text):
        return []
    spans = []
    for f in _find(text, markup):
        spans.append((f.start, f.open_end))
        if f.open_end < f.end:
            spans.append((f.close_start, f.end))
    return sorted(spans)


def signature(text: str, markup: str = "markdown", *, strict: bool = False) -> tuple[str, ...]:
    """What a translation must hold exactly as often as its source, sorted: the multiset of opaque parts.

    Emphasis is left to the translator. `strict` adds bare URLs and e-mail addresses (drafts must keep those too).
    """
    if not strict and not _SPECIAL.search(text):
        return ()
    if strict and not _SPECIAL_ANY.search(text):
        return ()
    return _signature(text, markup, strict)


@lru_cache(maxsize=4096)
def _signature(text: str, markup: str, strict: bool) -> tuple[str, ...]:
    out = []
    found = _find(text, markup)
    left_out = _EMPHASIS if strict else _EMPHASIS | _ADDRESSES
    for f in found:
        if f.kind in left_out:
            continue
        out.append(f"{f.kind} {f.source}")
        if f.kind == "tag" and f.close_start < f.end:
            out.append(f"tag of a pair /{f.source.split(' ', 1)[0]}")
    # A half of a template tag would be read together with whatever follows it on the page, a half of an attribute list
    # together with the next one: kramdown takes `{:onclick="x" {:.y}` for one.
    covered = sorted((f.start, f.open_end) for f in found if f.kind in ("template", "code", "attributes"))
    n = 0
    for m in _STRAY.finditer(text):
        while n < len(covered) and covered[n][1] <= m.start():
            n += 1
        if not (n < len(covered) and covered[n][0] <= m.start()):
            out.append(f"stray {m.group()}")
    return tuple(sorted(out))


def plain(text: str, markup: str = "markdown") -> str:
    """The text a reader sees in words: without marks, tags, code, templates and addresses; entities decoded."""
    if not _SPECIAL_ANY.search(text):
        return unescape(text)
    out, i = [], 0
    for start, end in _opaque_ranges(text, markup):
        if start > i:
            out.append(text[i:start])
        i = max(i, end)
    out.append(text[i:])
    return unescape(" ".join(out))


def words_only(text: str, markup: str = "markdown") -> str:
    """The text with a space for every character of marks, tags, code, templates and addresses; places stay as they are."""
    if not _SPECIAL_ANY.search(text):
        return text
    out: list[str] = []
    at = 0
    for start, end in _opaque_ranges(text, markup):
        if end > at:
            first = max(start, at)
            out += (text[at:first], " " * (end - first))
            at = end
    return "".join((*out, text[at:]))


_LETTER = re.compile(r"[^\W_]")
_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.(?=[0-9_-]*+[A-Za-z])[A-Za-z0-9_-]++){2,}+")
# It starts with a word, which is no address or code because of what follows; or it is one code span.
_OBVIOUS = re.compile(r"[\"'(*_\[\u201c\u2018]{0,4}[^\W\d_]+(?=[ ,;]|\][(\[]|[:.!?*_)\]]+(?: |$))")
_CODE_ONLY = re.compile(r"`[^`\n]+`")
_ENTITY = re.compile(r"&#?\w+;")


def has_text(text: str, markup: str = "markdown") -> bool:
    """Whether there is a letter or digit for a translator outside code, tags, templates and addresses.

    Digits count: numbers in a table are written differently in Arabic, Bengali or French.
    """
    if _OBVIOUS.match(text) or text.isalpha():
        return True
    if not _LETTER.search(text) or (markup != "html" and _CODE_ONLY.fullmatch(text)):
        return False
    if "&" not in text and not _SPECIAL_ANY.search(text):
        return "." not in text or " " in text or not _HOST.fullmatch(text)
    words = _ENTITY.sub(" ", plain(text, markup))
    return _LETTER.search(words) is not None and not _HOST.fullmatch(words.strip("_* "))


def _opaque_ranges(text: str, markup: str) -> list[tuple[int, int]]:
    ranges = []
    for f in _find(text, markup):
        if f.kind == "brace":
            continue  # no generator's syntax that we know: text to a reader
        if f.open_end >= f.end or not f.translate:
            ranges.append((f.start, f.end))
        else:
            ranges.append((f.start, f.open_end))
            ranges.append((f.close_start, f.end))
    return sorted(ranges)


def _as_elements(found: tuple[Found, ...]) -> tuple[InlineElement, ...]:
    out: list[InlineElement] = []
    open_: list[tuple[int, int]] = []  # (index, end) of the elements around
    for f in found:
        while open_ and open_[-1][1] <= f.start:
            open_.pop()
        paired = f.open_end < f.end
        out.append(
            InlineElement(
                kind=f.kind,
                source=f.source,
                open_span=(f.start, f.open_end),
                close_span=(f.close_start, f.end) if paired else None,
                parent=open_[-1][0] if open_ else None,
                translate=f.translate,
            )
        )
        if paired:
            open_.append((len(out) - 1, f.end))
    return tuple(out)


@lru_cache(maxsize=4096)
def _find(text: str, markup: str) -> tuple[Found, ...]:
    jsx = markup == "mdx"
    found = [
        Found(t.kind, text[t.start : t.end], t.start, t.end, t.end, t.end, False)
        for t in find_templates(text, jsx=jsx, braces=True)
    ]
    masked = blanked(text, [(f.start, f.end) for f in found])
    if markup == "html":
        found += html_elements(masked, text)
    else:
        found += markdown_elements(masked, text, jsx)
    found += _addresses(masked, found)
    found.sort(key=lambda f: (f.start, -f.end))
    if any(f.kind == "code" for f in found):
        found = _outside_code(found)
    return tuple(found)


def _outside_code(found: list[Found]) -> list[Found]:
    """Without what stands inside a code span; `found` is in order, outer before inner."""
    out: list[Found] = []
    reach = own = -1  # the furthest end of the code before this span, and of code with this very span
    span = (-1, -1)
    for f in found:
        if (f.start, f.end) != span:
            span, reach, own = (f.start, f.end), max(reach, own), -1
        if f.end > reach:
            out.append(f)
        if f.kind == "code":
            own = f.end
    return out


def _addresses(masked: str, found: list[Found]) -> list[Found]:
    patterns = []
    if any(mark in masked for mark in _URL_MARKS):
        patterns.append(("url", _URL))
    if "@" in masked:
        patterns.append(("email", _EMAIL))
    if not patterns:
        return []
    taken = bytearray(len(masked))
    for f in found:
        for start, end in ((f.start, f.open_end), (f.close_start, f.end)):
            taken[start:end] = b"\1" * (end - start)
    out = []
    for kind, pattern in patterns:
        for m in pattern.finditer(masked):
            s, e = m.span()
            if taken.find(1, s, e) < 0:
                out.append(Found(kind, m.group(), s, e, e, e, False))
                taken[s:e] = b"\1" * (e - s)
    return out
