"""The file of a translation memory: opened, brought up to date, and made anew when it cannot be used as it is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.catalog import memindex
from pipeline.catalog.memory import SCHEMA, Memory, Unit
from pipeline.sqlitedamage import DamagedError, is_damage

if TYPE_CHECKING:
    import sqlite3

VERSION = 1
"""Of the file's form, and of how texts are cut into words: a file of another version is made anew."""

_NOWHERE = ":memory:"
_BUSY_SECONDS = 60.0
"""How long another run may take to bring the file up to date."""
_CACHE_KIB = 65_536


def synced(
    path: Path | None, source_language: str, origins: Mapping[str, str], read: Callable[[str], Iterable[Unit]]
) -> Memory:
    """The memory of `origins`, kept in a file; see `Memory.sync`. The caller closes it.

    A damaged file is made anew. Where there can be no file (a folder that cannot be written to, a full disk, or `path`
    is None) the memory is made for this run only.
    """
    import sqlite3

    for place in (path, path, None):
        if place is None:
            break
        memory: Memory | None = None
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            memory = Memory(_connected(place, source_language))
            memory.sync(origins, read)
        except (DamagedError, sqlite3.Error, OSError) as error:
            if memory is not None:
                memory.close()
            if not (isinstance(error, DamagedError) or is_damage(error)):
                break
            discard(place)
        except BaseException:
            if memory is not None:
                memory.close()
            raise
        else:
            return memory
    memory = Memory(_connected(_NOWHERE, source_language))
    memory.sync(origins, read)
    return memory


def discard(path: Path) -> None:
    """Delete a damaged file, so that the next `synced` makes it anew."""
    for name in (path, path.with_name(f"{path.name}-journal")):
        with contextlib.suppress(OSError):
            name.unlink()


def _connected(path: Path | str, source_language: str) -> sqlite3.Connection:
    """A connection to a file that has the tables of this version; those of another are dropped."""
    import sqlite3

    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if not _is_ready(connection, source_language):
            connection.execute("BEGIN IMMEDIATE")
            if not _is_ready(connection, source_language):  # another run may have been quicker
                _make(connection, source_language)
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_ready(connection: sqlite3.Connection, source_language: str) -> bool:
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return version == VERSION and connection.execute("SELECT language FROM made_from").fetchall() == [
        (source_language,)
    ]


def _make(connection: sqlite3.Connection, source_language: str) -> None:
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE "{table}"')
    for statement in (SCHEMA + memindex.SCHEMA).split(";"):
        connection.execute(statement)
    connection.execute("CREATE TABLE made_from (language TEXT NOT NULL)")
    connection.execute("INSERT INTO made_from VALUES (?)", (source_language,))
    connection.execute(f"PRAGMA user_version = {VERSION}")
