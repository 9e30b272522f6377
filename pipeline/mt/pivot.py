"""Two engines one after the other, where none translates the pair: en to id, id to ms.

Only by a person's explicit order, one level, and both are named on every draft. Markers go through both; so does the
alignment of words, where both tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.errors import EngineError
from pipeline.mt.alignment import Link, pack, unpack
from pipeline.mt.engine import AligningEngine, Engine, Forced, Progress, Translation


class PivotEngine:
    """What the first engine says, said again by the second."""

    def __init__(self, first: Engine, second: Engine) -> None:
        """Raises EngineError where the one does not begin where the other ends, or is a pivot itself."""
        if isinstance(first, PivotEngine) or isinstance(second, PivotEngine):
            raise EngineError("a pivot has two steps, not more")
        if first.target.split("-")[0] != second.source.split("-")[0]:
            raise EngineError(f"a pivot from {first.target} to {second.source} has a gap")
        self.steps = first, second
        self.id = f"{first.id}+{second.id}"
        self.source, self.target = first.source, second.target
        self.identity = first.identity and second.identity
        # Not the product, which is 0 where one of them has no minimum of its own.
        self.min_score = max(first.min_score, second.min_score)

    @property
    def model(self) -> str:
        """Both: "en-id 1.9 > ind-zlm 1c6e0a7b"."""
        return " > ".join(step.model for step in self.steps)

    @property
    def settings(self) -> str:
        """Both."""
        return " > ".join(step.settings for step in self.steps)

    def translate(self, sentences: Sequence[str], progress: Progress | None = None) -> list[Translation]:
        """Translate twice, each distinct text in between once; raises EngineError."""
        first, second = self.steps
        between = first.translate(sentences, _half(progress, 0))
        texts = sorted({found.text for found in between if found.text.strip()})
        known = dict(zip(texts, second.translate(texts, _half(progress, 1)) if texts else [], strict=True))
        if progress is not None:
            progress(len(sentences), len(sentences))
        return [_composed(found, known[found.text]) if found.text in known else found for found in between]


class AligningPivotEngine(PivotEngine):
    """Two engines that both look into themselves."""

    def __init__(self, first: AligningEngine, second: AligningEngine) -> None:
        super().__init__(first, second)
        self._aligning = first, second

    @property
    def second(self) -> Engine:
        """Both with another search."""
        return pivot(*(step.second for step in self._aligning))

    def translate_forced(self, requests: Sequence[Forced]) -> list[Translation | None]:
        """What the first keeps the second has to keep too."""
        first, second = self._aligning
        between = _keeping(first, requests)
        asked: dict[int, Forced] = {}
        for i, (request, found) in enumerate(zip(requests, between, strict=True)):
            if found is not None:
                kept = {request.sentence[start:end] for start, end in request.keep}
                places = sorted((found.text.find(piece), len(piece)) for piece in kept)
                asked[i] = Forced(sentence=found.text, keep=tuple((at, at + length) for at, length in places))
        results: list[Translation | None] = [None] * len(requests)
        for i, answer in zip(asked, _keeping(second, list(asked.values())), strict=True):
            own = between[i]
            results[i] = _composed(own, answer) if own is not None and answer is not None else None
        return results


def _keeping(engine: AligningEngine, requests: Sequence[Forced]) -> list[Translation | None]:
    """Forced translations, or usual ones that keep everything of their own accord (rules cannot be forced)."""
    results = engine.translate_forced(requests)
    open_ = [i for i, result in enumerate(results) if result is None]
    usual = engine.translate([requests[i].sentence for i in open_]) if open_ else []
    for i, answer in zip(open_, usual, strict=True):
        sentence = requests[i].sentence
        if all(sentence[start:end] in answer.text for start, end in requests[i].keep):
            results[i] = answer
    return results


def pivot(first: Engine, second: Engine) -> PivotEngine:
    """A pivot of two engines, aligning where both are. Raises EngineError where they do not fit together."""
    if isinstance(first, AligningEngine) and isinstance(second, AligningEngine):
        return AligningPivotEngine(first, second)
    return PivotEngine(first, second)


def _composed(first: Translation, second: Translation) -> Translation:
    scores = [found.score for found in (first, second) if found.score is not None]
    return Translation(
        text=second.text,
        score=scores[0] * (scores[1] if len(scores) > 1 else 1.0) if scores else None,
        truncated=first.truncated or second.truncated,
        alignment=_joined(first.alignment, second.alignment),
    )


def _joined(first: bytes | None, second: bytes | None) -> bytes | None:
    """Links from the last text to the first, through every word in between; the nearer it is to its own, the more."""
    if first is None or second is None:
        return None
    before = list(unpack(first))
    links = []
    for link in unpack(second):
        through = [own for own in before if own.start < link.source_end and link.source_start < own.end]
        total = sum(own.weight for own in through)
        links += [
            Link(link.start, link.end, own.source_start, own.source_end, link.weight * own.weight**2 / total)
            for own in through
            if total
        ]
    return pack(links)


def _half(progress: Progress | None, which: int) -> Callable[[int, int], None] | None:
    """Progress of one step of two."""
    if progress is None:
        return None
    return lambda done, total: progress((which * total + done) // 2, total)
