"""What a catalog has and lacks, as numbers: a site's catalogs do not fit in memory at once, their numbers do."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import dataclass, field

from pipeline.catalog.relocate import is_human, key_number, text_number
from pipeline.model import Catalog, Key, Message

WANTED, EMPTY, GONE = b"weg"
"""Standing of an entry: in use with a person's text; in use without one; no longer in the source."""

_HUMAN_WEIGHT = 1000
"""How much more a translated entry counts than one that nobody has translated."""


def _numbers() -> array[int]:
    return array("Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Entries of one catalog in file order; the arrays but `fresh` are equally long."""

    rows: array[int] = field(default_factory=_numbers)
    """Places in the file, from 0."""
    keys: array[int] = field(default_factory=_numbers)
    texts: array[int] = field(default_factory=_numbers)
    """Key and translation in one number; 0 without a person's text."""
    weights: array[int] = field(default_factory=_numbers)
    """How much the entry says about where its page went: by its length, common short strings say little. 0: nothing."""
    standing: bytearray = field(default_factory=bytearray)
    fresh: array[int] = field(default_factory=_numbers)
    """Keys that the pages have now, and the catalog has not."""

    @property
    def loses(self) -> bool:
        """True when a person's text goes out of use: then the catalog looks different once it is up to date."""
        rows = zip(self.texts, self.weights, self.standing, strict=True)
        return any(text and weight and standing == GONE for text, weight, standing in rows)


def take_stock(catalog: Catalog, wanted: Collection[Key] | None = None, *, full: bool = True) -> Stock:
    """The stock of a catalog as it is on disk, before it is merged with what is `wanted` (None: what is active).

    Without `full` a catalog that nothing is gone from has only what is fresh: nothing can move away from it.
    """
    stock = Stock()
    if wanted is not None:
        known = {message.key for message in catalog.messages}
        stock.fresh.extend(key_number(key) for key in wanted if key not in known)

    def is_gone(message: Message) -> bool:
        # An obsolete string that is back in the source will be in use again.
        return message.obsolete if wanted is None else message.key not in wanted

    if not (full or any(map(is_gone, catalog.messages))):
        return stock
    for row, message in enumerate(catalog.messages):
        human = is_human(message)
        weight = 0 if message.obsolete else len(message.msgid)
        stock.rows.append(row)
        stock.keys.append(key_number(message.key))
        stock.texts.append(text_number(message) if human else 0)
        stock.weights.append(weight * _HUMAN_WEIGHT if human else weight)
        stock.standing.append(GONE if is_gone(message) else WANTED if human else EMPTY)
    return stock
