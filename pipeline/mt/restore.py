"""Puts translated runs back into their segment: markers, escapes, no-break spaces, and what stands between sentences."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from pipeline.mt import sentences
from pipeline.mt.alignment import Link, unpack
from pipeline.mt.markers import Marker
from pipeline.mt.project import project
from pipeline.mt.protect import Atom, Run
from pipeline.mt.scripts import is_wide
from pipeline.mt.tokens import CURLY

_QUOTES = re.compile(f'"|{CURLY.pattern}')


def restore(run: Run, translated: str, marker: Marker | None, alignment: bytes | None = None) -> str | None:
    """The run's translation with its markup back in place; None when a marker was lost, doubled or invented.

    A run with spans needs the translation's `alignment` (see `mt.alignment`); raises NoPlaceError when that does
    not tell where they belong.
    """
    if translated == run.text and not run.renamed:
        return run.source
    if alignment is None:  # links count from the beginning
        translated = translated.strip() + run.text[len(run.text.rstrip()) :]
    text = _spaces(run, translated)
    ends: dict[str, str] = {}
    if run.spans:
        text, ends = _with_ends(run, text, marker, alignment)
    marks = _QUOTES.findall(text)
    if run.quotes and len(marks) == len(run.quotes):
        own = iter(run.quotes)
        text = _QUOTES.sub(lambda _: next(own), text)
    for character_source, character in run.escapes:
        text = text.replace(character, character_source)
    if run.atoms and marker is not None:
        found = [int(number) for number in marker.pattern.findall(text)]
        if sorted(found) != list(range(1, len(run.atoms) + 1)) or _has_crumbs(run.text, text, marker):
            return None
        text = _place(run.atoms, text, marker)
    for stand_in, end in ends.items():
        text = text.replace(stand_in, end)
    return text


def _has_crumbs(source: str, text: str, marker: Marker) -> bool:
    """Whether a part of a marker is left where none was: "§ §1"."""
    before, after = marker.pattern.sub("", source), marker.pattern.sub("", text)
    return any(part and after.count(part) > before.count(part) for part in marker.form.split("{}"))


class NoPlaceError(Exception):
    """The alignment does not tell where an element's ends belong."""


_STAND_INS = range(0xE000, 0xF8FF)
"""Private-use characters that stand for the ends of elements while the rest is put back."""


def _with_ends(run: Run, text: str, marker: Marker | None, alignment: bytes | None) -> tuple[str, dict[str, str]]:
    """(the text with a stand-in for every end of an element, {stand-in: end})."""
    if alignment is None:
        raise NoPlaceError
    links = list(unpack(alignment))
    if marker is not None and run.atoms:
        links = _by_marker(run.text, text, links, marker)
    places = project(run.text, text, links, [(span.start, span.end) for span in run.spans])
    if places is None or 2 * len(places) > len(_STAND_INS) or any(ord(c) in _STAND_INS for c in text):
        raise NoPlaceError
    ends: list[tuple[int, int, int, str]] = []  # place, closing before opening, order, end
    for number, (span, (start, end)) in enumerate(zip(run.spans, places, strict=True)):
        ends.append((start, 1, number, span.opening))
        ends.append((end, 0, -number, span.closing))
    out, at, stand_ins = [], 0, {}
    for number, (place, _, _, end_source) in enumerate(sorted(ends)):
        stand_ins[chr(_STAND_INS[number])] = end_source
        out += [text[at:place], chr(_STAND_INS[number])]
        at = place
    return "".join([*out, text[at:]]), stand_ins


def _by_marker(source: str, text: str, links: list[Link], marker: Marker) -> list[Link]:
    """Links in which a marker stands for the same marker of the source, whatever the engine looked at."""
    there = {found[1]: found.span() for found in marker.pattern.finditer(source)}
    sure = [Link(*found.span(), *there[found[1]], 1.0) for found in marker.pattern.finditer(text) if found[1] in there]
    others = [link for link in links if not any(link.start < own.end and own.start < link.end for own in sure)]
    return sorted([*others, *sure])


def assemble(parts: Sequence[str | Run], outputs: Sequence[str]) -> str:
    """The segment with `outputs` for its runs, in order. Spaces between sentences follow the script on both sides."""
    waiting = iter(outputs)
    texts = [part if isinstance(part, str) else next(waiting) for part in parts]
    for i in range(1, len(texts) - 1):
        left, right = parts[i - 1], parts[i + 1]
        if texts[i] == " " and isinstance(left, Run) and isinstance(right, Run):
            texts[i] = sentences.between(left.source, " ", right.source, texts[i - 1], texts[i + 1])
    out = []
    for i, text in enumerate(texts):
        if i and isinstance(left := parts[i - 1], Run) and isinstance(right := parts[i], Run):
            out.append(sentences.between(left.source, "", right.source, texts[i - 1], text))
        out.append(text)
    return "".join(out)


def _place(atoms: tuple[Atom, ...], text: str, marker: Marker) -> str:
    out, at = [], 0
    for found in marker.pattern.finditer(text):
        atom = atoms[int(found[1]) - 1]
        start, end = found.span()
        if atom.padded_left and start > at and text[start - 1] == " ":
            start -= 1
        out += [text[at:start], _gap(atom, text, at, start), atom.written]
        at = end
        if atom.padded_right and text[at : at + 1] == " ":
            at += 1
    return "".join([*out, text[at:]])


def _gap(atom: Atom, text: str, at: int, start: int) -> str:
    """The space that an engine lost between a number and a word that was put in ("12Sep")."""
    lost = start > at and text[start - 1].isdigit() and atom.written[0].isalpha() and not is_wide(atom.written[0])
    return " " if lost and not atom.padded_left else ""


def _spaces(run: Run, text: str) -> str:
    """Put a no-break space back between two words that still stand side by side."""
    for space in ("\u00a0", "\u202f"):
        if space not in run.text:
            continue
        words = re.split(rf"(?<=\S){space}(?=\S)", run.text)
        for left, right in itertools.pairwise(words):
            pair = (left.split()[-1:] or [""])[0], (right.split()[:1] or [""])[0]
            text = text.replace(f"{pair[0]} {pair[1]}", f"{pair[0]}{space}{pair[1]}", 1)
    return text
