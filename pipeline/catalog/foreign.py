"""An entry of another tool's catalog, and the ways its msgid may be read as strings of ours.

A tool may hand over more than one of our strings as one msgid: an HTML block, a table, a quotation, a whole front
matter (po4a, mdpo, Translate Toolkit). Such a msgid is a small page, so it is read as one. Its msgstr is read in the
same way, and the strings of the two belong together when they are as many and of the same kinds.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.catalog.foreigntext import readable
from pipeline.catalog.poheader import fields
from pipeline.model import Catalog, Message, Segment

DIALECTS = ("po4a", "mdpo", "translate-toolkit", "mdbook", "weblate")
"""The tools whose catalogs are known."""

Read = Callable[[str], Sequence[Segment]]
"""Reads Markdown text as a page, under the project's rules."""

_KEY_LINE = re.compile(r"\A[\w-]+:(?:\s|$)")
_KEY = re.compile(r"\A(?:(?:- +)?[\w-]+:(?:[ \t]+|$)|- +)?(?:[|>][+-]?(?:[ \t]+|$))?")
_KEY_INSIDE = re.compile(r"(?<!\S)[a-z][\w:-]*:(?!\S)")
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
_SEPARATOR = re.compile(
    r"(?<!\S)(?:[-*+•:]|\d{1,9}[.)]|#{1,6}|>)(?!\S)|(?<!\\)\|"
    # Admonitions: Docusaurus, GitHub, MkDocs.
    r"|(?<!\S):{3,}(?:[ \t]*[\w-]+)?|(?<!\S)\\?\[![\w-]+\\?\][+-]?|(?<!\S)(?:!!!|\?\?\?)\+?[ \t]+[\w-]+"
)
"""Marks of blocks in a text whose lines were put together."""
_FENCED = re.compile(r"\A(`{3,}+)\n(.*)\n\1", re.DOTALL)
_RULE_INSIDE = re.compile(r"(?<=\|) (?=(\|(?: ?:?-+:? ?\|){1,60}+)(?: \||$))")


class Unit(NamedTuple):
    """Something of another tool's that may be one string of ours, with its translation. Both are Markdown."""

    msgid: str
    msgstr: str


class Reading(NamedTuple):
    """One way to read an entry."""

    units: tuple[Unit, ...]
    pieces: bool = False
    """True when several units may have to be put together to make one string of ours."""
    rest_matters: bool = True
    """False when units that are none of ours are to be expected (keys of a front matter that are no text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A translated entry of another tool's catalog."""

    message: Message
    msgid: str
    msgstr: str

    @property
    def approved(self) -> bool:
        """True when its translator has finished with it."""
        return not self.message.fuzzy

    @property
    def copied(self) -> bool:
        """True for a source text that a tool has put into msgstr for want of a translation (mdpo's link targets)."""
        return self.message.fuzzy and self.msgid == self.msgstr


def dialect(catalog: Catalog) -> str | None:
    """Which tool wrote a catalog, by its header, comments and references; None when nothing tells."""
    generator = fields(catalog.header).get("X-Generator", "").lower() if catalog.header else ""
    if "weblate" in generator:
        return "weblate"
    if "translate toolkit" in generator:
        return "translate-toolkit"
    for message in catalog.messages:
        if any(reference.endswith(":block") for reference in message.references):
            return "mdpo"
        if any(comment.startswith("type: ") for comment in message.extracted_comments):
            return "po4a"
    return "mdbook" if any(r.startswith("src/") for m in catalog.messages for r in m.references) else None


def entries(catalog: Catalog, tool: str | None) -> list[Entry]:
    """The entries with a translation: those in use first, then the obsolete ones. Plural forms have no place in pages."""
    placeholders = tool in (None, "translate-toolkit", "weblate")
    found = []
    for message in sorted(catalog.messages, key=lambda message: message.obsolete):
        if message.msgid.strip() and message.msgstr.strip() and message.msgid_plural is None:
            texts = (message.msgid, message.msgstr)
            msgid, msgstr = (readable(text) if placeholders else text.strip() for text in texts)
            found.append(Entry(message=message, msgid=msgid, msgstr=msgstr))
    return found


def readings(entry: Entry, read: Read) -> Iterator[Reading]:
    """The ways to read an entry, the likeliest first."""
    yield Reading((Unit(entry.msgid, entry.msgstr),))
    seen: set[str] = set()
    for prepare in (_as_it_is, _dedented, _front_matter, _with_rows, _unfenced):
        msgid, msgstr = prepare(entry.message.msgid), prepare(entry.message.msgstr)
        if msgid is None or msgstr is None or msgid in seen:
            continue
        seen.add(msgid)
        source, target = read(msgid), read(msgstr)
        if source and [s.kind for s in source] == [s.kind for s in target]:
            yield Reading(tuple(Unit(s.msgid, t.msgid) for s, t in zip(source, target, strict=True)))
    yield from _pieces(entry)


def _as_it_is(text: str) -> str:
    return text


def _dedented(text: str) -> str:
    """A part of a list item keeps its indentation in po4a, and would be code."""
    return textwrap.dedent(text)


def _front_matter(text: str) -> str | None:
    """Front matter that lost its fences (mdpo)."""
    return f"---\n{text}\n---\n" if _KEY_LINE.match(text) else None


def _unfenced(text: str) -> str | None:
    """Indented text that a tool took for code (mdbook, in an admonition of MkDocs)."""
    found = _FENCED.fullmatch(text.strip())
    return found[2] if found else None


def _with_rows(text: str) -> str | None:
    """A table whose rows were folded into one line (po4a)."""
    line = " ".join(text.split())
    rule = _RULE_INSIDE.search(line)
    if rule is None:
        return None
    width = len(re.findall(r"(?<!\\)\|", rule[1])) - 1
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
    # Between two rows stands an empty piece: the space between their bars.
    rows = (cells[start : start + width] for start in range(1, len(cells), width + 1))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _pieces(entry: Entry) -> Iterator[Reading]:
    """Cut at keys, at the marks of blocks that were folded into one paragraph, or at the ends of lines."""
    matters = not _KEY_LINE.match(entry.msgid)
    for separator in (_SEPARATOR,) if matters else (_KEY_INSIDE, _SEPARATOR):
        marks = separator.findall(entry.msgid)
        if marks and marks == separator.findall(entry.msgstr):
            units = zip(separator.split(entry.msgid), separator.split(entry.msgstr), strict=True)
            yield Reading(tuple(Unit(_value(a), _value(b)) for a, b in units), pieces=True, rest_matters=matters)
    lines = entry.msgid.split("\n"), entry.msgstr.split("\n")
    if 1 < len(lines[0]) == len(lines[1]):
        units = zip(*lines, strict=True)
        yield Reading(tuple(Unit(_value(a), _value(b)) for a, b in units), pieces=True, rest_matters=matters)


def _value(line: str) -> str:
    """A line of front matter without its key and quotes; any other as it is."""
    line = _KEY.sub("", line.strip(), count=1)
    quoted = _QUOTED.fullmatch(line)
    return quoted[2] if quoted else line
