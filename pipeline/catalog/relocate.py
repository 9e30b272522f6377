"""Entries of one catalog that take their place in another, because their strings moved there.

What a catalog receives is added to what it has *before* it is merged with its template, so that moving obeys the
rules of merging: what is wanted stays approved, what is similar turns fuzzy, the rest is kept as obsolete. Receiving
the same again changes nothing, so a killed run can be repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from operator import is_
from typing import NamedTuple

from pipeline.catalog.carry import Outline, carried, outline
from pipeline.catalog.kinds import LEAST_WORDS, may_be_another, word_count
from pipeline.catalog.merge import retired_entry
from pipeline.catalog.state import HUMAN, remarks, state
from pipeline.model import Catalog, Key, Message, State


class Parcel(NamedTuple):
    """Entries of one other catalog."""

    source: str
    """The other catalog's name, for people."""
    messages: Sequence[Message]
    whole: bool
    """True when the other catalog will be removed: then a text without a place is noted on the entry that has it."""
    header: Message | None = None
    """Its header, for a catalog that has none yet."""


def is_human(message: Message) -> bool:
    """True for a person's text, whatever became of it."""
    return state(message) in HUMAN


def key_number(key: Key) -> int:
    """64 bits that stand for a key, the same in every process."""
    return _number(key[0] or "", key[1])


def text_number(message: Message) -> int:
    """64 bits that stand for a key with its translation."""
    return _number(message.msgctxt or "", message.msgid, message.msgstr, *message.msgstr_plural)


def _number(*parts: str) -> int:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


_OWN = Parcel("this file's history", (), True)


_NOTHING: Mapping[Key, Message] = {}


def received(old: Catalog, parcels: Sequence[Parcel], wanted: Mapping[Key, Message] = _NOTHING) -> Catalog:
    """The catalog with the entries of `parcels`, the best first; the very same one when it needs none of them.

    `wanted` is its template. A short text that comes alone, without a longer one, and is wanted as another kind of string is
    no more than a suggestion: Close above a list of hours is another word than on a button. An entry with another key is left out when it stands there already under a
    changed source; and where its own catalog stays, unless it could follow exactly to a string that is lacking.

    A person's text in `old` stays. Among parcels, approved text comes before text that needs work, then the earlier
    parcel. What a `whole` parcel says differently is kept in a translator comment.
    """
    messages = list(old.messages)
    place = {message.key: number for number, message in enumerate(messages)}
    own = {m.key for m in messages if is_human(m) and not (m.obsolete and m.key in wanted)}
    homes = Homes(old)
    partly = any(not parcel.whole for parcel in parcels)
    lacking = {outline(key[1]) for key in wanted if key not in place} if partly else set()
    sources: dict[int, Parcel] = {}
    for parcel in parcels:
        alone = not any(m.key in wanted and word_count(m.msgid) >= LEAST_WORDS for m in parcel.messages)
        for message in parcel.messages:
            if message.key not in wanted:
                if not is_human(message):
                    if not parcel.whole or not remarks(message):
                        continue
                    message = retired_entry(message)  # noqa: PLW2901  (people's notes stay, the draft does not)
                elif message.key not in place and homes.has(message, parcel.source):
                    continue
                if not parcel.whole and outline(message.msgid) not in lacking:
                    continue
            elif alone and state(message) is State.reviewed and may_be_another(message, wanted[message.key]):
                message = message.changed(flags=("fuzzy", *message.flags))  # noqa: PLW2901
            number = place.setdefault(message.key, len(messages))
            if number == len(messages):
                messages.append(message)
                sources[number] = parcel
                continue
            winner, loser, away = messages[number], message, parcel
            if winner.key not in own and _rank(message) > _rank(winner):
                winner, loser = message, winner
                away, sources[number] = sources.get(number, _OWN), parcel
            messages[number] = _noting(winner, loser, away.source) if away.whole else winner
    header = old.header
    if not old.messages:
        header = next((parcel.header for parcel in parcels if parcel.header), header)
    if header is old.header and len(messages) == len(old.messages) and all(map(is_, messages, old.messages)):
        return old
    return Catalog(language=old.language, header=header, messages=tuple(messages), trailer=old.trailer)


_RANKS = {State.untranslated: 0, State.machine: 1, State.fuzzy: 2, State.reviewed: 3}


def _rank(message: Message) -> tuple[bool, bool, int]:
    """A person's text first, then what is active, then what is approved."""
    return (is_human(message), not message.obsolete, _RANKS[state(message)])


def _noting(message: Message, other: Message, source: str) -> Message:
    """The message with a person's remarks on `other`, and with its text as a remark when it is something else."""
    noted = list(remarks(other))
    if is_human(other) and _written(other) != _written(message):
        noted.insert(0, _remark(other, source))
    missing = [remark for remark in noted if remark not in message.translator_comments]
    return message.changed(translator_comments=(*missing, *message.translator_comments)) if missing else message


def _remark(message: Message, source: str) -> str:
    return f"Another translation, from {source}: {_written(message)}"


def _written(message: Message) -> str:
    forms = (message.msgstr, *message.msgstr_plural)
    return " | ".join(form for form in forms if form).replace("\r", "\\r").replace("\n", "\\n")


class Homes:
    """Finds out whether an entry that moved stands in a catalog already, under a changed source."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._previous: dict[tuple[str | None, str], list[Message]] = defaultdict(list)
        for message in catalog.messages:
            if message.fuzzy and message.previous_msgid is not None:
                self._previous[message.previous_msgctxt, message.previous_msgid].append(message)
        self._remarks = {comment for message in catalog.messages for comment in message.translator_comments}
        self._outlines: dict[Outline, list[Message]] | None = None

    def has(self, message: Message, source: str) -> bool:
        """True when some entry is this one after its source changed, or has it noted as one from the catalog `source`."""
        return self.follows(message) or self._turned_fuzzy(message) or _remark(message, source) in self._remarks

    def follows(self, message: Message) -> bool:
        """True when an active entry has this one's translation, adapted exactly (`carry`), or in another context."""
        if message.msgid_plural is not None or not message.msgstr:
            return False
        if self._outlines is None:
            self._outlines = defaultdict(list)
            for other in self._catalog.messages:
                if not other.obsolete and other.msgid_plural is None and other.msgstr:
                    self._outlines[outline(other.msgid)].append(other)
        return any(
            (other.msgctxt == message.msgctxt or other.msgid == message.msgid)
            and other.fuzzy == message.fuzzy
            and carried(message.msgid, other.msgid, message.msgstr) == other.msgstr
            for other in self._outlines.get(outline(message.msgid), ())
        )

    def _turned_fuzzy(self, message: Message) -> bool:
        previous = (message.msgctxt, message.msgid)
        if message.fuzzy and message.previous_msgid is not None:
            previous = (message.previous_msgctxt, message.previous_msgid)
        return any(_written(other) == _written(message) for other in self._previous.get(previous, ()))
