"""Translation memory: source texts with the translations people accepted, found again exactly or nearly.

One SQLite file for each target language. It is derived from its *origins* (PO and TMX files), follows them by digest,
and may be deleted at any time: what is found depends on the origins alone. `memindex` finds texts that are alike.
A unit is whatever an origin gives as one: a message of a catalog, a unit of a TMX file, or a part of either.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.catalog.memindex import NearIndex
from pipeline.sqlitedamage import Telling

if TYPE_CHECKING:
    import sqlite3

NEAREST = 0.99
"""The highest score of a text that is not the same."""

SCHEMA = """
CREATE TABLE origins (id INTEGER PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE sources (id INTEGER PRIMARY KEY, key INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX source_keys ON sources (key);
CREATE TABLE targets (source INTEGER, origin INTEGER, number INTEGER, text TEXT NOT NULL, kind TEXT NOT NULL,
  context TEXT, flags INTEGER NOT NULL, PRIMARY KEY (source, origin, number)) WITHOUT ROWID;
CREATE INDEX target_origins ON targets (origin);
CREATE TABLE asked (key INTEGER PRIMARY KEY);
CREATE TABLE asked_of (state TEXT NOT NULL);
"""
_BATCH = 400
"""Units taken in at once; their keys are asked for in one statement, and SQLite takes 999 values in its oldest builds."""
_OBSOLETE, _COPY = 1, 2


class Unit(NamedTuple):
    """A source text with its accepted translation, as an origin has it."""

    source: str
    target: str
    kind: str = ""
    """What the string is ("heading", "table cell"); empty where nobody knows."""
    context: str | None = None
    """Its msgctxt."""
    obsolete: bool = False
    """Its string is no longer in the source."""
    copy: bool = False
    """It came from the memory itself and nobody has touched it: no evidence of its own."""


class Match(NamedTuple):
    """A unit that was found."""

    score: float
    """1.0 for the same text, else RapidFuzz's ratio (0.0-0.99)."""
    unit: Unit
    path: str
    """Its origin; the first by name when it has several."""
    times: int = 1
    """How many origins, or places of them, have this very unit."""


class Memory:
    """An open memory: a connection to a database that has `SCHEMA` and that of the index.

    DamagedError where the file turns out to be no such database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._index = NearIndex(connection)
        self._seen = -1

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def sync(self, origins: Mapping[str, str], read: Callable[[str], Iterable[Unit]]) -> bool:
        """Make the memory that of `origins` ({path: digest}); False when it was already, whatever files were touched.

        `read` gives the units of an origin that is new or has another digest; what it raises undoes everything.
        """
        if dict(self._rows("SELECT path, digest FROM origins")) == dict(origins):
            return False
        before = self.state()
        with self._transaction("IMMEDIATE"):
            known = {path: row for path, *row in self._rows("SELECT path, id, digest, content FROM origins")}
            stale = [known[path][0] for path in known if path not in origins]
            for path in sorted(origins):
                number, digest, content = known.get(path, (0, "", ""))
                if digest == origins[path]:
                    continue
                units = read(path)
                new_content = _content(units) if isinstance(units, Sequence) else origins[path]
                if content == new_content:
                    self._connection.execute("UPDATE origins SET digest = ? WHERE id = ?", (origins[path], number))
                    continue
                cursor = self._connection.execute(
                    "INSERT INTO origins (path, digest, content) VALUES (?, ?, ?)", (path, origins[path], new_content)
                )
                self._take(cursor.lastrowid or 0, units)
                if number:
                    stale.append(number)
            # Last, so that texts which an edited file still has never leave the index.
            self._forget(stale)
            self._index.tidy()
        return self.state() != before

    def state(self) -> str:
        """A digest of what the memory holds."""
        return _digest(repr(self._rows("SELECT path, content FROM origins ORDER BY path")))

    def asked(self, state: str, texts: Sequence[str]) -> set[str]:
        """Those of `texts` that were asked for (`remember`) when everything was in this state."""
        if self._rows("SELECT state FROM asked_of") != [(state,)]:
            return set()
        keys = {_key(text): text for text in texts}
        known: set[str] = set()
        for start in range(0, len(keys), _BATCH):
            chunk = tuple(keys)[start : start + _BATCH]
            marks = ",".join("?" * len(chunk))
            known.update(keys[key] for (key,) in self._rows(f"SELECT key FROM asked WHERE key IN ({marks})", chunk))  # noqa: S608
        return known

    def remember(self, state: str, texts: Iterable[str]) -> None:
        """Note that `texts` were asked for in this state, if the file allows; what was noted of others is forgotten."""
        import sqlite3

        with contextlib.suppress(sqlite3.OperationalError), self._transaction("IMMEDIATE"):
            if self._rows("SELECT state FROM asked_of") != [(state,)]:
                self._connection.execute("DELETE FROM asked")
                self._connection.execute("DELETE FROM asked_of")
                self._connection.execute("INSERT INTO asked_of VALUES (?)", (state,))
            self._connection.executemany(
                "INSERT OR IGNORE INTO asked VALUES (?)", ((key,) for key in sorted(map(_key, texts)))
            )

    def exact(self, text: str) -> list[Match]:
        """What is known of the very same text, in an order that depends on the units alone."""
        with self._transaction("DEFERRED"):
            rows = self._rows("SELECT id FROM sources WHERE key = ? AND text = ?", (_key(text), text))
            return self._matches({number: (1.0, text) for (number,) in rows})

    def near(self, text: str, threshold: float, limit: int = 10) -> list[Match]:
        """The units of the `limit` texts most like `text`, best first, of those at least `threshold` (0.0-1.0) alike.

        The very same text is not among them.
        """
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import extract

        with self._transaction("DEFERRED"):
            rows = [row for row in self._index.texts(self._index.candidates(text, threshold)) if row[1] != text]
            texts = [row[1] for row in rows]
            found = extract(text, texts, scorer=Indel.normalized_similarity, score_cutoff=threshold, limit=None)
            best = sorted((-score, choice, rows[place][0]) for choice, score, place in found)[:limit]
            return self._matches({number: (min(-score, NEAREST), choice) for score, choice, number in best})

    def units(self) -> Iterator[Match]:
        """The different units, in order of their texts, with the first of their origins.

        A pair of texts that no string in use has of its own is one unit, of no kind: it is evidence for none.
        """
        rows = self._connection.execute(
            "SELECT s.text, t.text, t.flags, t.kind, t.context, min(o.path), count(*) FROM targets t"
            " JOIN sources s ON s.id = t.source JOIN origins o ON o.id = t.origin"
            " GROUP BY s.text, t.text, t.kind, t.context, t.flags ORDER BY s.text, t.text, t.flags, t.kind, t.context"
        )
        for (source, target), pairs in groupby(rows, key=itemgetter(0, 1)):
            for place, (_, _, flags, kind, context, path, times) in enumerate(pairs):
                if not flags:
                    yield Match(1.0, _unit(source, target, kind, context, flags), path, times)
                elif place == 0:
                    yield Match(1.0, _unit(source, target, "", None, flags), path, times)

    def counts(self) -> dict[str, int]:
        """{"origins", "sources", "units"}: how many there are."""
        return {
            name: self._rows(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608
            for name, table in (("origins", "origins"), ("sources", "sources"), ("units", "targets"))
        }

    def per_origin(self) -> list[tuple[str, int]]:
        """(path, units) of each origin, by path."""
        return self._rows(
            "SELECT o.path, count(t.origin) FROM origins o LEFT JOIN targets t ON t.origin = o.id"
            " GROUP BY o.id ORDER BY o.path"
        )

    def _take(self, origin: int, units: Iterable[Unit]) -> None:
        rows = iter(units)
        number = 0
        (following,) = self._rows("SELECT coalesce(max(id), 0) + 1 FROM sources")[0]
        while batch := list(islice(rows, _BATCH)):
            keys = {unit.source: _key(unit.source) for unit in batch}
            marks = ",".join("?" * len(keys))
            known = {
                text: place
                for place, text in self._rows(
                    f"SELECT id, text FROM sources WHERE key IN ({marks})",  # noqa: S608
                    tuple(keys.values()),
                )
            }
            new = []
            for text, key in keys.items():
                if text not in known:
                    known[text] = following
                    new.append((following, key, text))
                    self._index.add(following, text)
                    following += 1
            self._connection.executemany("INSERT INTO sources VALUES (?, ?, ?)", new)
            self._connection.executemany(
                "INSERT INTO targets VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (known[u.source], origin, place, u.target, u.kind, u.context, u.obsolete | u.copy << 1)
                    for place, u in enumerate(batch, number)
                ],
            )
            number += len(batch)

    def _forget(self, origins: Sequence[int]) -> None:
        if not origins:
            return
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (source INTEGER PRIMARY KEY)")
        self._connection.execute("DELETE FROM touched")
        for origin in origins:
            self._connection.execute(
                "INSERT OR IGNORE INTO touched SELECT source FROM targets WHERE origin = ?", (origin,)
            )
            self._connection.execute("DELETE FROM targets WHERE origin = ?", (origin,))
            self._connection.execute("DELETE FROM origins WHERE id = ?", (origin,))
        unused = "SELECT source FROM touched AS t WHERE NOT EXISTS (SELECT 1 FROM targets WHERE source = t.source)"
        gone = [source for (source,) in self._rows(unused)]
        self._index.remove(gone)
        self._connection.executemany("DELETE FROM sources WHERE id = ?", ((source,) for source in gone))

    def _matches(self, found: Mapping[int, tuple[float, str]]) -> list[Match]:
        """The different units of the texts found, {number: (score, text)}."""
        matches = []
        for number, (score, source) in found.items():
            rows = self._rows(
                "SELECT t.text, t.kind, t.context, t.flags, min(o.path), count(*) FROM targets t"
                " JOIN origins o ON o.id = t.origin WHERE t.source = ? GROUP BY t.text, t.kind, t.context, t.flags",
                (number,),
            )
            matches += [
                Match(score, _unit(source, text, kind, context, flags), path, times)
                for text, kind, context, flags, path, times in rows
            ]
        return sorted(matches, key=_order)

    @contextlib.contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        """All statements see one state; what is written is written whole."""
        with Telling():
            self._connection.execute(f"BEGIN {kind}")
            try:
                ((version,),) = self._rows("PRAGMA data_version")
                if version != self._seen:  # another run has changed the file
                    self._seen, self._index = version, NearIndex(self._connection)
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._index = NearIndex(self._connection)
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with Telling():
            return self._connection.execute(statement, values).fetchall()


def _key(text: str) -> int:
    """64 bits of a text's digest, signed as SQLite's integers are."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)


def _unit(source: str, target: str, kind: str, context: str | None, flags: int) -> Unit:
    return Unit(source, target, kind, context, bool(flags & _OBSOLETE), bool(flags & _COPY))


def _order(match: Match) -> tuple[object, ...]:
    unit = match.unit
    return (
        -match.score,
        unit.source,
        unit.copy,
        unit.obsolete,
        -match.times,
        match.path,
        unit.target,
        unit.kind,
        unit.context or "",
    )


def _content(units: Sequence[Unit]) -> str:
    return _digest(repr(units))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
