"""A language's glossary: which term must be translated how, and which words must not be used for it.

A glossary is a CSV file, `locales/glossary/<gettext locale>.csv`, that spreadsheets and Weblate read and write. Its first
line names the columns, in any order; only `term` and `translation` must be there:

    term,translation,forbidden,pos,case,keep,note
    permit,permit|kebenaran,lesen,noun,,,Not a driving licence
    SingPass,,,,yes,yes,

Several translations are separated by `|`, the preferred one first. `case` = yes: the term counts only as it is written.
`keep` = yes: the term is not translated.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.errors import CatalogError
from pipeline.inline import words_only
from pipeline.wordforms import stands_in

COMMENT = "glossary: "
"""How the comment begins that names the terms of an entry."""

COLUMNS = ("term", "translation", "forbidden", "pos", "case", "keep", "note")
_ALIASES = {
    "source": "term",
    "target": "translation",
    "translations": "translation",
    "explanation": "note",
    "translator_comments": "note",
}
"""Column names of other programs (Weblate writes source, target and explanation, or all columns of Translate Toolkit)."""
_OTHERS = frozenset({"location", "id", "fuzzy", "context", "developer_comments"})
"""Columns of Translate Toolkit that say nothing about a term but for `fuzzy`: such a line is not approved, and left out."""
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"", "no", "n", "false", "0"})
_WORD = re.compile(r"\w+")
_ENDINGS = ("", "s", "es")
"""English plurals of a term's last word count as the term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line of a glossary."""

    term: str
    translations: tuple[str, ...] = ()
    """Allowed ones, the preferred one first; empty for a term that is kept, or only has forbidden words."""
    forbidden: tuple[str, ...] = ()
    part_of_speech: str = ""
    case_sensitive: bool = False
    keep: bool = False
    """True for a name that is not translated."""
    note: str = ""
    line: int = field(default=0, compare=False)

    @property
    def target(self) -> str:
        """What a translation should say; "" when the glossary does not tell."""
        return self.term if self.keep else next(iter(self.translations), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A term in a text, with the spellings it has there."""

    term: Term
    spellings: tuple[str, ...]


class Glossary:
    """The terms of one language, found fast in any text."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        """Of two lines for one term both count: their translations are allowed, the first line's first is preferred."""
        self.terms = _merged(terms)
        self._by_word: dict[str, list[tuple[tuple[str, ...], Term]]] = {}
        for term in self.terms:
            words = tuple(word.casefold() for word in _WORD.findall(term.term))
            if words:
                self._by_word.setdefault(words[0], []).append((words, term))
        for entries in self._by_word.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def find(self, text: str) -> tuple[Use, ...]:
        """The terms in a text, each once, in the order of their first place; the longest where several begin.

        What a reader does not see as words (code, link targets, tags, addresses) has none.
        """
        if not self._by_word:
            return ()
        found: dict[int, tuple[Term, dict[str, None]]] = {}
        text = words_only(text)
        for term, start, end in self._places(text):
            found.setdefault(id(term), (term, {}))[1][text[start:end]] = None
        return tuple(Use(term=term, spellings=tuple(spellings)) for term, spellings in found.values())

    def _places(self, text: str) -> Iterator[tuple[Term, int, int]]:
        words = [(found[0].casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            length = 1
            for wanted in _stems(words[at][0]):
                for own, term in self._by_word.get(wanted, ()):
                    end = self._end(text, words, at, own, term)
                    if end:
                        yield term, words[at][1], end
                        length = max(length, len(own))
                        break
                else:
                    continue
                break
            at += length

    def _end(
        self, text: str, words: Sequence[tuple[str, int, int]], at: int, own: tuple[str, ...], term: Term
    ) -> int | None:
        """Where the term ends in the text when it begins at word `at`."""
        if at + len(own) > len(words):
            return None
        last = words[at + len(own) - 1]
        if any(words[at + n][0] != word for n, word in enumerate(own[:-1])) or own[-1] not in _stems(last[0]):
            return None
        start, end = words[at][1], last[2]
        shown = text[start:end]
        spelled = shown if term.case_sensitive else shown.casefold()
        wanted = term.term if term.case_sensitive else term.term.casefold()
        if not any(spelled == wanted + ending for ending in _ENDINGS):
            return None
        return end


def _merged(terms: Iterable[Term]) -> tuple[Term, ...]:
    """One term for several lines of the same spelling and case rule, with the forms of all."""
    found: dict[tuple[str, bool], Term] = {}
    for term in terms:
        key = (term.term if term.case_sensitive else term.term.casefold(), term.case_sensitive)
        first = found.get(key)
        if first is None:
            found[key] = term
            continue
        found[key] = replace(
            first,
            translations=tuple(dict.fromkeys(first.translations + term.translations)),
            forbidden=tuple(dict.fromkeys(first.forbidden + term.forbidden)),
        )
    return tuple(found.values())


def _stems(word: str) -> tuple[str, ...]:
    """The word, and what it may be the plural of."""
    if word.endswith("es"):
        return word, word[:-1], word[:-2]
    return (word, word[:-1]) if word.endswith("s") else (word,)


def missing(use: Use, translation: str) -> bool:
    """Whether a translation has none of the forms that its glossary allows for a term in its source."""
    allowed = (use.term.term,) if use.term.keep else use.term.translations
    return bool(allowed) and not any(stands_in(translation, form, exact=use.term.keep) for form in allowed)


def forbidden(use: Use, translation: str) -> str | None:
    """A word in the translation that must not be used for the term, unless an allowed form has it inside."""
    folded = translation.casefold()
    for form in use.term.translations:
        folded = folded.replace(form.casefold(), "\0")
    return next((word for word in use.term.forbidden if stands_in(folded, word)), None)


def comment(uses: Iterable[Use]) -> str:
    """What a reviewer reads beside an entry (`#. glossary: ...`); "" without terms."""
    said = []
    for use in uses:
        term = use.term
        text = (
            f"{term.term} → {term.term} (not translated)"
            if term.keep
            else f"{term.term} → {'|'.join(term.translations)}"
        )
        if term.forbidden:
            text += f" (not: {', '.join(term.forbidden)})"
        said.append(text)
    return f"{COMMENT}{'; '.join(said)}" if said else ""


def parse_csv(data: bytes, *, path: str = "") -> Glossary:
    """A glossary from its CSV file (UTF-8, a comma, semicolon or tab between columns).

    Raises CatalogError (path, line, hint) for another encoding, unknown columns, a line without a term, or a yes/no that
    is neither.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogError("this glossary is not UTF-8", path=path, line=line, hint="save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [_ALIASES.get(name, name) for name in (cell.strip().casefold() for cell in next(reader, []))]
        _check_columns(names, path)
        terms = [
            _term(dict(zip(names, row, strict=False)), path, reader.line_num)
            for row in reader
            if any(cell.strip() for cell in row) and not _is_fuzzy(names, row)
        ]
    except csv.Error as error:
        raise CatalogError(f"malformed CSV: {error}", path=path, line=reader.line_num) from None
    return Glossary(terms)


def format_csv(terms: Iterable[Term]) -> bytes:
    """The CSV file of some terms, in their order."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in terms:
        yes = {True: "yes", False: ""}
        writer.writerow(
            (
                term.term,
                "|".join(term.translations),
                "|".join(term.forbidden),
                term.part_of_speech,
                yes[term.case_sensitive],
                yes[term.keep],
                term.note,
            )
        )
    return out.getvalue().encode()


def _check_columns(names: Sequence[str], path: str) -> None:
    unknown = [name for name in names if name and name not in COLUMNS and name not in _OTHERS]
    if "term" not in names:
        raise CatalogError(
            "a glossary's first line names its columns, and one is `term`",
            path=path,
            line=1,
            hint=f"the columns are {', '.join(COLUMNS)}",
        )
    if unknown:
        raise CatalogError(
            f"unknown column {unknown[0]!r}", path=path, line=1, hint=f"the columns are {', '.join(COLUMNS)}"
        )


def _is_fuzzy(names: Sequence[str], row: Sequence[str]) -> bool:
    return dict(zip(names, row, strict=False)).get("fuzzy", "").strip().casefold() in _YES


def _term(cells: dict[str, str], path: str, line: int) -> Term:
    term = " ".join(cells.get("term", "").split())
    if not _WORD.search(term):
        raise CatalogError("a line without a term", path=path, line=line, hint="fill in the column `term`")
    flags = {}
    for name in ("case", "keep"):
        value = cells.get(name, "").strip().casefold()
        if value not in _YES | _NO:
            raise CatalogError(f"{name} is yes or empty, not {value!r}", path=path, line=line)
        flags[name] = value in _YES
    return Term(
        term=term,
        translations=_several(cells.get("translation", "")),
        forbidden=_several(cells.get("forbidden", "")),
        part_of_speech=cells.get("pos", "").strip(),
        case_sensitive=flags["case"],
        keep=flags["keep"],
        note=cells.get("note", "").strip(),
        line=line,
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(form for form in (" ".join(part.split()) for part in cell.split("|")) if form)
