"""The strings of a PO file: C escapes, and one keyword with its quoted string, both ways."""

from __future__ import annotations

import re

from pipeline.errors import CatalogError

_NAMED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"((?:\\(?:[0-7]{1,3}|x[0-9A-Fa-f]+))+)|\\(.)", re.DOTALL)
_NUMBER = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]+))")

_MUST_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPED = {chr(code): f"\\{code:03o}" for code in (*range(0x20), 0x7F)} | {
    char: "\\" + name for name, char in _NAMED.items()
}


def unescape(body: str, charset: str = "utf-8") -> str:
    """The text between the quotes of a string, escapes replaced as GNU gettext's lexer does.

    Octal and hexadecimal escapes are bytes in the file's `charset`. Raises ValueError for
    an escape that gettext refuses too.
    """
    if "\\" not in body:
        return body
    if "\\\\" not in body:  # then every backslash starts an escape, and plain replacing is safe
        simple = body.replace('\\"', '"').replace("\\n", "\n")
        if "\\" not in simple:
            return simple

    def one(match: re.Match[str]) -> str:
        if match[1] is None:
            if match[2] not in _NAMED:
                raise ValueError(f"unknown escape \\{match[2]}")
            return _NAMED[match[2]]
        codes = [int(octal, 8) if octal else int(digits, 16) for octal, digits in _NUMBER.findall(match[1])]
        if max(codes) > 0xFF:
            raise ValueError(f"escape {match[1]} is not a byte")
        return bytes(codes).decode(charset)

    return _ESCAPE.sub(one, body)


def escape(text: str) -> str:
    """The text as it stands between quotes; `unescape`'s inverse."""
    if text.isprintable():  # nearly always: no control characters
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return _MUST_ESCAPE.sub(lambda match: _ESCAPED[match[0]], text)


def statement(keyword: str, text: str, prefix: str = "", *, width: int = 0) -> str:
    r"""One keyword with its string, ending in a line break.

    Like msgcat --no-wrap: a text with a line break before its end starts with `""` and
    has one line per `\n`. With a `width` in columns, lines that are longer are cut between words, as
    far as they can be. `prefix` ("#~ ", "#| " ...) stands before every line.
    """
    if not width and ("\n" not in text or text.index("\n") == len(text) - 1):  # most by far
        return f'{prefix}{keyword} "{escape(text)}"\n'
    *lines, last = text.split("\n")
    pieces = [line + "\\n" for line in map(escape, lines)] + ([escape(last)] if last else [])
    one = False  # without a width those that take one line were dealt with above
    if width:
        from pipeline.catalog.powrap import columns, wrapped  # slow to import, and rarely wanted

        one = len(pieces) <= 1 and columns(f'{prefix}{keyword} "{"".join(pieces)}"') <= width
        room = max(1, width - len(prefix) - 2)
        pieces = pieces if one else [piece for line in pieces for piece in wrapped(line, room)]
    if one:
        return f'{prefix}{keyword} "{"".join(pieces)}"\n'
    return f'{prefix}{keyword} ""\n' + "".join(f'{prefix}"{piece}"\n' for piece in pieces)


def encode(text: str, charset: str, *, path: str = "") -> bytes:
    """The text in the file's charset; CatalogError when the charset lacks a character."""
    try:
        return text.encode(charset)
    except UnicodeEncodeError as error:
        raise CatalogError(
            f"{text[error.start : error.end]!r} cannot be written in the file's charset {charset}",
            path=path or None,
            hint="convert the file with msgconv --to-code=UTF-8",
        ) from error
