"""`translate`: bring the catalogs up to date, fill in from the memory, then draft what nobody has translated, as fuzzy.

All catalogs of a language go through the engine together, so that equal sentences are translated once and batches are
full. Without a model the catalogs are up to date all the same, and a finding says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.langtag import LanguageTag
from pipeline.model import Finding
from pipeline.project import Project
from pipeline.source import find_sources
from pipeline.stages.drafting import Drafting
from pipeline.stages.drafts import LanguageDrafts, TranslateResult
from pipeline.stages.engines import PSEUDO_LANGUAGE
from pipeline.stages.lock import locked
from pipeline.stages.places import SITE_CATALOG, catalog_dir, groups, shown
from pipeline.stages.pool import Progress
from pipeline.stages.selection import problem, select
from pipeline.stages.update import update


@locked("translate")
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
        work = Drafting(
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
        update=updated, languages=tuple(done), written=tuple(sorted(set(written))), findings=tuple(findings)
    )
