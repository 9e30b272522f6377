"""PO files ⇄ `Catalog`. A PO file is its bytes: an entry that did not change keeps them, whatever tool wrote it.

Each `Message.raw` reaches from the end of the entry before it, so blank lines and stray comments
belong to the entry they stand before, and what is after the last entry is `Catalog.trailer`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pipeline.catalog.pocomments import NO_COMMENTS, Comments, parse_comments
from pipeline.catalog.poentry import Source, read_entry
from pipeline.catalog.poheader import charset_of_bytes, checked_language, new_header
from pipeline.catalog.postring import unescape
from pipeline.catalog.powrite import format_po
from pipeline.errors import CatalogError
from pipeline.files import write_atomic
from pipeline.model import Catalog, Key, Message

__all__ = ["format_po", "new_header", "parse_po", "read_po", "write_po"]

# One entry of the plain shape, with the blank lines before it. Possessive quantifiers: nothing is tried twice.
_TEXT = r'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+'
_BODY = rf'"({_TEXT}(?:"\r?\n"{_TEXT})*+)"'
_PLAIN = re.compile(
    r"[\r\n]*+((?:#(?![~|]).*\n)*+)"
    rf"(?:msgctxt {_BODY}\r?\n)?+msgid {_BODY}\r?\nmsgstr {_BODY}(?:\r?\n(?=[\r\n#m]|\Z)|\Z)"
)


def read_po(path: Path) -> Catalog:
    """The catalog in a file; CatalogError (path, line, hint) when it cannot be read or is malformed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
    return parse_po(data, path=str(path))


def write_po(catalog: Catalog, path: Path) -> bool:
    """Write the catalog atomically; False when the file already held these bytes and was left alone."""
    return write_atomic(path, format_po(catalog, path=str(path)))


def parse_po(data: bytes, *, path: str = "") -> Catalog:
    """PO bytes → Catalog, such that `format_po` gives the same bytes back.

    `path` is only for errors. Raises CatalogError for whatever msgfmt refuses (syntax, bytes
    that are not in the declared charset, an entry defined twice), for `domain` lines, and for a
    format newer than ours.
    """
    charset = charset_of_bytes(data, path)
    source = Source(text=_decoded(data, charset, path), path=path, charset=charset)
    entries, end = _entries(source, data)
    trailer = b"" if end == len(source.text) else data[sum(len(entry.raw or b"") for entry in entries) :]
    # msgfmt takes a header from anywhere; one further down keeps its place among the messages.
    first = bool(entries) and _is_header(entries[0])
    header = entries[0] if first else next(filter(_is_header, entries), None)
    language = checked_language(header, path)
    catalog = Catalog(language=language, header=header, messages=tuple(entries[first:]), trailer=trailer)
    if len(catalog.index) + first != len(entries) or (first and catalog.get(_HEADER_KEY)):
        _refuse_duplicates(source, entries)
    return catalog


_HEADER_KEY: Key = (None, "")


def _is_header(message: Message) -> bool:
    return message.key == _HEADER_KEY and not message.obsolete


def _refuse_duplicates(source: Source, messages: list[Message]) -> None:
    """CatalogError for two entries with one key, obsolete ones included, as msgfmt has it."""
    first: dict[Key, Message] = {}
    for message in messages:
        earlier = first.setdefault(message.key, message)
        if earlier is not message:
            raise source.error(
                message.line or 1,
                f"the entry of line {earlier.line} is defined again: {message.msgid[:60]!r}",
                hint="keep one of the two; msguniq can join them",
            )


def _decoded(data: bytes, charset: str, path: str) -> str:
    """The file's text; line by line unless it is UTF-8, so that its lines are the bytes' lines."""
    try:
        if charset == "utf-8":
            return data.decode()
        return "\n".join(line.decode(charset) for line in data.split(b"\n"))
    except UnicodeDecodeError as error:
        # The error tells the place in what was decoded: the file, or one line of it.
        line = data.count(b"\n", 0, error.start if charset == "utf-8" else data.find(error.object)) + 1
        raise CatalogError(
            f"bytes that are not {charset}, which the file says it is",
            path=path or "PO file",
            line=line,
            hint="correct the charset in its Content-Type header, or convert it with msgconv",
        ) from error


def _entries(source: Source, data: bytes) -> tuple[list[Message], int]:
    """Every entry with its bytes, and the position in the text after the last one."""
    text = source.text
    # In UTF-8 a character has one spelling. Elsewhere an entry's bytes are cut from the file by line.
    lines = None if source.charset == "utf-8" else data.split(b"\n")
    comments_of: dict[str, Comments] = {"": NO_COMMENTS}
    messages: list[Message] = []
    position, line = 0, 1
    match_plain = _PLAIN.match
    while True:
        match = match_plain(text, position)
        message = None
        if match:
            begin = match.start(1)
            first = line if begin == position else line + text.count("\n", position, begin)
            message = _plain_message(match, first, comments_of, source.charset)
        if match and message:
            end = match.end()
            end_line = line + text.count("\n", position, end)
        else:
            message, end, end_line = read_entry(source, position, line)
            if message is None:
                return messages, position
        if lines is None:
            raw = text[position:end].encode()
        elif end == len(text):
            raw = b"\n".join(lines[line - 1 :])
        else:
            raw = b"\n".join(lines[line - 1 : end_line - 1]) + b"\n"
        _set_raw(message, raw)
        messages.append(message)
        position, line = end, end_line


# A frozen dataclass's __init__ assigns each of its fields through object.__setattr__, which takes
# more than half of the time of reading an entry. The slots' own descriptors do the same at a third of it.
# Only objects that nobody else has seen yet are filled in this way.
_SLOT: dict[str, Any] = {name: getattr(Message, name).__set__ for name in Message.__slots__}
_set_raw = _SLOT["raw"]
_set_msgid, _set_msgctxt, _set_msgstr, _set_line = (_SLOT[name] for name in ("msgid", "msgctxt", "msgstr", "line"))
_set_flags, _set_references = _SLOT["flags"], _SLOT["references"]
_set_extracted, _set_translator = _SLOT["extracted_comments"], _SLOT["translator_comments"]
_set_plural, _set_forms, _set_obsolete = _SLOT["msgid_plural"], _SLOT["msgstr_plural"], _SLOT["obsolete"]
_set_previous = _SLOT["previous_msgid"]
_set_previous_msgctxt, _set_previous_plural = _SLOT["previous_msgctxt"], _SLOT["previous_msgid_plural"]


def _plain_message(match: re.Match[str], line: int, comments_of: dict[str, Comments], charset: str) -> Message | None:
    """The message of a plain entry; None when an escape is not one, for the careful reader to say where."""
    block, msgctxt, msgid, msgstr = match.groups()
    comments = comments_of.get(block)
    if comments is None:
        comments = comments_of[block] = parse_comments(block)
    try:
        if "\n" in msgid or "\\" in msgid:
            msgid = _joined(msgid, charset)
        if "\n" in msgstr or "\\" in msgstr:
            msgstr = _joined(msgstr, charset)
        if msgctxt:
            msgctxt = _joined(msgctxt, charset)
    except ValueError:
        return None
    message = object.__new__(Message)
    _set_msgid(message, msgid)
    _set_msgctxt(message, msgctxt)
    _set_msgstr(message, msgstr)
    _set_plural(message, None)
    _set_forms(message, ())
    _set_flags(message, comments.flags)
    _set_references(message, comments.references)
    _set_extracted(message, comments.extracted)
    _set_translator(message, comments.translator)
    _set_previous(message, None)
    _set_previous_msgctxt(message, None)
    _set_previous_plural(message, None)
    _set_obsolete(message, False)
    _set_line(message, line)
    return message


def _joined(body: str, charset: str) -> str:
    """What stands between the first and the last quote of a string → its text, continuation lines joined."""
    if "\n" in body:
        body = body.replace('"\r\n"', "").replace('"\n"', "")
    return unescape(body, charset)
