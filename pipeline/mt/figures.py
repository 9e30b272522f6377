"""Numbers and amounts of a sentence, which its translation must have too, however they are written there.

"1,000.50", "1.000,50" and "1 000,50" are one number, and so are "9:00", "9.00" and "9"; 5.3 and 53 are two. Order is not
compared: other languages have another.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import product

_SEPARATORS = ".,'\u2019\u00a0\u202f\u066b\u066c"
_SYMBOLS = "$€£¥₹₩฿₫₱₦₽"
_BIG_NUMBER = re.compile(r"(?i)\b(?:hundred|thousand|million|billion|trillion)s?\b|[%$]?\d\s?(?:[kmb]|bn)\b")
_MYRIAD_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore"})
_SIGN = r"(?P<sign>(?<![\w)\]])[-\u2212])?"
_GROUPS = re.compile(r"\d+")
_TIME = re.compile(r"\d:\d")
_AMOUNT = re.compile(rf"(?P<before>[A-Z]{{0,3}}[{_SYMBOLS}])\s?\d|\d\s?(?P<after>[{_SYMBOLS}%‰])")
_SYMBOL = re.compile(rf"[A-Z]{{0,3}}[{_SYMBOLS}]|[%‰]")


def _pattern(separators: str) -> re.Pattern[str]:
    """A number: groups of three (in India of two) digits, or a row of digits; then what is behind a point."""
    between = f"[{separators}]"
    return re.compile(
        rf"{_SIGN}(?<!\d)(?P<whole>\d{{1,3}}(?:{between}\d{{2,3}}){{0,8}}{between}\d{{3}}(?!\d)|\d+)(?P<rest>(?:[.,:\u066b]\d+)*)"
    )


_PATTERNS = (_pattern(_SEPARATORS), _pattern(_SEPARATORS + " "))
"""The second with groups parted by spaces, which may also be two numbers."""


def numbers(source: str, target: str, target_script: str) -> str | None:
    """What became of the numbers in a translation, in a few words; None when nothing did."""
    if not _GROUPS.search(source) and not _GROUPS.search(target):
        return None
    ways = product(_PATTERNS, repeat=2)
    if any(_counts(_values(source, one)) == _counts(_values(target, other)) for one, other in ways):
        return None
    if _TIME.search(source) and sorted(_GROUPS.findall(source)) == sorted(_GROUPS.findall(target)):
        return None  # "9h30"
    before, after = _values(source, _PATTERNS[0]), _values(target, _PATTERNS[0])
    lost, made_up = _counts(before) - _counts(after), _counts(after) - _counts(before)
    if target_script in _MYRIAD_SCRIPTS:
        # "2 million" is 200 times ten thousand there, and months are numbers.
        if _BIG_NUMBER.search(source):
            return None
        made_up = Counter({number: n for number, n in made_up.items() if len(number) > 2})
    if lost:
        return f"loses the number {before[min(lost)][0]}"
    if made_up:
        return f"adds the number {after[min(made_up)][0]}"
    return None


def amounts(source: str, target: str) -> str | None:
    """The same for signs of currencies and per cent that stand at a number."""
    found = [(m[0], (m["before"] or m["after"])) for m in _AMOUNT.finditer(_folded(source))]
    there = Counter(_SYMBOL.findall(_folded(target)))
    missing = Counter(symbol for _, symbol in found) - there
    return f"loses the sign {min(missing)} of an amount" if missing else None


def _values(text: str, pattern: re.Pattern[str]) -> dict[str, list[str]]:
    """{number in one form: as the text writes it, each time}."""
    found: dict[str, list[str]] = {}
    for match in pattern.finditer(text):
        rest = [_ascii(part) for part in _GROUPS.findall(match["rest"])]
        if len(rest) == 1:
            rest = [part for part in (rest[0].rstrip("0"),) if part]
        whole = _ascii("".join(_GROUPS.findall(match["whole"]))).lstrip("0") or "0"
        value = ("-" if match["sign"] else "") + ".".join((whole, *rest))
        found.setdefault(value, []).append(match[0])
    return found


def _counts(values: dict[str, list[str]]) -> Counter[str]:
    return Counter({value: len(written) for value, written in values.items()})


def _folded(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\u066a", "%")


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(digit, digit)) for digit in digits)
