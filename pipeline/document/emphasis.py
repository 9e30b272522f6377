"""Keeps a translation's emphasis and links alive where the rules of CommonMark's delimiters would lose them."""

from __future__ import annotations

import re

import pyromark

from pipeline.document.entities import parts

_IMAGE = re.compile(r"\\.|!(?=\[)", re.DOTALL)
_EMPHASIS = re.compile(r"[*_~]")
_UNDERSCORED = re.compile(r"(?<!\\)(_{1,2})(?=\S)([^_\n]*[^\s_\\])\1")
_STARRED = re.compile(r"(?<![\\*])(\*{1,2})(?=[^\s*])([^*\n]*[^\s*\\])\1(?!\*)")


def _emphasis(text: str) -> int:
    count = 0
    line = "x " + text.replace("\n", " ")
    for event, _ in pyromark.events_with_range(line):
        if isinstance(event, dict) and event.get("Start") in ("Emphasis", "Strong"):
            count += 1
    return count


def mend_exclamation(msgid: str, text: str) -> str:
    """An exclamation mark before a link is escaped, or it would make an image of the link."""
    if "![" in text and "![" not in msgid:
        return _IMAGE.sub(lambda m: m[0] if m[0][0] == "\\" else "\\!", text)
    return text


def mend_emphasis(msgid: str, text: str, markup: str) -> str:
    """Keeps emphasis that the rules of flanking would lose: beside full-width punctuation, or `_x_` inside a word.

    First `_` becomes `*`, then `**x**` becomes `<strong>x</strong>` (not in MDX, where tags are code), each only if it helps.
    """
    if not _EMPHASIS.search(msgid) or not _EMPHASIS.search(text):
        return text
    wanted = _emphasis(msgid)
    if not wanted or _emphasis(text) >= wanted:
        return text
    best, best_count = text, _emphasis(text)
    starred = "".join(
        _UNDERSCORED.sub(lambda m: "*" * len(m[1]) + m[2] + "*" * len(m[1]), p) if o else p
        for p, o in parts(text, "html")
    )
    if _emphasis(starred) > best_count:
        best, best_count = starred, _emphasis(starred)
    if best_count < wanted and markup == "markdown":
        best = _STARRED.sub(_as_tag, best)
    return best


def _as_tag(m: re.Match[str]) -> str:
    name = "strong" if len(m[1]) == 2 else "em"
    text = m.string
    before, after = text[: m.start()][-1:], text[m.end() :][:1]
    alone = _emphasis(f"{before}{m.group()}{after}") > 0
    return m.group() if alone else f"<{name}>{m[2]}</{name}>"
