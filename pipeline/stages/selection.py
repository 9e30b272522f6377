"""Which source pages a run is about, and what becomes of an error. Imports no parser: an idle run needs none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import CatalogError, ConfigError, EngineError, LockedError, PageError, PipelineError, WriteError
from pipeline.globs import matches
from pipeline.model import Finding, Severity
from pipeline.project import Project
from pipeline.stages.places import shown

INTERNAL_ERROR = "internal-error"
"""Rule of a finding that is a mistake in this program; the command line knows it by this name."""

_RULES = (
    (PageError, "page-unreadable"),
    (CatalogError, "catalog-unreadable"),
    (WriteError, "not-written"),
    (EngineError, "engine-failed"),
    (LockedError, "project-locked"),
    (ConfigError, "configuration"),
)


def select(project: Project, pages: Sequence[str], wanted: Sequence[str], cwd: Path | None = None) -> Sequence[str]:
    """The pages that `wanted` names; all pages when nothing is wanted.

    A name is a file or folder (seen from the current folder, the project or the source root), or a pattern below
    the source root. ConfigError for one that fits no page.
    """
    if not wanted:
        return pages
    chosen: set[str] = set()
    for name in wanted:
        found = _fitting(project, pages, name, cwd or Path.cwd())
        if not found:
            raise ConfigError("no source page fits", path=name, hint=f"pages lie below {project.source.root}/")
        chosen.update(found)
    return [page for page in pages if page in chosen]


def read_page(project: Project, path: str) -> bytes:
    """The bytes of a source page; PageError when the file cannot be read."""
    try:
        return (project.source_root / path).read_bytes()
    except OSError as error:
        raise PageError(f"cannot be read: {error.strerror}", path=path) from error


def problem(error: Exception, path: str, project: Project | None = None) -> Finding:
    """An error about one file as a finding, so that the run can go on with the others.

    Paths are shown relative to the project, if one is given. An error that is neither one of ours nor the operating
    system's is a mistake in this program: PIPELINE_DEBUG=1 raises it again.
    """
    if isinstance(error, OSError):
        error = PipelineError(f"cannot be read or written: {error.strerror or error}", path=error.filename or path)
    if not isinstance(error, PipelineError):
        if os.environ.get("PIPELINE_DEBUG") == "1":
            raise error
        first_line = str(error).partition("\n")[0]
        return Finding(
            rule=INTERNAL_ERROR,
            severity=Severity.error,
            path=path,
            message=f"unexpected {type(error).__name__}: {first_line}; please report this with the file",
        )
    rule = next((name for kind, name in _RULES if isinstance(error, kind)), "file-error")
    place = str(error.path or path)
    return Finding(
        rule=rule,
        severity=Severity.error,
        path=shown(project, Path(place)) if project and Path(place).is_absolute() else place,
        line=error.line,
        message=f"{error.message} ({error.hint})" if error.hint else error.message,
    )


def _fitting(project: Project, pages: Sequence[str], name: str, cwd: Path) -> list[str]:
    root = project.source_root.resolve()
    for base in (cwd, project.root, project.source_root):
        place = (base / name).resolve()
        if place.is_relative_to(root):
            inside = place.relative_to(root).as_posix()
            found = [page for page in pages if inside in (".", page) or page.startswith(f"{inside}/")]
            if found:
                return found
    return [page for page in pages if matches(page, name)]
