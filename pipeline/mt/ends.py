"""The punctuation at the ends of a part of a sentence: it stays outside of what the engine gets."""

from __future__ import annotations

import re

from pipeline.mt.letters import LETTERS
from pipeline.mt.scripts import in_word
from pipeline.mt.tokens import ENTITY

_FIRST = re.compile(rf"(?:{ENTITY.pattern}|(?!{LETTERS}).)*", re.DOTALL)
_LAST_ENTITY = re.compile(rf"(?:{ENTITY.pattern})\Z")
_LONGEST_ENTITY = 40


def without_punctuation(text: str, end: int) -> str:
    """A text without what is no word at its end (0 or -1). An entity is one character, whatever letters name it."""
    if end == 0:
        return text[_FIRST.match(text).end() :]  # type: ignore[union-attr]
    length = len(text)
    while length:
        entity = _LAST_ENTITY.search(text, max(length - _LONGEST_ENTITY, 0), length)
        if entity:
            length = entity.start()
        elif in_word(text[length - 1]):
            break
        else:
            length -= 1
    return text[:length]
