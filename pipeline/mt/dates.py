"""Names of months and days of the week in a sentence, which its translation must have too: CLDR's, through Babel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.wordforms import stands_in

if TYPE_CHECKING:
    from babel import Locale

_ALSO_WORDS = frozenset({"May", "March", "August"})
"""English months that are other words at the head of a sentence; they count beside a number only."""
_USES = ("format", "stand-alone")
_WIDTHS = ("wide", "abbreviated")


@dataclass(frozen=True, slots=True)
class Name:
    """A month or day in the language of the source."""

    name: str
    forms: tuple[str, ...]
    """Its names in the language of the translation, the usual one first."""
    number: str
    """Of a month; "" for a day."""
    pattern: re.Pattern[str]

    def is_said(self, source: str, target: str) -> bool:
        """Whether a translation has it: by name, by a number that its source has not, or as in the source (Black Friday)."""
        if re.search(rf"(?<!\w){re.escape(self.name)}(?!\w)", target, re.IGNORECASE):
            return True
        if any(stands_in(target, form) for form in self.forms):
            return True
        number = re.compile(rf"(?<!\d)0?{self.number}(?!\d)")
        return bool(self.number) and len(number.findall(target)) > len(number.findall(source))


@lru_cache(maxsize=8)
def names(source: str, target: str) -> tuple[Name, ...]:
    """The months and days of one language in another (BCP 47 tags); none where CLDR lacks one of them."""
    from babel import Locale, UnknownLocaleError

    try:
        own, other = Locale.parse(source, sep="-"), Locale.parse(target, sep="-")
    except (ValueError, UnknownLocaleError):
        return ()
    return tuple(_found("months", own, other)) + (tuple(_found("days", own, other)) if own.language == "en" else ())


def _found(what: str, own: Locale, other: Locale) -> Iterator[Name]:
    """The `months` or the `days`, and the months' abbreviations."""
    ours, theirs = getattr(own, what)["format"], getattr(other, what)
    for number, name in ours["wide"].items():
        known = {width: [theirs[use][width].get(number, "") for use in _USES] for width in _WIDTHS}
        month = str(number) if what == "months" else ""
        alone = own.language == "en" and name not in _ALSO_WORDS
        yield from _named(name, (*known["wide"], *known["abbreviated"]), month, alone=alone)
        short = ours["abbreviated"].get(number, "").strip(".")
        if month and short != name:
            # British English has Sept, American Sep.
            for spelling in dict.fromkeys((short, "Sep", "Sept") if short in ("Sep", "Sept") else (short,)):
                yield from _named(spelling, (*known["abbreviated"], *known["wide"]), month, alone=False)


def _named(name: str, known: tuple[str, ...], number: str, *, alone: bool) -> Iterator[Name]:
    """A name, if it is one that can be told from other words; not `alone` it counts beside a number only."""
    forms = tuple(dict.fromkeys(form for form in known if form.strip(".")))
    if len(name) < 3 or not forms:
        return
    word = re.escape(name)
    beside = rf"\d(?:st|nd|rd|th)?\.?\s(?:of\s|de\s)?{word}(?!\w)|(?<!\w){word}\.?\s\d"
    yield Name(name, forms, number, re.compile(rf"(?<!\w){word}(?!\w)" if alone else beside))


def lost(source: str, target: str, known: tuple[Name, ...]) -> str | None:
    """The first month or day of a sentence that its translation does not have."""
    return next((name.name for name in known if name.pattern.search(source) and not name.is_said(source, target)), None)


def translations(source: str, known: tuple[Name, ...]) -> Mapping[str, str]:
    """{month or day in a text: its name in the other language}."""
    return {name.name: name.forms[0] for name in known if name.pattern.search(source)}
