"""The project's translation memory: made of its catalogs and of the TMX files in `locales/memory`, asked by language.

A language is asked together with those it may fall back on (`zh-Hans-SG`, then `zh-Hans`), whose matches score less.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from pipeline.catalog.memfile import discard, synced
from pipeline.catalog.memory import Match, Memory, Unit
from pipeline.catalog.memunits import units_of
from pipeline.catalog.pofile import read_po
from pipeline.catalog.tmx import read_tmx
from pipeline.errors import CatalogError, PipelineError
from pipeline.langtag import LanguageTag, fallback_chain
from pipeline.model import Finding
from pipeline.project import Project
from pipeline.sqlitedamage import DamagedError
from pipeline.stages.cache import file_digest
from pipeline.stages.places import cache_dir, catalog_dir, shown
from pipeline.stages.selection import problem

RELATED = 0.9
"""What a match in a related language is worth, for each step away."""


def memory_dir(project: Project) -> Path:
    """The folder of TMX files."""
    return project.locales_dir / "memory"


def memory_path(project: Project, language: LanguageTag) -> Path:
    """The file of one language's memory; it may be deleted at any time."""
    return cache_dir(project) / "memory" / f"{language}.sqlite3"


def origin_paths(project: Project, language: LanguageTag) -> list[Path]:
    """The files that a language's memory is made of: all its catalogs, those of pages that are gone too, and all TMX."""
    exchanged = (path for path in memory_dir(project).rglob("*") if path.suffix.lower() == ".tmx")
    return sorted((*catalog_dir(project, language).rglob("*.po"), *exchanged))


class ProjectMemory:
    """The memories of a language and of those it may fall back on, up to date and open."""

    def __init__(self, project: Project, language: LanguageTag, *, related: bool = True) -> None:
        """Without `related` only the language's own memory."""
        self.language = language
        self.findings: list[Finding] = []
        """TMX files that could not be read."""
        self._project = project
        self._open: dict[LanguageTag, Memory] = {}
        try:
            chain = fallback_chain(language) if related else (language,)
            for tag in (tag for tag in chain if tag != project.source.language):  # en-GB falls back on the source
                if tag == language or catalog_dir(project, tag).is_dir() or memory_dir(project).is_dir():
                    self._open[tag] = self._synced(tag)
        except BaseException:
            self.close()
            raise
        self.state = " ".join(memory.state() for memory in self._open.values())
        """Differs whenever something else might be found."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        for memory in self._open.values():
            memory.close()

    def asked(self, settings: str, texts: Sequence[str]) -> set[str]:
        """Those of `texts` that were asked for before, when every memory was as it is now, with these settings."""
        try:
            return self.own.asked(f"{self.state} {settings}", texts)
        except DamagedError:
            return set()

    def remember(self, settings: str, texts: Iterable[str]) -> None:
        """Note that `texts` were asked for."""
        with contextlib.suppress(DamagedError):
            self.own.remember(f"{self.state} {settings}", texts)

    @property
    def own(self) -> Memory:
        """The memory of the language itself."""
        return self._open[self.language]

    def exact(self, text: str) -> list[Match]:
        """What is known of the very same text, the language's own first; see `Memory.exact`."""
        return self._all(lambda memory: memory.exact(text), 0.0)

    def near(self, text: str, threshold: float, limit: int = 10) -> list[Match]:
        """The units most like `text`, best first; see `Memory.near`. Scores are at least `threshold`."""
        return self._all(lambda memory: memory.near(text, threshold, limit), threshold)

    def _all(self, look_up: Callable[[Memory], list[Match]], threshold: float) -> list[Match]:
        found: list[Match] = []
        for steps, tag in enumerate(tuple(self._open)):
            try:
                matches = look_up(self._open[tag])
            except DamagedError:
                self._open[tag].close()
                discard(memory_path(self._project, tag))
                self._open[tag] = self._synced(tag)
                matches = look_up(self._open[tag])
            worth = RELATED**steps
            found += (
                match._replace(score=match.score * worth) for match in matches if match.score * worth >= threshold
            )
        return sorted(found, key=lambda match: -match.score)  # stable: what was in order stays so

    def _synced(self, tag: LanguageTag) -> Memory:
        origins = {shown(self._project, path): path for path in origin_paths(self._project, tag)}
        digests = {name: file_digest(path) for name, path in origins.items()}
        read = partial(_read, self._project, tag, origins)
        while True:
            try:
                return synced(memory_path(self._project, tag), self._project.source.language, digests, read)
            except _UnreadableError as error:
                # One bad file never stops the others. It is tried again by every run, which says so every time.
                finding = problem(error.cause, error.name, self._project)
                if finding not in self.findings:
                    self.findings.append(finding)
                del digests[error.name]


class _UnreadableError(Exception):
    """An origin that is no catalog or TMX file."""

    def __init__(self, name: str, cause: PipelineError) -> None:
        super().__init__(name)
        self.name, self.cause = name, cause


def _read(project: Project, tag: LanguageTag, origins: dict[str, Path], name: str) -> Iterable[Unit]:
    path = origins[name]
    if path.suffix != ".po":
        return _read_tmx(project, tag, path, name)
    try:
        return units_of(read_po(path))
    except CatalogError:
        return ()  # whoever works on the catalog says so


def _read_tmx(project: Project, tag: LanguageTag, path: Path, name: str) -> Iterator[Unit]:
    try:
        yield from read_tmx(path, project.source.language, tag)
    except CatalogError as error:
        raise _UnreadableError(name, error) from error
