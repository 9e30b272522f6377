r"""One sentence of a reviewed paragraph changes: how much must be read again, ours beside GNU msgmerge's.

    python bench/sentence_memory.py CORPUS [--edits 200] [--seed 1] [--unequal 0.2] [--sentences 3] [--show 0]

Paragraphs of at least `--sentences` sentences are taken from pages of the corpus, translated by a simulated person (each
letter another letter of the alphabet, the same sentence ends) and approved. For a share `--unequal` of them the person joined two
sentences; for a fifth of these also cut another in two, so that only the number of sentences is the same. Then one edit
is made to each, in turn: a word, a number, a new sentence, a new one for an old, a sentence taken out, two changing places. The catalog is
brought up to date by `pipeline.stages.update`'s path, and by msgmerge (from its own reading of the new template).

Judged: the sentences and words that a comment tells to look at; all of an entry without such a comment. *Wrong* are texts
that a careful person would not have left so: a kept sentence that lost a byte, a wrong number, a changed sentence that no
comment names, an old word that is neither in the text nor in a comment. Exits 1 when there is any.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common import find_pages, table, tell

import pipeline
from pipeline.catalog.hints import hints_of
from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, parse_po
from pipeline.catalog.poheader import new_header
from pipeline.catalog.sentencepairs import sentences
from pipeline.inline import elements
from pipeline.langtag import parse
from pipeline.model import Catalog, Message
from pipeline.mt.sentences import split
from pipeline.stages.sentences import narrowed

ENGLISH, TARGET = parse("en"), parse("ms")
EDITS = ("word", "number", "inserted", "replaced", "deleted", "swapped")
NUMBER = re.compile(r"(?<![\w/.-])\d+(?:,\d{3})*(?![\w/-]|\.\d)")
WORD = re.compile(r"(?<=\s)[a-z]{4,}(?=\s)")
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "ebcdifghojklmnupqrstavwxyzEBCDIFGHOJKLMNUPQRSTAVWXYZ"
)
"""Vowels go round: words stay words of the same length to a sentence splitter, and are other words."""
MOST_OF_A_PAGE = 4
NEW = ("Please bring the original letter with you.", "Officers will answer within five working days.")


@dataclass(kw_only=True)
class Case:
    """A paragraph as lists of sentences, with the white space between them, and its edit."""

    sources: list[str]
    targets: list[str]
    """The person's sentence for each source, by place; a joined pair has both in the first and "" in the second."""
    edit: str
    unequal: bool
    new_sources: list[str] = field(default_factory=list)
    wanted: list[str | None] = field(default_factory=list)
    """The person's text for each new source; None for a sentence that has none."""
    touched: set[int] = field(default_factory=set)
    """Places of new sentences that a careful person must look at."""


def translated(text: str) -> str:
    """The person's words: letters outside inline elements, entities and numbers are replaced."""
    spans = sorted(s for e in elements(text) for s in ([e.open_span, e.close_span] if e.close_span and e.translate else [(e.open_span[0], (e.close_span or e.open_span)[1])]))  # fmt: skip
    out, at = "", 0
    for start, end in spans:
        if start >= at:
            out += text[at:start].translate(LETTERS) + text[start:end]
        at = max(at, end)
    return out + text[at:].translate(LETTERS)


def paragraphs(corpus: Path, least: int, rng: random.Random) -> Iterator[list[str]]:
    """Sentences of paragraphs, a few of each page, pages in random order; hard line breaks are left out."""
    pages = find_pages(corpus)
    rng.shuffle(pages)
    for path in pages:
        try:
            page = pipeline.parse_page(path.read_bytes(), path=path.name)
        except pipeline.PipelineError:
            continue
        found = []
        for segment in page.segments:
            if segment.kind == "paragraph" and "\n" not in segment.msgid and len(segment.msgid) < 2000:
                cut = [s.text for s in sentences(split(segment.msgid, ENGLISH))]
                if len(cut) >= least and len(set(cut)) == len(cut) and " ".join(cut) == segment.msgid:
                    found.append(cut)
        yield from rng.sample(found, min(len(found), MOST_OF_A_PAGE))


def made(sources: list[str], edit: str, unequal: bool, rng: random.Random) -> Case | None:
    """The paragraph with its translation and its edit; None when it has no place for such an edit."""
    targets = [translated(text) for text in sources]
    if unequal:
        at = rng.randrange(len(sources) - 1)
        if not re.search(r"[.!?]$", targets[at]):
            return None
        targets[at] = targets[at][:-1] + ", " + targets[at + 1]
        targets[at + 1] = ""
        others = [n for n in range(len(sources)) if n not in (at, at + 1) and " " in targets[n]]
        if others and rng.random() < 0.2:  # another is cut in two: the same number, and yet not alike
            n = rng.choice(others)
            cuts = [m.start() for m in re.finditer(r"(?<=[a-z]) (?=[a-z])", targets[n])]
            if cuts:
                cut = cuts[len(cuts) // 2]
                targets[n] = targets[n][:cut] + ". " + targets[n][cut + 1 :].capitalize()
    case = Case(sources=sources, targets=targets, edit=edit, unequal=unequal)
    case.new_sources, case.wanted = list(sources), list(targets)
    n = rng.randrange(len(sources))
    if edit == "word":
        words = list(WORD.finditer(sources[n]))
        if not words:
            return None
        word = rng.choice(words)
        case.new_sources[n] = sources[n][: word.start()] + "renewed" + sources[n][word.end() :]
        case.touched = {n}
    elif edit == "number":
        having = [(m, number) for m, text in enumerate(sources) for number in _numbers(text)]
        if not having:
            return None
        n, number = rng.choice(having)
        other = f"{int(number[0].replace(',', '')) + 7:,}" if "," in number[0] else str(int(number[0]) + 7)
        case.new_sources[n] = sources[n][: number.start()] + other + sources[n][number.end() :]
        # Where the number stands once, a careful person has only this to change.
        if len(re.findall(rf"(?<!\d){number[0]}(?!\d)", sources[n])) == 1:
            case.wanted[n] = targets[n].replace(number[0], other)
        case.touched = {n}
    elif edit == "inserted":
        case.new_sources.insert(n, rng.choice(NEW))
        case.wanted.insert(n, None)
        case.touched = {n}
    elif edit == "replaced":  # their words stand until there is a draft
        case.new_sources[n] = rng.choice(NEW)
        case.touched = {n}
    elif edit == "deleted":
        del case.new_sources[n], case.wanted[n]
    else:
        if len(sources) < 2:
            return None
        n = rng.randrange(len(sources) - 1)
        for texts in (case.new_sources, case.wanted):
            texts[n], texts[n + 1] = texts[n + 1], texts[n]  # type: ignore[index]
    return case if case.new_sources != sources else None


def _numbers(text: str) -> list[re.Match[str]]:
    """The numbers outside inline elements: a changed link or code alone leaves a translation approved."""
    inside = [(e.open_span[0], (e.close_span or e.open_span)[1]) for e in elements(text)]
    return [m for m in NUMBER.finditer(text) if not any(start <= m.start() < end for start, end in inside)]


def words(texts: Sequence[str]) -> int:
    """Words to read."""
    return sum(len(text.split()) for text in texts)


def catalogs(case: Case) -> tuple[Catalog, Catalog]:
    """(the approved catalog, the new template)."""
    header = new_header(TARGET)
    target = " ".join(filter(None, case.targets))
    old = Catalog(language=TARGET, header=header, messages=(Message(msgid=" ".join(case.sources), msgstr=target),))
    new = Catalog(header=new_header(None), messages=(Message(msgid=" ".join(case.new_sources)),))
    return parse_po(format_po(old)), new


def judged(case: Case) -> tuple[int, int, bool, list[str]]:
    """(sentences to look at, words of them, whether the entry was left whole, what is wrong)."""
    old, template = catalogs(case)
    merged, _ = narrowed(old, merge(old, template), source=ENGLISH, target=TARGET)
    (message,) = (m for m in merged.messages if not m.obsolete)
    if not message.msgstr:
        return len(case.new_sources), words(case.new_sources), True, []
    wrong = [] if message.fuzzy else ["approved, though its source has changed"]
    hints = hints_of(message)
    said = [message.msgstr, *(c.removeprefix("was: ") for c in message.translator_comments)]
    kept = filter(None, case.targets)
    wrong += [f"lost: {target!r}" for target in kept if not any(target in text for text in said)]
    if hints is None:
        return len(case.new_sources), words(case.new_sources), True, wrong
    wanted = " ".join(filter(None, case.wanted))
    if message.msgstr != wanted:
        wrong.append(f"text: {message.msgstr!r}\n    wanted {wanted!r}")
    if not case.touched <= set(hints.places):
        wrong.append(f"comments name {hints.places}, changed are {sorted(case.touched)}")
    looked = [case.new_sources[place] for place in hints.places]
    return len(looked), words(looked), False, wrong


def msgmerge(case: Case, folder: Path) -> tuple[int, int]:
    """(sentences, words) to look at after GNU msgmerge: all of a fuzzy or empty entry."""
    old, template = catalogs(case)
    (folder / "old.po").write_bytes(format_po(old))
    (folder / "new.pot").write_bytes(format_po(template))
    command = ["msgmerge", "-q", "--no-wrap", "-o", "-", "old.po", "new.pot"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (message,) = (m for m in parse_po(done.stdout).messages if not m.obsolete)
    if message.msgstr and not message.fuzzy:
        return 0, 0
    return len(case.new_sources), words(case.new_sources)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unequal", type=float, default=0.2, help="share of translations that split otherwise")
    parser.add_argument("--sentences", type=int, default=3, help="fewest sentences of a paragraph")
    parser.add_argument("--show", type=int, default=0, help="print so many of the entries left whole")
    options = parser.parse_args(argv)
    rng = random.Random(options.seed)
    rows: list[tuple[Case, int, int, bool]] = []
    theirs: list[tuple[int, int]] = []
    wrong: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        done: Counter[str] = Counter()
        for sources in paragraphs(options.corpus, options.sentences, rng):
            unequal = rng.random() < options.unequal
            # Not every paragraph has a number: the edit that was made least often and is possible here.
            for edit in sorted(EDITS, key=lambda edit: (done[edit], EDITS.index(edit))):
                if case := made(sources, edit, unequal, rng):
                    break
            else:
                continue
            done[edit] += 1
            count, read, whole, problems = judged(case)
            for problem in problems:
                wrong["unequal" if case.unequal else "equal"] += 1
                tell(f"{edit}{' unequal' if case.unequal else ''}: {problem}")
            if whole and not case.unequal and options.show > 0:
                options.show -= 1
                tell(f"left whole ({edit}): {' | '.join(sources)}")
            rows.append((case, count, read, whole))
            theirs.append(msgmerge(case, Path(folder)))
            if len(rows) == options.edits:
                break
    print(_report(rows, theirs))
    print(f"\nWrong: {sum(wrong.values())} {dict(wrong) if wrong else ''}")
    return 1 if wrong else 0


def _report(rows: Sequence[tuple[Case, int, int, bool]], theirs: Sequence[tuple[int, int]]) -> str:
    lines = []
    both = list(zip(rows, theirs, strict=True))
    groups = [("all", both)]
    groups += [(edit, [b for b in both if b[0][0].edit == edit]) for edit in EDITS]
    groups += [("split alike", [b for b in both if not b[0][0].unequal])]
    groups += [("split otherwise", [b for b in both if b[0][0].unequal])]
    for name, group in groups:
        if group:
            ours = [row for row, _ in group]
            lines.append(
                (
                    name,
                    len(group),
                    *_figures([row[1] for row in ours]),
                    *_figures([row[2] for row in ours]),
                    *_figures([other[0] for _, other in group]),
                    *_figures([other[1] for _, other in group]),
                    f"{100 * sum(row[3] for row in ours) / len(group):.0f} %",
                )
            )
    head = ("edit", "edits", "sentences: median", "mean", "words: median", "mean")
    return table((*head, "msgmerge: median", "mean", "words: median", "mean", "left whole"), lines)


def _figures(values: Sequence[int]) -> tuple[str, str]:
    return f"{statistics.median(values):g}", f"{statistics.mean(values):.1f}"


if __name__ == "__main__":
    sys.exit(main())
