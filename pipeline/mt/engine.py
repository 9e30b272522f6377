"""What a translation engine is: two small protocols, and the value they return.

A *sentence engine* gets plain sentences, without markup, and `draft` does the rest around it (splitting, protecting,
checking). A *segment engine* gets whole segments with their markup and has to keep it intact itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

Progress = Callable[[int, int], None]
"""Called with (sentences done, sentences in all), from the thread that asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """One sentence as the engine put it."""

    text: str
    score: float | None = None
    """The engine's confidence per token, 0.0-1.0; None where it has none."""
    truncated: bool = False
    """True when the engine ran out of room and the end may be missing."""
    alignment: bytes | None = None
    """Which words come from which, packed as in `mt.alignment`; None where the engine does not say."""


@runtime_checkable
class Engine(Protocol):
    """Translates sentences of one language pair."""

    @property
    def id(self) -> str:
        """One word: "argos", "pseudo"."""

    @property
    def model(self) -> str:
        """What a reviewer reads beside the draft: "en-ms 0.1 starter"."""

    @property
    def settings(self) -> str:
        """All that changes the output besides the sentence: model digest, beam ... (part of a cache key)."""

    @property
    def source(self) -> str:
        """BCP 47 tag it translates from."""

    @property
    def target(self) -> str:
        """BCP 47 tag it translates to."""

    @property
    def identity(self) -> bool:
        """True when giving the source back is what the engine is for (a copy model in tests)."""

    @property
    def min_score(self) -> float:
        """Drafts scored below this are not worth a reviewer's time with this model; 0.0 keeps all."""

    def translate(self, sentences: Sequence[str], progress: Progress | None = None) -> list[Translation]:
        """One result per sentence, in order. Raises EngineError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """A sentence to translate again, and what of it must come through letter by letter."""

    sentence: str
    keep: tuple[tuple[int, int], ...]
    """Spans of the sentence, in code points and in order."""


@runtime_checkable
class AligningEngine(Engine, Protocol):
    """An engine that looks into itself: its translations have alignments, and it can be made to write something."""

    @property
    def second(self) -> Engine:
        """The same model with another search, to be asked when a draft is no good."""

    def translate_forced(self, requests: Sequence[Forced]) -> list[Translation | None]:
        """One result per request, in order, with everything that is to be kept in it; None where that cannot be."""


@runtime_checkable
class SegmentEngine(Protocol):
    """Rewrites whole segments and keeps their inline elements by itself."""

    @property
    def id(self) -> str:
        """One word."""

    @property
    def model(self) -> str:
        """What a reviewer reads beside the draft."""

    def translate_segment(self, text: str, markup: str) -> str:
        """The segment rewritten; `markup` is "markdown", "mdx" or "html"."""
