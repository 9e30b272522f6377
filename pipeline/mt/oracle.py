"""Asks engines for sentences: each one once, in batches that do not depend on what is known already.

The batches are cut from the sorted list of all that is asked in one go, before the cache is looked at, and a batch's
results are kept together. So a run that was killed between two batches continues with the very batches it would have
had, and a run with nothing new asks the engine for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.mt.engine import AligningEngine, Engine, Forced, Progress, Translation

if TYPE_CHECKING:
    from pipeline.mt.cache import SentenceCache

BATCH = 256
"""Sentences handed to the engine at once, and what a killed run loses at most: some seconds of work."""


class Oracle:
    """All that engines said in this run, and on disk in earlier ones."""

    def __init__(self, cache: SentenceCache | None = None, progress: Progress | None = None) -> None:
        """`progress` is called with (words done, words in all)."""
        self.cache = cache
        self.progress = progress
        self._known: dict[str, dict[str, Translation]] = {}
        self._forced: dict[str, dict[str, Translation | None]] = {}
        self._done = self._total = 0

    def ask(self, engine: Engine, sentences: Iterable[str]) -> list[Translation]:
        """The answers for `sentences`, in order; raises EngineError."""
        sentences = list(sentences)
        known = self._known.setdefault(engine.settings, {})
        new = sorted({sentence for sentence in sentences if sentence not in known}, key=_order)
        self._total += sum(map(_words, new))
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            cached = self.cache.get(engine.settings, batch) if self.cache else {}
            missing = [sentence for sentence in batch if sentence not in cached]
            self._done += sum(map(_words, cached))
            if missing:
                fresh = dict(zip(missing, engine.translate(missing, self._reporter(missing)), strict=True))
                self._done += sum(map(_words, missing))
                if self.cache:
                    self.cache.put(engine.settings, fresh)
                cached |= fresh
            known |= cached
        return [known[sentence] for sentence in sentences]

    def answer(self, engine: Engine, sentence: str) -> Translation:
        """What was answered to a sentence that was asked."""
        return self._known[engine.settings][sentence]

    def force(self, engine: AligningEngine, requests: Mapping[str, Forced]) -> None:
        """Have sentences translated again with what must be in them, in the same kind of batches."""
        settings = f"{engine.settings} forced"
        known = self._forced.setdefault(engine.settings, {})
        new = sorted((sentence for sentence in requests if sentence not in known), key=_order)
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            names = [_name(requests[sentence]) for sentence in batch]
            cached = self.cache.get(settings, names) if self.cache else {}
            missing = [sentence for sentence, name in zip(batch, names, strict=True) if name not in cached]
            fresh: dict[str, Translation] = {}
            if missing:
                results = engine.translate_forced([requests[sentence] for sentence in missing])
                for sentence, result in zip(missing, results, strict=True):
                    fresh[_name(requests[sentence])] = result or _FAILED
                if self.cache:
                    self.cache.put(settings, fresh)
            for sentence, name in zip(batch, names, strict=True):
                result = fresh[name] if name in fresh else cached[name]
                known[sentence] = result if result.text else None

    def forced(self, engine: Engine, sentence: str) -> Translation | None:
        """What was answered to a sentence under force; None when it was not asked, or could not be forced."""
        return self._forced.get(engine.settings, {}).get(sentence)

    def _reporter(self, sentences: Sequence[str]) -> Callable[[int, int], None] | None:
        """Engines count sentences; words are what people count."""
        if self.progress is None:
            return None
        report, before, total, words = self.progress, self._done, self._total, sum(map(_words, sentences))
        return lambda done, of: report(before + round(words * done / max(of, 1)), total)


_FAILED = Translation(text="")
"""Kept for what could not be forced, so that it is not tried again."""


def _order(sentence: str) -> tuple[int, str]:
    """The longest first: a batch of equal lengths has little padding, and what takes most memory comes at once."""
    return -len(sentence), sentence


def _name(request: Forced) -> str:
    return f"{request.sentence}\x1f{request.keep}"


def _words(sentence: str) -> int:
    """Words, or what stands for them where no spaces are written: fifteen characters each."""
    return max(sentence.count(" ") + 1, len(sentence) // 15)
