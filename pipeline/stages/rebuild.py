"""The working half of `build` and `status`: one page in all languages, from its source bytes and its catalogs.

Runs in worker processes; errors become findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import accepted, state
from pipeline.document.rebuild import Rebuilt, rebuild_checked
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Finding, Key, Message, Page, Severity, State
from pipeline.project import Project
from pipeline.publish.coverage import Coverage, count_words, coverage, needs_translation
from pipeline.publish.edition import mark_fallbacks
from pipeline.publish.keys import permalink_of
from pipeline.publish.layout import Layout, output_path
from pipeline.publish.manifest import Fallback, PageRecord, source_digest
from pipeline.stages.cache import digest
from pipeline.stages.pages import parse_source
from pipeline.stages.places import SITE_CATALOG, catalog_dir, catalog_name
from pipeline.stages.selection import problem, read_page


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEdition:
    """One page in one language."""

    record: PageRecord
    data: bytes | None
    """The rebuilt page, None when it is not written."""
    machine: bool
    """True when it shows machine drafts."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOutcome:
    """One page in all languages that could be made."""

    path: str
    digest: str = ""
    """Of the page's bytes; "" for a page that cannot be read."""
    page_format: str = ""
    permalink: str | None = None
    editions: Mapping[LanguageTag, PageEdition]
    findings: tuple[Finding, ...] = ()
    failures: Mapping[LanguageTag, Finding] = field(default_factory=dict)
    """Languages whose catalog cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStatus:
    """How far one page is in one language: counts of segments and of words by state."""

    path: str
    language: LanguageTag
    segments: Mapping[State, int]
    words: Mapping[State, int]
    published: bool
    """True when a build under the project's policy would write it."""
    ratio: float
    """Share of its words that the policy would publish."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `pages`."""
        return {
            "path": self.path,
            "language": self.language,
            "segments": {str(state): self.segments[state] for state in State},
            "words": {str(state): self.words[state] for state in State},
            "published": self.published,
            "ratio": round(self.ratio, 4),
        }


def rebuild_page_editions(project: Project, languages: Sequence[LanguageTag], path: str) -> PageOutcome:
    """Rebuild one page in every language; the page is parsed once."""
    try:
        data = read_page(project, path)
        page = parse_source(project, path, data)
    except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
        return PageOutcome(path=path, editions={}, findings=(problem(error, path, project),))
    editions: dict[LanguageTag, PageEdition] = {}
    failures: dict[LanguageTag, Finding] = {}
    for language in languages:
        try:
            editions[language] = _edition(project, language, page, _Messages.of(project, language, path))
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            failures[language] = problem(error, path, project)
            if page.format == "yaml":  # a site does not build without it
                editions[language] = _edition(project, language, page, _Messages(shared=Path(), own=Path()))
    return PageOutcome(
        path=path,
        digest=digest(data),
        page_format=page.format,
        permalink=permalink_of(data),
        editions=editions,
        findings=page.findings,
        failures=failures,
    )


def page_status(
    project: Project, languages: Sequence[LanguageTag], path: str
) -> tuple[tuple[PageStatus, ...], tuple[Finding, ...]]:
    """How far one page is in every language, and what is wrong with it or its catalogs."""
    try:
        page = parse_source(project, path, read_page(project, path))
    except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
        return (), (problem(error, path, project),)
    rows: list[PageStatus] = []
    findings = list(page.findings)
    for language in languages:
        if page.language == language:
            continue
        try:
            row, found = _status(project, language, page)
            rows.append(row)
            findings += found
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            findings.append(problem(error, path, project))
    return tuple(rows), tuple(findings)


def forget_catalogs() -> None:
    """Drop catalogs read by an earlier run in this process."""
    _catalog.cache_clear()
    _accepted.cache_clear()


def _edition(project: Project, language: LanguageTag, page: Page, messages: _Messages) -> PageEdition:
    policy = project.policy(language, page.path)
    output = output_path(page.path, project.folder(language), Layout(project.build.layout))
    if page.language == language:  # it is in this language already
        record = PageRecord(
            path=page.path,
            output=output,
            source=source_digest(page.data),
            policy=policy,
            coverage=coverage(page.segments, {segment.key for segment in page.segments}),
        )
        return PageEdition(record=record, data=page.data, machine=False)
    rebuilt = rebuild_checked(page, messages.accepted(page, policy))
    drafts = {key for key in rebuilt.used if (message := messages.get(key)) and message.fuzzy}
    states = {key: messages.state(key) for segment in page.segments if (key := segment.key) not in rebuilt.used}
    refused = {finding.key: finding.rule for finding in rebuilt.findings if finding.key is not None}
    # What is reviewed, not used and not refused is a number that was left empty.
    shown = rebuilt.used | {key for key, how in states.items() if how is State.reviewed and key not in refused}
    counts = coverage(page.segments, shown, drafts)
    fallbacks = tuple(
        Fallback(key=segment.key, line=segment.line, reason=refused.get(segment.key) or str(states[segment.key]))
        for segment in page.segments
        if segment.key not in shown
    )
    reason, findings = _judged(project, page, counts)
    record = PageRecord(
        path=page.path,
        output=None if reason else output,
        source=source_digest(page.data),
        policy=policy,
        coverage=counts,
        reason=reason,
        fallbacks=() if reason else fallbacks,
    )
    built = None if reason else rebuilt.data
    if built is not None and fallbacks and project.build.mark_fallback:
        built = _marked(project, page, rebuilt)
    return PageEdition(record=record, data=built, machine=bool(drafts), findings=(*rebuilt.findings, *findings))


def _judged(project: Project, page: Page, counts: Coverage) -> tuple[str, tuple[Finding, ...]]:
    """(why the page is not written, "" when it is; what to tell about that).

    A data file is always written: a site does not build without its navigation.
    """
    least = project.min_reviewed(page.path)
    if counts.ratio >= least:
        return "", ()
    # Rounded down, or 79.6 % would read as the 80 % that are required.
    share = f"{int(100 * counts.ratio)}% of its words are translated"
    if page.format != "yaml":
        return f"{share}, {least:.0%} are required", ()
    message = f"{share}; a data file is written all the same, the rest in the source language"
    return "", (Finding(rule="data-file-partly", severity=Severity.info, path=page.path, message=message),)


def _marked(project: Project, page: Page, rebuilt: Rebuilt) -> bytes:
    """The rebuilt page with `lang` on its passages in the source language, where HTML allows."""
    in_order = sorted(page.segments, key=lambda segment: segment.pieces[0][0])
    left = [
        (start, end)
        for segment, (start, end, key) in zip(in_order, rebuilt.places, strict=True)
        if key not in rebuilt.used and segment.form.startswith("html")
    ]
    return mark_fallbacks(rebuilt.data, left, page.language or project.source.language)


def _status(project: Project, language: LanguageTag, page: Page) -> tuple[PageStatus, tuple[Finding, ...]]:
    messages = _Messages.of(project, language, page.path)
    segments, words = dict.fromkeys(State, 0), dict.fromkeys(State, 0)
    for segment in page.segments:
        how = messages.state(segment.key)
        segments[how] += 1
        words[how] += count_words(segment.msgid)
    counts = coverage(page.segments, messages.accepted(page, project.policy(language, page.path)))
    reason, findings = _judged(project, page, counts)
    row = PageStatus(
        path=page.path,
        language=language,
        segments=segments,
        words=words,
        published=not reason,
        ratio=counts.ratio,
    )
    return row, findings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Messages:
    """The two catalogs that hold a page's strings in one language; the site-wide one is stronger."""

    shared: Path
    own: Path

    @classmethod
    def of(cls, project: Project, language: LanguageTag, path: str) -> _Messages:
        folder = catalog_dir(project, language)
        return cls(shared=folder / SITE_CATALOG, own=folder / catalog_name(project, path))

    def accepted(self, page: Page, policy: str) -> dict[Key, str]:
        """What the policy publishes of the page's strings."""
        shared, own = _accepted(self.shared, policy), _accepted(self.own, policy)
        found = ((segment.key, shared.get(segment.key) or own.get(segment.key)) for segment in page.segments)
        return {key: text for key, text in found if text}

    def get(self, key: Key) -> Message | None:
        """The entry of a string."""
        return _catalog(self.shared).get(key) or _catalog(self.own).get(key)

    def state(self, key: Key) -> State:
        """How far a string is; one without a letter needs nobody while it is empty."""
        message = self.get(key)
        how = state(message) if message else State.untranslated
        return State.reviewed if how is State.untranslated and not needs_translation(key[1]) else how


@lru_cache(maxsize=64)
def _catalog(path: Path) -> Catalog:
    if not path.is_file():
        return Catalog()
    return read_po(path)


@lru_cache(maxsize=64)
def _accepted(path: Path, policy: str) -> dict[Key, str]:
    return accepted(_catalog(path), policy)
