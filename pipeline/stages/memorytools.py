"""What `pipeline memory` does: counts, TMX in and out, and looking up a text as `translate` would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalog.memory import Match
from pipeline.catalog.tmx import languages, write_tmx
from pipeline.errors import CatalogError, ConfigError
from pipeline.files import write_atomic
from pipeline.langtag import LanguageTag
from pipeline.names import refused, unportable
from pipeline.project import Project
from pipeline.stages.memory import ProjectMemory, memory_dir, memory_path
from pipeline.stages.places import shown
from pipeline.stages.result import StageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageMemory:
    """What the memory of one language holds."""

    language: LanguageTag
    units: int
    """Accepted translations, counted in each file."""
    sources: int
    """Different source texts."""
    origins: tuple[tuple[str, int], ...]
    """(file, units), by name."""
    path: str
    size: int
    """Bytes of the file that was made from them."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `languages`."""
        return {
            "language": self.language,
            "units": self.units,
            "sources": self.sources,
            "origins": [{"path": path, "units": units} for path, units in self.origins],
            "path": self.path,
            "bytes": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsResult(StageResult):
    """The memory in numbers."""

    languages: tuple[LanguageMemory, ...]

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "memory stats",
            "languages": [language.to_dict() for language in self.languages],
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult(StageResult):
    """What is known of a text."""

    language: LanguageTag
    text: str
    matches: tuple[Match, ...]

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "memory search",
            "language": self.language,
            "text": self.text,
            "matches": [
                {
                    "score": round(match.score, 2),
                    "source": match.unit.source,
                    "target": match.unit.target,
                    "kind": match.unit.kind,
                    "msgctxt": match.unit.context,
                    "obsolete": match.unit.obsolete,
                    "times": match.times,
                    "path": match.path,
                }
                for match in self.matches
            ],
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult(StageResult):
    """A TMX file that was written."""

    language: LanguageTag
    output: str
    units: int
    left_out: int
    """Units with a character that XML cannot hold."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "memory export",
            "language": self.language,
            "output": self.output,
            "units": self.units,
            "left_out": self.left_out,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult(StageResult):
    """A TMX file that was taken into the project."""

    output: str
    written: bool
    """False when the project had it already."""
    languages: tuple[tuple[str, int], ...]
    """(language as the file writes it, segments)."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "memory import",
            "output": self.output,
            "written": self.written,
            "languages": dict(self.languages),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def stats(project: Project, wanted: tuple[LanguageTag, ...]) -> StatsResult:
    """Bring the memories of some languages up to date and count what they hold."""
    found, findings = [], []
    for language in wanted:
        path = memory_path(project, language)
        with ProjectMemory(project, language, related=False) as memory:
            counts = memory.own.counts()
            found.append(
                LanguageMemory(
                    language=language,
                    units=counts["units"],
                    sources=counts["sources"],
                    origins=tuple(memory.own.per_origin()),
                    path=shown(project, path),
                    size=path.stat().st_size if path.is_file() else 0,
                )
            )
            findings += memory.findings
    return StatsResult(languages=tuple(found), findings=tuple(dict.fromkeys(findings)))


def search(
    project: Project, language: LanguageTag, text: str, *, threshold: float | None = None, limit: int = 10
) -> SearchResult:
    """The same text and those at least `threshold` (0.0-1.0; that of the project by default) like it, best first."""
    least = project.memory.threshold if threshold is None else threshold
    with ProjectMemory(project, language) as memory:
        matches = sorted((*memory.exact(text), *memory.near(text, least, limit)), key=lambda match: -match.score)
        return SearchResult(
            language=language, text=text, matches=_by_pair(matches)[:limit], findings=tuple(memory.findings)
        )


def _by_pair(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Each pair of texts once, whatever kinds of string it stands for, with the first of its places."""
    found: dict[tuple[str, str], Match] = {}
    for match in matches:
        pair = (match.unit.source, match.unit.target)
        known = found.setdefault(pair, match)
        if (
            known is not match and known.score == match.score
        ):  # else a related language, which has it from the same file
            found[pair] = known._replace(times=known.times + match.times)
    return tuple(found.values())


def export_tmx(project: Project, language: LanguageTag, output: Path) -> ExportResult:
    """Write the memory of a language as TMX, sorted by text."""
    with ProjectMemory(project, language, related=False) as memory:
        units = (match.unit for match in memory.own.units())
        written = write_tmx(output, units, project.source.language, language)
        return ExportResult(
            language=language,
            output=str(output),
            units=written.units,
            left_out=written.left_out,
            findings=tuple(memory.findings),
        )


def import_tmx(project: Project, file: Path, *, name: str = "", replace: bool = False) -> ImportResult:
    """Check a TMX file and copy it to `locales/memory`, under its own name or `name`; the next run knows its units.

    CatalogError for a file that is no TMX; ConfigError when another file has that name, unless it is to be replaced.
    """
    given = name or file.name
    given = given if given.lower().endswith(".tmx") else f"{given}.tmx"
    target = memory_dir(project) / given
    why = refused(given) or unportable(given) or ("it is hidden" if given[0] == "." else "")
    if why or target.parent != memory_dir(project):
        raise ConfigError(
            f"{given!r} is not a name to keep it under: {why or 'it is a path'}",
            hint=f"give --name; the file goes to {shown(project, memory_dir(project))}",
        )
    counts = languages(file)
    try:
        data = file.read_bytes()
        if not replace and target.is_file() and target.read_bytes() != data:
            raise ConfigError(
                "there is another file of this name", path=shown(project, target), hint="give --name, or --replace it"
            )
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(file)) from error
    written = write_atomic(target, data, durable=True)
    return ImportResult(output=shown(project, target), written=written, languages=tuple(sorted(counts.items())))
