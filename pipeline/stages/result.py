"""What every stage's result has: findings, and whether they mean that a person must do something."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """The base of the results; each adds its own counts and its JSON shape."""

    findings: tuple[Finding, ...] = ()

    @property
    def failed(self) -> bool:
        """True when something is wrong that a person must put right: the command then exits 1."""
        return any(finding.severity is Severity.error for finding in self.findings)
