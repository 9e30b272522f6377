"""The glossaries of a project: read for a language, checked against what people wrote, begun and imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pipeline.catalog.glossary import Glossary, Term, comment, forbidden, missing
from pipeline.catalog.glossarycsv import format_csv, parse_csv
from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import state
from pipeline.errors import CatalogError
from pipeline.files import write_atomic
from pipeline.langtag import LanguageTag, fallback_chain, gettext_name
from pipeline.model import Catalog, Finding, Message, Severity, State
from pipeline.project import Project
from pipeline.stages.places import catalog_dir, shown
from pipeline.stages.result import StageResult
from pipeline.stages.selection import problem


def glossary_dir(project: Project) -> Path:
    """The folder of glossaries, a file for each language."""
    return project.locales_dir / "glossary"


def glossary_files(project: Project, language: LanguageTag) -> tuple[Path, ...]:
    """The files there are for a language and those it falls back to (zh-Hans-SG, zh-Hans), the nearest first."""
    folder = glossary_dir(project)
    names = (f"{gettext_name(tag)}{suffix}" for tag in fallback_chain(language) for suffix in (".csv", ".tbx"))
    return tuple(path for path in map(folder.joinpath, dict.fromkeys(names)) if path.is_file())


def load_glossary(project: Project, language: LanguageTag) -> Glossary:
    """All terms for a language; CatalogError when a file is malformed."""
    return Glossary(
        term
        for path in glossary_files(project, language)
        for term in read_terms(path, project.source.language, language)
    )


def with_terms(project: Project, language: LanguageTag, template: Catalog) -> Catalog:
    """A template whose entries say which glossary terms they hold; as it is where the glossary cannot be read.

    (`glossary check` and `translate` say what is wrong with it.)
    """
    try:
        glossary = _loaded(project, language, _state_of(project, language))
    except CatalogError:
        return template
    if not glossary:
        return template
    messages = []
    for message in template.messages:
        said = comment(glossary.find(message.msgid))
        comments = (*message.extracted_comments, said)
        messages.append(message.changed(extracted_comments=comments) if said else message)
    return replace(template, messages=tuple(messages))


def _state_of(project: Project, language: LanguageTag) -> tuple[tuple[str, int, int], ...]:
    found = [(path, path.stat()) for path in glossary_files(project, language)]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


@lru_cache(maxsize=32)
def _loaded(project: Project, language: LanguageTag, state: object) -> Glossary:  # noqa: ARG001  (part of the key)
    """Read once a process while the files stay as they are."""
    return load_glossary(project, language)


def read_terms(path: Path, source: LanguageTag, target: LanguageTag) -> tuple[Term, ...]:
    """The terms of one file, CSV or TBX by its name."""
    if path.suffix.lower() in (".tbx", ".xml"):
        from pipeline.catalog.tbx import read_tbx

        return read_tbx(path, source=source, target=target)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
    return parse_csv(data, path=str(path)).terms


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryResult(StageResult):
    """What a check or an import found."""

    command: str
    """glossary check, glossary import or glossary start."""
    languages: tuple[LanguageTag, ...]
    terms: int
    """Terms of all the languages."""
    checked: int = 0
    """Messages with a term."""
    written: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": self.command,
            "languages": list(self.languages),
            "terms": self.terms,
            "checked": self.checked,
            "written": list(self.written),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def check_glossary(project: Project, languages: Sequence[LanguageTag]) -> GlossaryResult:
    """Look for terms that people translated otherwise: errors in approved entries, warnings in those that need work."""
    findings: list[Finding] = []
    terms = checked = 0
    for language in languages:
        try:
            glossary = load_glossary(project, language)
        except CatalogError as error:
            findings.append(problem(error, str(error.path), project))
            continue
        terms += len(glossary.terms)
        folder = catalog_dir(project, language)
        for path in sorted(folder.rglob("*.po")) if glossary else ():
            place = shown(project, path)
            try:
                messages = read_po(path).messages
            except CatalogError as error:
                findings.append(problem(error, place, project))
                continue
            for message in messages:
                found = list(term_findings(glossary, message, place))
                checked += bool(message.msgid and glossary.find(message.msgid))
                findings += found
    return GlossaryResult(
        command="glossary check",
        languages=tuple(languages),
        terms=terms,
        checked=checked,
        findings=tuple(findings),
    )


def term_findings(glossary: Glossary, message: Message, path: str) -> Iterable[Finding]:
    """What a person's translation does against the glossary."""
    known = state(message)
    if message.obsolete or not message.msgid or known not in (State.fuzzy, State.reviewed):
        return
    texts = message.msgstr_plural or (message.msgstr,)
    for use in glossary.find(message.msgid):
        for text in texts:
            word = forbidden(use, text)
            lacks = missing(use, text)
            if not (word or lacks):
                continue
            wanted = use.term.term if use.term.keep else " or ".join(use.term.translations)
            said = (
                f"{word!r} must not be used for {use.term.term!r}" if word else f"{use.term.term!r} is not translated"
            )
            yield Finding(
                rule="glossary-forbidden" if word else "glossary-missing",
                severity=Severity.error if known is State.reviewed else Severity.warning,
                path=path,
                line=message.line,
                key=message.key,
                message=f"{said}; the glossary has {wanted!r}" if wanted else said,
            )
            break


def add_terms(project: Project, language: LanguageTag, terms: Iterable[Term], *, command: str) -> GlossaryResult:
    """Put terms into the CSV glossary of a language; a term that is there stays as it is."""
    path = glossary_dir(project) / f"{gettext_name(language)}.csv"
    own = read_terms(path, project.source.language, language) if path.is_file() else ()
    known = {term.term.casefold() for term in own}
    new = [term for term in terms if term.term.casefold() not in known]
    written = bool(new) and write_atomic(path, format_csv((*own, *new)))
    return GlossaryResult(
        command=command,
        languages=(language,),
        terms=len(own) + len(new),
        written=(shown(project, path),) if written else (),
    )
