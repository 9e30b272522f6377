"""Where strings went: which catalog without pages, or which part of one, now belongs to which other catalog.

Pure: it reads the numbers of `stock`, and decides by them alone, so the plan is the same for the same files in
whatever order they were read. A catalog without pages is an *orphan*.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.stages.stock import EMPTY, GONE, WANTED, Stock

MOST = 0.5
"""Share of an orphan's text that must stand elsewhere before it counts as moved, and not as deleted."""
_COMMON = 20
"""A string that more catalogs lack says nothing about where a page went. (On a site with a notice on every page each
catalog would otherwise be compared with each.)"""

Entry = tuple[int, int]
"""(row, number of the key)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """Entries that a catalog receives from another one."""

    source: str
    """Name of the catalog they come from."""
    rows: tuple[int, ...]
    """Which of its entries, by their places in the file as it was when stock was taken."""
    keys: tuple[int, ...]
    """The numbers of their keys."""
    whole: bool
    """True when the source moved as a whole, and its file goes."""
    spare: tuple[int, ...] = ()
    """Numbers of other keys that are gone from a source with pages: of use where only a link changed on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What moves in one language."""

    gifts: Mapping[str, tuple[Gift, ...]] = field(default_factory=dict)
    """Receiving catalog -> what it gets, the best matching source first."""
    moved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Orphan that moved as a whole -> the catalogs it went to; empty when everything in it stood elsewhere already."""

    def parted(self) -> dict[str, set[int]]:
        """Catalog that something moved away from -> the numbers of the keys."""
        found: dict[str, set[int]] = defaultdict(set)
        for gifts in self.gifts.values():
            for gift in gifts:
                found[gift.source].update(gift.keys)
        return found


def plan(live: Mapping[str, Stock], orphans: Mapping[str, Stock]) -> Plan:
    """Decide what goes where, by catalog name.

    A string that a live catalog lacks comes from every catalog in which it was and is no more. An orphan most of whose
    text is found so, or stands elsewhere already with the same translation, has moved: the rest of it goes along.
    """
    deal = _Deal(_Shelves(live))
    for name in sorted(orphans):
        deal.out_orphan(name, orphans[name])
    for name in sorted(live):
        deal.out_live(name, live[name])
    deal.out_common()
    return deal.plan()


class _Shelves:
    """Which live catalogs lack a string, and which use it with a person's translation."""

    def __init__(self, live: Mapping[str, Stock]) -> None:
        self.fresh: dict[int, dict[str, None]] = defaultdict(dict)
        self.lacking: dict[int, dict[str, None]] = defaultdict(dict)
        """As `fresh`, and those that have the string without a person's translation."""
        self.settled: dict[int, list[str]] = defaultdict(list)
        """By key and translation; the first few."""
        for name in sorted(live):
            stock = live[name]
            for key in stock.fresh:
                self.fresh[key][name] = None
                self.lacking[key][name] = None
            for key, text, standing in zip(stock.keys, stock.texts, stock.standing, strict=True):
                if standing == EMPTY:
                    self.lacking[key][name] = None
                elif standing == WANTED and len(self.settled[text]) < _COMMON:
                    self.settled[text].append(name)


class _Deal:
    """Deals the entries out, source by source."""

    def __init__(self, shelves: _Shelves) -> None:
        self._shelves = shelves
        self._found: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        """Receiver -> source -> entries."""
        self._spare: dict[str, tuple[int, ...]] = {}
        self._scores: Counter[tuple[str, str]] = Counter()
        self._moved: set[str] = set()
        self._bare: set[tuple[str, int]] = set()
        """(orphan, row) of entries without a person's text: another source may still bring one."""
        self._common: dict[int, tuple[str, int, dict[str, None]]] = {}
        """Key of a common string -> the first source that has it, the row there, and the catalogs that lack it."""

    def out_orphan(self, name: str, orphan: Stock) -> None:
        """Give what others lack; if that is most of it, also the rest."""
        homes, score, share = _homes(orphan, self._shelves)
        if share >= MOST:
            _send_rest(orphan, homes, score, self._shelves)
            self._moved.add(name)
        for number, targets in enumerate(homes):
            row, key = orphan.rows[number], orphan.keys[number]
            if not orphan.texts[number]:
                self._bare.add((name, row))
            for target in targets:
                self._found[target][name].append((row, key))
            lacking = self._shelves.lacking.get(key, {})
            if len(lacking) > _COMMON and orphan.texts[number]:
                self._common.setdefault(key, (name, row, lacking))
        for target, points in score.items():
            self._scores[target, name] += points

    def out_live(self, name: str, stock: Stock) -> None:
        """Give what is gone from a live catalog and appeared in another.

        Where most of what two catalogs have in common moved, a string that the moved part shares with the rest of its
        page comes along, too.
        """
        fresh = self._shelves.fresh
        if not fresh or GONE not in stock.standing:
            return
        gone: dict[str, list[Entry]] = defaultdict(list)
        staying: dict[str, list[Entry]] = defaultdict(list)
        common: list[tuple[Entry, bool, dict[str, None]]] = []
        spare: list[int] = []
        for row, key, text, weight, standing in zip(
            stock.rows, stock.keys, stock.texts, stock.weights, stock.standing, strict=True
        ):
            is_gone = standing == GONE
            targets = fresh.get(key) if text else None
            if not targets:
                spare += [key] if text and is_gone else []
                continue
            if len(targets) > _COMMON:
                common.append(((row, key), is_gone, targets))
                if is_gone:
                    self._common.setdefault(key, (name, row, targets))
                continue
            for target in targets:
                (gone if is_gone else staying)[target].append((row, key))
                self._scores[target, name] += (weight or 1) if is_gone else 0
        self._spare[name] = tuple(spare)
        for target, entries in gone.items():
            along = len(staying[target]) <= len(entries)
            more = [entry for entry, is_gone, targets in common if target in targets and (is_gone or along)]
            self._found[target][name] += [*entries, *(staying[target] if along else ()), *more]

    def out_common(self) -> None:
        """Common strings that a catalog got from none of its own sources come from the first that has them."""
        served: dict[str, set[int]] = {}
        for key, (name, row, lacking) in self._common.items():
            for target in lacking:
                sources = self._found[target]
                if target not in served:
                    served[target] = {
                        other
                        for source, entries in sources.items()
                        for row, other in entries
                        if (source, row) not in self._bare
                    }
                if key not in served[target] and target != name:
                    sources[name].append((row, key))

    def plan(self) -> Plan:
        """All gifts. A catalog gets a string from its best matching source; a source that goes leaves nothing behind."""
        gifts: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        homeless: dict[tuple[str, Entry], list[str]] = {}
        housed: set[tuple[str, Entry]] = set()
        for target, sources in sorted(self._found.items()):
            served: set[int] = set()
            for name in sorted(sources, key=lambda name: (-self._scores[target, name], name)):
                gifts[target][name] = [entry for entry in sources[name] if entry[1] not in served]
                if name in self._moved:
                    housed.update((name, entry) for entry in gifts[target][name])
                    for entry in sources[name]:
                        if entry[1] in served:
                            homeless.setdefault((name, entry), []).append(target)
                served.update(key for row, key in sources[name] if (name, row) not in self._bare)
        for (name, entry), targets in homeless.items():
            if (name, entry) not in housed:
                gifts[max(targets, key=lambda target: self._scores[target, name])][name].append(entry)
        moved: dict[str, set[str]] = {name: set() for name in sorted(self._moved)}
        for target, found in gifts.items():
            for name in moved.keys() & {name for name, entries in found.items() if entries}:
                moved[name].add(target)
        return Plan(
            gifts={
                target: tuple(
                    Gift(
                        source=name,
                        rows=tuple(row for row, _ in entries),
                        keys=tuple(key for _, key in entries),
                        whole=name in self._moved,
                        spare=self._spare.get(name, ()),
                    )
                    for name, entries in found.items()
                    if entries
                )
                for target, found in gifts.items()
                if any(found.values())
            },
            moved={name: tuple(sorted(targets)) for name, targets in moved.items()},
        )


def _homes(orphan: Stock, shelves: _Shelves) -> tuple[list[tuple[str, ...]], Counter[str], float]:
    """For each row the catalogs that lack it; points of each catalog; the share of the orphan's text that was found.

    A common string goes to the catalogs that something else went to, too.
    """
    homes: list[tuple[str, ...]] = []
    score: Counter[str] = Counter()
    common: list[int] = []
    found = 0
    for number, (key, text, weight, standing) in enumerate(
        zip(orphan.keys, orphan.texts, orphan.weights, orphan.standing, strict=True)
    ):
        lacking = shelves.lacking.get(key, {}) if text or standing != GONE else {}
        settled = shelves.settled.get(text, ()) if text else ()
        if weight and (lacking or settled):
            found += weight
        if len(lacking) > _COMMON:
            common.append(number)
            homes.append(())
            continue
        homes.append(tuple(lacking))
        if weight and len(settled) < _COMMON:
            score.update(dict.fromkeys((*lacking, *settled), weight))
    for number in common:
        lacking = shelves.lacking[orphan.keys[number]]
        homes[number] = tuple(target for target in sorted(score) if target in lacking) or (next(iter(lacking)),)
        if not score:
            score.update(homes[number])
    total = sum(orphan.weights)
    return homes, score, found / total if total else 0.0


def _send_rest(orphan: Stock, homes: list[tuple[str, ...]], score: Counter[str], shelves: _Shelves) -> None:
    """Send a person's texts that nobody asked for where their neighbours went, and history to the best match.

    What stands there already, under this source or a changed one, is sorted out by the receiver.
    """

    def best(names: Iterable[str]) -> str | None:
        return min(names, key=lambda name: (-score[name], name), default=None)

    settled = [best(shelves.settled.get(text, ())) if text else None for text in orphan.texts]
    places = [best(targets) or place for targets, place in zip(homes, settled, strict=True)]
    last = next(place for place in places if place)
    main = best(score) or last
    for number, (text, weight) in enumerate(zip(orphan.texts, orphan.weights, strict=True)):
        last = places[number] or last
        if text and not homes[number]:
            # A text that stands elsewhere goes there all the same: it may bring a translator's remark.
            homes[number] = (settled[number] or (last if weight else main),)
