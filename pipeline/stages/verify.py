"""`verify`: prove, page by page, that a page without translations is rebuilt to the same bytes (law 1)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.document.rebuild import rebuild_page
from pipeline.document.skeleton import FORMATS, parse_page
from pipeline.errors import ConfigError, PageError
from pipeline.model import Finding, Severity
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.selection import problem


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyResult:
    """What was proved."""

    pages: int
    identical: int
    size: int
    """Bytes read."""
    segments: int
    findings: tuple[Finding, ...] = ()
    """A page that is not identical, or cannot be read, is an error; malformed markup a warning."""

    @property
    def failed(self) -> bool:
        """True when a page is not rebuilt to its own bytes."""
        return self.identical != self.pages

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "verify",
            "pages": self.pages,
            "identical": self.identical,
            "bytes": self.size,
            "segments": self.segments,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    identical: bool
    size: int = 0
    segments: int = 0
    findings: tuple[Finding, ...] = ()


def verify(paths: Sequence[Path], *, jobs: int | None = None, progress: Progress | None = None) -> VerifyResult:
    """Check files, and all pages in folders. No project is needed. ConfigError for a path that does not exist."""
    files = list(_files(paths))
    pages = identical = size = segments = 0
    findings: list[Finding] = []
    for proof in run_tasks(_proved, files, label="verifying", jobs=jobs, progress=progress):
        pages += 1
        identical += proof.identical
        size += proof.size
        segments += proof.segments
        findings += proof.findings
    return VerifyResult(pages=pages, identical=identical, size=size, segments=segments, findings=tuple(findings))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                yield from (Path(folder, name) for name in sorted(names) if Path(name).suffix.lower() in FORMATS)
        elif path.exists():
            yield path
        else:
            raise ConfigError("no such file or folder", path=str(path))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PageError(f"cannot be read: {error.strerror}", path=file.as_posix()) from error


def _proved(file: Path) -> _Proof:
    path = file.as_posix()
    try:
        data = _read(file)
        page = parse_page(data, path=path)
        same = rebuild_page(page, {}) == data
        # A translation that equals its source must leave the bytes as they are, too.
        same = same and rebuild_page(page, {segment.key: segment.msgid for segment in page.segments}) == data
    except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
        return _Proof(identical=False, findings=(problem(error, path),))
    found = page.findings
    if not same:
        message = "this page is not rebuilt to the same bytes; please report it"
        found = (*found, Finding(rule="not-identical", severity=Severity.error, path=path, message=message))
    return _Proof(identical=same, size=len(data), segments=len(page.segments), findings=found)
