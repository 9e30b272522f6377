"""How a translation is laid out on the page: in the source's own lines where it has as many words, else in one line."""

from __future__ import annotations

import re

from pipeline.model import Segment

BLOCK_START = re.compile(
    r"(?P<escape>#{1,6}(?=[ \t]|$)|>|[-+*](?=[ \t]|$)|-{2,}[ \t]*$|={1,}[ \t]*$|={3}|[*_-](?:[ \t]*[*_-]){2,}[ \t]*$|`{3}|~{3}|:(?=[ \t:])|\{|!!!|\?\?\?"
    r"|\||\+{3}|\$\$|\[[^\]]*\]:|--8<--|\^[ \t]*$|\*\[)"
    r"|(?P<number>\d{1,9})(?P<dot>[.)])(?=[ \t]|$)"
    r"|(?P<esm>import|export)(?=[ \t{*])"
)
"""What would start a block at the start of a line."""
_REFERENCE = re.compile(r"(?<![\]\\])\[([^\[\]]+)\]\[([^\[\]]+)\](?![:(]|\[(?!\^))")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]")
_TWICE = re.compile(r"\[([^\[\]]+)\]\[\1\]")
_COLLAPSED = re.compile(r"\[([^\[\]]+)\]\[\]")
_INVISIBLE_ONLY = re.compile(r"[\u200b-\u200d\u2060\ufeff]")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_RUN = re.compile(rb"[ \t\r\f\v]+")


def short_references(line: str, msgid: str, source: str) -> tuple[str, str]:
    """`[Docker][Docker]` as `[Docker]` again, where the source has it so: what is written, and what it is read as.

    Invisible characters that an editor left in the text are dropped when nothing else tells it from its label.
    """
    full = {m[1] for m in _TWICE.finditer(msgid)} - {m[1] for m in _TWICE.finditer(source)}
    labels = set(_BRACKETED.findall(source))

    def label_of(m: re.Match[str]) -> str | None:
        label = m.group(2)
        same = " ".join(_INVISIBLE_ONLY.sub("", m.group(1)).split()) == label
        return label if same and label in full and label in labels else None

    collapsed = set(_COLLAPSED.findall(source))

    def plain(m: re.Match[str]) -> str:
        label = label_of(m)
        return m.group() if label is None else f"[{label}][{label}]"

    def short(m: re.Match[str]) -> str:
        label = label_of(m)
        if label is None:
            return m.group()
        return f"[{label}][]" if label in collapsed else f"[{label}]"

    return _REFERENCE.sub(short, line), _REFERENCE.sub(plain, line)


def lay_out(segment: Segment, lines: list[str], source: str, data: bytes, base: str) -> bytes | None:
    """The text with the source's own white space and line ends, when it has as many words in each line; else None.

    So a page whose wording is only touched up (en-GB from en-US, a proofread) keeps its lines, and diffs stay small.
    """
    sources = (_SPACES.sub(" ", source) if base == "html" else source).split("\n")
    words = [line.split(" ") for line in lines]
    if len(sources) != len(lines) or [s.count(" ") + 1 for s in sources] != [len(w) for w in words]:
        return None
    first = data[segment.pieces[0][0] : segment.pieces[0][1]]
    if not segment.joins and (base != "html" or not _RUN.search(first)):
        return None
    gaps: list[bytes] = []
    for n, (start, end) in enumerate(segment.pieces):
        if n:
            if not segment.joins[n - 1]:
                return None
            gaps.append(data[segment.pieces[n - 1][1] : start])
        piece = data[start:end]
        gaps += _RUN.findall(piece) if base == "html" else [b" "] * piece.count(b" ")
    flat = [w for line in words for w in line]
    if len(gaps) != len(flat) - 1:
        return None
    out, row = [flat[0].encode()], flat[0][-1:]
    for gap, word in zip(gaps, flat[1:], strict=True):
        if b"\n" in gap:
            if row.endswith("\\"):
                return None
            if base != "html" and BLOCK_START.match(word + " ") and not segment.msgid.startswith(word):
                return None
        out += (gap, word.encode())
        row = word[-1:]
    return b"".join(out)
