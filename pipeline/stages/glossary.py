"""The glossaries of a project: read for a language, checked against what people wrote, begun and imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pipeline.catalog.glossary import GLOSSARY_COMMENT, Glossary, Term, comment, forbidden, missing
from pipeline.catalog.glossarycsv import appended, format_csv, parse_csv
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
    return tuple(path for tag in fallback_chain(language) for path in _own_files(project, tag))


def _own_files(project: Project, language: LanguageTag) -> tuple[Path, ...]:
    """The files of this very language, by its gettext name (zh_Hans) or its tag (zh-Hans)."""
    names = dict.fromkeys(
        f"{name}{suffix}" for name in (gettext_name(language), language) for suffix in (".csv", ".tbx")
    )
    return tuple(path for path in map(glossary_dir(project).joinpath, names) if path.is_file())


def load_glossary(project: Project, language: LanguageTag) -> Glossary:
    """All terms for a language; CatalogError when a file is malformed."""
    return Glossary(
        term
        for path in glossary_files(project, language)
        for term in read_terms(path, project.source.language, language)
    )


def glossary_problems(project: Project, languages: Iterable[LanguageTag]) -> list[Finding]:
    """The glossaries of some languages that cannot be read."""
    findings = []
    for language in languages:
        try:
            _loaded(project, language, _state_of(project, language))
        except CatalogError as error:
            findings.append(problem(error, str(error.path), project))
    return findings


def with_terms(project: Project, language: LanguageTag, template: Catalog) -> Catalog | None:
    """A template whose entries say which glossary terms they hold; None where the glossary cannot be read.

    (`glossary_problems` says what is wrong with it.)
    """
    try:
        glossary = _loaded(project, language, _state_of(project, language))
    except CatalogError:
        return None
    return _with_comments(template, lambda message: comment(glossary.find(message.msgid))) if glossary else template


def with_known_terms(known: Catalog, template: Catalog) -> Catalog:
    """A template whose entries say of their terms what those of a catalog say: nobody can tell what is true now."""
    said = {
        message.key: found
        for message in known.index.values()
        for found in message.extracted_comments
        if found.startswith(GLOSSARY_COMMENT)
    }
    return _with_comments(template, lambda message: said.get(message.key, "")) if said else template


def _with_comments(template: Catalog, comment_of: Callable[[Message], str]) -> Catalog:
    messages = []
    for message in template.messages:
        said = comment_of(message)
        # An entry of a page that could not be read has its comment already.
        comments = message.extracted_comments
        new = bool(said) and said not in comments
        messages.append(message.changed(extracted_comments=(*comments, said)) if new else message)
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
    """Look for terms that are translated otherwise: errors in approved entries, warnings in others and in drafts."""
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
    """What a translation does against the glossary; an error where it is approved, else a warning."""
    known = state(message)
    if message.obsolete or not message.msgid or known is State.untranslated:
        return
    texts = message.msgstr_plural or (message.msgstr,)
    for use in glossary.find(message.msgid):
        term = use.term
        for text in texts:
            word = forbidden(use, text)
            lacks = missing(use, text)
            if not (word or lacks):
                continue
            said = f"{word!r} must not be used for {term.term!r}" if word else f"{term.term!r} is not translated"
            if term.translations and not term.keep:
                said += f"; the glossary has {' or '.join(term.translations)!r}"
            if term.keep and not word:
                said = f"{term.term!r} must stay as it is"
            yield Finding(
                rule="glossary-forbidden" if word else "glossary-missing",
                severity=Severity.error if known is State.reviewed else Severity.warning,
                path=path,
                line=message.line,
                key=message.key,
                message=said,
            )
            break


def add_terms(project: Project, language: LanguageTag, terms: Iterable[Term], *, command: str) -> GlossaryResult:
    """Put terms at the end of the CSV glossary of a language; what is there stays as it is, byte for byte.

    A term that any file of the language has, a TBX too, is left out: a second line for it would speak against the first.
    Raises CatalogError for a file that cannot be read, or has no column for what a term needs.
    """
    files = _own_files(project, language)
    own = [term for path in files for term in read_terms(path, project.source.language, language)]
    known = {term.term.casefold() for term in own}
    new = [term for term in terms if term.term.casefold() not in known]
    path = next(
        (path for path in files if path.suffix == ".csv"), glossary_dir(project) / f"{gettext_name(language)}.csv"
    )
    written = False
    if new:
        data = appended(path.read_bytes(), new, path=str(path)) if path in files else format_csv(new)
        written = write_atomic(path, data)
    return GlossaryResult(
        command=command,
        languages=(language,),
        terms=len(own) + len(new),
        written=(shown(project, path),) if written else (),
    )
