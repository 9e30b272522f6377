"""TBX-Basic term bases → glossary terms (ISO 30042, the form of 2019 and that of 2008 with `martif`).

One term of the source language and all of the target's in the same concept make a line of the glossary. A target term
marked deprecated or superseded is a forbidden word, and a preferred one comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.catalog.glossary import Term
from pipeline.catalog.xmlreader import XmlReader
from pipeline.errors import PipelineError
from pipeline.langtag import LanguageTag, fallback_chain, parse

_CONCEPT = frozenset({"conceptEntry", "termEntry"})
_LANGUAGE = frozenset({"langSec", "langSet"})
_TERM = frozenset({"termSec", "tig", "ntig"})
_NAMED = frozenset({"administrativeStatus", "partOfSpeech", "definition"})
"""Kinds of termNote and descrip that are elements of their own in files of the style `dct`."""
_TEXTS = frozenset({"term", "termNote", "descrip", "note"}) | _NAMED
_LONGEST = 10_000


@dataclass(slots=True)
class _Found:
    language: str
    term: str = ""
    notes: dict[str, str] = field(default_factory=dict)


def read_tbx(path: Path, *, source: LanguageTag, target: LanguageTag) -> tuple[Term, ...]:
    """The terms of a file for one pair of languages.

    A language of the file counts for its region (en for en-SG), and a region for its language (en-SG for en); the
    nearest language's terms are preferred.

    Raises CatalogError (path, line) for what is not TBX, or declares entities.
    """
    reader = _Reader(path, source, target)
    for _ in reader.parts():
        pass
    return tuple(reader.terms)


class _Reader(XmlReader):
    """The terms of a file, for one pair of languages."""

    form = "TBX"
    roots = frozenset({"tbx", "martif"})
    deepest = 50

    def __init__(self, path: Path, source: LanguageTag, target: LanguageTag) -> None:
        super().__init__(path)
        self.source, self.target = source, target
        self.terms: list[Term] = []
        self._found: list[_Found] = []
        self._language = self._type = ""
        self._definition = ""
        self._pieces: list[str] | None = None
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CONCEPT:
            self._found, self._definition = [], ""
        elif name in _LANGUAGE:
            self._language = attributes.get("xml:lang", "")
        elif name in _TERM:
            self._found.append(_Found(self._language))
        elif name in _TEXTS:
            self._type = name if name in _NAMED else attributes.get("type", "")
            self._pieces, self._length = [], 0

    def end(self, name: str) -> None:
        if name in _TEXTS and self._pieces is not None:
            text = " ".join("".join(self._pieces).split())
            self._pieces = None
            if name == "term" and self._found:
                self._found[-1].term = text
            elif self._type == "definition":
                self._definition = self._definition or text
            elif name != "note" and self._found:
                self._found[-1].notes[self._type] = text
        elif name in _CONCEPT:
            self._concept()

    def text(self, data: str) -> None:
        if self._pieces is not None:
            self._length += len(data)
            if self._length > _LONGEST:
                raise self.error(f"a text of more than {_LONGEST:,} characters")
            self._pieces.append(data)

    def _terms_in(self, language: LanguageTag) -> list[_Found]:
        return [found for found in self._found if found.term and _distance(found.language, language) is not None]

    def _concept(self) -> None:
        ours, theirs = self._terms_in(self.source), self._terms_in(self.target)
        status = "administrativeStatus"
        bad = [found for found in theirs if found.notes.get(status, "").startswith(("deprecated", "superseded"))]
        good = [found for found in theirs if found not in bad]
        good.sort(
            key=lambda found: (
                _distance(found.language, self.target),
                not found.notes.get(status, "").startswith("preferred"),
            )
        )
        if not theirs:
            return
        for found in ours:
            self.terms.append(
                Term(
                    term=found.term,
                    translations=tuple(dict.fromkeys(other.term for other in good)),
                    forbidden=tuple(dict.fromkeys(other.term for other in bad)),
                    part_of_speech=found.notes.get("partOfSpeech", ""),
                    note=self._definition,
                )
            )


def _distance(name: str, wanted: LanguageTag) -> int | None:
    """How far a language of the file is from the one that is wanted; None for another one (pt-PT for pt-BR).

    0 for itself, then come those that it falls back to (pt for pt-BR), then those that fall back to it (pt-BR for pt).
    """
    try:
        tag = parse(name)
    except PipelineError:
        return None
    chain = fallback_chain(wanted)
    if tag in chain:
        return chain.index(tag)
    return len(chain) if wanted in fallback_chain(tag) else None
