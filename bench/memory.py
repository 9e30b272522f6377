"""Translation memory: how fast it is built, and how fast and how completely it finds.

    python bench/memory.py                       # 1,000,000 pairs, 200 queries
    python bench/memory.py --pairs 100000
    python bench/memory.py --text SOURCE.txt     # lines of a real text mixed in, and asked for with one edit

The pairs are made up from a seed: words with Zipf frequencies, phrases that come back, templates with slots, near
duplicates with words put in, taken out, exchanged or misspelt. The judge of near look-ups is a scan of all texts with
RapidFuzz's ratio. Exits 1 below the bars.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract

from pipeline.catalog.memfile import synced
from pipeline.catalog.memory import Memory, Unit

BARS = {"build": 20_000, "exact": 1.0, "near": 20.0, "recall": 0.95}
"""Pairs per second, milliseconds, milliseconds (median), share of what a scan finds."""

_SYLLABLES = "ba be bi bo bu ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu ing ed er ly tion ment al ous".split()


class Language:
    """A made-up language: words of Zipf frequency, the frequent ones short, and phrases that come back."""

    def __init__(self, seed: int, size: int = 60_000) -> None:
        self.random = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < size:
            length = 1 + min(len(words) // 400, 2) + self.random.randrange(3)
            words["".join(self.random.choices(_SYLLABLES, k=length))] = None
        self.words = list(words)
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(size)))
        self.phrases = [self.some(self.random.randint(2, 5)) for _ in range(20_000)]
        self.phrase_weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.phrases))))

    def some(self, count: int) -> list[str]:
        """Words at random."""
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def sentence(self) -> list[str]:
        """Four to thirty words, about half of them in known phrases."""
        wanted = min(30, max(4, round(self.random.lognormvariate(2.5, 0.5))))
        sentence: list[str] = []
        while len(sentence) < wanted:
            if self.random.random() < 0.3:
                sentence += self.random.choices(self.phrases, cum_weights=self.phrase_weights)[0]
            else:
                sentence += self.some(1)
        return sentence

    def edited(self, sentence: list[str], edits: int) -> list[str]:
        """The sentence with words put in, taken out, exchanged, misspelt or inflected."""
        result = list(sentence)
        for _ in range(edits):
            place = self.random.randrange(len(result))
            kind = self.random.randrange(5)
            if kind == 0:
                result.insert(place, self.some(1)[0])
            elif kind == 1 and len(result) > 3:
                del result[place]
            elif kind == 2:
                word = result[place]
                cut = self.random.randrange(len(word))
                result[place] = word[:cut] + self.random.choice("aeioust") + word[cut + 1 :]
            elif kind == 3:
                result[place] += self.random.choice(["s", "ed", "ing"])
            else:
                result[place] = self.some(1)[0]
        return result


def sentences(language: Language, count: int) -> Iterator[str]:
    """Distinct sentences: three in ten from templates of up to 300, two in ten edited from an earlier one, others new."""
    draw = language.random
    seen: set[str] = set()
    earlier: list[list[str]] = []
    template: list[str] = []
    left = 0
    while len(seen) < count:
        kind = draw.random()
        if kind < 0.3:
            if left == 0:
                template, left = language.sentence(), draw.choice([3, 10, 30, 100, 300])
                slots = draw.sample(range(len(template)), max(1, len(template) // 6))
            left -= 1
            words = list(template)
            for slot in slots:
                words[slot] = str(draw.randrange(1000)) if draw.random() < 0.3 else language.some(1)[0]
        elif kind < 0.5 and earlier:
            words = language.edited(draw.choice(earlier), draw.randint(1, 3))
        else:
            words = language.sentence()
            if len(earlier) < 50_000:
                earlier.append(words)
        text = _written(words)
        if text not in seen:
            seen.add(text)
            yield text


def queries(language: Language, texts: list[str], count: int) -> list[str]:
    """Stored sentences with one to four edits: what a day of editing asks for."""
    chosen = language.random.choices(texts, k=count)
    return [_written(language.edited(text.rstrip(".").split(), language.random.randint(1, 4))) for text in chosen]


def _written(words: list[str]) -> str:
    return words[0].capitalize() + " " + " ".join(words[1:]) + "."


def made(path: Path, texts: list[str]) -> Memory:
    """The memory of the texts in a file; the translation is the text backwards, as long and as varied."""
    return synced(path, "en", {"bench": "1"}, lambda _: (Unit(text, text[::-1], "paragraph") for text in texts))


def built(path: Path, texts: list[str]) -> tuple[float, float]:
    """Seconds to build it: by the clock, and of the processor."""
    path.unlink(missing_ok=True)
    started, processor = time.perf_counter(), time.process_time()
    made(path, texts).close()
    return time.perf_counter() - started, time.process_time() - processor


def timed_exact(memory: Memory, texts: list[str]) -> list[float]:
    """Milliseconds of each look-up."""
    times = []
    for text in texts:
        started = time.perf_counter()
        found = memory.exact(text)
        times.append((time.perf_counter() - started) * 1000)
        assert found[0].unit.target == text[::-1]
    return times


def near(
    memory: Memory, texts: list[str], asked: list[str], threshold: float
) -> tuple[list[float], list[float], dict[str, float]]:
    """Milliseconds of each look-up of ten, by the clock and of the processor, and what share of a full scan's findings was found."""
    times: list[float] = []
    processor: list[float] = []
    hits = wanted = best_hits = best_wanted = ten_hits = ten_wanted = 0
    for text in asked:
        started, used = time.perf_counter(), time.process_time()
        memory.near(text, threshold)
        times.append((time.perf_counter() - started) * 1000)
        processor.append((time.process_time() - used) * 1000)
        scan = {
            choice: score
            for choice, score, _ in extract(
                text, texts, scorer=Indel.normalized_similarity, score_cutoff=threshold, limit=None
            )
            if choice != text
        }
        found = {match.unit.source for match in memory.near(text, threshold, limit=1_000_000)}
        assert found <= set(scan)
        hits += len(found)
        wanted += len(scan)
        ranked = sorted(scan.values(), reverse=True)
        found_scores = sorted((scan[choice] for choice in found), reverse=True)
        best_wanted += bool(ranked)
        best_hits += ranked[:1] == found_scores[:1] and bool(ranked)
        ten_wanted += len(ranked[:10])
        ten_hits += sum(score >= ranked[:10][-1] for score in found_scores[:10]) if ranked else 0
    shares = {
        "all above the threshold": hits / max(1, wanted),
        "the ten best": ten_hits / max(1, ten_wanted),
        "the best": best_hits / max(1, best_wanted),
        "matches per query": wanted / len(asked),
    }
    return times, processor, shares


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--threshold", type=float, default=0.75)
    parser.add_argument("--repeat", type=int, default=1, help="build so often, and report the best")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--text", type=Path, help="a file with a sentence a line, mixed in and asked for with an edit")
    options = parser.parse_args()

    language = Language(options.seed)
    texts = list(sentences(language, options.pairs))
    asked = queries(language, texts, options.queries)
    if options.text:
        lines = list(dict.fromkeys(filter(None, map(str.strip, options.text.read_text("utf-8").split("\n")))))
        texts += lines
        asked = [_written(language.edited(line.split(), 2)) for line in lines[:: max(1, len(lines) // options.queries)]]
    average = statistics.mean(map(len, texts))
    print(
        f"{len(texts):,} pairs, {average:.0f} characters on average; {len(asked)} near queries at {options.threshold}"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.sqlite3"
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        runs = [built(path, texts) for _ in range(options.repeat)]
        seconds, processor = (min(column) for column in zip(*runs, strict=True))
        rate = len(texts) / seconds
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
        print(f"build    {rate:,.0f} pairs/s ({seconds:.1f} s, best of {len(runs)}); "
              f"{len(texts) / processor:,.0f} per second of the processor")  # fmt: skip
        print(f"         {path.stat().st_size / 1e6:,.0f} MB on disk, memory grows by {grown:,.0f} MB")
        started = time.perf_counter()
        memory = made(path, texts)
        memory.exact("x")
        print(f"open     {(time.perf_counter() - started) * 1000:.1f} ms with the first exact look-up")
        exact = timed_exact(memory, language.random.choices(texts, k=2000))
        print(f"exact    {_spread(exact)}")
        started = time.perf_counter()
        memory.near(asked[0], options.threshold)
        print(f"near     {(time.perf_counter() - started) * 1000:.1f} ms the first time")
        times, processor_times, shares = near(memory, texts, asked, options.threshold)
        print(f"near     {_spread(times)}")
        print(f"         {_spread(processor_times)} of the processor")
        for name, share in shares.items():
            print(f"         {name}: {share:.4f}")
        memory.close()
    ok = (
        rate >= BARS["build"]
        and statistics.median(exact) <= BARS["exact"]
        and statistics.median(times) <= BARS["near"]
        and shares["all above the threshold"] >= BARS["recall"]
    )
    return 0 if ok else 1


def _spread(times: list[float]) -> str:
    ordered = sorted(times)
    return f"median {statistics.median(times):.3f} ms, 95 % {ordered[len(ordered) * 95 // 100]:.3f} ms, slowest {ordered[-1]:.3f} ms"


if __name__ == "__main__":
    sys.exit(main())
