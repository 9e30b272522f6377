r"""Hostile translations: what a person or a machine may write that must not change a page silently.

    python bench/mutations.py CORPUS [--every N] [--limit N] [--jobs 2] [--only NAME,NAME] [--singles 1] [--show]

Every mutation is applied to all segments of a page at once, and to `--singles` segments alone (chosen by a hash, so
that runs repeat). The rebuilt page is parsed again and must have as many segments, each holding its source's text or
the mutated text, and the same fenced code, code spans, link targets, tags with their attributes, and
template tags. Anything else is a silent change. A segment that falls back to its source is not: the column
`taken` says how often the mutated text was really used. Exits 1 on any silent change.
"""

from __future__ import annotations

import argparse
import functools
import html
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common import differs, find_pages, shape, table, tell, translate

import pipeline

if TYPE_CHECKING:
    from pipeline.model import Key, Page

Mutation = Callable[[str], str]


def before(text: str) -> Mutation:
    """Puts `text` before the msgid."""
    return lambda msgid: text + msgid


def after(text: str) -> Mutation:
    """Puts `text` after the msgid."""
    return lambda msgid: msgid + text


def amid(text: str) -> Mutation:
    """Puts `text` at the first space of the msgid, or after it."""
    return lambda msgid: msgid.replace(" ", text, 1) if " " in msgid else msgid + text


MUTATIONS: dict[str, Mutation] = {
    "heading #": before("# "),
    "quote >": before("> "),
    "list -": before("- "),
    "list +": before("+ "),
    "list *": before("* "),
    "list 1.": before("1. "),
    "list 1)": before("1) "),
    "fence ```": before("```"),
    "fence ~~~": before("~~~ "),
    "row |": before("| "),
    "cell |": amid(" | "),
    "cell \\|": amid(" \\| "),
    "definition :": before(": "),
    "directive :::": before("::: "),
    "setext ===": before("==="),
    "setext =": before("= "),
    "rule ---": before("---"),
    "front matter": before("---\ntitle: x\n---\n"),
    "tag <": before("<"),
    "tag <X>": before("<X>"),
    "script": after(" <script>alert(1)</script>"),
    "script open": before("<script>"),
    "end tag </div>": amid(" </div> "),
    "end tag </p>": after("</p>"),
    "comment <!--": amid(" <!-- "),
    "comment -->": amid(" --> "),
    "bracket [": before("["),
    "bracket ]": after("]"),
    "link ](": amid("]("),
    "javascript:": after(" [x](javascript:alert(1))"),
    "reference": before("[x]: "),
    "footnote": before("[^1]: "),
    "attributes {:": before("{: .x} "),
    "id {#id}": after(" {#id}"),
    "class {.x}": after(" {.x}"),
    "admonition !!!": before("!!! note "),
    "image !": after("!"),
    "import": before("import "),
    "liquid {{ }}": after(" {{ site.secret }}"),
    "liquid {% %}": after(" {% include x %}"),
    "shortcode": after(" {{< x >}}"),
    "expression {c}": after(" {c}"),
    "new paragraph": amid("\n\n"),
    "line break": amid("  \n# "),
    "trailing \\": after("\\"),
    "trailing #": after(" #"),
    "open `": before("`"),
    "open **": before("**"),
    "entity &lt;": after(" &lt;b&gt;"),
    "entity twice": after(" &amp;#60;"),
    "math $$": after(" $$x$$"),
    "tabs": before("\t\t"),
    "four spaces": before("    "),
    "NUL": amid("\0"),
    "U+2028": amid("\u2028# "),
    "quotes": after("\" ' onload='x' \" onload=\"x"),
    "yaml": before("key: &a !!str #"),
    "right to left": before("\u202e\u200f"),
    "very long": after(" word" * 2000),
    "empty": lambda _msgid: "",
}
EMPHASIS = frozenset({"em", "/em", "strong", "/strong"})

ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|(?<!\\)\{:[^}\n]*\}", re.DOTALL)
EXPRESSION = re.compile(r"(?<!\\)\{")


def visible(text: str) -> str:
    """The text a reader sees, near enough to compare: escapes and entities resolved, white space collapsed."""
    text = re.sub(r"(?<!\\)</?(?:em|i)>", "*", re.sub(r"(?<!\\)</?(?:strong|b)>", "**", text))
    text = html.unescape(ESCAPE.sub(r"\1", text)).replace("_", "*").replace("\0", "\ufffd")
    return " ".join(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One mutated page: what changed silently ("" when nothing did), and how many segments took the mutated text."""

    change: str
    taken: int
    tried: int


def check(page: Page, translations: Mapping[Key, str]) -> Outcome:
    """Rebuilds the page with the translations and compares it, as somebody else's parsers see it."""
    tried = sum(segment.key in translations for segment in page.segments)
    data = pipeline.rebuild_page(page, translations)
    if data == page.data:
        return Outcome(change="", taken=0, tried=tried)
    again = pipeline.parse_page(data, path=page.path, guesses=page.guesses)
    if len(again.segments) != len(page.segments):
        return Outcome(change=f"{len(page.segments)} segments became {len(again.segments)}", taken=0, tried=tried)
    taken = 0
    for old, new in zip(page.segments, again.segments, strict=True):
        if new.msgid == old.msgid:
            continue
        wanted = translations.get(old.key, old.msgid)
        taken += 1
        if visible(new.msgid) != visible(wanted):
            return Outcome(change=f"{old.kind}: {wanted[:99]!r} became {new.msgid[:99]!r}", taken=taken, tried=tried)
    return Outcome(change=changed_shape(page, data, translations), taken=taken, tried=tried)


def changed_shape(page: Page, data: bytes, translations: Mapping[Key, str]) -> str:
    """What changed outside the text, "" when nothing did. New emphasis is a translator's right."""
    old_text, new_text = page.data.decode(), data.decode()
    old, new = shape(old_text), shape(new_text)
    old_tags, new_tags = old.tags, new.tags
    if any(mark in text for text in translations.values() for mark in "*_"):
        old_tags = tuple(tag for tag in old_tags if tag not in EMPHASIS)
        new_tags = tuple(tag for tag in new_tags if tag not in EMPHASIS)
    parts = {
        "tags": (old_tags, new_tags),
        "targets": (old.targets, new.targets),
        "code": (old.code, new.code),
        "templates": (sorted(TEMPLATE.findall(old_text)), sorted(TEMPLATE.findall(new_text))),
    }
    if page.path.endswith(".mdx"):
        parts["expressions"] = (EXPRESSION.findall(old_text), EXPRESSION.findall(new_text))
    for name, (one, other) in parts.items():
        if name == "targets" and sorted(one) == sorted(other):
            continue
        if one != other:
            return f"{name} {differs(one, other)}"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All mutations of one page: {mutation: (changes, taken, tried)}."""

    name: str
    segments: int
    results: dict[str, tuple[list[str], int, int]]


def mutate_page(path: Path, corpus: Path, names: tuple[str, ...], singles: int) -> Report:
    """Every named mutation on one page."""
    name = path.relative_to(corpus).as_posix()
    page = pipeline.parse_page(path.read_bytes(), path=name)
    results = {}
    for mutation in names:
        change = MUTATIONS[mutation]
        everything = translate(page, change)
        chosen = sorted(everything, key=lambda key: zlib.crc32(f"{name}\0{mutation}\0{key}".encode()))[:singles]
        changes, taken, tried = [], 0, 0
        for translations in (everything, *({key: everything[key]} for key in chosen)):
            try:
                outcome = check(page, translations)
            except Exception as error:  # noqa: BLE001 - a crash on hostile text is a finding
                outcome = Outcome(change=f"{type(error).__name__}: {error}", taken=0, tried=0)
            changes += [outcome.change] if outcome.change else []
            taken, tried = taken + outcome.taken, tried + outcome.tried
        results[mutation] = (changes, taken, tried)
    return Report(name=name, segments=len(page.segments), results=results)


def main() -> int:
    """Prints pages with a silent change and the share of mutated text used, per mutation."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("--every", type=int, default=1, help="only every Nth page")
    options.add_argument("--limit", type=int, help="at most N pages")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--only", help="comma-separated names of mutations")
    options.add_argument("--singles", type=int, default=1, help="segments to mutate alone, a page and mutation")
    options.add_argument("--show", action="store_true", help="show each silent change on standard error")
    args = options.parse_args()

    names = tuple(args.only.split(",")) if args.only else tuple(MUTATIONS)
    paths = find_pages(args.corpus, every=args.every, limit=args.limit)
    run = functools.partial(mutate_page, corpus=args.corpus, names=names, singles=args.singles)
    pages, taken, tried = Counter[str](), Counter[str](), Counter[str]()
    segments, bad = 0, set()
    with ProcessPoolExecutor(args.jobs) as pool:
        for report in pool.map(run, paths, chunksize=2):
            segments += report.segments
            for mutation, (changes, used, given) in report.results.items():
                taken[mutation] += used
                tried[mutation] += given
                if changes:
                    pages[mutation] += 1
                    bad.add(report.name)
                    if args.show:
                        tell(f"{report.name}: {mutation}: {changes[0]}")

    def row(mutation: str) -> tuple[str, int, str]:
        used = f"{100 * taken[mutation] / tried[mutation]:.0f} %" if tried[mutation] else "-"
        return mutation.replace("|", "\\|"), pages[mutation], used

    print(table(["mutation", "pages with a silent change", "taken"], map(row, names)))
    clean = sum(not pages[mutation] for mutation in names)
    print(f"\n{len(paths)} pages, {segments:,} segments: {clean} of {len(names)} mutations change nothing silently")
    print(f"pages with a silent change: {len(bad)}")
    return int(bool(bad))


if __name__ == "__main__":
    raise SystemExit(main())
