"""Markers: short strings that stand for code, addresses and placeholders while a sentence is translated.

A model passes on what it has learnt to pass on, so the form is chosen for each model by trying: a few carrier
sentences are translated, and the form that survives best is used. No form has an underscore (SentencePiece) or a
letter that could be declined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

from pipeline.mt.engine import Engine, Translation

Ask = Callable[[Engine, Sequence[str]], list[Translation]]
"""Answers for sentences, in order."""

FORMS = ("§{}", "#{}", "[{}]", "${}", "@{}", "[X{}X]", "XZ{}Q")
"""Tried in this order; `{}` is a number from 1."""

GOOD = 0.9
"""Share of carriers a form has to survive in to be taken without trying the rest."""
ENOUGH = 0.6
"""Below this share no markers are used with the model: sentences are cut at the element instead."""

_CARRIERS = (
    "See {} for details.",
    "Open {} to change the settings.",
    "Click {} to save your changes.",
    "Contact us at {} before Friday.",
    "Please use {} and {} to submit the form.",
    "This document describes how {} works.",
    "Run {} to install the package.",
    "Apply online ({}).",
)


@dataclass(frozen=True)
class Marker:
    """A form of marker."""

    form: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds markers as models write them: other case, a space inside; group 1 is the number."""
        before, after = self.form.split("{}")
        loose = [r"\s?".join(map(re.escape, part)) for part in (before, after)]
        end = rf"\s?{loose[1]}" if after else r"(?!\d)"
        start = rf"{loose[0]}\s?" if before else r"(?<!\d)"
        # A longer row of digits, which `int` may refuse, is no marker.
        return re.compile(rf"{start}(\d{{1,4}}){end}", re.IGNORECASE)

    def __call__(self, number: int) -> str:
        """The marker with this number."""
        return self.form.format(number)


@runtime_checkable
class MarkerKnown(Protocol):
    """An engine beside whose model the outcome of a trial is kept."""

    @property
    def marker_form(self) -> str | None:
        """The form that survives it, "" when none does, None when that was not tried yet."""


def choose_marker(engine: Engine, ask: Ask | None = None) -> Marker | None:
    """The form that survives this engine; None when none does well enough.

    What was found out when the model was installed is taken. Else `ask` is asked, instead of the engine itself when
    something else may know the answers.
    """
    known = engine.marker_form if isinstance(engine, MarkerKnown) else None
    if known is not None and (known in FORMS or not known):
        return Marker(known) if known else None
    return try_markers(engine, ask)


def try_markers(engine: Engine, ask: Ask | None = None) -> Marker | None:
    """As `choose_marker`, by trying."""
    best, best_share = None, ENOUGH
    for form in FORMS:
        marker = Marker(form)
        share = survival(marker, engine, ask)
        if share >= GOOD:
            return marker
        if share > best_share:
            best, best_share = marker, share
    return best


def survival(marker: Marker, engine: Engine, ask: Ask | None = None) -> float:
    """Share of the carrier sentences whose markers all come back exactly once."""
    sentences, wanted = [], []
    for i, carrier in enumerate(_CARRIERS):
        count = carrier.count("{}")
        numbers = [i % 3 + 1 + n for n in range(count)]
        sentences.append(carrier.format(*(marker(number) for number in numbers)))
        wanted.append(sorted(map(str, numbers)))
    results = ask(engine, sentences) if ask else engine.translate(sentences)
    kept = [
        sorted(marker.pattern.findall(result.text)) == numbers for result, numbers in zip(results, wanted, strict=True)
    ]
    return sum(kept) / len(kept)
