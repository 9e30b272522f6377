"""What engines have said, by sentence and settings, so that nothing is translated twice and a killed run goes on.

A SQLite file that may be deleted at any time. CTranslate2 may answer a sentence differently in another batch; so the
results of a batch are stored in one transaction, and a run that was killed finds all of a batch or nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.mt.engine import Translation
from pipeline.sqlitedamage import is_damage

if TYPE_CHECKING:
    import sqlite3

VERSION = 1
"""Of the file's form; one of another version is started anew."""

_CHUNK = 500
"""Sentences asked for in one statement; SQLite takes 999 values in its oldest builds."""


class SentenceCache:
    """Translations on disk. Where the file cannot be used the cache is empty and keeps nothing."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before it is needed."""
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._broken = False
        self.added = 0
        """Translations that were put: what an engine had to do."""

    def get(self, settings: str, sentences: Sequence[str]) -> dict[str, Translation]:
        """What is known of `sentences` under an engine's settings (`Engine.settings`)."""
        import sqlite3

        found: dict[str, Translation] = {}
        try:
            connection = self._open()
            if connection is None:
                return {}
            for start in range(0, len(sentences), _CHUNK):
                chunk = sentences[start : start + _CHUNK]
                rows = connection.execute(
                    "SELECT source, text, score, truncated, alignment FROM sentence JOIN setting USING (id)"  # noqa: S608
                    f" WHERE name = ? AND source IN ({','.join('?' * len(chunk))})",
                    (settings, *chunk),
                )
                for source, text, score, truncated, alignment in rows:
                    found[source] = Translation(text=text, score=score, truncated=bool(truncated), alignment=alignment)
        except sqlite3.Error as error:
            self._failed(error)
            return {}
        return found

    def put(self, settings: str, results: Mapping[str, Translation]) -> None:
        """Keep the results of a batch: all of them, or none when the run is killed."""
        import sqlite3

        self.added += len(results)
        try:
            connection = self._open()
            if connection is None:
                return
            with connection:
                connection.execute("INSERT OR IGNORE INTO setting (name) VALUES (?)", (settings,))
                (number,) = connection.execute("SELECT id FROM setting WHERE name = ?", (settings,)).fetchone()
                connection.executemany(
                    "INSERT OR REPLACE INTO sentence VALUES (?, ?, ?, ?, ?, ?)", _rows(number, results)
                )
        except sqlite3.Error as error:
            self._failed(error)

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection | None:
        import sqlite3

        if self._connection is None and not self._broken:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._connection = _connected(self.path)
            except (OSError, sqlite3.Error) as error:
                self._failed(error)
        return self._connection

    def _failed(self, error: Exception) -> None:
        """A damaged file is thrown away and made anew once; after another error this run keeps no more.

        A full disk, or a file that is locked, is no reason to lose what took hours.
        """
        import sqlite3

        self.close()
        again, self._broken = not self._broken and is_damage(error), True
        if not again:
            return
        try:
            for suffix in ("", "-journal", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            self._connection = _connected(self.path)
        except (OSError, sqlite3.Error):
            self._connection = None


def _rows(number: int, results: Mapping[str, Translation]) -> Iterable[tuple[object, ...]]:
    for source, result in results.items():
        yield number, source, result.text, result.score, int(result.truncated), result.alignment


def _connected(path: Path) -> sqlite3.Connection:
    import sqlite3

    connection = sqlite3.connect(path, timeout=30)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            with connection:
                connection.execute("DROP TABLE IF EXISTS sentence")
                connection.execute("DROP TABLE IF EXISTS setting")
                connection.execute("CREATE TABLE setting (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
                connection.execute(
                    "CREATE TABLE sentence (id INTEGER NOT NULL, source TEXT NOT NULL, text TEXT NOT NULL, score REAL,"
                    " truncated INTEGER NOT NULL, alignment BLOB, PRIMARY KEY (id, source)) WITHOUT ROWID"
                )
                connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection
