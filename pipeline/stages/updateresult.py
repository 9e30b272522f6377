"""What an update did, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.langtag import LanguageTag
from pipeline.model import Finding, Severity
from pipeline.project import Project
from pipeline.stages.places import catalog_dir, shown
from pipeline.stages.result import StageResult

if TYPE_CHECKING:
    from pipeline.stages.regroup import CatalogChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Translations that followed their strings from one catalog to another. Paths are relative to the project."""

    language: LanguageTag
    source: str
    target: str
    kept: int
    """Translations that came over as they were, approved or not."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `moved`."""
        return {"language": self.language, "from": self.source, "to": self.target, "kept": self.kept}


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateResult(StageResult):
    """What an update did. Paths are relative to the project."""

    languages: tuple[LanguageTag, ...]
    pages: int
    """Source pages looked at."""
    parsed: int
    """Of them parsed, because they or their catalogs had changed."""
    catalogs: int
    """Catalogs there are for these pages and languages."""
    written: tuple[str, ...] = ()
    moved: tuple[Move, ...] = ()
    removed: tuple[str, ...] = ()
    """Catalogs whose pages are gone: all that was in them stands elsewhere now, or they were pruned."""
    added: int = 0
    """Messages that are new in a catalog."""
    fuzzy: int = 0
    """Messages that turned fuzzy because their source changed."""
    narrowed: int = 0
    """Of these, those whose comments say which sentences to look at; the others are to be looked at whole."""
    obsolete: int = 0
    """Messages that turned obsolete."""
    dry_run: bool = False
    check: bool = False
    """True when nothing may be left to do."""

    @property
    def stale(self) -> tuple[str, ...]:
        """Catalogs that were, or would be, written or removed."""
        return tuple(sorted({*self.written, *self.removed}))

    @property
    def failed(self) -> bool:
        """True when something went wrong, or was to be checked and is not up to date."""
        errors = any(finding.severity is Severity.error for finding in self.findings)
        return errors or (self.check and bool(self.stale))

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "update",
            "dry_run": self.dry_run,
            "check": self.check,
            "languages": list(self.languages),
            "pages": self.pages,
            "parsed": self.parsed,
            "catalogs": self.catalogs,
            "written": list(self.written),
            "moved": [move.to_dict() for move in self.moved],
            "removed": list(self.removed),
            "messages": {
                "added": self.added,
                "fuzzy": self.fuzzy,
                "narrowed": self.narrowed,
                "obsolete": self.obsolete,
            },
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(slots=True)
class Counts:
    """What is counted while an update is at work; `UpdateResult` says what the fields mean."""

    pages: int = 0
    catalogs: int = 0
    parsed: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    """Catalogs that are as they should be."""
    kept: dict[LanguageTag, list[tuple[str, str, int]]] = field(default_factory=dict)
    """(name of the catalog that something came from, path of the one it went to, how much came as it was)."""
    removed: list[str] = field(default_factory=list)
    added: int = 0
    fuzzy: int = 0
    narrowed: int = 0
    obsolete: int = 0

    def take(self, change: CatalogChange) -> None:
        """Count one catalog."""
        if change.written:
            self.written.append(change.path)
        if change.digest:
            self.done.add(change.path)
        self.added += change.added
        self.fuzzy += change.fuzzy
        self.narrowed += change.narrowed
        self.obsolete += change.obsolete
        self.came(change.language, change.path, change.kept)

    def came(self, language: LanguageTag, path: str, parcels: Iterable[tuple[str, int]]) -> None:
        """Count what a catalog got: (catalog it came from, how much came as it was)."""
        self.kept.setdefault(language, []).extend((source, path, kept) for source, kept in parcels)

    def result(
        self,
        project: Project,
        languages: tuple[LanguageTag, ...],
        findings: Iterable[Finding],
        *,
        dry_run: bool,
        check: bool,
    ) -> UpdateResult:
        """What was done in all."""
        return UpdateResult(
            languages=languages,
            pages=self.pages,
            parsed=len(self.parsed),
            catalogs=self.catalogs,
            written=tuple(sorted(self.written)),
            moved=tuple(sorted(self._moves(project, languages), key=lambda move: (move.source, move.target))),
            removed=tuple(sorted(self.removed)),
            added=self.added,
            fuzzy=self.fuzzy,
            narrowed=self.narrowed,
            obsolete=self.obsolete,
            findings=tuple(sorted(findings, key=lambda f: (f.path, f.line or 0, f.rule))),
            dry_run=dry_run,
            check=check,
        )

    def _moves(self, project: Project, languages: Iterable[LanguageTag]) -> Iterator[Move]:
        whole = set(self.removed)
        for language in languages:
            root = catalog_dir(project, language)
            for name, target, kept in self.kept.get(language, ()):
                source = shown(project, root / name)
                if kept or source in whole:
                    yield Move(language=language, source=source, target=target, kept=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterUpdateResult(StageResult):
    """The base of the results of stages that update first."""

    update: UpdateResult

    @property
    def failed(self) -> bool:
        """True when something is wrong that a person must put right, in the update or after it."""
        return self.update.failed or any(finding.severity is Severity.error for finding in self.findings)
