"""`import-po`: translations out of the catalogs of other tools, made for the same pages.

The project's own catalogs are brought up to date first. What finds no place in them is listed, and can be kept in a
PO file, so that nothing a person wrote is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.catalog.adopt import APPROVED, DIFFERENT, FUZZY, KNOWN, LEFT, Adopted, Adoption
from pipeline.catalog.foreign import DIALECTS, dialect, entries
from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import parse_po, read_po, write_po
from pipeline.catalog.poheader import new_header
from pipeline.catalog.rewrite import rewrite_po
from pipeline.document.skeleton import parse_page
from pipeline.errors import CatalogError, ConfigError
from pipeline.inline import has_text
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Finding, Key, Message, Segment
from pipeline.project import Project
from pipeline.source import find_sources
from pipeline.stages.lock import locked
from pipeline.stages.ownpages import OwnPage, own_pages
from pipeline.stages.pages import options
from pipeline.stages.places import SITE_CATALOG, catalog_dir, groups, shown
from pipeline.stages.pool import Progress
from pipeline.stages.regroup import project_template
from pipeline.stages.selection import problem
from pipeline.stages.signposts import Signposts
from pipeline.stages.update import update
from pipeline.stages.updateresult import AfterUpdateResult

AUTO = "auto"
TOOLS = (AUTO, *DIALECTS)
"""What `tool` may be; "auto" finds out for each file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """An entry that was not carried, or not in full."""

    line: int | None
    msgid: str
    reason: str
    """"no-text" (nothing we offer: code, markup), "no-place" (no such text on the pages), "partly" (some of it),
    "different" (a person's other translation stands there), "copied" (its msgstr is a copy the tool made)."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `not_carried`."""
        return {"line": self.line, "msgid": self.msgid, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """What became of the translated entries of one file; each is counted once."""

    path: str
    tool: str | None
    """Which tool's it was taken for; None when nothing told."""
    entries: int
    approved: int = 0
    fuzzy: int = 0
    known: int = 0
    """The same translation was there already."""
    not_carried: tuple[Leftover, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `files`."""
        return {
            "path": self.path,
            "tool": self.tool,
            "entries": self.entries,
            "approved": self.approved,
            "fuzzy": self.fuzzy,
            "known": self.known,
            "not_carried": [leftover.to_dict() for leftover in self.not_carried],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult(AfterUpdateResult):
    """The update, and what was filled on top of it."""

    language: LanguageTag
    files: tuple[ImportedFile, ...]
    written: tuple[str, ...] = ()
    """Catalogs that changed, relative to the project."""
    rest: str | None = None
    """The file with what was not carried, when it was asked for and there is anything."""
    dry_run: bool = False

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "import-po",
            "dry_run": self.dry_run,
            "language": self.language,
            "update": self.update.to_dict(),
            "files": [file.to_dict() for file in self.files],
            "written": list(self.written),
            "rest": self.rest,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@locked("import-po")
def import_po(
    project: Project,
    language: LanguageTag,
    paths: Sequence[Path],
    *,
    tool: str = AUTO,
    rest: Path | None = None,
    dry_run: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Fill the catalogs of `language` from the PO files at `paths` (files, or folders with all below them).

    `tool` is one of TOOLS. Entries that were not carried are written to `rest`. With `dry_run` nothing is written.
    """
    if tool not in TOOLS:
        raise ConfigError(f"unknown tool {tool!r}", hint=f"one of {', '.join(TOOLS)}")
    files = _po_files(paths, rest)
    updated = update(project, [language], dry_run=dry_run, jobs=jobs, progress=progress)
    work = _Import(project, language, dry_run=dry_run, jobs=jobs, progress=progress)
    imported = []
    for path, name in files:
        try:
            imported.append(work.take(path, name, tool))
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            work.findings.append(problem(error, shown(project, path), project))
    if not dry_run:
        work.write()
    kept = work.keep_rest(rest) if rest is not None and not dry_run else None
    return ImportResult(
        language=language,
        update=updated,
        files=tuple(imported),
        written=tuple(sorted(work.written)),
        rest=kept,
        dry_run=dry_run,
        findings=tuple(work.findings),
    )


def _po_files(paths: Sequence[Path], rest: Path | None) -> list[tuple[Path, str]]:
    """The PO files, each with the name that may tell its page: its path below the folder that was given."""
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*.po") if file.is_file())
            found |= {file: file.relative_to(path).as_posix() for file in inside}
        elif path.is_file():
            found[path] = path.name
        else:
            raise ConfigError("no such file or folder", path=str(path))
    own = rest.resolve() if rest is not None else None
    files = [(path, name) for path, name in found.items() if path.resolve() != own]
    if not files:
        raise ConfigError("no PO file there", path=str(paths[0]) if paths else None)
    return files


def _read_any(path: Path) -> Catalog:
    """A catalog of whatever tool; Translate Toolkit defines strings of one line of a page twice."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
    return parse_po(data, path=str(path), unique=False)


class _Import:
    """The files of one run on their way into one language's catalogs."""

    def __init__(
        self, project: Project, language: LanguageTag, *, dry_run: bool, jobs: int | None, progress: Progress | None
    ) -> None:
        self.project, self._language = project, language
        self.findings: list[Finding] = []
        self.written: list[str] = []
        self._folder = catalog_dir(project, language)
        self._rest: list[tuple[str, Message, Catalog]] = []
        pages = find_sources(project).pages
        self._names = {name: own for name, own in groups(project, pages).items() if name}
        read = own_pages(project, language, pages, jobs=jobs, progress=progress)
        self._catalogs = self._own_catalogs(read, as_updated=dry_run)
        markups: dict[Key, str] = {}
        for page in read.values():
            for key, markup in page.markups.items():
                markups.setdefault(key, markup)
        self._adoption = Adoption(self._catalogs, self._read, markups)
        self._signposts = Signposts({page: name for name, own in self._names.items() for page in own})

    def take(self, path: Path, name: str, tool: str) -> ImportedFile:
        """Fill from one file."""
        catalog = _read_any(path)
        wrote = dialect(catalog) if tool == AUTO else tool
        found = entries(catalog, wrote)
        adopted = self._adoption.take(found, [self._near(entry.message, name) for entry in found])
        counts = Counter(item.outcome for item in adopted if not item.partly)
        leftovers = []
        for item in adopted:
            if reason := _reason(item):
                leftovers.append(Leftover(line=item.entry.message.line, msgid=item.entry.message.msgid, reason=reason))
                if reason != "copied":
                    self._rest.append((name, item.entry.message, catalog))
        return ImportedFile(
            path=shown(self.project, path),
            tool=wrote,
            entries=len(found),
            approved=counts[APPROVED],
            fuzzy=counts[FUZZY],
            known=counts[KNOWN],
            not_carried=tuple(leftovers),
        )

    def write(self) -> None:
        """Write what changed, onto the catalogs as they are on disk now: an entry that was edited meanwhile stays."""
        for name, new in self._adoption.catalogs().items():
            path = self._folder / name
            try:
                if rewrite_po(path, _Filling(self._catalogs[name], new)).written:
                    self.written.append(shown(self.project, path))
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                self.findings.append(problem(error, shown(self.project, path), self.project))

    def keep_rest(self, path: Path) -> str | None:
        """Write the entries that were not carried to a PO file of their own; its path when there are any."""
        kept: dict[Key, Message] = {}
        for name, message, _ in self._rest:
            known = kept.get(message.key)
            if known is None:
                kept[message.key] = message.changed(obsolete=False)
            elif known.msgstr != message.msgstr:
                remark = f"{name}: {' '.join(message.msgstr.split())}"
                if remark not in known.translator_comments:
                    kept[message.key] = known.changed(translator_comments=(*known.translator_comments, remark))
        if not kept:
            return None
        header = self._rest[0][2].header or new_header(self._language)
        write_po(Catalog(header=header.changed(), messages=tuple(kept.values())), path)
        return shown(self.project, path)

    def _near(self, message: Message, name: str) -> tuple[str, ...]:
        """The catalogs that an entry is likely to belong to, by its references or its file's name."""
        named = self._signposts.catalogs(message.references) or self._signposts.catalogs((name,))
        return (*named, SITE_CATALOG) if named else ()

    def _read(self, text: str) -> Sequence[Segment]:
        return parse_page(text.encode(), path="entry.md", options=options(self.project, "entry.md")).segments

    def _own_catalogs(self, pages: Mapping[str, OwnPage], *, as_updated: bool) -> dict[str, Catalog]:
        """The project's catalogs by name; `as_updated` as an update would leave them, for a run that writes nothing."""
        catalogs: dict[str, Catalog] = {}
        for name, members in {**self._names, SITE_CATALOG: tuple(sorted(pages))}.items():
            path = self._folder / name
            try:
                catalog = read_po(path) if path.is_file() else None
                if as_updated:
                    parts = [
                        pages[page].site if name == SITE_CATALOG else pages[page].own
                        for page in members
                        if page in pages
                    ]
                    template = project_template(self.project, parts)
                    catalog = merge(
                        catalog or Catalog(language=self._language, header=new_header(self._language)), template
                    )
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                self.findings.append(problem(error, shown(self.project, path), self.project))
                continue
            if catalog is not None:
                catalogs[name] = catalog
        return catalogs


@dataclass(frozen=True, slots=True)
class _Filling:
    """Puts new messages into a catalog where it still holds what they were made from."""

    before: Catalog
    after: Catalog

    def __call__(self, catalog: Catalog) -> Catalog:
        new = {
            message.key: message
            for message in self.after.messages
            if not message.obsolete and catalog.get(message.key) == self.before.get(message.key)
        }
        return replace(catalog, messages=tuple(m if m.obsolete else new.get(m.key, m) for m in catalog.messages))


def _reason(item: Adopted) -> str:
    """Why an entry was not carried in full; "" when it was."""
    if item.entry.copied:
        return "copied"
    if item.outcome == LEFT:
        return "no-place" if has_text(item.entry.msgid) else "no-text"
    if item.partly:
        return "partly"
    return "different" if item.outcome == DIFFERENT else ""
