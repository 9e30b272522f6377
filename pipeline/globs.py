"""Path patterns of the configuration: `*` within a folder, `**` across folders, `?`, `[abc]`, `{a,b}`.

Paths are POSIX, relative and compared as they are written, so that a run gives the
same files on every system.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

_PIECE = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]/]{1,64}\]|\{[^{}/]*\}|.", re.DOTALL)


def matches(path: str, pattern: str) -> bool:
    """True when the whole relative path fits the pattern; `docs/**` fits everything under `docs`."""
    return _compiled(pattern)(path) is not None


def matches_any(path: str, patterns: Iterable[str]) -> bool:
    """True when the path fits at least one of the patterns."""
    return any(matches(path, pattern) for pattern in patterns)


@cache
def _compiled(pattern: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile("".join(_translate(piece) for piece in _PIECE.findall(pattern.strip("/")))).fullmatch


def _translate(piece: str) -> str:
    """One piece of a pattern as a regular expression."""
    if piece == "**/":
        return "(?:[^/]+/)*"
    if piece == "/**":
        return "/.+"
    if piece == "**":
        return ".*"
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if len(piece) > 1 and piece[0] == "[":
        inside = piece[1:-1].replace("\\", r"\\").replace("[", r"\[")
        return f"[^/{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    if len(piece) > 1 and piece[0] == "{":
        return "(?:" + "|".join(re.escape(choice) for choice in piece[1:-1].split(",")) + ")"
    return re.escape(piece)
