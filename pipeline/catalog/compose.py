"""Several strings of another tool that make one of ours: cut at a line break (po4a), or at inline tags (mdbook)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pipeline.catalog.foreign import Unit
from pipeline.catalog.foreignform import Converted, converted, same_elements
from pipeline.catalog.foreigntext import flat, marks, seen

_CHARACTER = re.compile(r"\\[!-/:-@\[-`{-~]|&#?\w+;|.", re.DOTALL)
_MOST_PARTS = 40

Part = TypeVar("Part")


def parts_of(text: str, known: Mapping[str, Part], lengths: Sequence[int]) -> list[Part] | None:
    """The known texts that together are `text` (all `Flat.text`), the longest first; None when there are none.

    `lengths` are the different lengths of the known texts, ascending.
    """
    found: list[Part] = []
    position = 0
    while position < len(text) and len(found) < _MOST_PARTS:
        # One text as a whole would be no composition.
        longest = bisect_right(lengths, len(text) - position - (not found))
        for length in reversed(lengths[:longest]):
            part = known.get(text[position : position + length])
            if part is not None:
                found.append(part)
                position += length
                break
        else:
            return None
    return found if position == len(text) and len(found) > 1 else None


def composed(units: Sequence[Unit], ours: str, *, markup: str = "markdown") -> Converted | None:
    """The translations of `units`, which together have the words of `ours`, as one of `ours`.

    Exact only where something visible stood between them: a line break or an element. Sentences that are merely
    put side by side are for a person to look at.
    """
    cuts = _cuts(units, ours)
    if cuts is None:
        return None
    out: list[str] = []
    exact = True
    position = 0
    for unit, (start, end) in zip(units, cuts, strict=True):
        one = converted(unit.msgid, ours[start:end], unit.msgstr)
        if one is None:
            return None
        between = ours[position:start]
        exact &= one.exact and (not out or bool(between.strip()) or "\n" in between)
        out += (between, one.text)
        position = end
    text = "".join([*out, ours[position:]])
    return Converted(text, exact and same_elements(ours, text, markup))


def _cuts(units: Sequence[Unit], ours: str) -> list[tuple[int, int]] | None:
    """Where in `ours` each unit stands. A mark at a seam belongs to the unit that has it."""
    starts, ends = _places(ours)
    ours_marks = marks(ours)
    cuts: list[tuple[int, int]] = []
    count = 0
    for unit in units:
        there = flat(unit.msgid)
        end = count + len(there.text)
        if not there.text or end > len(starts):
            return None
        first, last = starts[count], ends[end - 1]
        floor = cuts[-1][1] if cuts else 0
        following = starts[end] if end < len(starts) else len(ours)
        before = [mark.start for mark in ours_marks if floor <= mark.start and mark.end <= first]
        after = [mark.end for mark in ours_marks if last <= mark.start and mark.end <= following]
        leading = sum(place == 0 for place, _ in there.marks)
        trailing = sum(place == len(there.text) for place, _ in there.marks)
        cuts.append((min([first, *before[len(before) - min(leading, len(before)) :]]), max([last, *after[:trailing]])))
        count = end
    return cuts


def _places(text: str) -> tuple[list[int], list[int]]:
    """Where each character of `flat(text).text` starts and ends in `text`."""
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for begin, end in [*((mark.start, mark.end) for mark in marks(text)), (len(text), len(text))]:
        for found in _CHARACTER.finditer(text, position, begin):
            for _ in seen(found[0]):
                starts.append(found.start())
                ends.append(found.end())
        position = end
    return starts, ends
