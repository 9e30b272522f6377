"""Old catalog + template → new catalog. No word of a person is lost: it stays, turns fuzzy, or turns obsolete.

Machine drafts are different: when their source changes or goes they are dropped, and drafted anew. What people noted
beside them stays.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pipeline.catalog.carry import Outline, carried, outline
from pipeline.catalog.match import Candidate, closest
from pipeline.catalog.pieces import between, pieces
from pipeline.catalog.poheader import new_header, upgraded
from pipeline.catalog.state import HUMAN, remarks, state, with_provenance, without_fuzzy
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Key, Message

CUTOFF = 0.6
"""Lowest similarity at which an old translation is offered for a new source; gettext's value."""

CUTOFF_STAYING = 0.75
"""The same for a message that is still in the source: one of two places that shared its string was edited."""

_HEADER_KEY: Key = (None, "")
_NOWHERE = -2


def merge(old: Catalog, template: Catalog, *, cutoff: float = CUTOFF, moved: Collection[Key] = ()) -> Catalog:
    """The old catalog brought up to date with the template's messages, in the template's order.

    * The same key: kept, with its bytes unless references or extracted comments differ. An
      obsolete entry whose string is back is active again, approval and all.
    * The same string in another context, while the old one is gone: kept.
    * Only inline elements or white space changed, and the translation can follow exactly: kept.
    * A string split in parts, or parts joined to one: fuzzy, each part with the whole translation, the whole with
      those of all its parts. The old entries turn obsolete, for the day the edit is taken back.
    * Else the most similar message that is gone (`cutoff` 0.0-1.0), or long obsolete, or still there
      and very similar, gives its translation, fuzzy, with the previous msgid. Each does so once.
    * What is left of people's text becomes obsolete, in the old order, after everything else.

    `moved` are keys whose strings now stand in another catalog: what is gone of them is nobody's earlier version.

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
    gone = [message for key, message in active.items() if key not in wanted and key not in moved]
    resting = [message for key, message in retired.items() if key not in wanted]
    unused = {key for key in active if key not in wanted}
    staying = [message for key, message in active.items() if key in wanted]
    if fresh and (active or resting):
        places = _Places(wanted, active, result)
        for source, origin in _same_text(fresh, (gone, resting, staying), places):
            result[source.key] = _adapted(origin, source, known=origin.key in wanted)
            unused.discard(origin.key)
        fresh = [source for source in fresh if source.key not in result]
        gone = [message for message in gone if message.key in unused]
        for source, made in _recomposed(fresh, gone):
            result[source.key] = made
        fresh = [source for source in fresh if source.key not in result]
        pools = ((gone, cutoff), (resting, cutoff), (staying, max(cutoff, CUTOFF_STAYING)))
        for source, origin in _similar(fresh, pools, places):
            result[source.key] = _adapted(origin, source, known=origin.key in wanted)
            unused.discard(origin.key)

    messages = [result.get(key) or _empty(source) for key, source in wanted.items()]
    for message in old.messages:
        if message.obsolete:
            if message.key not in wanted:
                messages.append(message)
        elif message.key in unused and (state(message) in HUMAN or remarks(message)):
            messages.append(retired_entry(message))
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
    return upgraded(old.header)[0]


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


def _same_text(
    fresh: Sequence[Message], pools: Iterable[Sequence[Message]], places: _Places
) -> Iterator[tuple[Message, Message]]:
    """(new message, the old one it was made from) where only inline elements, white space or the context differ.

    From each pool of old messages in turn; the same context before another, then the nearest.
    """
    for pool in pools:
        if not _worth_asking(pool):
            continue
        having: dict[Outline, list[Message]] = defaultdict(list)
        for message in pool:
            if message.msgid_plural is None:
                having[outline(message.msgid)].append(message)
        left = []
        for source in fresh:
            same = having.get(outline(source.msgid), []) if source.msgid_plural is None else []
            place = places.candidate(source).place
            fitting = [m for m in same if m.msgctxt == source.msgctxt or m.msgid == source.msgid]
            if not fitting:
                left.append(source)
                continue
            origin = min(fitting, key=lambda m: (m.msgctxt != source.msgctxt, abs(places.candidate(m).place - place)))
            same.remove(origin)
            yield source, origin
        fresh = left


def _recomposed(fresh: Sequence[Message], gone: Sequence[Message]) -> Iterator[tuple[Message, Message]]:
    """(new message, its fuzzy entry) for strings that are parts of an old one, or made of several."""
    new = [message for message in fresh if message.msgid_plural is None]
    old = [message for message in gone if message.msgid_plural is None and state(message) in HUMAN]
    done: set[Key] = set()
    for whole, parts in pieces([message.msgid for message in old], [message.msgid for message in new]):
        for part in parts:
            done.add(new[part].key)
            yield new[part], _fuzzy(old[whole], new[part])
    new = [message for message in new if message.key not in done]
    for whole, parts in pieces([message.msgid for message in new], [message.msgid for message in old]):
        yield new[whole], _fuzzy(_joined(new[whole], [old[part] for part in parts]), new[whole])


def _joined(whole: Message, parts: Sequence[Message]) -> Message:
    """One entry with the translations of several, as far apart as they stand in `whole`, and their sources in lines."""
    gaps = [*between(whole.msgid, [part.msgid for part in parts]), ""]
    comments = dict.fromkeys(comment for part in parts for comment in remarks(part))
    return parts[0]._replace(
        msgid="\n".join(part.msgid for part in parts),
        msgstr="".join(part.msgstr + gap for part, gap in zip(parts, gaps, strict=True)),
        flags=tuple(dict.fromkeys(flag for part in parts for flag in part.flags if flag != "fuzzy")),
        translator_comments=tuple(comments),
        previous_msgid=None,
        previous_msgctxt=None,
        previous_msgid_plural=None,
    )


def _similar(
    fresh: Sequence[Message], pools: Iterable[tuple[Sequence[Message], float]], places: _Places
) -> Iterator[tuple[Message, Message]]:
    """(new message, the most similar old one), from each pool of old messages with its lowest similarity in turn.

    Drafts and empty entries take part: a new string made from one of them is not made from a person's text.
    """
    used: set[Key] = set()
    for pool, cutoff in pools:
        if not _worth_asking(pool):
            continue
        for plural in (False, True):
            news = [m for m in fresh if m.msgid and m.key not in used and (m.msgid_plural is not None) == plural]
            olds = [m for m in pool if (m.msgid_plural is not None) == plural]
            found = closest([places.candidate(m) for m in news], [places.candidate(m) for m in olds], cutoff)
            for new, other in found.items():
                used.add(news[new].key)
                yield news[new], olds[other]


def _worth_asking(pool: Sequence[Message]) -> bool:
    """False when no person's text would be found in it."""
    return any(state(message) in HUMAN for message in pool)


def retired_entry(message: Message) -> Message:
    """The entry as an obsolete one; of a draft or an empty one only what people noted beside it stays."""
    if state(message) not in HUMAN:
        flags = without_fuzzy(message)
        message = with_provenance(message, None).changed(msgstr="", msgstr_plural=(), flags=flags)
    return message.changed(obsolete=True, references=(), extracted_comments=())


def _empty_with(origin: Message, source: Message) -> Message:
    """A new entry with what people noted beside an old one that has no text of theirs."""
    made, noted = _empty(source), remarks(origin)
    return made.changed(translator_comments=(*noted, *made.translator_comments)) if noted else made


def _empty(source: Message) -> Message:
    """A template's message as a new entry."""
    flags = without_fuzzy(source)
    return source._replace(msgstr="", msgstr_plural=(), flags=flags, line=None, raw=None)


def _refreshed(message: Message, source: Message) -> Message:
    """The same string's old entry with what the template knows; the very same object when it knows nothing new."""
    if message.msgid_plural != source.msgid_plural:
        return _fuzzy(message, source) if state(message) in HUMAN else _empty_with(message, source)
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


def _adapted(origin: Message, source: Message, *, known: bool = False) -> Message:
    """A new entry with an old one's translation: as it was, where it can follow exactly; else fuzzy; no machine's.

    In another context it can follow when the old entry is gone, and not when it is `known` still.
    """
    if state(origin) not in HUMAN:
        return _empty(source) if known else _empty_with(origin, source)
    same_context = origin.msgctxt == source.msgctxt
    if (same_context or (origin.msgid == source.msgid and not known)) and origin.msgid_plural is None:
        msgstr = carried(origin.msgid, source.msgid, origin.msgstr)
        if msgstr is not None:
            as_new = origin._replace(msgid=source.msgid, msgctxt=source.msgctxt, msgstr=msgstr, obsolete=True)
            return _refreshed(as_new, source)
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
    comments = remarks(origin)
    if source.msgid_plural is None and forms:  # only one form has a place now; a person's others stay readable
        comments += tuple(f"msgstr[{number}]: {form}" for number, form in enumerate(forms) if number and form)
        msgstr, forms = forms[0], ()
    elif source.msgid_plural is not None and not forms:
        msgstr, forms = "", (msgstr,)
    kept = without_fuzzy(origin)
    return origin._replace(
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
