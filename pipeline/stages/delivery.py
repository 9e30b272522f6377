"""What one catalog receives from others, on its way into a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipeline.catalog.pofile import parse_po, read_po
from pipeline.catalog.relocate import Homes, Parcel, is_human, key_number
from pipeline.errors import CatalogError
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Message
from pipeline.project import Project
from pipeline.stages.cache import digest
from pipeline.stages.moves import Gift
from pipeline.stages.places import catalog_dir


class Order(NamedTuple):
    """A gift, and where its entries are."""

    gift: Gift
    digest: str = ""
    """Of the source's bytes as they were when the gift was planned, for a catalog without pages: nobody changes it
    during the run, so the receiver reads it."""
    messages: tuple[Message, ...] = ()
    """The entries themselves, for a catalog that the run may change."""


class Delivery(NamedTuple):
    """All orders of one catalog, the best matching source first."""

    orders: tuple[Order, ...] = ()
    parted: frozenset[int] = frozenset()
    """Numbers of the keys whose strings moved away from this catalog."""


NOTHING = Delivery()


def open_parcels(project: Project, language: LanguageTag, delivery: Delivery) -> list[Parcel]:
    """The entries of all orders; CatalogError when a source is no longer what it was."""
    parcels = []
    for order in delivery.orders:
        gift = order.gift
        if order.digest:
            source = _orphan(catalog_dir(project, language) / gift.source, order.digest)
            messages: Sequence[Message] = [source.messages[row] for row in gift.rows]
            header = source.header if gift.whole else None
            parcels.append(Parcel(gift.source, messages, gift.whole, header))
        else:
            parcels.append(Parcel(gift.source, order.messages, gift.whole))
    return parcels


def pick(project: Project, language: LanguageTag, gift: Gift) -> Order:
    """The order for a gift from a catalog that has pages: its entries are read now, before the run changes it."""
    source = read_po(catalog_dir(project, language) / gift.source)
    wanted = {*gift.keys, *gift.spare}
    found = (message for message in source.messages if is_human(message) and key_number(message.key) in wanted)
    return Order(gift, messages=tuple(message.changed(obsolete=False) for message in found))


def kept_of(parcel: Parcel, catalog: Catalog) -> int:
    """How many of a person's texts in the parcel stand in the catalog as they were, or exactly adapted."""
    homes = Homes(catalog)
    kept = 0
    for message in parcel.messages:
        if not is_human(message) or (parcel.whole and message.obsolete):
            continue
        found = catalog.get(message.key)
        if found is not None:
            kept += (found.msgstr, found.msgstr_plural) == (message.msgstr, message.msgstr_plural)
        else:
            kept += homes.follows(message)
    return kept


@lru_cache(maxsize=2)
def _orphan(path: Path, expected: str) -> Catalog:
    """A catalog without pages; a site-wide one is asked for again and again."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
    if digest(data) != expected:
        raise CatalogError("another program has just changed it", path=str(path), hint="run the same command again")
    return parse_po(data, path=str(path))
