"""Copy-through: a draft that is its source again is rarely a translation, whatever the model's own confidence.

Four words or more are refused, unless copying is what the engine is for, or the languages are so near that a sentence
may well be the same in both; then the score is halved and the run tells of it, as it does where only a part of a draft or
its capitals are so. Fewer words may be a name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from pipeline.mt.engine import AligningEngine, Engine, Translation
from pipeline.mt.scripts import unspaced

WORDS = 4
"""Words, numbers aside, from which a copy counts."""
PENALTY = 0.5
"""Factor on the score of a copied sentence."""

_NEAR = (
    frozenset({"id", "ms", "zsm"}),
    frozenset({"nb", "nn", "no", "da"}),
    frozenset({"bs", "cnr", "hr", "sh", "sr"}),
)
"""Languages of which whole sentences are the same, by their primary subtags."""

_PROBES = (
    "The office opens every morning.",
    "Please bring the original letter with you.",
    "Children under five are always free.",
    "Where can I find the answer to my question?",
    "We will write to you before the end of the month.",
)
"""No translation of these is the same as the sentence."""


def is_copy(source: str, target: str) -> bool:
    """Whether the translation has the words of its source and no others, four or more, but for capitals."""
    return count(source) >= WORDS and letters(source.casefold()) == letters(target.casefold())


def count(text: str) -> int:
    """Words with a letter; of scripts that write none apart, two letters count as one."""
    spaced = sum(1 for word in text.split() if any(c.isalpha() and not unspaced(c) for c in word))
    return spaced + unspaced(text) // 2


def letters(text: str) -> str:
    """What a text says, without white space, digits and punctuation."""
    return "".join(c for c in text if c.isalpha() or unicodedata.category(c)[0] == "M")


def near(source: str, target: str) -> bool:
    """Whether a sentence may well be the same in both languages (BCP 47 tags)."""
    one, other = source.split("-", maxsplit=1)[0], target.split("-", maxsplit=1)[0]
    return one == other or any(one in group and other in group for group in _NEAR)


def gives_back(engine: Engine, ask: Callable[[Engine, Sequence[str]], list[Translation]]) -> bool:
    """Whether this is a model, from English, that gives back whatever it is given, so that no copy tells anything.

    A copy model made for a test need not say that it is one. Of servers and of other sources only what is declared counts.
    """
    if not isinstance(engine, AligningEngine) or engine.source.partition("-")[0] != "en":
        return False
    return [answer.text for answer in ask(engine, _PROBES)] == list(_PROBES)
