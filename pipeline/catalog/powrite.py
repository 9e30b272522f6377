"""Catalog → PO bytes: entries keep the bytes they were read from, changed ones are written unwrapped."""

from __future__ import annotations

import codecs
from itertools import islice

from pipeline.catalog.pocomments import Comments, format_comments
from pipeline.catalog.poheader import charset_of_header
from pipeline.catalog.postring import encode, statement
from pipeline.model import Catalog, Message


def format_po(catalog: Catalog, *, path: str = "") -> bytes:
    """The catalog as a PO file; what `parse_po` read comes back byte for byte where nothing changed.

    New entries are written like `msgcat --no-wrap`, with the file's own line ends and charset.
    Raises CatalogError (naming `path`) for text that the charset cannot hold.
    """
    header = catalog.header
    pieces: list[bytes] = []
    entries = catalog.messages
    if header is not None and catalog.get(header.key) is None:  # a header further down keeps its place
        entries = (header, *entries)
    charset = charset_of_header(header)
    crlf = any(b"\r\n" in raw for raw in islice((entry.raw for entry in entries if entry.raw), 2))
    blank = b"\r\n" if crlf else b"\n"
    fresh = False  # whether the piece before was written here, and so wants an empty line after it
    for entry in entries:
        raw = entry.raw
        if raw is None:
            text = format_message(entry)
            if pieces:
                text = "\n" + text
                if not pieces[-1].endswith(b"\n"):  # the file had no final line break
                    pieces.append(blank)
            pieces.append(encode(text.replace("\n", "\r\n") if crlf else text, charset, path=path))
            fresh = True
        else:
            unended = bool(pieces) and not pieces[-1].endswith(b"\n")
            if unended or (fresh and not raw.startswith((b"\n", b"\r\n"))):
                pieces.append(blank)
            pieces.append(raw)
            fresh = False
    pieces.append(catalog.trailer)
    return _without_inner_mark(b"".join(pieces))


def format_message(message: Message, *, width: int = 0) -> str:
    r"""One entry in canonical form, lines ending in `\n`, without the blank line around it.

    Strings are wrapped at `width` columns; 0: only at their line breaks.
    """
    comments = Comments(message.translator_comments, message.extracted_comments, message.references, message.flags)
    mark = "#~ " if message.obsolete else ""
    previous = "#~| " if message.obsolete else "#| "
    text = format_comments(comments)
    if message.previous_msgctxt is not None:
        text += statement("msgctxt", message.previous_msgctxt, previous, width=width)
    if message.previous_msgid is not None:
        text += statement("msgid", message.previous_msgid, previous, width=width)
    if message.previous_msgid_plural is not None:
        text += statement("msgid_plural", message.previous_msgid_plural, previous, width=width)
    if message.msgctxt is not None:
        text += statement("msgctxt", message.msgctxt, mark, width=width)
    text += statement("msgid", message.msgid, mark, width=width)
    if message.msgid_plural is None:
        return text + statement("msgstr", message.msgstr, mark, width=width)
    text += statement("msgid_plural", message.msgid_plural, mark, width=width)
    return text + "".join(
        statement(f"msgstr[{number}]", form, mark, width=width)
        for number, form in enumerate(message.msgstr_plural or ("",))
    )


def _without_inner_mark(data: bytes) -> bytes:
    """No byte order mark but at the very start: an entry may have moved away from there."""
    inner = b"\n" + codecs.BOM_UTF8
    return data.replace(inner, b"\n") if inner in data else data
