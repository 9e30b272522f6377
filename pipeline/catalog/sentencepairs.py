"""Which sentence belongs to which: of a text and its translation, and of a text and its later version.

Sentences come from whoever can split (see `mt.sentences`); here they are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from pipeline.catalog.numbers import numberless, same_but_numbers, values
from pipeline.inline import elements, plain, signature

ALIKE = 0.7
"""Similarity (0.0-1.0) from which a sentence is an old one that was changed, and not a new one."""

MARKUPS = ("markdown", "html", "mdx")
"""A text has an element in common with its translation when it has in every grammar."""

_SPREAD = 6.8
"""Variance of a translated sentence's length for each character of the source (Gale and Church, 1993)."""
_FAR = 2.0
"""Standard deviations at which a sentence is too long or too short to be the other's translation. On paragraphs of five
FLORES sentences (English, Malay) none is, and all paragraphs are found where two were joined and another was cut."""
_MOST = 200
"""Sentences of a text that are compared."""


class Sentence(NamedTuple):
    """A sentence, and the white space between it and the next."""

    text: str
    gap: str


def sentences(pieces: Sequence[str]) -> list[Sentence]:
    """Pieces of a text, joined where white space stands alone or where an inline element would be cut.

    The closing mark of an element belongs to the sentence that it closes: `**One.** Two.`
    """
    text = "".join(pieces)
    inside, closing = _of_elements(text)
    ends: set[int] = set()
    reached = 0
    for place in accumulate(map(len, pieces)):
        if place <= reached:
            continue
        reached = place
        while reached in closing:
            reached = closing[reached]
        while reached < len(text) and text[reached].isspace():
            reached += 1
        if reached < len(text) and reached not in inside:
            ends.add(reached)
    out: list[Sentence] = []
    for start, end in pairwise(sorted({0, *ends, len(text)})):
        body = text[start:end].rstrip()
        out.append(Sentence(body, text[start + len(body) : end]))
    return out


def _of_elements(text: str) -> tuple[set[int], dict[int, int]]:
    """(the places inside inline elements, start of each closing mark → its end)."""
    inside: set[int] = set()
    closing: dict[int, int] = {}
    reached = 0  # elements inside of others add nothing
    for element in elements(text):
        start, (close, end) = element.open_span[0], element.close_span or element.open_span
        inside.update(range(max(start + 1, reached), end))
        reached = max(reached, end)
        if element.close_span:
            closing[close] = max(end, closing.get(close, 0))
    return inside, {close: end for close, end in closing.items() if end > close}


def split_alike(source: Sequence[Sentence], translation: Sequence[Sentence]) -> bool:
    """Whether each sentence of a text has its own in the translation, as far as can be told.

    As many; line breaks between the same ones; the same elements in each; no number that went to another; lengths that
    fit. A text of one sentence is always split alike.
    """
    if len(source) != len(translation) or not 0 < len(source) <= _MOST:
        return False
    if len(source) == 1:
        return True
    pairs = list(zip(source, translation, strict=True))
    if any(one.gap.count("\n") != other.gap.count("\n") for one, other in pairs):
        return False
    if not all(same_elements(one.text, other.text) for one, other in pairs):
        return False
    return not _numbers_cross(source, translation) and _lengths_fit(pairs)


def same_elements(source: str, translation: str) -> bool:
    """Whether both hold the same inline elements."""
    return all(signature(source, markup) == signature(translation, markup) for markup in MARKUPS)


def _numbers_cross(source: Sequence[Sentence], translation: Sequence[Sentence]) -> bool:
    """Whether a number stands in one sentence only, and in the translation of another only."""
    ours = [frozenset(values(sentence.text)) for sentence in source]
    theirs = [frozenset(values(sentence.text)) for sentence in translation]
    for number in frozenset().union(*ours) & frozenset().union(*theirs):
        there = {place for place, known in enumerate(theirs) if number in known}
        if not any(number in known for place, known in enumerate(ours) if place in there):
            return True
    return False


def _lengths_fit(pairs: Sequence[tuple[Sentence, Sentence]]) -> bool:
    """Whether no sentence is far longer or shorter than the lengths of the whole texts let expect."""
    here = sum(len(one.text) for one, _ in pairs)
    there = sum(len(other.text) for _, other in pairs)
    if not here or not there:
        return False
    return all(
        abs(len(other.text) * here / there - len(one.text)) <= _FAR * (_SPREAD * max(len(one.text), 1)) ** 0.5
        for one, other in pairs
    )


def align(old: Sequence[str], new: Sequence[str]) -> list[int | None] | None:
    """For each new sentence the old one that it is, or was made from; None for a new one.

    Equal ones first, those in order before those that moved; then the most alike, the nearest of equals. No list at all
    when sentences were joined or split: then the texts are no list of sentences with some changed.
    """
    if max(len(old), len(new)) > _MOST:
        return None
    found: list[int | None] = [None] * len(new)
    free = dict.fromkeys(range(len(old)))
    for start, other, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for step in range(size):
            found[other + step] = start + step
            del free[start + step]
    for place, text in enumerate(new):
        if (
            found[place] is None
            and (same := next((number for number in free if old[number] == text), None)) is not None
        ):
            found[place] = same
            del free[same]
    open_ = [place for place, number in enumerate(found) if number is None]
    scores = {(place, number): _likeness(old[number], new[place]) for place in open_ for number in free}
    if _joined(old, new, open_, list(free), scores):
        return None
    for (place, number), score in sorted(
        scores.items(), key=lambda item: (-item[1], _distance(item[0], found), item[0])
    ):
        if score >= ALIKE and found[place] is None and number in free:
            found[place] = number
            del free[number]
    return found


def _likeness(old: str, new: str) -> float:
    from rapidfuzz.fuzz import ratio

    if same_but_numbers(old, new):
        return 1.0
    alike: float = ratio(old, new) / 100
    words = _words(old), _words(new)
    # A link that came or went, with its address, is no other sentence.
    return alike if words == (old, new) else max(alike, ratio(*words) / 100)


@lru_cache(maxsize=1024)
def _words(text: str) -> str:
    """What a reader sees of a sentence."""
    return plain(text)


def _distance(pair: tuple[int, int], found: Sequence[int | None]) -> int:
    """How far from the old sentence of its nearest settled neighbour before it a new one would come from."""
    place, number = pair
    for before in range(place - 1, -1, -1):
        if (known := found[before]) is not None:
            return abs(number - known - (place - before))
    return abs(number - place)


def _joined(
    old: Sequence[str],
    new: Sequence[str],
    places: Sequence[int],
    numbers: Sequence[int],
    scores: dict[tuple[int, int], float],
) -> bool:
    """Whether two open sentences in a row are nearer to one of the other text than each of them alone."""
    for first, second in pairwise(numbers):
        for place in places if second == first + 1 else ():
            parts = (old[first], old[second])
            if _made_of(new[place], parts, max(scores[place, first], scores[place, second])):
                return True
    for first, second in pairwise(places):
        for number in numbers if second == first + 1 else ():
            parts = (new[first], new[second])
            if _made_of(old[number], parts, max(scores[first, number], scores[second, number])):
                return True
    return False


def _made_of(whole: str, parts: tuple[str, str], single: float) -> bool:
    """Whether a sentence is nearer to two, in whatever order, than to one of them."""
    raw, words, bare = (
        (sum(len(way(part)) for part in parts) + 1, len(way(whole))) for way in (str, _words, numberless)
    )
    if all(2 * min(lengths) < ALIKE * sum(lengths) for lengths in (raw, words)) and bare[0] != bare[1]:
        return False  # by the lengths alone, which takes less than to compare
    joined = max(_likeness(" ".join(parts), whole), _likeness(" ".join(reversed(parts)), whole))
    return joined >= ALIKE and joined > single


def moved(found: Sequence[int | None]) -> list[int]:
    """Places of the sentences that must be taken elsewhere to put the others, as many as possible, in the old order."""
    known = [(place, number) for place, number in enumerate(found) if number is not None]
    best: list[int] = []  # of the longest rising run that ends with each
    came_from: list[int] = []
    for at, (_, number) in enumerate(known):
        earlier = [other for other in range(at) if known[other][1] < number]
        before = max(earlier, key=lambda other: best[other], default=-1)
        came_from.append(before)
        best.append(1 + (best[before] if before >= 0 else 0))
    staying: set[int] = set()
    at = max(range(len(known)), key=lambda other: best[other], default=-1)
    while at >= 0:
        staying.add(known[at][0])
        at = came_from[at]
    return [place for place, _ in known if place not in staying]
