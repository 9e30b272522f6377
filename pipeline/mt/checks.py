"""What makes a draft unusable or doubtful: pure functions over a source and its translation, both without markup.

A draft is refused for what a reviewer could miss and a reader would be misled by (numbers), and for what is plainly
broken (loops, nothing, another script). What is only suspicious lowers its score.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from pipeline.mt.copies import WORDS
from pipeline.mt.figures import amounts, numbers
from pipeline.mt.letters import LETTERS
from pipeline.mt.scripts import comparable, share

STUTTER_PENALTY = 0.7
"""A word twice running that is not so in the source."""
UNPAIRED_PENALTY = 0.8
"""A bracket or quotation mark without its mate, where the source has both."""

_WORD = re.compile(rf"{LETTERS}+(?:[-'’]{LETTERS}+)*")
_STUTTER = re.compile(rf"(?<!{LETTERS})({LETTERS}{{2,}})\s+\1(?!{LETTERS})", re.IGNORECASE)
_LOOP = re.compile(r"(\S.{0,40}?)\1{3,}", re.DOTALL)
_DENSE_LOOP = re.compile(r"([^\W\d_]{2,40}?)\1{2,}")
_RULE = re.compile(r"[\W_\d]+")
_ROW = re.compile(r"([^\w\s])(?:\s*\1){7,}")
_LONG_PHRASE = range(5, 41)
"""Words of a phrase that nobody says twice running."""
_UNUSABLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_SIGNS = "\ufffd\u2047\u2581"
"""What stands for characters that were lost, and SentencePiece's space."""
_JOINERS = "\u200b\u200c\u200d\u200e\u200f"
"""Parts of the writing of many languages outside Europe and China."""
_NO_JOINERS = frozenset({"Latn", "Cyrl", "Grek", "Hans", "Hant", "Jpan", "Kore"})

# Characters of a translation per character of its source: the normal range, wide on purpose. Short texts vary more,
# so 20 characters either way are always allowed.
_SLACK = 20
_DENSE = frozenset({"Hans", "Hant", "Jpan", "Kore"})
_RATIO = {(False, False): (0.33, 3.0), (False, True): (0.1, 1.5), (True, False): (0.8, 9.0), (True, True): (0.33, 3.0)}


def refusal(
    source: str, target: str, *, source_script: str, target_script: str, identity: bool = False, decimal: str = ""
) -> str | None:
    """Why a translated sentence cannot be used, in a few words; None when it can.

    Scripts are ISO 15924 codes. `identity` engines may leave the text in its own script. `decimal` is
    the sign before decimals where both languages have the same.
    """
    if not any(map(str.isalnum, target)) and any(map(str.isalpha, source)):
        return "empty"
    if sign := _unusable(source, target, target_script):
        return f"has the character U+{ord(sign):04X}"
    if target == source:
        return (
            None
            if identity or comparable(source_script, target_script)
            else _wrong_script(target, source, target_script)
        )
    return (
        repetition(source, target, target_script)
        or numbers(source, target, target_script, decimal=decimal)
        or amounts(source, target)
        or _length(source, target, source_script, target_script)
        or (None if identity else _wrong_script(target, source, target_script))
    )


def doubt(source: str, target: str) -> float:
    """Factor 0.0-1.0 on the score for what is suspicious but may be right."""
    factor = STUTTER_PENALTY if _STUTTER.search(target) and not _STUTTER.search(source) else 1.0
    return factor * (UNPAIRED_PENALTY if _unpaired(target) and not _unpaired(source) else 1.0)


def _unpaired(text: str) -> bool:
    """Whether a bracket or a quotation mark has no mate."""
    opening, closing = (sum(map(text.count, signs)) for signs in ("(（", ")）"))
    return opening != closing or text.count('"') % 2 == 1


def _unusable(source: str, target: str, target_script: str) -> str:
    """A character that no translation should have, and that its source has not; "" without one."""
    allowed = "\n\t" + ("" if target_script in _NO_JOINERS else _JOINERS)
    return next(
        (
            c
            for c in target
            if (unicodedata.category(c) in _UNUSABLE or c in _SIGNS) and c not in source and c not in allowed
        ),
        "",
    )


def repetition(source: str, target: str, target_script: str = "Latn") -> str | None:
    """A loop: a word or phrase three times running, a longer one twice, or a string four times.

    Where words are not parted, two characters three times.
    """
    words = [word.casefold() for word in _WORD.findall(target)]
    wanted = [word.casefold() for word in _WORD.findall(source)]
    for size in range(1, 7):
        if _runs(words, size) >= 3 > _runs(wanted, size):
            return "repeats itself"
    for size in _LONG_PHRASE:
        if 2 * size > len(words):
            break
        if _runs(words, size) >= 2 > _runs(wanted, size):
            return "repeats itself"
    for size, times in ((3, 3), (2, 4)):
        if _most(words, size) >= times > _most(wanted, size):
            return "repeats itself"
    found = _LOOP.search(target)
    if found and not _RULE.fullmatch(found[1]) and not _LOOP.search(source):
        return "repeats itself"
    if target_script in _DENSE and _DENSE_LOOP.search(target) and not _DENSE_LOOP.search(source):
        return "repeats itself"
    return "repeats itself" if _ROW.search(target) and not _ROW.search(source) else None


def _runs(words: list[str], size: int) -> int:
    """The most times a phrase of `size` words follows itself, counting it."""
    best = run = 0
    for i in range(size, len(words)):
        run = run + 1 if words[i] == words[i - size] else 0
        best = max(best, run)
    return best // size + 1


def _most(words: list[str], size: int) -> int:
    phrases = Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
    return max(phrases.values(), default=0)


def _length(source: str, target: str, source_script: str, target_script: str) -> str | None:
    low, high = _RATIO[source_script in _DENSE, target_script in _DENSE]
    if len(target) > len(source) * high + _SLACK:
        return "far longer than the source"
    if len(target) + _SLACK < len(source) * low:
        return "far shorter than the source"
    return None


def _wrong_script(target: str, source: str, target_script: str) -> str | None:
    # Names and abbreviations stay as they are, so words of the source do not count.
    kept = {word.casefold() for word in _WORD.findall(source)}
    own = " ".join(word for word in _WORD.findall(target) if word.casefold() not in kept)
    if not own and target_script == "Latn":
        return None
    in_script = share(own, target_script) if own else 0.0
    if in_script is None or in_script >= 0.5:
        return None
    if not own and len(_WORD.findall(target)) < WORDS:
        return None  # a name
    return "not in the script of the target language"
