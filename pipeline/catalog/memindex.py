"""Which stored texts may be like a new one: an inverted index of words, in SQLite, whose lists are counted as bitmaps.

A text is a set of words (cut to their first letters, so that inflected forms agree; pairs of characters where a script
has no spaces). Texts live in segments of at most 65,536, each ordered by length, so that the lengths which can reach a
similarity are one range of bits. A word's list in a segment is either sorted 16-bit offsets or one bit for each text,
as in Roaring bitmaps (Chambi et al. 2016). How many of a query's words each of a million texts has is then found by
adding bitmaps in a bit-sliced counter (O'Neil and Quass 1997): Python's integers do it 30 bits at a time. What is found
depends on the stored texts alone, never on the order in which they came.
"""

from __future__ import annotations

import math
import re
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalog.match import UNSPACED

if TYPE_CHECKING:
    import sqlite3

SCHEMA = """
CREATE TABLE segments (id INTEGER PRIMARY KEY, texts BLOB NOT NULL, lengths BLOB NOT NULL, dead BLOB NOT NULL,
  living INTEGER NOT NULL);
CREATE TABLE postings (segment INTEGER, word TEXT, places BLOB NOT NULL, PRIMARY KEY (segment, word)) WITHOUT ROWID;
"""
"""`texts`: numbers of the texts by offset; `lengths`: their lengths, ascending; `dead`: a bit for each one taken out."""

SEGMENT = 1 << 16
"""Most texts of a segment: an offset has 16 bits."""
SHORTEST_QUERY = 2
"""Words without which nothing is looked for: Fee and Feet are alike, and no help."""

_SMALL = SEGMENT // 8
_MOST_SMALL = 8
"""Segments below _SMALL texts; with more of them they become one."""
_DENSE = 128
"""A list of more places than this is stored as a bitmap: adding them one by one would take longer."""
_PREFIX = 5
_QUERY_WORDS = 24
"""Words of a long query that are asked for; the longest say most."""
_LEAST_SHARE = 0.3
"""Share of the query's words that a candidate has at least."""
_ENOUGH = 1200
"""Candidates worth comparing; more are taken only when all share as many words."""
_CHUNK = 500
"""Values in one statement; SQLite takes 999 in its oldest builds."""

_ASCII_LETTERS = {code: chr(code).lower() if chr(code).isalpha() else " " for code in range(128)}
# What is no letter, digit or mark; not \W, which has the vowel signs of Indic scripts in it.
_WORD = re.compile("[^\\s\\d\x00-@\\[-`{-\xbf\u2000-\u206f\u3000-\u303f\uff00-\uff20]+")
_cut = itemgetter(slice(_PREFIX))
_NOT_ZERO = re.compile(b"[^\x00]")


class _Segment(NamedTuple):
    """What is kept in memory of a segment while the index is open."""

    number: int
    texts: array[int]
    lengths: array[int]
    dead: int
    living: int


def words(text: str) -> set[str]:
    """The words a text is found by; numbers are left out, since they are what differs in near matches."""
    if text.isascii():
        return set(map(_cut, text.translate(_ASCII_LETTERS).split()))
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        if len(word) > 1 and UNSPACED.search(word):
            found.update(word[index : index + 2] for index in range(len(word) - 1))
        else:
            found.add(word[:_PREFIX])
    return found


class NearIndex:
    """The index inside an open database that has `SCHEMA`. Transactions are the caller's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[int, int, str]] = []
        self._loaded: list[_Segment] | None = None

    def add(self, number: int, text: str) -> None:
        """Take in a text under its number; it is found after `flush`."""
        self._waiting.append((len(text), number, text))
        if len(self._waiting) >= SEGMENT:
            self.flush()

    def flush(self) -> None:
        """Store what was added."""
        if self._waiting:
            self._store(self._waiting)
            self._waiting = []

    def remove(self, numbers: Iterable[int]) -> None:
        """Take texts out again."""
        self.flush()
        left = set(numbers)
        for segment in self._segments():
            gone = left.intersection(segment.texts) if left else ()
            if not gone:
                continue
            left.difference_update(gone)
            dead = segment.dead
            for place, number in enumerate(segment.texts):
                if number in gone:
                    dead |= 1 << place
            living = len(segment.texts) - dead.bit_count()
            if living:
                self._connection.execute(
                    "UPDATE segments SET dead = ?, living = ? WHERE id = ?",
                    (dead.to_bytes(len(segment.texts) // 8 + 1, "little"), living, segment.number),
                )
            else:
                self._drop(segment.number)
        self._loaded = None

    def tidy(self) -> None:
        """Make one of many small segments, and of those that are mostly dead, so that a query stays quick."""
        self.flush()
        small = [s for s in self._segments() if s.living < _SMALL or s.living * 2 < len(s.texts)]
        if len(small) <= _MOST_SMALL:
            return
        for segment in small:
            alive = [number for place, number in enumerate(segment.texts) if not segment.dead >> place & 1]
            for number, text in self.texts(alive):
                self.add(number, text)
            self._drop(segment.number)
        self.flush()

    def texts(self, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        """(number, text) of stored texts, from the table `sources`."""
        for start in range(0, len(numbers), _CHUNK):
            chunk = numbers[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            yield from self._connection.execute(f"SELECT id, text FROM sources WHERE id IN ({marks})", chunk)  # noqa: S608

    def candidates(self, text: str, threshold: float) -> list[int]:
        """Numbers of the texts that share most words with `text`, of lengths that can be `threshold` (0.0-1.0) alike.

        Likeness is twice the common characters over both lengths, so the shorter of two texts has at least
        threshold / (2 - threshold) of the longer one's length.
        """
        asked = sorted(words(text), key=lambda word: (-len(word), word))[:_QUERY_WORDS]
        if len(asked) < SHORTEST_QUERY:
            return []
        threshold = max(threshold, _LEAST_SHARE)
        shortest = math.ceil(len(text) * threshold / (2 - threshold))
        longest = math.floor(len(text) * (2 - threshold) / threshold)
        counters = [
            (segment, start, counter)
            for segment in self._segments()
            if (start := bisect_left(segment.lengths, shortest) & ~7) < (end := bisect_right(segment.lengths, longest))
            if (counter := self._counted(segment, asked, start, end))
        ]
        least = max(1, math.ceil(len(asked) * _LEAST_SHARE))
        found: list[int] = []
        # By halving: the fewest common words that no more than _ENOUGH texts have.
        low, high = least, len(asked)
        while low < high:
            middle = (low + high) // 2
            if sum(_at_least(counter, middle).bit_count() for _, _, counter in counters) <= _ENOUGH:
                high = middle
            else:
                low = middle + 1
        for segment, start, counter in counters:
            found += (segment.texts[start + place] for place in _places(_at_least(counter, low)))
        return sorted(found)

    def _counted(self, segment: _Segment, asked: Sequence[str], start: int, end: int) -> list[int]:
        """How many of the words each text in [start, end) has, bit-sliced: the n-th integer holds the counts' n-th bits.

        Texts taken out have none. `start` is a multiple of 8.
        """
        first, last = start >> 3, (end + 7) >> 3
        counter: list[int] = []
        rows = self._connection.execute(
            f"SELECT places FROM postings WHERE segment = ? AND word IN ({','.join('?' * len(asked))})",  # noqa: S608
            (segment.number, *asked),
        )
        for (blob,) in rows:
            if len(blob) > 2 * _DENSE:
                carry = int.from_bytes(blob[first:last], "little")
            else:
                carry = _bitmap(_loaded("H", blob), start, end)
            level = 0
            while carry:
                if level == len(counter):
                    counter.append(carry)
                    break
                counter[level], carry = counter[level] ^ carry, counter[level] & carry
                level += 1
        if segment.dead:
            alive = ~(segment.dead >> start)
            counter = [bits & alive for bits in counter]
        return counter

    def _segments(self) -> list[_Segment]:
        if self._loaded is None:
            self._loaded = [
                _Segment(number, _loaded("I", texts), _loaded("I", lengths), int.from_bytes(dead, "little"), living)
                for number, texts, lengths, dead, living in self._connection.execute(
                    "SELECT id, texts, lengths, dead, living FROM segments ORDER BY id"
                )
            ]
        return self._loaded

    def _store(self, texts: list[tuple[int, int, str]]) -> None:
        texts.sort()
        lists: defaultdict[str, list[int]] = defaultdict(list)
        for place, (_, _, text) in enumerate(texts):
            for word in words(text):
                lists[word].append(place)
        cursor = self._connection.execute(
            "INSERT INTO segments (texts, lengths, dead, living) VALUES (?, ?, x'', ?)",
            (
                _stored("I", (number for _, number, _ in texts)),
                _stored("I", (length for length, _, _ in texts)),
                len(texts),
            ),
        )
        segment = cursor.lastrowid
        width = (len(texts) + 7) // 8
        self._connection.executemany(
            "INSERT INTO postings VALUES (?, ?, ?)",
            (
                (segment, word, _stored("H", places) if len(places) <= _DENSE else _dense(places, width))
                for word, places in sorted(lists.items())
            ),
        )
        self._loaded = None

    def _drop(self, segment: int) -> None:
        self._connection.execute("DELETE FROM segments WHERE id = ?", (segment,))
        self._connection.execute("DELETE FROM postings WHERE segment = ?", (segment,))
        self._loaded = None


def _at_least(counter: Sequence[int], least: int) -> int:
    """The bitmap of the texts whose bit-sliced count is `least` (1 or more) or higher."""
    if least >> len(counter):
        return 0
    more, equal = 0, -1
    for level in range(len(counter) - 1, -1, -1):
        bits = counter[level]
        if least >> level & 1:
            equal &= bits
        else:
            more |= equal & bits
            equal &= ~bits
    return more | equal


def _places(bits: int) -> Iterator[int]:
    """Where the set bits of a sparse bitmap are."""
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for found in _NOT_ZERO.finditer(data):
        byte = data[found.start()]
        base = found.start() << 3
        while byte:
            yield base + (byte & -byte).bit_length() - 1
            byte &= byte - 1


def _bitmap(places: array[int], start: int, end: int) -> int:
    """The bitmap of the places in [start, end), from `start` on."""
    here = places[bisect_left(places, start) : bisect_left(places, end)]
    if not here:
        return 0
    data = bytearray((here[-1] - start >> 3) + 1)
    for place in here:
        data[place - start >> 3] |= 1 << (place & 7)
    return int.from_bytes(data, "little")


def _dense(places: Iterable[int], width: int) -> bytes:
    data = bytearray(max(width, 2 * _DENSE + 1))
    for place in places:
        data[place >> 3] |= 1 << (place & 7)
    return bytes(data)


def _loaded(kind: str, blob: bytes) -> array[int]:
    values = array(kind)
    values.frombytes(blob)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _stored(kind: str, values: Iterable[int]) -> bytes:
    stored = array(kind, values)
    if sys.byteorder == "big":
        stored.byteswap()
    return stored.tobytes()
