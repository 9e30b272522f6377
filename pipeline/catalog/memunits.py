"""What a catalog gives the translation memory: its accepted messages, with what is known of their strings."""

from __future__ import annotations

from pipeline.catalog.kinds import kind_of
from pipeline.catalog.memory import Unit
from pipeline.catalog.state import digest, provenance, state
from pipeline.model import Catalog, Message, State


def units_of(catalog: Catalog) -> tuple[Unit, ...]:
    """The reviewed messages, obsolete ones too; plural ones are left out."""
    return tuple(
        Unit(
            message.msgid,
            message.msgstr,
            kind_of(message),
            message.msgctxt,
            obsolete=message.obsolete,
            copy=is_own_copy(message),
        )
        for message in catalog.messages
        if message.msgid and message.msgid_plural is None and state(message) is State.reviewed
    )


def is_own_copy(message: Message) -> bool:
    """True for a text that the memory has put there, and that nobody has touched."""
    origin = provenance(message)
    return origin is not None and origin.origin == "memory" and is_untouched(message)


def is_untouched(message: Message) -> bool:
    """True while the digest in the entry's provenance fits: its text with its source, or with its previous source."""
    origin = provenance(message)
    if origin is None or not origin.digest:
        return False
    if origin.digest == digest(message.msgctxt, message.msgid, message.msgstr):
        return True
    return message.previous_msgid is not None and origin.digest == digest(
        message.previous_msgctxt, message.previous_msgid, message.msgstr
    )
