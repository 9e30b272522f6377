"""How much of a page's visible text its segments hold, and the invisible mark that tests every written byte.

Coverage counts pairs of neighbouring words: a text node's pair is covered when some msgid has the same pair.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

INNER = "\u2060"
"""WORD JOINER: put inside words and taken out again, so that only the writer's own changes are left to see."""

OPAQUE = re.compile(
    r"<!--.*?-->|</?[A-Za-z][^<>]*>"  # comments and tags
    r"|(`+)(?!`).*?(?<!`)\1(?!`)"  # code spans
    r"""|\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+(?:"[^"]*"|'[^']*'))?\)|\]\[[^\]]*\]|\[\^[^\]]+\]"""  # link tails
    r"|\{\{.*?\}\}|\{%.*?%\}|\{[:#][^}]*\}|&#?\w+;"  # templates, attribute lists, references
    r"|\b(?:https?|mailto|ftp):[^\s<>)\]]+|\S+@\S+\.\w+|\$[^$]+\$|:[a-z0-9_+-]+:",  # addresses, math, emoji
    re.DOTALL,
)
BLOCK_TAG = re.compile(r"<(?:div|table|section|iframe|style|script|ul|ol|tr|td|details|figure|center)\b", re.IGNORECASE)
TEXT_ATTRIBUTES = ("alt", "title", "aria-label")
TEXT_META = frozenset({"description", "og:title", "og:description"})
SILENT_TAGS = frozenset({"pre", "code", "script", "style"})
_WORD = re.compile(r"[^\W_]+")
_WORD_START = re.compile(r"(?<![\w\\])([^\W\d_])(?=[^\W\d_])")

Pair = tuple[str, ...]


def words(text: str) -> list[str]:
    """Lower-case words; `&amp;`, which a msgid keeps, is not one."""
    return _WORD.findall(unescape(text).lower())


def inner_mark(msgid: str) -> str:
    """`INNER` after the first letter of every word that is prose."""
    out, at = [], 0
    for match in OPAQUE.finditer(msgid):
        out += [_WORD_START.sub(rf"\1{INNER}", msgid[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*out, _WORD_START.sub(rf"\1{INNER}", msgid[at:])])


def pairs(texts: Iterable[str]) -> set[Pair]:
    """Single words and pairs of neighbouring words of the texts."""
    found: set[Pair] = set()
    for text in texts:
        row = words(text)
        found.update(itertools.pairwise(row))
        found.update((word,) for word in row)
    return found


def covered(texts: Iterable[str], known: set[Pair]) -> tuple[int, int]:
    """(pairs of `texts` that are known, all pairs of `texts`); a text of one word counts as a pair."""
    part = whole = 0
    for text in texts:
        row = words(text)
        mine: list[Pair] = list(itertools.pairwise(row)) if len(row) > 1 else [(word,) for word in row]
        whole += len(mine)
        part += sum(pair in known for pair in mine)
    return part, whole


@dataclass(slots=True)
class Seen:
    """What a reader of an HTML document gets: text outside code, texts of attributes and meta tags, targets, tags."""

    nodes: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.tags.append(tag)
        self.seen.targets += [value for name, value in attrs if name in ("href", "src") and value]
        self.seen.attributes += [value for name, value in attrs if name in TEXT_ATTRIBUTES and value]
        meta = dict(attrs) if tag == "meta" else {}
        if (meta.get("name") or meta.get("property")) in TEXT_META:
            self.seen.attributes.append(meta.get("content") or "")
        self._silent += tag in SILENT_TAGS

    def handle_endtag(self, tag: str) -> None:
        self.seen.tags.append("/" + tag)
        if tag in SILENT_TAGS and self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.seen.nodes.append(data)


def read_html(text: str) -> Seen:
    """An HTML document as a reader gets it."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.seen
