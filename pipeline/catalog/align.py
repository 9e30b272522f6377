"""A page beside its translation: which text is whose, and how sure that is.

Two passes. The first goes through both pages in order: a dynamic program over one-to-one, left-out, added, split and
joined units (Gale and Church 1993), summed over all ways of aligning them, so that each pair gets its probability. The
second looks for what was moved among the units left over. Over a whole run both are done twice, the second
time with what was learned of the two languages (see `lexicon`). A long page is first cut at its surest pairs.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from pipeline.catalog.elsewhere import contested, moved
from pipeline.catalog.evidence import KEEP
from pipeline.catalog.lattice import PAIR, posteriors
from pipeline.catalog.lexicon import learn
from pipeline.catalog.pairscore import Model, PairScore
from pipeline.catalog.units import BLOCK, Unit

LEAST = 0.5
"""Probability above which no two pairs can contradict each other."""
_SURE = 0.9
_ROUNDS = 3
"""Times, at most, that all pages are aligned again with what was learned."""
_WORTH = 1.02
"""Growth of the sure pairs that makes another round worth its time."""
_KEYED = ("front matter ", "data file ")
_WHOLE = 20_000
"""Cells (source units × target units) that are gone through without cutting."""
_ANCHOR_SCORE = 6.0
_ANCHOR_LEAD = 3.0


class Pair(NamedTuple):
    """A source unit and its translation."""

    source: int
    targets: tuple[int, ...]
    """One unit; two in a row when the text was split."""
    confidence: float
    """Probability, 0.0-1.0."""
    moved: bool = False
    """True when it does not stand in the order of the others."""


PageUnits = tuple[Sequence[Unit], Sequence[Unit]]
"""The units of a page and of its translation."""
Each = Callable[[Callable[[PageUnits], list[Pair]], Sequence[PageUnits]], Iterable[list[Pair]]]
"""What applies a function to every page, in order: `map`, or something that uses more cores."""


def align_all(pages: Sequence[PageUnits], each: Each = map) -> list[list[Pair]]:
    """The pairs of each page, in source order, with what all pages teach about the two languages.

    No unit is in two pairs. Blocks that are no segments are aligned too, but not returned.
    """
    model = first_model(pages)
    result = list(each(partial(_align, model), pages))
    sure = 0
    for _ in range(_ROUNDS):
        before, sure = sure, sum(pair.confidence >= _SURE for pairs in result for pair in pairs)
        if sure <= before * _WORTH:
            break
        model = learned(pages, result, model)
        result = list(each(partial(_align, model), pages))
    return result


def _align(model: Model, page: PageUnits) -> list[Pair]:
    return align(*page, model)


def align(source: Sequence[Unit], target: Sequence[Unit], model: Model | None = None) -> list[Pair]:
    """The pairs of two sequences of units whose probability is above LEAST, in source order."""
    model = model or first_model([(source, target)])
    result: list[Pair] = []
    for ours, theirs in _regions(source, target):
        score = PairScore([source[i] for i in ours], [target[j] for j in theirs], model)
        for pair in _region(score):
            own, others = ours[pair.source], tuple(theirs[j] for j in pair.targets)
            if source[own].kind != BLOCK:
                result.append(pair._replace(source=own, targets=others))
    return sorted(result)


def first_model(pages: Sequence[PageUnits]) -> Model:
    """What can be known before anything is aligned: how long texts are in the other language."""
    ours = sum(unit.length for source, _ in pages for unit in source if unit.kind != BLOCK)
    theirs = sum(unit.length for _, target in pages for unit in target if unit.kind != BLOCK)
    return Model(log_ratio=math.log((theirs + 1) / (ours + 1)))


def learned(pages: Sequence[PageUnits], aligned: Sequence[Sequence[Pair]], model: Model) -> Model:
    """The model with what the sure pairs teach: the length ratio, what translators keep, and a lexicon."""
    sure = [
        (source, target, pair)
        for (source, target), pairs in zip(pages, aligned, strict=True)
        for pair in pairs
        if pair.confidence >= _SURE and len(pair.targets) == 1
    ]
    if not sure:
        return model
    kept: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    ours = theirs = 1
    texts = []
    for source, target, pair in sure:
        one, other = source[pair.source], target[pair.targets[0]]
        ours, theirs = ours + one.length, theirs + other.length
        for name, _ in one.marks:
            seen[name] += 1
        for name, _ in one.marks & other.marks:
            kept[name] += 1
        texts.append((one.words, other.words))
    keep = {
        # As if ten more had been seen, so that a handful teaches little; never certain.
        name: min(max((kept[name] + 10 * KEEP.get(name, 0.85)) / (seen[name] + 10), 0.05), 0.97)
        for name in {*seen, *KEEP}
    }
    return replace(model, log_ratio=math.log(theirs / ours), keep=keep, lexicon=learn(texts))


def _regions(source: Sequence[Unit], target: Sequence[Unit]) -> Iterator[tuple[list[int], list[int]]]:
    """Indexes that belong together: those of each front matter key, and the body."""
    theirs: dict[str, list[int]] = defaultdict(list)
    for j, unit in enumerate(target):
        theirs[_region_name(unit)].append(j)
    ours: dict[str, list[int]] = defaultdict(list)
    for i, unit in enumerate(source):
        ours[_region_name(unit)].append(i)
    for name, indexes in ours.items():
        if name in theirs:
            yield indexes, theirs[name]


def _region_name(unit: Unit) -> str:
    return unit.kind if unit.kind.startswith(_KEYED) else ""


def _region(score: PairScore) -> list[Pair]:
    n, m = len(score.source), len(score.target)
    cuts = _anchors(score) if n * m > _WHOLE else []
    result = [Pair(i, (j,), 0.99) for i, j in cuts]
    before_i = before_j = 0
    for i, j in (*cuts, (n, m)):
        result += (Pair(*found) for found in posteriors(score, (before_i, i), (before_j, j), LEAST))
        before_i, before_j = i + 1, j + 1
    free_i, free_j = _free(result, n, m)
    single = [(pair.source, pair.targets[0]) for pair in result if len(pair.targets) == 1]
    released = set(contested(score, single, free_i, free_j, PAIR))
    if released:
        result = [pair for pair in result if len(pair.targets) > 1 or (pair.source, pair.targets[0]) not in released]
        free_i, free_j = _free(result, n, m)
    result += (Pair(i, (j,), confidence, True) for i, j, confidence in moved(score, free_i, free_j, LEAST))
    return result


def _free(pairs: Sequence[Pair], n: int, m: int) -> tuple[list[int], list[int]]:
    """The source and target units that are in no pair."""
    free_i = sorted(set(range(n)).difference(pair.source for pair in pairs))
    return free_i, sorted(set(range(m)).difference(j for pair in pairs for j in pair.targets))


def _anchors(score: PairScore) -> list[tuple[int, int]]:
    """Pairs that are each other's best by far, in one order on both sides: where a long page may be cut."""
    best_of_source: dict[int, list[tuple[float, int]]] = defaultdict(list)
    best_of_target: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for i, j in score.speaking(range(len(score.source)), range(len(score.target))):
        value = score(i, j)
        if value > 0:
            best_of_source[i].append((value, j))
            best_of_target[j].append((value, i))
    pairs = []
    for i in sorted(best_of_source):
        best = _far_ahead(best_of_source[i])
        if best is not None and _far_ahead(best_of_target[best]) == i:
            pairs.append((i, best))
    return _longest_rise(pairs)


def _far_ahead(scored: list[tuple[float, int]]) -> int | None:
    """The unit with the highest score, if that is high and no other comes near."""
    first, *rest = sorted(scored, reverse=True)[:2]
    if first[0] < _ANCHOR_SCORE or (rest and first[0] - rest[0][0] < _ANCHOR_LEAD):
        return None
    return first[1]


def _longest_rise(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs, which are in source order, that is in target order too."""
    tails: list[int] = []
    last: list[int] = []
    previous: dict[int, int] = {}
    for number, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        if place == len(tails):
            tails.append(j)
            last.append(number)
        else:
            tails[place], last[place] = j, number
        if place:
            previous[number] = last[place - 1]
    result = []
    at = last[-1] if last else -1
    while at >= 0:
        result.append(pairs[at])
        at = previous.get(at, -1)
    return result[::-1]
