"""What words are made of, for regular expressions: apart from `scripts`, because to list all marks takes a moment."""

from __future__ import annotations

import unicodedata


def _marks() -> str:
    """All combining marks: most vowels of Indic scripts, which Python does not count among the characters of words."""
    return "".join(c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.category(c)[0] == "M")


LETTERS = rf"[\w{_marks()}\u200c\u200d]"
"""A regular expression for a character of a word, vowel signs and joiners among them."""
