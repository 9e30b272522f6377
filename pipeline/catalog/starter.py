"""A first glossary from public facts: names of countries, languages, months and days, and of some institutions.

The names are CLDR's (through Babel); the institutions of Singapore are those that they use for themselves. A name that
is also another word at the head of a sentence (May, March) is left out, and a language's name is there as "the English
language" only: English, Chinese and French are also adjectives, which are other words in most languages.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib.resources import files

from pipeline.catalog.glossary import Term
from pipeline.langtag import LanguageTag, fallback_chain

_HOMONYMS = frozenset({"May", "March", "Chad", "Jersey", "Guinea", "Turkey", "Georgia", "Jordan"})
_NO_PLACES = frozenset({"XA", "XB", "ZZ"})
"""Codes for tests, and for a place nobody knows."""
_DOUBTFUL = frozenset({("ms", "Dominican Republic")})
"""Where CLDR's name may be taken for another place's."""
_LANGUAGES = (
    "ar bn cs da de el en es fa fi fr gu he hi hu id it ja kn ko ml mr ms my ne nl no pa pl pt ro ru si sv ta te th tl"
    " tr uk ur vi zh"
).split()


def starter_terms(language: LanguageTag) -> tuple[Term, ...]:
    """Terms from English into `language`, sorted; none where CLDR does not know it."""
    found: dict[str, tuple[str, ...]] = {}
    for term, *forms in (*_names(language), *_institutions(language)):
        known = tuple(form for form in forms if form)
        if known and known[0] != term and term not in _HOMONYMS and (language, term) not in _DOUBTFUL:
            found.setdefault(term, tuple(dict.fromkeys(known)))
    return tuple(
        Term(term=term, translations=found[term], part_of_speech="proper noun", case_sensitive=True)
        for term in sorted(found)
    )


def _names(language: LanguageTag) -> Iterator[tuple[str, ...]]:
    from babel import Locale, UnknownLocaleError

    english = Locale("en")
    try:
        own = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return
    for code, name in english.territories.items():
        if len(code) == 2 and code.isalpha() and code not in _NO_PLACES:
            yield name, own.territories.get(code, "")
    for code in _LANGUAGES:
        name = own.languages.get(code, "")
        malay = own.language in ("ms", "id") and name
        yield f"{english.languages[code]} language", *((f"bahasa {name}", name) if malay else (name,))
    for number, name in english.months["format"]["wide"].items():
        widths = [own.months[use][width] for use in ("format", "stand-alone") for width in ("wide", "abbreviated")]
        yield name, *(width.get(number, "") for width in widths)
    for number, name in english.days["format"]["wide"].items():
        yield name, own.days["format"]["wide"].get(number, ""), own.days["stand-alone"]["wide"].get(number, "")


def _institutions(language: LanguageTag) -> Iterator[tuple[str, ...]]:
    text = files("pipeline.catalog").joinpath("starterterms.csv").read_text("utf-8")
    for row in csv.DictReader(io.StringIO(text)):
        forms = next((row[tag] for tag in fallback_chain(language) if tag in row), "")
        if forms:
            yield row["term"], *forms.split("|")
