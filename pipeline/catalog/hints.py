"""Which sentences of an entry a person should look at: the comments `# pipeline: review …` and `# was: …`.

The forms are docs/po-format.md, "Which sentences to look at". They stand on fuzzy entries only and say nothing of where
a text came from: with them or without, the text is a person's, and fuzzy until a person approves it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from pipeline.catalog.postring import escape
from pipeline.catalog.state import described, digest, provenance, with_provenance
from pipeline.model import Message, Provenance

_PLACE = r"[1-9][0-9]{0,5}"
"""No text has a million sentences, and Python reads no number of thousands of digits."""
_ITEM = rf"{_PLACE}(?: \([^()]*\))?"
_LIST = rf"sentences? (?P<items>{_ITEM}(?:, {_ITEM})*) of (?P<total>{_PLACE})"
_HINT = re.compile(
    rf"pipeline: (?P<what>review|review removal at|review order of|translate) {_LIST}(?: of=(?P<digest>[0-9a-f]{{8}}))?"
)
_EACH = re.compile(rf"(?P<place>{_PLACE})(?: \((?P<note>[^()]*)\))?")
_WAS = "was: "
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

_DRAFT = "draft"
"""Begins the note on a sentence that a machine wrote; what made it follows, and its confidence at the end."""
UNSURE = "may be a draft"
"""The note where a machine wrote some sentence, and which cannot be told any more."""
UNLIKE = "markup differs"
"""The note on a sentence whose source has other inline elements than a person's words for it."""
_STALE = "old words stand"
"""The note on a sentence to translate in whose place a person's words for another still stand."""
_SCORE = re.compile(r" score=([01]\.\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Sentences by their place in the source, counted from 0 (from 1 in the comments)."""

    total: int
    """Sentences of the source."""
    review: tuple[tuple[int, str], ...] = ()
    """(place, note): the source of the sentence has changed, or its text is new; the note says what was put right."""
    removed: tuple[int, ...] = ()
    """Where a sentence was taken out: before this one, or after the last."""
    moved: tuple[int, ...] = ()
    """Sentences that stood elsewhere among the others."""
    missing: tuple[int, ...] = ()
    """Sentences that have no translation yet."""
    stale: tuple[int, ...] = ()
    """Sentences that replaced others, whose translations stand there until there is a draft."""
    untouched: bool = False
    """Whether nobody has touched the text since: known where sentences wait for drafts or there are notes."""

    @property
    def places(self) -> tuple[int, ...]:
        """All sentences a person should look at, in order."""
        return tuple(sorted({*(place for place, _ in self.review), *self.removed, *self.moved, *self.wanted}))

    @property
    def wanted(self) -> tuple[int, ...]:
        """Sentences to be drafted, in order."""
        return tuple(sorted({*self.missing, *self.stale}))

    @property
    def drafted(self) -> tuple[int, ...]:
        """Sentences that hold a machine's words, in order."""
        return tuple(place for place, note in self.review if note.split(" ")[0] == _DRAFT)

    @property
    def has_drafts(self) -> bool:
        """Whether a machine wrote a sentence, whichever."""
        return any(UNSURE in note for _, note in self.review) or bool(self.drafted)

    @property
    def unlike(self) -> tuple[int, ...]:
        """Sentences whose inline elements are not those of the source, in order."""
        return tuple(place for place, note in self.review if note.endswith(UNLIKE))

    @property
    def score(self) -> float | None:
        """The least confidence in a drafted sentence, 0.0-1.0; None where nothing gave one."""
        found = [_SCORE.search(note) for place, note in self.review if place in self.drafted]
        return min((float(score[1]) for score in found if score), default=None)


def draft_note(origin: Provenance) -> str:
    """What stands beside the place of a drafted sentence."""
    return f"{_DRAFT} {described(origin)}".translate({ord("("): "[", ord(")"): "]"})


def everything(total: int, *, drafts: bool = False) -> Hints:
    """All of `total` sentences; with `drafts`, some of which a machine wrote."""
    return Hints(total=total, review=tuple((place, UNSURE if drafts else "") for place in range(total)))


def hints_of(message: Message) -> Hints | None:
    """What the comments of an entry say; None without any, or when they contradict each other."""
    said: dict[str, tuple[tuple[int, str], ...]] = {}
    totals: set[int] = set()
    known = ""
    for comment in message.translator_comments:
        found = _HINT.fullmatch(comment.strip())
        if not found:
            continue
        if found["what"] in said:
            return None  # two versions of the entry were joined
        said[found["what"]] = tuple((int(i["place"]) - 1, i["note"] or "") for i in _EACH.finditer(found["items"]))
        totals.add(int(found["total"]))
        known = found["digest"] or known
    if len(totals) != 1:
        return None
    (total,) = totals
    if any(place >= total for items in said.values() for place, _ in items):
        return None
    return Hints(
        total=total,
        untouched=known == digest(message.msgctxt, message.msgid, message.msgstr),
        review=said.get("review", ()),
        removed=_places(said.get("review removal at", ())),
        moved=_places(said.get("review order of", ())),
        missing=tuple(place for place, note in said.get("translate", ()) if note != _STALE),
        stale=tuple(place for place, note in said.get("translate", ()) if note == _STALE),
    )


def trusted_hints(message: Message) -> Hints | None:
    """What the comments say as far as it still holds: in a text that was touched since, all words are a person's."""
    hints = hints_of(message)
    if hints is None or hints.untouched:
        return hints
    places = sorted({*(place for place, _ in hints.review), *hints.stale})
    return replace(hints, review=tuple((place, "") for place in places), stale=())


def draft_score(message: Message) -> float | None:
    """The confidence in the least certain sentence that a machine wrote into a person's text; None without one."""
    hints = hints_of(message) if message.fuzzy and message.translator_comments else None
    return hints.score if hints and hints.untouched else None


def is_hinted(message: Message) -> bool:
    """Whether the entry has such comments, be they clear or not."""
    return any(_HINT.fullmatch(comment.strip()) for comment in message.translator_comments)


def with_hints(
    message: Message, hints: Hints, was: Iterable[str] = (), *, own: Collection[str] = frozenset()
) -> Message:
    """The message with these hints in place of any other, and `was`, words it no longer holds, added to its comments.

    Earlier words that are among its `own` sentences again, a person's, go from there.
    """
    comments = [comment for comment in message.translator_comments if not _HINT.fullmatch(comment.strip())]
    if len(comments) < len(message.translator_comments):
        comments = [c for c in comments if not (c.startswith(_WAS) and c[len(_WAS) :] in own)]
    comments += [line for line in map(_was, was) if line not in comments]
    what = {
        "review": hints.review,
        "review removal at": tuple((place, "") for place in hints.removed),
        "review order of": tuple((place, "") for place in hints.moved),
        "translate": tuple((place, _STALE if place in hints.stale else "") for place in hints.wanted),
    }
    held = f" of={digest(message.msgctxt, message.msgid, message.msgstr)}"
    for name, items in what.items():
        if items:
            noted = name == "review" and any(note for _, note in items)
            fits = held if name == "translate" or noted else ""
            comments.append(f"pipeline: {name} {_listed(items)} of {hints.total}{fits}")
    return message.changed(translator_comments=tuple(comments))


def replaced_words(message: Message) -> list[str]:
    """A person's words that are kept beside the text, the oldest first."""
    return [c[len(_WAS) :] for c in message.translator_comments if c.startswith(_WAS)]


def without_hints(message: Message) -> Message:
    """The message without hints, without the words kept beside them, and without a refusal that is of no use any more.

    A message without hints is returned as it is: its other comments are its translators'.
    """
    if not is_hinted(message):
        return message
    origin = provenance(message)
    if origin and origin.reason and message.msgstr:
        message = with_provenance(message, None)
    ours = (_HINT.fullmatch(comment.strip()) or comment.startswith(_WAS) for comment in message.translator_comments)
    kept = tuple(comment for comment, drop in zip(message.translator_comments, ours, strict=True) if not drop)
    return message.changed(translator_comments=kept)


def waits_for_draft(message: Message) -> bool:
    """Whether sentences of a text that nobody has touched since that was said are to be drafted."""
    if not message.fuzzy or message.obsolete or not message.translator_comments:
        return False
    hints = hints_of(message)
    return hints is not None and bool(hints.wanted) and hints.untouched


def _places(items: tuple[tuple[int, str], ...]) -> tuple[int, ...]:
    return tuple(place for place, _ in items)


def _listed(items: tuple[tuple[int, str], ...]) -> str:
    named = ", ".join(f"{place + 1} ({note})" if note else str(place + 1) for place, note in items)
    return f"sentence{'s' if len(items) > 1 else ''} {named}"


def _was(text: str) -> str:
    """One line; a text with control characters as a PO string."""
    return f'{_WAS}"{escape(text)}"' if _CONTROL.search(text) else _WAS + text
