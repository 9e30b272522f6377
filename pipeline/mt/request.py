"""What is to be drafted, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerm:
    """A glossary term in a segment."""

    spellings: tuple[str, ...]
    """As it stands in the segment."""
    target: str
    """How it is to be translated."""
    fits: Callable[[str, str], bool | None]
    """Whether the translation (second) of a text (first) does right by the term; None for a text without the term."""
    keep: bool = False
    """True for a name, which the engine is not shown at all."""

    def is_kept_to(self, whole: tuple[str, str], parts: Iterable[tuple[str, str]]) -> bool:
        """Whether a draft does right by the term everywhere, by (source, translation) of the segment and of its parts.

        Every part that has the term is judged by itself; the whole only where it stands in none of them, cut in two.
        """
        said = [fits for part in parts if (fits := self.fits(*part)) is not None]
        return all(said) if said else self.fits(*whole) is not False


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
