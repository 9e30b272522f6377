"""Law 6 on a draft: the elements of its source, as often; and no line break or mark that the source lacks."""

from __future__ import annotations

from pipeline.inline import signature

_MARKS = "*_`[]<>{}|~\\"
"""Characters a draft has as often as its source."""


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
    return changed_elements(source, text, markup)


def changed_elements(source: str, text: str, markup: str) -> str:
    """The same, of the elements alone."""
    same = signature(text, markup, strict=True) == signature(source, markup, strict=True)
    return "" if same else "changes an inline element"
