"""Language tags: canonical BCP 47, gettext names, fallback, script, direction, decimal points, plural rules.

Small tables answer for the common languages, so that reading a command line imports nothing; Babel's CLDR data is loaded
for the rest.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING, NewType

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from babel import Locale

LanguageTag = NewType("LanguageTag", str)
"""A canonical BCP 47 tag, made only by `parse`."""

PSEUDO = LanguageTag("en-XA")
"""The accented pseudo-language (CLDR's and Android's code for it)."""

_TAG = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:[-_](?P<script>[A-Za-z]{4}))?(?:[-_](?P<region>[A-Za-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:[-_@](?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*)"
)
_POSIX_SCRIPTS = {
    "latin": "Latn",
    "cyrillic": "Cyrl",
    "arabic": "Arab",
    "devanagari": "Deva",
    "hans": "Hans",
    "hant": "Hant",
}

_SCRIPTS: dict[str, str] = {
    **dict.fromkeys(
        "af ca cs da de en es et eu fi fil fr ga gl hr hu id is it lt lv ms mt nb nl nn pl pt ro sk sl sq sv sw tr vi cy".split(),
        "Latn",
    ),
    **dict.fromkeys("be bg mk ru sr uk".split(), "Cyrl"),
    **dict.fromkeys("ar fa ur".split(), "Arab"),
    **dict.fromkeys("hi mr ne".split(), "Deva"),
    **dict(
        pair.split(":")
        for pair in (
            "bn:Beng el:Grek gu:Gujr he:Hebr hy:Armn ja:Jpan ka:Geor km:Khmr kn:Knda ko:Kore"
            " lo:Laoo ml:Mlym my:Mymr si:Sinh ta:Taml te:Telu th:Thai zh:Hans"
        ).split()
    ),
}
"""Likely scripts of common languages (CLDR likelySubtags), and so the languages known without Babel."""

_REGIONS = frozenset(
    "AE AT AU BD BE BN BR CA CH CL CN CO DE DK EG ES FI FR GB GR HK ID IE IL IN IT JP KE KR LK MM MO MX MY NG NL NO NP"
    " NZ PE PH PK PL PT RU SA SE SG TH TR TW UA US VN XA ZA 419".split()
)
_CHINESE = {"CN": "Hans", "SG": "Hans", "MY": "Hans", "TW": "Hant", "HK": "Hant", "MO": "Hant"}
_RIGHT_TO_LEFT = frozenset("Adlm Arab Aran Hebr Mand Mend Nkoo Rohg Samr Syrc Thaa Yezi".split())

_ONE = "nplurals=1; plural=0;"
_TWO = "nplurals=2; plural=(n != 1);"
_TWO_FROM_TWO = "nplurals=2; plural=(n > 1);"
_SLAVIC = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
_PLURALS = {
    **dict.fromkeys("id ja km ko lo ms my th vi zh".split(), _ONE),
    **dict.fromkeys("ca da de en es fi hu it nb nl nn no pt-PT sv sw ta te tr ur vec scn lld".split(), _TWO),
    **dict.fromkeys("fr ht pt".split(), _TWO_FROM_TWO),
    **dict.fromkeys("be bs hr ru sr uk".split(), _SLAVIC),
    **dict.fromkeys("cs sk".split(), "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);"),
    **dict.fromkeys(
        "dsb hsb sl".split(), "nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);"
    ),
    **dict.fromkeys("is mk".split(), "nplurals=2; plural=(n%10!=1 || n%100==11);"),
    **dict.fromkeys("ceb fil".split(), "nplurals=2; plural=(n>3 && (n%10==4 || n%10==6 || n%10==9));"),
    "ro": "nplurals=3; plural=(n==1 ? 0 : n==0 || n%100>0 && n%100<20 ? 1 : 2);",
    "gv": "nplurals=4; plural=(n%10==1 ? 0 : n%10==2 ? 1 : n%20==0 ? 2 : 3);",
    "he": "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
    "lt": "nplurals=3; plural=(n%10==1 && (n%100<11 || n%100>19) ? 0 : n%10>=2 && n%10<=9 && (n%100<11 || n%100>19) ? 1 : 2);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
"""GNU gettext's own rules (its plural-table.c) where they are few words, and everywhere CLDR's rule needs the operand
`e` (millions), which msgfmt refuses, or has a form that only fractions reach, which no catalog can use."""


@cache
def parse(text: str) -> LanguageTag:
    """The canonical BCP 47 tag for a BCP 47, gettext or POSIX spelling.

    `zh_SG` and `zh-sg` give `zh-Hans-SG` (Chinese always says its script once it says a region),
    `sr@latin` gives `sr-Latn`, `ms_MY.UTF-8` gives `ms-MY`, `iw` gives `he`.
    Raises ConfigError, naming the nearest known tag, for anything CLDR does not know.
    """
    spelling = re.sub(r"\.[A-Za-z0-9-]+", "", text.strip(), count=1)
    name, _, modifier = spelling.partition("@")
    posix_script = _POSIX_SCRIPTS.get(modifier.lower())
    found = _TAG.fullmatch(name if posix_script else spelling)
    if found is None:
        raise ConfigError(f"{text!r} is not a language tag", hint=_near(text) or 'write it like "ms" or "zh-Hans"')
    variants = sorted(re.split(r"[-_@]", found["variants"].lower())[1:])
    language = found["language"].lower()
    script = (found["script"] or posix_script or "").title()
    region = (found["region"] or "").upper()
    if variants or language not in _SCRIPTS or (region and region not in _REGIONS):
        language, script, region = _known(text, language, script, region, variants)
    if language == "zh" and region and not script:
        script = _CHINESE.get(region) or _likely(language, region)[1]
    return LanguageTag("-".join(part for part in (language, script, region, *variants) if part))


def gettext_name(tag: LanguageTag) -> str:
    """The folder and `Language:` spelling: `zh_Hans`, `pt_BR`, `ca@valencia`. `parse` reads it back."""
    parts = _parts(tag)
    return "_".join(part for part in parts[:3] if part) + "".join(f"@{variant}" for variant in parts[3:])


def fallback_chain(tag: LanguageTag) -> tuple[LanguageTag, ...]:
    """The tag and what may stand in for it, nearest first: zh-Hans-SG, zh-Hans, zh. Never text in another script."""
    return tuple(candidate for candidate in _truncations(tag) if candidate == tag or script(candidate) == script(tag))


def script(tag: LanguageTag) -> str:
    """ISO 15924 code of the script the language is written in here: "Hans", "Taml", "Latn"; "Zzzz" when unknown."""
    language, written, region, *_ = _parts(tag)
    if written:
        return written
    if language in _SCRIPTS and (language != "sr" or not region):
        return _SCRIPTS[language]
    return _likely(language, region)[1] or "Zzzz"


def direction(tag: LanguageTag) -> str:
    """Which way text runs, "ltr" or "rtl", from the script: `ms` is ltr, `ms-Arab` (Jawi) rtl."""
    return "rtl" if script(tag) in _RIGHT_TO_LEFT else "ltr"


def decimal_point(tag: LanguageTag) -> str:
    """The sign before decimals ("," in most of Europe); "" for a language that CLDR does not know."""
    from babel.numbers import get_decimal_symbol

    locale = _locale(tag)
    return get_decimal_symbol(locale) if locale else ""


@cache
def plural_forms(tag: LanguageTag) -> str:
    """The value of a new `Plural-Forms:` header; every rule passes `msgfmt -c`. Two forms where nothing is known."""
    for candidate in _truncations(tag):
        if candidate in _PLURALS:
            return _PLURALS[candidate]
    locale = _locale(tag)
    if locale is None:
        return _TWO
    from babel.plural import to_gettext

    rule = to_gettext(locale.plural_form)
    usable = not re.search(r"[a-z]", rule.rpartition("plural=")[2].replace("n", ""))
    return f"{rule.rstrip(';')};" if usable else _TWO


def _truncations(tag: LanguageTag) -> tuple[LanguageTag, ...]:
    """The tag with its last subtag taken off again and again, as RFC 4647 section 3.4 looks a tag up."""
    pieces = tag.split("-")
    return tuple(LanguageTag("-".join(pieces[:length])) for length in range(len(pieces), 0, -1))


def _parts(tag: LanguageTag) -> tuple[str, ...]:
    """(language, script, region, *variants) of a canonical tag, "" for what it does not say."""
    language, *rest = tag.split("-")
    written = rest.pop(0) if rest and len(rest[0]) == 4 and rest[0].isalpha() else ""
    region = rest.pop(0) if rest and (len(rest[0]) == 2 or (len(rest[0]) == 3 and rest[0].isdigit())) else ""
    return (language, written, region, *rest)


def _known(text: str, language: str, written: str, region: str, variants: list[str]) -> tuple[str, str, str]:
    """Look a less common tag up in CLDR, replacing retired codes; ConfigError when a part of it is not there."""
    from babel import Locale
    from babel.core import get_global

    replaced = str(get_global("language_aliases").get(language, language)).split("_")
    language, written = replaced[0], written or next((part for part in replaced[1:] if len(part) == 4), "")
    if language not in _languages():
        raise ConfigError(f"{text!r} is not a known language", hint=_near(text))
    region = next(iter(get_global("territory_aliases").get(region, [region])), region)
    english = Locale("en")
    if region and region not in _REGIONS and (region == "ZZ" or region not in english.territories):
        raise ConfigError(f"{text!r} names no known region ({region})", hint='write it like "ms-SG"')
    for variant in variants:
        if variant != "simple" and variant.upper() not in english.variants:
            raise ConfigError(f"{text!r} has an unknown part ({variant})", hint=_near(text))
    return language, written, region


@cache
def _languages() -> frozenset[str]:
    """Every language code CLDR knows something about."""
    from babel import Locale
    from babel.core import get_global
    from babel.localedata import locale_identifiers

    likely = (str(key).partition("_")[0] for key in get_global("likely_subtags"))
    local = (name.partition("_")[0] for name in locale_identifiers())
    named = (str(name).partition("_")[0] for name in Locale("en").languages)
    return frozenset({*likely, *local, *named, *_SCRIPTS} - {"und"})


def _likely(language: str, region: str) -> tuple[str, str, str]:
    """CLDR's likely (language, script, region) for a language in a region; "" where it has none."""
    from babel.core import get_global

    subtags = get_global("likely_subtags")
    full = subtags.get(f"{language}_{region}") if region else None
    full = full or subtags.get(language) or ""
    pieces = (*str(full).split("_"), "", "", "")
    return pieces[0], pieces[1], pieces[2]


def _locale(tag: LanguageTag) -> Locale | None:
    """Babel's locale for the tag or the nearest tag of its chain that Babel has data for."""
    from babel import Locale, UnknownLocaleError

    for candidate in _truncations(tag):
        try:
            return Locale.parse("_".join(part for part in _parts(candidate)[:3] if part))
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _near(text: str) -> str | None:
    """A hint that names the tags, or the tag of the language name, spelled most like `text`; None when none is near."""
    from babel import Locale

    wanted = text.replace("_", "-").lower()
    names = {str(name).lower(): str(code).replace("_", "-") for code, name in Locale("en").languages.items()}
    names |= {tag.lower(): tag for tag in (*_SCRIPTS, "zh-Hans", "zh-Hant", "pt-BR", PSEUDO)}
    found = dict.fromkeys(names[name] for name in difflib.get_close_matches(wanted, names, n=2, cutoff=0.75))
    return f"did you mean {' or '.join(found)}?" if found else None
