"""Character references: which ones a translator sees as characters, and how a character is spelled again.

Decoded: `&quot;`, `&#39;`, `&nbsp;` and every reference to a visible character that has no meaning in Markdown or HTML.
Kept as written: `&lt; &gt; &amp;`, references to invisible characters, to white space other than U+00A0, and to
ASCII punctuation that would become markup (`&#42;` is not `*`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from pipeline.inline import mark_spans

REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@lru_cache(maxsize=1024)
def character(reference: str) -> str | None:
    """The character a reference is shown as, None when it stays as written."""
    if reference[1] == "#":
        digits = reference[2:-1]
        number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        if not 0x20 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF or 0x7F <= number < 0xA0:
            return None
        c = chr(number)
    else:
        from html.entities import html5  # a large table, which most pages do not need

        c = html5.get(reference[1:], "")
        if len(c) != 1:
            return None
    if c in "\"'\u00a0":
        return c
    if c.isascii():
        return c if c.isalnum() else None
    return None if unicodedata.category(c)[0] in "CZM" else c


def decode(text: str, markup: str) -> str:
    """A source text as it stands in a msgid: references outside code, tags and addresses become characters."""
    if "&" not in text or not REFERENCE.search(text):
        return text
    return "".join(_sub(part) if outside else part for part, outside in parts(text, markup))


def _sub(text: str) -> str:
    return REFERENCE.sub(lambda m: character(m.group()) or m.group(), text)


def parts(text: str, markup: str) -> list[tuple[str, bool]]:
    """`text` cut into pieces, each with whether it is running text (True) or inside an opaque span."""
    spans = mark_spans(text, markup)
    if not spans:
        return [(text, True)]
    out, i = [], 0
    for start, end in spans:
        if start < i:
            continue
        out.append((text[i:start], True))
        out.append((text[start:end], False))
        i = end
    out.append((text[i:], True))
    return out


def respell(msgstr: str, source: str, markup: str) -> str:
    """`msgstr` with characters spelled as references where `source` (the undecoded text) spells them so.

    The k-th occurrence takes the k-th spelling when there are as many, else the commonest one.
    """
    if "&" not in source:
        return msgstr
    spellings: dict[str, list[str]] = {}
    for part, outside in parts(source, markup):
        if not outside:
            continue
        for m in REFERENCE.finditer(part):
            c = character(m.group())
            if c is not None:
                spellings[c] = []
    if not spellings:
        return msgstr
    pattern = re.compile("[" + "".join(map(re.escape, spellings)) + "]|" + REFERENCE.pattern)
    for part, outside in parts(source, markup):
        if outside:
            for m in pattern.finditer(part):
                c = m.group() if len(m.group()) == 1 else character(m.group())
                if c in spellings:
                    spellings[c].append(m.group())
    targets = parts(msgstr, markup)
    counts = Counter(c for part, outside in targets if outside for c in part if c in spellings)
    commonest = {c: Counter(known).most_common(1)[0][0] for c, known in spellings.items() if known}
    seen: Counter[str] = Counter()

    def spell(m: re.Match[str]) -> str:
        c = m.group()
        if c not in spellings:
            return c
        known = spellings[c]
        seen[c] += 1
        if len(known) == counts[c]:
            return known[seen[c] - 1]
        return commonest[c]

    return "".join(pattern.sub(spell, part) if outside else part for part, outside in targets)
