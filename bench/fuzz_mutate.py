"""New cases out of seeds: bytes, lines and pieces of syntax moved, repeated, nested, spliced and broken. Seeded."""

from __future__ import annotations

import random
from collections.abc import Sequence

from syntax_pieces import JSON, MARKDOWN, PO, TOML, YAML

PIECES = tuple(
    piece.encode()
    for piece in dict.fromkeys((
        *MARKDOWN, *YAML, *TOML, *JSON, *PO, "\ufeff", "---\n", "+++\n", "\n---\n", "<<: [*a, *b]\n", "!!python/object/apply:os.system ['x']\n", "!!int 1\n", "!<x> a\n",
        "../", "..\\", "/etc/passwd", "\x1b[2J", "\u202e", "\u2067", "\ud7ff", "\U0001f600", "e\u0301", "9" * 40, "1e999", "-0", "0x", "null", "true", "NaN", "%00", "C:\\", "\\u0000",
        "{{< x", "<p title='", '" onclick="', "à\n", "Å\n", "\u00a0\n", "\u2005\n", "javascript:", "&#x6a;", "<!DOCTYPE", "<![CDATA[", "]]>", 'translate="no"', "i18n:note x", "<!-- i18n:context a -->", "<!-- i18n:skip-end -->",
    ))
)  # fmt: skip
BROKEN = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80", b"\xf5\x80\x80\x80", b"\xfe\xff")
LONGEST = 8_000
"""Bytes of a common case; one in `RARE` may be ten times as long."""
RARE = 400


class Mutator:
    """An endless, repeatable stream of cases."""

    def __init__(self, seeds: Sequence[bytes], seed: int) -> None:
        self.seeds = list(seeds)
        self.random = random.Random(seed)

    def case(self) -> bytes:
        """The next case."""
        r = self.random
        data = r.choice(self.seeds)
        for _ in range(1 + min(int(r.expovariate(0.5)), 8)):
            data = r.choice(CHANGES)(self, data)
        limit = LONGEST * 10 if r.randrange(RARE) == 0 else LONGEST
        return data[:limit]

    def place(self, data: bytes) -> int:
        """An offset; mostly where lines begin, and not in the middle of a character."""
        r = self.random
        at = r.randrange(len(data) + 1)
        if r.random() < 0.3:
            at = data.rfind(b"\n", 0, at) + 1
        while 0 < at < len(data) and data[at] & 0xC0 == 0x80:
            at -= 1
        return at

    def span(self, data: bytes) -> tuple[int, int]:
        """Two offsets in order."""
        a, b = sorted((self.place(data), self.place(data)))
        return (a, b) if b - a < 400 or self.random.random() < 0.3 else (a, min(len(data), a + 40))

    def insert(self, data: bytes) -> bytes:
        """A piece of syntax somewhere."""
        at = self.place(data)
        return data[:at] + self.random.choice(PIECES) + data[at:]

    def some(self, data: bytes) -> bytes:
        """Several pieces in a row."""
        at = self.place(data)
        return data[:at] + b"".join(self.random.choices(PIECES, k=self.random.randrange(2, 6))) + data[at:]

    def cut(self, data: bytes) -> bytes:
        """Without a part."""
        a, b = self.span(data)
        return data[:a] + data[b:]

    def double(self, data: bytes) -> bytes:
        """A part again elsewhere."""
        a, b = self.span(data)
        at = self.place(data)
        return data[:at] + data[a:b] + data[at:]

    def many(self, data: bytes) -> bytes:
        """A short part, or a piece, very often."""
        a, b = self.span(data)
        turn = data[a : min(b, a + 30)] if self.random.random() < 0.5 else self.random.choice(PIECES)
        at = self.place(data)
        return data[:at] + turn * self.random.choice((2, 2, 3, 3, 5, 9, 33, 100, 1000)) + data[at:]

    def splice(self, data: bytes) -> bytes:
        """A part of another seed."""
        other = self.random.choice(self.seeds)
        a, b = self.span(other)
        at = self.place(data)
        return data[:at] + other[a:b] + data[at:]

    def ends(self, data: bytes) -> bytes:
        """Other line ends, everywhere or here and there."""
        new = self.random.choice((b"\r\n", b"\r", b"\n\n", b" \n", b"\\\n", b"  \n"))
        if self.random.random() < 0.5:
            return data.replace(b"\n", new)
        return new.join(data.split(b"\n", self.random.randrange(1, 5)))

    def nest(self, data: bytes) -> bytes:
        """A part of the lines inside a quote, a list, code."""
        a, b = self.span(data)
        a = data.rfind(b"\n", 0, a) + 1
        mark = self.random.choice((b"> ", b">", b"  ", b"    ", b"\t", b"- ", b"1. ", b"#~ ", b"# ", b"| ", b": "))
        return data[:a] + mark + data[a:b].replace(b"\n", b"\n" + mark) + data[b:]

    def swap(self, data: bytes) -> bytes:
        """Two lines in each other's place."""
        lines = data.split(b"\n")
        i, j = self.random.randrange(len(lines)), self.random.randrange(len(lines))
        lines[i], lines[j] = lines[j], lines[i]
        return b"\n".join(lines)

    def byte(self, data: bytes) -> bytes:
        """One character replaced."""
        if not data:
            return data
        at = self.random.randrange(len(data))
        r = self.random.random()
        new = self.random.choice(BROKEN) if r < 0.05 else bytes([self.random.randrange(128)])
        return data[:at] + new + data[at + 1 :]

    def truncate(self, data: bytes) -> bytes:
        """The beginning or the end alone."""
        at = self.place(data)
        return data[:at] if self.random.random() < 0.7 else data[at:]


CHANGES = (
    Mutator.insert, Mutator.insert, Mutator.insert, Mutator.some, Mutator.cut, Mutator.cut, Mutator.double, Mutator.many, Mutator.splice,
    Mutator.splice, Mutator.ends, Mutator.nest, Mutator.swap, Mutator.byte, Mutator.truncate,
)  # fmt: skip
