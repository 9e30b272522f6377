"""Base, ours and theirs → one catalog, entry by entry: what Git's merge of lines cannot do for PO files.

A change is judged by meaning, never by wrapping, references or extracted comments. What a person wrote on either side
is in the result; where both sides gave one entry different texts, the entry is a *conflict*: fuzzy, with our msgstr, and
theirs in translator comments (docs/po-format.md, "When two people changed the same entry").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.catalog.choice import one, union
from pipeline.catalog.poheader import charset_of_header
from pipeline.catalog.postring import escape
from pipeline.catalog.state import HUMAN, remarks, state, without_fuzzy
from pipeline.catalog.threewayheader import merged_header
from pipeline.model import Catalog, Key, Message, State

CONFLICT = "pipeline: conflict"
"""How the translator comments begin that hold the other side's text."""

_HEADER_KEY: Key = (None, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWay:
    """A merge, and the entries that a person must look at."""

    catalog: Catalog
    conflicts: tuple[Key, ...] = ()
    """Entries that both sides changed differently, (None, "") for the header; in the order of the catalog."""


def merge_three(base: Catalog, ours: Catalog, theirs: Catalog, *, theirs_win: bool = False) -> ThreeWay:
    """What two sides made of `base`, joined entry by entry.

    An entry that one side changed is that side's. One that both changed is merged by its parts: comments and flags
    of both, and the text of the side that changed it; a person's text before a machine's draft. Two different texts
    of people are a conflict, or theirs with `theirs_win`. An entry that one side removed and the other gave a new text
    is kept as obsolete, or that text goes to the entry that took the removed one's place.

    Entries that mean the same keep our bytes. With equal sides, or one side equal to `base`, the result equals the
    other side. A header stands first in the result.
    """
    header, disputed = merged_header(base.header, ours.header, theirs.header, theirs_win=theirs_win)
    charset = charset_of_header(header)
    if charset_of_header(ours.header) != charset:
        ours = _anew(ours)
    other_ends = _has_crlf(theirs) != _has_crlf(ours)
    if charset_of_header(theirs.header) != charset or other_ends:
        theirs = _anew(theirs)
    if header is not None and header is theirs.header and other_ends:
        header = header.changed()
    merging = _Merging(base, ours, theirs, theirs_win=theirs_win)
    result = merging.entries()
    ordered = _ordered(result, base, ours, theirs)
    conflicts = tuple(message.key for message in ordered if message.key in merging.conflicts)
    if disputed and header is not None:
        lines = tuple(f"{CONFLICT} theirs: {field}" for field in disputed)
        header = header.changed(translator_comments=union((), header.translator_comments, lines))
        conflicts = (header.key, *conflicts)
    catalog = Catalog(
        language=one(base.language, ours.language, theirs.language),
        header=header,
        messages=tuple(ordered),
        trailer=one(base.trailer, ours.trailer, theirs.trailer),
    )
    return ThreeWay(catalog=catalog, conflicts=conflicts)


class _Merging:
    """The entries of three catalogs, by key. An active and an obsolete entry of one key are the same entry."""

    def __init__(self, base: Catalog, ours: Catalog, theirs: Catalog, *, theirs_win: bool) -> None:
        self.base, self.ours, self.theirs = _by_key(base), _by_key(ours), _by_key(theirs)
        self.theirs_win = theirs_win
        self.conflicts: set[Key] = set()

    def entries(self) -> dict[Key, Message]:
        """Every entry of the result, in no particular order."""
        result: dict[Key, Message] = {}
        left: list[tuple[Message, Message]] = []
        for key in dict.fromkeys((*self.ours, *self.theirs)):
            before, ours, theirs = self.base.get(key), self.ours.get(key), self.theirs.get(key)
            found = ours or theirs
            if ours and theirs:
                result[key] = self._both(before, ours, theirs)
            elif found and before is None:
                result[key] = found
            elif found and before and _has_new_words(before, found):
                left.append((before, found))
        successors = {_old_key(new): new for new in result.values() if new.fuzzy and new.key not in self.base}
        for before, message in left:
            successor = successors.pop(message.key, None)
            if successor and self._took_over(successor, before, message):
                result[successor.key] = _followed(successor, before, message)
            elif message.obsolete:
                result[message.key] = message
            else:
                result[message.key] = message.changed(obsolete=True, references=(), extracted_comments=())
        return result

    def _took_over(self, successor: Message, before: Message, message: Message) -> bool:
        """True when the entry holds the removed one's text as it was in the base, and nobody has worked on it."""
        on_one_side = (successor.key in self.ours) != (successor.key in self.theirs)
        same_kind = bool(successor.msgstr_plural) == bool(message.msgstr_plural)
        return on_one_side and same_kind and _forms(successor) == _forms(before)

    def _both(self, before: Message | None, ours: Message, theirs: Message) -> Message:
        """An entry that both sides have."""
        if theirs in (ours, before):
            return ours
        if ours == before:
            return theirs
        origin = before or self._origin(ours, theirs)
        text = self._text_of(origin, ours, theirs)
        comments = union(remarks(origin), remarks(ours), remarks(theirs))
        flags = union(without_fuzzy(origin), without_fuzzy(ours), without_fuzzy(theirs))
        if text is None:
            self.conflicts.add(ours.key)
            text, other, side = (ours, theirs, "theirs") if _has_text(ours) else (theirs, ours, "ours")
            comments = union((), comments, _noted(side, other))
            flags = ("fuzzy", *flags)
        else:
            comments = (*comments, *_sources(text))
            if set(comments) == set(text.translator_comments):
                comments = text.translator_comments
            flags = ("fuzzy", *flags) if text.fuzzy else flags
            if set(flags) == set(text.flags):
                flags = text.flags
        previous = one(_previous(origin), _previous(ours), _previous(theirs))
        merged = text.changed(
            flags=flags,
            references=union(origin.references, ours.references, theirs.references),
            extracted_comments=one(origin.extracted_comments, ours.extracted_comments, theirs.extracted_comments),
            translator_comments=comments,
            previous_msgctxt=previous[0],
            previous_msgid=previous[1],
            previous_msgid_plural=previous[2],
            obsolete=one(before is None or before.obsolete, ours.obsolete, theirs.obsolete),
        )
        return next((side for side in (ours, theirs) if side == merged), merged)

    def _origin(self, ours: Message, theirs: Message) -> Message:
        """What a person began with in an entry that is new on both sides: as `update` makes it, from an older one or empty."""
        for side in (ours, theirs):
            older = self.base.get(old_key) if (old_key := _old_key(side)) else None
            if older and side.fuzzy and _forms(older) == _forms(side):
                return side._replace(translator_comments=remarks(older))
        return Message(msgid=ours.msgid, msgctxt=ours.msgctxt, msgid_plural=ours.msgid_plural)

    def _text_of(self, origin: Message, ours: Message, theirs: Message) -> Message | None:
        """The side whose text and approval count; None when two people disagree."""
        if _judged(theirs) in (_judged(ours), _judged(origin)):
            return ours
        if _judged(ours) == _judged(origin):
            return theirs
        if _text(ours) == _text(theirs):  # new on both sides, and one of them approved it
            return theirs if ours.fuzzy else ours
        if self.theirs_win:
            return theirs
        written = [side for side in (ours, theirs) if _is_persons(side, origin)]
        return None if len(written) == 2 else (written or [ours])[0]


def _by_key(catalog: Catalog) -> dict[Key, Message]:
    """Every entry; a header that stands among them is none."""
    return {message.key: message for message in catalog.messages if message.obsolete or message.key != _HEADER_KEY}


def _anew(catalog: Catalog) -> Catalog:
    """The catalog without the bytes it was read from: they do not fit the file they would go to."""
    return replace(catalog, messages=tuple(message.changed() for message in catalog.messages))


def _has_crlf(catalog: Catalog) -> bool:
    return any(b"\r\n" in message.raw for message in catalog.messages[:2] if message.raw)


def _forms(message: Message) -> tuple[str, ...]:
    """The msgstr, or each of its plural forms."""
    return message.msgstr_plural or (message.msgstr,)


def _has_text(message: Message) -> bool:
    return any(_forms(message))


def _text(message: Message) -> tuple[str | None, tuple[str, ...]]:
    return (message.msgid_plural, _forms(message))


def _judged(message: Message) -> tuple[object, bool]:
    """A text and whether it is approved: given together, so merged together."""
    return (_text(message), message.fuzzy)


def _is_persons(message: Message, origin: Message) -> bool:
    """True when a person made the text what it is: wrote or approved it, or emptied what was a person's."""
    return state(message) in HUMAN or (state(message) is State.untranslated and state(origin) in HUMAN)


def _has_new_words(before: Message, message: Message) -> bool:
    """True when a person gave the entry a text, an approval or a remark since."""
    approved = _judged(message) != _judged(before) and state(message) in HUMAN
    return approved or not set(remarks(message)) <= set(remarks(before))


def _followed(successor: Message, before: Message, message: Message) -> Message:
    """The entry that took the place of `before`, with what the other side made of that: a person's text, still fuzzy."""
    comments = union(remarks(before), remarks(successor), remarks(message))
    return successor.changed(msgstr=message.msgstr, msgstr_plural=message.msgstr_plural, translator_comments=comments)


def _sources(message: Message) -> tuple[str, ...]:
    """The comment that says where the text came from, if there is one."""
    own = remarks(message)
    return tuple(comment for comment in message.translator_comments if comment not in own)


def _previous(message: Message) -> tuple[str | None, str | None, str | None]:
    return (message.previous_msgctxt, message.previous_msgid, message.previous_msgid_plural)


def _old_key(message: Message) -> Key | None:
    return None if message.previous_msgid is None else (message.previous_msgctxt, message.previous_msgid)


def _noted(side: str, message: Message) -> tuple[str, ...]:
    """A side's text as comments: as PO strings, so that each is one line and can be put back by hand or by a tool."""
    if message.msgid_plural is None:
        return (f'{CONFLICT} {side}: msgstr "{escape(message.msgstr)}"',)
    return tuple(f'{CONFLICT} {side}: msgstr[{number}] "{escape(form)}"' for number, form in enumerate(_forms(message)))


def _ordered(result: Mapping[Key, Message], base: Catalog, ours: Catalog, theirs: Catalog) -> list[Message]:
    """The entries in the order of one side, each that it lacks behind the one it follows on the other side.

    That side is theirs if ours left the order of `base` as it was, else ours. An entry stands where it is as active
    or obsolete as in the result; one that became obsolete by the merge comes last.
    """
    first, second = (theirs, ours) if _same_order(base, ours) else (ours, theirs)
    placed = {m.key for m in first.messages if m.key in result and m.obsolete == result[m.key].obsolete}
    behind: dict[Key | None, list[Message]] = {}
    seen = set(placed)
    anchor: Key | None = None
    for message in second.messages:
        if message.key in placed:
            anchor = message.key
        elif message.key in result and message.obsolete == result[message.key].obsolete:
            behind.setdefault(anchor, []).append(result[message.key])
            seen.add(message.key)
    ordered = [*behind.get(None, ())]
    for message in first.messages:
        if message.key in placed:
            ordered += (result[message.key], *behind.get(message.key, ()))
    return ordered + [message for key, message in result.items() if key not in seen]


def _same_order(base: Catalog, ours: Catalog) -> bool:
    """True when the entries of both stand in one order."""
    there, here = _by_key(base), _by_key(ours)
    return [key for key in there if key in here] == [key for key in here if key in there]
