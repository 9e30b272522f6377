"""Texts that were split or joined: one old string is now two, or two are now one.

A part stands word for word in its whole. Found so that one translation can be shown with each of its parts, and those
of all parts with their whole; what is only similar is for `match`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.catalog.match import words

COVERED = 0.6
"""Share of a whole's words that its parts must make up."""
_MOST_WHOLES = 8
"""Wholes looked at for one part; they share its rarest word."""


class Pieces(NamedTuple):
    """A whole and the parts found in it, as indices into the given sequences, in the order of their places in it."""

    whole: int
    parts: tuple[int, ...]


def pieces(wholes: Sequence[str], parts: Sequence[str]) -> list[Pieces]:
    """Every whole of which at least two parts make up most, without overlap; each part belongs to one whole at most."""
    if not wholes or len(parts) < 2:
        return []
    whole_words = [tuple(words(text)) for text in wholes]
    part_words = [tuple(words(text)) for text in parts]
    found: dict[int, list[int]] = defaultdict(list)
    for number, candidates in _candidates(whole_words, part_words):
        for whole in candidates:
            found[whole].append(number)
    result: list[Pieces] = []
    used: set[int] = set()
    for whole in sorted(found):
        members = [number for number in found[whole] if number not in used]
        placed = _placed(whole_words[whole], {number: part_words[number] for number in members})
        covered = sum(len(part_words[number]) for number in placed)
        if len(placed) > 1 and covered >= COVERED * len(whole_words[whole]):
            result.append(Pieces(whole, placed))
            used.update(placed)
    return result


def _candidates(
    wholes: Sequence[tuple[str, ...]], parts: Sequence[tuple[str, ...]]
) -> Iterator[tuple[int, Sequence[int]]]:
    """For each part the longer wholes that have its rarest word, the first few."""
    having: dict[str, list[int]] = defaultdict(list)
    for whole, text in enumerate(wholes):
        for word in dict.fromkeys(text):
            having[word].append(whole)
    for number, text in enumerate(parts):
        if not text or any(word not in having for word in text):
            continue
        rarest = min(text, key=lambda word: (len(having[word]), word))
        longer = [whole for whole in having[rarest] if len(wholes[whole]) > len(text)]
        yield number, longer[:_MOST_WHOLES]


def _placed(whole: tuple[str, ...], parts: Mapping[int, tuple[str, ...]]) -> tuple[int, ...]:
    """The parts that stand in the whole, the longest first where two want the same words; in order of their places."""
    at: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(whole):
        at[word].append(place)
    taken = [False] * len(whole)
    places: dict[int, int] = {}
    for number in sorted(parts, key=lambda number: (-len(parts[number]), number)):
        text = parts[number]
        for start in at[text[0]]:
            end = start + len(text)
            if whole[start:end] == text and not any(taken[start:end]):
                taken[start:end] = [True] * len(text)
                places[number] = start
                break
    return tuple(sorted(places, key=places.__getitem__))


def between(whole: str, parts: Sequence[str]) -> list[str]:
    """What stands in the whole between each part and the next, when that is short; else one space."""
    ends: list[tuple[int, int]] = []
    for part in parts:
        start = whole.find(part, ends[-1][1] if ends else 0)
        if start < 0:
            return [" "] * (len(parts) - 1)
        ends.append((start, start + len(part)))
    gaps = (whole[one[1] : other[0]] for one, other in pairwise(ends))
    return [gap if len(gap) <= _LONGEST_GAP else " " for gap in gaps]


_LONGEST_GAP = 8
