"""A source whose inline elements changed but not its words: the translation follows, and stays approved.

`[Fees](/old)` → `[Fees](/new)` needs no translator. A *mark* is an element without content, or the opening
or closing half of one; between the marks is the text that a translator reads.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from pipeline.inline import elements
from pipeline.inline.tags import TagScanner, attribute_is_translatable

CHOICE_OF_TRANSLATOR = {"emphasis", "strong", "strikethrough"}
_TITLED = re.compile(r"""(\]\(.*?\s)("[^"]*"|'[^']*'|\([^()]*\))(\s*\))""", re.DOTALL)

Outline = tuple[object, ...]


class Mark(NamedTuple):
    """An element without content, or one half of an element, where it stands in a text (code points)."""

    kind: str
    side: str
    """whole, open or close."""
    start: int
    end: int
    core: tuple[str, ...]
    """The mark as written, around its translatable values."""
    values: tuple[str, ...]
    """Translatable attribute values and link titles inside the mark: one fewer than `core`."""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes two marks the same."""
        return (self.kind, self.side, self.core)


def outline(text: str) -> Outline:
    """What of a msgid must not change for its translation to follow: words, line breaks, and kinds of marks in order."""
    marks = marks_of(text)
    words: list[str] = []
    position = 0
    for mark in marks:
        words.append(" ".join(text[position : mark.start].split()))
        position = mark.end
    words.append(" ".join(text[position:].split()))
    return (text.strip().count("\n"), tuple(words), tuple((mark.kind, mark.side, mark.values) for mark in marks))


def carried(old: str, new: str, msgstr: str) -> str | None:
    """`old`'s translation as one of `new`, when that is exact; None when a person must look.

    Exact: the outlines are equal, and each changed mark stands in `msgstr` as often as in `old`.
    Translated titles and attribute values are kept. Emphasis is the translator's own choice. A line break at the
    start or the end comes and goes as in the source: a YAML value has one or not by how it is folded.
    """
    text = follow_marks(old, new, msgstr) if outline(old) == outline(new) else None
    if text is None:
        return None
    if old.startswith("\n") != new.startswith("\n"):
        text = "\n" * new.startswith("\n") + text.lstrip("\n")
    if old.endswith("\n") != new.endswith("\n"):
        text = text.rstrip("\n") + "\n" * new.endswith("\n")
    return text


def follow_marks(old: str, new: str, msgstr: str) -> str | None:
    """`msgstr` with the marks that changed from `old` to `new` changed likewise, whatever became of the words.

    None when there are other marks than before, or one of them cannot be found for sure.
    """
    before = [mark for mark in marks_of(old) if mark.kind not in CHOICE_OF_TRANSLATOR]
    after = [mark for mark in marks_of(new) if mark.kind not in CHOICE_OF_TRANSLATOR]
    if [(mark.kind, mark.side, mark.values) for mark in before] != [(m.kind, m.side, m.values) for m in after]:
        return None
    becomes: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {}
    for one, other in zip(before, after, strict=True):
        if becomes.setdefault(one.key, other.core) != other.core:
            return None  # two equal elements became two different ones, and nothing tells which is which
    changed = {key for key, core in becomes.items() if key[2] != core}
    if not changed:
        return msgstr
    translated = marks_of(msgstr)
    there = Counter(mark.key for mark in translated)
    here = Counter(mark.key for mark in before)
    if any(there[key] != here[key] for key in changed):
        return None
    return _rewritten(msgstr, translated, {key: becomes[key] for key in changed})


def _rewritten(
    text: str, marks: list[Mark], becomes: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]]
) -> str | None:
    """The text with some marks replaced; None if it would then not be read as meant."""
    out: list[str] = []
    expected = []
    position = 0
    for mark in marks:
        core = becomes.get(mark.key, mark.core)
        out.append(text[position : mark.start])
        out.append(core[0])
        out += (value + part for value, part in zip(mark.values, core[1:], strict=True))
        expected.append((mark.kind, mark.side, core))
        position = mark.end
    result = "".join(out) + text[position:]
    return result if [mark.key for mark in marks_of(result)] == expected else None


def marks_of(text: str) -> list[Mark]:
    """The marks in order; one inside another (a template in a link's target) is part of the outer."""
    spans: list[tuple[int, int, str, str]] = []
    for element in elements(text):
        (start, end), close = element.open_span, element.close_span
        if close is None or not element.translate:
            spans.append((start, close[1] if close else end, element.kind, "whole"))
        else:
            spans.append((start, end, element.kind, "open"))
            spans.append((*close, element.kind, "close"))
    marks: list[Mark] = []
    reached = 0
    for start, end, kind, side in sorted(spans):
        if start < reached or start == end:
            continue
        core, values = _split(text[start:end], kind)
        marks.append(Mark(kind, side, start, end, core, values))
        reached = end
    return marks


def _split(source: str, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A mark's source, cut at its translatable values."""
    if kind in ("link", "image") and (titled := _TITLED.fullmatch(source)):
        return (titled[1] + titled[2][0], titled[2][-1] + titled[3]), (titled[2][1:-1],)
    scanner = TagScanner(source)
    tag = scanner.tag(0) if kind == "tag" else None
    if tag is None:
        return (source,), ()
    attributes = scanner.attributes(tag)
    written = {attribute.name.lower(): source[attribute.start : attribute.end] for attribute in attributes}
    core: list[str] = []
    values: list[str] = []
    position = 0
    for attribute in attributes:
        if attribute_is_translatable(tag.name.lower(), attribute.name.lower(), written):
            core.append(source[position : attribute.start])
            values.append(source[attribute.start : attribute.end])
            position = attribute.end
    return (*core, source[position:]), tuple(values)
