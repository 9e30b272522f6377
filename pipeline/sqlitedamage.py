"""Damage to a file of SQLite that can be made again, told from its other errors: a full disk, another run that writes."""

from __future__ import annotations


class DamagedError(Exception):
    """The file is damaged: to be deleted and made anew."""


class Telling:
    """A context that raises DamagedError for errors that mean damage; a generator's would cost more than a look-up."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and is_damage(error):
            raise DamagedError from error


def is_damage(error: BaseException) -> bool:
    """Whether an error that SQLite raised means that the file is damaged, or no database."""
    import sqlite3

    return isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )
