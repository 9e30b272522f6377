"""`translate`: bring the catalogs up to date, then draft what nobody has translated. A draft is always fuzzy.

All catalogs of a language go through the engine together, so that equal sentences are translated once and batches are
full. Without a model the catalogs are up to date all the same, and a finding says what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.catalog.pofile import read_po, write_po
from pipeline.catalog.state import provenance, state, with_provenance
from pipeline.errors import EngineError
from pipeline.langtag import LanguageTag
from pipeline.model import Finding, Key, Message, Severity, State
from pipeline.project import Mt, Project
from pipeline.publish.coverage import needs_translation
from pipeline.source import find_sources
from pipeline.stages.engines import PSEUDO_LANGUAGE, open_engine
from pipeline.stages.markup import markup_by_name, markups, pages_named
from pipeline.stages.places import SITE_CATALOG, catalog_dir, groups, shown
from pipeline.stages.pool import Progress
from pipeline.stages.selection import problem, select
from pipeline.stages.update import UpdateResult, update

if TYPE_CHECKING:
    from pipeline.mt.draft import DraftResult
    from pipeline.mt.engine import Engine, SegmentEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A catalog with its untranslated messages, and the pages they are on."""

    path: Path
    messages: list[Message]
    pages: tuple[str, ...]


_ROUND = 20_000
"""Messages drafted in one go: enough to fill the engine's batches, few enough to bound memory."""


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
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateResult:
    """The update, and the drafts on top of it."""

    update: UpdateResult
    languages: tuple[LanguageDrafts, ...]
    written: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def failed(self) -> bool:
        """True when something is wrong that a person must put right, a missing model included."""
        return self.update.failed or any(finding.severity is Severity.error for finding in self.findings)

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


def translate(
    project: Project,
    languages: Sequence[LanguageTag],
    *,
    paths: Sequence[str] = (),
    engine: str | None = None,
    model: str | None = None,
    beam: int | None = None,
    min_score: float = 0.0,
    dry_run: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> TranslateResult:
    """Update, then draft what is untranslated in the catalogs of the selected pages.

    `engine`, `model` and `beam` stand above the configuration. Drafts scored below `min_score` (0.0-1.0) are refused.
    With `dry_run` the counts of the update and of what would be drafted are given, and nothing is written.
    """
    updated = update(project, languages, paths=paths, dry_run=dry_run, jobs=jobs, progress=progress)
    pages = find_sources(project).pages
    chosen = set(select(project, pages, paths))
    catalogs = {name: own for name, own in groups(project, pages).items() if name and not chosen.isdisjoint(own)}
    done: list[LanguageDrafts] = []
    written: list[str] = []
    findings: list[Finding] = []
    for language in languages:
        settings = project.mt_for(language)
        settings = replace(
            settings,
            engine=engine or ("pseudo" if language == PSEUDO_LANGUAGE else settings.engine),
            model=model if model is not None else settings.model,
            beam=beam or settings.beam,
        )
        work = _Work(
            project,
            language,
            {**catalogs, SITE_CATALOG: pages},
            min_score=min_score,
            dry_run=dry_run,
            jobs=jobs,
            progress=progress,
        )
        try:
            work.run(settings)
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            findings.append(problem(error, shown(project, catalog_dir(project, language)), project))
        done.append(work.counts)
        written += work.written
        findings += work.findings
    return TranslateResult(
        update=updated, languages=tuple(done), written=tuple(sorted(written)), findings=tuple(findings)
    )


class _Work:
    """The drafts of one language."""

    def __init__(
        self,
        project: Project,
        language: LanguageTag,
        catalogs: Mapping[str, Sequence[str]],
        *,
        min_score: float,
        dry_run: bool,
        jobs: int | None,
        progress: Progress | None,
    ) -> None:
        self.project, self.language, self.catalogs = project, language, catalogs
        self.min_score, self.dry_run, self.jobs, self.progress = min_score, dry_run, jobs, progress
        self.counts = LanguageDrafts(language=language)
        self.written: list[str] = []
        self.findings: list[Finding] = []

    def run(self, settings: Mt) -> None:
        """Draft round by round; without an engine only count what is missing."""
        engine: Engine | SegmentEngine | None = None
        for waiting in self._rounds():
            if engine is None and not self.dry_run and not self.findings:
                engine = self._opened(settings)
            if engine is None:
                self._count(missing=sum(len(catalog.messages) for catalog in waiting))
            else:
                self._draft(waiting, engine)

    def _opened(self, settings: Mt) -> Engine | SegmentEngine | None:
        try:
            engine = open_engine(settings, self.project.source.language, self.language)
        except EngineError as error:
            self._report(error, catalog_dir(self.project, self.language), rule="no-model")
            return None
        self.counts = replace(self.counts, engine=engine.id, model=engine.model)
        return engine

    def _rounds(self) -> Iterator[list[Waiting]]:
        """Untranslated messages by catalog, gathered until a round is full."""
        waiting: list[Waiting] = []
        size = 0
        for name, pages in self.catalogs.items():
            path = catalog_dir(self.project, self.language) / name
            try:
                messages = [m for m in read_po(path).messages if _is_open(m)] if path.is_file() else []
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                self._report(error, path)
                continue
            drafted = [message for message in messages if needs_translation(message.msgid)]
            self._count(skipped=len(messages) - len(drafted))
            if drafted:
                named = pages_named(drafted, pages) if name == SITE_CATALOG else tuple(pages)
                waiting.append(Waiting(path=path, messages=drafted, pages=named))
                size += len(drafted)
            if size >= _ROUND:
                yield waiting
                waiting, size = [], 0
        if waiting:
            yield waiting

    def _draft(self, waiting: list[Waiting], engine: Engine | SegmentEngine) -> None:
        from pipeline.mt.draft import DraftRequest, draft

        places: list[tuple[int, Key]] = []
        requests: list[DraftRequest] = []
        wanted = [[m for m in catalog.messages if not _was_refused_by(m, engine)] for catalog in waiting]
        # The same engine would only say the same again.
        self._count(refused=sum(map(len, (c.messages for c in waiting))) - sum(map(len, wanted)))
        tasks = [
            (catalog.pages if messages else (), frozenset(message.key for message in messages))
            for catalog, messages in zip(waiting, wanted, strict=True)
        ]
        for number, (messages, known) in enumerate(
            zip(wanted, markups(self.project, tasks, jobs=self.jobs), strict=True)
        ):
            for message in messages:
                markup = known.get(message.key) or markup_by_name(message)
                places.append((number, message.key))
                requests.append(DraftRequest(key=len(requests), text=message.msgid, markup=markup))
        results = draft(
            requests,
            engine,
            source=self.project.source.language,
            target=self.language,
            progress=self._reporter(),
            min_score=self.min_score,
        )
        by_catalog: dict[int, dict[Key, DraftResult]] = {}
        for (number, key), result in zip(places, results, strict=True):
            by_catalog.setdefault(number, {})[key] = result
        for number, drafts in sorted(by_catalog.items()):
            path = waiting[number].path
            try:
                self._store(path, drafts, engine)
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                self._report(error, path)

    def _store(self, path: Path, drafts: dict[Key, DraftResult], engine: Engine | SegmentEngine) -> None:
        """Put drafts into a catalog as it is on disk now: an entry that somebody filled in the meantime is left alone."""
        from pipeline.mt.draft import provenance as origin_of

        catalog = read_po(path)
        messages = []
        for message in catalog.messages:
            result = drafts.get(message.key) if _is_open(message) else None
            if result is None:
                messages.append(message)
            elif result.text is None:
                skipped = result.step == "skipped"
                self._count(skipped=int(skipped), refused=int(not skipped))
                messages.append(message if skipped else with_provenance(message, origin_of(result, engine)))
            else:
                self._count(drafted=1)
                drafted = message.changed(msgstr=result.text, flags=_with_fuzzy(message.flags))
                messages.append(with_provenance(drafted, origin_of(result, engine)))
        if write_po(replace(catalog, messages=tuple(messages)), path):
            self.written.append(shown(self.project, path))

    def _count(self, *, drafted: int = 0, refused: int = 0, skipped: int = 0, missing: int = 0) -> None:
        counts = self.counts
        self.counts = replace(
            counts,
            drafted=counts.drafted + drafted,
            refused=counts.refused + refused,
            skipped=counts.skipped + skipped,
            missing=counts.missing + missing,
        )

    def _report(self, error: Exception, path: Path, *, rule: str = "") -> None:
        finding = problem(error, shown(self.project, path), self.project)
        self.findings.append(replace(finding, rule=rule or finding.rule))

    def _reporter(self) -> Callable[[int, int], None] | None:
        if self.progress is None:
            return None
        report, label = self.progress, f"drafting {self.language}"
        return lambda done, total: report(label, done, total)


def _is_open(message: Message) -> bool:
    """True for an entry that a draft may fill."""
    return not message.obsolete and message.msgid_plural is None and state(message) is State.untranslated


def _was_refused_by(message: Message, engine: Engine | SegmentEngine) -> bool:
    origin = provenance(message)
    return origin is not None and bool(origin.reason) and (origin.engine, origin.model) == (engine.id, engine.model)


def _with_fuzzy(flags: tuple[str, ...]) -> tuple[str, ...]:
    return flags if "fuzzy" in flags else ("fuzzy", *flags)
