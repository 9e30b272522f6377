"""What authors tell translators in comments: skip this, a note, a context.

`<!-- i18n:skip -->` skips the next block, `<!-- i18n:skip-start -->` … `<!-- i18n:skip-end -->` a range,
`<!-- i18n:note TEXT -->` (or `i18n:comment`) is shown with the next string, `<!-- i18n:context NAME -->` is its msgctxt.
In MDX the same stand in `{/* … */}`. The words are mdbook-i18n-helpers', which many authors know.
"""

from __future__ import annotations

import re

from pipeline.document.builder import Item
from pipeline.document.html import Directive

_DIRECTIVE = re.compile(
    rb"(?:<!--|\{/\*)-?\s*i18n:(skip-start|skip-end|skip|note|comment|context)\b:?\s*(.*?)\s*(?:-->|\*/\})\Z", re.DOTALL
)


def apply(items: list[Item], comments: list[Directive], data: bytes) -> list[Item]:
    """The items (in order of their start) that remain, with the notes and contexts their authors gave."""
    found = []
    for c in sorted(set(comments)):
        m = _DIRECTIVE.match(data, c.start, c.end) if b"i18n:" in data[c.start : c.end] else None
        if m:
            found.append((c, m.group(1).decode(), " ".join(m.group(2).decode("utf-8", "replace").split())))
    if not found:
        return items
    out: list[Item] = []
    skipping = False
    skip_block: int | None = None
    skip_next = False
    notes: list[str] = []
    context: str | None = None
    n = 0
    for item in items:
        while n < len(found) and found[n][0].start < item.start:
            comment, word, text = found[n]
            n += 1
            if word == "skip-start":
                skipping = True
            elif word == "skip-end":
                skipping = False
            elif word == "skip":
                # Inside a list or an HTML block the next string is meant, before a block all of it.
                skip_next, skip_block = True, None if comment.block == item.block else item.block
            elif word == "context":
                context = text or None
            else:
                notes.append(text)
        if skipping or (skip_block is not None and item.block == skip_block):
            skip_next = False
            continue
        skip_block = None
        if skip_next:
            skip_next = False
            continue
        if notes or context:
            segment = item.segment._replace(
                note="\n".join([item.segment.note, *notes]), msgctxt=context or item.segment.msgctxt
            )
            out.append(item._replace(segment=segment))
            notes, context = [], None
        else:
            out.append(item)
    return out
