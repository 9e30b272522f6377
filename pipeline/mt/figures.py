"""Numbers and amounts of a sentence, which its translation must have too, however they are written there.

"1,000.50", "1.000,50" and "1 000,50" are one number where the languages write them differently, and so are "9:00", "9.00"
and "9"; 5.3 and 53 are two. "2 million" is 200 times ten thousand in Chinese. Order is not compared: other languages have
another.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import product
from typing import NamedTuple

CURRENCIES = "$€£¥₹₩฿₫₱₦₽"
"""Signs of currencies."""
_CODES = "SGD|MYR|USD|EUR|GBP|IDR|INR|CNY|RMB|JPY|KRW|HKD|TWD|THB|VND|PHP|BND|AUD|NZD|CAD|CHF"
"""Those of ISO 4217 that are no English words, of currencies that readers meet; and RMB."""
MONEY_BEFORE = rf"(?:[A-Z]{{0,3}}[{CURRENCIES}]\s?|(?<!\w)(?:RM|Rp|Rs|{_CODES})\.?\s?)"
MONEY_AFTER = rf"(?:[{CURRENCIES}]|(?:{_CODES})(?!\w))"
"""Regular expressions for what stands before and behind an amount."""
_SEPARATORS = ".,'\u2019\u00a0\u202f\u066b\u066c"
_MYRIAD_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore"})
_SIGN = r"(?P<sign>(?<![\w)\]])[-\u2212])?"
_GROUPS = re.compile(r"\d+")
_TIME = re.compile(r"\d:\d")
_AMOUNT = re.compile(rf"(?P<before>{MONEY_BEFORE})(?=\d)|\d\s?(?P<after>[%‰]|{MONEY_AFTER})")

_UNITS = {
    2: "hundred ratus 百 백 நூறு सौ",
    3: "thousand ribu mil 千 천 ஆயிரம் हज़ार हजार",
    4: "万 萬 만",
    5: "லட்சம் இலட்சம் लाख",
    6: "million millions juta millón millones 百万 百萬 백만 மில்லியன் मिलियन",
    7: "千万 千萬 천만 கோடி करोड़",
    8: "亿 億 억",
    9: "billion billions bilion miliar 十亿 十億 십억 பில்லியன் अरब बिलियन",
    12: "trillion trillions trilion triliun 兆 万亿 조",
}
"""Words behind a number, by the power of ten they stand for."""
_LETTERS = {"k": 3, "m": 6, "bn": 9, "b": 9}
"""The same for letters, which may also be units of length."""
_POWERS = {word: power for power, words in _UNITS.items() for word in words.split()}
_UNIT = re.compile(rf"\s?[多余餘여]?({'|'.join(sorted(_POWERS, key=len, reverse=True))})(?![a-z])", re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:to|and|or|-|\u2013|~|至|到|から|hingga)\s?", re.IGNORECASE)
"""Between two numbers that have one unit."""
_LETTER = re.compile(r"(bn|[kmb])(?!\w)", re.IGNORECASE)
_SPELLED = re.compile(
    r"(?i)(?<![\d.,])(?<!\d )\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|dozen|half|quarter|second|third)s?\b"
)
"""Number words of English sources: a translation may write them in digits."""


class _Number(NamedTuple):
    value: str
    """In one form, with a point."""
    written: str
    end: int


@cache
def _pattern(separators: str, points: str) -> re.Pattern[str]:
    """A number: groups of three (in India of two) digits, or a row of digits; then what is behind a point."""
    between = f"[{separators}]"
    return re.compile(
        rf"{_SIGN}(?<!\d)(?P<whole>\d{{1,3}}(?:{between}\d{{2,3}}){{0,8}}{between}\d{{3}}(?!\d)|\d+)(?P<rest>(?:[{points}]\d+)*)"
    )


def numbers(source: str, target: str, target_script: str, *, decimal: str = "") -> str | None:
    """What became of the numbers in a translation, in a few words; None when nothing did.

    `decimal` is the sign before decimals where both languages have the same: then a number is written in the translation as
    it is in the source, but for the signs between its groups.
    """
    if not _GROUPS.search(source) and not _GROUPS.search(target):
        return None
    ways = list(_ways(decimal))
    before, after = ([list(_numbers(text, way, decimal)) for way in ways] for text in (source, target))
    readings = product(
        (*before, *(_scaled(source, found, letters=letters) for letters in (False, True) for found in before)),
        (*after, *(_scaled(target, found) for found in after)),
    )
    spelled = len(_SPELLED.findall(source))
    reasons = [_difference(spelled, one, other, target_script) for one, other in readings]
    if None in reasons:
        return None
    if _TIME.search(source) and sorted(_GROUPS.findall(source)) == sorted(_GROUPS.findall(target)):
        return None  # "9h30"
    return reasons[0]


def _difference(spelled: int, before: list[_Number], after: list[_Number], target_script: str) -> str | None:
    lost, made_up = _counts(before) - _counts(after), _counts(after) - _counts(before)
    if target_script in _MYRIAD_SCRIPTS:  # months are numbers there
        made_up = Counter({number: n for number, n in made_up.items() if len(number) > 2})
    if lost:
        return f"loses the number {next(number.written for number in before if number.value == min(lost))}"
    if made_up.total() > spelled:
        return f"adds the number {next(number.written for number in after if number.value == min(made_up))}"
    return None


def amounts(source: str, target: str) -> str | None:
    """The same for signs of currencies and per cent that stand at a number."""
    wanted = Counter((m["before"] or m["after"]).strip(" .\u00a0") for m in _AMOUNT.finditer(_folded(source)))
    there = _folded(target)
    missing = [sign for sign, times in wanted.items() if len(_sign(sign).findall(there)) < times]
    return f"loses the sign {min(missing)} of an amount" if missing else None


@cache
def _sign(sign: str) -> re.Pattern[str]:
    """Finds `S$`, also written `S $` and not in US$; or `RM`."""
    letters = sign.rstrip(f"{CURRENCIES}%‰")
    return re.compile(rf"(?<![A-Za-z]){letters}\s?{re.escape(sign[len(letters) :])}(?![A-Za-z])")


def _ways(decimal: str) -> Iterator[re.Pattern[str]]:
    """How the numbers of a text may be read; the second with groups parted by spaces, which may also be two numbers."""
    separators = _SEPARATORS.replace(decimal, "") if decimal else _SEPARATORS
    points = f"{re.escape(decimal)}:" if decimal else ".,:\u066b"
    return (_pattern(groups, points) for groups in (separators, separators + " "))


def _numbers(text: str, pattern: re.Pattern[str], decimal: str) -> Iterator[_Number]:
    for match in pattern.finditer(text):
        rest = [_ascii(part) for part in _GROUPS.findall(match["rest"])]
        if len(rest) == 1 and (not decimal or not rest[0].strip("0")):
            rest = [part for part in (rest[0].rstrip("0"),) if part]
        whole = _ascii("".join(_GROUPS.findall(match["whole"])))
        if not decimal or len(whole) <= 2:  # 05 May is 5 May, but 0800 and 007 are what they are
            whole = whole.lstrip("0") or "0"
        value = ("-" if match["sign"] else "") + ".".join((whole, *rest))
        yield _Number(value, match[0], match.end())


def _scaled(text: str, found: list[_Number], *, letters: bool = False) -> list[_Number]:
    """The numbers with the words behind them counted in: 2 million is 2000000, and so is 200万.

    Of a range (2 to 3 million) both have the unit; numbers that follow each other (12亿5000万) are one.
    """
    units = [_unit(text, number, letters=letters) for number in found]
    for i in reversed(range(len(found) - 1)):
        between = text[found[i].end : found[i + 1].end - len(found[i + 1].written)]
        if units[i] is None and units[i + 1] is not None and _RANGE.fullmatch(between):
            units[i] = units[i + 1]._replace(end=found[i].end)  # type: ignore[union-attr]
    out: list[_Number] = []
    reached, power = -1, 0
    for number, unit in zip(found, units, strict=True):
        own = unit.power if unit else 0
        if number.value.count(".") > 1 or (not unit and number.end - len(number.written) != reached):
            out.append(number)
            reached = -1
            continue
        value = Decimal(number.value) * 10**own
        if number.end - len(number.written) == reached and own < power:
            value += Decimal(out.pop().value)
        out.append(number._replace(value=f"{value.normalize():f}"))
        reached, power = unit.end if unit else -1, own
    return out


class _Unit(NamedTuple):
    power: int
    end: int


def _unit(text: str, number: _Number, *, letters: bool) -> _Unit | None:
    """The word behind a number that says how many tens it is to be multiplied by."""
    if found := _UNIT.match(text, number.end):
        return _Unit(_POWERS[found[1].lower()], found.end())
    if letters and (found := _LETTER.match(text, number.end)):
        return _Unit(_LETTERS[found[1].lower()], found.end())
    return None


def _counts(found: list[_Number]) -> Counter[str]:
    return Counter(number.value for number in found)


def _folded(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\u066a", "%")


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(digit, digit)) for digit in digits)
