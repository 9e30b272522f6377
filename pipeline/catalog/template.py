"""Pages → the template catalog: one untranslated entry per distinct string."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.catalog.poheader import new_header
from pipeline.model import Catalog, Key, Message, Page

_MOST_COMMENTS = 5
"""A string that stands in many places says so in its references; its comments stay readable."""


def make_template(pages: Iterable[Page], *, line_references: bool = False) -> Catalog:
    """The template of some pages: keys in the order of pages and of segments, each once.

    References name each page once, or every place as `path:line` with `line_references`.
    Extracted comments are the segments' notes, the first few different ones.
    """
    strings: dict[Key, tuple[dict[str, None], dict[str, None]]] = {}
    """For each key its references and its comments, as ordered sets."""
    for page in pages:
        place = page.path
        for segment in page.segments:
            if not segment.msgid:  # the empty msgid is the header's
                continue
            key = (segment.msgctxt, segment.msgid)
            known = strings.get(key)
            if known is None:
                known = strings[key] = ({}, {})
            places, comments = known
            if line_references:
                place = f"{page.path}:{segment.line}"
            places[place] = None
            for line in (segment.note or segment.kind).split("\n"):
                if line and len(comments) < _MOST_COMMENTS:
                    comments[line] = None
    messages = [
        Message(msgctxt=context, msgid=msgid, references=tuple(places), extracted_comments=tuple(comments))
        for (context, msgid), (places, comments) in strings.items()
    ]
    return Catalog(header=new_header(None), messages=tuple(messages))
