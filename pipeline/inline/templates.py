"""Finds generator syntax in a text: Liquid, Jinja, Hugo shortcodes, kramdown attribute lists, MDX expressions.

What is found is opaque: it is kept as the author wrote it, and a translation must hold exactly the same. Positions
index the text that is scanned (code points of a msgid, or a page viewed as Latin-1). Linear: a closing mark that is
not there is looked for once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.inline.tags import Braces, Finder

_OPEN = re.compile(r"\{\{|\{%|\{#(?=[ \t\n-])|\{:|\{/\*|\{[#.](?=[A-Za-z_])|\{(?=[ \t]*[#.][A-Za-z])|\{")
_TAG_NAME = re.compile(r"\{\{?[<%][-~]?[ \t]*(\w+)|\{%[-~]?[ \t]*(\w+)")
_PAIRED = frozenset("raw comment highlight verbatim endraw mermaid math schema javascript stylesheet".split())
_ATTRIBUTES = re.compile(r"\{:?(?!\})[ \t]*+([^{}\n]{0,400}+)\}")
_ATTRIBUTE = re.compile(r"[ \t]*(?:[#.][\w:.#-]+|[A-Za-z_][\w:-]*=(?:\"[^\"]*\"|'[^']*'|[^ \t\"'=]+))(?=[ \t]|$)")
_KRAMDOWN = re.compile(r"\{:[:/]?[^{}\n]*\}|\{:/\}")
_BRACED = re.compile(r"\{[^{}\n]*\}")
_BLANK = re.compile(r"\n[ \t\r]*\n")
_FENCE = re.compile(r"\n[ \t>]*(?:```|~~~)")
_LIMIT = 20_000
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}


class Template(NamedTuple):
    """An opaque span; `kind` is template, attributes, expression or brace."""

    start: int
    end: int
    kind: str


def find_templates(text: str, *, jsx: bool = False, braces: bool = False) -> list[Template]:
    """Opaque spans in order, not overlapping. With `jsx`, every `{…}` is an expression; with `braces`, a plain `{…}` is reported too."""
    if "{" not in text:
        return []
    found: list[Template] = []
    expressions = Braces(text, _LIMIT)
    find = Finder(text)
    fences = [m.start() for m in _FENCE.finditer(text)] if "{%" in text else []
    i = 0
    while True:
        m = _OPEN.search(text, i)
        if m is None:
            return found
        start, mark = m.start(), m.group()
        end, kind = -1, "template"
        if start and text[start - 1] == "\\" and is_escaped(text, start):
            i = m.end()
            continue
        if (mark == "{{" and not jsx) or mark == "{%" or (mark == "{#" and text[start + 2] in " \t\n-"):
            end = _close(text, start, mark, find, fences)
        if end < 0 and jsx and mark != "{%":
            end, kind = expressions.end(start), "expression"
            if end >= 0 and _crosses(text, start, end):
                end = -1
        if end < 0 and mark == "{:":
            k = _KRAMDOWN.match(text, start)
            end, kind = (k.end() if k else -1), "attributes"
        if end < 0 and mark[1:2] in ("#", ".", "") and mark != "{{":
            end, kind = _attributes_end(text, start), "attributes"
        if end < 0 and braces:
            b = _BRACED.match(text, start)
            end, kind = (b.end() if b else -1), "brace"
        if end < 0:
            i = m.end()
            continue
        found.append(Template(start, end, kind))
        i = end


def is_escaped(text: str, position: int) -> bool:
    """Whether a backslash escapes the character there; of two backslashes one escapes the other."""
    first = position
    while first and text[first - 1] == "\\":
        first -= 1
    return (position - first) % 2 == 1


def _attributes_end(text: str, start: int) -> int:
    """End of `{#id .class key="value"}` (kramdown, Pandoc, attr_list), -1 when the braces hold anything else."""
    m = _ATTRIBUTES.match(text, start)
    if m is None:
        return -1
    inner, i = m.group(1).rstrip(), 0
    while i < len(inner):
        a = _ATTRIBUTE.match(inner, i)
        if a is None:
            return -1
        i = a.end()
    return m.end()


def _close(text: str, start: int, mark: str, find: Callable[[str, int], int], fences: Sequence[int]) -> int:
    """End of the template tag at `start`, with the end tag of a raw pair; -1 when it is only characters.

    `fences` are the places of all marks of fenced code.
    """
    close = ">}}" if text.startswith("{{<", start) else _CLOSERS[mark]
    end = find(close, start + 2)
    if end < 0 or end - start > _LIMIT:
        return -1
    end += len(close)
    if close == "}}" and text[end : end + 1] == "}" and text[start + 2 : start + 3] == "{":
        end += 1
    name = _TAG_NAME.match(text, start)
    word = (name.group(1) or name.group(2)) if name else ""
    if word in _PAIRED and not word.startswith("end"):
        for closer in (f"end{word}", f"/{word}", f"/ {word}"):
            at = find(closer, end)
            if at >= 0:
                stop = find("}", at)
                if 0 <= stop <= at + len(closer) + 8:
                    while text[stop : stop + 1] == "}":
                        stop += 1
                    # A pair that holds one end of a fence is two tags and not a span.
                    if (bisect_left(fences, stop) - bisect_left(fences, start)) % 2 == 0:
                        return stop
    return -1 if _crosses(text, start, end) else end


def _crosses(text: str, start: int, end: int) -> bool:
    """A span over a fence line, a blank line's end of paragraph, or half of a code span is two strays, not one tag."""
    inner = text[start:end]
    if "`" in inner and inner.count("`") % 2:
        return True
    if "\n" not in inner:
        return False
    if _FENCE.search(inner) is not None:
        return True
    return inner.startswith("{{") and inner[2:3] not in "<%" and _BLANK.search(inner) is not None
