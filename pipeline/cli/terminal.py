"""Texts of pages, catalogs and packages on a terminal: as one can read them, and without power over it.

A msgstr, a file name or a package may hold escape sequences (move the cursor, set the title, paste into the input), or
characters that turn the order of what follows. On the screen they are spelled out.
"""

from __future__ import annotations

import re

_POWERFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    r"""The text with control and direction characters as `\x1b`, `\u202e`; tabs and line breaks stay."""
    return text if text.isascii() and text.isprintable() else _POWERFUL.sub(lambda found: ascii(found[0])[1:-1], text)


def visible_json(document: str) -> str:
    """The same for a JSON document, which says the same afterwards: these stand in its strings alone."""
    return _POWERFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
