"""Which script a text is written in, by code point ranges (Unicode's Scripts.txt, letters of living scripts)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_RANGES = {
    "Latn": "A-Za-zªºÀ-ÖØ-öø-ɏɐ-ʯḀ-ỿⱠ-Ɀ꜠-ꟿ",
    "Grek": "Ͱ-Ͽἀ-῿",
    "Cyrl": "Ѐ-ԯᲀ-᲏ⷠ-ⷿꙀ-ꚟ",
    "Armn": "Ա-֏",
    "Hebr": "א-״",
    "Arab": "ؠ-ۿݐ-ݿࢠ-ࣿﭐ-﷿ﹰ-ﻼ",
    "Deva": "ऀ-ॿ",
    "Beng": "ঀ-৾",
    "Guru": "ਁ-੶",
    "Gujr": "ઁ-૿",
    "Orya": "ଁ-୷",
    "Taml": "ஂ-௺",
    "Telu": "ఀ-౿",
    "Knda": "ಀ-ೳ",
    "Mlym": "ഀ-ൿ",
    "Sinh": "ඁ-෴",
    "Thai": "ก-ฺเ-๛",
    "Laoo": "ກ-ໟ",
    "Tibt": "ༀ-࿚",
    "Mymr": "က-႟",
    "Geor": "Ⴀ-ჿ",
    "Ethi": "ሀ-፼",
    "Khmr": "ក-៹",
    "Hani": "㐀-䶿一-鿿豈-﫿𠀀-𲎯",
    "Kana": "ぁ-ヿㇰ-ㇿ",
    "Hang": "ᄀ-ᇿㄱ-ㆎ가-힣",
}
_COMPOUND = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Hani", "Kana"),
    "Kore": ("Hang", "Hani"),
}
_UNSPACED = ("Hani", "Kana", "Thai", "Laoo", "Tibt", "Mymr", "Khmr")
_LETTER = re.compile(r"[^\W\d_]")


def is_wide(character: str) -> bool:
    """Whether a character is as wide as a Han one: such scripts have no spaces between words."""
    return unicodedata.east_asian_width(character) in ("W", "F")


def in_word(character: str) -> bool:
    """Whether a character is a letter, digit or combining mark; False for ""."""
    return character.isalnum() or unicodedata.category(character or " ")[0] == "M"


@cache
def _pattern(script: str) -> re.Pattern[str] | None:
    parts = _COMPOUND.get(script, (script,))
    return re.compile("[" + "".join(_RANGES[p] for p in parts) + "]") if all(p in _RANGES for p in parts) else None


def share(text: str, script: str) -> float | None:
    """Share (0.0-1.0) of the letters of `text` that belong to an ISO 15924 script; None without letters or table."""
    pattern = _pattern(script)
    letters = len(_LETTER.findall(text))
    if pattern is None or not letters:
        return None
    return min(len(pattern.findall(text)) / letters, 1.0)


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile("[" + "".join(_RANGES[script] for script in _UNSPACED) + "]")


def unspaced(text: str) -> int:
    """How many characters of a text belong to scripts that write words without spaces between them."""
    return 0 if text.isascii() else len(_unspaced().findall(text))


def comparable(one: str, other: str) -> bool:
    """True when text of the one script cannot be told from text of the other (equal, or both Han)."""
    return bool(set(_COMPOUND.get(one, (one,))) & set(_COMPOUND.get(other, (other,))))
