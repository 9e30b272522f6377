"""Which catalogs are up to date, by digests alone: what `update` asks before it imports any parser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.errors import PipelineError
from pipeline.langtag import LanguageTag
from pipeline.model import Finding
from pipeline.project import Project
from pipeline.stages.cache import Cache, digest, file_digest
from pipeline.stages.places import catalog_dir, shown
from pipeline.stages.selection import problem, read_page


def made_from(members: Iterable[str], digests: dict[str, str]) -> str:
    """Digest of the pages a catalog is made from, by path and content."""
    return digest(*(part.encode() for page in members for part in (page, digests.get(page, ""))))


def stamp(made_from: str, own: str) -> str:
    """Stands for a catalog of these bytes, made from these pages; "" for one that must be looked at again."""
    return digest(made_from.encode(), own.encode()) if made_from else ""


def page_digests(project: Project, cache: Cache, pages: Iterable[str]) -> tuple[dict[str, str], dict[str, Finding]]:
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


def is_current(
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


def remembered(cache: Cache, pages: Iterable[str]) -> list[Finding]:
    """What an earlier run found in pages that have not changed since."""
    return [finding for page in pages if page in cache.pages for finding in cache.pages[page].findings]
