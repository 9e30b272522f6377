"""Puts translated runs back into their segment: markers, escapes, no-break spaces, and what stands between sentences."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from pipeline.mt import sentences
from pipeline.mt.markers import Marker
from pipeline.mt.protect import Atom, Run


def restore(run: Run, translated: str, marker: Marker | None) -> str | None:
    """The run's translation with its markup back in place; None when a marker was lost, doubled or invented."""
    if translated == run.text:
        return run.source
    text = translated
    for character_source, character in run.escapes:
        text = text.replace(character, character_source)
    text = _spaces(run, text)
    if not run.atoms or marker is None:
        return text
    found = [int(number) for number in marker.pattern.findall(text)]
    if sorted(found) != list(range(1, len(run.atoms) + 1)):
        return None
    return _place(run.atoms, text, marker)


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
        out += [text[at:start], atom.source]
        at = end
        if atom.padded_right and text[at : at + 1] == " ":
            at += 1
    return "".join([*out, text[at:]])


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
