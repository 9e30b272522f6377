"""What `update` remembers so that an unchanged site costs no parsing: digests of pages and catalogs, no times.

Derived and safe to delete. It is thrown away when the program or the configuration changes, and compared by content,
so `touch` and `git checkout` change nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import WriteError
from pipeline.files import write_atomic
from pipeline.model import Finding, Severity
from pipeline.project import Project

VERSION = 1

SharedRow = tuple[str | None, str, str, int, str]
"""A site-wide string as (msgctxt, msgid, kind, line, note)."""


def digest(*parts: bytes) -> str:
    """32 hexadecimal digits over the parts and their borders."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.hexdigest()


def file_digest(path: Path) -> str:
    """Digest of a file's bytes, "" when there is none or it cannot be read (whoever needs it then says so)."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def fingerprint(project: Project) -> str:
    """Changes whenever the same page could give other segments: with this program's code, or with the configuration."""
    package = Path(__file__).parents[1]
    code = [
        file.read_bytes()
        for folder in ("", "document", "inline", "catalog", "publish", "stages")
        for file in sorted((package / folder).glob("*.py"))
    ]
    return digest(repr(project).encode(), *code)


@dataclass(slots=True)
class PageEntry:
    """What is known about one page."""

    digest: str
    shared: tuple[SharedRow, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Cache:
    """Page path -> entry, and catalog path -> stamp over what it was made from and its own bytes."""

    fingerprint: str
    pages: dict[str, PageEntry] = field(default_factory=dict)
    catalogs: dict[str, str] = field(default_factory=dict)
    changed: bool = False
    """True when it holds more, or less, than what was loaded."""

    @classmethod
    def load(cls, path: Path, fingerprint: str, pages: Iterable[str] = ()) -> Cache:
        """The stored cache; an empty one when it is missing, damaged or of another program or configuration.

        Only what it says of `pages` is kept.
        """
        cache = cls(fingerprint)
        # The caller's own strings as keys: the stored ones would take their memory once more.
        names = {page: page for page in pages}
        try:
            # Line by line: the whole file as one JSON value would need several times its size in memory.
            with path.open("rb") as lines:
                if json.loads(next(lines)) == [VERSION, fingerprint]:
                    for line in lines:
                        cache._take(json.loads(line), names)
        except (OSError, StopIteration, ValueError, KeyError, TypeError):
            return cls(fingerprint)
        return cache

    def save(self, path: Path) -> None:
        """Write it where the bytes differ."""
        out = io.BytesIO()
        out.write(encode_line([VERSION, self.fingerprint]))
        for name in sorted(self.catalogs):
            out.write(encode_line([name, self.catalogs[name]]))
        for name in sorted(self.pages):
            entry = self.pages[name]
            findings = [[f.rule, str(f.severity), f.line, f.message] for f in entry.findings]
            out.write(encode_line([name, entry.digest, entry.shared, findings]))
        with contextlib.suppress(WriteError):  # then the next run is slower, and nothing else
            write_atomic(path, out.getvalue())

    def _take(self, row: list[Any], names: Mapping[str, str]) -> None:
        if len(row) == 2:
            name, stamp = row
            self.catalogs[name] = str(stamp)
            return
        name, own, shared, findings = row
        if name not in names:
            self.changed = True
            return
        name = names[name]
        self.pages[name] = PageEntry(
            str(own),
            tuple((context, msgid, kind, line, note) for context, msgid, kind, line, note in shared),
            tuple(
                Finding(rule=rule, severity=Severity(severity), path=name, line=line, message=message)
                for rule, severity, line, message in findings
            ),
        )


def encode_line(row: list[Any]) -> bytes:
    """A row of a cache file."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
