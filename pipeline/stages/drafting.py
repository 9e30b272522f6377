"""The drafts of one language: gather what nobody has translated, draft all of it, and only then write.

Nothing is written before every draft is there. So a run that was killed leaves the same messages to draft, cuts the
same batches of sentences, and finds those it had finished in the cache: the PO files come out as from one run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.catalog.glossary import Glossary
from pipeline.catalog.hints import draft_note, waits_for_draft
from pipeline.catalog.pofile import read_po
from pipeline.catalog.rewrite import rewrite_po
from pipeline.catalog.state import state, with_provenance
from pipeline.errors import CatalogError, EngineError
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Finding, Key, Message, Severity, State
from pipeline.project import Mt, Project
from pipeline.publish.coverage import needs_translation
from pipeline.stages.drafts import LanguageDrafts
from pipeline.stages.draftterms import draft_terms, helps, is_doubtful
from pipeline.stages.engines import open_engine
from pipeline.stages.fill import fill
from pipeline.stages.glossary import load_glossary
from pipeline.stages.markup import markup_by_name, markups, pages_named
from pipeline.stages.places import SITE_CATALOG, cache_dir, catalog_dir, shown
from pipeline.stages.pool import Progress
from pipeline.stages.selection import problem
from pipeline.stages.sentences import missing_sentences, with_drafts

if TYPE_CHECKING:
    from pipeline.mt.engine import Engine, SegmentEngine
    from pipeline.mt.request import DraftRequest, DraftResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A catalog with its untranslated messages, and the pages they are on."""

    path: Path
    messages: list[Message]
    doubtful: list[Message]
    """Drafts that do not keep to the glossary: another one may."""
    pages: tuple[str, ...]

    @property
    def all(self) -> list[Message]:
        """What an engine is asked for."""
        return [*self.messages, *self.doubtful]


class Drafting:
    """The drafts of one language."""

    def __init__(
        self,
        project: Project,
        language: LanguageTag,
        catalogs: Mapping[str, Sequence[str]],
        *,
        min_score: float,
        dry_run: bool,
        jobs: int | None,
        progress: Progress | None,
    ) -> None:
        self.project, self.language, self.catalogs = project, language, catalogs
        self.min_score, self.dry_run, self.jobs, self.progress = min_score, dry_run, jobs, progress
        self.counts = LanguageDrafts(language=language)
        self.written: list[str] = []
        self.findings: list[Finding] = []
        self.glossary = Glossary()

    def run(self, settings: Mt) -> None:
        """Fill in what the memory knows, then draft the rest; without an engine only count what is missing."""
        if not self.dry_run:
            known = fill(self.project, self.language, self.catalogs, progress=self.progress)
            self.counts = replace(self.counts, memory=known)
            self.written += known.written
            self.findings += known.findings
            self.glossary = self._glossary()
        waiting = self._waiting()
        if not waiting:
            return
        idle = not any(catalog.messages for catalog in waiting)
        engine = None if self.dry_run else self._opened(settings, idle=idle)
        if engine is None:
            self._count(missing=sum(len(catalog.messages) for catalog in waiting))
        else:
            self._draft(waiting, engine)

    def _opened(self, settings: Mt, *, idle: bool) -> Engine | SegmentEngine | None:
        """The engine; None where there is none, with a finding unless all is drafted."""
        try:
            engine = open_engine(settings, self.project.source.language, self.language)
        except EngineError as error:
            if not idle:
                self._report(error, catalog_dir(self.project, self.language), rule="no-model")
            return None
        self.counts = replace(self.counts, engine=engine.id, model=engine.model)
        return engine

    def _waiting(self) -> list[Waiting]:
        """Untranslated messages by catalog."""
        waiting: list[Waiting] = []
        for name, pages in self.catalogs.items():
            path = catalog_dir(self.project, self.language) / name
            try:
                known = read_po(path).messages if path.is_file() else ()
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                self._report(error, path)
                continue
            messages = [message for message in known if _is_open(message) or waits_for_draft(message)]
            drafted = [message for message in messages if needs_translation(message.msgid)]
            self._count(skipped=len(messages) - len(drafted))
            doubtful = [message for message in known if is_doubtful(self.glossary, message)]
            if drafted or doubtful:
                named = pages_named([*drafted, *doubtful], pages) if name == SITE_CATALOG else tuple(pages)
                waiting.append(Waiting(path=path, messages=drafted, doubtful=doubtful, pages=named))
        return waiting

    def _draft(self, waiting: list[Waiting], engine: Engine | SegmentEngine) -> None:
        from pipeline.mt.cache import SentenceCache
        from pipeline.mt.draft import draft

        # What is doubtful was asked before, so it costs nothing as long as nothing changes.
        requests, places = self._requests(waiting)
        cache = SentenceCache(cache_dir(self.project) / "sentences.sqlite")
        try:
            results = draft(
                requests,
                engine,
                source=self.project.source.language,
                target=self.language,
                progress=self._reporter(),
                min_score=self.min_score,
                cache=cache,
            )
        except EngineError as error:
            self._report(error, catalog_dir(self.project, self.language))
            self._count(missing=sum(len(catalog.messages) for catalog in waiting))
            return
        finally:
            cache.close()
        standing = {(n, message.key): message for n, catalog in enumerate(waiting) for message in catalog.doubtful}
        steps: Counter[str] = Counter()
        by_catalog: dict[int, dict[Key, dict[str, DraftResult]]] = {}
        for place, request, result in zip(places, requests, results, strict=True):
            if place in standing and not helps(self.glossary, standing[place], result.text):
                continue
            steps[result.step] += result.text is not None
            number, key = place
            by_catalog.setdefault(number, {}).setdefault(key, {})[request.text] = result
        self.counts = replace(self.counts, steps=dict(sorted((+steps).items())), sentences=cache.added)
        for number, drafts in sorted(by_catalog.items()):
            path = waiting[number].path
            try:
                self._store(path, drafts, engine)
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                self._report(error, path)

    def _requests(self, waiting: Sequence[Waiting]) -> tuple[list[DraftRequest], list[tuple[int, Key]]]:
        """What is to be drafted, and for each (number of its catalog, key)."""
        from pipeline.mt.request import DraftRequest

        tasks = [(catalog.pages, frozenset(message.key for message in catalog.all)) for catalog in waiting]
        places: list[tuple[int, Key]] = []
        requests: list[DraftRequest] = []
        for number, (catalog, known) in enumerate(
            zip(waiting, markups(self.project, tasks, jobs=self.jobs), strict=True)
        ):
            for message in catalog.all:
                markup = known.get(message.key) or markup_by_name(message)
                for text in self._texts(message):
                    places.append((number, message.key))
                    terms = draft_terms(self.glossary, text, self.language)
                    requests.append(DraftRequest(key=len(requests), text=text, markup=markup, terms=terms))
        return requests, places

    def _texts(self, message: Message) -> tuple[str, ...]:
        """What of a message is to be drafted: all of it, or the sentences that a person's text lacks."""
        if waits_for_draft(message) and not _is_open(message):
            return missing_sentences(message, self.project.source.language, self.language)
        return (message.msgid,)

    def _glossary(self) -> Glossary:
        """The language's glossary; drafts do without one that cannot be read, as the update before has said."""
        try:
            return load_glossary(self.project, self.language)
        except CatalogError:
            return Glossary()

    def _store(self, path: Path, drafts: dict[Key, dict[str, DraftResult]], engine: Engine | SegmentEngine) -> None:
        """Put drafts into a catalog as it is on disk now: an entry that somebody filled in the meantime is left alone."""
        from pipeline.mt.draft import provenance as origin_of

        counts: Counter[str] = Counter()
        copies: list[tuple[Message, str]] = []

        def completed(message: Message, results: Mapping[str, DraftResult]) -> Message:
            """A person's text with the sentences that it lacks."""
            texts = {
                text: (result.text, draft_note(origin_of(result, engine)))
                for text, result in results.items()
                if result.text is not None
            }
            made = with_drafts(message, texts, self.project.source.language, self.language)
            refused = [result for text, result in results.items() if text not in texts]
            if texts and made is message:
                first = next(iter(results.values()))
                refused.append(replace(first, text=None, reason="does not fit the sentences around it"))
            else:
                copies.extend((message, result.copied) for result in results.values() if result.copied)
            counts["refused" if refused else "drafted"] += 1
            return with_provenance(made, origin_of(refused[0], engine)) if refused else made

        def filled(message: Message) -> Message:
            results = drafts.get(message.key, {})
            if results and waits_for_draft(message):
                return completed(message, results)
            result = results.get(message.msgid)
            if result is None or not (_is_open(message) or helps(self.glossary, message, result.text)):
                return message
            if result.text is None:
                skipped = result.step == "skipped"
                counts["skipped" if skipped else "refused"] += 1
                return message if skipped else with_provenance(message, origin_of(result, engine))
            counts["drafted"] += 1
            if result.copied:
                copies.append((message, result.copied))
            drafted = message.changed(msgstr=result.text, flags=_with_fuzzy(message.flags))
            return with_provenance(drafted, origin_of(result, engine))

        def change(catalog: Catalog) -> Catalog:
            counts.clear()  # it is called again when somebody saves the file meanwhile
            copies.clear()
            return replace(catalog, messages=tuple(map(filled, catalog.messages)))

        if rewrite_po(path, change).written:
            self.written.append(shown(self.project, path))
        self._count(**counts)
        self.findings += [_copy_finding(message, text, shown(self.project, path)) for message, text in copies]

    def _count(self, *, drafted: int = 0, refused: int = 0, skipped: int = 0, missing: int = 0) -> None:
        counts = self.counts
        self.counts = replace(
            counts,
            drafted=counts.drafted + drafted,
            refused=counts.refused + refused,
            skipped=counts.skipped + skipped,
            missing=counts.missing + missing,
        )

    def _report(self, error: Exception, path: Path, *, rule: str = "") -> None:
        finding = problem(error, shown(self.project, path), self.project)
        self.findings.append(replace(finding, rule=rule or finding.rule))

    def _reporter(self) -> Callable[[int, int], None] | None:
        if self.progress is None:
            return None
        report, label = self.progress, f"drafting {self.language}, words"
        return lambda done, total: report(label, done, total)


def _copy_finding(message: Message, copied: str, path: str) -> Finding:
    return Finding(
        rule="draft-copies-source",
        severity=Severity.info,
        path=path,
        line=None,
        key=message.key,
        message=f"the draft repeats its source: {copied[:60]!r}",
    )


def _is_open(message: Message) -> bool:
    """True for an entry that a draft may fill."""
    return not message.obsolete and message.msgid_plural is None and state(message) is State.untranslated


def _with_fuzzy(flags: tuple[str, ...]) -> tuple[str, ...]:
    return flags if "fuzzy" in flags else ("fuzzy", *flags)
