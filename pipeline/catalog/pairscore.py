"""How much more likely two units are to be translations of each other than to stand beside each other by chance.

Every piece of evidence is a log-likelihood ratio (natural logarithm), so that they add up, and so that 0 means
"says nothing": the kind of block, the length (Gale and Church 1993, with log lengths), marks and words that translators
keep, and words of a learned lexicon. Ratios are capped: evidence inside one text is not independent.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.catalog.evidence import KEEP, OF_FORM, asked, expected, features_of, translated
from pipeline.catalog.lexicon import NOTHING, Lexicon
from pipeline.catalog.units import BLOCK, Mark, Unit

IMPOSSIBLE = -1e9

Range = tuple[int, int]
Near = Callable[[int, int], bool]

_SAME_KIND = 0.93
_NEAR_KIND = -1.5
_OTHER_KIND = -4.0
_FAR_KIND = -7.0
_PROSE = frozenset(
    ("paragraph", "text", "list item", "quote", "definition", "indented text", "table cell", "table header", "term")
)
_LENGTH_OFFSET = 3.0
_LENGTH_SPREAD = (0.03, 2.0)
"""Variance of the log length ratio: constant, and per source character."""
_LENGTH_CAP = (-8.0, 4.0)
_MARK_CAP = (-6.0, 9.0)
_WORD_CAP = (-8.0, 14.0)
_LEAST_SPLIT = 80
"""Characters of a text that may have been split."""
_FITS = 0.35
"""How far a log length may be off for two texts together to fit a third."""
_RARE = 4
"""Units that share a feature, at most, for it to point at them."""
_INLINE_WEIGHT = 0.8
_WORDS_WEIGHT = 0.6
"""Words of a text come in phrases: two of them say less than twice as much as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What is known of a pair of languages before a page is looked at."""

    log_ratio: float = 0.0
    """Mean of log(target length / source length)."""
    keep: Mapping[str, float] = field(default_factory=lambda: dict(KEEP))
    lexicon: Lexicon = NOTHING


class PairScore:
    """Scores of the pairs of two sequences of units."""

    def __init__(self, source: Sequence[Unit], target: Sequence[Unit], model: Model) -> None:
        self.source, self.target, self.model = source, target, model
        self._known_kinds: dict[tuple[str, str], float] = {}
        here = Counter(feature for unit in source for feature in features_of(unit))
        there = Counter(feature for unit in target for feature in features_of(unit))
        self._kinds = Counter(unit.kind for unit in target)
        self._lengths = _length_statistics(target)
        self._source_marks = [expected(unit, here, there, len(target), model.keep) for unit in source]
        self._target_marks = [expected(unit, there, here, len(source), model.keep) for unit in target]
        self._target_features = [features_of(unit) for unit in target]
        self._source_features = [features_of(unit) for unit in source]
        words_here = Counter(word for unit in source for word in unit.words)
        words_there = Counter(word for unit in target for word in unit.words)
        lexicon = model.lexicon
        self._lexicon = bool(lexicon.forward or lexicon.backward)
        self._forward = [translated(unit, lexicon.forward, words_there, len(target)) for unit in source]
        self._backward = [translated(unit, lexicon.backward, words_here, len(source)) for unit in target]

    def __call__(self, i: int, j: int) -> float:
        """The score of source unit `i` with target unit `j`; IMPOSSIBLE for a text with an untranslated block."""
        one, other = self.source[i], self.target[j]
        score = self._kind(one.kind, other.kind)
        if score <= IMPOSSIBLE:
            return score
        marks = asked(self._source_marks[i], self._target_features[j]) + asked(
            self._target_marks[j], self._source_features[i]
        )
        words = asked(self._forward[i], other.words) + asked(self._backward[j], one.words) if self._lexicon else 0.0
        score += self._length(one.length, other.length, other.kind) + _capped(marks / 2, words / 2)
        if one.inline != other.inline:
            return score - _INLINE_WEIGHT * min(len(one.inline ^ other.inline), 3)
        return score + _INLINE_WEIGHT if one.inline else score

    def tells(self, i: int, j: int) -> bool:
        """True when something that the two texts say is the same: a mark, a name, a word of the lexicon."""
        words = not self._forward[i].wanted.isdisjoint(self.target[j].words)
        common = self._source_marks[i].wanted & self._target_features[j]
        return words or any(feature[0] not in OF_FORM for feature in common)

    def splits(self, ours: Range, theirs: Range, near: Near) -> Iterator[tuple[int, int, float]]:
        """(i, j, score) where source unit `i` may be target units `j` and `j + 1`: a paragraph that became two.

        Only inside the two ranges, and where `near(i, j)`.
        """
        for i, j in _halves(self.source, ours, self.target, theirs, self.model.log_ratio):
            if not near(i, j):
                continue
            one, first, second = self.source[i], self.target[j], self.target[j + 1]
            features = self._target_features[j] | self._target_features[j + 1]
            marks = 2 * self._source_marks[i].score(features) + (
                self._target_marks[j].score(self._source_features[i])
                + self._target_marks[j + 1].score(self._source_features[i])
            )
            words = 2 * self._forward[i].score(first.words | second.words) + (
                self._backward[j].score(one.words) + self._backward[j + 1].score(one.words)
            )
            length = self._length(one.length, first.length + second.length, first.kind)
            yield i, j, self._kind(one.kind, first.kind) + length + _capped(marks / 4, words / 4)

    def joins(self, ours: Range, theirs: Range, near: Near) -> Iterator[tuple[int, int, float]]:
        """The same where source units `i` and `i + 1` may be target unit `j`: two paragraphs that became one."""
        for j, i in _halves(self.target, theirs, self.source, ours, -self.model.log_ratio):
            if not near(i, j):
                continue
            first, second, other = self.source[i], self.source[i + 1], self.target[j]
            features = self._source_features[i] | self._source_features[i + 1]
            marks = 2 * self._target_marks[j].score(features) + (
                self._source_marks[i].score(self._target_features[j])
                + self._source_marks[i + 1].score(self._target_features[j])
            )
            words = 2 * self._backward[j].score(first.words | second.words) + (
                self._forward[i].score(other.words) + self._forward[i + 1].score(other.words)
            )
            length = self._length(first.length + second.length, other.length, other.kind)
            yield i, j, self._kind(first.kind, other.kind) + length + _capped(marks / 4, words / 4)

    def speaking(self, ours: Sequence[int], theirs: Sequence[int]) -> list[tuple[int, int]]:
        """The pairs that share something rare, and those just before and after them; far fewer than all pairs."""
        having: dict[Mark | str, list[int]] = defaultdict(list)
        for j in theirs:
            for feature in self._target_features[j]:
                having[feature].append(j)
            for word in self.target[j].words:
                having[word].append(j)
        there, here = set(theirs), set(ours)
        found: set[tuple[int, int]] = set()
        for i in ours:
            rare: list[Mark | str] = [*self._source_marks[i].wanted, *self._forward[i].wanted]
            for shared in rare:
                places = having.get(shared, [])
                if len(places) <= _RARE:
                    found.update((i, j) for j in places)
        beside = {(i + step, j + step) for i, j in found for step in (-1, 1) if i + step in here and j + step in there}
        return sorted(found | beside)

    def _kind(self, one: str, other: str) -> float:
        found = self._known_kinds.get((one, other))
        if found is None:
            found = self._known_kinds[one, other] = self._compared(one, other)
        return found

    def _compared(self, one: str, other: str) -> float:
        if one == other:
            return math.log(_SAME_KIND * len(self.target) / self._kinds[other])
        if BLOCK in (one, other):
            return IMPOSSIBLE
        if one.startswith("heading") and other.startswith("heading"):
            return _NEAR_KIND
        if one in _PROSE and other in _PROSE:
            return _NEAR_KIND
        if one.startswith(("image", "attribute")) or other.startswith(("image", "attribute")):
            return _FAR_KIND
        return _OTHER_KIND

    def _length(self, one: int, other: int, kind: str) -> float:
        spread = _LENGTH_SPREAD[0] + _LENGTH_SPREAD[1] / (one + _LENGTH_OFFSET)
        size = _log(other)
        off = size - _log(one) - (self.model.log_ratio if kind != BLOCK else 0.0)
        mean, variance = self._lengths.get(kind) or self._lengths[""]
        ratio = 0.5 * (math.log(variance / spread) + (size - mean) ** 2 / variance - off * off / spread)
        return min(max(ratio, _LENGTH_CAP[0]), _LENGTH_CAP[1])


@lru_cache(maxsize=20_000)
def _log(length: int) -> float:
    """Logarithm of a length, finite for an empty text too."""
    return math.log(length + _LENGTH_OFFSET)


def _halves(
    wholes: Sequence[Unit], some: Range, parts: Sequence[Unit], others: Range, log_ratio: float
) -> Iterator[tuple[int, int]]:
    """(index of a long unit, index of the first of two units in a row that have its length together, and not alone)."""
    doubles = sorted(
        (_log(parts[j].length + parts[j + 1].length), j)
        for j in range(others[0], others[1] - 1)
        if parts[j].kind == parts[j + 1].kind != BLOCK
    )
    for i in range(*some):
        whole = wholes[i]
        if whole.length < _LEAST_SPLIT or not doubles:
            continue
        expected = _log(whole.length) + log_ratio
        for _, j in doubles[
            bisect_left(doubles, (expected - _FITS, -1)) : bisect_left(doubles, (expected + _FITS, -1))
        ]:
            longer = max(parts[j].length, parts[j + 1].length)
            if parts[j].kind == whole.kind and _log(longer) < expected - _FITS:
                yield i, j


def _capped(marks: float, words: float) -> float:
    """What marks and words say together, each within its bounds."""
    words *= _WORDS_WEIGHT
    return min(max(marks, _MARK_CAP[0]), _MARK_CAP[1]) + min(max(words, _WORD_CAP[0]), _WORD_CAP[1])


def _length_statistics(target: Sequence[Unit]) -> dict[str, tuple[float, float]]:
    """Mean and variance of log lengths, by kind where there are enough, and of all under ""."""
    by_kind: dict[str, list[float]] = {"": []}
    for unit in target:
        size = _log(unit.length)
        by_kind[""].append(size)
        by_kind.setdefault(unit.kind, []).append(size)
    result = {}
    for kind, sizes in by_kind.items():
        if len(sizes) >= 8 or not kind:
            mean = sum(sizes) / len(sizes) if sizes else 3.0
            variance = sum((size - mean) ** 2 for size in sizes) / len(sizes) if sizes else 1.0
            result[kind] = (mean, max(variance, 0.25))
    return result
