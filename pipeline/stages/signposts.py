"""Which page another tool means by a reference or by a catalog's name: it may count from another folder."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote

from pipeline.document.skeleton import FORMATS

_PLACE = re.compile(r":(?:\d[\d-]*|block)\Z")
_HTML_PATH = re.compile(r"\+html\b.*\Z")
_ENDINGS = frozenset((*FORMATS, ".po", ".pot"))


class Signposts:
    """Finds catalogs by the end of a path."""

    def __init__(self, catalogs: Mapping[str, str]) -> None:
        """`catalogs`: page -> the name of its catalog."""
        self._ends: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for page, name in catalogs.items():
            parts = _parts(page)
            for start in range(len(parts)):
                self._ends[parts[start:]][name] = None

    def catalogs(self, references: Iterable[str]) -> tuple[str, ...]:
        """The catalogs of the pages that some references mean, each by the longest end of its path that fits a page."""
        found: dict[str, None] = {}
        for reference in references:
            parts = _parts(_HTML_PATH.sub("", unquote(_PLACE.sub("", reference.strip("\u2068\u2069 ")))))
            for start in range(len(parts)):
                if names := self._ends.get(parts[start:]):
                    found |= names
                    break
        return tuple(found)


def _parts(path: str) -> tuple[str, ...]:
    """The parts of a path, without the endings of its name (`fees.md.po`, `fees.html`)."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if not parts:
        return ()
    name = PurePosixPath(parts[-1])
    while name.suffix.lower() in _ENDINGS:
        name = name.with_suffix("")
    return (*(part for part in parts[:-1] if part not in (".", "..")), name.name)
