"""Do inline elements survive drafting? Every segment of a corpus that has some, through engines that can be judged.

usage: markup.py CORPUS [--model PACKAGE] [--damage 0.3] [--seed 1] [--every N] [--show]
 copy      the copy model: the draft must be the source
 case      the copy model with its letters' case swapped, its attention kept: elements must stand around their words,
           letter by letter
 damaged   the same, and a share of its markers is dropped, doubled, re-cased or moved
Prints, for each engine, the share accepted, the share of each step, drafts with a missing, extra or altered element, and
drafts whose elements stand elsewhere. Without PACKAGE a small copy model is built (tests/mt/copymodel.py).
"""

from __future__ import annotations

import argparse
import random
import re
import runpy
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pipeline
from pipeline.document.builder import markup_of
from pipeline.inline import elements, signature
from pipeline.mt.argos import ArgosEngine
from pipeline.mt.draft import draft
from pipeline.mt.engine import Forced, Translation
from pipeline.mt.package import read_package
from pipeline.mt.request import DraftRequest, DraftResult
from pipeline.mt.tokens import read_tokens

sys.path.insert(0, str(Path(__file__).parent))
from common import find_pages

MARKER = re.compile(r"§\d+|#\d+|\[X?\d+X?\]|[$@]\d+|XZ\d+Q")


class Changed:
    """An engine whose answers are another engine's, changed by a function that keeps their length or their alignment."""

    id, identity, min_score = "changed", True, 0.0

    def __init__(self, engine: ArgosEngine, name: str, change: Callable[[Translation], Translation]) -> None:
        self.engine, self.change = engine, change
        self.model, self.settings = name, f"{engine.settings} {name}"
        self.source, self.target = engine.source, engine.target

    @property
    def second(self) -> Changed:
        """The same engine."""
        return self

    def translate(self, sentences: Sequence[str], progress: Any = None) -> list[Translation]:
        return [self.change(result) for result in self.engine.translate(sentences, progress)]

    def translate_forced(self, requests: Sequence[Forced]) -> list[Translation | None]:
        return [result and self.change(result) for result in self.engine.translate_forced(requests)]


def swapped(text: str) -> str:
    """Each letter in its other case, where that is one character again, and so that it can be swapped back."""
    return "".join(c.swapcase() if len(c.swapcase()) == 1 and c.swapcase().swapcase() == c else c for c in text)


def case(result: Translation) -> Translation:
    """Another text with the same words in the same places."""
    parts, at = [], 0
    for found in MARKER.finditer(result.text):
        parts += [swapped(result.text[at : found.start()]), found[0]]
        at = found.end()
    return replace(result, text="".join([*parts, swapped(result.text[at:])]))


def damaging(share: float, seed: int) -> Callable[[Translation], Translation]:
    """`case`, and a share of the markers damaged; the same text always in the same way."""

    def change(result: Translation) -> Translation:
        result = case(result)
        chance = random.Random(f"{seed}{result.text}")
        words = result.text.split(" ")
        for i in range(len(words)):
            if not MARKER.search(words[i]) or chance.random() >= share:
                continue
            how = chance.choice(("drop", "double", "case", "move"))
            if how == "drop":
                words[i] = MARKER.sub("", words[i])
            elif how == "double":
                words[i] = f"{words[i]} {words[i]}"
            elif how == "case":
                words[i] = words[i].swapcase().replace("§", "S")
            else:
                words.insert(chance.randrange(len(words)), words.pop(i))
        text = " ".join(words)
        return result if text == result.text else replace(result, text=text, alignment=None)

    return change


def expected(request: DraftRequest) -> str:
    """The source with the case of its words swapped, elements where they stand."""
    tokens = read_tokens(request.text, request.markup)
    return "".join(swapped(token.source) if token.kind == "text" else token.source for token in tokens)


def main() -> int:
    """Prints the table; 1 when an accepted draft has other elements than its source."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--damage", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    requests: dict[tuple[str, str], DraftRequest] = {}
    for path in find_pages(arguments.corpus, every=arguments.every):
        for segment in pipeline.parse_page(path.read_bytes(), path=path.name).segments:
            markup = markup_of(segment.form)
            if elements(segment.msgid, markup):
                requests.setdefault(
                    (segment.msgid, markup), DraftRequest(key=segment.msgid, text=segment.msgid, markup=markup)
                )
    with tempfile.TemporaryDirectory() as folder:
        package = arguments.model
        if package is None:
            copy_model = Path(__file__).parent.parent / "tests" / "mt" / "copymodel.py"
            package = runpy.run_path(str(copy_model))["build_copy_model"](Path(folder))
        engine = ArgosEngine(read_package(package, "installed"), beam=2)
        print(f"{len(requests)} segments with inline elements")
        wrong = 0
        for name, tried in (
            ("copy", engine),
            ("case", Changed(engine, "case", case)),
            ("damaged", Changed(engine, "damaged", damaging(arguments.damage, arguments.seed))),
        ):
            results = draft(list(requests.values()), tried, source="en", target="ms")
            wrong += report(name, list(requests.values()), results, show=arguments.show)
    return 1 if wrong else 0


def report(name: str, requests: list[DraftRequest], results: list[DraftResult], *, show: bool) -> int:
    """Prints one engine's figures; the number of accepted drafts with other elements."""
    steps: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    wrong = elsewhere = 0
    for request, result in zip(requests, results, strict=True):
        if result.text is None:
            reasons[result.reason] += 1
            if show:
                print(f"  refused ({result.reason}): {request.text[:150]!r}")
            continue
        steps[result.step] += 1
        if signature(result.text, request.markup) != signature(request.text, request.markup):
            wrong += 1
        if result.text != (request.text if name == "copy" else expected(request)):
            elsewhere += 1
            if show and name != "damaged":
                print(f"  elsewhere ({result.step}): {request.text!r}\n    {result.text!r}")
    accepted = sum(steps.values())
    shares = ", ".join(f"{step} {count / accepted:.1%}" for step, count in steps.most_common())
    print(f"{name:8} accepted {accepted / len(requests):.2%} ({shares}); other elements {wrong}; elsewhere {elsewhere}")
    if reasons:
        print("         refused: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(8)))
    return wrong


if __name__ == "__main__":
    sys.exit(main())
