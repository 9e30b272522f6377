"""What one text lets expect of its translation, and how much it says when that is there, or is not.

Each thing expected is a log-likelihood ratio: log(kept / chance) when it is found and log((1 - kept) / (1 - chance)) when
not, where `kept` is how often translators keep such a thing and `chance` how many units of the other page have it anyway.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from pipeline.catalog.lexicon import Translations
from pipeline.catalog.units import Mark, Unit

Feature = TypeVar("Feature", bound=Hashable)

KEEP: Mapping[str, float] = {
    "number": 0.85,
    "link": 0.85,
    "image": 0.9,
    "code": 0.9,
    "line": 0.9,
    "word": 0.4,
    "stops": 0.75,
    "end": 0.85,
    "form": 0.95,
}
"""How often a mark of each class is in the translation too, before anything is learned."""
_KEEP_OTHERS = 0.85
OF_FORM = frozenset(("stops", "end", "form"))
"""Classes of marks that do not show what a text says."""


class Evidence(Generic[Feature]):
    """Features of one unit that the other should have: what each is worth when it is there, and all when none is."""

    __slots__ = ("base", "gains", "wanted")

    def __init__(self) -> None:
        self.base = 0.0
        self.wanted: frozenset[Feature] = frozenset()
        self.gains: dict[Feature, tuple[int, float]] = {}
        """Feature of the other unit -> (what it stands for, gain over `base`)."""

    def expect(self, features: Iterable[Feature], hit: float, miss: float) -> None:
        """One thing, which any of `features` shows."""
        number = len(self.gains)
        self.base += miss
        for feature in features:
            if feature not in self.gains:
                self.gains[feature] = (number, hit - miss)

    def score(self, features: frozenset[Feature]) -> float:
        """The log-likelihood ratio for a unit with these features."""
        common = self.wanted & features
        if not common:
            return self.base
        if len(common) == 1:
            return self.base + self.gains[next(iter(common))][1]
        # What several features stand for counts once.
        return self.base + math.fsum(dict(self.gains[feature] for feature in common).values())

    def closed(self) -> Evidence[Feature]:
        """Itself, ready to be asked."""
        self.wanted = frozenset(self.gains)
        return self


def features_of(unit: Unit) -> frozenset[Mark]:
    """The unit's marks, and its words as marks of the class "word"."""
    return frozenset((*unit.marks, *(("word", word) for word in unit.words)))


def expected(
    unit: Unit, own: Mapping[Mark, int], other: Mapping[Mark, int], size: int, keep: Mapping[str, float]
) -> Evidence[Mark]:
    """What the unit's marks say; words only when the other page has them too, about as often."""
    evidence: Evidence[Mark] = Evidence()
    for feature in sorted(features_of(unit)):
        name = feature[0]
        kept = keep.get(name, _KEEP_OTHERS)
        often = other.get(feature, 0)
        if name == "word":
            if not often:
                continue
            kept *= min(own[feature], often) / max(own[feature], often)
        chance = (often + 0.5) / (size + 1)
        if kept > chance:
            evidence.expect((feature,), math.log(kept / chance), math.log((1 - kept) / (1 - chance)))
    return evidence.closed()


def translated(unit: Unit, translations: Translations, there: Mapping[str, int], size: int) -> Evidence[str]:
    """What the known translations of the unit's words say."""
    evidence: Evidence[str] = Evidence()
    if not translations:
        return evidence
    for word in sorted(unit.words & translations.keys()):
        found = translations[word]
        kept = min(max(found.values()), 0.95)
        chance = 1 - math.prod(1 - (there.get(other, 0) + 0.5) / (size + 1) for other in found)
        if kept > chance:
            evidence.expect(found, math.log(kept / chance), math.log((1 - kept) / (1 - chance)))
    return evidence.closed()


def asked(evidence: Evidence[Feature], features: frozenset[Feature]) -> float:
    """`evidence.score(features)`, at once where there is nothing in common, as between most pairs."""
    return evidence.base if evidence.wanted.isdisjoint(features) else evidence.score(features)
