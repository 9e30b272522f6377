"""`update`: bring every catalog up to date with its pages. Pages are parsed once, for all languages.

What is unchanged is found by digests of pages and catalogs (see `cache`), before any parser is imported. A page that
cannot be read never makes its strings obsolete: entries that name it stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.langtag import LanguageTag
from pipeline.model import Finding
from pipeline.project import Project
from pipeline.source import find_sources
from pipeline.stages.cache import Cache, PageEntry, SharedRow, digest, file_digest, fingerprint
from pipeline.stages.places import SITE_CATALOG, cache_path, catalog_dir, groups, shown
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.result import StageResult
from pipeline.stages.selection import problem, read_page, select

if TYPE_CHECKING:
    from pipeline.stages.regroup import Outcome


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
    added: int = 0
    """Messages that are new in a catalog."""
    fuzzy: int = 0
    """Messages that turned fuzzy because their source changed."""
    obsolete: int = 0
    """Messages that turned obsolete."""
    dry_run: bool = False

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "update",
            "dry_run": self.dry_run,
            "languages": list(self.languages),
            "pages": self.pages,
            "parsed": self.parsed,
            "catalogs": self.catalogs,
            "written": list(self.written),
            "messages": {"added": self.added, "fuzzy": self.fuzzy, "obsolete": self.obsolete},
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(slots=True)
class _Totals:
    parsed: int = 0
    catalogs: int = 0
    written: list[str] = field(default_factory=list)
    added: int = 0
    fuzzy: int = 0
    obsolete: int = 0
    findings: list[Finding] = field(default_factory=list)

    def take(self, outcome: Outcome, cache: Cache) -> None:
        cache.changed = True
        self.parsed += len(outcome.pages)
        cache.pages.update(outcome.pages)
        self.findings += outcome.findings
        for change in outcome.catalogs:
            cache.catalogs[change.path] = stamp(change.made_from, change.digest)
            if change.written:
                self.written.append(change.path)
            self.added += change.added
            self.fuzzy += change.fuzzy
            self.obsolete += change.obsolete


def update(
    project: Project,
    languages: Sequence[LanguageTag],
    *,
    paths: Sequence[str] = (),
    dry_run: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> UpdateResult:
    """Extract the source pages and merge them into the catalogs of `languages`; `paths` selects pages.

    A catalog that several pages share is always made from all of them. Writes only what changed.
    """
    sources = find_sources(project)
    pages = sources.pages
    chosen = set(select(project, pages, paths))
    store = cache_path(project)
    cache = Cache.load(store, fingerprint(project), pages)
    totals = _Totals(findings=list(sources.findings))
    wanted = {name: members for name, members in groups(project, pages).items() if not chosen.isdisjoint(members)}
    digests, unreadable = _digests(project, cache, (page for members in wanted.values() for page in members))
    stale = [
        (name, members)
        for name, members in wanted.items()
        if not _is_current(project, cache, languages, name, members, digests)
    ]
    if stale:
        from pipeline.stages.regroup import regroup

        work = partial(regroup, project, tuple(languages), dry_run)
        for outcome in run_tasks(work, stale, label="reading pages", jobs=jobs, progress=progress):
            totals.take(outcome, cache)
    failed = {finding.path for finding in totals.findings if finding.rule == "page-unreadable"}
    totals.findings += [finding for page, finding in unreadable.items() if page not in failed]
    done = {name for name, _ in stale}
    totals.findings += _remembered(cache, (page for name, ps in wanted.items() if name not in done for page in ps))
    _update_shared(project, languages, pages, digests, cache, totals, dry_run=dry_run)
    totals.catalogs = len(languages) * (len(wanted) - ("" in wanted)) + len(languages)
    if cache.changed and not dry_run:
        cache.save(store)
    return UpdateResult(
        languages=tuple(languages),
        pages=len(chosen),
        parsed=totals.parsed,
        catalogs=totals.catalogs,
        written=tuple(sorted(totals.written)),
        added=totals.added,
        fuzzy=totals.fuzzy,
        obsolete=totals.obsolete,
        findings=tuple(sorted(totals.findings, key=lambda f: (f.path, f.line or 0, f.rule))),
        dry_run=dry_run,
    )


def made_from(members: Iterable[str], digests: dict[str, str]) -> str:
    """Digest of the pages a catalog is made from, by path and content."""
    return digest(*(part.encode() for page in members for part in (page, digests.get(page, ""))))


def stamp(made_from: str, own: str) -> str:
    """Stands for a catalog of these bytes, made from these pages; "" for one that must be looked at again."""
    return digest(made_from.encode(), own.encode()) if made_from else ""


def _digests(project: Project, cache: Cache, pages: Iterable[str]) -> tuple[dict[str, str], dict[str, Finding]]:
    """Digest of every page, and a finding for each that cannot be read."""
    digests: dict[str, str] = {}
    unreadable: dict[str, Finding] = {}
    for page in pages:
        try:
            found = digest(read_page(project, page))
            known = cache.pages.get(page)
            digests[page] = known.digest if known and known.digest == found else found  # one string, not two
        except PipelineError as error:
            unreadable[page] = problem(error, page, project)
    return digests, unreadable


def _is_current(
    project: Project,
    cache: Cache,
    languages: Sequence[LanguageTag],
    name: str,
    members: tuple[str, ...],
    digests: dict[str, str],
) -> bool:
    """True when nothing that a catalog's content depends on, nor the catalog itself, has changed."""
    for page in members:
        entry = cache.pages.get(page)
        if entry is None or entry.digest != digests.get(page):
            return False
    if not name:
        return True
    expected = made_from(members, digests)
    for language in languages:
        path = catalog_dir(project, language) / name
        known = cache.catalogs.get(shown(project, path))
        if known is None or known != stamp(expected, file_digest(path)):
            return False
    return True


def _remembered(cache: Cache, pages: Iterable[str]) -> list[Finding]:
    """What an earlier run found in pages that have not changed since."""
    return [finding for page in pages if page in cache.pages for finding in cache.pages[page].findings]


def _update_shared(
    project: Project,
    languages: Sequence[LanguageTag],
    pages: Sequence[str],
    digests: dict[str, str],
    cache: Cache,
    totals: _Totals,
    *,
    dry_run: bool,
) -> None:
    """The site-wide catalog of each language, from what is known of all pages."""
    rows: list[tuple[str, tuple[SharedRow, ...]]] = []
    unknown: set[str] = set()
    for page in pages:
        entry: PageEntry | None = cache.pages.get(page)
        # A page this run did not select counts as it was when it was last read.
        if entry is None or (page in digests and entry.digest != digests[page]):
            unknown.add(page)
        elif entry.shared:
            rows.append((page, entry.shared))
    expected = digest(repr((rows, sorted(unknown))).encode())
    for language in languages:
        path = catalog_dir(project, language) / SITE_CATALOG
        place = shown(project, path)
        own = file_digest(path)
        if cache.catalogs.get(place) == stamp(expected, own) or not (rows or own):
            continue
        from pipeline.stages.regroup import regroup_shared

        totals.take(regroup_shared(project, language, rows, frozenset(unknown), expected, dry_run=dry_run), cache)
