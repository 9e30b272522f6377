"""Pages that cannot be read: their strings stay in the catalogs as they were when they last could be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipeline.model import Catalog, Key, Message


def with_unread(old: Catalog, template: Catalog, unread: Collection[str]) -> Catalog:
    """The template as it would be if the `unread` pages were as they were when `old` was made.

    Their strings stand behind those they stood behind, so that merging changes nothing about them.
    """
    if not unread:
        return template
    fresh = template.index
    behind: dict[Key | None, list[Message]] = {}
    last: Key | None = None
    for message in old.messages:
        if message.obsolete:
            continue
        if message.key in fresh:
            last = message.key
        elif not message.references or any(page_of(reference) in unread for reference in message.references):
            behind.setdefault(last, []).append(_as_template(message))
    messages = [*behind.get(None, ())]
    for message in template.messages:
        messages.append(_naming_unread(message, old.get(message.key), unread))
        messages += behind.get(message.key, ())
    return replace(template, messages=tuple(messages))


def _naming_unread(message: Message, known: Message | None, unread: Collection[str]) -> Message:
    missing = [r for r in known.references if page_of(r) in unread and r not in message.references] if known else []
    if known is None or not missing:
        return message
    references = tuple(sorted((*message.references, *missing), key=page_of))
    return message.changed(references=references, extracted_comments=known.extracted_comments)


def _as_template(message: Message) -> Message:
    return Message(
        msgid=message.msgid,
        msgctxt=message.msgctxt,
        msgid_plural=message.msgid_plural,
        references=message.references,
        extracted_comments=message.extracted_comments,
    )


def page_of(reference: str) -> str:
    """The page that a reference names, without its line and the marks around a name with spaces."""
    reference = reference.strip("\u2068\u2069")
    path, colon, line = reference.rpartition(":")
    return path.strip("\u2068\u2069") if colon and line.isdecimal() else reference
