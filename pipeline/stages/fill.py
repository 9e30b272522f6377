"""Before anything is drafted: what people have translated already fills what nobody has, from the translation memory.

The same text fills in as fuzzy, or as reviewed where the configuration says so and nothing speaks against it; a text that
is nearly the same as fuzzy, with its source as the previous msgid. Only entries that no person has touched are filled:
empty ones, drafts of a machine, and earlier copies from the memory that have a better match now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pipeline.catalog.kinds import LEAST_WORDS, has_one_kind, kind_of, word_count
from pipeline.catalog.memory import Match
from pipeline.catalog.memunits import is_untouched
from pipeline.catalog.pofile import read_po
from pipeline.catalog.rewrite import rewrite_po
from pipeline.catalog.sentencepairs import MARKUPS
from pipeline.catalog.state import digest, provenance, state, with_provenance, without_fuzzy
from pipeline.inline import signature
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Finding, Key, Message, Provenance, State
from pipeline.project import Project
from pipeline.publish.coverage import needs_translation
from pipeline.stages.engines import PSEUDO_LANGUAGE
from pipeline.stages.memory import ProjectMemory
from pipeline.stages.places import catalog_dir, shown
from pipeline.stages.pool import Progress
from pipeline.stages.result import StageResult
from pipeline.stages.selection import problem

_MOST_KEPT = 5000
"""Texts whose matches, or names, are kept in memory."""
_NOTHING = -1.0
"""What an empty entry scores; the draft of a machine scores 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillResult(StageResult):
    """What was filled in one language; counts are messages."""

    language: LanguageTag
    reviewed: int = 0
    """The same text, approved."""
    exact: int = 0
    """The same text, fuzzy."""
    near: int = 0
    written: tuple[str, ...] = ()

    @property
    def filled(self) -> int:
        """Messages filled in all."""
        return self.reviewed + self.exact + self.near

    def to_dict(self) -> dict[str, object]:
        """JSON shape of `memory` in an entry of `languages`."""
        return {"reviewed": self.reviewed, "exact": self.exact, "near": self.near}


class Filling(NamedTuple):
    """What is to be put into an entry."""

    match: Match
    approved: bool = False
    """Whether it may stand without anybody looking."""


def fill(
    project: Project, language: LanguageTag, names: Iterable[str], *, progress: Progress | None = None
) -> FillResult:
    """Fill the open entries of the catalogs (`names`, below `LC_MESSAGES`) of a language from its memory.

    Catalogs that cannot be read are left to whoever works on them next. Matches are looked up as the memory is when the
    run begins, so the order of catalogs changes nothing.
    """
    if not project.memory.use or language == PSEUDO_LANGUAGE:
        return FillResult(language=language)
    work = _Work(project, language)
    waiting = list(names)
    try:
        for done, name in enumerate(waiting, 1):
            work.fill(catalog_dir(project, language) / name)
            if progress is not None:
                progress(f"remembering {language}", done, len(waiting))
    finally:
        work.close()
    return FillResult(language=language, written=tuple(work.written), findings=tuple(work.findings), **work.counts)


class _Work:
    """The catalogs of one language, one after the other. The memory is opened when something is open."""

    def __init__(self, project: Project, language: LanguageTag) -> None:
        self.counts: Counter[str] = Counter()
        self.written: list[str] = []
        self.findings: list[Finding] = []
        self._project, self._language = project, language
        self._settings = str(project.memory)
        self._memory: ProjectMemory | None = None
        self._finder: _Finder | None = None
        self._asked: set[str] = set()

    def fill(self, path: Path) -> None:
        """Fill the open entries of a catalog."""
        messages = _open_messages(path)
        if not messages:
            return
        if self._memory is None or self._finder is None:
            self._memory = ProjectMemory(self._project, self._language)
            self._finder = _Finder(self._project, self._memory)
            self.findings += self._memory.findings
        # What holds a draft was looked up when that was made, and is again only when the memory has changed since.
        known = self._memory.asked(self._settings, [message.msgid for message in messages if message.msgstr])
        fillings: dict[Key, Filling] = {}
        for message in messages:
            if message.msgstr and message.msgid in known:
                continue
            filling = self._finder.best(message)
            if filling is not None and _is_better(filling, message):
                fillings[message.key] = filling
        try:
            if fillings and _store(path, fillings, self.counts):
                self.written.append(shown(self._project, path))
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            self.findings.append(problem(error, shown(self._project, path), self._project))
            return
        self._asked.update(message.msgid for message in messages)
        if len(self._asked) >= _MOST_KEPT:
            self._remember()

    def close(self) -> None:
        """Let go of the memory."""
        if self._memory is not None:
            self._remember()
            self._memory.close()

    def _remember(self) -> None:
        if self._memory is not None:
            self._memory.remember(self._settings, self._asked)
            self._asked.clear()


def _open_messages(path: Path) -> list[Message]:
    try:
        return [m for m in read_po(path).messages if _standing(m) is not None] if path.is_file() else []
    except Exception:  # noqa: BLE001  (the next to read it says so)
        return []


def _standing(message: Message) -> float | None:
    """The score that a match must be above to replace what the entry holds; None when it is not ours to fill."""
    if message.obsolete or message.msgid_plural is not None or not needs_translation(message.msgid):
        return None
    if state(message) is State.untranslated:
        return _NOTHING
    origin = provenance(message)
    if not message.fuzzy or origin is None or not is_untouched(message):
        return None
    return (origin.score or 0.0) if origin.origin == "memory" else 0.0


class _Finder:
    """Looks messages up, a text that comes again only once."""

    def __init__(self, project: Project, memory: ProjectMemory) -> None:
        self._threshold = project.memory.threshold
        self._approve = project.memory.exact == "reviewed"
        self._memory = memory
        self._exact: dict[str, list[Match]] = {}
        self._near: dict[str, list[Match]] = {}

    def best(self, message: Message) -> Filling | None:
        """What can stand for the message best; the same text before any other."""
        text = message.msgid
        if len(self._exact) >= _MOST_KEPT:
            self._exact.clear()
            self._near.clear()
        if text not in self._exact:
            self._exact[text] = self._memory.exact(text)
        exact = _usable(message, self._exact[text])
        if exact is not None and exact.score == 1.0:
            return Filling(exact, approved=self._approve and _is_certain(message, exact, self._exact[text]))
        if text not in self._near:
            self._near[text] = self._memory.near(text, self._threshold)
        near = _usable(message, self._near[text])
        best = max(filter(None, (exact, near)), key=lambda match: match.score, default=None)
        return Filling(best) if best else None


def _usable(message: Message, matches: list[Match]) -> Match | None:
    """The best that has the message's inline elements; among equal scores the one of the same context and kind."""
    kind = kind_of(message)
    ordered = sorted(
        matches,
        key=lambda match: (
            -match.score,
            match.unit.context != message.msgctxt,
            match.unit.copy,
            match.unit.kind != kind,
            match.unit.obsolete,
            -match.times,
        ),
    )
    return next((match for match in ordered if _fits(message.msgid, match.unit.target)), None)


def _is_certain(message: Message, match: Match, others: list[Match]) -> bool:
    """Whether the same text may be taken as reviewed: a person's, for the same kind of string, and no other known.

    A text of few words is often another word in another place, and one that says the same in both languages a text that
    somebody left for later.
    """
    unit, kind = match.unit, kind_of(message)
    known = {other.unit.target for other in others if other.score == 1.0 and not other.unit.copy}
    return (
        not (unit.copy or unit.obsolete)
        and unit.context == message.msgctxt
        and unit.target != message.msgid
        and kind == unit.kind != ""
        and has_one_kind(message)
        and len(known) == 1
        and word_count(message.msgid) >= LEAST_WORDS
    )


def _is_better(filling: Filling, message: Message) -> bool:
    standing = _standing(message)
    return standing is not None and round(filling.match.score, 2) > standing


def _fits(msgid: str, msgstr: str) -> bool:
    """Whether a translation has the elements and line breaks of a source, in whatever grammar its page is written."""
    return msgid.count("\n") == msgstr.count("\n") and all(
        signature(msgid, markup, strict=True) == signature(msgstr, markup, strict=True) for markup in MARKUPS
    )


def _store(path: Path, fillings: dict[Key, Filling], counts: Counter[str]) -> bool:
    """Put matches into a catalog as it is on disk now: what somebody filled in the meantime is left alone."""
    here: Counter[str] = Counter()

    def filled(message: Message) -> Message:
        filling = fillings.get(message.key)
        if filling is None or not _is_better(filling, message):
            return message
        here["reviewed" if filling.approved else "exact" if _is_same(filling.match, message) else "near"] += 1
        return _filled(message, filling)

    def change(catalog: Catalog) -> Catalog:
        here.clear()  # it is called again when somebody saves the file meanwhile
        return replace(catalog, messages=tuple(map(filled, catalog.messages)))

    written = rewrite_po(path, change).written
    counts.update(here)
    return written


def _is_same(match: Match, message: Message) -> bool:
    return match.unit.source == message.msgid


def _filled(message: Message, filling: Filling) -> Message:
    """The message with the match's text. That of a near one looks as if its source had changed: that is what it needs."""
    match, unit = filling.match, filling.match.unit
    flags = without_fuzzy(message)
    origin = Provenance(origin="memory", model=match.path, score=match.score)
    previous: tuple[str | None, str | None] = (None, None)
    if not _is_same(match, message):
        previous = (unit.context, unit.source)
        # Of the text it was made for: so it is a person's text that needs work, and no policy publishes it.
        origin = replace(origin, digest=digest(unit.context, unit.source, unit.target))
    changed = message.changed(
        msgstr=unit.target,
        flags=flags if filling.approved else ("fuzzy", *flags),
        previous_msgctxt=previous[0],
        previous_msgid=previous[1],
        previous_msgid_plural=None,
    )
    return with_provenance(changed, origin)
