"""What `translate` says it has done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.langtag import LanguageTag
from pipeline.stages.fill import FillResult
from pipeline.stages.updateresult import AfterUpdateResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageDrafts:
    """What was drafted for one language; all counts are messages."""

    language: LanguageTag
    engine: str = ""
    model: str = ""
    drafted: int = 0
    refused: int = 0
    """Drafts that did not pass the checks; the entry is empty and says why."""
    skipped: int = 0
    """Strings with nothing to draft: numbers, and those already in the target's script or not in the source's."""
    missing: int = 0
    """Still untranslated, for want of an engine."""
    steps: Mapping[str, int] = field(default_factory=dict)
    """How markup was handled -> drafts: plain, projected, markers, forced, split (docs/models.md)."""
    sentences: int = 0
    """Sentences the engine had to translate; the others were known from earlier runs."""
    memory: FillResult | None = None
    """What the translation memory filled in before."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `languages`."""
        return {
            "language": self.language,
            "engine": self.engine,
            "model": self.model,
            "drafted": self.drafted,
            "refused": self.refused,
            "skipped": self.skipped,
            "missing": self.missing,
            "steps": dict(self.steps),
            "sentences": self.sentences,
            "memory": (self.memory or FillResult(language=self.language)).to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateResult(AfterUpdateResult):
    """The update, and the drafts on top of it."""

    languages: tuple[LanguageDrafts, ...]
    written: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "translate",
            "update": self.update.to_dict(),
            "languages": [drafts.to_dict() for drafts in self.languages],
            "written": list(self.written),
            "findings": [finding.to_dict() for finding in self.findings],
        }
