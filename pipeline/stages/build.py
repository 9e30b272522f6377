"""`build`: write the editions.

Pages are rebuilt first and linked then, because a link is only rewritten to a page that the edition really has.
Between the two steps rebuilt pages wait in one unnamed temporary file, so that memory does not grow with the site.
A page that is as it was at the last build (see `buildcache`) is only rebuilt when its links or its file are not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.langtag import LanguageTag
from pipeline.model import Finding
from pipeline.project import Project
from pipeline.source import find_sources
from pipeline.stages.buildcache import BuildCache
from pipeline.stages.gather import Gathered, fetch, gather, recall
from pipeline.stages.lock import locked
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.result import StageResult
from pipeline.stages.selection import read_page, select
from pipeline.stages.writing import LanguageBuild, Writing

if TYPE_CHECKING:
    from pipeline.stages.rebuild import PageOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult(StageResult):
    """What a build did."""

    languages: tuple[LanguageBuild, ...]
    dry_run: bool = False

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "build",
            "dry_run": self.dry_run,
            "languages": [language.to_dict() for language in self.languages],
            "findings": [finding.to_dict() for finding in self.findings],
        }


@locked("build")
def build(
    project: Project,
    languages: Sequence[LanguageTag],
    *,
    paths: Sequence[str] = (),
    dry_run: bool = False,
    overwrite: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Write the editions of `languages` below the output folder; `paths` selects pages, the others stay as they are.

    Files that no build has written are only replaced with `overwrite`.
    """
    sources = find_sources(project)
    pages = sources.pages
    chosen = select(project, pages, paths)
    cache = BuildCache(project, languages, pages)
    gathered = {language: Gathered() for language in languages}
    permalinks: dict[str, str | None] = {}
    findings: list[Finding] = list(sources.findings)
    current = cache.current(chosen)
    for path, made in current.items():
        permalinks[path] = made.permalink
        findings += made.findings
        recall(path, made, cache, gathered)
    cache.rows.clear()  # all that is wanted of them has been taken over
    with tempfile.TemporaryFile() as spool:
        stale = [path for path in chosen if path not in current]
        cache.freeze(stale)
        for outcome in _rebuilt(project, languages, stale, jobs=jobs, progress=progress):
            permalinks[outcome.path] = outcome.permalink
            findings += outcome.findings
            gather(outcome, cache, gathered, spool)
        taken = set(chosen)
        permalinks |= {page: _permalink(project, cache, page) for page in pages if page not in taken}
        writings = [
            Writing(
                project,
                language,
                gathered[language],
                sources,
                cache,
                dry_run=dry_run,
                overwrite=overwrite,
                jobs=jobs,
                progress=progress,
            )
            for language in languages
        ]
        whole = len(chosen) == len(pages)
        lacking = sorted({page for writing in writings for page in writing.plan(permalinks, whole=whole)})
        for outcome in _rebuilt(project, languages, lacking, jobs=jobs, progress=progress):
            fetch(outcome, gathered, spool)
        built = [writing.run(spool) for writing in writings]
        findings += [finding for here in gathered.values() for finding in here.findings]
    if not dry_run:
        cache.save()
    return BuildResult(
        languages=tuple(built),
        findings=tuple(dict.fromkeys(sorted(findings, key=lambda f: (f.path, f.line or 0, f.rule)))),
        dry_run=dry_run,
    )


def _rebuilt(
    project: Project,
    languages: Sequence[LanguageTag],
    pages: Sequence[str],
    *,
    jobs: int | None,
    progress: Progress | None,
) -> Iterator[PageOutcome]:
    if not pages:
        return
    from pipeline.stages.rebuild import forget_catalogs, rebuild_page_editions

    forget_catalogs()
    work = partial(rebuild_page_editions, project, tuple(languages))
    yield from run_tasks(work, pages, label="rebuilding pages", jobs=jobs, progress=progress)


def _permalink(project: Project, cache: BuildCache, page: str) -> str | None:
    from pipeline.publish.keys import permalink_of

    try:
        data = read_page(project, page)
        known, permalink = cache.permalink(page, data)
        return permalink if known else permalink_of(data)
    except PipelineError:
        return None
