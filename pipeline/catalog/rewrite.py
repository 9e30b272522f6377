"""Changing a PO file that somebody else may save at the same moment: nobody's work is written over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalog.pofile import format_po, parse_po
from pipeline.errors import CatalogError, WriteError
from pipeline.files import write_atomic
from pipeline.model import Catalog

_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What became of a PO file."""

    before: Catalog
    """As it was when the change was made."""
    after: Catalog
    data: bytes
    """The bytes of `after`."""
    written: bool
    """False when the file held these bytes already; with `dry_run`, true when it would have been written."""


def rewrite_po(
    path: Path, change: Callable[[Catalog], Catalog], *, new: Catalog | None = None, dry_run: bool = False
) -> Rewritten:
    """Read a PO file, `change` it and put it back; if the file is no longer what was read, do so anew.

    `change` may be called several times. `new` is what it gets where there is no file; without it a missing file is a
    CatalogError. Raises WriteError when another program keeps changing the file.
    """
    for _ in range(_TRIES):
        found = _bytes(path)
        if found is None and new is None:
            raise CatalogError("there is no such file", path=str(path))
        before = parse_po(found, path=str(path)) if found is not None else new or Catalog()
        after = change(before)
        data = format_po(after, path=str(path))
        if found == data or dry_run:
            return Rewritten(before=before, after=after, data=data, written=found != data)
        # Waiting for the disk costs milliseconds a file; a new file without a translation can be made again.
        words = found is not None or any(message.msgstr or any(message.msgstr_plural) for message in after.messages)
        if replace_unchanged(path, data, found, durable=words):
            return Rewritten(before=before, after=after, data=data, written=True)
    raise WriteError(
        "another program keeps changing it", path=str(path), hint="close it there, then run the same command again"
    )


def replace_unchanged(path: Path, data: bytes, expected: bytes | None, *, durable: bool = True) -> bool:
    """Make `data` the contents of the file if they still are `expected` (None: no file); False, and nothing done, if not.

    The comparison is the last thing done before the file is replaced, and where files can be exchanged, it is done again on
    what was replaced. `durable` waits until the data are on the disk.
    """

    def check(found: bytes | None) -> None:
        if found != expected:
            raise _ChangedError

    try:
        write_atomic(path, data, durable=durable, check=check)
    except _ChangedError:
        return False
    return True


class _ChangedError(Exception):
    """Somebody saved the file since it was read."""


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
