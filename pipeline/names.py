"""Names of files that not every system can hold: what they are, so that they are told before anything is written.

A repository is shared: a page with a name that Windows or macOS cannot hold stops a colleague's checkout, or becomes
one file with another page. So these judgements are the same on every system, whatever the one at hand allows.
docs/formats.md has them as a table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST_NAME = 255
"""Bytes of a file name that common file systems allow."""
LONGEST_PATH = 200
"""Characters of a page's path that leave room, within the 260 of Windows, for the folders that editions and catalogs
lie in and for the place of the checkout."""

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: with any extension, in any case, and with the
# superscript digits of Latin-1.
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\xb9\xb2\xb3])[ ]*(?:\..*)?", re.IGNORECASE)
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]')
# U+2068 and U+2069 enclose a name with spaces in a PO reference; a line break would end its comment.
_REFUSED = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u2068\\u2069\\ud800-\\udfff\\\\]")


def folded(path: str) -> str:
    """What a path is to systems that ignore case and Unicode composition; equal for two names of one file there."""
    if path.isascii():
        return path.lower()
    once = unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", once).casefold())


def clashes(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(earlier path, path) for each path that is another one's file on some systems."""
    first: dict[str, str] = {}
    for path in paths:
        other = first.setdefault(folded(path), path)
        if other != path:
            yield other, path


def printable(path: str) -> str:
    """A path as one line of text, whatever bytes it is made of."""
    return _REFUSED.sub(lambda found: found[0] if found[0] == "\\" else ascii(found[0])[1:-1], path)


def refused(path: str) -> str:
    """Why no run can work with a file of this name, "" when it can.

    A control character or line break would end a PO file's comment, a backslash is a folder on Windows, and a name that
    is not text (Linux allows any bytes) cannot be written down.
    """
    found = _REFUSED.search(path)
    if found is None:
        return ""
    character = found[0]
    if character == "\\":
        return "it has a backslash, which separates folders on Windows"
    if "\ud800" <= character <= "\udfff":
        return "it is not valid UTF-8"
    return f"it has the control character U+{ord(character):04X}"


def unportable(path: str) -> str:
    """Why Windows cannot hold a file of this path (POSIX, relative), "" when every common system can."""
    for name in path.split("/"):
        if found := _NOT_ON_WINDOWS.search(name):
            return f"Windows allows no {found[0]} in names"
        if _DEVICE.fullmatch(name):
            return f"{name} is the name of a device on Windows"
        if name != name.rstrip(". ") and name not in (".", ".."):
            return f"Windows drops the {'space' if name.endswith(' ') else 'dot'} at the end of {name!r}"
    if len(path) > LONGEST_PATH:
        return f"the path has {len(path)} characters; with more than {LONGEST_PATH} its files may pass Windows' limit of 260"
    return ""


def too_long(path: str) -> str:
    """The first name in a path that file systems do not take for its length, "" when all are short enough."""
    return next((name for name in path.split("/") if len(name.encode(errors="replace")) > LONGEST_NAME), "")
