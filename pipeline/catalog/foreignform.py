"""A msgstr of another tool, put into our form: a translation of its msgid becomes one of the msgid that has the same words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pipeline.catalog.foreignmarks import LABEL, becoming, interleaved, marked
from pipeline.catalog.foreigntext import BREAK, ESCAPE, Flat, flat, is_hard, marks, raw_of, running
from pipeline.document.entities import decode
from pipeline.inline import signature

_SHORTCUT = re.compile(r"(?<![\]\\])\[((?>(?:[^\[\]\\\n]++|\\.)+))\](?:\[\])?(?![\[({:])")
_UNSPACED = "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
_BETWEEN_UNSPACED = re.compile(rf"(?<={_UNSPACED}) (?={_UNSPACED})")


class Converted(NamedTuple):
    """A msgstr in our form."""

    text: str
    exact: bool
    """False when an element or a line break has no certain place: a person must look."""


def converted(theirs: str, ours: str, msgstr: str, *, markup: str = "markdown") -> Converted | None:
    """`msgstr`, a translation of `theirs`, as one of `ours`; None when the two do not have the same words.

    All three are `readable` texts. `markup` is that of `ours`, as `inline.signature` takes it.
    """
    if theirs == ours:
        return Converted(msgstr, same_elements(ours, msgstr, markup))
    labels = [m[1] for _, mark in flat(ours).marks if (m := LABEL.fullmatch(raw_of(ours, mark)))]
    if labels:
        theirs, msgstr = _with_labels(theirs, msgstr, labels)
    there, here = flat(theirs), flat(ours)
    if there.text != here.text:
        return None
    text, kept = _lines(there, here, msgstr)
    becomes, exact = becoming(theirs, there, ours, here)
    kept &= running(theirs).count("[") == running(ours).count("[")
    text = marked(text, becomes, _speller(theirs, ours))
    text = decode(text, markup)
    exact &= kept and flat(text).text == flat(msgstr).text
    return Converted(text, exact and same_elements(ours, text, markup))


def with_values(msgstr: str, ours: str, translated: Callable[[str], str]) -> str:
    """The translation with `translated` of each link title and attribute value that is still as in `ours`."""
    known = {mark.key: mark.values for mark in marks(ours) if mark.values}
    if not known:
        return msgstr
    out: list[str] = []
    position = 0
    for mark in marks(msgstr):
        out.append(msgstr[position : mark.start])
        if mark.values and mark.values == known.get(mark.key):
            out.append(interleaved(mark.core, tuple(map(translated, mark.values))))
        else:
            out.append(raw_of(msgstr, mark))
        position = mark.end
    return "".join([*out, msgstr[position:]])


def same_elements(ours: str, text: str, markup: str) -> bool:
    """Whether a translation holds the inline elements and as many line breaks as its source."""
    return ours.count("\n") == text.count("\n") and signature(ours, markup) == signature(text, markup)


def _with_labels(theirs: str, msgstr: str, labels: Iterable[str]) -> tuple[str, str]:
    """`[text]` and `[text][]` as `[text][label]`; the translation's take the source's labels, in their order."""
    known = {" ".join(label.split()).casefold() for label in labels}
    found = [m[1] for m in _SHORTCUT.finditer(theirs)]
    wanted = [label if " ".join(label.split()).casefold() in known else None for label in found]
    if not any(wanted) or len(_SHORTCUT.findall(msgstr)) != len(found):
        return theirs, msgstr

    def labelled(text: str) -> str:
        following = iter(wanted)

        def one(m: re.Match[str]) -> str:
            label = next(following)
            return m[0] if label is None else f"[{m[1]}][{label}]"

        return _SHORTCUT.sub(one, text)

    return labelled(theirs), labelled(msgstr)


def _lines(there: Flat, here: Flat, msgstr: str) -> tuple[str, bool]:
    """The translation with line breaks only where ours has them, and whether their places are certain."""
    kept = Counter(offset for offset, _ in here.breaks)
    fates: list[bool] = []
    for offset, _ in there.breaks:
        fates.append(kept[offset] > 0)
        kept[offset] -= fates[-1]
    found = list(BREAK.finditer(msgstr))
    wanted = len(here.breaks)
    if len(found) != len(fates) or sum(fates) != wanted:
        fates = [is_hard(m) for m in found]
    certain = sum(fates) == wanted
    if not certain:
        fates = [False] * len(found)
    following = iter(fates)
    text = BREAK.sub(lambda _: "\n" if next(following) else " ", msgstr)
    return (_BETWEEN_UNSPACED.sub("", text) if False in fates else text), certain


def _speller(theirs: str, ours: str) -> Callable[[str], str]:
    """How running text of theirs is spelled in ours: which characters are escaped, or written as references."""
    before, after = running(theirs), running(ours)
    escape: set[str] = set()
    bare: set[str] = set()
    for character in set(ESCAPE.findall(before + after)):
        escaped, unescaped = f"\\{character}", re.compile(rf"(?<!\\){re.escape(character)}")
        if escaped in after and escaped not in before and not unescaped.search(after):
            escape.add(character)
        elif escaped in before and escaped not in after and character in after:
            bare.add(character)
    references = [
        (character, reference)
        for character, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
        if reference in after and reference not in before
    ]

    def spelled(piece: str) -> str:
        for character, reference in references:
            piece = re.sub(rf"\\?{character}(?!#?\w+;)", reference, piece)
        if bare:
            piece = ESCAPE.sub(lambda m: m[1] if m[1] in bare else m[0], piece)
        for character in sorted(escape):
            piece = re.sub(rf"(?<!\\){re.escape(character)}", rf"\\{character}", piece)
        return piece

    return spelled
