"""The project's pages as another tool's catalogs are compared with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.document.builder import markup_of
from pipeline.errors import PipelineError
from pipeline.langtag import LanguageTag
from pipeline.model import Key, Page
from pipeline.project import Project
from pipeline.stages.pages import parse_source
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.regroup import split_shared
from pipeline.stages.selection import read_page


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """A source page without its bytes."""

    own: Page
    """With the strings of its own catalog."""
    site: Page
    """With those that stand in `_site.po`."""
    markups: Mapping[Key, str]
    """How each string is marked up: "markdown", "mdx" or "html"."""


def own_pages(
    project: Project,
    language: LanguageTag,
    pages: Sequence[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> dict[str, OwnPage]:
    """The pages that are translated into `language`, by path. One that cannot be read is left out."""
    wanted = [page for page in pages if project.language_of(page) != language]
    found = run_tasks(partial(_read, project), wanted, label="reading pages", jobs=jobs, progress=progress)
    return {path: page for path, page in zip(wanted, found, strict=True) if page is not None}


def _read(project: Project, path: str) -> OwnPage | None:
    try:
        page = parse_source(project, path, read_page(project, path))
    except PipelineError:
        return None  # the update has reported it
    own, shared = split_shared(project, page)
    bare = replace(page, data=b"")
    markups: dict[Key, str] = {}
    for segment in page.segments:
        markups.setdefault(segment.key, markup_of(segment.form))
    return OwnPage(own=replace(bare, segments=own), site=replace(bare, segments=shared), markups=markups)
