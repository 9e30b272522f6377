"""`extract`: what there is to translate, as a listing or as templates (POT); no catalog is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.catalog.pofile import format_po
from pipeline.files import write_atomic
from pipeline.model import Finding, Page
from pipeline.project import Project
from pipeline.publish.coverage import count_words
from pipeline.source import find_sources
from pipeline.stages.pages import parse_source
from pipeline.stages.places import SITE_CATALOG, groups
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.regroup import project_template, split_shared
from pipeline.stages.result import StageResult
from pipeline.stages.selection import problem, read_page, select


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCount:
    """What one page holds for translators."""

    path: str
    page_format: str
    segments: int
    words: int

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `pages`."""
        return {"path": self.path, "format": self.page_format, "segments": self.segments, "words": self.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractResult(StageResult):
    """What was found, and the templates written."""

    pages: tuple[PageCount, ...]
    written: tuple[str, ...] = ()
    """Template files whose bytes changed."""
    dry_run: bool = False

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "extract",
            "dry_run": self.dry_run,
            "pages": [page.to_dict() for page in self.pages],
            "segments": sum(page.segments for page in self.pages),
            "words": sum(page.words for page in self.pages),
            "written": list(self.written),
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    counts: tuple[PageCount, ...]
    name: str
    template: bytes
    shared: tuple[Page, ...]
    findings: tuple[Finding, ...]


def extract(
    project: Project,
    *,
    paths: Sequence[str] = (),
    output: Path | None = None,
    dry_run: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> ExtractResult:
    """Count what the selected pages hold; with an `output` folder, write one template per catalog there."""
    sources = find_sources(project)
    chosen = groups(project, select(project, sources.pages, paths))
    counts: list[PageCount] = []
    shared: list[Page] = []
    written: list[str] = []
    findings: list[Finding] = list(sources.findings)

    def write(name: str, data: bytes) -> None:
        path = (output or Path()) / name
        if output is None or not data:
            return
        try:
            if not path.is_file() or path.read_bytes() != data:
                written.append(path.as_posix())
                if not dry_run:
                    write_atomic(path, data)
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            findings.append(problem(error, path.as_posix(), project))

    work = partial(_extracted, project, output is not None)
    for group in run_tasks(work, list(chosen.items()), label="reading pages", jobs=jobs, progress=progress):
        counts += group.counts
        shared += group.shared
        findings += group.findings
        write(f"{group.name}t", group.template)
    if shared:
        template = project_template(project, sorted(shared, key=lambda page: page.path))
        write(f"{SITE_CATALOG}t", format_po(template))
    return ExtractResult(
        pages=tuple(sorted(counts, key=lambda page: page.path)),
        written=tuple(sorted(written)),
        findings=tuple(sorted(findings, key=lambda f: (f.path, f.line or 0, f.rule))),
        dry_run=dry_run,
    )


def _extracted(project: Project, templates: bool, group: tuple[str, tuple[str, ...]]) -> _Group:
    """The pages of one catalog; runs in a worker process."""
    name, members = group
    counts: list[PageCount] = []
    own: list[Page] = []
    shared: list[Page] = []
    findings: list[Finding] = []
    for path in members:
        try:
            page = parse_source(project, path, read_page(project, path))
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            findings.append(problem(error, path, project))
            continue
        findings += page.findings
        words = sum(count_words(segment.msgid) for segment in page.segments)
        counts.append(PageCount(path=path, page_format=page.format, segments=len(page.segments), words=words))
        if templates:
            ours, theirs = split_shared(project, page)
            own.append(Page(path=path, data=b"", format=page.format, segments=ours))
            if theirs:
                shared.append(Page(path=path, data=b"", format=page.format, segments=theirs))
    template = project_template(project, own) if name and own else None
    return _Group(
        counts=tuple(counts),
        name=name,
        template=format_po(template) if template is not None and template.messages else b"",
        shared=tuple(shared),
        findings=tuple(findings),
    )
