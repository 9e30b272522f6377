"""The working half of `update`: parse the pages of one catalog once, and merge them into it for every language.

Runs in worker processes, so everything here is a function of its arguments and turns errors into findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, read_po
from pipeline.catalog.poheader import new_header, upgraded
from pipeline.catalog.relocate import is_human, key_number, received
from pipeline.catalog.rewrite import rewrite_po
from pipeline.catalog.template import make_template
from pipeline.files import write_atomic
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Finding, Key, Page, Segment, Severity
from pipeline.project import Project
from pipeline.stages.cache import PageEntry, SharedRow, digest, file_digest
from pipeline.stages.delivery import Delivery, kept_of, open_parcels
from pipeline.stages.glossary import glossary_problems, with_known_terms, with_terms
from pipeline.stages.pages import is_shared, parse_source
from pipeline.stages.places import SITE_CATALOG, catalog_dir, shown, template_dir
from pipeline.stages.redo import Entry, put_aside
from pipeline.stages.selection import problem, read_page
from pipeline.stages.sentences import narrowed
from pipeline.stages.stock import Stock, take_stock
from pipeline.stages.unread import with_unread


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogChange:
    """What became of one catalog."""

    language: LanguageTag
    path: str
    made_from: str
    digest: str
    """Of the catalog's bytes as they are now; "" when it could not be brought up to date."""
    written: bool = False
    added: int = 0
    fuzzy: int = 0
    narrowed: int = 0
    """Of these, those whose comments say which sentences to look at."""
    obsolete: int = 0
    kept: tuple[tuple[str, int], ...] = ()
    """(catalog, how many of its translations came from there as they were)."""
    upgraded: tuple[str, ...] = ()
    """What was changed because it was of an older format."""
    aside: Entry | None = None
    """Where its bytes were put aside, and not in place yet."""


class Held(NamedTuple):
    """A catalog's stock; `open` when it was not merged yet: strings may come to it, or go from it, as it now is."""

    language: LanguageTag
    name: str
    stock: Stock
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one group of pages."""

    pages: dict[str, PageEntry]
    catalogs: tuple[CatalogChange, ...] = ()
    held: tuple[Held, ...] = ()
    findings: tuple[Finding, ...] = ()


class Task(NamedTuple):
    """A catalog to bring up to date."""

    name: str
    """Of the catalog; "" for the pages that have none of their own, which are only parsed."""
    members: tuple[str, ...]
    """Its pages."""
    deliveries: Mapping[LanguageTag, Delivery]
    """What comes from other catalogs; only languages named here are dealt with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """How a run deals with its catalogs."""

    dry_run: bool = False
    hold: bool = False
    """Leave catalogs that lack or lose strings as they are: something may move to or from them."""
    full: bool = False
    """Take stock of everything in a catalog, because there are catalogs without pages."""
    aside: Path | None = None
    """Folder for the new bytes of catalogs, which stay as they are (see `redo`)."""


def regroup(project: Project, mode: Mode, task: Task) -> Outcome:
    """Parse the pages of one catalog and merge them into it, in every language of the task."""
    entries: dict[str, PageEntry] = {}
    parsed: list[Page] = []
    unread: set[str] = set()
    findings: list[Finding] = []
    for path in task.members:
        try:
            data = read_page(project, path)
            page = parse_source(project, path, data)
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            unread.add(path)
            findings.append(problem(error, path, project))
            continue
        own, shared = split_shared(project, page)
        parsed.append(replace(page, data=b"", segments=own))
        entries[path] = PageEntry(digest(data), tuple(map(_row, shared)), page.findings)
        findings += page.findings
    if not task.name:
        return Outcome(pages=entries, findings=tuple(findings))
    changes: list[CatalogChange] = []
    held: list[Held] = []
    stamp = digest(*(part.encode() for path in task.members for part in (path, _digest_of(entries, path))))
    for language, delivery in task.deliveries.items():
        pages = [page for page in parsed if page.language != language]
        try:
            goal = _Goal(task.name, project_template(project, pages), frozenset(unread), stamp)
            change, stock = _brought_up(project, language, goal, delivery, mode)
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            findings.append(problem(error, shown(project, catalog_dir(project, language) / task.name), project))
            continue
        changes += [change] if change else []
        held += [Held(language, task.name, stock, change is None)] if stock else []
    if project.templates and not unread and not mode.dry_run:
        try:
            write_template(project, task.name, project_template(project, parsed))
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            findings.append(problem(error, task.name, project))
    findings += [*_format_notes(changes), *glossary_problems(project, task.deliveries)]
    return Outcome(pages=entries, catalogs=tuple(changes), held=tuple(held), findings=tuple(findings))


def regroup_shared(
    project: Project,
    language: LanguageTag,
    rows: Iterable[tuple[str, tuple[SharedRow, ...]]],
    unknown: Collection[str],
    stamp: str,
    *,
    mode: Mode,
    delivery: Delivery,
) -> Outcome:
    """Merge the strings that the whole site shares, (page, strings) in order, into one language's `_site.po`.

    Entries that only name `unknown` pages stay as they are.
    """
    pages = [
        Page(path=path, data=b"", format="", segments=tuple(map(_segment, shared)))
        for path, shared in rows
        if project.language_of(path) != language
    ]
    template = project_template(project, pages)
    try:
        goal = _Goal(SITE_CATALOG, template, frozenset(unknown), stamp)
        change, stock = _brought_up(project, language, goal, delivery, mode)
        if project.templates and not mode.dry_run:
            write_template(project, SITE_CATALOG, template)
    except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
        return Outcome(pages={}, findings=(problem(error, SITE_CATALOG, project),))
    held = (Held(language, SITE_CATALOG, stock, change is None),) if stock else ()
    changes = (change,) if change else ()
    findings = (*_format_notes(changes), *glossary_problems(project, [language]))
    return Outcome(pages={}, catalogs=changes, held=held, findings=findings)


def _format_notes(changes: Iterable[CatalogChange]) -> tuple[Finding, ...]:
    """What to tell of catalogs that were of an older format."""
    return tuple(
        Finding(rule="format-old", severity=Severity.info, path=change.path, message="; ".join(change.upgraded))
        for change in changes
        if change.upgraded
    )


def split_shared(project: Project, page: Page) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """(the page's own strings, those of `_site.po`). A string that is shared anywhere on the page is shared."""
    keys: set[Key] = {segment.key for segment in page.segments if is_shared(project, page.path, segment)}
    if not keys:
        return page.segments, ()
    own = tuple(segment for segment in page.segments if segment.key not in keys)
    return own, tuple(segment for segment in page.segments if segment.key in keys)


def write_template(project: Project, name: str, template: Catalog) -> str | None:
    """Write a template that holds anything; its path when bytes changed."""
    path = template_dir(project) / f"{name}t"
    if template.messages and write_atomic(path, format_po(template, path=str(path))):
        return shown(project, path)
    return None


class _Goal(NamedTuple):
    """What a catalog is to become."""

    name: str
    template: Catalog
    unread: frozenset[str]
    """Pages that could not be read: what is known of them stays."""
    stamp: str


def _brought_up(
    project: Project, language: LanguageTag, goal: _Goal, delivery: Delivery, mode: Mode
) -> tuple[CatalogChange | None, Stock | None]:
    """(what became of the catalog, its stock); no change when it is held, no stock when nobody wants to know it."""
    path = catalog_dir(project, language) / goal.name
    told = with_terms(project, language, goal.template)
    goal = goal._replace(template=told or goal.template)
    stock = None
    if mode.hold or mode.full:
        old = read_po(path) if path.is_file() else Catalog()
        stock = take_stock(old, with_unread(old, goal.template, goal.unread).index, full=mode.full)
        if mode.hold and (stock.fresh or stock.loses):
            return None, stock
    parcels = open_parcels(project, language, delivery)
    if not (goal.template.messages or parcels or path.is_file()):
        return CatalogChange(language=language, path=shown(project, path), made_from=goal.stamp, digest=""), stock
    stages: list[Catalog] = []
    narrow = 0

    def change(old: Catalog) -> Catalog:
        nonlocal narrow
        known = received(old, parcels, goal.template.index)
        template = with_unread(known, goal.template, goal.unread)
        if told is None:
            template = with_known_terms(known, template)
        parted = [key for key in known.index if key_number(key) in delivery.parted] if delivery.parted else ()
        new = merge(known, template, moved=frozenset(parted))
        new, narrow = narrowed(known, new, source=project.source.language, target=language)
        stages[:] = [known, new]
        return new

    fresh = Catalog(language=language, header=new_header(language, project=project.title))
    before = file_digest(path) if mode.aside else ""
    result = rewrite_po(path, change, new=fresh, dry_run=mode.dry_run or mode.aside is not None)
    known, new = stages
    kept = tuple((parcel.source, kept_of(parcel, new)) for parcel in parcels)
    entry = None
    if mode.aside:
        words = bool(before) or any(map(is_human, new.messages))
        entry = Entry(language, goal.name, before, digest(result.data), words, kept)
        if result.written:
            put_aside(mode.aside, entry, result.data)
    return CatalogChange(
        language=language,
        path=shown(project, path),
        # With an unread page or glossary the catalog is not up to date, so the next run must look again.
        made_from="" if goal.unread or told is None else goal.stamp,
        digest=digest(result.data),
        written=result.written,
        added=sum(1 for key in new.index if key not in known.index),
        fuzzy=sum(1 for m in new.index.values() if m.previous_msgid is not None and m.key not in known.index),
        narrowed=narrow,
        obsolete=sum(1 for m in new.messages if m.obsolete and m.key in known.index),
        kept=kept,
        upgraded=upgraded(result.before.header)[1] if result.written and result.before.header else (),
        aside=entry,
    ), stock


def project_template(project: Project, pages: Sequence[Page]) -> Catalog:
    """The template of some pages, with the references that the project wants."""
    template = make_template(pages, line_references=project.references == "line")
    if project.references == "none":
        template = replace(template, messages=tuple(m.changed(references=()) for m in template.messages))
    return template


def _digest_of(entries: dict[str, PageEntry], path: str) -> str:
    return entries[path].digest if path in entries else ""


def _row(segment: Segment) -> SharedRow:
    return (segment.msgctxt, segment.msgid, segment.kind, segment.line, segment.note)


def _segment(row: SharedRow) -> Segment:
    msgctxt, msgid, kind, line, note = row
    return Segment(msgid=msgid, msgctxt=msgctxt, kind=kind, line=line, note=note, pieces=())
