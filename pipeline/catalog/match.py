"""Which old message was a new one made from: fuzzy pairs, found fast among thousands.

Scores are 0.0-1.0. Characters are compared by RapidFuzz (twice the longest common subsequence over
both lengths, as gettext's fstrcmp), words as sets: unrelated prose of one language shares
half of its characters, but few of its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"\w+")
# Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, kana, Han. Pairs of characters stand for words.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

_NEARBY = 0.05
"""Added to the score of a pair that stands between the same unchanged messages."""
_TRY_ALL = 40
_POSTINGS = 400
_BEST = 12
_NEIGHBOURS = 3


@dataclass(frozen=True)
class Candidate:
    """A text to be paired, and where it stands."""

    text: str
    gap: int
    """Position in the template of the nearest unchanged message before it, -1 at the top."""
    place: int
    """About where in the template it stands or stood."""

    @cached_property
    def words(self) -> frozenset[str]:
        """Its different words, lower case."""
        return frozenset(words(self.text))


def closest(new: Sequence[Candidate], old: Sequence[Candidate], cutoff: float) -> dict[int, int]:
    """{index in `new`: index in `old`}, each old text at most once, best scores first; the nearer wins a tie.

    Both stand in the order of their places. Scores below `cutoff` do not count.
    """
    if not new or not old:
        return {}
    from rapidfuzz.fuzz import ratio

    pairs: list[tuple[float, int, int, int]] = []
    for number, wanted, candidates in _candidates(new, old):
        for other in candidates:
            found = old[other]
            bonus = _NEARBY if found.gap == wanted.gap else 0.0
            score = _score(wanted, found, ratio(wanted.text, found.text) / 100) + bonus
            if score >= cutoff:
                pairs.append((-score, abs(wanted.place - found.place), number, other))
    result: dict[int, int] = {}
    used: set[int] = set()
    for _, _, number, other in sorted(pairs):
        if number not in result and other not in used:
            result[number] = other
            used.add(other)
    return result


def _score(one: Candidate, other: Candidate, characters: float) -> float:
    """Mean of characters and words; a spelling correction in a title has no word in common, so also characters alone, at a discount."""
    total = len(one.words) + len(other.words)
    words = 2 * len(one.words & other.words) / total if total else 0.0
    return max((characters + words) / 2, characters - 0.2)


def _candidates(new: Sequence[Candidate], old: Sequence[Candidate]) -> Iterator[tuple[int, Candidate, Sequence[int]]]:
    """For each new text the old ones worth a comparison: all of few; else those that share rare words or the place."""
    if len(old) <= _TRY_ALL:
        for number, wanted in enumerate(new):
            yield number, wanted, range(len(old))
        return
    having: dict[str, list[int]] = defaultdict(list)
    in_gap: dict[int, list[int]] = defaultdict(list)
    for other, candidate in enumerate(old):
        in_gap[candidate.gap].append(other)
        for word in candidate.words:
            having[word].append(other)
    for number, wanted in enumerate(new):
        shared: Counter[int] = Counter()
        budget = _POSTINGS
        for word in sorted(wanted.words & having.keys(), key=lambda word: (len(having[word]), word)):
            # The common words of a long text say little, and reading all their places would take quadratic time.
            shared.update(having[word][:budget])
            budget -= len(having[word])
            if budget <= 0:
                break
        beside = in_gap.get(wanted.gap, ())  # in order of place, as `old` is
        middle = bisect_left(beside, wanted.place, key=lambda other: old[other].place)
        near = beside[max(0, middle - _NEIGHBOURS) : middle + _NEIGHBOURS]
        best = (other for other, _ in shared.most_common(_BEST))
        yield number, wanted, tuple(dict.fromkeys((*near, *best)))


def words(text: str) -> Iterator[str]:
    """Its words in lower case, in order; pairs of characters where a script has no spaces."""
    for word in _WORD.findall(text.lower()):
        if not word.isascii() and len(word) > 1 and UNSPACED.search(word):
            yield from (word[index : index + 2] for index in range(len(word) - 1))
        else:
            yield word
