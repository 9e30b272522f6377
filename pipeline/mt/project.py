"""Tag projection: where in a translation the ends of an element belong, by the alignment of its words.

The rules are bergamot's (the translator in Firefox), made strict: each word of the translation counts to where most of
its attention lies; an element's words must stand together, elements must nest as before, none may be empty, and the
alignment must be sharp. Else there is no answer, and the caller takes another step of the ladder.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.mt.alignment import Link
from pipeline.mt.letters import LETTERS
from pipeline.mt.scripts import in_word, is_wide

SHARP = 0.25
"""Mean attention of the words below which an alignment says too little."""

WORD = re.compile(rf"{LETTERS}+(?:[-'’.]{LETTERS}+)*")
"""A word, with what joins its parts."""

Span = tuple[int, int]


def project(source: str, target: str, links: Sequence[Link], spans: Sequence[Span]) -> list[Span] | None:
    """The span of `target` for each of `spans` in `source`; None where words do not tell.

    `spans` are properly nested, and each holds a word. `links` are all the target's tokens.
    """
    words = _words(target, links)
    if not words:
        return None
    regions = [_region(_middle(source, link), spans) for link in links]
    home: list[frozenset[int]] = []
    sharpness = 0.0
    for start, end in words:
        votes: defaultdict[frozenset[int], float] = defaultdict(float)
        for link, region in zip(links, regions, strict=True):
            if link.start < end and start < link.end:
                votes[region] += link.weight
        if not votes:
            return None
        best, weight = max(votes.items(), key=lambda vote: (vote[1], sorted(vote[0])))
        sharpness += min(weight, 1.0)
        home.append(best)
    if sharpness / len(words) < SHARP:
        return None
    found = []
    for number, (start, end) in enumerate(spans):
        inside = [i for i, own in enumerate(home) if number in own]
        if not inside or inside[-1] - inside[0] + 1 != len(inside):
            return None
        found.append(_with_edges(source[start:end], target, words[inside[0]][0], words[inside[-1]][1]))
    return found if _nest(spans, found) else None


def _words(text: str, links: Iterable[Link]) -> list[Span]:
    """The words of the translation; a token each where a script has no spaces."""
    out: list[Span] = []
    tokens = [(link.start, link.end) for link in links]
    for found in WORD.finditer(text):
        start, end = found.span()
        inner = [(max(s, start), min(e, end)) for s, e in tokens if s < end and start < e]
        if len(inner) > 1 and is_wide(text[start]):
            out += inner
        else:
            out.append((start, end))
    return out


def _region(place: int, spans: Sequence[Span]) -> frozenset[int]:
    """The numbers of the spans that hold a place of the source."""
    return frozenset(number for number, (start, end) in enumerate(spans) if start <= place < end)


def _middle(source: str, link: Link) -> int:
    """The place of the source that a link means: a letter of its token, so that a quote before it does not count."""
    for place in range(link.source_start, link.source_end):
        if source[place].isalnum():
            return place
    return link.source_start


def _with_edges(content: str, target: str, start: int, end: int) -> Span:
    """The span with the punctuation at its ends that the source's has inside, and with its white space."""
    for character in reversed(content[: len(content) - len(content.lstrip(_not_words(content)))]):
        if start and _alike(character, target[start - 1]):
            start -= 1
    for character in content[len(content.rstrip(_not_words(content))) :]:
        if end < len(target) and _alike(character, target[end]):
            end += 1
    return start, end


def _not_words(text: str) -> str:
    return "".join({c for c in text if not in_word(c)})


def _alike(source: str, target: str) -> bool:
    if source.isspace() or target.isspace():
        return source.isspace() and target.isspace()
    return not in_word(target)


def _nest(spans: Sequence[Span], found: Sequence[Span]) -> bool:
    """Whether the found spans lie in and beside one another as the source's do."""
    for i, (start, end) in enumerate(spans):
        for j in range(i):
            other, mine = spans[j], found[i]
            if other[0] <= start and end <= other[1]:
                if not (found[j][0] <= mine[0] and mine[1] <= found[j][1]):
                    return False
            elif not (mine[1] <= found[j][0] or found[j][1] <= mine[0]):
                return False
    return True
