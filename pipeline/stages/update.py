"""`update`: bring every catalog up to date with its pages. Pages are parsed once, for all languages.

What is unchanged is found by digests of pages and catalogs (see `cache`), before any parser is imported. A page that
cannot be read never makes its strings obsolete: entries that name it stay as they are. Strings that a catalog lacks
are looked for in the catalogs they have left (see `moving`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, PipelineError
from pipeline.langtag import LanguageTag
from pipeline.model import Finding, Severity
from pipeline.project import Project
from pipeline.source import find_sources
from pipeline.stages import redo
from pipeline.stages.cache import Cache, digest, file_digest, fingerprint
from pipeline.stages.current import is_current, made_from, page_digests, remembered, stamp
from pipeline.stages.lock import locked
from pipeline.stages.orphans import CatalogFiles, find_catalogs, notice, remove, settled_stamp, unsettled
from pipeline.stages.places import SITE_CATALOG, cache_path, catalog_dir, groups, shown
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.selection import problem, select
from pipeline.stages.updateresult import Counts, Move, UpdateResult

__all__ = ["Move", "UpdateResult", "update"]

if TYPE_CHECKING:
    from pipeline.stages.delivery import Delivery
    from pipeline.stages.moving import Moving
    from pipeline.stages.regroup import CatalogChange, Held, Mode, Outcome


@locked("update")
def update(
    project: Project,
    languages: Sequence[LanguageTag],
    *,
    paths: Sequence[str] = (),
    prune: bool = False,
    dry_run: bool = False,
    check: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> UpdateResult:
    """Extract the source pages and merge them into the catalogs of `languages`; `paths` selects pages.

    A catalog that several pages share is always made from all of them. Writes only what changed. `prune` removes the
    catalogs whose pages are gone, after what moved from them was carried over. `check` writes nothing; the result has
    failed when there is anything to write.
    """
    if prune and paths:
        raise ConfigError("--prune is about all pages", hint="leave out the paths")
    run = _Run(project, tuple(languages), dry_run=dry_run or check, jobs=jobs, progress=progress)
    run.carry_on()
    run.read_pages(paths)
    run.find_moves()
    run.clear_up(prune=prune, partly=bool(paths))
    run.forget_moves()
    return run.result(check=check)


class _Run:
    """One update, step by step."""

    def __init__(
        self,
        project: Project,
        languages: tuple[LanguageTag, ...],
        *,
        dry_run: bool,
        jobs: int | None,
        progress: Progress | None,
    ) -> None:
        self.project, self.languages, self.dry_run = project, languages, dry_run
        self._jobs, self._progress = jobs, progress
        sources = find_sources(project)
        self.pages = sources.pages
        self.groups = groups(project, self.pages)
        self.files = self._find_catalogs()
        self.cache = Cache.load(cache_path(project), fingerprint(project), self.pages)
        self.findings: dict[Finding, None] = dict.fromkeys(sources.findings)
        self.digests: dict[str, str] = {}
        self.held: list[Held] = []
        self.counts = Counts()
        self.moving: Moving | None = None
        self.aside: Path | None = None
        self.put_aside: list[CatalogChange] = []

    def carry_on(self) -> None:
        """Do what is left of the moves of a run that was killed."""
        if self.dry_run or not redo.left_behind(self.project):
            return
        log = redo.load(self.project, self._made_from(), (*self.project.languages, *self.languages))
        done: dict[tuple[LanguageTag, str], bool] = {}
        for entry, put in self._put(log.entries if log else ()):
            path = shown(self.project, catalog_dir(self.project, entry.language) / entry.name)
            done[entry.language, entry.name] = put.done
            if put.written:
                self.counts.written.append(path)
            if put.done:
                self.counts.came(entry.language, path, entry.kept)
        for removal in log.removals if log else ():
            expected = redo.may_go(self.project, removal, done)
            if expected is not None:
                self._remove(removal.language, removal.name, expected)
        redo.discard(self.project)
        self.files = self._find_catalogs()

    def read_pages(self, paths: Sequence[str]) -> None:
        """Bring up to date what can be by its own pages; catalogs that lack or lose strings are held back."""
        chosen = set(select(self.project, self.pages, paths))
        wanted = {name: members for name, members in self.groups.items() if not chosen.isdisjoint(members)}
        self.counts.pages = len(chosen)
        self.counts.catalogs = len(self.languages) * (len(wanted) - ("" in wanted)) + len(self.languages)
        self.digests, unreadable = page_digests(self.project, self.cache, [p for ps in wanted.values() for p in ps])
        stale = {
            name
            for name, members in wanted.items()
            if not is_current(self.project, self.cache, self.languages, name, members, self.digests)
        }
        if stale:
            from pipeline.stages.delivery import NOTHING

            everywhere = dict.fromkeys(self.languages, NOTHING)
            self._regroup(dict.fromkeys(stale, everywhere), "reading pages", first=True)
        failed = {finding.path for finding in self.findings if finding.rule == "page-unreadable"}
        self._find(finding for page, finding in unreadable.items() if page not in failed)
        idle = (page for name, members in wanted.items() if name not in stale for page in members)
        self._find(remembered(self.cache, idle))
        self._update_shared({}, first=True)

    def find_moves(self) -> None:
        """Carry translations between catalogs, where strings are missing or catalogs have lost their pages."""
        look = any(item.stock.fresh for item in self.held)
        look = look or any(unsettled(self.project, found, self.cache.catalogs) for found in self.files)
        if not (look or any(item.open for item in self.held)):
            return
        from pipeline.stages.moving import find_moves, waiting

        if not look:
            self._write(waiting(self.held))
            return
        moving = find_moves(self.project, self.files, self.held, jobs=self._jobs, progress=self._progress)
        self.moving = moving
        self._find(moving.findings)
        if moving.anything and not self.dry_run:
            self._write_at_once(moving)
        else:
            self._write(moving.deliveries)

    def _write_at_once(self, moving: Moving) -> None:
        """Write what takes part in moves, so that a killed run can be carried on from wherever it was."""
        from pipeline.stages.moving import removals

        self.aside = redo.begin(self.project)
        self._write(moving.deliveries, moving.sources())
        if self.aside is None:
            return
        self.aside, changes = None, {change.aside: change for change in self.put_aside if change.aside}
        going = removals(self.project, moving, {change.path for change in changes.values()})
        redo.save(self.project, self._made_from(), redo.Log(entries=tuple(changes), removals=tuple(going)))
        again: dict[str, dict[LanguageTag, Delivery]] = {}
        for entry, put in self._put(tuple(changes)):
            if put.done:
                self._book(changes[entry])
            else:  # somebody has just saved it, or it cannot be written, which is then said
                again.setdefault(entry.name, {})[entry.language] = moving.deliveries[entry.name][entry.language]
        self._write(again, moving.sources())

    def _write(self, deliveries: Mapping[str, Mapping[LanguageTag, Delivery]], sources: Collection[str] = ()) -> None:
        """Bring catalogs up to date with what they get; `sources`, where it is still found should this fail, first."""
        for giving in (True, False):
            chosen = {name: found for name, found in deliveries.items() if (name in sources) == giving}
            shared = chosen.pop(SITE_CATALOG, {})
            if chosen:
                self._regroup(chosen, "writing catalogs")
            if shared:
                self._update_shared(shared)

    def _made_from(self) -> str:
        """Stands for the pages as they are, the program and the configuration."""
        others = [page for page in self.pages if page not in self.digests]
        digests = {**page_digests(self.project, self.cache, others)[0], **self.digests}
        return digest(self.cache.fingerprint.encode(), made_from(self.pages, digests).encode())

    def _put(self, entries: Sequence[redo.Entry]) -> Iterator[tuple[redo.Entry, redo.Put]]:
        work = partial(redo.put, self.project)
        done = run_tasks(work, entries, label="putting catalogs in place", jobs=self._jobs, progress=self._progress)
        return zip(entries, done, strict=True)

    def clear_up(self, *, prune: bool, partly: bool) -> None:
        """Remove catalogs that moved or are pruned, and remember those that stay."""
        left = {found.language: list(found.orphans) for found in self.files}
        if self.moving:
            from pipeline.stages.moving import went

            for language, name in went(self.project, self.moving, self.counts.done):
                if self._remove(language, name, self.moving.digests[language, name]):
                    left[language].remove(name)
        if prune and not any(finding.severity is Severity.error for finding in self.findings):
            for language, names in left.items():
                left[language] = [name for name in names if not self._remove(language, name)]
        elif prune and any(left.values()):
            self._find(notice(self.project, left, blocked=True))
            return
        self._find(notice(self.project, left))
        if partly:
            return
        for language, names in left.items():
            for name in names:
                path = catalog_dir(self.project, language) / name
                self.cache.note(shown(self.project, path), settled_stamp(file_digest(path)))

    def forget_moves(self) -> None:
        """All is done: nothing is left to be carried on."""
        if not self.dry_run and redo.left_behind(self.project):
            redo.discard(self.project)

    def result(self, *, check: bool) -> UpdateResult:
        """What was done; the cache is saved."""
        if self.cache.changed and not self.dry_run:
            self.cache.save(cache_path(self.project))
        return self.counts.result(self.project, self.languages, self.findings, dry_run=self.dry_run, check=check)

    def _find_catalogs(self) -> list[CatalogFiles]:
        return [find_catalogs(self.project, language, self.groups.keys()) for language in self.languages]

    def _find(self, findings: Iterable[Finding]) -> None:
        self.findings.update(dict.fromkeys(findings))

    def _mode(self, *, first: bool) -> Mode:
        from pipeline.stages.regroup import Mode

        full = any(found.orphans for found in self.files)
        hold = full or any(found.live for found in self.files)
        return Mode(dry_run=self.dry_run, hold=first and hold, full=first and full, aside=self.aside)

    def _regroup(
        self, wanted: Mapping[str, Mapping[LanguageTag, Delivery]], label: str, *, first: bool = False
    ) -> None:
        from pipeline.stages.regroup import Task, regroup

        tasks = [Task(name, self.groups[name], wanted[name]) for name in sorted(wanted)]
        work = partial(regroup, self.project, self._mode(first=first))
        for outcome in run_tasks(work, tasks, label=label, jobs=self._jobs, progress=self._progress):
            self._take(outcome)

    def _update_shared(self, deliveries: Mapping[LanguageTag, Delivery], *, first: bool = False) -> None:
        """The site-wide catalog of each language, from what is known of all pages."""
        rows, unknown = self.cache.shared_rows(self.pages, self.digests)
        expected = digest(repr((rows, sorted(unknown))).encode())
        for language in self.languages if first else deliveries:
            path = catalog_dir(self.project, language) / SITE_CATALOG
            own = file_digest(path)
            known = self.cache.catalogs.get(shown(self.project, path)) == stamp(expected, own)
            if first and (known or not (rows or own)):
                continue
            from pipeline.stages.delivery import NOTHING
            from pipeline.stages.regroup import regroup_shared

            mode, delivery = self._mode(first=first), deliveries.get(language, NOTHING)
            self._take(
                regroup_shared(self.project, language, rows, frozenset(unknown), expected, mode=mode, delivery=delivery)
            )

    def _take(self, outcome: Outcome) -> None:
        self.cache.changed = True
        self.cache.pages.update(outcome.pages)
        self.counts.parsed.update(outcome.pages)
        self.held += outcome.held
        self._find(outcome.findings)
        for change in outcome.catalogs:
            if change.aside:
                self.put_aside.append(change)
            else:
                self._book(change)

    def _book(self, change: CatalogChange) -> None:
        self.cache.catalogs[change.path] = stamp(change.made_from, change.digest)
        self.counts.take(change)

    def _remove(self, language: LanguageTag, name: str, expected: str = "") -> bool:
        """Remove a catalog without pages; False, with a finding, when that is refused."""
        path = catalog_dir(self.project, language) / name
        if not self.dry_run:
            try:
                remove(self.project, language, name, expected or file_digest(path))
            except PipelineError as error:
                self._find([problem(error, shown(self.project, path), self.project)])
                return False
            self.cache.forget(shown(self.project, path))
        self.counts.removed.append(shown(self.project, path))
        return True
