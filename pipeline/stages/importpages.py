"""`import-translated`: translations out of pages that were translated before, without catalogs.

Each page is aligned with its source (`catalog.align`), all pages of a run together. What is found fills the
catalogs as fuzzy entries with the confidence of the pair; a person's text is never replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pipeline.catalog.align import PageUnits, Pair, align_all
from pipeline.catalog.relink import relinked
from pipeline.catalog.units import Unit, units
from pipeline.document.builder import markup_of
from pipeline.document.skeleton import parse_page
from pipeline.errors import ConfigError, PageError
from pipeline.inline import signature
from pipeline.langtag import LanguageTag
from pipeline.model import Finding, Key, Page, Segment
from pipeline.project import Project
from pipeline.source import find_sources
from pipeline.stages.importfill import Offer, fill
from pipeline.stages.importreport import ALONE, FILLED, LEFT, ImportPair, ImportTranslatedResult
from pipeline.stages.lock import locked
from pipeline.stages.pagepairs import LAYOUTS, PagePair, find_pairs, locale_names
from pipeline.stages.pages import options, parse_source
from pipeline.stages.places import SITE_CATALOG, catalog_name
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.regroup import split_shared
from pipeline.stages.selection import problem
from pipeline.stages.update import update

MIN_CONFIDENCE = 0.6
"""Pairs less sure are reported, and not used. On pages built for it (bench/import_translated.py) this gives a precision
above 0.99; see there for the whole curve."""
_OTHER_MARKUP = 0.9
"""Factor on the confidence of a pair whose inline elements differ: the translation is not quite of this text."""
_HIGHEST = 0.99
"""Nothing that was guessed is certain."""


class _Read(NamedTuple):
    """A page and its translation, read; without their bytes."""

    segments: tuple[Segment, ...]
    targets: tuple[Segment, ...]
    units: PageUnits
    shared: frozenset[Key]
    """Keys whose strings stand in `_site.po`."""


@locked("import-translated")
def import_translated(
    project: Project,
    language: LanguageTag,
    source_dir: Path,
    target_dir: Path,
    *,
    layout: str = "auto",
    min_confidence: float = MIN_CONFIDENCE,
    dry_run: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> ImportTranslatedResult:
    """Fill the catalogs of `language` from the pages below `target_dir`, translations of those below `source_dir`.

    `source_dir` is the project's source folder, a folder in it, or a copy of it. `layout` is one of LAYOUTS. Pairs below
    `min_confidence` (0.0-1.0; pairs below 0.5 are never made) are only reported. With `dry_run` nothing is written.
    """
    if layout not in LAYOUTS:
        raise ConfigError(f"unknown layout {layout!r}", hint=f"one of {', '.join(LAYOUTS)}")
    sources, below = _sources(project, language, source_dir)
    names = locale_names(language, project.folder(language))
    found, alone, strangers = find_pairs(sources, target_dir, language, names, layout)
    if not found:
        raise ConfigError(
            "no file there translates a source page",
            path=str(target_dir),
            hint="pages are paired by path, by the language's folder or suffix, or by front matter; see --layout",
        )
    updated = update(project, [language], dry_run=dry_run, jobs=jobs, progress=progress)
    here = [replace(pair, page=below + pair.page) for pair in found]
    offers, unpaired, findings = _aligned(project, language, names, here, jobs=jobs, progress=progress)
    filled = fill(project, language, offers, min_confidence=min_confidence, dry_run=dry_run)
    return ImportTranslatedResult(
        language=language,
        update=updated,
        pages=tuple((pair.page, pair.name) for pair in here),
        sources_alone=tuple(below + page for page in alone),
        targets_alone=tuple(strangers),
        pairs=tuple(sorted((*filled.pairs, *unpaired), key=_place)),
        written=filled.written,
        min_confidence=min_confidence,
        dry_run=dry_run,
        findings=tuple(sorted((*findings, *filled.findings), key=lambda f: (f.path, f.line or 0, f.rule))),
    )


def _sources(project: Project, language: LanguageTag, source_dir: Path) -> tuple[dict[str, Path], str]:
    """(path below `source_dir` -> file, what stands before such a path to make it the project's)."""
    pages = [page for page in find_sources(project).pages if project.language_of(page) != language]
    root, given = project.source_root.resolve(), source_dir.resolve()
    below = ""
    if given.is_relative_to(root):
        inside = given.relative_to(root).as_posix()
        below = "" if inside == "." else f"{inside}/"
    inner = [page.removeprefix(below) for page in pages if page.startswith(below)]
    sources = {page: source_dir / page for page in inner if (source_dir / page).is_file()}
    if not sources:
        raise ConfigError(
            "none of the project's pages is there", path=str(source_dir), hint=f"pages lie below {project.source.root}/"
        )
    return sources, below


def _aligned(
    project: Project,
    language: LanguageTag,
    names: Sequence[str],
    found: Sequence[PagePair],
    *,
    jobs: int | None,
    progress: Progress | None,
) -> tuple[list[Offer], list[ImportPair], list[Finding]]:
    """What all pages offer, what on them has no partner, and which pages could not be read."""

    def each(function: Callable[[PageUnits], list[Pair]], pages: Sequence[PageUnits]) -> Iterator[list[Pair]]:
        return run_tasks(function, pages, label="aligning pages", jobs=jobs, progress=progress)

    read: list[tuple[PagePair, _Read]] = []
    findings: list[Finding] = []
    task = partial(_read, project, language, names)
    pages = run_tasks(task, found, label="reading pages", jobs=jobs, progress=progress)
    for files, page in zip(found, pages, strict=True):
        if isinstance(page, Finding):
            findings.append(page)
        else:
            read.append((files, page))
    offers: list[Offer] = []
    alone: list[ImportPair] = []
    for (files, page), pairs in zip(read, align_all([page.units for _, page in read], each), strict=True):
        name = SITE_CATALOG if project.shared_file(files.page) else catalog_name(project, files.page)
        offers += [_offer(files, page, pair, name, names) for pair in pairs]
        alone += _alone(files, page, pairs)
    return offers, alone, findings


def _offer(files: PagePair, page: _Read, pair: Pair, catalog: str, names: Sequence[str]) -> Offer:
    """A pair of units as a translation of a catalog's string."""
    ours, theirs = page.units
    source, targets = ours[pair.source].segment, tuple(theirs[j].segment for j in pair.targets)
    segment = page.segments[source]
    markup = markup_of(segment.form)
    msgstr = relinked(segment.msgid, _joined([page.targets[number].msgid for number in targets]), names, markup)
    alike = signature(segment.msgid, markup) == signature(msgstr, markup)
    confidence = pair.confidence * (1.0 if alike else _OTHER_MARKUP)
    return Offer(
        pair=ImportPair(
            page=files.page,
            target=files.name,
            outcome=FILLED,
            confidence=min(round(confidence, 2), _HIGHEST),
            key=segment.key,
            msgstr=msgstr,
            line=segment.line,
            target_line=page.targets[targets[0]].line,
            source=source,
            targets=targets,
            moved=pair.moved,
        ),
        catalog=SITE_CATALOG if segment.key in page.shared else catalog,
        alike=alike,
    )


def _alone(files: PagePair, page: _Read, pairs: Sequence[Pair]) -> Iterator[ImportPair]:
    """The texts of both pages that are in no pair."""
    ours, theirs = page.units
    paired = {ours[pair.source].segment for pair in pairs}
    taken = {theirs[j].segment for pair in pairs for j in pair.targets}
    rest = ImportPair(page=files.page, target=files.name, outcome=ALONE)
    for number, segment in enumerate(page.segments):
        if number not in paired:
            yield replace(rest, key=segment.key, line=segment.line, source=number)
    for number, segment in enumerate(page.targets):
        if number not in taken:
            yield replace(rest, outcome=LEFT, msgstr=segment.msgid, target_line=segment.line, targets=(number,))


def _read(project: Project, language: LanguageTag, names: Sequence[str], pair: PagePair) -> _Read | Finding:
    """Read both pages of a pair; runs in a worker process."""
    try:
        source = parse_source(project, pair.page, _bytes(pair.source, pair.page))
        target = parse_page(
            _bytes(pair.target, pair.name), path=pair.name, language=language, options=options(project, pair.page)
        )
    except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
        return problem(error, pair.page, project)
    _, shared = split_shared(project, source)
    return _Read(
        segments=source.segments,
        targets=target.segments,
        units=(_units(source, ()), _units(target, names)),
        shared=frozenset(segment.key for segment in shared),
    )


def _units(page: Page, names: Sequence[str]) -> list[Unit]:
    return units(page, [markup_of(segment.form) for segment in page.segments], names)


def _bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PageError(f"cannot be read: {error.strerror}", path=name) from error


def _joined(parts: Sequence[str]) -> str:
    """One text out of the parts of a split one."""
    text = parts[0]
    for part in parts[1:]:
        text += part if _unspaced(text[-1:]) and _unspaced(part[:1]) else f" {part}"
    return text


def _unspaced(character: str) -> bool:
    """Han, kana and full-width characters have no space after them."""
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"


def _place(pair: ImportPair) -> tuple[str, int, int]:
    last = 1 << 30
    return (pair.page, last if pair.source is None else pair.source, pair.targets[0] if pair.targets else -1)
