"""PO files of any origin, without a project: merging three versions for Git, and the canonical form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import CatalogError, PipelineError, WriteError
from pipeline.files import write_atomic
from pipeline.model import Finding, Key, Severity
from pipeline.stages.result import StageResult
from pipeline.stages.selection import problem


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeDriverResult:
    """What became of a PO file that Git merges."""

    messages: int = 0
    conflicts: tuple[Key, ...] = ()
    """Entries that a person must look at, by (msgctxt, msgid)."""


def po_merge_driver(base: Path, ours: Path, theirs: Path, *, name: str = "") -> MergeDriverResult:
    """Merge three versions of a PO file entry by entry into `ours`; `name` is the file's own, for errors.

    A base that is no PO file (an earlier merge left its marks in it) counts as empty, which loses nothing. When one of
    the sides is none, CatalogError is raised and `ours` stays as it is.
    """
    from pipeline.catalog.pofile import format_po, parse_po
    from pipeline.catalog.threeway import merge_three
    from pipeline.model import Catalog

    sides = [
        parse_po(_read(path), path=f"{name or path} ({side})") for path, side in ((ours, "ours"), (theirs, "theirs"))
    ]
    try:
        before = parse_po(_read(base))
    except CatalogError:
        before = Catalog()
    merged = merge_three(before, *sides)
    data = format_po(merged.catalog, path=name)
    parse_po(data, path=name)  # whatever is written can be read by every tool
    write_atomic(ours, data)
    return MergeDriverResult(messages=len(merged.catalog.messages), conflicts=merged.conflicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatResult(StageResult):
    """What `po format` did, or with `check` would do."""

    files: int
    changed: tuple[str, ...]
    """Files that were not in canonical form."""
    check: bool = False

    @property
    def failed(self) -> bool:
        """True when a file could not be read or written, or was found not to be in canonical form."""
        return any(finding.severity is Severity.error for finding in self.findings) or (
            self.check and bool(self.changed)
        )

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "files": self.files,
            "changed": list(self.changed),
            "check": self.check,
            "findings": [finding.to_dict() for finding in self.findings],
        }


def po_format(files: Sequence[Path], *, width: int = 0, check: bool = False) -> FormatResult:
    """Write PO files in canonical form, strings wrapped at `width` columns (0: not); with `check` only say which differ.

    A file that cannot be read, or that somebody saves at the same moment, is a finding; the others are done.
    """
    from pipeline.catalog.canonical import canonical_po
    from pipeline.catalog.rewrite import replace_unchanged

    changed: list[str] = []
    findings: list[Finding] = []
    for path in files:
        try:
            data = _read(path)
            formatted = canonical_po(data, width=width, path=str(path))
            if formatted == data:
                continue
            if not check and not replace_unchanged(path, formatted, data):
                raise WriteError("another program has just saved it", path=str(path), hint="run the same command again")
            changed.append(str(path))
        except PipelineError as error:
            findings.append(problem(error, str(path)))
    return FormatResult(files=len(files), changed=tuple(changed), check=check, findings=tuple(findings))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
