"""The careful reader of one PO entry: every construct of gettext's grammar, and every error with its line.

`pofile` reads the plain shape, which is nearly every entry, with one regular expression, and
comes here for the rest: previous msgids, plurals, obsolete entries, odd spacing, and mistakes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

from pipeline.catalog.pocomments import NO_COMMENTS, parse_comments
from pipeline.catalog.postring import unescape
from pipeline.errors import CatalogError
from pipeline.model import Message

_BLANK = " \t\r\f\v"
_TOKEN = re.compile(r'[ \t\r\f\v]*(?:([A-Za-z_]+(?:\[\d+\])?)|"((?>(?:[^"\\]++|\\.)*))")')
_PREVIOUS = {"msgctxt", "msgid", "msgid_plural"}
_ORDER = {"msgctxt": 0, "msgid": 1, "msgid_plural": 2, "msgstr": 3}


@dataclass(slots=True, kw_only=True)
class Source:
    """The text being read, and how its errors are told."""

    text: str
    path: str
    charset: str

    def error(self, line: int, message: str, hint: str = "nothing was changed; msgfmt -c shows it too") -> CatalogError:
        """A CatalogError at a line of this file."""
        return CatalogError(message, path=self.path or "PO file", line=line, hint=hint)


@dataclass(slots=True)
class _Entry:
    """Statements of the entry being read: keyword to string, previous ones under `#| ` + keyword."""

    source: Source
    first_line: int = 0
    comments: list[str] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    """Keyword to its strings, one for each line: joined at the end, for there may be very many."""
    forms: int = 0
    """How many `msgstr[N]`."""
    target: str = ""
    obsolete: bool = False

    @property
    def complete(self) -> bool:
        return self.target.startswith("msgstr")

    def keyword(self, word: str, line: int, *, previous: bool) -> None:
        name = word.partition("[")[0]
        target = "#| " + word if previous else word
        if name not in (_PREVIOUS if previous else _ORDER):
            self.fail(line, f"unknown keyword {word!r}")
        plural = "msgid_plural" in self.parts
        if name == "msgstr" and ("msgid" not in self.parts or plural != ("[" in word)):
            self.fail(
                line,
                f"{word} where {'msgid' if 'msgid' not in self.parts else 'msgstr[0]' if plural else 'msgstr'} belongs",
            )
        if name == "msgstr" and plural and word != f"msgstr[{self.forms}]":
            self.fail(line, f"{word} where msgstr[{self.forms}] belongs")
        if target in self.parts or (previous and self.target and not self.target.startswith("#")):
            self.fail(line, f"a second {word}, or one after what it must precede")
        last = self.target.removeprefix("#| ").partition("[")[0]
        if last and self.target.startswith("#") == previous and _ORDER[name] < _ORDER[last]:
            self.fail(line, f"{word} after {last}")
        self.parts[target] = []
        self.forms += name == "msgstr" and plural
        self.target = target

    def string(self, body: str, line: int) -> None:
        if not self.target:
            self.fail(line, "a string without a keyword before it")
        try:
            self.parts[self.target].append(unescape(body, self.source.charset))
        except ValueError as error:
            self.fail(line, str(error))

    def fail(self, line: int, message: str) -> NoReturn:
        raise self.source.error(line, message)

    def message(self) -> Message | None:
        """The finished entry; None when there were only comments and blank lines."""
        if not self.target:
            return None
        if not self.complete:
            self.fail(self.first_line, "this entry has no msgstr")
        get = {name: "".join(strings) for name, strings in self.parts.items()}.get
        comments = parse_comments("\n".join(self.comments)) if self.comments else NO_COMMENTS
        return Message(
            msgid=get("msgid", ""),
            msgctxt=get("msgctxt"),
            msgstr=get("msgstr", ""),
            msgid_plural=get("msgid_plural"),
            msgstr_plural=tuple(get(f"msgstr[{number}]", "") for number in range(self.forms)),
            flags=comments.flags,
            references=comments.references,
            extracted_comments=comments.extracted,
            translator_comments=comments.translator,
            previous_msgid=get("#| msgid"),
            previous_msgctxt=get("#| msgctxt"),
            previous_msgid_plural=get("#| msgid_plural"),
            obsolete=self.obsolete,
            line=self.first_line,
        )


def read_entry(source: Source, start: int, line: int) -> tuple[Message | None, int, int]:
    """The entry that begins at `start` (a line's first character), the position after its last line, and that line's number.

    The message is None when only comments and blank lines are left. `line` is 1-based.
    Raises CatalogError for what gettext's grammar does not allow.
    """
    text = source.text
    entry = _Entry(source)
    end, end_line = start, line
    position = start
    while position < len(text):
        eol = text.find("\n", position)
        after = len(text) if eol < 0 else eol + 1
        content = text[position : after if eol < 0 else eol].strip(_BLANK)
        if position == 0:
            content = content.removeprefix("\ufeff").lstrip(_BLANK)
        if content:
            if _starts_next(entry, content):
                break
            _read_line(entry, content, line)
            end, end_line = after, line + 1
        position = after
        line += 1
    message = entry.message()
    return message, (end if message else start), end_line


def _starts_next(entry: _Entry, content: str) -> bool:
    """True when a line belongs to the next entry: this one is complete, and the line is not more of its msgstr."""
    if not entry.complete:
        return False
    if content.startswith("#"):
        if not content.startswith("#~") or content.startswith("#~|"):
            return True
        content = content[2:].lstrip(_BLANK)
    return not content.startswith(('"', "msgstr"))


def _read_line(entry: _Entry, content: str, line: int) -> None:
    entry.first_line = entry.first_line or line
    obsolete = content.startswith("#~")
    rest = content[2:] if obsolete else content
    previous = rest.startswith("|") if obsolete else rest.startswith("#|")
    rest = rest[1 if obsolete else 2 :] if previous else rest
    if not obsolete and not previous and content.startswith("#"):
        if entry.target:
            entry.fail(line, "a comment inside an entry")
        entry.comments.append(content)
        return
    if entry.target and entry.obsolete != obsolete:
        entry.fail(line, "one entry is partly obsolete (#~)")
    entry.obsolete = obsolete
    if not previous and entry.target.startswith("#") and not rest.lstrip(_BLANK).startswith("msg"):
        entry.fail(line, "a string without a keyword before it")
    position = 0
    while position < len(rest):
        token = _TOKEN.match(rest, position)
        if token is None:
            what = (
                "a string that does not end on its line"
                if rest[position:].lstrip().startswith('"')
                else "not PO syntax"
            )
            entry.fail(line, f"{what}: {rest[position:].strip()[:40]}")
        if token[1] is None:
            entry.string(token[2], line)
        else:
            if entry.complete and not token[1].startswith("msgstr"):
                entry.fail(line, "two entries on one line")
            entry.keyword(token[1], line, previous=previous)
        position = token.end()
