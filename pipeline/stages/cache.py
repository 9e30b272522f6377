"""What `update` remembers so that an unchanged site costs no parsing: digests of pages and catalogs, no times.

Derived and safe to delete. It is thrown away when the program or the configuration changes, and compared by content,
so `touch` and `git checkout` change nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import WriteError
from pipeline.files import write_atomic
from pipeline.model import Finding, Severity
from pipeline.project import Project

T = TypeVar("T")

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
    """Changes whenever the same page could give other entries: with this program's code, the configuration, a glossary."""
    package = Path(__file__).parents[1]
    code = [
        file.read_bytes()
        for folder in ("", "document", "inline", "catalog", "publish", "stages")
        for file in sorted((package / folder).glob("*.py"))
    ]
    glossaries = [
        file.read_bytes() for file in sorted((project.locales_dir / "glossary").glob("*.*")) if file.is_file()
    ]
    return digest(repr(project).encode(), *code, *glossaries)


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
            for row in read_lines(path, [VERSION, fingerprint]):
                cache._take(row, names)
        except DAMAGED:
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

    def note(self, catalog: str, stamp: str) -> None:
        """Remember a catalog by its path."""
        if self.catalogs.get(catalog) != stamp:
            self.catalogs[catalog] = stamp
            self.changed = True

    def forget(self, catalog: str) -> None:
        """Know no more of a catalog."""
        if self.catalogs.pop(catalog, None) is not None:
            self.changed = True

    def shared_rows(
        self, pages: Iterable[str], digests: Mapping[str, str]
    ) -> tuple[list[tuple[str, tuple[SharedRow, ...]]], set[str]]:
        """(the site-wide strings of every page that has any, the pages of which it is not known).

        A page without a digest, one that this run did not select, counts as it was when it was last read.
        """
        rows: list[tuple[str, tuple[SharedRow, ...]]] = []
        unknown: set[str] = set()
        for page in pages:
            entry = self.pages.get(page)
            if entry is None or (page in digests and entry.digest != digests[page]):
                unknown.add(page)
            elif entry.shared:
                rows.append((page, entry.shared))
        return rows, unknown

    def _take(self, row: list[Any], names: Mapping[str, str]) -> None:
        if len(row) == 2:
            name, stamp = row
            self.catalogs[text(name)] = text(stamp)
            return
        name, own, shared, findings = row
        if name not in names:
            self.changed = True
            return
        name = names[name]
        self.pages[name] = PageEntry(
            text(own),
            tuple(
                (maybe(text, context), text(msgid), text(kind), number(line), text(note))
                for context, msgid, kind, line, note in shared
            ),
            tuple(
                Finding(
                    rule=text(rule),
                    severity=Severity(severity),
                    path=name,
                    line=maybe(number, line),
                    message=text(message),
                )
                for rule, severity, line, message in findings
            ),
        )


DAMAGED = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a cache file that somebody changed may raise: it is then as if there were none."""


def read_lines(path: Path, first: list[Any]) -> Iterator[list[Any]]:
    """The rows of a cache file that begins with `first`, none of another; raises DAMAGED.

    Line by line: the whole file as one JSON value would need several times its size in memory.
    """
    with path.open("rb") as lines:
        if json.loads(next(lines, b"null")) == first:
            for line in lines:
                if b"\\u" in line and _SURROGATE.search(line):
                    raise ValueError("half a character")
                yield json.loads(line.decode())  # of bytes it would take half a character, too


_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""Never written by us, and in no text that can be written to a file."""


def text(value: Any) -> str:
    """The value, which must be a string: TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def number(value: Any) -> int:
    """The value, which must be a whole number: TypeError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no number")
    return value


def maybe(read: Callable[[Any], T], value: Any) -> T | None:
    """`read(value)`, or None for None."""
    return None if value is None else read(value)


def encode_line(row: list[Any]) -> bytes:
    """A row of a cache file."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
