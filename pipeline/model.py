"""The frozen types that cross module borders; no input, no output, no third-party import.

Offsets are 0-based half-open **bytes** into `Page.data`; lines are 1-based; scores and
ratios are 0.0-1.0; durations are seconds. Paths are POSIX and relative.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Key = tuple[str | None, str]
"""(msgctxt, msgid): what a message is looked up by."""


class Segment(NamedTuple):
    """A translatable range of a page. A named tuple, because a site has millions and this is the quickest to make."""

    msgid: str
    """The text as a translator sees it; see docs/po-format.md."""
    kind: str
    """What the string is: "heading 2", "table cell", "attribute alt", "front matter title" ..."""
    pieces: tuple[tuple[int, int], ...]
    """The byte spans it covers, in order; one per source line of a quoted or indented paragraph."""
    form: str = "markdown"
    """How a translation is written back; the names are in `document/encode.py`."""
    line: int = 1
    note: str = ""
    """For the translator: where the string stands, and what the author noted."""
    joins: tuple[str, ...] = ()
    """What stands in the msgid between one piece and the next: " ", "" or "\\n" (a kept line break)."""
    msgctxt: str | None = None
    """Only when a directive or a config rule gives one."""

    @property
    def key(self) -> Key:
        """(msgctxt, msgid)."""
        return (self.msgctxt, self.msgid)


class Severity(enum.StrEnum):
    """How bad a finding is."""

    error = "error"
    warning = "warning"
    info = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a person should know about a page, a message or a model."""

    rule: str
    """Stable identifier, e.g. "front-matter-malformed"."""
    severity: Severity
    path: str
    line: int | None = None
    key: Key | None = None
    message: str

    def to_dict(self) -> dict[str, object]:
        """JSON shape: rule, severity, path, line, msgctxt, msgid, message."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "path": self.path,
            "line": self.line,
            "msgctxt": self.key[0] if self.key else None,
            "msgid": self.key[1] if self.key else None,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A source page: its bytes, and the ranges of them that are translatable."""

    path: str
    data: bytes
    format: str
    """"markdown", "mdx", "html" or "yaml"."""
    language: str | None = None
    segments: tuple[Segment, ...] = ()
    findings: tuple[Finding, ...] = ()
    shape: int = 0
    """A checksum over the kinds of the page's blocks, in order: a translation must not change it."""
    guesses: tuple[bool, ...] = ()
    """Judgements made on indented text, in order (prose or code?), which a rebuilt page is read with again."""
    options: Any = None
    """The `document.options.ParseOptions` the page was parsed with, so that a rebuilt page is parsed the same way."""


class InlineElement(NamedTuple):
    """A piece of inline markup inside a msgid or msgstr (XLIFF 2's inline element).

    Spans are **code points** into the text the element was found in.
    """

    kind: str
    """link, image, code, tag, template, attributes, footnote, url, email, emphasis, break ..."""
    source: str
    """The opaque part, canonical: what must be equal on both sides (a tag with its translatable attributes blanked)."""
    open_span: tuple[int, int]
    close_span: tuple[int, int] | None = None
    parent: int | None = None
    translate: bool = True
    """False when nothing inside is for a translator."""


class State(enum.StrEnum):
    """How far a message is. Derived from its flags, msgstr and provenance, never stored."""

    untranslated = "untranslated"
    machine = "machine"
    fuzzy = "fuzzy"
    reviewed = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a msgstr came from; kept in one translator comment `# pipeline: ...` of its entry."""

    origin: str
    """human, memory, machine or import."""
    engine: str = ""
    model: str = ""
    """E.g. "en-ms 1.9"."""
    step: str = ""
    """How a draft's markup was handled, where it has some: projected, markers, forced, split."""
    score: float | None = None
    digest: str = ""
    """8 hex digits over (msgctxt, msgid, msgstr): while it fits, nobody has touched the entry."""
    reason: str = ""
    """Why a draft was refused (the entry is then empty)."""


class Message(NamedTuple):
    """One PO entry. Equality is over everything that means something; `raw` is only how it was written.

    A named tuple for the same reason as `Segment`: it is made eight times as fast as a frozen dataclass.
    """

    msgid: str
    msgctxt: str | None = None
    msgstr: str = ""
    msgid_plural: str | None = None
    msgstr_plural: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Each "path" or "path:line", as written."""
    extracted_comments: tuple[str, ...] = ()
    """`#.` lines without the marker."""
    translator_comments: tuple[str, ...] = ()
    """`# ` lines without the marker."""
    previous_msgid: str | None = None
    previous_msgctxt: str | None = None
    previous_msgid_plural: str | None = None
    obsolete: bool = False
    line: int | None = None
    """Line of the entry in the file it was read from."""
    raw: bytes | None = None
    """The entry's own bytes as read, written back while nothing changed."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self[:-2] == other[:-2]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:-2])

    @property
    def key(self) -> Key:
        """(msgctxt, msgid)."""
        return (self.msgctxt, self.msgid)

    @property
    def fuzzy(self) -> bool:
        """True when the entry needs work."""
        return "fuzzy" in self.flags

    def changed(self, **fields: Any) -> Message:
        """A copy with other field values, which no longer keeps the bytes it was read from."""
        return self._replace(raw=None, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A PO file as data: header fields, and messages in file order (obsolete ones included)."""

    language: str | None = None
    """Canonical BCP 47, None for a template."""
    header: Message | None = None
    """The header entry (msgid ""), whose msgstr holds the fields; None for a file without one."""
    messages: tuple[Message, ...] = ()
    trailer: bytes = field(default=b"", compare=False, repr=False)
    """Bytes after the last entry, as read."""
    index: Mapping[Key, Message] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {(m.msgctxt, m.msgid): m for m in reversed(self.messages) if not m.obsolete})

    def get(self, key: Key) -> Message | None:
        """The active message for (msgctxt, msgid), in O(1)."""
        return self.index.get(key)

    def accepted(self) -> dict[Key, str]:
        """{(msgctxt, msgid): msgstr} of the reviewed messages: not obsolete, not fuzzy, not empty.

        What a policy publishes beyond that is decided in `catalog/state.py`.
        """
        return {m.key: m.msgstr for m in self.messages if m.msgstr and not m.obsolete and not m.fuzzy and m.msgid}
