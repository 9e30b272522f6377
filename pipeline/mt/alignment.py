"""Which words of a translation stand for which of its source: links between spans, as an engine's attention gives them.

A link says that a token at [start, end) of the translation looked most at the source's [source_start, source_end), with
how much of its attention (0.0-1.0). All are code points. Links are kept packed, nine bytes each, because a big site has
millions of them and looks at few.
"""

from __future__ import annotations

import difflib
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_LINK = struct.Struct("<HHHHB")
_LONGEST = 0xFFFF
_SPACE = "\u2581"
"""SentencePiece writes a space so."""


class Link(NamedTuple):
    """A token of the translation, and where it comes from."""

    start: int
    end: int
    source_start: int
    source_end: int
    weight: float


def pack(links: Iterable[Link]) -> bytes | None:
    """Links as bytes; None for texts too long to be told in sixteen bits."""
    out = bytearray()
    for link in links:
        if max(link.end, link.source_end) > _LONGEST:
            return None
        out += _LINK.pack(link.start, link.end, link.source_start, link.source_end, round(link.weight * 255))
    return bytes(out)


def unpack(packed: bytes) -> Iterator[Link]:
    """The links that `pack` made these bytes of."""
    for start, end, source_start, source_end, weight in _LINK.iter_unpack(packed):
        yield Link(start, end, source_start, source_end, weight / 255)


def shifted(packed: bytes, target: int, source: int) -> bytes | None:
    """The same links in a text that has `target` characters more before it, and a source with `source` more."""
    return pack(
        link._replace(
            start=link.start + target,
            end=link.end + target,
            source_start=link.source_start + source,
            source_end=link.source_end + source,
        )
        for link in unpack(packed)
    )


def from_attention(
    source: str, pieces: Sequence[str], target: str, target_pieces: Sequence[str], attention: Sequence[Sequence[float]]
) -> bytes | None:
    """Packed links of one translation: for each target piece the source piece with the most attention (hard alignment).

    `attention` has a row for each target piece; columns beyond the source's pieces (its end mark) are left out.
    """
    if len(attention) < len(target_pieces) or not pieces:
        return None
    ours, theirs = offsets(pieces, source), offsets(target_pieces, target)
    links = []
    for (start, end), row in zip(theirs, attention, strict=False):
        if start == end:
            continue
        own = row[: len(pieces)]
        weight = max(own)
        links.append(Link(start, end, *ours[own.index(weight)], min(max(weight, 0.0), 1.0)))
    return pack(links)


def offsets(pieces: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where in `text` each SentencePiece piece stands, without its space; also where normalisation changed characters."""
    joined = "".join(pieces).replace(_SPACE, " ")
    lead = 1 if joined.startswith(" ") and not text.startswith(" ") else 0
    places = [] if joined[lead:] == text else _places(joined, text)
    out, at = [], 0
    for piece in pieces:
        start, end = at + len(piece) - len(piece.lstrip(_SPACE)), at + len(piece)
        at = end
        if places:
            out.append((places[start], max(places[end], places[start])))
        else:
            out.append((max(start - lead, 0), max(end - lead, 0)))
    return out


def _places(joined: str, text: str) -> list[int]:
    """For each position in `joined` the one in `text`, by the longest stretches they have in common."""
    out: list[int] = []
    at = 0
    for block in difflib.SequenceMatcher(None, joined, text, autojunk=False).get_matching_blocks():
        out += [at] * (block.a - len(out))
        out += range(block.b, block.b + block.size)
        at = block.b + block.size
    return [*out, len(text)]
