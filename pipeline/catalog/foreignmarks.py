"""What the inline marks of another tool's msgid are in ours, and its msgstr with ours in their place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pipeline.catalog.carry import CHOICE_OF_TRANSLATOR, Mark
from pipeline.catalog.foreigntext import Flat, marks, raw_of

LABEL = re.compile(r"\]\[(.*)\]", re.DOTALL)
"""The end of a reference link."""
_NUMBER = re.compile(r"\{\d+\}")
_NOTATION = re.compile(r"[\s`\"'<>]|/(?=>)")
_ATTRIBUTES = frozenset(("attributes", "brace"))

_MarkKey = tuple[str, str, tuple[str, ...]]
_Placed = list[tuple[Mark, str]]
"""Marks, each as it is written."""
Becomes = Mapping[_MarkKey, list["_Change"]]
"""A mark of theirs -> what stands in its place in ours, one for each time it occurs."""


class _Change(NamedTuple):
    """A mark of theirs, and what it is in ours: nothing for one that we leave out of a msgid."""

    theirs: Mark
    ours: Mark | None
    raw: str

    def written(self, mark: Mark) -> str:
        """Ours, with what the translator made of the translatable values in theirs."""
        if self.ours and mark.values != self.theirs.values and len(mark.core) == len(self.ours.core):
            return interleaved(self.ours.core, mark.values)
        return self.raw


def interleaved(core: tuple[str, ...], values: tuple[str, ...]) -> str:
    """A mark from its fixed parts and the translatable values between them."""
    return core[0] + "".join(value + part for value, part in zip(values, core[1:], strict=True))


def becoming(theirs: str, there: Flat, ours: str, here: Flat) -> tuple[Becomes, bool]:
    """What each mark of theirs is in ours, and whether that is certain for all."""
    one, other = _by_place(theirs, there), _by_place(ours, here)
    becomes: dict[_MarkKey, list[_Change]] = defaultdict(list)
    certain = _emphasis(there) == _emphasis(here)
    for place in sorted({*one, *other}):
        before, after = one.get(place, []), other.get(place, [])
        common: _Placed = []
        if len(before) != len(after):
            common, before, after = _compared(before, after)
        if len(before) > len(after):
            # What we leave out of a msgid: attribute lists, tags around the whole of a text.
            outside = place in (0, len(here.text)) and not after
            lists = [pair for pair in before if outside or _is_list(*pair)]
            if len(before) - len(lists) == len(after):
                before = [pair for pair in before if pair not in lists]
                for old, _ in lists:
                    becomes[old.key].append(_Change(old, None, ""))
        certain &= len(before) == len(after)
        pairs = [(old, old, raw) for old, raw in common]
        if len(before) == len(after):
            pairs += [(old, new, raw) for (old, _), (new, raw) in zip(before, after, strict=True)]
            certain &= all(
                _means(*old) == _means(*new) for old, new in zip(before, after, strict=True) if _tells(old, new)
            )
        for old, new, raw in pairs:
            becomes[old.key].append(_Change(old, new, raw))
    return becomes, certain


def _tells(old: tuple[Mark, str], new: tuple[Mark, str]) -> bool:
    """Whether two marks say what they stand for: a number or a label does not."""
    return not any(_NUMBER.search(raw) or LABEL.fullmatch(raw) or raw == "]" for _, raw in (old, new))


def _means(mark: Mark, raw: str) -> str:
    """A mark without what is only its notation: the target of a link, the words of code, a tag without quotes."""
    if mark.kind in ("link", "image") and raw.startswith("]("):
        target = raw[2:-1].strip()
        return target[1:].partition(">")[0] if target.startswith("<") else (target.split() or [""])[0]
    return _NOTATION.sub("", raw.casefold() if mark.kind == "tag" else raw)


def _is_list(mark: Mark, raw: str) -> bool:
    return mark.kind in _ATTRIBUTES and not _NUMBER.fullmatch(raw)


def _by_place(text: str, found: Flat) -> dict[int, _Placed]:
    result: dict[int, _Placed] = defaultdict(list)
    for place, mark in found.marks:
        if mark.kind not in CHOICE_OF_TRANSLATOR:
            result[place].append((mark, raw_of(text, mark)))
    return result


def _compared(before: _Placed, after: _Placed) -> tuple[_Placed, _Placed, _Placed]:
    """(marks in both, those only before, those only after), by how they are written."""
    left = Counter(raw for _, raw in after)
    common: _Placed = []
    gone: _Placed = []
    for mark, raw in before:
        (common if left[raw] > 0 else gone).append((mark, raw))
        left[raw] -= 1
    taken = Counter(raw for _, raw in common)
    fresh: _Placed = []
    for mark, raw in after:
        if taken[raw] > 0:
            taken[raw] -= 1
        else:
            fresh.append((mark, raw))
    return common, gone, fresh


def _emphasis(found: Flat) -> list[tuple[int, str]]:
    return sorted((place, mark.kind) for place, mark in found.marks if mark.kind in CHOICE_OF_TRANSLATOR)


def marked(msgstr: str, becomes: Becomes, spelled: Callable[[str], str]) -> str:
    """The translation with our marks for theirs; marks that only the translator has stay."""
    out: list[str] = []
    used: Counter[_MarkKey] = Counter()
    position = 0
    for mark in marks(msgstr):
        out.append(spelled(msgstr[position : mark.start]))
        changes = becomes.get(mark.key)
        if changes:
            out.append(changes[min(used[mark.key], len(changes) - 1)].written(mark))
            used[mark.key] += 1
        else:
            out.append(raw_of(msgstr, mark))
        position = mark.end
    return "".join([*out, spelled(msgstr[position:])]).strip()
