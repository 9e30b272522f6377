"""The comment lines of a PO entry: what a translator wrote, what was extracted, references, flags."""

from __future__ import annotations

import re
from typing import NamedTuple

# A path with white space is enclosed in U+2068 .. U+2069; a line number may follow.
_REFERENCE = re.compile("\u2068([^\u2069]*)\u2069(\\S*)|(\\S+)")
_FLAG = re.compile(r"[A-Za-z0-9-]+(?::\s*\S+)?")


class Comments(NamedTuple):
    """Comment lines of one entry, by kind, without their markers."""

    translator: tuple[str, ...] = ()
    extracted: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


NO_COMMENTS = Comments()


def parse_comments(block: str) -> Comments:
    """Comment lines (each starts with `#`, none with `#~` or `#|`) by kind.

    `#=` lines (gettext 2025) hold flags like `#,` ones. So does `# = fuzzy`, which is what
    msgcat 0.21 makes of them: it is read as the flag, and no longer as a comment.
    """
    translator: list[str] = []
    extracted: list[str] = []
    references: list[str] = []
    flags: list[str] = []
    for line in block.replace("\r\n", "\n").split("\n"):
        kind = line[1:2]
        if kind == ":":
            references.append(line[2:].strip())
        elif kind == ".":
            extracted.append(line[2:].removeprefix(" "))
        elif kind in (",", "="):
            flags += (name for flag in line[2:].split(",") if (name := flag.strip()))
        elif kind == " " and line.startswith("# = ") and (names := _flags_in_comment(line[4:])):
            flags += names
        elif line:
            translator.append(line[2:] if kind == " " else line[1:])
    return Comments(tuple(translator), tuple(extracted), _references(" ".join(references)), tuple(dict.fromkeys(flags)))


def format_comments(comments: Comments) -> str:
    """The comment lines in gettext's order, each ending in a line break; one reference a line."""
    text = ""
    for comment in comments.translator:
        for line in comment.split("\n"):
            text += f"# {line}\n" if line else "#\n"
    for comment in comments.extracted:
        for line in comment.split("\n"):
            text += f"#. {line}\n" if line else "#.\n"
    for reference in comments.references:
        text += f"#: {_enclosed(reference)}\n"
    if comments.flags:
        text += f"#, {', '.join(comments.flags)}\n"
    return text


def _flags_in_comment(text: str) -> list[str]:
    names = [flag.strip() for flag in text.split(",")]
    return names if "fuzzy" in names and all(map(_FLAG.fullmatch, names)) else []


def _references(text: str) -> tuple[str, ...]:
    if "\u2068" not in text:
        return tuple(text.split())
    return tuple(match[3] or match[1] + match[2] for match in _REFERENCE.finditer(text))


def _enclosed(reference: str) -> str:
    if len(reference.split(None, 1)) < 2:
        return reference
    path, colon, line = reference.rpartition(":")
    return f"\u2068{path}\u2069:{line}" if colon and line.isdigit() else f"\u2068{reference}\u2069"
