"""The working half of `update`: parse the pages of one catalog once, and merge them into it for every language.

Runs in worker processes, so everything here is a function of its arguments and turns errors into findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, read_po
from pipeline.catalog.poheader import new_header
from pipeline.catalog.template import make_template
from pipeline.files import write_atomic
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Finding, Key, Message, Page, Segment
from pipeline.project import Project
from pipeline.stages.cache import PageEntry, SharedRow, digest, file_digest
from pipeline.stages.pages import is_shared, parse_source
from pipeline.stages.places import SITE_CATALOG, catalog_dir, shown, template_dir
from pipeline.stages.selection import problem, read_page


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogChange:
    """What became of one catalog."""

    path: str
    made_from: str
    digest: str
    """Of the catalog's bytes as they are now; "" when it could not be brought up to date."""
    written: bool = False
    added: int = 0
    fuzzy: int = 0
    obsolete: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one group of pages."""

    pages: dict[str, PageEntry]
    catalogs: tuple[CatalogChange, ...] = ()
    findings: tuple[Finding, ...] = ()


def regroup(
    project: Project, languages: Sequence[LanguageTag], dry_run: bool, group: tuple[str, tuple[str, ...]]
) -> Outcome:
    """Parse the pages of one catalog (name, pages) and merge them into it, in every language.

    Under the name "" stand the pages that have no catalog of their own; they are only parsed.
    """
    name, members = group
    entries: dict[str, PageEntry] = {}
    parsed: list[Page] = []
    unread: set[str] = set()
    findings: list[Finding] = []
    for path in members:
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
    changes = []
    if name:
        stamp = digest(*(part.encode() for path in members for part in (path, _digest_of(entries, path))))
        for language in languages:
            pages = [page for page in parsed if page.language != language]
            try:
                template = project_template(project, pages)
                changes.append(_merged(project, language, name, template, unread, stamp, dry_run=dry_run))
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                findings.append(problem(error, shown(project, catalog_dir(project, language) / name), project))
        if project.templates and not unread and not dry_run:
            write_template(project, name, project_template(project, parsed))
    return Outcome(pages=entries, catalogs=tuple(changes), findings=tuple(findings))


def regroup_shared(
    project: Project,
    language: LanguageTag,
    rows: Iterable[tuple[str, tuple[SharedRow, ...]]],
    unknown: Collection[str],
    stamp: str,
    *,
    dry_run: bool,
) -> Outcome:
    """Merge the strings that the whole site shares, (page, strings) in order, into one language's `_site.po`.

    Entries that only name `unknown` pages stay as they are.
    """
    pages = [
        Page(path=path, data=b"", format="", segments=tuple(map(_segment, shared)))
        for path, shared in rows
        if project.language_of(path) != language
    ]
    try:
        change = _merged(
            project, language, SITE_CATALOG, project_template(project, pages), unknown, stamp, dry_run=dry_run
        )
        if project.templates and not dry_run:
            write_template(project, SITE_CATALOG, project_template(project, pages))
    except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
        return Outcome(pages={}, findings=(problem(error, SITE_CATALOG, project),))
    return Outcome(pages={}, catalogs=(change,))


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


def _merged(
    project: Project,
    language: LanguageTag,
    name: str,
    template: Catalog,
    unread: Collection[str],
    stamp: str,
    *,
    dry_run: bool,
) -> CatalogChange:
    path = catalog_dir(project, language) / name
    old = _read(project, path, language)
    if unread:
        template = _with_unread(old, template, unread)
    if not old.messages and not template.messages:
        return CatalogChange(path=shown(project, path), made_from=stamp, digest=file_digest(path))
    new = merge(old, template)
    data = format_po(new, path=str(path))
    written = not path.is_file() or path.read_bytes() != data
    if written and not dry_run:
        write_atomic(path, data)
    return CatalogChange(
        path=shown(project, path),
        # With an unread page the catalog is not up to date, so the next run must look again.
        made_from="" if unread else stamp,
        digest=digest(data),
        written=written,
        added=sum(1 for key in new.index if key not in old.index),
        fuzzy=sum(1 for m in new.index.values() if m.previous_msgid is not None and m.key not in old.index),
        obsolete=sum(1 for m in new.messages if m.obsolete and m.key in old.index),
    )


def _read(project: Project, path: Path, language: LanguageTag) -> Catalog:
    if path.is_file():
        return read_po(path)
    return Catalog(language=language, header=new_header(language, project=project.title))


def project_template(project: Project, pages: Sequence[Page]) -> Catalog:
    """The template of some pages, with the references that the project wants."""
    template = make_template(pages, line_references=project.references == "line")
    if project.references == "none":
        template = replace(template, messages=tuple(m.changed(references=()) for m in template.messages))
    return template


def _with_unread(old: Catalog, template: Catalog, unread: Collection[str]) -> Catalog:
    """The template as it would be if the `unread` pages were as they were when `old` was made.

    Their strings stand behind those they stood behind, so that merging changes nothing about them.
    """
    fresh = template.index
    behind: dict[Key | None, list[Message]] = {}
    last: Key | None = None
    for message in old.messages:
        if message.obsolete:
            continue
        if message.key in fresh:
            last = message.key
        elif not message.references or any(page_of(reference) in unread for reference in message.references):
            behind.setdefault(last, []).append(_as_template(message))
    messages = [*behind.get(None, ())]
    for message in template.messages:
        messages.append(_naming_unread(message, old.get(message.key), unread))
        messages += behind.get(message.key, ())
    return replace(template, messages=tuple(messages))


def _naming_unread(message: Message, known: Message | None, unread: Collection[str]) -> Message:
    missing = [r for r in known.references if page_of(r) in unread and r not in message.references] if known else []
    if known is None or not missing:
        return message
    references = tuple(sorted((*message.references, *missing), key=page_of))
    return message.changed(references=references, extracted_comments=known.extracted_comments)


def _as_template(message: Message) -> Message:
    return Message(
        msgid=message.msgid,
        msgctxt=message.msgctxt,
        msgid_plural=message.msgid_plural,
        references=message.references,
        extracted_comments=message.extracted_comments,
    )


def page_of(reference: str) -> str:
    """The page that a reference names, without its line and the marks around a name with spaces."""
    reference = reference.strip("\u2068\u2069")
    path, colon, line = reference.rpartition(":")
    return path.strip("\u2068\u2069") if colon and line.isdecimal() else reference


def _digest_of(entries: dict[str, PageEntry], path: str) -> str:
    return entries[path].digest if path in entries else ""


def _row(segment: Segment) -> SharedRow:
    return (segment.msgctxt, segment.msgid, segment.kind, segment.line, segment.note)


def _segment(row: SharedRow) -> Segment:
    msgctxt, msgid, kind, line, note = row
    return Segment(msgid=msgid, msgctxt=msgctxt, kind=kind, line=line, note=note, pieces=())
