"""Catalogs whose pages are gone. They are found by their names alone, kept until they moved or are pruned, and removed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import WriteError
from pipeline.globs import matches_any
from pipeline.langtag import LanguageTag
from pipeline.model import Finding, Severity
from pipeline.project import Project
from pipeline.stages.cache import digest, file_digest
from pipeline.stages.places import FOLDER_CATALOG, SITE_CATALOG, WHOLE_CATALOG, catalog_dir, shown, template_dir

_FORMAT_FIELD = b"X-Pipeline-Format:"
_HEADER_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogFiles:
    """The PO files of one language, by name below `LC_MESSAGES`, sorted."""

    language: LanguageTag
    live: tuple[str, ...] = ()
    """Of pages that exist, and the site-wide one."""
    orphans: tuple[str, ...] = ()


def find_catalogs(project: Project, language: LanguageTag, names: Collection[str]) -> CatalogFiles:
    """Walk the folder of a language's catalogs; `names` are those that its pages have.

    A PO file that is neither named like a catalog of pages nor says that it is of our format is somebody else's.
    """
    root = catalog_dir(project, language)
    live, orphans = [], []
    for name in sorted(_walk(root)):
        if name in names or name == SITE_CATALOG:
            live.append(name)
        elif _is_ours(project, root / name, name):
            orphans.append(name)
    return CatalogFiles(language=language, live=tuple(live), orphans=tuple(orphans))


def _walk(root: Path) -> Iterator[str]:
    pending = [""]
    while pending:
        folder = pending.pop()
        with contextlib.suppress(OSError), os.scandir(root / folder) as entries:
            for entry in entries:
                name = f"{folder}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{name}/")
                elif name.endswith(".po") and not entry.name.startswith(".") and entry.is_file():
                    yield name


def _is_ours(project: Project, path: Path, name: str) -> bool:
    if name.rpartition("/")[2] in (WHOLE_CATALOG, FOLDER_CATALOG):
        return True
    if matches_any(name.removesuffix(".po"), project.source.include):
        return True
    try:
        with path.open("rb") as stream:
            return _FORMAT_FIELD in stream.read(_HEADER_BYTES)
    except OSError:
        return False


def settled_stamp(own: str) -> str:
    """What the cache says of an orphan that was looked at, and that nobody wanted."""
    return digest(b"orphan", own.encode())


def unsettled(project: Project, files: CatalogFiles, stamps: Mapping[str, str]) -> bool:
    """True when a catalog without pages was not looked at before, as it is now: `stamps` are what the cache says."""
    for name in files.orphans:
        path = catalog_dir(project, files.language) / name
        if stamps.get(shown(project, path)) != settled_stamp(file_digest(path)):
            return True
    return False


def remove(project: Project, language: LanguageTag, name: str, expected: str) -> str:
    """Remove a catalog without pages, its template, and the folders they leave empty; its path.

    WriteError when the catalog is no longer what was read (`expected` is its digest), or cannot be removed.
    """
    root = catalog_dir(project, language)
    path = root / name
    if file_digest(path) != expected:
        raise WriteError("another program has just changed it", path=str(path), hint="run the same command again")
    templates = template_dir(project)
    for top, file in ((root, path), (templates, templates / f"{name}t"))[: 1 + project.templates]:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise WriteError(f"cannot be removed: {error.strerror or error}", path=str(file)) from error
        _remove_empty(file.parent, top)
    return shown(project, path)


def _remove_empty(folder: Path, top: Path) -> None:
    with contextlib.suppress(OSError):  # not empty, or not ours to remove
        while folder != top and folder.is_relative_to(top):
            folder.rmdir()
            folder = folder.parent


def notice(
    project: Project, orphans: Mapping[LanguageTag, Sequence[str]], *, blocked: bool = False
) -> tuple[Finding, ...]:
    """One finding for all catalogs whose pages are gone; none when there are none. `blocked`: they were to be pruned."""
    paths = [shown(project, catalog_dir(project, tag) / name) for tag, names in orphans.items() for name in names]
    if not paths:
        return ()
    what = "1 catalog has no page" if len(paths) == 1 else f"{len(paths):,} catalogs have no page"
    hint = "not pruned because of errors: something may still move" if blocked else "`update --prune` removes them"
    return (
        Finding(
            rule="catalog-without-page",
            severity=Severity.info,
            path=min(paths),
            message=f"{what} any more; {hint}",
        ),
    )
