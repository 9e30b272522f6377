"""Single steps that need no project: one page to PO and back, one PO file merged with a template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PageError
from pipeline.files import write_atomic
from pipeline.langtag import LanguageTag
from pipeline.stages.result import StageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class PlumbingResult(StageResult):
    """What one step did."""

    output: str
    written: bool
    """False when the file held these bytes already."""
    messages: int
    """Messages extracted, merged, or shown in the page."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "output": self.output,
            "written": self.written,
            "messages": self.messages,
            "findings": [finding.to_dict() for finding in self.findings],
        }


def page_extract(source: Path, output: Path, language: LanguageTag | None = None) -> PlumbingResult:
    """Write the page's strings as a template, or as a new catalog of `language`. An existing catalog is not merged."""
    from pipeline.catalog.pofile import write_po
    from pipeline.catalog.poheader import new_header
    from pipeline.catalog.template import make_template
    from pipeline.document.skeleton import parse_page
    from pipeline.model import Catalog

    page = parse_page(_read(source), path=source.name)
    template = make_template([page])
    if language is not None:
        template = Catalog(language=language, header=new_header(language), messages=template.messages)
    written = write_po(template, output)
    return PlumbingResult(output=str(output), written=written, messages=len(template.messages), findings=page.findings)


def page_rebuild(source: Path, po: Path, output: Path, policy: str = "reviewed") -> PlumbingResult:
    """Write the page with what the policy accepts of a catalog; refused translations are findings."""
    from pipeline.catalog.pofile import read_po
    from pipeline.catalog.state import accepted
    from pipeline.document.rebuild import rebuild_checked
    from pipeline.document.skeleton import parse_page

    page = parse_page(_read(source), path=source.name)
    rebuilt = rebuild_checked(page, accepted(read_po(po), policy))
    written = write_atomic(output, rebuilt.data)
    return PlumbingResult(
        output=str(output), written=written, messages=len(rebuilt.used), findings=(*page.findings, *rebuilt.findings)
    )


def po_merge(old: Path, template: Path, output: Path) -> PlumbingResult:
    """Write `old` brought up to date with `template`; both are any PO files, and `output` may be `old`."""
    from pipeline.catalog.merge import merge
    from pipeline.catalog.pofile import read_po, write_po
    from pipeline.catalog.rewrite import rewrite_po

    source = read_po(template)
    if output.exists() and output.samefile(old):
        done = rewrite_po(output, lambda catalog: merge(catalog, source))
        return PlumbingResult(output=str(output), written=done.written, messages=len(done.after.messages))
    merged = merge(read_po(old), source)
    return PlumbingResult(output=str(output), written=write_po(merged, output), messages=len(merged.messages))


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise PageError(f"cannot be read: {error.strerror}", path=str(source)) from error
