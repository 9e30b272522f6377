"""What `build` remembers so that an unchanged page costs no parsing: digests of pages, catalogs and written files.

Derived and safe to delete; no times. It only adds to the manifest of the last build, and what it says of a language is
believed only while that manifest has the bytes it had then. It is thrown away with the program's code or configuration.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError, WriteError
from pipeline.files import write_atomic
from pipeline.langtag import LanguageTag
from pipeline.model import Finding, Severity
from pipeline.project import Project
from pipeline.publish.manifest import read_manifest
from pipeline.stages.cache import (
    DAMAGED,
    digest,
    encode_line,
    file_digest,
    fingerprint,
    maybe,
    number,
    read_lines,
    text,
)
from pipeline.stages.places import SITE_CATALOG, cache_dir, catalog_dir, catalog_name, manifest_path
from pipeline.stages.selection import read_page

VERSION = 1


@dataclass(slots=True)
class Made:
    """One page in one language, as it was last built."""

    catalogs: str
    """Digest of the catalogs its strings stand in."""
    machine: bool
    findings: tuple[Finding, ...] = ()
    output: str = ""
    """Digest of the file that was written; "" when none was."""
    links: tuple[str, ...] = ()
    """Its links that may lead elsewhere when another page comes or goes."""
    answers: str = ""
    """Digest of where they led."""


@dataclass(slots=True)
class PageMade:
    """One page, as it was last built."""

    digest: str
    page_format: str
    permalink: str | None
    findings: tuple[Finding, ...] = ()
    languages: dict[str, Made] = field(default_factory=dict)


class BuildCache:
    """What is known of the pages of a project; `languages` are those of this run."""

    def __init__(self, project: Project, languages: Sequence[LanguageTag], pages: Iterable[str]) -> None:
        self.project, self.languages = project, languages
        self.path = cache_dir(project) / "build.json"
        self.fingerprint = fingerprint(project)
        self.pages: dict[str, PageMade] = {}
        self.sites: dict[str, tuple[str, str]] = {}
        """Language -> (digest of what its links depend on, digest of its manifest); set when a manifest is written."""
        self._digests: dict[Path, str] = {}
        self._load({page: page for page in pages})
        self.rows: dict[LanguageTag, Mapping[str, Mapping[str, Any]]] = {
            language: self._rows(language) for language in languages
        }
        """Language -> source page -> its entry in the manifest."""
        self.last = {language: self.sites.pop(language, ("", ""))[0] for language in languages}
        """Language -> digest of what its links depended on at the last build."""

    def current(self, pages: Sequence[str]) -> dict[str, PageMade]:
        """Those of the pages that would be rebuilt to what they were, in every language."""
        found = {}
        for page in pages:
            made = self.pages.get(page)
            if made and self._is_current(page, made):
                found[page] = made
        return found

    def permalink(self, page: str, data: bytes) -> tuple[bool, str | None]:
        """(whether it is known, the page's own address)."""
        made = self.pages.get(page)
        return (True, made.permalink) if made and made.digest == digest(data) else (False, None)

    def freeze(self, pages: Iterable[str]) -> None:
        """Take the digests of the catalogs before they are read: one that changes meanwhile is looked at again."""
        for page in pages:
            for language in self.languages:
                self.catalogs(language, page)

    def catalogs(self, language: LanguageTag, page: str) -> str:
        """Digest of the catalogs a page's strings stand in."""
        folder = catalog_dir(self.project, language)
        return digest(*(self._file(folder / name).encode() for name in (SITE_CATALOG, self._catalog(page))))

    def save(self) -> None:
        """Write it where the bytes differ."""
        out = io.BytesIO()
        out.write(encode_line([VERSION, self.fingerprint]))
        for name in sorted(self.sites):
            out.write(encode_line([name, *self.sites[name]]))
        for path in sorted(self.pages):
            made = self.pages[path]
            languages = {
                name: [
                    item.catalogs,
                    item.machine,
                    [f.to_dict() for f in item.findings],
                    item.output,
                    item.links,
                    item.answers,
                ]
                for name, item in sorted(made.languages.items())
            }
            findings = [f.to_dict() for f in made.findings]
            out.write(encode_line([path, made.digest, made.page_format, made.permalink, findings, languages]))
        with contextlib.suppress(WriteError):  # then the next run is slower, and nothing else
            write_atomic(self.path, out.getvalue())

    def _catalog(self, page: str) -> str:
        return catalog_name(self.project, page)

    def _file(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = file_digest(path)
        return self._digests[path]

    def _is_current(self, page: str, made: PageMade) -> bool:
        for language in self.languages:
            item = made.languages.get(language)
            if item is None or page not in self.rows[language] or item.catalogs != self.catalogs(language, page):
                return False
        try:
            return digest(read_page(self.project, page)) == made.digest
        except PipelineError:
            return False

    def _rows(self, language: LanguageTag) -> Mapping[str, Mapping[str, Any]]:
        path = manifest_path(self.project, language)
        known = self.sites.get(language)
        if known is None or file_digest(path) != known[1]:
            return {}
        try:
            return read_manifest(path).pages
        except PipelineError:
            return {}

    def _load(self, names: Mapping[str, str]) -> None:
        try:
            for row in read_lines(self.path, [VERSION, self.fingerprint]):
                self._take(row, names)
        except DAMAGED:
            self.pages, self.sites = {}, {}

    def _take(self, row: list[Any], names: Mapping[str, str]) -> None:
        if len(row) == 3:
            language, site, manifest = row
            self.sites[text(language)] = (text(site), text(manifest))
            return
        path, own, page_format, permalink, findings, languages = row
        if path in names:
            made = {
                name: Made(
                    text(catalogs),
                    machine is True,
                    _findings(found),
                    text(output),
                    tuple(map(text, links)),
                    text(answers),
                )
                for name, (catalogs, machine, found, output, links, answers) in languages.items()
            }
            self.pages[names[path]] = PageMade(
                text(own), text(page_format), maybe(text, permalink), _findings(findings), made
            )


def _findings(rows: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            rule=text(row["rule"]),
            severity=Severity(row["severity"]),
            path=text(row["path"]),
            line=maybe(number, row["line"]),
            key=None if row["msgid"] is None else (maybe(text, row["msgctxt"]), text(row["msgid"])),
            message=text(row["message"]),
        )
        for row in rows
    )
