"""The header entries of base, ours and theirs → one, field by field. Dates and tool names are never a conflict."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.catalog.choice import one, union
from pipeline.model import Message

_REVISION = "PO-Revision-Date"
_TEMPLATE = "POT-Creation-Date"
_WITH_REVISION = (_REVISION, "Last-Translator", "X-Generator")
"""Written together when a tool saves, so they come together from the side that was saved last."""


def merged_header(
    base: Message | None, ours: Message | None, theirs: Message | None, *, theirs_win: bool = False
) -> tuple[Message | None, tuple[str, ...]]:
    """The header of the result, and the lines of theirs that stand against one of ours ("Name: value").

    A field that one side changed is that side's. Of two `POT-Creation-Date`s the later counts; `PO-Revision-Date`,
    `Last-Translator` and `X-Generator` are those of the side with the later `PO-Revision-Date`. Any other field that
    both sides changed differently keeps our value (theirs with `theirs_win`, and then nothing stands against it).
    """
    if theirs is None or theirs in (ours, base):
        return ours, ()
    if ours == base or ours is None:
        return theirs, ()
    before, mine, other = (_lines(header) for header in (base, ours, theirs))
    later = _later(mine.get(_REVISION, ""), other.get(_REVISION, ""))
    result: dict[str, str | None] = {}
    disputed: list[str] = []
    for name in dict.fromkeys((*mine, *other)):
        values = (before.get(name), mine.get(name), other.get(name))
        result[name] = one(*values)
        if values[1] == values[2] or values[0] in values[1:]:
            continue
        if name in _WITH_REVISION:
            result[name] = values[2] if later else values[1]
        elif name == _TEMPLATE:
            result[name] = values[2] if _later(values[1] or "", values[2] or "") else values[1]
        elif theirs_win:
            result[name] = values[2]
        else:
            disputed.append(values[2] or f"{name}: (removed)")
    flags = union(base.flags if base else (), ours.flags, theirs.flags)
    comments = union(base.translator_comments if base else (), ours.translator_comments, theirs.translator_comments)
    msgstr = "".join(line + "\n" for line in result.values() if line is not None)
    merged = ours.changed(msgstr=msgstr, flags=flags, translator_comments=comments)
    return next((side for side in (ours, theirs) if side == merged), merged), tuple(disputed)


def _lines(header: Message | None) -> dict[str, str]:
    """{field name: its whole line}, in order; a line that is no field is its own name."""
    lines = header.msgstr.removesuffix("\n").split("\n") if header and header.msgstr else []
    return {line.partition(":")[0].strip() if ":" in line else line: line for line in lines}


def _later(ours: str, theirs: str) -> bool:
    """True when the date in their line is later than in ours; a line without a date is the earliest."""
    return _date(theirs) > _date(ours)


def _date(line: str) -> datetime:
    """The moment a line `Name: 2024-05-31 14:05+0800` tells."""
    try:
        found = datetime.strptime(line.partition(":")[2].strip(), "%Y-%m-%d %H:%M%z")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
