"""TBX-Basic term bases → glossary terms (ISO 30042, the form of 2019 and that of 2008 with `martif`).

One term of the source language and all of the target's in the same concept make a line of the glossary. A target term
marked deprecated or superseded is a forbidden word, and a preferred one comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.catalog.glossary import Term
from pipeline.errors import CatalogError, PipelineError
from pipeline.langtag import LanguageTag, fallback_chain, parse

_CONCEPT = frozenset({"conceptEntry", "termEntry"})
_LANGUAGE = frozenset({"langSec", "langSet"})
_TERM = frozenset({"termSec", "tig", "ntig"})
_ROOT = frozenset({"tbx", "martif"})
_TEXTS = frozenset({"term", "termNote", "descrip", "note"})
_DEEPEST = 50
_LONGEST = 10_000


@dataclass(slots=True)
class _Found:
    language: str
    term: str = ""
    notes: dict[str, str] = field(default_factory=dict)


def read_tbx(path: Path, *, source: LanguageTag, target: LanguageTag) -> tuple[Term, ...]:
    """The terms of a file for one pair of languages; a language of the file counts for its region (en for en-SG).

    Raises CatalogError (path, line) for what is not TBX, or declares entities.
    """
    from xml.parsers import expat

    reader = _Reader(path, source, target)
    try:
        reader.parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        raise CatalogError(
            f"not well-formed TBX: {expat.errors.messages[error.code]}", path=str(path), line=error.lineno
        ) from None
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
    return tuple(reader.terms)


class _Reader:
    """Expat's handlers, and the terms they have found."""

    def __init__(self, path: Path, source: LanguageTag, target: LanguageTag) -> None:
        from xml.parsers import expat

        self.path = path
        self.sources, self.targets = set(fallback_chain(source)), set(fallback_chain(target))
        self.terms: list[Term] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self._stack: list[str] = []
        self._found: list[_Found] = []
        self._language = self._type = ""
        self._definition = ""
        self._pieces: list[str] | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._stack and name not in _ROOT:
            raise self._error(f"not TBX: its root element is <{name[:40]}>")
        self._stack.append(name)
        if len(self._stack) > _DEEPEST:
            raise self._error("elements are nested too deeply")
        if name in _CONCEPT:
            self._found, self._definition = [], ""
        elif name in _LANGUAGE:
            self._language = attributes.get("xml:lang", "")
        elif name in _TERM:
            self._found.append(_Found(self._language))
        elif name in _TEXTS:
            self._type, self._pieces = attributes.get("type", ""), []

    def _end(self, name: str) -> None:
        self._stack.pop()
        name = name.rpartition(":")[2]
        if name in _TEXTS and self._pieces is not None:
            text = " ".join("".join(self._pieces).split())
            self._pieces = None
            if name == "term" and self._found:
                self._found[-1].term = text
            elif name == "termNote" and self._found:
                self._found[-1].notes[self._type] = text
            elif name == "descrip" and self._type == "definition":
                self._definition = self._definition or text
        elif name in _CONCEPT:
            self._concept()

    def _concept(self) -> None:
        ours = [found for found in self._found if _is(found.language, self.sources) and found.term]
        theirs = [found for found in self._found if _is(found.language, self.targets) and found.term]
        status = "administrativeStatus"
        bad = [found for found in theirs if found.notes.get(status, "").startswith(("deprecated", "superseded"))]
        good = [found for found in theirs if found not in bad]
        good.sort(key=lambda found: not found.notes.get(status, "").startswith("preferred"))
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

    def _text(self, data: str) -> None:
        if self._pieces is not None:
            self._pieces.append(data)
            if sum(map(len, self._pieces)) > _LONGEST:
                raise self._error(f"a text of more than {_LONGEST:,} characters")

    def _entity(self, name: str, *_: object) -> None:
        raise self._error(f"it declares the entity {name[:40]!r}", hint="entities are not expanded; write the text out")

    def _error(self, message: str, hint: str | None = None) -> CatalogError:
        return CatalogError(message, path=str(self.path), line=self.parser.CurrentLineNumber, hint=hint)


def _is(name: str, wanted: set[LanguageTag]) -> bool:
    """Whether a language of the file is one of these, or a region of one."""
    try:
        return not wanted.isdisjoint(fallback_chain(parse(name)))
    except PipelineError:
        return False
