"""Runs of inline content between block-level tags: where their text begins and ends without the tags around it."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.inline.tags import VERBATIM, Tag


class Token(NamedTuple):
    """A part of a run: `kind` is text, open, close, single (a void element or a comment) or opaque."""

    kind: str
    start: int
    end: int
    tag: Tag | None


def split_breaks(run: list[Token]) -> list[list[Token]]:
    """A run cut where two or more `<br>` follow each other: a paragraph break by hand."""
    if len(run) < 3 or sum(1 for t in run if t.tag is not None and t.tag.name in ("br", "BR")) < 2:
        return [run]
    parts: list[list[Token]] = [[]]
    pending: list[Token] = []
    depth = 0
    for token in run:
        if token.tag is not None and token.tag.name in ("br", "BR"):
            pending.append(token)
            continue
        if pending:
            if len(pending) >= 2 and depth == 0:
                parts.append([])
            else:
                parts[-1] += pending
            pending = []
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        parts[-1].append(token)
    parts[-1] += pending
    return [p for p in parts if p]


def peel(tokens: list[Token]) -> tuple[int, int]:
    """(first, last) index of the tokens that remain without void tags, comments and wrapping tags; first > last if none."""
    lo, hi = 0, len(tokens) - 1
    partner = _partners(tokens)
    while lo <= hi:
        first, last = tokens[lo], tokens[hi]
        if first.kind in ("single", "close"):
            lo += 1
        elif last.kind in ("single", "open"):
            hi -= 1
        elif first.kind == "open":
            match = partner.get(lo, hi + 1)
            if match > hi:
                lo += 1
            elif match == hi:
                if first.tag is not None and first.tag.name.lower() in VERBATIM:
                    return 1, 0  # nothing but code
                lo += 1
                hi -= 1
            elif last.kind == "close" and partner.get(hi, -1) < lo:
                hi -= 1
            else:
                break
        elif last.kind == "close" and partner.get(hi, -1) < lo:
            hi -= 1
        else:
            break
    return lo, hi


def _partners(tokens: list[Token]) -> dict[int, int]:
    """Index of the end tag of each open tag and the reverse, each name by itself."""
    out: dict[int, int] = {}
    open_: dict[str, list[int]] = {}
    for n, token in enumerate(tokens):
        if token.tag is None:
            continue
        if token.kind == "open":
            open_.setdefault(token.tag.name, []).append(n)
        elif token.kind == "close" and (waiting := open_.get(token.tag.name)):
            start = waiting.pop()
            out[start], out[n] = n, start
    return out
