"""Translations out of other tools' catalogs, put into ours. No word that a person wrote is replaced.

A translation lands where the words are the same, wherever the other tool thought they stood; references only choose
between pages that share a string. It stays approved only where inline elements are the same too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.catalog.compose import composed, parts_of
from pipeline.catalog.foreign import Entry, Read, Reading, Unit, readings
from pipeline.catalog.foreignform import Converted, converted, with_values
from pipeline.catalog.foreigntext import flat
from pipeline.catalog.match import Candidate, closest
from pipeline.catalog.state import remarks, state, without_fuzzy
from pipeline.inline import has_text
from pipeline.model import Catalog, Key, Message, State

CUTOFF = 0.75
"""Lowest similarity (0.0-1.0) at which a translation of another text is offered, fuzzy."""
APPROVED, FUZZY, KNOWN, DIFFERENT, LEFT = "approved", "fuzzy", "known", "different", "left"
"""What became of an entry: in ours and approved; in ours and fuzzy; there already; kept out by a person's text; no place."""
_WORST_FIRST = (DIFFERENT, FUZZY, APPROVED, KNOWN)
_OPEN = (State.untranslated, State.machine)


class Place(NamedTuple):
    """A message of ours."""

    catalog: str
    key: Key


@dataclass(slots=True)
class Adopted:
    """One entry, and what became of it."""

    entry: Entry
    places: list[Place] = field(default_factory=list)
    outcomes: set[str] = field(default_factory=set)
    partly: bool = False
    """Some of its text has no place."""
    how: str = ""
    """"same", "parts" (ours of several of theirs), "value" (in a link's title) or "similar"; "" for one that was left."""

    @property
    def outcome(self) -> str:
        """The most telling of the outcomes of its parts."""
        return next((word for word in _WORST_FIRST if word in self.outcomes), LEFT)


class _Fit(NamedTuple):
    unit: Unit
    places: list[Place]


class Adoption:
    """Fills the catalogs of one language from any number of other tools' catalogs."""

    def __init__(self, catalogs: Mapping[str, Catalog], read: Read, markups: Mapping[Key, str] | None = None) -> None:
        """`catalogs` by name; `read` reads Markdown under the project's rules; `markups` as `inline.signature` takes them."""
        self._catalogs = catalogs
        self.read = read
        self._markups = markups or {}
        self._new: dict[Place, Message] = {}
        self._by_text: dict[str, list[Place]] = defaultdict(list)
        for name, catalog in catalogs.items():
            for key in catalog.index:
                if key[1] and (text := flat(key[1]).text):
                    self._by_text[text].append(Place(name, key))

    def take(self, entries: Sequence[Entry], near: Sequence[Collection[str]]) -> list[Adopted]:
        """Fill what the entries of one catalog translate; for each the names of the catalogs it is likely to belong to."""
        return _Taking(self, entries, near).run()

    def catalogs(self) -> dict[str, Catalog]:
        """The catalogs that changed."""
        changed: dict[str, dict[Key, Message]] = defaultdict(dict)
        for place, message in self._new.items():
            changed[place.catalog][place.key] = message
        return {name: _with(self._catalogs[name], messages) for name, messages in sorted(changed.items())}

    def has(self, msgid: str) -> bool:
        """True when a message has this very msgid."""
        return any(place.key[1] == msgid for place in self._by_text.get(flat(msgid).text, ()))

    def find(self, text: str, near: Collection[str], *, only: bool = False) -> list[Place]:
        """The messages with these words, of the likely catalogs if they stand there; of no others with `only`."""
        places = self._by_text.get(text, [])
        there = [place for place in places if place.catalog in near]
        return there if there or (near and only) else places

    def message(self, place: Place) -> Message:
        """A message as it is now."""
        return self._new.get(place) or self._catalogs[place.catalog].index[place.key]

    def markup(self, key: Key) -> str:
        """How a message is marked up."""
        return self._markups.get(key, "markdown")

    def is_open(self, place: Place) -> bool:
        """True for a message that nobody has translated."""
        return place not in self._new and state(self.message(place)) in _OPEN

    def near(self, names: Collection[str]) -> list[Place]:
        """The messages of some catalogs; of all when none is named."""
        return [
            Place(name, key)
            for name, catalog in self._catalogs.items()
            if not names or name in names
            for key, message in catalog.index.items()
            if key[1] and message.msgid_plural is None
        ]

    def fill(self, place: Place, found: Converted, entry: Entry, *, same: bool = True) -> str:
        """Put a translation into a message; what became of it. `same` is False when theirs has other words."""
        old = self.message(place)
        if not self.is_open(place):
            return KNOWN if old.msgstr == found.text else DIFFERENT
        theirs = entry.message
        approved = same and found.exact and entry.approved and place.key[0] in (None, theirs.msgctxt)
        previous = theirs.previous_msgid if theirs.fuzzy else None
        if not approved and previous is None and theirs.msgid != old.msgid and not (same and found.exact):
            previous = theirs.msgid
        own = remarks(old)
        comments = (c for c in theirs.translator_comments if c not in own and not c.startswith("pipeline:"))
        flags = without_fuzzy(old)
        self._new[place] = old.changed(
            msgstr=found.text,
            flags=flags if approved else ("fuzzy", *flags),
            translator_comments=(*own, *comments),
            previous_msgid=previous,
            previous_msgctxt=None,
        )
        return APPROVED if approved else FUZZY


class _Taking:
    """The entries of one catalog on their way into ours."""

    def __init__(self, adoption: Adoption, entries: Sequence[Entry], near: Sequence[Collection[str]]) -> None:
        self.ours = adoption
        self.near = near
        self.adopted = [Adopted(entry=entry) for entry in entries]
        self._units: dict[str, tuple[Unit, int]] = {}
        """What can be part of one of ours: `Flat.text` -> (unit, number of its entry)."""
        self._folded = {_folded(entry.msgid) for entry in entries if not entry.copied}
        for number, entry in enumerate(entries):
            if not entry.copied:
                self._units.setdefault(flat(entry.msgid).text, (Unit(entry.msgid, entry.msgstr), number))

    def run(self) -> list[Adopted]:
        """All ways in turn, the most certain first."""
        numbers = [number for number, adopted in enumerate(self.adopted) if not adopted.entry.copied]
        for number in sorted(numbers, key=lambda number: not self.ours.has(self.adopted[number].entry.msgid)):
            self._take(number, self.adopted[number])
        self._compose()
        self._offer_similar()
        return self.adopted

    def _take(self, number: int, adopted: Adopted) -> None:
        near = self.near[number]
        best: list[_Fit] = []
        covered, missing = 0, False
        for reading in readings(adopted.entry, self.ours.read):
            fits, lacking = self._fits(reading, near)
            size = sum(len(flat(fit.unit.msgid).text) for fit in fits)
            if size > covered:
                best, covered, missing = fits, size, lacking
            if fits and not lacking:
                break
        for fit in best:
            self._fill(fit, adopted)
        adopted.partly = bool(best) and missing

    def _fits(self, reading: Reading, near: Collection[str]) -> tuple[list[_Fit], bool]:
        """The units of a reading that are strings of ours, and whether some are not."""
        fits: list[_Fit] = []
        lacking = False
        units = reading.units
        start = 0
        while start < len(units):
            for end in range(len(units) if reading.pieces else start + 1, start, -1):
                unit = _joined(units[start:end])
                text = flat(unit.msgid).text
                if text and (places := self.ours.find(text, near, only=reading.pieces)):
                    fits.append(_Fit(unit, places))
                    start = end
                    break
            else:
                lacking |= reading.rest_matters and has_text(units[start].msgid)
                start += 1
        return fits, lacking

    def _fill(self, fit: _Fit, adopted: Adopted) -> None:
        """Fill the messages that are nearest to a unit among those with its words."""
        unit = fit.unit
        found = [
            (place, made)
            for place in fit.places
            if (made := converted(unit.msgid, place.key[1], unit.msgstr, markup=self.ours.markup(place.key)))
        ]
        any_exact = any(made.exact for _, made in found)
        found = [(place, made) for place, made in found if made.exact >= any_exact]
        # `A  b` and `A b` are two strings to some tools: each then has its own translation.
        same = [(place, made) for place, made in found if _folded(place.key[1]) == _folded(unit.msgid)]
        free = [(place, made) for place, made in found if _folded(place.key[1]) not in self._folded]
        for place, made in [*same, *free] or found:
            whole, owners = self._with_values(place, made)
            outcome = self.ours.fill(place, whole, adopted.entry)
            for owner, how in ((adopted, "same"), *((owner, "value") for owner in owners)):
                owner.outcomes.add(outcome)
                owner.places.append(place)
                owner.how = owner.how or how

    def _with_values(self, place: Place, found: Converted) -> tuple[Converted, list[Adopted]]:
        """With the link titles that the other tool has as entries of their own (Translate Toolkit), and these."""
        owners: list[Adopted] = []

        def translated(value: str) -> str:
            unit, number = self._units.get(flat(value).text, (None, 0))
            if unit is None or '"' in unit.msgstr or "\\" in unit.msgstr:
                return value
            owners.append(self.adopted[number])
            return unit.msgstr

        if '"' in found.text or "'" in found.text:
            found = found._replace(text=with_values(found.text, place.key[1], translated))
        return found._replace(exact=found.exact and all(owner.entry.approved for owner in owners)), owners

    def _compose(self) -> None:
        """Strings of ours that are several of theirs."""
        lengths = sorted({len(text) for text in self._units if text})
        likely = {name for names in self.near for name in names}
        for place in self.ours.near(likely) if lengths else ():
            parts = parts_of(flat(place.key[1]).text, self._units, lengths)
            if parts is None or not any(self.adopted[number].outcome == LEFT for _, number in parts):
                continue
            found = composed([unit for unit, _ in parts], place.key[1], markup=self.ours.markup(place.key))
            if found is None:
                continue
            owners = [self.adopted[number] for _, number in parts]
            approved = all(owner.entry.approved for owner in owners)
            outcome = self.ours.fill(place, found._replace(exact=found.exact and approved), owners[0].entry)
            for owner in owners:
                owner.outcomes.add(outcome)
                owner.places.append(place)
                owner.how = owner.how or "parts"

    def _offer_similar(self) -> None:
        """What is left beside what is still untranslated: the page may have been edited since."""
        by_near: dict[frozenset[str], list[Adopted]] = defaultdict(list)
        for number, adopted in enumerate(self.adopted):
            if adopted.outcome == LEFT and not adopted.entry.copied and has_text(adopted.entry.msgid):
                by_near[frozenset(self.near[number])].append(adopted)
        for near, left in by_near.items():
            open_places = []
            there = set()
            for place in self.ours.near(near):
                if self.ours.is_open(place):
                    open_places.append(place)
                else:
                    there.add(self.ours.message(place).msgstr)
            for adopted in left:
                if _folded(adopted.entry.msgstr) in there:  # an earlier import has offered it
                    adopted.outcomes.add(KNOWN)
            fresh = [adopted for adopted in left if not adopted.outcomes]
            news = [Candidate(place.key[1], -1, number) for number, place in enumerate(open_places)]
            olds = [Candidate(adopted.entry.msgid, -1, number) for number, adopted in enumerate(fresh)]
            for new, old in closest(news, olds, CUTOFF).items():
                adopted, place = fresh[old], open_places[new]
                text = _folded(adopted.entry.msgstr)
                adopted.outcomes.add(self.ours.fill(place, Converted(text, False), adopted.entry, same=False))
                adopted.places.append(place)
                adopted.how = "similar"


def _folded(text: str) -> str:
    return " ".join(text.split())


def _joined(units: Sequence[Unit]) -> Unit:
    if len(units) == 1:
        return units[0]
    return Unit(" ".join(unit.msgid for unit in units).strip(), " ".join(unit.msgstr for unit in units).strip())


def _with(catalog: Catalog, messages: Mapping[Key, Message]) -> Catalog:
    return replace(
        catalog,
        messages=tuple(m if m.obsolete else messages.get(m.key, m) for m in catalog.messages),
    )
