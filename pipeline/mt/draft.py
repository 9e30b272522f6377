"""Drafts for any number of segments at once: every distinct sentence of all of them is translated once, in one pass.

Each draft is checked against its source; one that loses markup, numbers or its mind is refused, with the reason. The
sentences are sorted and cut into batches before the cache is asked, so the same segments give the same drafts in
whatever order they come, and a run that was killed goes on with the batches it would have had (CTranslate2 may answer
differently in another batch).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.inline import plain
from pipeline.langtag import decimal_point, parse, script
from pipeline.model import Provenance
from pipeline.mt import checks
from pipeline.mt.copies import PENALTY, gives_back, is_copy, letters, near
from pipeline.mt.dates import lost, names, translations
from pipeline.mt.engine import AligningEngine, Engine, Forced, Progress, SegmentEngine, Translation
from pipeline.mt.intact import breakage, changed_elements
from pipeline.mt.markers import Marker, choose_marker
from pipeline.mt.oracle import Oracle
from pipeline.mt.protect import Plan, Run, plan
from pipeline.mt.request import DraftRequest, DraftResult
from pipeline.mt.restore import NoPlaceError, assemble, restore
from pipeline.mt.scripts import comparable, share

if TYPE_CHECKING:
    from pipeline.mt.cache import SentenceCache


@dataclass(frozen=True, slots=True)
class _Job:
    """A request on its way."""

    request: DraftRequest
    plan: Plan
    tried: frozenset[str] = frozenset()
    """What was tried because an earlier draft was no good: forced (the model is made to write what it lost), cut_spans,
    cut_atoms, numbers, dates, quotes, terms (atoms for them), again (another search, in smaller parts). Each is tried once."""
    spare: DraftResult | None = None
    """A draft in which only a term is wrong."""


TERM_PENALTY = 0.7
"""On the score of a draft that does not use the glossary's word."""


class _RefusedError(Exception):
    """A draft that cannot be used. `remedies` are what may help, the gentlest first; `spare` is used when none does."""

    def __init__(self, reason: str, *remedies: str, spare: DraftResult | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedies = remedies
        self.spare = spare


def draft(
    requests: Sequence[DraftRequest],
    engine: Engine | SegmentEngine,
    *,
    source: str,
    target: str,
    progress: Progress | None = None,
    min_score: float = 0.0,
    cache: SentenceCache | None = None,
) -> list[DraftResult]:
    """One result per request, in order. `source` and `target` are BCP 47 tags.

    `progress` is called with (words done, of how many) of the distinct sentences. Drafts scored below `min_score`, or
    the engine's own, are refused. What `cache` knows is not translated again.
    Raises EngineError when the engine fails as a whole; what is wrong with one draft is in its result.
    """
    if isinstance(engine, SegmentEngine):
        return [_whole(request, engine) for request in requests]
    return _Drafter(engine, source, target, progress, max(min_score, engine.min_score), cache).run(requests)


def provenance(result: DraftResult, engine: Engine | SegmentEngine) -> Provenance:
    """What is written on the entry beside a draft or a refusal; the digest is the catalog's business."""
    return Provenance(
        origin="machine",
        engine=engine.id,
        model=engine.model,
        step=result.step if result.text and result.step not in ("plain", "segment") else "",
        score=result.score,
        reason="" if result.text else result.reason,
    )


def _whole(request: DraftRequest, engine: SegmentEngine) -> DraftResult:
    text = engine.translate_segment(request.text, request.markup)
    if broken := changed_elements(request.text, text, request.markup):
        return DraftResult(key=request.key, text=None, reason=broken, step="segment")
    return DraftResult(key=request.key, text=text, step="segment")


class _Drafter:
    """One run over all requests: plan, translate, check, and again with a firmer plan for what failed."""

    def __init__(
        self,
        engine: Engine,
        source: str,
        target: str,
        progress: Progress | None,
        min_score: float,
        cache: SentenceCache | None,
    ) -> None:
        self.engine = engine
        self.aligning = engine if isinstance(engine, AligningEngine) else None
        self.source = source
        self.source_script, self.target_script = script(parse(source)), script(parse(target))
        self.same_script = comparable(self.source_script, self.target_script)
        self.target = target
        self.dates = names(source, target)
        points = {decimal_point(parse(source)), decimal_point(parse(target))}
        self.decimal = points.pop() if len(points) == 1 else ""
        self.min_score = min_score
        self.oracle = Oracle(cache, progress)
        self.marker: Marker | None = None

    def run(self, requests: Sequence[DraftRequest]) -> list[DraftResult]:
        results: dict[int, DraftResult] = {}
        wanted: dict[int, DraftRequest] = {}
        for i, request in enumerate(requests):
            skipped = self._skip(request)
            if skipped is None:
                wanted[i] = request
            else:
                results[i] = skipped
        if wanted:
            self.marker = choose_marker(self.engine, self.oracle.ask)
        jobs = {i: self._job(request, frozenset()) for i, request in wanted.items()}
        while jobs:
            self._translate(jobs.values())
            again: dict[int, _Job] = {}
            for i, job in jobs.items():
                try:
                    results[i] = self._finish(job)
                except _RefusedError as refused:
                    remedy = self._remedy(job, refused)
                    spare = refused.spare or job.spare
                    if remedy:
                        again[i] = self._job(job.request, job.tried | {remedy}, spare)
                    elif spare:
                        results[i] = spare
                    else:
                        results[i] = DraftResult(
                            key=job.request.key, text=None, reason=refused.reason, step=self._step(job)
                        )
            jobs = again
        return [results[i] for i in range(len(requests))]

    def _skip(self, request: DraftRequest) -> DraftResult | None:
        if self.engine.identity:
            return None
        words = plain(request.text, request.markup)
        in_target, in_source = share(words, self.target_script), share(words, self.source_script)
        reason = ""
        if not self.same_script and in_target is not None and in_target >= 0.5:
            reason = "already in the target language's script"
        elif in_source is not None and in_source < 0.3:
            reason = "not in the source language's script"
        if reason:
            return DraftResult(key=request.key, text=None, reason=reason, step="skipped")
        return None

    def _job(self, request: DraftRequest, tried: frozenset[str], spare: DraftResult | None = None) -> _Job:
        terms = {
            spelling: term.target
            for term in request.terms
            if term.keep or (term.target and "terms" in tried)
            for spelling in term.spellings
        }
        if "dates" in tried:
            terms = {**translations(request.text, self.dates), **terms}
        taken = plan(
            request.text,
            request.markup,
            self.source,
            self.marker,
            spans=self.aligning is not None and "cut_spans" not in tried,
            cut_atoms="cut_atoms" in tried,
            numbers="numbers" in tried,
            quotes="quotes" in tried,
            clauses="again" in tried,
            terms=terms,
        )
        return _Job(request, taken, tried, spare)

    def _remedy(self, job: _Job, refused: _RefusedError) -> str | None:
        """The next thing to try."""
        for remedy in refused.remedies:
            possible = self.aligning is not None or remedy not in ("forced", "cut_spans")
            if remedy not in job.tried and possible:
                return remedy
        return None

    def _step(self, job: _Job) -> str:
        forced = job.plan.step in ("markers", "projected") and any(self._forced(job, run) for run in job.plan.runs())
        return "forced" if forced else job.plan.step

    def _translate(self, jobs: Collection[_Job]) -> None:
        """Have everything that the jobs need translated, in three batches: as usual, searched otherwise, forced."""
        usual = [run.text for job in jobs if "again" not in job.tried for run in job.plan.runs()]
        other = [run.text for job in jobs if "again" in job.tried for run in job.plan.runs()]
        self.oracle.ask(self.engine, usual)
        if other:
            self.oracle.ask(self.aligning.second if self.aligning else self.engine, other)
        if self.aligning is None or self.marker is None:
            return
        lost = {}
        for job in jobs:
            if "forced" in job.tried and "again" not in job.tried:
                for run in job.plan.runs():
                    if run.atoms and not self._is_whole(run):
                        keep = tuple(found.span() for found in self.marker.pattern.finditer(run.text))
                        lost[run.text] = Forced(sentence=run.text, keep=keep)
        self.oracle.force(self.aligning, lost)

    def _is_whole(self, run: Run) -> bool:
        """Whether the usual translation has every marker once."""
        if self.marker is None:
            return True
        found = sorted(map(int, self.marker.pattern.findall(self.oracle.answer(self.engine, run.text).text)))
        return found == list(range(1, len(run.atoms) + 1))

    def _forced(self, job: _Job, run: Run) -> Translation | None:
        return self.oracle.forced(self.engine, run.text) if "forced" in job.tried and run.atoms else None

    def _answer(self, job: _Job, run: Run) -> Translation:
        if "again" in job.tried:
            return self.oracle.answer(self.aligning.second if self.aligning else self.engine, run.text)
        return self._forced(job, run) or self.oracle.answer(self.engine, run.text)

    def _finish(self, job: _Job) -> DraftResult:
        request = job.request
        outputs, weighted, weight = [], 0.0, 0
        copies, whole = self._copies(job)
        copied = next(filter(None, copies), "")
        for run, copy in zip(job.plan.runs(), copies, strict=True):
            text, score = self._checked(job, run)
            outputs.append(text)
            if score is not None:
                weighted += len(run.text) * math.log(max(score * (PENALTY if copy else 1.0), 1e-6))
                weight += len(run.text)
        text = assemble(job.plan.parts, outputs)
        if broken := breakage(request.text, text, request.markup):
            raise _RefusedError(broken, *(("quotes",) if "quotation" in broken else ()), "cut_spans", "cut_atoms")
        if whole and not self.may_copy:
            raise _RefusedError("repeats its source", "again")
        total = round(math.exp(weighted / weight), 2) if weight else None
        pairs = [(run.source, output) for run, output in zip(job.plan.runs(), outputs, strict=True)]
        fits = all(term.is_kept_to((request.text, text), pairs) for term in request.terms)
        low = total is not None and total < self.min_score
        if low and (fits or "terms" in job.tried):
            raise _RefusedError(f"score {total:.2f} is below {self.min_score:.2f}")
        result = DraftResult(key=request.key, text=text, score=total, step=self._step(job), copied=copied)
        if fits:
            return result
        doubtful = None if total is None else round(total * TERM_PENALTY, 2)
        spare = None if low else replace(result, score=doubtful)
        raise _RefusedError("does not use the glossary's word", "terms", spare=spare)

    def _copies(self, job: _Job) -> tuple[list[str], bool]:
        """(for each run its text when it came back as it was, else ""; whether the whole segment did)."""
        pairs = [(self._bare(run.text), self._bare(self._answer(job, run).text)) for run in job.plan.runs()]
        if is_copy(" ".join(source for source, _ in pairs), " ".join(target for _, target in pairs)):
            whole = all(letters(source) == letters(target) for source, target in pairs)
            return [source for source, _ in pairs], whole
        return [source if is_copy(source, target) else "" for source, target in pairs], False

    def _bare(self, text: str) -> str:
        """A run's text without its markers, whose letters are no words."""
        return self.marker.pattern.sub("", text) if self.marker else text

    @cached_property
    def may_copy(self) -> bool:
        """Whether a draft may be its source."""
        return self.engine.identity or near(self.source, self.target) or gives_back(self.engine, self.oracle.ask)

    def _checked(self, job: _Job, run: Run) -> tuple[str, float | None]:
        """(text with its markup, score) of a run's translation; raises _RefusedError."""
        translation = self._answer(job, run)
        if translation.truncated:
            raise _RefusedError("cut off by the model", "again")
        try:
            restored = restore(run, translation.text, self.marker, translation.alignment)
        except NoPlaceError:
            raise _RefusedError("loses the place of an element", "cut_spans") from None
        if restored is None:
            raise _RefusedError("loses a placeholder", "forced", "cut_spans", "cut_atoms")
        reason = checks.refusal(
            run.text,
            translation.text,
            source_script=self.source_script,
            target_script=self.target_script,
            identity=self.engine.identity,
            decimal=self.decimal,
        )
        if reason:
            figures = ("numbers",) if " number " in reason or " amount" in reason else ()
            cut = ("cut_atoms",) if run.atoms else ()
            raise _RefusedError(reason, *figures, "again", *cut)
        if name := lost(run.text, translation.text, self.dates):
            raise _RefusedError(f"loses the date {name}", "dates", "again")
        if translation.score is None:
            return restored, None
        return restored, translation.score * checks.doubt(run.text, translation.text)
