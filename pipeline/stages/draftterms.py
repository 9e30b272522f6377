"""What the glossary asks of drafts: of those to be made, and of those there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.catalog.glossary import Glossary, Term, forbidden, missing
from pipeline.catalog.hints import waits_for_draft
from pipeline.catalog.state import provenance, state
from pipeline.langtag import LanguageTag
from pipeline.model import Message, State

if TYPE_CHECKING:
    from pipeline.mt.request import DraftTerm


def draft_terms(glossary: Glossary, msgid: str, language: LanguageTag) -> tuple[DraftTerm, ...]:
    """The glossary's terms in a msgid as drafting takes them, one for each spelling: they differ in capitals."""
    from pipeline.mt.request import DraftTerm

    def fits(text: str, translation: str, term: Term) -> bool | None:
        use = next((use for use in glossary.find(text) if use.term is term), None)
        return None if use is None else not missing(use, translation) and not forbidden(use, translation)

    return tuple(
        DraftTerm(
            spellings=(spelling,),
            target=use.term.target_for(spelling, language),
            fits=lambda text, translation, term=use.term: fits(text, translation, term),  # type: ignore[misc]
            keep=use.term.keep,
        )
        for use in glossary.find(msgid)
        for spelling in use.spellings
    )


def is_doubtful(glossary: Glossary, message: Message) -> bool:
    """Whether an entry is a machine's draft, as it was made, that does not keep to the glossary."""
    if not glossary or not message.fuzzy or message.obsolete or message.msgid_plural is not None:
        return False
    origin = provenance(message)
    return (
        origin is not None
        and origin.origin == "machine"
        and state(message) is State.machine
        and not waits_for_draft(message)
        and _wrong(glossary, message.msgid, message.msgstr) > 0
    )


def helps(glossary: Glossary, message: Message, text: str | None) -> bool:
    """Whether a new draft does better by the glossary than a doubtful one.

    Another one that is as bad does not take its place: so running again changes nothing, whatever the engine says.
    """
    if text is None or not is_doubtful(glossary, message):
        return False
    return _wrong(glossary, message.msgid, text) < _wrong(glossary, message.msgid, message.msgstr)


def _wrong(glossary: Glossary, msgid: str, msgstr: str) -> int:
    """How many terms of a text its translation does wrong by."""
    return sum(missing(use, msgstr) or forbidden(use, msgstr) is not None for use in glossary.find(msgid))
