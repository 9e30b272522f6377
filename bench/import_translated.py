r"""`import-translated` measured on pages whose translation is known, with a fifth of its blocks dropped or moved.

    python bench/import_translated.py CORPUS OUT [--pages 200 --seed 1] [--engine words|han] [--half 0|1]

Pages are "translated" by an engine that swaps words: every word becomes another, made-up word of another length, the
order of words changes locally, inline elements stay. `words` keeps numbers and (with `/ms` before some) link targets;
`han` is harder: one to three Han characters a word without spaces, numbers spelled out, every link target changed.
Of the blocks of each page (top-level ones, as markdown-it-py sees them) half of `--share` are dropped and half put
elsewhere on the page. What belongs together is known from byte offsets. The real command then runs on a project in OUT.

precision: right pairs per pair proposed. recall: right pairs per source segment whose translation is on the page.
A pair is right when the target segment is, whole and alone, a translation of that very text.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import shutil
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common import body, find_pages, share, table, tell
from markdown_it import MarkdownIt

import pipeline
from pipeline.document.builder import markup_of
from pipeline.errors import PipelineError
from pipeline.inline import mark_spans
from pipeline.langtag import parse as parse_tag
from pipeline.publish.links import rewrite_links

if TYPE_CHECKING:
    from pipeline.model import Page

WORD = re.compile(r"[\u3400-\u9fff]|(?:[^\W\d_\u3400-\u9fff]|[\u0900-\u0dff])+")
"""A Han character, or a run of other letters with the vowel signs of India's scripts."""
NUMBER = re.compile(r"\d+")
SYLLABLES = [c + v for c in "bdfghjklmnprstvyz" for v in ("a", "e", "i", "o", "u", "an", "ang", "ir")]
HAN = [chr(c) for c in range(0x4E00, 0x5E00)]
PREFIXED = 0.5
"""Share of the pages whose link targets get a prefix."""

_blocks = MarkdownIt("commonmark", {"html": True}).enable("table")


class Swapper:
    """The engine: a seeded one-to-one mapping of words, filled as words come."""

    def __init__(self, seed: int, *, han: bool) -> None:
        self.random = random.Random(seed)
        self.han = han
        self.known: dict[str, str] = {}
        self.taken: set[str] = set()

    def word(self, word: str) -> str:
        """The other language's word; a capital letter stays one."""
        key = word.lower()
        while key not in self.known:
            pieces = HAN if self.han else SYLLABLES
            made = "".join(
                self.random.choices(pieces, k=self.random.choice((1, 2, 2, 3) if self.han else (1, 2, 3, 4)))
            )
            if made not in self.taken and len(made) != len(key):
                self.taken.add(made)
                self.known[key] = made
        made = self.known[key]
        return made.capitalize() if word[0].isupper() else made

    def text(self, text: str, markup: str = "markdown") -> str:
        """A whole msgid."""
        out, at = [], 0
        for start, end in [*mark_spans(text, markup), (len(text), len(text))]:
            if start > at:
                out.append(self._run(text[at:start]))
            out.append(text[max(start, at) : end])
            at = max(at, end)
        return "".join(out)

    def _run(self, run: str) -> str:
        if "://" in run or "@" in run or "&" in run or "\\" in run:
            return run  # addresses, references and escapes would no longer be what they are
        if self.han:
            run = NUMBER.sub(lambda m: " ".join("abcdefghij"[int(d)] * 2 for d in m.group() if d.isascii()), run)
        found = list(WORD.finditer(run))
        words = [self.word(m.group()) for m in found]
        for first in range(0, len(words) - 2, 3):
            window = words[first : first + 3]
            self.random.shuffle(window)
            words[first : first + 3] = window
        out, at = [], 0
        for m, word in zip(found, words, strict=True):
            gap = run[at : m.start()]
            out += ["" if self.han and gap == " " and at else gap, word]
            at = m.end()
        return "".join(out) + run[at:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page, its changed translation, and which source segment each target segment comes from."""

    name: str
    source: Page
    data: bytes
    truth: dict[int, int]
    """Target segment -> source segment."""


def make_sample(path: Path, name: str, swapper: Swapper, seed: int, fraction: float) -> Sample | None:
    """One page translated, cut up and put together again; None for a page without text."""
    page = pipeline.parse_page(path.read_bytes(), path=name)
    if not page.segments:
        return None
    translations = {s.key: swapper.text(s.msgid, markup_of(s.form)) for s in page.segments}
    rebuilt = pipeline.rebuild_checked(page, translations)
    order = sorted(range(len(page.segments)), key=lambda n: page.segments[n].pieces[0][0])
    places = [(start, end, n) for (start, end, _), n in zip(rebuilt.places, order, strict=True)]
    chance = random.Random(f"{seed} {name}")
    data, back = shuffled(rebuilt.data, fraction, chance)
    again = pipeline.parse_page(data, path=name)
    truth = {}
    for number, segment in enumerate(again.segments):
        origin = _origin(back(segment.pieces[0][0]), back(segment.pieces[-1][1] - 1), places)
        if origin is not None:
            truth[number] = origin
    linked = rewrite_links(data, renamed(chance, harder=swapper.han))
    if len(pipeline.parse_page(linked, path=name).segments) == len(again.segments):
        data = linked
    return Sample(name=name, source=page, data=data, truth=truth)


def _origin(first: int, last: int, places: Sequence[tuple[int, int, int]]) -> int | None:
    """The source segment whose place holds both bytes and nothing less; None for a text joined from two."""
    starts = [start for start, _, _ in places]
    at = bisect_right(starts, first) - 1
    if at < 0:
        return None
    start, end, number = places[at]
    return number if start <= first < end and start <= last < end else None


def shuffled(data: bytes, fraction: float, chance: random.Random) -> tuple[bytes, Callable[[int], int]]:
    """The page with half of `fraction` of its blocks dropped and half moved; and where a new offset was before."""
    text = data.decode()
    head = len(text) - len(body(text))
    lines = text[head:].split("\n")
    offsets = [len(text[:head].encode())]
    for line in lines:
        offsets.append(offsets[-1] + len(line.encode()) + 1)
    edges = sorted({token.map[0] for token in _blocks.parse(text[head:]) if token.level == 0 and token.map})
    edges = sorted({0, *edges, len(lines)})
    blocks = [(offsets[a], min(offsets[b], len(data))) for a, b in itertools.pairwise(edges)]
    number = round(len(blocks) * fraction / 2)
    chosen = chance.sample(range(len(blocks)), min(2 * number, len(blocks)))
    dropped, moving = set(chosen[:number]), chosen[number:]
    order = [n for n in range(len(blocks)) if n not in dropped and n not in moving]
    for block in moving:
        order.insert(chance.randrange(len(order) + 1), block)
    out, origins, size = [data[: offsets[0]]], [(0, 0)], offsets[0]
    for n in order:
        start, end = blocks[n]
        origins.append((size, start))
        piece = data[start:end]
        piece += b"\n\n"[len(piece) - len(piece.rstrip(b"\n")) :] if piece.strip() else b""
        out.append(piece)
        size += len(piece)
    firsts = [first for first, _ in origins]

    def back(offset: int) -> int:
        first, before = origins[bisect_right(firsts, offset) - 1]
        return before + offset - first

    return b"".join(out), back


def renamed(chance: random.Random, *, harder: bool) -> Callable[[str], str]:
    """What becomes of link targets on one page."""
    prefix = chance.random() < PREFIXED

    def rename(target: str) -> str:
        if harder and "{" not in target and not target.startswith(("#", "mailto:")):
            return f"/ms/{random.Random(target).randrange(10**6)}/"
        return f"/ms{target}" if prefix and target.startswith("/") and not target.startswith("//") else target

    return rename


def make_samples(corpus: Path, *, pages: int, seed: int, han: bool, fraction: float, half: int | None) -> list[Sample]:
    """Samples of seeded pages of the corpus; only one half of them when `half` is given."""
    paths = find_pages(corpus)
    random.Random(seed).shuffle(paths)
    if half is not None:
        paths = paths[half::2]
        pages //= 2
    swapper = Swapper(seed, han=han)
    samples: list[Sample] = []
    for path in paths:
        if len(samples) == pages:
            break
        try:
            sample = make_sample(path, path.relative_to(corpus).as_posix(), swapper, seed, fraction)
        except PipelineError as error:
            tell(f"{path}: {error}")
            continue
        if sample is not None:
            samples.append(sample)
    return samples


Proposed = tuple[int, tuple[int, ...], float]
"""Source segment, target segments, confidence."""


@dataclass(slots=True)
class Count:
    """Pairs proposed, of them right, and pairs there are."""

    proposed: int = 0
    right: int = 0
    real: int = 0

    def row(self) -> tuple[str, str]:
        """Precision and recall."""
        return share(self.right, self.proposed), share(self.right, self.real)


def count(samples: Iterable[Sample], pairs: Mapping[str, Sequence[Proposed]], least: float) -> Count:
    """How many of the pairs by page are right at a threshold."""
    total = Count()
    for sample in samples:
        texts = [segment.msgid for segment in sample.source.segments]
        for source, targets, confidence in pairs.get(sample.name, ()):
            if confidence < least:
                continue
            total.proposed += 1
            origin = sample.truth.get(targets[0]) if len(targets) == 1 else None
            if origin is not None and texts[origin] == texts[source]:
                total.right += 1
        total.real += len(sample.truth)
    return total


def write_project(samples: Iterable[Sample], out: Path) -> Path:
    """A project with the samples' sources, and beside it a folder `translated`; what was there before is removed."""
    root = out / "import-translated"
    if root.is_dir():
        shutil.rmtree(root)
    for sample in samples:
        for folder, data in (("content", sample.source.data), ("translated", sample.data)):
            path = root / folder / sample.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    (root / "pipeline.toml").write_text(
        '[source]\nroot = "content"\ninclude = ["**/*.md", "**/*.mdx"]\n', encoding="utf-8"
    )
    return root


def main() -> int:
    """Prints precision and recall at several thresholds; exits 1 below the aims at the command's own one."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--pages", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--share", type=float, default=0.2, help="share of the blocks dropped or moved")
    options.add_argument("--engine", choices=["words", "han"], default="words")
    options.add_argument("--half", type=int, choices=[0, 1], help="only every second page, from this one")
    args = options.parse_args()

    from pipeline.stages.importpages import MIN_CONFIDENCE, import_translated

    samples = make_samples(
        args.corpus, pages=args.pages, seed=args.seed, han=args.engine == "han", fraction=args.share, half=args.half
    )
    root = write_project(samples, args.out)
    project = pipeline.load_project(root)
    began = time.perf_counter()
    result = import_translated(
        project, parse_tag("ms"), root / "content", root / "translated", layout="same", min_confidence=0.5
    )
    seconds = time.perf_counter() - began
    pairs: dict[str, list[Proposed]] = defaultdict(list)
    for pair in result.pairs:
        if pair.source is not None and pair.targets:
            pairs[pair.page].append((pair.source, pair.targets, pair.confidence))
    thresholds = sorted({0.5, 0.7, 0.8, 0.9, 0.95, MIN_CONFIDENCE})
    counts = {least: count(samples, pairs, least) for least in thresholds}
    print(
        f"{len(samples)} pages, {sum(len(s.source.segments) for s in samples):,} segments, engine {args.engine}, ",
        end="",
    )
    print(f"seed {args.seed}, {args.share:.0%} of blocks dropped or moved; {seconds:.1f} s")
    print(table(("confidence from", "precision", "recall"), ((least, *counts[least].row()) for least in thresholds)))
    chosen = counts[MIN_CONFIDENCE]
    largest = max(samples, key=lambda sample: len(sample.source.segments))
    rest = count([sample for sample in samples if sample is not largest], pairs, MIN_CONFIDENCE)
    print(f"at {MIN_CONFIDENCE} without the largest page ({len(largest.source.segments):,} segments): ", end="")
    print("precision {}, recall {}".format(*rest.row()))
    return int(chosen.right < 0.98 * chosen.proposed or chosen.right < 0.9 * chosen.real)


if __name__ == "__main__":
    raise SystemExit(main())
