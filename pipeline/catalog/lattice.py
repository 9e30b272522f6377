"""All monotone alignments of two sequences at once: the probability of every pair, by forward and backward sums.

A step of an alignment takes a source unit with a target unit, leaves one of either side out, or takes two of one side
with one of the other. Weights are odds against leaving the same units out, so that leaving out weighs 1. Between two
pairs, source units are left out first: an alignment is counted once. Rows are scaled, which keeps floats in range; what
underflows is worse by 300 powers of ten. Long sequences are gone through in a band around the diagonal.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.catalog.pairscore import PairScore, Range

PAIR = math.log(0.85 / 0.07**2)
_SPLIT = math.log(0.01 / 0.07**3)
"""Log odds of one-to-one pairs, and of splits and joins, against leaving the units out."""
_BAND = 60
"""Target units looked at on either side of the diagonal, beside the difference of the lengths."""
_FREE = 20_000
"""Cells up to which there is no band."""
_MOST = 400_000
"""Cells of a band, about: it is narrower for a very long page, which is cut at sure pairs before anyway."""
_HIGHEST = 300.0
"""Cap of a log weight, for floats' sake."""

Rows = list[list[float]]


class Found(NamedTuple):
    """A pair with its probability."""

    source: int
    targets: tuple[int, ...]
    probability: float


def posteriors(score: PairScore, ours: Range, theirs: Range, least: float) -> Iterator[Found]:
    """The one-to-one pairs and splits inside the two ranges whose probability is above `least` (at least 0.5)."""
    if ours[0] < ours[1] and theirs[0] < theirs[1]:
        yield from _Lattice(score, ours, theirs).found(least)


class _Lattice:
    """States (i, j): so many source and target units taken. Row i holds the columns low[i] to high[i]."""

    def __init__(self, score: PairScore, ours: Range, theirs: Range) -> None:
        self.ours, self.theirs = ours, theirs
        self.n, self.m = n, m = ours[1] - ours[0], theirs[1] - theirs[0]
        width = m if n * m <= _FREE else max(_BAND, min(_BAND + abs(n - m), _MOST // (2 * n)))
        self.low = [max(0, i * m // n - width) for i in range(n + 1)]
        self.high = [min(m, i * m // n + width) for i in range(n + 1)]
        self.pairs: Rows = [
            [_odds(PAIR + score(ours[0] + i, theirs[0] + j)) for j in range(self.low[i], min(self.high[i] + 1, m))]
            for i in range(n)
        ]
        self.splits: dict[int, dict[int, float]] = defaultdict(dict)
        self.joins: dict[int, dict[int, float]] = defaultdict(dict)
        for i, j, value in score.splits(ours, theirs, self._holds):
            self.splits[i - ours[0]][j - theirs[0]] = _odds(_SPLIT + value)
        for i, j, value in score.joins(ours, theirs, self._holds):
            self.joins[i - ours[0]][j - theirs[0]] = _odds(_SPLIT + value)

    def _holds(self, i: int, j: int) -> bool:
        """Whether the band reaches the pair of these units."""
        return self.low[i - self.ours[0]] <= j - self.theirs[0] <= self.high[i - self.ours[0]]

    def found(self, least: float) -> Iterator[Found]:
        """See `posteriors`."""
        forward, scale = self._forward()
        backward, scale_after = self._backward()
        total = math.log(forward[self.n][-1]) + scale[self.n]
        for i in range(self.n):
            factor = math.exp(min(scale[i] + scale_after[i + 1] - total, _HIGHEST))
            for width, weights in ((1, enumerate(self.pairs[i], self.low[i])), (2, self.splits.get(i, {}).items())):
                for j, weight in weights:
                    probability = (
                        self._at(forward, i, j) * weight * factor * self._at(backward, i + 1, j + width)
                        if weight
                        else 0.0
                    )
                    if probability > least:
                        first = self.theirs[0] + j
                        yield Found(self.ours[0] + i, tuple(range(first, first + width)), min(probability, 1.0))

    def _at(self, rows: Rows, i: int, j: int) -> float:
        return rows[i][j - self.low[i]] if self.low[i] <= j <= self.high[i] else 0.0

    def _forward(self) -> tuple[Rows, list[float]]:
        """Sums over all ways from the start to each state, and the log scale of each row."""
        low, high = self.low, self.high
        rows: Rows = [[1.0] * (high[0] + 1)]  # only target units left out so far
        closed: list[float] = [1.0] + [0.0] * high[0]  # ways whose last step left out no target unit
        scale = [0.0]
        for i in range(1, self.n + 1):
            start, stop = low[i], high[i]
            size = stop - start + 1
            own = [0.0] * size
            shift = start - low[i - 1]
            for at, value in enumerate(closed[shift : shift + size]):
                own[at] = value
            above, weights = rows[i - 1], self.pairs[i - 1]
            for j in range(max(start, low[i - 1] + 1), min(stop, low[i - 1] + len(weights)) + 1):
                own[j - start] += above[j - 1 - low[i - 1]] * weights[j - 1 - low[i - 1]]
            for j, weight in self.splits.get(i - 1, {}).items():
                if start <= j + 2 <= stop:
                    own[j + 2 - start] += self._at(rows, i - 1, j) * weight
            for j, weight in self.joins.get(i - 2, {}).items():
                if start <= j + 1 <= stop:
                    own[j + 1 - start] += self._at(rows, i - 2, j) * weight * math.exp(scale[i - 2] - scale[i - 1])
            row, reached = [], 0.0
            for value in own:
                reached += value
                row.append(reached)
            factor = 1 / reached
            rows.append([value * factor for value in row])
            closed = [value * factor for value in own]
            scale.append(scale[-1] + math.log(reached))
        return rows, scale

    def _backward(self) -> tuple[Rows, list[float]]:
        """Sums over all ways from each state to the end, and the log scale of each row."""
        n, low, high = self.n, self.low, self.high
        rows: Rows = [[] for _ in range(n + 1)]
        rows[n] = [1.0] * (high[n] - low[n] + 1)
        scale = [0.0] * (n + 1)
        for i in range(n - 1, -1, -1):
            start, stop = low[i], high[i]
            below, weights = rows[i + 1], self.pairs[i]
            row = [0.0] * (stop - start + 1)
            for at, weight in enumerate(weights):
                j = start + at + 1 - low[i + 1]
                if 0 <= j < len(below):
                    row[at] = weight * below[j]
            for j, weight in self.splits.get(i, {}).items():
                if start <= j <= stop:
                    row[j - start] += weight * self._at(rows, i + 1, j + 2)
            for j, weight in self.joins.get(i, {}).items():
                if start <= j <= stop:
                    row[j - start] += weight * self._at(rows, i + 2, j + 1) * math.exp(scale[i + 2] - scale[i + 1])
            reached = 0.0
            for at in range(len(row) - 1, -1, -1):
                reached += row[at]
                row[at] = reached + (
                    below[at + start - low[i + 1]] if 0 <= at + start - low[i + 1] < len(below) else 0.0
                )
            factor = 1 / max(row)
            rows[i] = [value * factor for value in row]
            scale[i] = scale[i + 1] - math.log(factor)
        return rows, scale


def _odds(log_weight: float) -> float:
    return math.exp(min(log_weight, _HIGHEST)) if log_weight > -_HIGHEST else 0.0
