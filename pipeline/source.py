"""Finding the source pages of a project: a sorted list of paths, the same on every system.

Git is not asked. Editions, catalogs, hidden and tool folders are never sources, and a link
that leads out of the source folder is reported instead of followed. Names that some system cannot
hold are reported here, before a run has written anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.errors import ConfigError
from pipeline.globs import matches_any
from pipeline.model import Finding, Severity
from pipeline.names import clashes, printable, refused, unportable
from pipeline.project import Project

_NO_STATIC_SUFFIXES = (".po", ".pot", ".mo")
"""Catalogs are working files, wherever they lie."""
_TOOL_FOLDERS = frozenset({"node_modules", "vendor", "_site", "__pycache__", "venv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFiles:
    """What a walk over the source folder found; paths are POSIX and relative to it, sorted by code point."""

    pages: tuple[str, ...]
    """Files the include and exclude patterns select."""
    others: tuple[str, ...]
    """All other files: images, style sheets, data; what `[build] static` is about. No catalogs, no configuration."""
    findings: tuple[Finding, ...]


def discover(project: Project) -> tuple[str, ...]:
    """The source pages. ConfigError when there is no source folder; see `find_sources` for the links refused."""
    return find_sources(project).pages


def find_sources(project: Project) -> SourceFiles:
    """Walk the source folder. ConfigError when it does not exist; anything else that is odd is a finding."""
    root = project.source_root
    if not root.is_dir():
        raise ConfigError(
            f"the source folder {project.source.root!r} does not exist",
            path=str(project.root / "pipeline.toml"),
            hint="set [source] root",
        )
    findings: list[Finding] = list(project.notes)
    files = sorted(path for path in _walk(root, project, findings) if not _is_edition(path, project))
    source = project.source
    chosen = {path for path in files if matches_any(path, source.include) and not matches_any(path, source.exclude)}
    bad = {path for path in files if refused(path)}
    findings += _judged(sorted(chosen), bad if project.build.static != "none" else bad & chosen)
    pages, taken = chosen - bad, chosen | bad
    return SourceFiles(
        pages=tuple(path for path in files if path in pages),
        others=tuple(path for path in files if path not in taken and _is_for_readers(path)),
        findings=tuple(sorted(findings, key=lambda finding: (finding.path, finding.rule))),
    )


def _walk(root: Path, project: Project, findings: list[Finding]) -> Iterator[str]:
    """Relative paths of all files below `root` that may be sources, in no order."""
    inside = Path(os.path.realpath(root))
    skipped = {_below(folder, project.source.root) for folder in (project.locales, project.output)}
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError as error:
            findings.append(_finding("folder-unreadable", folder, f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = f"{folder}{entry.name}"
            if entry.name.startswith(".") or path in skipped:
                continue
            if entry.is_symlink() and not Path(os.path.realpath(entry.path)).is_relative_to(inside):
                findings.append(
                    _finding("link-outside", path, "a link that leads out of the source folder is not followed")
                )
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in _TOOL_FOLDERS and not _is_project(Path(entry.path)):
                    pending.append(f"{path}/")
            elif _is_file(entry):
                yield path


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def _is_for_readers(path: str) -> bool:
    """False for files of our own trade, which no edition may publish; hidden files are not even walked."""
    name = path.rpartition("/")[2]
    return name != "pipeline.toml" and not name.lower().endswith(_NO_STATIC_SUFFIXES)


def _is_project(folder: Path) -> bool:
    """True for a folder that is a project of its own, or an environment of Python's."""
    return (folder / "pipeline.toml").exists() or (folder / "pyvenv.cfg").exists()


def _below(folder: str, root: str) -> str | None:
    """`folder` relative to `root`, both relative to the project; None when it is not below it."""
    path = PurePosixPath(folder)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def _is_edition(path: str, project: Project) -> bool:
    """True for a page of an edition that lies among the sources: `ms/about.md`, `about.ms.md`, Docusaurus's `i18n/`.

    A pattern in `[source.languages]` makes such a file a source page all the same.
    """
    if matches_any(path, (pattern for pattern, _ in project.source.languages)):
        return False
    if project.build.layout == "docusaurus" and path.startswith("i18n/"):
        return True
    first, _, rest = path.partition("/")
    folders = {project.folder(language) for language in project.languages}
    middle = PurePosixPath(path).stem.rpartition(".")[2]
    return (bool(rest) and first in folders) or ("." in PurePosixPath(path).stem and middle in folders)


def _judged(pages: list[str], bad: set[str]) -> Iterator[Finding]:
    """What is to be said of the pages' names, and of the `bad` names, whose files are left out."""
    for path in sorted(bad):
        message = f"this name cannot be used: {refused(path)}; the file is left out"
        yield _finding("name-refused", path, message, Severity.error)
    pages = [path for path in pages if path not in bad]
    parents = {path.rpartition("/")[0] for path in pages}
    folders = sorted({folder.as_posix() for parent in parents for folder in PurePosixPath(parent, "x").parents})
    for other, path in (*clashes(folders), *clashes(pages)):
        message = f"the same name as {other} on systems that ignore case or composition; rename one of the two"
        yield _finding("names-clash", path, message, Severity.error)
    for path in pages:
        if reason := unportable(path):
            yield _finding("name-not-portable", path, f"this page cannot be checked out everywhere: {reason}")


def _finding(rule: str, path: str, message: str, severity: Severity = Severity.warning) -> Finding:
    return Finding(rule=rule, severity=severity, path=printable(path.rstrip("/")) or ".", message=message)
