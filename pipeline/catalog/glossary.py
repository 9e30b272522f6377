"""A language's glossary: which term must be translated how, and which words must not be used for it.

The files are `glossarycsv` and `tbx`; here terms are found in a text, and a translation is judged by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.inline import words_only
from pipeline.wordforms import stands_in

COMMENT = "glossary: "
"""How the comment begins that names the terms of an entry."""

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
