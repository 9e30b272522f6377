"""How good are the drafts? An engine on two parallel files, by beam: BLEU, chrF2, words per second, and what markup survives.

usage: quality.py SOURCE TARGET [--from en] [--to ms] [--engine argos] [--model NAME] [--beams 1,2,4] [--limit N]
                  [--settings pipeline.toml] [--no-markup]
SOURCE and TARGET have a sentence a line, the same number of lines. BLEU and chrF2 are sacreBLEU's (`pip install
sacrebleu`), over what the engine says to the bare sentences, and printed with their signatures. Then the same sentences
are drafted with mark-up put in: an element around one to three words, a link around others, `code` and an address between
two words, drawn by a seeded random. Printed are the share of drafts accepted, the steps that were taken, and the drafts
with another element than their source, which must be none: the exit code is 1 otherwise, and 2 where nothing was measured.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pipeline
from pipeline.config import default_project, load_project
from pipeline.errors import ConfigError, PipelineError
from pipeline.inline import signature
from pipeline.langtag import parse
from pipeline.mt.draft import draft
from pipeline.mt.engine import Engine
from pipeline.mt.request import DraftRequest
from pipeline.stages.engines import open_engine

WORD = re.compile(r"[^\W\d_]{3,}")
SEED = 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--from", dest="source_tag", default="en")
    parser.add_argument("--to", dest="target_tag", default="ms")
    parser.add_argument("--engine", default="argos")
    parser.add_argument("--model", default="")
    parser.add_argument("--beams", default="1,2,4", help="only argos and ctranslate2 have them")
    parser.add_argument("--limit", type=int, help="the first N sentences")
    parser.add_argument("--settings", type=Path, help="a pipeline.toml with folders, pivots or a server")
    parser.add_argument("--no-markup", action="store_true")
    try:
        return run(parser.parse_args())
    except PipelineError as error:
        print(f"quality.py: {error}", file=sys.stderr)
        return 2


def run(options: argparse.Namespace) -> int:
    """Measure with each beam; raises PipelineError for what cannot be."""
    sources, references = lines(options.source), lines(options.target)
    if len(sources) != len(references):
        raise ConfigError(f"the files differ in their number of lines: {len(sources)} and {len(references)}")
    if options.limit is not None and options.limit < 1:
        raise ConfigError(f"--limit is {options.limit}, it must be 1 or more")
    sources, references = sources[: options.limit], references[: options.limit]
    if not any(map(str.strip, sources)):
        raise ConfigError("has no sentence", path=str(options.source))
    if options.engine == "pseudo":
        raise ConfigError("the pseudo engine translates nothing that could be measured")
    project = load_project(options.settings) if options.settings else default_project(Path())
    source, target = parse(options.source_tag), parse(options.target_tag)
    searching = options.engine in ("argos", "ctranslate2", "pivot")
    beams = beam_sizes(options.beams) if searching else [None]
    settings = [replace(project.mt, engine=options.engine, model=options.model, beam=beam) for beam in beams]
    engines = [open_engine(own, source, target) for own in settings]
    if find_spec("sacrebleu") is None:
        raise ConfigError("sacrebleu is not installed", hint="pip install sacrebleu")
    wrong = 0
    print(f"pipeline {pipeline.__version__}, {len(sources)} sentences, {sum(map(count, sources)):,} words")
    for beam, engine in zip(beams, engines, strict=True):
        print(f"\n{engine.id} {engine.model}" + (f", beam {beam}" if beam else ""))
        measure(engine, sources, references)
        if not options.no_markup:
            wrong += survival(engine, sources, source, target)
    return 1 if wrong else 0


def lines(path: Path) -> list[str]:
    """The lines of a file. `splitlines` would cut at what stands inside a sentence too (U+2028)."""
    try:
        return path.read_text("utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", path=str(path)) from error


def beam_sizes(text: str) -> list[int]:
    """The numbers of `--beams`."""
    sizes = [int(size) if size.isdecimal() and len(size) < 3 else 0 for size in text.split(",")]
    if not all(1 <= size <= 16 for size in sizes):
        raise ConfigError(f"--beams is {text!r}, it must be numbers from 1 to 16", hint="like 1,2,4")
    return sizes


def count(text: str) -> int:
    """Words."""
    return len(text.split())


def measure(engine: Engine, sources: list[str], references: list[str]) -> None:
    """Print the scores of what the engine itself says, and how fast."""
    from sacrebleu.metrics import BLEU, CHRF

    engine.translate(sources[:1])  # loads the model
    start = time.perf_counter()
    results = engine.translate(sources)
    seconds = time.perf_counter() - start
    texts = [result.text for result in results]
    for metric in (BLEU(tokenize="zh" if engine.target.startswith("zh") else "13a"), CHRF()):
        score = metric.corpus_score(texts, [references])
        print(f"  {score.name} {score.score:.1f}  ({metric.get_signature()})")
    scores = sorted(result.score for result in results if result.score is not None)
    if scores:
        print(f"  confidence: median {scores[len(scores) // 2]:.2f}; cut off: {sum(r.truncated for r in results)}")
    print(f"  {sum(map(count, sources)) / seconds:,.0f} words/s")


def survival(engine: Engine, sources: list[str], source: str, target: str) -> int:
    """Draft marked-up versions, print what became of them; the number of drafts with another element."""
    texts = [text for i, sentence in enumerate(sources) if (text := marked_up(sentence, random.Random(SEED + i)))]
    results = draft(
        [DraftRequest(key=i, text=text) for i, text in enumerate(texts)], engine, source=source, target=target
    )
    accepted = [(text, result) for text, result in zip(texts, results, strict=True) if result.text is not None]
    wrong = [
        text
        for text, result in accepted
        if signature(result.text or "", "markdown", strict=True) != signature(text, "markdown", strict=True)
    ]
    steps = Counter(result.step for _, result in accepted)
    reasons = Counter(re.sub(r"\d[\d.]*", "N", result.reason) for result in results if result.text is None)
    total = len(texts) or 1
    print(f"  marked up: {len(accepted)} of {len(texts)} accepted ({len(accepted) / total:.1%})")
    print("  steps: " + ", ".join(f"{step} {n / max(len(accepted), 1):.0%}" for step, n in steps.most_common()))
    if reasons:
        print("  refused: " + ", ".join(f"{n} {reason}" for reason, n in reasons.most_common(6)))
    print(f"  with another element than the source: {len(wrong)}")
    return len(wrong)


def marked_up(sentence: str, rng: random.Random) -> str:
    """The sentence with an element or two around words, or an atom between them; "" where it is too short."""
    words = [found.span() for found in WORD.finditer(sentence)]
    if len(words) < 6 or signature(sentence, "markdown", strict=True):
        return ""
    kind = rng.choice(("strong", "link", "both", "code", "address", "all"))
    half = len(words) // 2
    inserted: list[tuple[int, str]] = []
    if kind in ("strong", "both", "all"):
        first = rng.randrange(half - 1)
        last = min(first + rng.randrange(3), half - 2)
        inserted += [(words[first][0], "**"), (words[last][1], "**")]
    if kind in ("link", "both", "all"):
        first = rng.randrange(half, len(words) - 1)
        inserted += [(words[first][0], "["), (words[first][1], "](/a_b/c.html)")]
    if kind in ("code", "all"):
        inserted.append((words[half - 1][1], " `run_it(x)`"))
    if kind in ("address", "all"):
        inserted.append((words[-1][0], "<https://example.org/x_y> "))
    text, at = "", 0
    for place, piece in sorted(inserted, key=lambda item: item[0]):
        text += sentence[at:place] + piece
        at = place
    return text + sentence[at:]


if __name__ == "__main__":
    sys.exit(main())
