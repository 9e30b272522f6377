"""What segmentation depends on besides the bytes of a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.document.keyrules import KeyRules


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseOptions:
    """Settings of one parse; the same settings give the same segments for the same bytes."""

    rules: KeyRules = field(default_factory=KeyRules.default)
    """Which front matter and data keys are text."""
    contexts: tuple[tuple[str, str], ...] = ()
    """(kind prefix, msgctxt): a configuration rule that gives a kind of string a context."""
