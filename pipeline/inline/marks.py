"""Markdown's and HTML's own inline marks in one text, found with pyromark (pulldown-cmark) and our tag scanner."""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate
from typing import Any, NamedTuple

import pyromark

from pipeline.inline.tags import NO_TRANSLATE, VERBATIM, Attribute, Tag, TagScanner, attribute_is_translatable
from pipeline.inline.templates import find_templates

OPTIONS = pyromark.Options.ENABLE_STRIKETHROUGH
_FOOTNOTE = re.compile(r"\[\^[^\]\s\[]+\]")
_ANY = re.compile(r"[<`\[*_~]")
_BEGINS = b"\1" * 0x80 + bytes(0x40) + b"\1" * 0x40
"""Translates each UTF-8 byte to 1 where a character begins, to 0 inside one."""


class Found(NamedTuple):
    """An element and its spans, in code points."""

    kind: str
    source: str
    start: int
    end: int
    open_end: int  # end of the opening mark; equals `end` for an element without content
    close_start: int  # start of the closing mark
    translate: bool


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with an `x` for every character of the spans, which are in order."""
    if not spans:
        return text
    out: list[str] = []
    i = 0
    for start, end in spans:
        out += (text[i:start], "x" * (end - start))
        i = end
    return "".join([*out, text[i:]])


def html_elements(masked: str, text: str) -> list[Found]:
    """Tags and comments; `masked` is `text` with its templates blanked."""
    scanner = TagScanner(masked)
    tags: list[Tag] = []
    i = masked.find("<")
    while i >= 0:
        tag = scanner.tag(i)
        if tag is not None:
            tags.append(tag)
        i = masked.find("<", tag.end if tag else i + 1)
    return _pair(tags, scanner, text)


def _pair(tags: list[Tag], scanner: TagScanner, text: str) -> list[Found]:
    """Tags as elements: an open tag with its own close tag where there is one, single ones otherwise."""
    out: list[Found] = []
    stack: list[int] = []
    waiting: Counter[str] = Counter()  # how many of each name are in the stack
    close_of: dict[int, int] = {}
    for n, tag in enumerate(tags):
        if tag.kind == "open":
            stack.append(n)
            waiting[tag.name] += 1
        elif tag.kind == "close" and waiting[tag.name]:
            while True:
                start = stack.pop()
                waiting[tags[start].name] -= 1
                if tags[start].name == tag.name:
                    close_of[start] = n
                    break
    closed = set(close_of.values())
    for n, tag in enumerate(tags):
        if n in closed:
            continue
        if tag.kind in ("comment", "declaration"):
            out.append(Found(tag.kind, text[tag.start : tag.end], tag.start, tag.end, tag.end, tag.end, False))
        elif n in close_of:
            end = tags[close_of[n]]
            code = tag.name in VERBATIM or _hands_off(text[tag.start : tag.end])
            source = canonical_tag(scanner, tag, text)
            if code:
                out.append(Found("code", text[tag.start : end.end], tag.start, end.end, end.end, end.end, False))
            else:
                out.append(Found("tag", source, tag.start, end.end, tag.end, end.start, True))
        else:
            source = "/" + tag.name if tag.kind == "close" else canonical_tag(scanner, tag, text)
            out.append(Found("tag", source, tag.start, tag.end, tag.end, tag.end, False))
    return out


def _hands_off(tag: str) -> bool:
    return "translate" in tag and NO_TRANSLATE.search(tag) is not None


def canonical_tag(scanner: TagScanner, tag: Tag, text: str) -> str:
    """A tag as it is compared: its name and attributes as written, the values of translatable ones left out."""
    attributes: list[Attribute] = scanner.attributes(tag)
    if not attributes:
        return tag.name
    values = {a.name.lower(): text[a.start : a.end] for a in attributes}
    parts = [tag.name]
    for a in attributes:
        value = text[a.start : a.end]
        if a.quote != "{" and attribute_is_translatable(tag.name.lower(), a.name.lower(), values):
            # Only text may differ: a template or a second quote inside would be something else.
            value = "" if not find_templates(value, braces=True) else value
            parts.append(a.name + "=")
        else:
            parts.append(f"{a.name}={value}" if a.quote or value else a.name)
    return " ".join(parts)


def markdown_elements(masked: str, text: str, jsx: bool) -> list[Found]:
    """Code, links, images, emphasis, footnotes and tags; `masked` is `text` with its templates blanked."""
    out = [
        Found("footnote", m.group(), m.start(), m.end(), m.end(), m.end(), False) for m in _FOOTNOTE.finditer(masked)
    ]
    masked = blanked(masked, [(f.start, f.end) for f in out])
    if not _ANY.search(masked):
        return out
    # "x " makes it a paragraph whatever it starts with; a line break could start a block.
    line = "x " + masked.replace("\n", " ").replace("\r", " ")
    back = _code_points(line)
    tags: list[Tag] = []
    scanner = TagScanner(masked, jsx=jsx)
    stack: list[tuple[str, str, int, int, int]] = []
    inner: dict[int, int] = {}  # ends of code, tags and links by their first character, of images by their bracket
    unknown = False  # a label that only the page can tell from brackets
    events: Any = pyromark.events_with_range(line, options=OPTIONS, broken_link_callback=_any_label)
    for event, span in events:
        if event.__class__ is str:
            continue
        ((name, value),) = event.items()
        start, end = back[span["start"]] - 2, back[span["end"]] - 2
        if name in ("Code", "InlineHtml"):
            inner[start] = end
        if name == "Code":
            out.append(Found("code", text[start:end], start, end, end, end, False))
        elif name == "InlineHtml":
            tag = scanner.tag(start)
            if tag is not None:
                tags.append(tag)
        elif name == "Start" and value != "Paragraph":
            stack.append((value if isinstance(value, str) else next(iter(value)), "", start, end, len(out)))
            if not isinstance(value, str):
                ((kind, data),) = value.items()
                unknown = unknown or data.get("link_type", "").endswith("Unknown")
                stack[-1] = (kind, _target(data), start, end, len(out))
        elif name == "End" and value != "Paragraph" and stack:
            kind, target, s, e, at = stack.pop()
            if target or kind not in ("Link", "Image") or text[s] == "<":
                out.insert(at, _container(kind, target, s, e, text, masked, inner))
            inner[s + (kind == "Image")] = e
    if unknown and "](" in masked:
        out += _links_around_brackets(line, back, text, masked, {(f.start, f.end) for f in out}, inner)
    if jsx:
        tags = _all_tags(masked, scanner, out)
    out += _pair(tags, scanner, text)
    return out


def _links_around_brackets(
    line: str, back: list[int] | range, text: str, masked: str, known: set[tuple[int, int]], inner: dict[int, int]
) -> list[Found]:
    """Links and images whose text holds brackets: `[[x]](address)` is one on every page that does not define `x`."""
    out = []
    for event, span in pyromark.events_with_range(line, options=OPTIONS):
        started = event.get("Start") if isinstance(event, dict) else None
        start, end = back[span["start"]] - 2, back[span["end"]] - 2
        if isinstance(started, dict) and (start, end) not in known:
            ((kind, data),) = started.items()
            if kind in ("Link", "Image"):
                out.append(_container(kind, _target(data), start, end, text, masked, inner))
    return out


def _any_label(_link: object) -> tuple[str, str]:
    """Every `[text][label]` is a link: the labels of a page are not known to its segments."""
    return ("", "")


def _all_tags(masked: str, scanner: TagScanner, found: list[Found]) -> list[Tag]:
    """JSX tags, which CommonMark does not know when they hold an expression."""
    code = sorted((f.start, f.end) for f in found if f.kind == "code")
    tags = []
    n, i = 0, masked.find("<")
    while i >= 0:
        while n < len(code) and code[n][1] <= i:
            n += 1
        tag = None if n < len(code) and code[n][0] <= i else scanner.tag(i)
        if tag is not None:
            tags.append(tag)
        i = masked.find("<", tag.end if tag else i + 1)
    return tags


def _target(data: dict[str, str]) -> str:
    kind = data["link_type"]
    if kind in ("Inline", "Autolink", "Email"):
        return f"({data['dest_url']})"
    # Shortcut and collapsed forms in a msgid are only brackets; see docs/po-format.md.
    return f"[{data['id']}]" if kind.startswith("Reference") else ""


_KINDS = {
    "Emphasis": "emphasis",
    "Strong": "strong",
    "Strikethrough": "strikethrough",
    "Link": "link",
    "Image": "image",
}


def _container(kind: str, target: str, start: int, end: int, text: str, masked: str, inner: dict[int, int]) -> Found:
    name = _KINDS.get(kind, kind.lower())
    if name in ("link", "image"):
        if text[start] == "<":
            return Found("autolink", text[start:end], start, end, end, end, False)
        open_end = start + (2 if name == "image" else 1)
        close = _closing_bracket(masked, open_end, end, inner)
        return Found(name, target, start, end, open_end, close, True)
    width = 2 if name == "strong" or (name == "strikethrough" and text[start : start + 2] == "~~") else 1
    return Found(name, text[start : start + width], start, end, start + width, end - width, True)


def _closing_bracket(text: str, start: int, end: int, inner: dict[int, int]) -> int:
    """Where the `]` stands that ends a link's text: the first that balances, outside of what is in it ({place: end})."""
    depth, i = 1, start
    while i < end:
        c = text[i]
        if c == "\\":
            i += 2
            continue
        if i in inner:
            i = inner[i]
            continue
        if c == "[":
            depth += 1
        elif c == "]":
            depth -= 1
            if depth == 0:
                return i
        i += 1
    return end


def _code_points(text: str) -> list[int] | range:
    """Maps a UTF-8 offset to a code point offset: the number of characters that begin before it."""
    if text.isascii():
        return range(len(text) + 1)
    return list(accumulate(text.encode("utf-8", "replace").translate(_BEGINS), initial=0))
