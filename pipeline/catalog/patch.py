"""A paragraph's translation after some of its sentences have changed: what a person wrote stays, the rest is pointed at.

Unchanged sentences keep their translation, byte for byte; so do changed ones, with their numbers put right; new ones wait
for a draft, and until there is one the words for the sentence that stood there stay; the words of those that are gone are
given back beside the text. Nothing is guessed: where the translation cannot be told apart sentence by sentence, there is
no patch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.catalog.carry import follow_marks
from pipeline.catalog.hints import UNLIKE, UNSURE, Hints
from pipeline.catalog.numbers import put_right
from pipeline.catalog.sentencepairs import Sentence, align, moved, same_elements, split_alike

Between = Callable[[str, str, str, str, str], str]
"""(source before, what stands between, source after, translation before, translation after) → what stands between the
translations; see `mt.sentences.between`."""


class Whole(NamedTuple):
    """A text and its translation, sentence by sentence."""

    source: Sequence[Sentence]
    translation: Sequence[Sentence | None]
    """None where a sentence has none yet."""
    hints: Hints
    """What a person has still to look at."""


class Patch(NamedTuple):
    """A translation brought up to the new text."""

    translation: tuple[Sentence | None, ...]
    hints: Hints
    was: tuple[str, ...]
    """A person's words that are not in it any more."""

    @property
    def own(self) -> frozenset[str]:
        """The sentences that are a person's translation of what stands at their place."""
        others = {*self.hints.drafted, *self.hints.stale}
        return frozenset(s.text for place, s in enumerate(self.translation) if s and place not in others)

    @property
    def text(self) -> str:
        """The msgstr."""
        return "".join(part for sentence in self.translation if sentence for part in sentence)


def paired(source: Sequence[Sentence], translation: Sequence[Sentence], hints: Hints | None = None) -> Whole | None:
    """A text with its translation, of which the hints say what is missing; None when they do not split alike.

    A text that nobody has touched since we put it together, sentence by sentence, does.
    """
    known = hints or Hints(total=len(source))
    present = [place for place in range(len(source)) if place not in known.missing]
    if known.total != len(source) or len(present) != len(translation):
        return None
    fits = [number for number, place in enumerate(present) if place not in known.stale]
    ours, theirs = _closed_up(source, [present[number] for number in fits]), _closed_up(translation, fits)
    if not fits:
        return None
    if not known.untouched:
        if not split_alike(ours, theirs):
            return None
        if hints and not all(same_elements(one.text, other.text) for one, other in zip(ours, theirs, strict=True)):
            return None  # a single sentence, which nobody said is the other's translation
    at = dict(zip(present, translation, strict=True))
    return Whole(source, [at.get(place) for place in range(len(source))], known)


def patch(old: Whole, new: Sequence[Sentence], between: Between) -> Patch | None:
    """The translation of `old` as one of `new`; None when nothing of it can be kept, or for sure."""
    came_from = align([sentence.text for sentence in old.source], [sentence.text for sentence in new])
    if came_from is None:
        return None
    work = _Patch(old, new, came_from)
    for place, number in enumerate(work.came_from):
        work.keep(place, number)
    if all(sentence is None or place in work.stale for place, sentence in enumerate(work.kept)):
        return None
    return Patch(_spaced(old, new, work.came_from, work.kept, between), work.hints(), work.was)


def inserted(whole: Whole, drafts: Mapping[int, tuple[str, str]], between: Between) -> Patch:
    """The translation with (draft, note on it) for sentences that it lacks, by their places."""
    old = whole.hints
    kept = [
        Sentence(drafts[place][0], "") if place in drafts else sentence
        for place, sentence in enumerate(whole.translation)
    ]
    hints = replace(
        old,
        review=tuple(sorted({**dict(old.review), **{place: note for place, (_, note) in drafts.items()}}.items())),
        missing=tuple(place for place in old.missing if place not in drafts),
        stale=tuple(place for place in old.stale if place not in drafts),
    )
    was = tuple(sentence.text for place in old.stale if place in drafts and (sentence := whole.translation[place]))
    same = range(len(whole.source))
    return Patch(_spaced(whole, whole.source, same, kept, between), hints, was)


class _Patch:
    """The new translation, as it is put together."""

    def __init__(self, old: Whole, new: Sequence[Sentence], came_from: Sequence[int | None]) -> None:
        self.old, self.new = old, new
        self.replaced = _replaced(came_from, [self._persons(number) for number in range(len(old.source))])
        self.came_from = [self.replaced.get(place, number) for place, number in enumerate(came_from)]
        self.kept: list[Sentence | None] = []
        self.stale: list[int] = []
        self.review: dict[int, str] = {}
        used = {number for number in self.came_from if number is not None}
        self.gone = [number for number in range(len(old.source)) if number not in used]
        self.was = tuple(
            sentence.text for number in self.gone if (sentence := old.translation[number]) and self._persons(number)
        )

    def _persons(self, number: int) -> bool:
        """Whether the translation has a person's words for the sentence."""
        return self.old.translation[number] is not None and number not in self.old.hints.drafted

    def keep(self, place: int, number: int | None) -> None:
        """Take what the sentence that came from `number` has."""
        known = None if number is None else self.old.translation[number]
        if number is None or known is None:
            self.kept.append(None)
            return
        if place in self.replaced or number in self.old.hints.stale:
            self.kept.append(known)
            self.stale.append(place)
            return
        before, after = self.old.source[number].text, self.new[place].text
        if before != after and not self._persons(number):
            self.kept.append(None)  # a draft of what the sentence was is worth no more than a new one
            return
        pending = dict(self.old.hints.review).get(number)
        if pending is not None:
            self.review[place] = pending
        if before == after:
            self.kept.append(known)
            return
        numbers = put_right(before, after, known.text)
        ways = (numbers.text if numbers else known.text, follow_marks(before, after, known.text))
        follows = next((way for way in ways if way is not None and same_elements(after, way)), None)
        # An element that came or went is for a person to put in or take out; their words stay.
        text = ways[0] if follows is None else follows
        self.kept.append(Sentence(text, known.gap))
        put = numbers.changes if numbers and text == numbers.text else ()
        notes = (
            _note(pending or "", put),
            UNSURE if UNSURE in (pending or "") else "",
            UNLIKE if follows is None else "",
        )
        self.review[place] = "; ".join(filter(None, notes))
        if text != known.text and not pending:  # with a note it is no person's any more: theirs is kept already
            self.was += (known.text,)

    def hints(self) -> Hints:
        """What a person should look at, what was so before included."""
        places = {number: place for place, number in enumerate(self.came_from) if number is not None}
        total = len(self.new)
        removed = {*self.old.hints.removed, *filter(self._persons, self.gone)}
        stood_elsewhere = (places[number] for number in self.old.hints.moved if number in places)
        return Hints(
            total=total,
            review=tuple(sorted(self.review.items())),
            removed=tuple(sorted({_next(number, places, total) for number in removed})),
            moved=tuple(sorted({*moved(self.came_from), *stood_elsewhere})),
            missing=tuple(place for place, sentence in enumerate(self.kept) if sentence is None),
            stale=tuple(self.stale),
        )


def _note(said: str, put: Sequence[tuple[str, str]]) -> str:
    """What became of numbers: what was said before ("10 → 12"), and what was put right since (12 to 14)."""
    pairs = (change.partition(" → ") for change in said.split("; "))
    changes = {first: now for first, arrow, now in pairs if arrow}
    came_from = {now: first for first, now in changes.items()}
    for old, new in put:
        changes[came_from.get(old, old)] = new
    return "; ".join(f"{old} → {new}" for old, new in changes.items() if old != new)


def _replaced(came_from: Sequence[int | None], usable: Sequence[bool]) -> dict[int, int]:
    """New sentences that stand where others are gone, with those: one for one, between the same neighbours."""
    used = {number for number in came_from if number is not None}
    found: dict[int, int] = {}
    start = 0
    while start < len(came_from):
        end = next((place for place in range(start, len(came_from)) if came_from[place] is not None), len(came_from))
        before = came_from[start - 1] if start else -1
        after = came_from[end] if end < len(came_from) else len(usable)
        if before is not None and after is not None:
            gone = (number for number in range(before + 1, after) if number not in used and usable[number])
            found.update(zip(range(start, end), gone, strict=False))
        start = end + 1
    return found


def _next(number: int, places: Mapping[int, int], total: int) -> int:
    """The place of the first sentence that came from `number` or after it; the last when there is none."""
    return next((places[other] for other in sorted(places) if other >= number), total - 1)


def _closed_up(sentences: Sequence[Sentence], places: Sequence[int]) -> list[Sentence]:
    """The sentences at some places; what stands before a sentence stands between it and the one left before it."""
    out: list[Sentence] = []
    for place in places:
        if out:
            out[-1] = Sentence(out[-1].text, sentences[place - 1].gap)
        out.append(Sentence(sentences[place].text, ""))
    if places and places[-1] == len(sentences) - 1:
        out[-1] = sentences[-1]
    return out


def _spaced(
    old: Whole,
    new: Sequence[Sentence],
    came_from: Sequence[int | None],
    kept: Sequence[Sentence | None],
    between: Between,
) -> tuple[Sentence | None, ...]:
    """The sentences with white space between them: a person's between two that stood together, else as in the source."""
    out = list(kept)
    present = [place for place, sentence in enumerate(out) if sentence is not None]
    for place, following in zip(present, [*present[1:], None], strict=True):
        left, right = out[place], out[following] if following is not None else None
        if left is None:
            continue
        gap = _own_gap(old, new, came_from, place, following)
        if gap is None and right is not None and following is not None:
            source_left, source_right = new[following - 1], new[following]
            gap = between(source_left.text, source_left.gap, source_right.text, left.text, right.text)
        out[place] = Sentence(left.text, gap or "")
    return tuple(out)


def _own_gap(
    old: Whole, new: Sequence[Sentence], came_from: Sequence[int | None], place: int, following: int | None
) -> str | None:
    """What the translation has between two sentences, or at its end, when that is still so."""
    number = came_from[place]
    if number is None or (known := old.translation[number]) is None:
        return None
    if following is None:
        last = max((n for n, sentence in enumerate(old.translation) if sentence is not None), default=-1)
        return known.gap if number == last else ""
    other = came_from[following]
    later = [n for n in range(number + 1, len(old.translation)) if old.translation[n] is not None]
    same_break = new[following - 1].gap.count("\n") == known.gap.count("\n")
    return known.gap if later and other == later[0] and same_break else None
