"""Texts that stand elsewhere on the translated page: what an alignment in order must leave out, found by content.

A block of several texts moves as one, so a pair is the more likely, the better its neighbours fit each other too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.catalog.pairscore import PairScore

_MOVED = 0.2
"""How probable it is, before anything is compared, that a text left over was moved, and not left out."""
_NEIGHBOUR = 0.8
"""Weight of the neighbours' evidence, once for each step away."""
_UNTOLD = 1.0
"""Cap of the score of a pair with nothing in common but its form: out of order, that tells little."""
_ALL_PAIRS = 40_000


def moved(score: PairScore, ours: Sequence[int], theirs: Sequence[int], least: float) -> list[tuple[int, int, float]]:
    """(source, target, probability above `least`) among the units that are left over, both in order."""
    if not ours or not theirs:
        return []
    found = {(i, j): value for i, j in _candidates(score, ours, theirs) if (value := _score(score, i, j)) > 0}
    strength = _with_neighbours(found)
    chance = _chance(ours, theirs)
    rows: dict[int, list[float]] = defaultdict(list)
    columns: dict[int, list[float]] = defaultdict(list)
    for (i, j), value in strength.items():
        rows[i].append(value + chance)
        columns[j].append(value + chance)
    row_sums = {i: _sum((*values, 0.0)) for i, values in rows.items()}
    column_sums = {j: _sum((*values, 0.0)) for j, values in columns.items()}
    result = []
    for (i, j), value in sorted(strength.items()):
        probability = math.exp(2 * (value + chance) - row_sums[i] - column_sums[j])
        if probability > least:
            result.append((i, j, probability))
    return result


def contested(
    score: PairScore, pairs: Iterable[tuple[int, int]], ours: Sequence[int], theirs: Sequence[int], lead: float
) -> list[tuple[int, int]]:
    """Those of the pairs found in order one of whose units fits another better, that is left over.

    `lead` is what speaks for a pair in order, before it is compared: log odds against leaving both out.
    """
    if not ours and not theirs:
        return []
    chance = _chance(ours, theirs)
    rivals: dict[tuple[str, int], float] = {}
    every = list(pairs)
    for i, j in _candidates(score, ours, [j for _, j in every]):
        rivals["target", j] = max(_score(score, i, j), rivals.get(("target", j), 0.0))
    for i, j in _candidates(score, [i for i, _ in every], theirs):
        rivals["source", i] = max(_score(score, i, j), rivals.get(("source", i), 0.0))
    return [
        (i, j)
        for i, j in every
        if max(rivals.get(("source", i), 0.0), rivals.get(("target", j), 0.0)) + chance > max(score(i, j) + lead, 0.0)
    ]


def _score(score: PairScore, i: int, j: int) -> float:
    value = score(i, j)
    return value if value <= _UNTOLD or score.tells(i, j) else _UNTOLD


def _chance(ours: Sequence[int], theirs: Sequence[int]) -> float:
    """Log odds of a text left over having moved to one of the free places, before anything is compared."""
    return math.log(_MOVED / (1 - _MOVED) / max(len(ours), len(theirs), 1))


def _candidates(score: PairScore, ours: Sequence[int], theirs: Sequence[int]) -> Iterable[tuple[int, int]]:
    """All pairs of few units; of many those that something speaks for, and their neighbours."""
    if len(ours) * len(theirs) <= _ALL_PAIRS:
        return [(i, j) for i in ours for j in theirs]
    return score.speaking(ours, theirs)


def _with_neighbours(found: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Each score with those of the pairs beside it, before and after."""
    before: dict[tuple[int, int], float] = {}
    after: dict[tuple[int, int], float] = {}
    for i, j in sorted(found):
        before[i, j] = found[i, j] + _NEIGHBOUR * before.get((i - 1, j - 1), 0.0)
    for i, j in sorted(found, reverse=True):
        after[i, j] = found[i, j] + _NEIGHBOUR * after.get((i + 1, j + 1), 0.0)
    return {pair: before[pair] + after[pair] - value for pair, value in found.items()}


def _sum(values: Iterable[float]) -> float:
    every = list(values)
    top = max(every)
    return top + math.log(sum(math.exp(value - top) for value in every))
