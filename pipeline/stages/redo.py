"""What an update that moves strings is about to do, written down before it does it: a killed run is then carried on.

From files of which some have been written and others have not, nobody could tell what had been planned. So the new
bytes of every catalog are first put aside, in `.pipeline/moves`; once the log beside them is complete they take their
places, and what moved as a whole is removed. A later run that finds a log made from the same pages, by the same program
and configuration, does what is left of it. A catalog that somebody has changed in between is left to that run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import PipelineError, WriteError
from pipeline.files import write_atomic, write_error
from pipeline.langtag import LanguageTag
from pipeline.project import Project
from pipeline.stages.cache import DAMAGED, digest, encode_line, file_digest, number, read_lines, text
from pipeline.stages.places import catalog_dir

VERSION = 1


class Entry(NamedTuple):
    """A catalog and what it becomes. Digests are of bytes, "" without a file."""

    language: LanguageTag
    name: str
    before: str
    after: str
    words: bool
    """True when there is a person's work in it, so that its bytes must be on the disk before the old ones go."""
    kept: tuple[tuple[str, int], ...] = ()
    """(catalog, how many of its translations came from there as they were)."""


class Removal(NamedTuple):
    """A catalog that goes once its receivers are as they should be."""

    language: LanguageTag
    name: str
    before: str
    receivers: tuple[str, ...]


class Put(NamedTuple):
    """What became of an entry."""

    done: bool
    """False when the catalog is neither as it was nor as it should be, or cannot be written."""
    written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """All that is to be done, in this order."""

    entries: tuple[Entry, ...]
    removals: tuple[Removal, ...]


def redo_dir(project: Project) -> Path:
    """The folder of the log and the new bytes; it may be deleted whenever no run is at work."""
    return project.root / ".pipeline" / "moves"


def begin(project: Project) -> Path | None:
    """The folder, made empty; None where there can be none: then a killed run is not carried on, and nothing else."""
    discard(project)
    folder = redo_dir(project)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def put_aside(folder: Path, entry: Entry, data: bytes) -> None:
    """Keep the new bytes of an entry; WriteError. The log is written after them, so this need not be atomic."""
    path = _aside(folder, entry)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise write_error(error, path) from error


def save(project: Project, stamp: str, log: Log) -> None:
    """Write the log; from here on the run is carried on. `stamp` stands for what the log was made from."""
    rows: list[list[Any]] = [[VERSION, stamp], *(["put", *entry] for entry in log.entries)]
    rows += (["remove", *removal] for removal in log.removals)
    rows.append(["end"])
    with contextlib.suppress(WriteError, UnicodeError):  # then it is as without a folder
        write_atomic(_log_path(project), b"".join(map(encode_line, rows)))


def left_behind(project: Project) -> bool:
    """True when an earlier run has left something here."""
    return redo_dir(project).is_dir()


def load(project: Project, stamp: str, languages: Iterable[LanguageTag]) -> Log | None:
    """The log that a killed run has left; None without one that is whole and was made from the same."""
    tags = {str(tag): tag for tag in languages}
    entries: list[Entry] = []
    removals: list[Removal] = []
    whole = False
    try:
        for kind, *row in read_lines(_log_path(project), [VERSION, stamp]):
            whole = kind == "end"
            if kind == "put":
                entries.append(_entry(project, tags, row))
            elif kind == "remove":
                removals.append(_removal(project, tags, row))
    except DAMAGED:
        return None
    return Log(entries=tuple(entries), removals=tuple(removals)) if whole else None


def put(project: Project, entry: Entry) -> Put:
    """Give a catalog its new bytes, if it is still as it was. May be called again."""
    from pipeline.catalog.rewrite import replace_unchanged  # and with it the parser, which most updates need not load

    path = catalog_dir(project, entry.language) / entry.name
    try:
        found = path.read_bytes() if path.exists() else None
        own = "" if found is None else digest(found)
        if own == entry.after:
            return Put(True)
        data = _aside(redo_dir(project), entry).read_bytes()
        if own != entry.before or digest(data) != entry.after:
            return Put(False)
        done = replace_unchanged(path, data, found, durable=entry.words)
    except (PipelineError, OSError):
        return Put(False)
    return Put(done, done)


def may_go(project: Project, removal: Removal, done: Mapping[tuple[LanguageTag, str], bool]) -> str | None:
    """The digest of the catalog, when it is as it was and its receivers are `done`; "" when only its template is left."""
    if not all(done.get((removal.language, receiver)) for receiver in removal.receivers):
        return None
    own = file_digest(catalog_dir(project, removal.language) / removal.name)
    return own if own in (removal.before, "") else None


def discard(project: Project) -> None:
    """Forget it all. The log goes first: without it the rest means nothing."""
    with contextlib.suppress(OSError):
        _log_path(project).unlink(missing_ok=True)
    shutil.rmtree(redo_dir(project), ignore_errors=True)


def _log_path(project: Project) -> Path:
    return redo_dir(project) / "log.json"


def _aside(folder: Path, entry: Entry) -> Path:
    return folder / f"{digest(str(entry.language).encode(), entry.name.encode())}.po"


def _entry(project: Project, tags: Mapping[str, LanguageTag], row: list[Any]) -> Entry:
    language, name, before, after, words, kept = row
    tag, name = _place(project, tags, language, name)
    pairs = tuple((text(source), number(count)) for source, count in kept)
    return Entry(tag, name, text(before), text(after), bool(words), pairs)


def _removal(project: Project, tags: Mapping[str, LanguageTag], row: list[Any]) -> Removal:
    language, name, before, receivers = row
    tag, name = _place(project, tags, language, name)
    return Removal(tag, name, text(before), tuple(map(text, receivers)))


def _place(project: Project, tags: Mapping[str, LanguageTag], language: Any, name: Any) -> tuple[LanguageTag, str]:
    """The two, which must name a file among the catalogs: LookupError, ValueError. For anybody can write a log."""
    tag = tags[text(language)]
    root = os.path.normpath(catalog_dir(project, tag))
    if not Path(os.path.normpath(Path(root, text(name)))).is_relative_to(root) or not name.endswith(".po"):
        raise ValueError(f"{name!r} is no catalog")
    return tag, name
