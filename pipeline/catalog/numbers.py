"""Puts the numbers of a sentence right in its translation, when its source has as many as before.

Only what is certain is replaced: the old number stands in the translation as often as in the source, in whatever digits
and between whatever separators ("1,000.50" and "1.000,50" are both three runs of digits, of which the changed one is found).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from pipeline.inline import words_only

_RUN = re.compile(r"\d+")
_NUMBER = re.compile("\\d+(?:[.,'\u2019\u00a0\u202f\u066b\u066c]\\d+)*")
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?![\d:.]*\d)|\d+")
"""A time as one number: 9:00 and 17:00 have no hour and no minute in common."""
_GROUPED = re.compile("\\d{1,3}(?:[,'\u2019\u00a0\u202f\u066c]\\d{3})+")


class PutRight(NamedTuple):
    """A sentence with other numbers in it."""

    text: str
    changes: tuple[tuple[str, str], ...]
    """(number before, number after) as the sources write them, each once."""


def same_but_numbers(old: str, new: str) -> bool:
    """Whether two texts differ in their numbers only."""
    return old != new and numberless(old) == numberless(new)


@lru_cache(maxsize=1024)
def numberless(text: str) -> str:
    """The text with one number for all numbers."""
    return _NUMBER.sub("0", text)


def put_right(old: str, new: str, translation: str) -> PutRight | None:
    """The translation of `old` with the numbers of `new`; None when none changed, or one cannot be found for sure.

    Other words may have changed too: a person looks at the sentence anyway.
    """
    found = _put_right(old, new, translation, translation)
    if found is None:  # a number may stand in an address or code as well, and stay there
        found = _put_right(words_only(old), words_only(new), words_only(translation), translation)
    return found


def _put_right(old: str, new: str, shown: str, translation: str) -> PutRight | None:
    """`shown` is what of the translation is looked at: it has spaces for the rest."""
    before, after = _NUMBER.findall(old), _NUMBER.findall(new)
    if len(before) != len(after) or before == after:
        return None
    pairs = list(zip(before, after, strict=True))
    changes = tuple(dict.fromkeys((before, after) for before, after in pairs if before != after))
    text = None
    if _RUN.sub("0", old) == _RUN.sub("0", new):  # separators as before: whatever the translation has there may stay
        text = _replaced(_RUN, list(zip(_RUN.findall(old), _RUN.findall(new), strict=True)), shown, translation)
    if text is None and all(_is_plain(number) for pair in changes for number in pair):
        text = _replaced(_NUMBER, pairs, shown, translation)
    if text is None and _TIME.sub("0", old) == _TIME.sub("0", new):
        times = list(zip(_TIME.findall(old), _TIME.findall(new), strict=True))
        text = _replaced(_TIME, times, shown, translation)
        changes = tuple(dict.fromkeys(pair for pair in times if pair[0] != pair[1]))
    return None if text is None else PutRight(text, changes)


def values(text: str) -> Counter[str]:
    """The runs of digits of a text, in ASCII."""
    return Counter(_ascii(run) for run in _RUN.findall(text))


def _replaced(pattern: re.Pattern[str], pairs: list[tuple[str, str]], shown: str, text: str) -> str | None:
    """The text with each match that reads as a changed number replaced; None when not all of them are found for sure."""
    before = Counter(_ascii(old) for old, _ in pairs)
    becomes: dict[str, tuple[str, str]] = {}
    for old, new in pairs:
        if becomes.setdefault(_ascii(old), (old, new)) != (old, new):
            return None  # one number became two different ones
    changed = {value for value, (old, new) in becomes.items() if old != new}
    found = [(match.span(), _ascii(match[0])) for match in pattern.finditer(shown)]
    there = Counter(value for _, value in found)
    if not changed or any(there[value] != before[value] for value in changed):
        return None
    out, at = "", 0
    for (start, end), value in found:
        if value in changed:
            written = _written_like(text[start:end], *becomes[value])
            if written is None:
                return None
            out += text[at:start] + written
            at = end
    return out + text[at:]


def _written_like(translated: str, old: str, new: str) -> str | None:
    """The new number in the digits of the old one's translation, its digits grouped as there."""
    separators = set(_RUN.sub("", translated))
    grouping = "".join(separators)
    if len(separators) > 1 or (separators and len(_RUN.findall(translated)) != len(_RUN.findall(old))):
        return None  # nothing says where the translator would put which
    zero = ord(translated[0]) - unicodedata.decimal(translated[0])
    runs = (_ascii(run) for run in _RUN.findall(new))
    return grouping.join("".join(chr(zero + int(digit)) for digit in run) for run in runs)


def _is_plain(number: str) -> bool:
    """Whether a number is whole: its separators, if any, only group digits."""
    return number.isdecimal() or _GROUPED.fullmatch(number) is not None


def _ascii(number: str) -> str:
    return "".join(str(unicodedata.decimal(digit)) for digit in number if digit.isdecimal())
