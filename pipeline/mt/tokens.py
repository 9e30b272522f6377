"""Reads a segment as text, atoms (kept whole) and edges (the two ends of an element with content).

Atoms are the inline elements without content, and whatever else in the text a model cannot carry or must not change:
placeholders, identifiers, emoji, entities, escapes, and characters that SentencePiece would normalise away.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.inline import elements
from pipeline.mt.figures import MONEY_AFTER, MONEY_BEFORE

ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_PLACEHOLDER = re.compile(
    r"(?<![\w%])%(?:\(\w+\)|\d+\$)?[-+#0]?\d*(?:\.\d+)?(?:[sdifgeuxXc](?!\w)|@)|\$\{\w+\}|\$[A-Z_][A-Z0-9_]+\b"
)
_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3|[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff][\ufe0e\ufe0f\u200d\u20e3\U0001f000-\U0001faff\u2600-\u27bf]*"
)
_NUMBER = re.compile(
    rf"(?:(?<![\w)\]])[-\u2212])?{MONEY_BEFORE}?\d(?:[\d.,:/\u2013-]*\d)?(?:\s?(?:[%‰]|{MONEY_AFTER}))?"
)
_AMOUNT = re.compile(rf"{MONEY_BEFORE}\d(?:[\d.,]*\d)?|(?<![\d.,])\d(?:[\d.,]*\d)?\s?{MONEY_AFTER}")
_HOST = re.compile(
    r"(?<![\w@/.-])[A-Za-z][A-Za-z0-9-]+(?:\.[a-z][a-z0-9-]+)+(?![\w@])(?:/[\w./%#?=&~+-]*[\w/])?|(?<![\w/.<-])/(?:[\w.-]+/)+[\w.-]*\w"
)
"""A host or file name (example.com/map, setup.cfg), or a path (/etc/hosts)."""
_SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:])|\+\+[^\s+]+(?:\+[^\s+]+)*\+\+")
"""An emoji or icon by its name (GitHub's and Material's), or keys (`++ctrl+c++`)."""
_SIGNED_NAME = re.compile(r"(?<![\w+])[A-Za-z]\w*\+\+(?![\w+])|(?<!\w)[A-Z]#(?!\w)|(?<!\S)\+\+(?!\S)")
"""C++, Notepad++, C#, and ++ by itself: signs get lost."""
_NAME = re.compile(r"\w[\w./-]*")
_INNER_UNDERSCORE = re.compile(r"[^\W_]_[^\W_]")
CURLY = re.compile("[“”„]")
"""Quotation marks that models lose more often than straight ones."""
_SIGILS = "$%#@"
"""What makes a placeholder of a brace: ${HOME}, %{count}, #{name}."""
_BLANK = re.compile(r"__+|\.{4,}")
_KEPT = (_PLACEHOLDER, _EMOJI, _BLANK, ENTITY, ESCAPE, _HOST, _SHORTCODE, _SIGNED_NAME)


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of a segment; `kind` is text, atom or edge, `element` the kind of inline element, or "text"."""

    kind: str
    source: str
    element: str = ""
    pair: int = -1
    """The two edges of an element share a number; the first of them opens it."""
    target: str = ""
    """What an atom is in the translation, when that is not its source: a glossary's word for it."""

    @property
    def written(self) -> str:
        """What stands for it in the translation."""
        return self.target or self.source


NO_TERMS: Mapping[str, str] = {}


def read_tokens(
    text: str, markup: str, *, numbers: bool = False, quotes: bool = False, terms: Mapping[str, str] = NO_TERMS
) -> Iterator[Token]:
    """The segment as tokens, in order; their sources joined are the segment.

    `numbers` and `quotes` make atoms of those too, and `terms` of glossary terms as they are spelled here: {spelling: translation}.
    """
    words = _word_pattern(terms)
    more = [pattern for pattern, wanted in ((_NUMBER, numbers), (CURLY, quotes)) if wanted]
    marks: list[tuple[int, int, str, str, int]] = []  # start, end, token kind, element kind, pair
    closed = 0
    for number, element in enumerate(elements(text, markup)):
        start, end = element.open_span
        if start < closed:
            continue
        if element.close_span is None or not element.translate:
            end = element.close_span[1] if element.close_span else end
            if text[start] == "{" and start > closed and text[start - 1] in _SIGILS:
                start -= 1
            marks.append((start, end, "atom", element.kind, -1))
            closed = end
        else:
            marks.append((start, end, "edge", element.kind, number))
            marks.append((*element.close_span, "edge", element.kind, number))
    at = 0
    for start, end, kind, element_kind, pair in sorted(marks):
        if start < at or start == end:
            continue
        yield from _text_tokens(text[at:start], more, words, terms)
        yield Token(kind, text[start:end], element_kind, pair)
        at = end
    yield from _text_tokens(text[at:], more, words, terms)


def _word_pattern(terms: Mapping[str, str]) -> re.Pattern[str] | None:
    """Finds any of the terms as whole words, the longest first."""
    if not terms:
        return None
    spellings = sorted(terms, key=lambda spelling: (-len(spelling), spelling))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, spellings))})(?!\w)")


def placeholders(text: str) -> Counter[str]:
    """The placeholders and entities in a text, and how often they are there."""
    return Counter(found[0] for pattern in (_PLACEHOLDER, ENTITY) for found in pattern.finditer(text))


def kept_in_text(text: str) -> list[tuple[int, int]]:
    """Spans that must come through letter by letter: placeholders, names, entities, escapes, emoji. Sorted."""
    spans = [found.span() for pattern in _KEPT for found in pattern.finditer(text)]
    if "_" in text:
        names = (found for found in _NAME.finditer(text) if _INNER_UNDERSCORE.search(found[0]))
        spans += [(found.start(), found.start() + len(found[0].rstrip("./-"))) for found in names]
    return sorted(spans)


def _text_tokens(
    text: str, more: Sequence[re.Pattern[str]], words: re.Pattern[str] | None, terms: Mapping[str, str]
) -> Iterator[Token]:
    """Text, with the atoms in it that are no elements."""
    kept = kept_in_text(text)
    reversible = {form: _is_reversible(text, form) for form in {text[start:end] for start, end in kept}}
    spans = [(start, end) for start, end in kept if not reversible[text[start:end]]]
    if not text.isascii():
        spans += [(i, i + 1) for i, character in enumerate(text) if _is_folded(character)]
    spans += [found.span() for pattern in (_AMOUNT, *more) for found in pattern.finditer(text)]
    found_terms = {found.span() for found in words.finditer(text)} if words else set()
    spans += found_terms
    at = 0
    for start, end in sorted(spans):
        if start < at:
            continue
        if start > at:
            yield Token("text", text[at:start])
        source = text[start:end]
        yield Token("atom", source, "text", target=terms[source] if (start, end) in found_terms else "")
        at = end
    if at < len(text):
        yield Token("text", text[at:])


def _is_reversible(text: str, kept: str) -> bool:
    """Whether the engine may see the bare character, because every one of them is written in this way here."""
    character = _bare(kept)
    return character is not None and character not in text.replace(kept, "")


def _bare(kept: str) -> str | None:
    """The character an escape or a common entity stands for."""
    return kept[1] if ESCAPE.fullmatch(kept) else ENTITIES.get(kept)


def _is_folded(character: str) -> bool:
    """Whether SentencePiece's usual normalisation would write the character as others (TM for ™)."""
    if (
        character < "\u0080"
        or character.isspace()
        or character == "…"
        or unicodedata.east_asian_width(character) in "WFH"
        or unicodedata.category(character) == "Lo"  # Thai and Lao AM, written as one letter or two
    ):
        return False
    return unicodedata.normalize("NFKC", character) != unicodedata.normalize("NFC", character)
