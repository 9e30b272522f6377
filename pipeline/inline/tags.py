"""A linear, tolerant scanner for HTML and JSX tags: it finds where they are and re-serialises nothing.

Positions index the text that is scanned. The callers scan either a msgid (code points) or a page viewed as
Latin-1 (one character a byte), so every rule here is about ASCII characters only.

Why not a parser: regular expressions backtrack for seconds on unclosed tags, and tree builders move text about.
Here a failed search for a closing quote, `-->` and so on is remembered, so that no input costs more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd mark nobr q rb rp rt rtc ruby s samp "
    "small span strike strong sub sup time tt u var wbr".split()
)
"""Elements that stand inside a sentence. Everything else ends the text before it."""
RAW = frozenset("script style svg math pre textarea template object canvas".split())
"""Elements whose content is never offered."""
VERBATIM = frozenset("code kbd samp var tt".split())
"""Inline elements whose content is code: kept, not translated."""
NO_TRANSLATE = re.compile(r"""\btranslate\s*=\s*["']?no\b|\bclass\s*=\s*["'][^"'<>]*\bnotranslate\b""", re.IGNORECASE)
"""A tag whose content the author keeps from translators (HTML's own attribute, and a class that many tools know)."""
TRANSLATABLE_ATTRIBUTES = frozenset(
    "alt title aria-label aria-description aria-placeholder aria-roledescription placeholder label summary".split()
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*+(?::[A-Za-z][A-Za-z0-9._-]*+)?(?=[ \t\r\n\f/>{]|$)")
SIMPLE_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9]*+)((?>(?:[ \t\r\n]++[A-Za-z_:@][A-Za-z0-9_:.@-]*+(?>(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'))?))*))[ \t\r\n]*+(/?)>"
)
"""A tag as nearly all are written: matched in one linear step (possessive, so it never backtracks), before the careful way."""
_ATTR_NAME = re.compile(r"[^ \t\r\n\f\"'<>/=`{}]+")
_SPACE = re.compile(r"[ \t\r\n\f]*")
_AFTER_QUOTED = re.compile(r"[ \t\n\r\f/>A-Za-z_]")
_UNQUOTED = re.compile(r"[^ \t\r\n\f\"'=<>`]+")
_LIMIT = 50_000  # the longest tag or expression that is looked for, in characters


class Tag(NamedTuple):
    """A tag, comment or declaration: `kind` is open, close, empty (void or `/>`), comment or declaration."""

    start: int
    end: int
    name: str
    kind: str


class Attribute(NamedTuple):
    """An attribute with the span of its value (without quotes); `quote` is `"`, `'`, `` or `{` (a JSX expression)."""

    name: str
    start: int
    end: int
    quote: str


class Braces:
    """Ends of `{…}` in one text, minding nested braces, strings and comments.

    What one search learns about the braces inside is kept, so that many openers without an end cost linear time. An
    expression of up to half of `limit` characters is found for certain.
    """

    def __init__(self, text: str, limit: int = _LIMIT) -> None:
        self.text = text
        self.limit = limit
        self._find = Finder(text)
        self._ends: dict[int, int] = {}

    def end(self, pos: int) -> int:
        """End of the `{…}` that starts at `pos`; -1 when it does not end."""
        known = self._ends.get(pos)
        if known is not None:
            return known
        open_, whole = self._scan(pos)
        for p in open_:
            # Of a search that was cut short, the later openers may still be closed further on.
            if whole or p - pos <= self.limit // 2:
                self._ends[p] = -1
        return self._ends.get(pos, -1)

    def _scan(self, pos: int) -> tuple[list[int], bool]:
        """Notes the ends of the braces from `pos` on; the openers without one, and whether nothing cut the search short."""
        text, i, stop = self.text, pos, min(len(self.text), pos + self.limit)
        open_: list[int] = []
        while True:
            m = _BRACE.search(text, i, stop)
            if m is None:
                return open_, stop == len(text)
            c, i = m.group(), m.end()
            if c == "{":
                open_.append(m.start())
                continue
            if c == "}":
                self._ends[open_.pop()] = i
                if not open_:
                    return open_, True
                continue
            if c == "/*":
                close = self._find("*/", i)
                i = close + 2 if 0 <= close <= stop - 2 else -1
            elif c == "//":
                # Only a comment when something like code stands before it, not in https://
                if text[m.start() - 1] in " \t\n;,{(":
                    i = self._find("\n", i)
                    i = i if i < stop else -1
            else:
                i = _string_end(text, c, i, stop)
            if i < 0:
                return open_, stop == len(text)


_BRACE = re.compile(r"[{}\"'`]|/\*|//")


def _string_end(text: str, quote: str, pos: int, stop: int) -> int:
    while True:
        end = text.find(quote, pos, stop)
        if end < 0:
            return -1
        slashes = end
        while slashes > pos and text[slashes - 1] == "\\":
            slashes -= 1
        if (end - slashes) % 2 == 0:
            return end + 1
        pos = end + 1


class Finder:
    """`text.find`, remembering the last answer for each needle, so that neither failures nor far finds are sought twice."""

    __slots__ = ("_known", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, tuple[int, int]] = {}

    def __call__(self, needle: str, pos: int) -> int:
        """Where the needle stands, from `pos` on; -1 when it does not."""
        since, found = self._known.get(needle, (0, -2))
        if found == -2 or pos < since or -1 < found < pos:
            found = self._text.find(needle, pos)
            self._known[needle] = (pos, found)
        return found


class TagScanner:
    """Finds tags in one text. `jsx` also allows `{…}` in tags, and fragments (`<>`, `</>`)."""

    def __init__(self, text: str, *, jsx: bool = False) -> None:
        self.text = text
        self.jsx = jsx
        self.find = Finder(text)
        self._braces = Braces(text)

    def tag(self, pos: int) -> Tag | None:
        """The tag that starts at `pos` (where a `<` stands), or None when that `<` is only a character."""
        text = self.text
        m = SIMPLE_TAG.match(text, pos)
        if m is not None:
            close, name, attributes, slash = m.groups()
            if not self.jsx:
                name = name.lower()
            if not close:
                return Tag(pos, m.end(), name, "empty" if slash or name.lower() in VOID else "open")
            if not attributes:
                return Tag(pos, m.end(), name, "close")
        c = text[pos + 1 : pos + 2]
        if c == "!":
            return self._declaration(pos)
        if c == "?":
            end = self.find("?>", pos + 2)
            return Tag(pos, end + 2, "?", "declaration") if end >= 0 else None
        closing = c == "/"
        m = _NAME.match(text, pos + 1 + closing)
        if m is None:
            if self.jsx and text.startswith(("<>", "</>"), pos):
                return Tag(pos, pos + 2 + closing, "", "close" if closing else "open")
            return None
        name = m.group() if self.jsx else m.group().lower()
        if closing:
            i = _skip_space(text, m.end())
            return Tag(pos, i + 1, name, "close") if text[i : i + 1] == ">" else None
        end = self._attributes_end(m.end())
        if end < 0:
            return None
        empty = text[end - 2] == "/" or name.lower() in VOID
        return Tag(pos, end, name, "empty" if empty else "open")

    def _declaration(self, pos: int) -> Tag | None:
        text = self.text
        if text.startswith("<!--", pos):
            if text.startswith(("<!-->", "<!--->"), pos):
                return Tag(pos, text.index(">", pos) + 1, "", "comment")
            end = self.find("-->", pos + 4)
            return Tag(pos, end + 3, "", "comment") if end >= 0 else None
        close = "]]>" if text.startswith("<![CDATA[", pos) else ">"
        if close == ">" and not text[pos + 2 : pos + 3].isalpha():
            return None
        end = self.find(close, pos + 2)
        return Tag(pos, end + len(close), "!", "declaration") if end >= 0 else None

    def _attributes_end(self, pos: int) -> int:
        """End of the tag whose name ends at `pos`, -1 when it is not a tag."""
        for attribute in self._walk(pos):
            if isinstance(attribute, int):
                return attribute
        return -1

    def attributes(self, tag: Tag) -> list[Attribute]:
        """The attributes of an open or empty tag, in order."""
        m = _NAME.match(self.text, tag.start + 1)
        return [a for a in self._walk(m.end()) if isinstance(a, Attribute)] if m else []

    def _walk(self, pos: int) -> Iterator[Attribute | int]:
        """Attributes one by one, then the end of the tag as an integer (-1 when it never ends)."""
        text, i = self.text, pos
        while True:
            j = _skip_space(text, i)
            c = text[j : j + 1]
            if c == ">":
                yield j + 1
                return
            if c == "/":
                i = j + 1
                continue
            if c == "{" and self.jsx:
                i = self._braces.end(j)
                if i < 0:
                    yield -1
                    return
                continue
            m = _ATTR_NAME.match(text, j)
            if m is None or (j == i and i == pos) or j - pos > _LIMIT:
                yield -1
                return
            i = m.end()
            k = _skip_space(text, i)
            if text[k : k + 1] != "=":
                yield Attribute(m.group(), i, i, "")
                continue
            k = _skip_space(text, k + 1)
            quote = text[k : k + 1]
            if quote in ('"', "'") and quote:
                end = self.find(quote, k + 1)
                if end < 0:
                    yield -1
                    return
                yield Attribute(m.group(), k + 1, end, quote)
                i = end + 1
                # White space may be missing behind a quoted value: an error that every browser forgives (WHATWG 13.2.5.39).
                if not _AFTER_QUOTED.match(text, i) and not (text[i : i + 1] == "{" and self.jsx):
                    yield -1
                    return
            elif quote == "{" and self.jsx:
                end = self._braces.end(k)
                if end < 0:
                    yield -1
                    return
                yield Attribute(m.group(), k, end, "{")
                i = end
            else:
                u = _UNQUOTED.match(text, k)
                if u is None:
                    yield -1
                    return
                yield Attribute(m.group(), k, u.end(), "")
                i = u.end()


def _skip_space(text: str, pos: int) -> int:
    m = _SPACE.match(text, pos)
    return m.end() if m else pos


def attribute_is_translatable(tag: str, attribute: str, attributes: dict[str, str]) -> bool:
    """Whether an attribute's value is text for a reader.

    `attributes` maps lower-case names to values of the same tag, to tell a submit button from a text field.
    """
    if attribute in TRANSLATABLE_ATTRIBUTES:
        return True
    if attribute == "value":
        return tag == "button" or (
            tag == "input" and attributes.get("type", "").lower() in {"submit", "button", "reset"}
        )
    if attribute == "content" and tag == "meta":
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        return name in _META
    return False


_META = frozenset(
    "description keywords og:title og:description og:site_name og:image:alt twitter:title twitter:description "
    "twitter:image:alt dc.title dc.description application-name apple-mobile-web-app-title".split()
)
