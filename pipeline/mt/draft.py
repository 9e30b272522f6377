"""Drafts for any number of segments at once: every distinct sentence of all of them is translated once, in one pass.

Each draft is checked against its source; one that loses markup, numbers or its mind is refused, with the reason. The
sentences are sorted before they are cut into batches, so the same segments give the same drafts in whatever order
they come (CTranslate2 may answer differently in another batch).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.inline import plain, signature
from pipeline.langtag import parse, script
from pipeline.model import Provenance
from pipeline.mt import checks
from pipeline.mt.engine import Engine, Progress, SegmentEngine, Translation
from pipeline.mt.markers import Marker, choose_marker
from pipeline.mt.protect import Plan, Run, plan
from pipeline.mt.restore import assemble, restore
from pipeline.mt.scripts import comparable, share

BATCH = 4096
"""Sentences handed to the engine at once."""

_MARKUP = "*_`[]<>{}|~\\"
"""Characters a draft has as often as its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest:
    """A segment to draft."""

    key: Hashable
    """Comes back in the result; any value."""
    text: str
    markup: str = "markdown"
    """"markdown", "mdx" or "html"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftResult:
    """A draft, or why there is none."""

    key: Hashable
    text: str | None
    score: float | None = None
    """0.0-1.0, two decimals."""
    reason: str = ""
    """Why the draft was refused or the segment skipped, in a few words."""
    step: str = ""
    """How markup was handled (plain, markers, split, segment), or "skipped": nothing to draft."""


@dataclass(slots=True)
class _Job:
    """A request on its way."""

    request: DraftRequest
    plan: Plan
    options: dict[str, bool] = field(default_factory=dict)


class _RefusedError(Exception):
    """A draft that cannot be used. `retry` names the plan option that may help."""

    def __init__(self, reason: str, retry: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry


def draft(
    requests: Sequence[DraftRequest],
    engine: Engine | SegmentEngine,
    *,
    source: str,
    target: str,
    progress: Progress | None = None,
    min_score: float = 0.0,
) -> list[DraftResult]:
    """One result per request, in order. `source` and `target` are BCP 47 tags.

    `progress` is called with (distinct sentences done, of how many). Drafts scored below `min_score`, or the
    engine's own, are refused.
    Raises EngineError when the engine fails as a whole; what is wrong with one draft is in its result.
    """
    if isinstance(engine, SegmentEngine):
        return [_whole(request, engine) for request in requests]
    return _Drafter(engine, source, target, progress, max(min_score, engine.min_score)).run(requests)


def provenance(result: DraftResult, engine: Engine | SegmentEngine) -> Provenance:
    """What is written on the entry beside a draft or a refusal; the digest is the catalog's business."""
    return Provenance(
        origin="machine",
        engine=engine.id,
        model=engine.model,
        score=result.score,
        reason="" if result.text else result.reason,
    )


def _whole(request: DraftRequest, engine: SegmentEngine) -> DraftResult:
    text = engine.translate_segment(request.text, request.markup)
    if signature(text, request.markup, strict=True) != signature(request.text, request.markup, strict=True):
        return DraftResult(key=request.key, text=None, reason="changes an inline element", step="segment")
    return DraftResult(key=request.key, text=text, step="segment")


class _Drafter:
    """One run over all requests: plan, translate, check, and again with a firmer plan for what failed."""

    def __init__(self, engine: Engine, source: str, target: str, progress: Progress | None, min_score: float) -> None:
        self.engine = engine
        self.source = source
        self.source_script, self.target_script = script(parse(source)), script(parse(target))
        self.same_script = comparable(self.source_script, self.target_script)
        self.target = target
        self.progress = progress
        self.min_score = min_score
        self.known: dict[str, Translation] = {}
        self.marker: Marker | None = None

    def run(self, requests: Sequence[DraftRequest]) -> list[DraftResult]:
        results: dict[int, DraftResult] = {}
        jobs: dict[int, _Job] = {}
        wanted: dict[int, DraftRequest] = {}
        for i, request in enumerate(requests):
            skipped = self._skip(request)
            if skipped is None:
                wanted[i] = request
            else:
                results[i] = skipped
        if self._need_markers(wanted.values()):
            self.marker = choose_marker(self.engine)
        jobs = {i: self._job(request, {}) for i, request in wanted.items()}
        while jobs:
            self._translate(run.text for job in jobs.values() for run in job.plan.runs())
            again: dict[int, _Job] = {}
            for i, job in jobs.items():
                try:
                    results[i] = self._finish(job)
                except _RefusedError as refused:
                    if refused.retry and refused.retry not in job.options:
                        again[i] = self._job(job.request, {**job.options, refused.retry: True})
                    else:
                        results[i] = DraftResult(
                            key=job.request.key, text=None, reason=refused.reason, step=job.plan.step
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

    def _job(self, request: DraftRequest, options: dict[str, bool]) -> _Job:
        return _Job(request, plan(request.text, request.markup, self.source, self.marker, **options), options)

    def _need_markers(self, requests: Iterable[DraftRequest]) -> bool:
        """Whether some segment has an element inside a sentence: only then are markers tried out on the engine."""
        trial = Marker("\ue000{}\ue001")
        return any(plan(r.text, r.markup, self.source, trial).step == "markers" for r in requests)

    def _translate(self, texts: Iterable[str]) -> None:
        """Fill `known` with every text not in it yet."""
        new = sorted({text for text in texts if text not in self.known})
        before, total = len(self.known), len(self.known) + len(new)
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            report: Callable[[int, int], None] | None = None
            if self.progress is not None:
                report = _shifted(self.progress, before + start, total)
            self.known.update(zip(batch, self.engine.translate(batch, report), strict=True))

    def _finish(self, job: _Job) -> DraftResult:
        request = job.request
        outputs, weighted, weight = [], 0.0, 0
        for run in job.plan.runs():
            text, score = self._checked(run)
            outputs.append(text)
            if score is not None:
                weighted += len(run.text) * math.log(max(score, 1e-6))
                weight += len(run.text)
        text = assemble(job.plan.parts, outputs)
        self._check_markup(request, text)
        total = round(math.exp(weighted / weight), 2) if weight else None
        if total is not None and total < self.min_score:
            raise _RefusedError(f"score {total:.2f} is below {self.min_score:.2f}")
        return DraftResult(key=request.key, text=text, score=total, step=job.plan.step)

    def _checked(self, run: Run) -> tuple[str, float | None]:
        """(text with its markup, score) of a run's translation; raises _RefusedError."""
        translation = self.known[run.text]
        if translation.truncated:
            raise _RefusedError("cut off by the model")
        restored = restore(run, translation.text, self.marker)
        if restored is None:
            raise _RefusedError("loses a placeholder", retry="cut_atoms")
        identity = self.engine.identity
        reason = checks.refusal(
            run.text,
            translation.text,
            source_script=self.source_script,
            target_script=self.target_script,
            identity=identity,
        )
        if reason:
            raise _RefusedError(reason, retry="numbers" if "number" in reason else "")
        if translation.score is None:
            return restored, None
        return restored, translation.score * checks.doubt(run.text, translation.text, identity=identity)

    def _check_markup(self, request: DraftRequest, text: str) -> None:
        """Law 6: the same elements, as often; and no line break or mark that the source lacks."""
        if text == request.text:
            return
        if text.count("\n") != request.text.count("\n"):
            raise _RefusedError("changes the line breaks", retry="cut_atoms")
        for mark in _MARKUP:
            more = text.count(mark) - request.text.count(mark)
            if more:
                raise _RefusedError(f"{'adds' if more > 0 else 'loses'} a {mark}", retry="cut_atoms")
        if signature(text, request.markup, strict=True) != signature(request.text, request.markup, strict=True):
            raise _RefusedError("changes an inline element", retry="cut_atoms")


def _shifted(progress: Progress, before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)
