"""The record of what a build wrote, one JSON file per language: which pages, from which source bytes, with which gaps.

Deterministic and without dates, so that building twice gives the same bytes. It also says which files are ours:
only those are ever replaced or removed. Deleting it is safe; the next build then takes over only files that already
hold what it would write.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError, WriteError
from pipeline.model import Finding, Key
from pipeline.publish.coverage import Coverage
from pipeline.versions import Format

VERSION = 1
MANIFEST: Format[Mapping[str, Any]] = Format(name="manifest", current=VERSION)
"""The versions of the file; an older one is read as what it means today, and the next build writes the newest."""


def source_digest(data: bytes) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a page's bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """A segment that shows its source text."""

    key: Key
    line: int
    reason: str
    """untranslated, machine, fuzzy, or the rule of the finding that refused its translation."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape: line, msgctxt (only if there is one), msgid, reason."""
        context = {} if self.key[0] is None else {"msgctxt": self.key[0]}
        return {"line": self.line, **context, "msgid": self.key[1], "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """What became of one source page."""

    path: str
    output: str | None
    """None for a page that was not written."""
    source: str
    policy: str
    coverage: Coverage
    reason: str = ""
    """Why it was not written."""
    fallbacks: tuple[Fallback, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `pages`."""
        reason = {"reason": self.reason} if self.output is None else {}
        return {
            "path": self.path,
            "output": self.output,
            **reason,
            "source": self.source,
            "policy": self.policy,
            "counts": self.coverage.to_dict(),
            "fallbacks": [fallback.to_dict() for fallback in self.fallbacks],
        }


def encode_manifest(*, language: str, pages: Iterable[str], files: Iterable[str], findings: Iterable[Finding]) -> bytes:
    """The manifest's bytes.

    `pages` are entries already encoded by `encode_page`, one line each, so that a manifest of ten thousand pages
    needs little memory and reads well in a diff; `files` are all output paths of this edition.
    """
    lines = ["{", f'"version": {VERSION},', f'"language": {json.dumps(language)},']
    for name, rows in (
        ("pages", list(pages)),
        ("files", [json.dumps(path, ensure_ascii=False) for path in sorted(set(files))]),
        ("findings", [json.dumps(finding.to_dict(), ensure_ascii=False) for finding in findings]),
    ):
        comma = "" if name == "findings" else ","
        lines.append(f'"{name}": [' + ("\n" + ",\n".join(rows) + "\n" if rows else "") + f"]{comma}")
    lines.append("}\n")
    return "\n".join(lines).encode()


def encode_page(record: PageRecord | Mapping[str, Any]) -> str:
    """One line of the manifest, from a new record or from one that was read."""
    return json.dumps(record.to_dict() if isinstance(record, PageRecord) else record, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a previous build recorded."""

    pages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Source path -> its entry, in the JSON shape of `PageRecord.to_dict`."""
    files: frozenset[str] = frozenset()
    """Output paths."""


def read_manifest(path: Path) -> Manifest:
    """The record of a previous build; empty without one. WriteError when it cannot be read or is newer."""
    try:
        data = json.loads(path.read_bytes())
        data, _ = MANIFEST.upgrade(data, MANIFEST.check(data["version"]))
        pages = {page["path"]: _checked(page) for page in data["pages"]}
        files = frozenset(name for name in data["files"] if isinstance(name, str))
    except FileNotFoundError:
        return Manifest()
    except PipelineError as error:
        raise WriteError(
            error.message, path=str(path), hint=f"{error.hint}, or delete the file and build again"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WriteError(
            f"the manifest cannot be read: {error}", path=str(path), hint="delete it and build again"
        ) from error
    return Manifest(pages=pages, files=files)


def _checked(page: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry of `pages`, which later code reads without looking: TypeError or KeyError for one of another shape."""
    words = [page["path"], page["source"], page["policy"]]
    words.append(page["reason"] if page["output"] is None else page["output"])
    numbers = page["counts"].values()
    if not (
        all(isinstance(word, str) for word in words)
        and all(isinstance(value, int | float) for value in numbers)
        and isinstance(page["fallbacks"], list)
        and page["counts"].keys() <= _COUNTS
    ):
        raise TypeError("an entry of pages is not what a build writes")
    return page


_COUNTS = Coverage().to_dict().keys()
