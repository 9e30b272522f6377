r"""Cutting an escaped string of a PO file into lines: after spaces, between ideographs, never inside an escape."""

from __future__ import annotations

import re
import unicodedata

# A word with the spaces after it, or one wide character with the marks and closing punctuation that follow it.
_WIDE = r"\u2e80-\u303f\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
_CLOSING = r"\u3001-\u3003\u3009\u300b\u300d\u300f\u3011\u30fc\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
_CHUNK = re.compile(rf"[{_WIDE}][{_CLOSING}]*+ *+|[^ {_WIDE}]*+ ++|[^ {_WIDE}]++")


def columns(text: str) -> int:
    """How many terminal columns the text takes: two for a wide character, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def wrapped(line: str, width: int) -> list[str]:
    """The line in pieces of at most `width` columns where words allow it; 0: in one piece. Joined, they are the line."""
    if not width or columns(line) <= width:
        return [line]
    pieces: list[str] = []
    piece, used = "", 0
    for chunk in _CHUNK.findall(line):
        size = columns(chunk)
        if piece and used + len(chunk.rstrip(" ")) - len(chunk) + size > width:
            pieces.append(piece)
            piece, used = "", 0
        piece += chunk
        used += size
    return [*pieces, piece]
