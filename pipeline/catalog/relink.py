"""An existing translation's link targets, put back to the source's: an edition's addresses are made when it is built.

`[Yuran](/ms/fees/)` on a translated page is `[Yuran](/fees/)` in a catalog, as the source has `/fees/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.catalog.units import bare_address
from pipeline.inline import elements

_ATTRIBUTE = re.compile(r"""(?<![\w-])(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_MARKDOWN = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|([^\s<>()]+))")


def relinked(msgid: str, msgstr: str, locales: Sequence[str], markup: str = "markdown") -> str:
    """`msgstr` with each target that names a locale's edition of one of `msgid`'s targets replaced by that one.

    `locales` are the edition's folder or file suffix in addresses; `markup` as for `pipeline.inline.elements`.
    """
    own = [msgid[start:end] for start, end in _targets(msgid, markup)]
    if not own:
        return msgstr
    known = {bare_address(target): target for target in reversed(own)}
    out: list[str] = []
    done = 0
    for start, end in sorted(_targets(msgstr, markup)):
        target = msgstr[start:end]
        found = known.get(bare_address(target, locales))
        if target not in own and found is not None and start >= done:
            out += (msgstr[done:start], found)
            done = end
    return "".join((*out, msgstr[done:])) if out else msgstr


def _targets(text: str, markup: str) -> Iterator[tuple[int, int]]:
    """Spans of the link and image targets in a text."""
    for element in elements(text, markup):
        if element.kind in ("link", "image") and element.close_span is not None:
            found = _MARKDOWN.match(text, *element.close_span)
        elif element.kind == "tag":
            found = _ATTRIBUTE.search(text, *element.open_span)
        else:
            continue
        if found is not None and found.lastindex is not None:
            yield found.span(found.lastindex)
