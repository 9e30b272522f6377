"""Old catalog + template → new catalog. No word of a person is lost: it stays, turns fuzzy, or turns obsolete.

Machine drafts are different: when their source changes or goes they are dropped, and drafted anew.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.catalog.carry import Outline, carried, outline
from pipeline.catalog.match import Candidate, closest
from pipeline.catalog.poheader import FORMAT, FORMAT_FIELD, fields, new_header, with_field
from pipeline.catalog.state import state, with_provenance
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Key, Message, State

CUTOFF = 0.6
"""Lowest similarity at which an old translation is offered for a new source; gettext's value."""

CUTOFF_STAYING = 0.75
"""The same for a message that is still in the source: one of two places that shared its string was edited."""

_HUMAN = (State.fuzzy, State.reviewed)
_HEADER_KEY: Key = (None, "")
_NOWHERE = -2


def merge(old: Catalog, template: Catalog, *, cutoff: float = CUTOFF) -> Catalog:
    """The old catalog brought up to date with the template's messages, in the template's order.

    * The same key: kept, with its bytes unless references or extracted comments differ. An
      obsolete entry whose string is back is active again, approval and all.
    * Only inline elements or white space changed, and the translation can follow exactly: kept.
    * Else the most similar message that is gone (`cutoff` 0.0-1.0), or long obsolete, or still there
      and very similar, gives its translation, fuzzy, with the previous msgid. Each does so once.
    * What is left of people's text becomes obsolete, in the old order, after everything else.

    Merging the result again changes nothing. Header, language and trailing bytes are the old catalog's;
    `old` itself is returned when nothing changes.
    """
    wanted = {message.key: message for message in template.messages if _is_entry(message) and not message.obsolete}
    active = {message.key: message for message in old.messages if _is_entry(message) and not message.obsolete}
    retired = {message.key: message for message in old.messages if message.obsolete and message.key not in active}

    result: dict[Key, Message] = {}
    for key, source in wanted.items():
        found = active.get(key) or retired.get(key)
        if found:
            result[key] = _refreshed(found, source)
    fresh = [source for key, source in wanted.items() if key not in result]
    gone = [message for key, message in active.items() if key not in wanted]
    resting = [message for key, message in retired.items() if key not in wanted]
    unused = {message.key for message in gone}
    staying = [message for key, message in active.items() if key in wanted]
    if fresh and (active or resting):
        pools = ((gone, cutoff), (resting, cutoff), (staying, max(cutoff, CUTOFF_STAYING)))
        for source, origin in _pairs(fresh, pools, _Places(wanted, active, result)):
            result[source.key] = _adapted(origin, source)
            unused.discard(origin.key)

    messages = [result.get(key) or _empty(source) for key, source in wanted.items()]
    for message in old.messages:
        if message.obsolete:
            if message.key not in wanted:
                messages.append(message)
        elif message.key in unused and state(message) in _HUMAN:
            messages.append(message.changed(obsolete=True, references=(), extracted_comments=()))
    if len(messages) == len(old.messages) and all(map(operator.is_, messages, old.messages)):
        return old
    language = old.language or template.language
    return Catalog(language=language, header=_header(old, language), messages=tuple(messages), trailer=old.trailer)


def _is_entry(message: Message) -> bool:
    return message.key != _HEADER_KEY


def _header(old: Catalog, language: str | None) -> Message:
    """The old header; a file that is written anyway says which format it has."""
    if old.header is None:
        return new_header(LanguageTag(language) if language else None)
    return old.header if FORMAT_FIELD in fields(old.header) else with_field(old.header, FORMAT_FIELD, str(FORMAT))


class _Places:
    """Where messages stand or stood, in positions of the template, so that neighbours can be told."""

    def __init__(self, wanted: Mapping[Key, Message], active: Mapping[Key, Message], kept: Collection[Key]) -> None:
        position = {key: number for number, key in enumerate(wanted)}
        self._gap: dict[Key, int] = {}
        self._place: dict[Key, int] = {}
        for order in (wanted, active):
            anchor, since = -1, 0
            for key in order:
                if key in kept:
                    anchor, since = position[key], 0
                else:
                    since += 1
                    self._gap[key] = anchor
                    self._place[key] = anchor + since

    def candidate(self, message: Message) -> Candidate:
        """The message as one to be paired; long obsolete ones stand nowhere."""
        key = message.key
        return Candidate(message.msgid, self._gap.get(key, _NOWHERE), self._place.get(key, _NOWHERE))


def _pairs(
    fresh: Sequence[Message], pools: Iterable[tuple[Sequence[Message], float]], places: _Places
) -> Iterator[tuple[Message, Message]]:
    """(new message, the old one it was made from), from each pool of old messages with its lowest similarity in turn.

    Drafts and empty entries take part: a new string made from one of them is not made from a person's text.
    """
    for pool, cutoff in pools:
        if not any(state(message) in _HUMAN for message in pool):
            continue
        left = [message for message in fresh if message.msgid]
        paired: set[Key] = set()
        for source, origin in _same_outline(left, pool, places):
            paired |= {source.key, origin.key}
            yield source, origin
        left = [message for message in left if message.key not in paired]
        rest = [message for message in pool if message.key not in paired]
        for plural in (False, True):
            news = [message for message in left if (message.msgid_plural is not None) == plural]
            olds = [message for message in rest if (message.msgid_plural is not None) == plural]
            found = closest([places.candidate(m) for m in news], [places.candidate(m) for m in olds], cutoff)
            for new, other in found.items():
                paired.add(news[new].key)
                yield news[new], olds[other]
        fresh = [message for message in fresh if message.key not in paired]


def _same_outline(
    fresh: Iterable[Message], pool: Iterable[Message], places: _Places
) -> Iterator[tuple[Message, Message]]:
    """Pairs of which only inline elements or white space differ, the nearest first."""
    having: dict[tuple[str | None, Outline], list[Message]] = defaultdict(list)
    for message in pool:
        if message.msgid_plural is None:
            having[message.msgctxt, outline(message.msgid)].append(message)
    for source in fresh:
        if source.msgid_plural is None and (same := having.get((source.msgctxt, outline(source.msgid)))):
            place = places.candidate(source).place
            origin = min(same, key=lambda message: abs(places.candidate(message).place - place))
            same.remove(origin)
            yield source, origin


def _empty(source: Message) -> Message:
    """A template's message as a new entry."""
    flags = tuple(flag for flag in source.flags if flag != "fuzzy")
    return replace(source, msgstr="", msgstr_plural=(), flags=flags, line=None, raw=None)


def _refreshed(message: Message, source: Message) -> Message:
    """The same string's old entry with what the template knows; the very same object when it knows nothing new."""
    if message.msgid_plural != source.msgid_plural:
        return _fuzzy(message, source) if state(message) in _HUMAN else _empty(source)
    missing = tuple(flag for flag in source.flags if flag != "fuzzy" and flag not in message.flags)
    if (
        not missing
        and not message.obsolete
        and message.references == source.references
        and message.extracted_comments == source.extracted_comments
    ):
        return message
    return message.changed(
        obsolete=False,
        flags=(*message.flags, *missing),
        references=source.references,
        extracted_comments=source.extracted_comments,
    )


def _adapted(origin: Message, source: Message) -> Message:
    """A new entry with an old one's translation: as it was, where it can follow exactly; else fuzzy; no machine's."""
    if state(origin) not in _HUMAN:
        return _empty(source)
    if origin.msgctxt == source.msgctxt and origin.msgid_plural is None:
        msgstr = carried(origin.msgid, source.msgid, origin.msgstr)
        if msgstr is not None:
            return _refreshed(replace(origin, msgid=source.msgid, msgstr=msgstr, obsolete=True), source)
    return _fuzzy(origin, source)


def _fuzzy(origin: Message, source: Message) -> Message:
    """A person's translation of another source, to be looked at again.

    The previous msgid is the one the translation was made for, also when it was fuzzy already.
    The provenance goes: were the source to change back, its digest would make a draft of a person's text.
    """
    known = origin.fuzzy and origin.previous_msgid is not None
    msgid = origin.previous_msgid if known else origin.msgid
    msgctxt = origin.previous_msgctxt if known else origin.msgctxt
    plural = origin.previous_msgid_plural if known else origin.msgid_plural
    if (msgctxt, msgid, plural) == (source.msgctxt, source.msgid, source.msgid_plural):
        msgid = msgctxt = plural = None
    forms, msgstr = origin.msgstr_plural, origin.msgstr
    comments = with_provenance(origin, None).translator_comments
    if source.msgid_plural is None and forms:  # only one form has a place now; a person's others stay readable
        comments += tuple(f"msgstr[{number}]: {form}" for number, form in enumerate(forms) if number and form)
        msgstr, forms = forms[0], ()
    elif source.msgid_plural is not None and not forms:
        msgstr, forms = "", (msgstr,)
    kept = tuple(flag for flag in origin.flags if flag != "fuzzy")
    return replace(
        origin,
        msgid=source.msgid,
        msgctxt=source.msgctxt,
        msgid_plural=source.msgid_plural,
        msgstr=msgstr,
        msgstr_plural=forms,
        flags=("fuzzy", *kept, *(flag for flag in source.flags if flag != "fuzzy" and flag not in kept)),
        references=source.references,
        extracted_comments=source.extracted_comments,
        translator_comments=comments,
        previous_msgid=msgid,
        previous_msgctxt=msgctxt,
        previous_msgid_plural=plural,
        obsolete=False,
        line=None,
        raw=None,
    )
