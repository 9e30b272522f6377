"""What is to be drafted, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerm:
    """A glossary term in a segment."""

    spellings: tuple[str, ...]
    """As it stands in the segment."""
    target: str
    """How it is to be translated."""
    fits: Callable[[str], bool]
    """Whether a translation of the segment does right by the term."""
    keep: bool = False
    """True for a name, which the engine is not shown at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest:
    """A segment to draft."""

    key: Hashable
    """Comes back in the result; any value."""
    text: str
    markup: str = "markdown"
    """"markdown", "mdx" or "html"."""
    terms: tuple[DraftTerm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftResult:
    """A draft, or why there is none."""

    key: Hashable
    text: str | None
    score: float | None = None
    """0.0-1.0, two decimals."""
    reason: str = ""
    """Why the draft was refused or the segment skipped, in a few words."""
    step: str = ""
    """How markup was handled (plain, projected, markers, forced, split, segment), or "skipped": nothing to draft."""
    copied: str = ""
    """A sentence of four words or more that is the same in the draft; it may be a name."""
