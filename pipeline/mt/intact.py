"""Law 6 on a draft: the elements of its source, as often; and no line break or mark that the source lacks."""

from __future__ import annotations

import re

from pipeline.inline import signature
from pipeline.mt.tokens import CURLY, placeholders

_MARKS = (*"*_`[]<>{}|~\\", "==", "^^", "++")
"""What a draft has as often as its source."""

_QUOTES = re.compile('["“”„«»「」『』《》〈〉‹›‘‚]|(?<![^\\W_])’|’(?![^\\W_])')
"""Whatever stands for quotation marks in some language; not the apostrophe."""


def breakage(source: str, text: str, markup: str) -> str:
    """What a draft does to the markup of its source, in a few words; "" when nothing."""
    if text == source:
        return ""
    if text.count("\n") != source.count("\n"):
        return "changes the line breaks"
    for mark in _MARKS:
        more = text.count(mark) - source.count(mark)
        if more:
            return f"{'adds' if more > 0 else 'loses'} a {mark}"
    if CURLY.search(source) and len(_QUOTES.findall(source)) != len(_QUOTES.findall(text)):
        return "loses a quotation mark"
    before, after = placeholders(source), placeholders(text)
    lost = before - after
    del lost["&amp;"]  # "and" is a good translation of it
    if lost or after - before:
        return f"loses {min(lost)}" if lost else f"adds {min(after - before)}"
    return changed_elements(source, text, markup)


def changed_elements(source: str, text: str, markup: str) -> str:
    """The same, of the elements alone."""
    same = signature(text, markup, strict=True) == signature(source, markup, strict=True)
    return "" if same else "changes an inline element"
