"""TMX 1.4b, the exchange form of translation memories: read as a stream, from anybody, and written.

https://www.ttt.org/oscarstandards/tmx/tmx14b.html. Inline codes (`bpt`, `ept`, `ph`, `it`, `ut`) hold markup as it was in
the text, and `hi` and `sub` text; so a segment is all the characters in it. A segment with a code that holds nothing is
left out: what stood there is not known. Files are not trusted: no entity is expanded and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from pipeline import __version__
from pipeline.catalog.memory import Unit
from pipeline.catalog.xmlreader import XmlReader
from pipeline.errors import ConfigError
from pipeline.files import replacing, write_error
from pipeline.inline import elements
from pipeline.langtag import LanguageTag, fallback_chain, parse

LONGEST = 1_000_000
"""Characters of a segment; a longer one is no segment."""

_CODES = frozenset(("bpt", "ept", "ph", "it", "ut"))
_KIND, _CONTEXT = "x-kind", "x-msgctxt"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Written(NamedTuple):
    """What became of the units to write."""

    units: int
    left_out: int
    """Those with a character that XML cannot hold."""


class Entry(NamedTuple):
    """A translation unit as the file has it."""

    texts: tuple[tuple[str, str], ...]
    """(language as written, segment), in order."""
    kind: str
    context: str | None


def read_tmx(path: Path, source: LanguageTag, target: LanguageTag) -> Iterator[Unit]:
    """The units of a file that have both languages.

    `en-US` is taken for `en`, and `zh-CN` for `zh-Hans`, but not the other way round; of several targets those whose
    language is the nearest. Each variant of the source is a unit. Raises CatalogError for a file that is no TMX, at the
    place where this shows: what was given before is then not to be used.
    """
    known: dict[str, tuple[LanguageTag, ...]] = {}
    for entry in entries(path):
        tagged = [(known.setdefault(name, _chain(name)), text) for name, text in entry.texts]
        steps = [chain.index(target) if target in chain else None for chain, _ in tagged]
        nearest = min((step for step in steps if step is not None), default=None)
        targets = [i for i, step in enumerate(steps) if step is not None and step == nearest and tagged[i][1].strip()]
        sources = [text for i, (chain, text) in enumerate(tagged) if source in chain and i not in targets]
        yield from (
            Unit(text, tagged[i][1], entry.kind, entry.context) for text in dict.fromkeys(sources) for i in targets
        )


def languages(path: Path) -> dict[str, int]:
    """{language as written: segments} of a whole file; CatalogError for one that is no TMX."""
    counts: dict[str, int] = {}
    for entry in entries(path):
        for name, _ in entry.texts:
            counts[name] = counts.get(name, 0) + 1
    return counts


def entries(path: Path) -> Iterator[Entry]:
    """The translation units of a file, in order; CatalogError where it is malformed, or not to be trusted."""
    reader = _Reader(path)
    for _ in reader.parts():
        yield from reader.taken()


class _Reader(XmlReader):
    """The units of a file, as they are found."""

    form = "TMX"
    roots = frozenset({"tmx"})

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._done: list[Entry] = []
        self._texts: list[tuple[str, str]] = []
        self._notes: dict[str, str] = {}
        self._language = self._property = ""
        self._pieces: list[str] | None = None
        self._length = 0
        self._code_at = -1
        self._usable = True

    def taken(self) -> list[Entry]:
        """What was found since the last call."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "tu":
            self._texts, self._notes = [], {}
        elif name == "tuv":
            self._language = attributes.get("xml:lang") or attributes.get("lang", "")
        elif name == "seg":
            self._begin()
            self._usable = True
        elif name == "prop" and "tuv" not in self.stack:
            self._property = attributes.get("type", "")
            self._begin()
        elif name in _CODES:
            self._code_at = self._length

    def end(self, name: str) -> None:
        if name == "seg":
            if self._usable and self._language:
                self._texts.append((self._language, "".join(self._pieces or ())))
            self._pieces = None
        elif name == "prop" and self._pieces is not None:
            self._notes[self._property] = "".join(self._pieces)
            self._pieces = None
        elif name in _CODES:
            self._usable &= self._length > self._code_at
        elif name == "tu":
            self._done.append(Entry(tuple(self._texts), self._notes.get(_KIND, ""), self._notes.get(_CONTEXT)))

    def text(self, data: str) -> None:
        if self._pieces is not None:
            self._length += len(data)
            if self._length > LONGEST:
                raise self.error(f"a segment of more than {LONGEST:,} characters")
            self._pieces.append(data)

    def _begin(self) -> None:
        self._pieces, self._length = [], 0


def write_tmx(path: Path, units: Iterable[Unit], source: LanguageTag, target: LanguageTag) -> Written:
    """Write units as TMX, in their order and without dates; the file is replaced when all are written.

    Raises WriteError when the operating system refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary, temporary.open("wb") as stream:
            return _write(stream, units, source, target)
    except OSError as error:
        raise write_error(error, path) from error


def _write(stream: BinaryIO, units: Iterable[Unit], source: LanguageTag, target: LanguageTag) -> Written:
    count = left_out = 0
    stream.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
        f'<header creationtool="pipeline" creationtoolversion={quoteattr(__version__)} segtype="block" o-tmf="PO"'
        f' adminlang="en" srclang={quoteattr(source)} datatype="plaintext" o-encoding="UTF-8"/>\n<body>\n'.encode()
    )
    for unit in units:
        if any(_NOT_XML.search(text) for text in (unit.source, unit.target, unit.kind, unit.context or "")):
            left_out += 1
            continue
        count += 1
        notes = "".join(
            f'<prop type="{name}">{_escaped(value)}</prop>\n'
            for name, value in ((_KIND, unit.kind or None), (_CONTEXT, unit.context))
            if value is not None
        )
        stream.write(
            f"<tu>\n{notes}<tuv xml:lang={quoteattr(source)}><seg>{_segment(unit.source)}</seg></tuv>\n"
            f"<tuv xml:lang={quoteattr(target)}><seg>{_segment(unit.target)}</seg></tuv>\n</tu>\n".encode()
        )
    stream.write(b"</body>\n</tmx>\n")
    return Written(count, left_out)


def _segment(text: str) -> str:
    """A text whose marks stand in `bpt`, `ept` and `ph`, so that other tools protect them."""
    found = elements(text)
    if not found:
        return _escaped(text)
    marks: list[tuple[int, int, str, str]] = []
    for number, element in enumerate(found, 1):
        if element.close_span is None:
            marks.append((*element.open_span, "<ph>", "</ph>"))
        else:
            marks.append((*element.open_span, f'<bpt i="{number}">', "</bpt>"))
            marks.append((*element.close_span, f'<ept i="{number}">', "</ept>"))
    out: list[str] = []
    reached = 0
    for start, end, before, after in sorted(marks):
        if reached <= start < end:
            out += (_escaped(text[reached:start]), before, _escaped(text[start:end]), after)
            reached = end
    return "".join(out) + _escaped(text[reached:])


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _chain(name: str) -> tuple[LanguageTag, ...]:
    try:
        return fallback_chain(parse(name))
    except ConfigError:
        return ()  # a language nobody knows is nobody's
