"""The header entry of a PO file: its fields, its charset, and the header of a new file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from functools import lru_cache

from pipeline import langtag
from pipeline.errors import CatalogError, ConfigError, PipelineError
from pipeline.langtag import LanguageTag
from pipeline.model import Message
from pipeline.versions import Format, Step

FORMAT = 1
"""The version of docs/po-format.md that this code reads and writes."""

FORMAT_FIELD = "X-Pipeline-Format"
"""A file without it is of version 0: made by hand, or by another tool."""

# The header entry at the start of a file, read as bytes to learn how to decode the rest.
_HEADER = re.compile(
    rb'(?:\xef\xbb\xbf)?(?>(?:[ \t\r]*(?:#(?!~)[^\n]*+)?\n)*)[ \t]*msgid[ \t]*""[ \t\r]*\n'
    rb'(?>(?:#[^\n]*+\n)*)[ \t]*msgstr[ \t]*(?:"[^\n]*(?:\n|\Z)[ \t]*)+'
)
_CHARSET = re.compile(rb"Content-Type:(?:(?!Content-Type:)[^\n\\])*?charset=([^\s\\\";]+)", re.IGNORECASE)
_BETWEEN_STRINGS = re.compile(rb'"[ \t\r]*\n[ \t]*"')  # tools wrap the header too, in the middle of a field
_LAST_QUOTE = re.compile(rb'"[ \t\r\n]*\Z')
_ASCII = "".join(map(chr, range(0x20, 0x7F))) + "\t\n\\u0041\\x41"
_CHARSET_FIELD = re.compile(r"charset=([^\s;]+)", re.IGNORECASE)


def fields(header: Message | None) -> Mapping[str, str]:
    """{name: value} of a header entry, names as written; empty without one."""
    pairs = (line.partition(":") for line in header.msgstr.split("\n")) if header else ()
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


def with_field(header: Message, name: str, value: str) -> Message:
    """The header with one more field at its end; as read it keeps its bytes, and its line ends, but for that line."""
    before = header.msgstr if not header.msgstr or header.msgstr.endswith("\n") else header.msgstr + "\n"
    changed = header.changed(msgstr=f"{before}{name}: {value}\n")
    last = _LAST_QUOTE.search(header.raw) if header.raw and before == header.msgstr else None
    if last is None or header.raw is None:
        return changed
    newline = b"\r\n" if b"\r\n" in header.raw else b"\n"
    at = last.start() + 1
    return changed._replace(raw=header.raw[:at] + newline + f'"{name}: {value}\\n"'.encode() + header.raw[at:])


def _says_format(header: Message) -> Message:
    return with_field(header, FORMAT_FIELD, "1")


PO: Format[Message] = Format(
    name="PO file",
    current=FORMAT,
    steps={0: Step(change=_says_format, note=f"its header says {FORMAT_FIELD}: 1 now")},
)
"""The versions of the format; what is changed between them is the header's business."""


def version_of(header: Message | None) -> int:
    """The version a header declares, 0 without one; it has been checked when the file was read."""
    return int(fields(header).get(FORMAT_FIELD, "0"))


def upgraded(header: Message) -> tuple[Message, tuple[str, ...]]:
    """(the header as the current version has it, notes on what was changed); the same object when nothing was."""
    return PO.upgrade(header, version_of(header))


def new_header(tag: LanguageTag | None, *, project: str = "") -> Message:
    """The header entry of a new catalog (`tag`) or template (None): docs/po-format.md, Header. No dates."""
    lines = [
        f"Project-Id-Version: {project}",
        f"Language: {langtag.gettext_name(tag) if tag else ''}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        *([f"Plural-Forms: {langtag.plural_forms(tag)}"] if tag else []),
        "X-Generator: pipeline",
        f"{FORMAT_FIELD}: {FORMAT}",
    ]
    return Message(msgid="", msgstr="".join(line + "\n" for line in lines))


def charset_of_bytes(data: bytes, path: str) -> str:
    """Python's name of the charset the file's own header declares; "utf-8" without one.

    Raises CatalogError for a charset Python does not know, or one in which quotes, line breaks
    and backslashes are not the ASCII bytes (gettext refuses those too).
    """
    header = _HEADER.match(data)
    declared = _CHARSET.search(_BETWEEN_STRINGS.sub(b"", header[0])) if header else None
    return _python_charset(declared[1].decode("ascii", "replace") if declared else "", path)


def charset_of_header(header: Message | None, path: str = "") -> str:
    """Python's name of the charset in a header's `Content-Type`, for writing; CatalogError for one it does not know."""
    declared = _CHARSET_FIELD.search(fields(header).get("Content-Type", ""))
    return _python_charset(declared[1] if declared else "", path)


@lru_cache(maxsize=64)
def _python_charset(name: str, path: str) -> str:
    if name.upper() in ("", "UTF-8", "UTF8", "CHARSET"):  # CHARSET: xgettext's word for "not yet said"
        return "utf-8"
    try:
        charset = codecs.lookup(name).name
        # Every ASCII character must stand for itself, alone and after a backslash (in raw_unicode_escape it would not).
        usable = _ASCII.encode(charset) == _ASCII.encode() and _ASCII.encode().decode(charset) == _ASCII
    except (LookupError, ValueError):
        usable = False
    if not usable:
        hint = "convert the file with msgconv --to-code=UTF-8"
        raise CatalogError(f"cannot read the charset {name!r}", path=path or None, line=1, hint=hint)
    return charset


def checked_language(header: Message | None, path: str) -> str | None:
    """The canonical tag of the header's `Language`; None when empty or no language tag.

    Raises CatalogError when the file is of a newer format than this code knows.
    """
    found = fields(header)
    version = found.get(FORMAT_FIELD, "0")
    try:
        PO.check(int(version) if version.isdecimal() and len(version) < 10 else version)
    except PipelineError as error:
        line = header.line if header else None
        raise CatalogError(error.message, path=path or None, line=line, hint=error.hint) from None
    written = found.get("Language", "")
    try:
        return langtag.parse(written) if written else None
    except ConfigError:
        return None  # other tools' files say "xx" or "Malay" here; nothing hangs on it
