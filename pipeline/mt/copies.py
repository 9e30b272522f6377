"""Copy-through: a draft that is its source again is rarely a translation, whatever the model's own confidence.

Four words or more are refused, unless copying is what the engine is for, or the languages are so near that a sentence
may well be the same in both; then the score is halved and the run tells of it, as it does where only a part of a draft or
its capitals are so. Fewer words may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.mt.engine import Engine, Translation

WORDS = 4
"""Words, numbers aside, from which a copy counts."""
PENALTY = 0.5
"""Factor on the score of a copied sentence."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")

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
    """Whether the translation is its source, of four words or more, but for capitals."""
    return source.casefold() == target.casefold() and len(_WORD.findall(source)) >= WORDS


def near(source: str, target: str) -> bool:
    """Whether a sentence may well be the same in both languages (BCP 47 tags)."""
    one, other = source.split("-", maxsplit=1)[0], target.split("-", maxsplit=1)[0]
    return one == other or any(one in group and other in group for group in _NEAR)


def gives_back(engine: Engine, ask: Callable[[Engine, Sequence[str]], list[Translation]]) -> bool:
    """Whether this engine, from English, gives back whatever it is given, so that no copy tells anything.

    A copy model made for a test need not say that it is one. Of other sources only what is declared counts.
    """
    if engine.source.split("-")[0] != "en":
        return False
    return [answer.text for answer in ask(engine, _PROBES)] == list(_PROBES)
