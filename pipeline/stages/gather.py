"""What the first step of `build` hands to the second: for each language its pages, and why others are not among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, overload

from pipeline.langtag import LanguageTag
from pipeline.model import Finding
from pipeline.publish.coverage import Coverage
from pipeline.publish.manifest import encode_page
from pipeline.stages.buildcache import BuildCache, Made, PageMade

if TYPE_CHECKING:
    from pipeline.stages.rebuild import PageOutcome


@dataclass(slots=True)
class Waiting:
    """A page that is to be written; its rebuilt bytes wait in the temporary file, unless it is as it was."""

    path: str
    page_format: str
    output: str
    machine: bool
    made: Made | None = None
    """What is known of it; None for a page that has changed since the last build."""
    offset: int = -1
    """Where its bytes begin in the temporary file; -1 when they are not there."""
    length: int = 0


class Spooled(Sequence[tuple[Waiting, bytes]]):
    """Pages with their rebuilt bytes, read from the temporary file when they are asked for."""

    def __init__(self, spool: IO[bytes], pages: Sequence[Waiting]) -> None:
        self._spool, self._pages = spool, pages

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> tuple[Waiting, bytes]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[Waiting, bytes]]: ...
    def __getitem__(self, index: int | slice) -> tuple[Waiting, bytes] | Sequence[tuple[Waiting, bytes]]:
        if isinstance(index, slice):
            return [self._read(page) for page in self._pages[index]]
        return self._read(self._pages[index])

    def _read(self, page: Waiting) -> tuple[Waiting, bytes]:
        self._spool.seek(page.offset)
        return page, self._spool.read(page.length)


@dataclass(slots=True)
class Gathered:
    """What the first step found for one language."""

    seen: set[str] = field(default_factory=set)
    """Source pages looked at, whatever came of them."""
    waiting: dict[str, Waiting] = field(default_factory=dict)
    """Source page -> what is to be written."""
    records: dict[str, str] = field(default_factory=dict)
    """Source page -> its line in the manifest."""
    held_back: list[tuple[str, str]] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    fallbacks: int = 0
    findings: list[Finding] = field(default_factory=list)


def recall(path: str, made: PageMade, cache: BuildCache, gathered: Mapping[LanguageTag, Gathered]) -> None:
    """Take a page as it was at the last build."""
    for language, here in gathered.items():
        row, item = cache.rows[language][path], made.languages[language]
        here.seen.add(path)
        here.findings += item.findings
        here.records[path] = encode_page(row)
        if row["output"] is None:
            here.held_back.append((path, row["reason"]))
            continue
        here.waiting[path] = Waiting(path, made.page_format, row["output"], item.machine, made=item)
        here.coverage += Coverage(**{name: count for name, count in row["counts"].items() if name != "ratio"})
        here.fallbacks += len(row["fallbacks"])


def gather(outcome: PageOutcome, cache: BuildCache, gathered: Mapping[LanguageTag, Gathered], spool: IO[bytes]) -> None:
    """Take a page that was rebuilt."""
    path = outcome.path
    known = cache.pages.get(path)
    others = known.languages if known and known.digest == outcome.digest else {}
    cache.pages.pop(path, None)
    if outcome.digest:
        cache.pages[path] = PageMade(
            outcome.digest, outcome.page_format, outcome.permalink, outcome.findings, dict(others)
        )
    for language, here in gathered.items():
        here.seen.add(path)
        if outcome.digest:
            cache.pages[path].languages.pop(language, None)
    for language, finding in outcome.failures.items():
        here = gathered[language]
        here.findings.append(finding)
        if language not in outcome.editions:
            here.held_back.append((path, finding.message))
    for language, edition in outcome.editions.items():
        here, record = gathered[language], edition.record
        here.findings += edition.findings
        here.records[path] = encode_page(record)
        if language not in outcome.failures:
            catalogs = cache.catalogs(language, path)
            cache.pages[path].languages[language] = Made(catalogs, edition.machine, edition.findings)
        if edition.data is None or record.output is None:
            here.held_back.append((path, record.reason))
            continue
        here.waiting[path] = Waiting(path, outcome.page_format, record.output, edition.machine)
        _put(here.waiting[path], edition.data, spool)
        here.coverage += record.coverage
        here.fallbacks += len(record.fallbacks)


def fetch(outcome: PageOutcome, gathered: Mapping[LanguageTag, Gathered], spool: IO[bytes]) -> None:
    """Take only the bytes of a page that was recalled."""
    for language, here in gathered.items():
        page, edition = here.waiting.get(outcome.path), outcome.editions.get(language)
        if page and page.offset < 0 and edition and edition.data is not None:
            _put(page, edition.data, spool)


def _put(page: Waiting, data: bytes, spool: IO[bytes]) -> None:
    page.offset, page.length = spool.tell(), len(data)
    spool.write(data)
