"""A dictionary learned from the pages themselves: which words stand in each other's translation.

As hunalign does it (Varga et al. 2005): pages are aligned without a dictionary, words are counted in the sure pairs,
and the pages are aligned again. Nothing is kept between runs. A pair's own words must be seen in another pair
too, so that no pair argues for itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Words = frozenset[str]
Translations = dict[str, dict[str, float]]
"""Word -> {word of the other language: share (0.0-1.0) of the pairs with the first that have it}."""

_LEAST_PAIRS = 2
_LEAST_SHARE = 0.25
_MOST_TRANSLATIONS = 4
_SAMPLE = 60
"""Pairs looked at for one word: enough to know its translations, and the time stays linear."""
_COMMON = 0.3
"""Words in a larger share of all pairs say nothing."""
_LEAST_LIFT = 3.0
"""How much more often than by chance two words must meet."""
_LEAST_DICE = 0.6
"""Dice coefficient of a translation, as a share of the best one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What was learned, in both directions."""

    forward: Translations = field(default_factory=dict)
    backward: Translations = field(default_factory=dict)


NOTHING = Lexicon()


def learn(pairs: Sequence[tuple[Words, Words]]) -> Lexicon:
    """The lexicon of (source words, target words) pairs; equal pairs count once."""
    different = list(dict.fromkeys(pairs))
    return Lexicon(
        forward=_translations(different),
        backward=_translations([(target, source) for source, target in different]),
    )


def _translations(pairs: Sequence[tuple[Words, Words]]) -> Translations:
    having: dict[str, list[int]] = defaultdict(list)
    others: Counter[str] = Counter()
    for number, (own, other) in enumerate(pairs):
        for word in own:
            having[word].append(number)
        others.update(other)
    result: Translations = {}
    for word in sorted(having):
        places = having[word]
        if _LEAST_PAIRS <= len(places) <= max(_LEAST_PAIRS, _COMMON * len(pairs)):
            found = _best(places, pairs, others)
            if found:
                result[word] = found
    return result


def _best(places: Sequence[int], pairs: Sequence[tuple[Words, Words]], others: Mapping[str, int]) -> dict[str, float]:
    """The likely translations of the word that stands in the pairs `places`."""
    looked_at = places
    if len(places) > _SAMPLE:
        looked_at = [places[number * len(places) // _SAMPLE] for number in range(_SAMPLE)]
    met: Counter[str] = Counter()
    for place in looked_at:
        met.update(pairs[place][1])
    scored = []
    for other, often in met.items():
        ratio = often / len(looked_at)
        if often >= _LEAST_PAIRS and ratio >= max(_LEAST_SHARE, _LEAST_LIFT * others[other] / len(pairs)):
            # Of words that always come along, the one that seldom comes otherwise is the translation.
            dice = 2 * ratio * len(places) / (len(places) + others[other])
            scored.append((-dice, other, (often - 0.5) / len(looked_at)))
    scored.sort()
    return {other: share for dice, other, share in scored[:_MOST_TRANSLATIONS] if dice <= _LEAST_DICE * scored[0][0]}
