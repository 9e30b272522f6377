"""`status`: how far each language is, by page; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from pipeline.langtag import LanguageTag
from pipeline.model import Finding, State
from pipeline.project import Project
from pipeline.source import find_sources
from pipeline.stages.orphans import find_catalogs, notice
from pipeline.stages.places import groups
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.rebuild import PageStatus, forget_catalogs, page_status
from pipeline.stages.result import StageResult
from pipeline.stages.reviewlist import Waiting, review_list
from pipeline.stages.selection import select


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageStatus:
    """How far one language is."""

    language: LanguageTag
    policy: str
    """What the project publishes by default in this language."""
    pages: int
    published: int
    """Pages that a build would write."""
    segments: Mapping[State, int]
    words: Mapping[State, int]
    held_back: tuple[tuple[str, float], ...] = ()
    """(page, share of its words that could be published) of pages a build would leave out."""

    @property
    def total_words(self) -> int:
        """Words of all pages, each as often as it stands there."""
        return sum(self.words.values())

    def share(self, state: State) -> float:
        """Share of the words in a state, 0.0-1.0; 0.0 when there are none."""
        return self.words[state] / self.total_words if self.total_words else 0.0

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `languages`."""
        return {
            "language": self.language,
            "policy": self.policy,
            "pages": self.pages,
            "published": self.published,
            "segments": {str(state): self.segments[state] for state in State},
            "words": {str(state): self.words[state] for state in State},
            "held_back": [{"path": path, "ratio": round(ratio, 4)} for path, ratio in self.held_back],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusResult(StageResult):
    """How far the project is."""

    languages: tuple[LanguageStatus, ...]
    pages: tuple[PageStatus, ...] = ()
    """Every page in every language; empty unless asked for."""
    review: tuple[Waiting, ...] = ()
    """What waits for a reviewer, the least certain first; empty unless asked for."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "command": "status",
            "languages": [language.to_dict() for language in self.languages],
            "pages": [page.to_dict() for page in self.pages],
            "review": [entry.to_dict() for entry in self.review],
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(slots=True)
class _Sum:
    pages: int = 0
    published: int = 0
    segments: Counter[State] = field(default_factory=Counter)
    words: Counter[State] = field(default_factory=Counter)
    held_back: list[tuple[str, float]] = field(default_factory=list)

    def add(self, page: PageStatus) -> None:
        self.pages += 1
        self.segments.update(page.segments)
        self.words.update(page.words)
        if page.published:
            self.published += 1
        else:
            self.held_back.append((page.path, page.ratio))


def status(
    project: Project,
    languages: Sequence[LanguageTag],
    *,
    paths: Sequence[str] = (),
    by_page: bool = False,
    review: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> StatusResult:
    """Compare the selected pages with their catalogs.

    `by_page` keeps the figures of each page, `review` lists the entries that wait for a reviewer.
    """
    sources = find_sources(project)
    chosen = select(project, sources.pages, paths)
    forget_catalogs()
    sums = {language: _Sum() for language in languages}
    rows: list[PageStatus] = []
    findings: dict[Finding, None] = dict.fromkeys(sources.findings)
    named = groups(project, sources.pages).keys()
    findings |= dict.fromkeys(notice(project, {tag: find_catalogs(project, tag, named).orphans for tag in languages}))
    work = partial(page_status, project, tuple(languages))
    for pages, found in run_tasks(work, chosen, label="reading pages", jobs=jobs, progress=progress):
        for page in pages:
            sums[page.language].add(page)
        if by_page:
            rows += pages
        findings |= dict.fromkeys(found)
    waiting: tuple[Waiting, ...] = ()
    if review:
        waiting, unread = review_list(project, languages, sources.pages, chosen)
        findings |= dict.fromkeys(unread)
    return StatusResult(
        languages=tuple(
            LanguageStatus(
                language=language,
                policy=project.policy(language, ""),
                pages=total.pages,
                published=total.published,
                segments={state: total.segments[state] for state in State},
                words={state: total.words[state] for state in State},
                held_back=tuple(sorted(total.held_back)),
            )
            for language, total in sums.items()
        ),
        pages=tuple(rows),
        review=waiting,
        findings=tuple(sorted(findings, key=lambda f: (f.path, f.line or 0, f.rule))),
    )
