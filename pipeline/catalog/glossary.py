"""A language's glossary: which term must be translated how, and which words must not be used for it.

The files are `glossarycsv` and `tbx`; here terms are found in a text, and a translation is judged by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.inline import words_only
from pipeline.wordforms import stands_in

GLOSSARY_COMMENT = "glossary: "
"""How the comment begins that names the terms of an entry."""

_WORD = re.compile(r"\w+")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\uff07", "'"))
"""Written either way in texts and glossaries. One character for one, so places stay as they are."""
_DOTTED = frozenset({"az", "tr"})
"""Languages whose i has a capital of its own."""


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

    def target_for(self, spelling: str, language: str = "") -> str:
        """What a translation into `language` should say for the term as it is spelled in a text.

        A term that begins a sentence or a heading has a capital that the glossary's has not, and its translation takes
        one too. A name keeps its own apostrophe.
        """
        if self.keep:
            return spelling if _folded(spelling) == _folded(self.term) else self.term
        target = self.target
        # Georgian, which has capitals for nothing but headlines, and scripts without any stay as they are.
        cased = target.title() != target.lower()
        if self.case_sensitive or not cased or not _has_capital(spelling) or _has_capital(self.term):
            return target
        dotted = language.partition("-")[0] in _DOTTED
        if len(spelling) > 1 and spelling.isupper():
            return (target.replace("i", "İ") if dotted else target).upper()
        first = "İ" if dotted and target[0] == "i" else target[0].title()
        return first + target[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A term in a text, with the spellings it has there."""

    term: Term
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A term as it is looked for."""

    term: Term
    words: tuple[str, ...]
    before: int
    """Characters before its first word, which are no letters (.NET)."""
    after: int
    """Characters after its last word (C++, U.S.)."""
    forms: frozenset[str]
    """How it may be written: as it is, or as an English plural."""


class Glossary:
    """The terms of one language, found fast in any text."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        """Of two lines for one term both count: their translations are allowed, the first line's first is preferred."""
        self.terms = _merged(terms)
        self._by_word: dict[str, list[_Entry]] = {}
        for entry in filter(None, map(_entry, self.terms)):
            self._by_word.setdefault(entry.words[0], []).append(entry)
        for entries in self._by_word.values():
            entries.sort(key=lambda entry: (-len(entry.words), -len(entry.term.term)))

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
        for term, start, end in self._places(_folded(text)):
            found.setdefault(id(term), (term, {}))[1][text[start:end]] = None
        return tuple(Use(term=term, spellings=tuple(spellings)) for term, spellings in found.values())

    def _places(self, text: str) -> Iterator[tuple[Term, int, int]]:
        words = [(found[0].casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            length = 1
            for wanted in _stems(words[at][0]):
                for entry in self._by_word.get(wanted, ()):
                    place = _place(entry, text, words, at)
                    if place:
                        yield entry.term, *place
                        length = max(length, len(entry.words))
                        break
                else:
                    continue
                break
            at += length


def _entry(term: Term) -> _Entry | None:
    """How a term is looked for; None for one without a letter or digit."""
    text = _folded(term.term)
    found = list(_WORD.finditer(text))
    if not found:
        return None
    before, after = found[0].start(), len(text) - found[-1].end()
    text = text if term.case_sensitive else text.casefold()
    forms = {text}
    if not after:
        forms |= {f"{text}s", f"{text}es"}
        if text.endswith("y"):
            forms.add(f"{text[:-1]}ies")
    return _Entry(term, tuple(word[0].casefold() for word in found), before, after, frozenset(forms))


def _place(entry: _Entry, text: str, words: Sequence[tuple[str, int, int]], at: int) -> tuple[int, int] | None:
    """(start, end) of the term in a text when its first word is word `at`."""
    own = entry.words
    if at + len(own) > len(words):
        return None
    last = words[at + len(own) - 1]
    if any(words[at + n][0] != word for n, word in enumerate(own[:-1])) or own[-1] not in _stems(last[0]):
        return None
    start, end = words[at][1] - entry.before, last[2] + entry.after
    if start < 0 or (entry.before and _WORD.match(text[start - 1 : start])):
        return None
    if entry.after and _WORD.match(text[end : end + 1]):  # C++11 is another name
        return None
    shown = text[start:end]
    return (start, end) if (shown if entry.term.case_sensitive else shown.casefold()) in entry.forms else None


def _folded(text: str) -> str:
    return text.translate(_APOSTROPHES)


def _has_capital(text: str) -> bool:
    """Whether the first letter of a text is a capital."""
    return next(filter(str.isalpha, text), "").isupper()


def _merged(terms: Iterable[Term]) -> tuple[Term, ...]:
    """One term for several lines of the same spelling and case rule, with the forms of all."""
    found: dict[tuple[str, bool], Term] = {}
    for term in terms:
        text = _folded(term.term)
        key = (text if term.case_sensitive else text.casefold(), term.case_sensitive)
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
        stems = (word, word[:-1], word[:-2])
        return (*stems, f"{word[:-3]}y") if word.endswith("ies") else stems
    return (word, word[:-1]) if word.endswith("s") else (word,)


def missing(use: Use, translation: str) -> bool:
    """Whether a translation has none of the forms that its glossary allows for a term in its source."""
    allowed = (use.term.term,) if use.term.keep else use.term.translations
    text = _folded(words_only(translation))
    return bool(allowed) and not any(stands_in(text, _folded(form), exact=use.term.keep) for form in allowed)


def forbidden(use: Use, translation: str) -> str | None:
    """A word in the translation that must not be used for the term, unless an allowed form has it inside."""
    text = _folded(words_only(translation)).casefold()
    for form in use.term.translations:
        text = text.replace(_folded(form).casefold(), "\0")
    return next((word for word in use.term.forbidden if stands_in(text, _folded(word))), None)


def comment(uses: Iterable[Use]) -> str:
    """What a reviewer reads beside an entry (`#. glossary: ...`); "" without terms."""
    said = []
    for use in uses:
        term = use.term
        text = term.term
        if term.keep:
            text += f" → {term.term} (not translated)"
        elif term.translations:
            text += f" → {'|'.join(term.translations)}"
        if term.forbidden:
            text += f" (not: {', '.join(term.forbidden)})"
        if text != term.term:
            said.append(text)
    return f"{GLOSSARY_COMMENT}{'; '.join(said)}" if said else ""
