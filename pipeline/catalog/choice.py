"""Three-way choices among plain values: a base, and what two sides made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")


def one(base: Value, ours: Value, theirs: Value) -> Value:
    """The value of the side that changed it; ours when both did."""
    return theirs if ours == base else ours


def union(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Lines that both sides may have added to and taken from: ours, then what only they added. No added line is lost."""
    if base in (ours, theirs):
        return tuple(one(base, ours, theirs))
    removed = set(base) - set(theirs)
    kept = [line for line in ours if line not in removed]
    return (*kept, *(line for line in theirs if line not in base and line not in kept))
