"""PO files ⇄ `Catalog`. A PO file is its bytes: an entry that did not change keeps them, whatever tool wrote it.

Each `Message.raw` reaches from the end of the entry before it, so blank lines and stray comments
belong to the entry they stand before, and what is after the last entry is `Catalog.trailer`.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.catalog.pocomments import NO_COMMENTS, Comments, parse_comments
from pipeline.catalog.poentry import Source, read_entry
from pipeline.catalog.poheader import charset_of_bytes, charset_of_header, checked_language, new_header
from pipeline.catalog.postring import unescape
from pipeline.catalog.powrite import format_po
from pipeline.errors import CatalogError
from pipeline.files import write_atomic
from pipeline.model import Catalog, Key, Message

__all__ = ["format_po", "new_header", "parse_po", "read_po", "write_po"]

# One entry of the plain shape, with the blank lines before it. Possessive quantifiers: nothing is tried twice.
_TEXT = r'[^"\\\n]*+(?>(?:\\.[^"\\\n]*+)*)'
_BODY = rf'"({_TEXT}(?>(?:"\r?\n"{_TEXT})*))"'
_PLAIN = re.compile(
    r"[\r\n]*+((?>(?:#(?![~|]).*\n)*))"
    rf"(?>(?:msgctxt {_BODY}\r?\n)?)msgid {_BODY}\r?\nmsgstr {_BODY}(?:\r?\n(?=[\r\n#m]|\Z)|\Z)"
)


def read_po(path: Path) -> Catalog:
    """The catalog in a file; CatalogError (path, line, hint) when it cannot be read or is malformed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
    return parse_po(data, path=str(path))


def write_po(catalog: Catalog, path: Path, *, base: Catalog | None = None) -> bool:
    """Write the catalog atomically; False when the file already held these bytes and was left alone.

    `base` is the catalog as it was read from this file. Given that, the file is read again, and what somebody saved
    there since is merged entry by entry (`threeway.merge_three`): where both changed an entry, the file's wins.
    """
    if base is None:
        return write_atomic(path, format_po(catalog, path=str(path)), durable=True)
    from pipeline.catalog.rewrite import rewrite_po
    from pipeline.catalog.threeway import merge_three

    return rewrite_po(path, lambda found: merge_three(base, catalog, found, theirs_win=True).catalog, new=base).written


def parse_po(data: bytes, *, path: str = "", unique: bool = True) -> Catalog:
    """PO bytes → Catalog, such that `format_po` gives the same bytes back.

    `path` is only for errors. Raises CatalogError for whatever msgfmt refuses (syntax, bytes
    that are not in the declared charset, an entry defined twice), for `domain` lines, and for a
    format newer than ours. `unique=False` takes a file that defines an entry twice, as some tools write it.
    """
    charset = charset_of_bytes(data, path)
    source = Source(text=_decoded(data, charset, path), path=path, charset=charset)
    entries, end = _entries(source, data)
    trailer = b"" if end == len(source.text) else data[sum(len(entry.raw or b"") for entry in entries) :]
    # msgfmt takes a header from anywhere; one further down keeps its place among the messages.
    first = bool(entries) and _is_header(entries[0])
    header = entries[0] if first else next(filter(_is_header, entries), None)
    if charset_of_header(header, path) != charset:
        raise source.error(
            header.line or 1 if header else 1, "the header that says the charset is not the file's first entry"
        )
    language = checked_language(header, path)
    catalog = Catalog(language=language, header=header, messages=tuple(entries[first:]), trailer=trailer)
    if not unique:
        return catalog
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
        if lines is not None:
            raw = b"\n".join(lines[line - 1 :] if end == len(text) else [*lines[line - 1 : end_line - 1], b""])
            message = message._replace(raw=raw)
        elif message.raw is None:
            message = message._replace(raw=text[position:end].encode())
        messages.append(message)
        position, line = end, end_line


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
    return Message(
        msgid,
        msgctxt,
        msgstr,
        flags=comments.flags,
        references=comments.references,
        extracted_comments=comments.extracted,
        translator_comments=comments.translator,
        line=line,
        raw=match[0].encode(),
    )


def _joined(body: str, charset: str) -> str:
    """What stands between the first and the last quote of a string → its text, continuation lines joined."""
    if "\n" in body:
        body = body.replace('"\r\n"', "").replace('"\n"', "")
    return unescape(body, charset)
