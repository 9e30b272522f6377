"""XML from files that nobody vouches for: read by expat as a stream, nothing fetched, depth bounded.

No entity that a file declares is expanded. The names that HTML has for characters (`&nbsp;`) are known where a DTD is named.
"""

from __future__ import annotations

import codecs
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.errors import CatalogError

if TYPE_CHECKING:
    from pyexpat import XMLParserType

_CHUNK = 1 << 16
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)""")
_OWN = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
"""Encodings that expat reads itself; Python decodes the others, those with several bytes to a character among them."""


class XmlReader(ABC):
    """The base of a format's reader, which says what an element's start, end and text mean to it."""

    form = ""
    """What a file is called that can be read: "TMX"."""
    roots: frozenset[str] = frozenset()
    """Names its outermost element may have."""
    deepest = 100
    """Elements within elements; more is an attack, or no such file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stack: list[str] = []
        """The open elements, the outermost first."""
        self._parser = self._new_parser(None)

    @abstractmethod
    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; it is the last of `stack`."""

    @abstractmethod
    def end(self, name: str) -> None:
        """An element has ended; it is in `stack` no more."""

    @abstractmethod
    def text(self, data: str) -> None:
        """Some of the text in the last element of `stack`."""

    def parts(self) -> Iterator[None]:
        """Read the file, and stop after each part of it to let what was found be taken.

        Raises CatalogError (path, line) for what is not well-formed, not of this form, or not to be trusted.
        """
        from xml.parsers import expat

        try:
            with self.path.open("rb") as stream:
                for chunk in self._chunks(stream):
                    self._parser.Parse(chunk, False)
                    yield
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            message = f"not well-formed {self.form}: {expat.errors.messages[error.code]}"
            raise CatalogError(message, path=str(self.path), line=error.lineno) from None
        except OSError as error:
            raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(self.path)) from error
        except (LookupError, ValueError) as error:  # an encoding that Python has not, or bytes that are not in it
            raise CatalogError(f"cannot be decoded: {error}", path=str(self.path)) from None
        yield

    def error(self, message: str, hint: str | None = None) -> CatalogError:
        """What is wrong at the place that was read last."""
        return CatalogError(message, path=str(self.path), line=self._parser.CurrentLineNumber, hint=hint)

    def _new_parser(self, encoding: str | None) -> XMLParserType:
        """`encoding` None means the one that the file declares."""
        from xml.parsers import expat

        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped
        return parser

    def _chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        first = stream.read(_CHUNK)
        marked = first.startswith(codecs.BOM_UTF8)  # which stands above what is declared
        if marked:
            self._parser = self._new_parser("utf-8")
        declared = _DECLARED.match(first)
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        if marked or encoding in _OWN:
            yield first
            while chunk := stream.read(_CHUNK):
                yield chunk
            return
        self._parser = self._new_parser("utf-8")
        with self.path.open(encoding=encoding, newline="") as decoded:
            while text := decoded.read(_CHUNK):
                yield text.encode()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self.stack and name not in self.roots:
            raise self.error(f"not {self.form}: its root element is <{name[:40]}>")
        self.stack.append(name)
        if len(self.stack) > self.deepest:
            raise self.error("elements are nested too deeply")
        self.start(name, attributes)

    def _end(self, name: str) -> None:
        self.stack.pop()
        self.end(name.rpartition(":")[2])

    def _skipped(self, name: str, is_parameter: Any) -> None:
        """An entity of a DTD that is not read."""
        if is_parameter:
            return
        from html.entities import html5

        if f"{name};" not in html5:
            raise self.error(f"it uses the unknown entity {name[:40]!r}", hint="write the character itself")
        self.text(html5[f"{name};"])

    def _entity(self, name: str, *_: object) -> None:
        raise self.error(f"it declares the entity {name[:40]!r}", hint="entities are not expanded; write the text out")
