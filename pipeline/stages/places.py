"""Where a project keeps its catalogs, templates, manifests and cache; names only, nothing is read."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable
from pathlib import Path

from pipeline.langtag import LanguageTag, gettext_name
from pipeline.project import Project

SITE_CATALOG = "_site.po"
"""The catalog of strings that must agree on every page."""
WHOLE_CATALOG = "site.po"
"""The one catalog of all pages, with `catalogs = "site"`."""
FOLDER_CATALOG = "_folder.po"
"""The catalog of a folder's pages, with `catalogs = "folder"`."""
_LONGEST_NAME = 255
"""Bytes that common file systems allow in a file name."""


def catalog_name(project: Project, page: str) -> str:
    """The catalog a page's own strings stand in, below `LC_MESSAGES`."""
    if project.catalogs == "site":
        return WHOLE_CATALOG
    if project.catalogs == "folder":
        return posixpath.join(posixpath.dirname(page), FOLDER_CATALOG)
    folder, name = posixpath.split(page)
    return posixpath.join(folder, _shortened(f"{name}.po"))


def groups(project: Project, pages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Catalog name -> its pages, both in sorted order. A shared file has no catalog of its own: it comes under ""."""
    found: dict[str, list[str]] = {}
    for page in sorted(pages):
        found.setdefault("" if project.shared_file(page) else catalog_name(project, page), []).append(page)
    return {name: tuple(found[name]) for name in sorted(found)}


def catalog_dir(project: Project, language: LanguageTag) -> Path:
    """The folder of one language's catalogs."""
    return project.locales_dir / gettext_name(language) / "LC_MESSAGES"


def template_dir(project: Project) -> Path:
    """The folder of templates, where the project keeps them."""
    return project.locales_dir / "templates"


def manifest_dir(project: Project) -> Path:
    """The folder of the build manifests."""
    return project.output_dir / ".pipeline"


def manifest_path(project: Project, language: LanguageTag) -> Path:
    """The record of one language's build."""
    return manifest_dir(project) / f"{language}.json"


def cache_dir(project: Project) -> Path:
    """A folder that may be deleted at any time."""
    return project.root / ".pipeline" / "cache"


def cache_path(project: Project) -> Path:
    """What `update` remembers."""
    return cache_dir(project) / "update.json"


def shown(project: Project, path: Path) -> str:
    """A path as results and messages show it: POSIX, relative to the project where it lies in it."""
    try:
        return path.relative_to(project.root).as_posix()
    except ValueError:
        return path.as_posix()


def _shortened(name: str) -> str:
    """A name that file systems take; a cut one keeps its digest, so that two of them stay apart."""
    raw = name.encode()
    if len(raw) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(raw).hexdigest()[:8]
    return f"{raw[:200].decode(errors='ignore')}~{digest}.po"
