"""XML from files that nobody vouches for: read by expat as a stream, no entity expanded, nothing fetched, depth bounded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import CatalogError

_CHUNK = 1 << 16


class XmlReader(ABC):
    """The base of a format's reader, which says what an element's start, end and text mean to it."""

    form = ""
    """What a file is called that can be read: "TMX"."""
    roots: frozenset[str] = frozenset()
    """Names its outermost element may have."""
    deepest = 100
    """Elements within elements; more is an attack, or no such file."""

    def __init__(self, path: Path) -> None:
        from xml.parsers import expat

        self.path = path
        self.stack: list[str] = []
        """The open elements, the outermost first."""
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.text
        self._parser.EntityDeclHandler = self._entity

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
                while chunk := stream.read(_CHUNK):
                    self._parser.Parse(chunk, False)
                    yield
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            message = f"not well-formed {self.form}: {expat.errors.messages[error.code]}"
            raise CatalogError(message, path=str(self.path), line=error.lineno) from None
        except OSError as error:
            raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(self.path)) from error
        except (LookupError, ValueError) as error:  # an encoding that Python has not, or that is no map of single bytes
            raise CatalogError(f"cannot be decoded: {error}", path=str(self.path)) from None
        yield

    def error(self, message: str, hint: str | None = None) -> CatalogError:
        """What is wrong at the place that was read last."""
        return CatalogError(message, path=str(self.path), line=self._parser.CurrentLineNumber, hint=hint)

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

    def _entity(self, name: str, *_: object) -> None:
        raise self.error(f"it declares the entity {name[:40]!r}", hint="entities are not expanded; write the text out")
