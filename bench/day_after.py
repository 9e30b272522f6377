r"""The day after: what becomes of finished translations when pages change, ours beside msgmerge's.

    python bench/day_after.py CORPUS OUT [--pages 200] [--seed 1] [--only NAME,NAME] [--no-msgmerge]

Builds a project in OUT from pages of the corpus, each string translated by the pseudo engine and reviewed; one that an
earlier run with the same options has built there is used again. Each change of `day_changes.py` is made to all pages at once, then catalogs are brought up to date: by
`pipeline update`; by GNU msgmerge, each page's old PO file with its new template, by name; and by msgmerge with all
old catalogs as compendium (`-C`).

Judged are the entries in use whose visible text was in an old catalog: *kept* shows the same text, approved; *fuzzy*
needs a look; *lost* shows nothing. *Gone* are old translations that no catalog holds any more, not even as obsolete.
Exits 1 when ours loses any, or turns any fuzzy on a rename, a re-save or a changed link target.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from common import find_pages, table, tell
from day_changes import CHANGES, TARGET, Pages

import pipeline

if TYPE_CHECKING:
    from pipeline.model import Message

LANGUAGE = "en-XA"
LOCALES = f"locales/{LANGUAGE.replace('-', '_')}/LC_MESSAGES"
NO_FUZZY = (
    "renamed",
    "moved",
    "re-saved: YAML and paragraphs",
    "re-saved: line ends",
    "link targets",
    "heading levels",
)
GRANULARITY = (("page", "folder"), ("folder", "site"), ("site", "page"))
CONFIG = """languages = ["en-XA"]
catalogs = "{catalogs}"

[source]
root = "content"
include = ["**/*.md", "**/*.mdx"]

[mt]
engine = "pseudo"
"""
MARKUP = re.compile(r"<[^<>]*>|(?<=\])(?:\([^()]*\)|\[[^\[\]]*\])|[*_`\[\]!\\]")


def visible(text: str) -> str:
    """The text without its inline markup, near enough to compare."""
    return " ".join(html.unescape(MARKUP.sub("", text)).split())


@dataclass(slots=True)
class Outcome:
    """What became of the translations."""

    counts: Counter[str] = field(default_factory=Counter)
    held: set[str] = field(default_factory=set)
    """Every translation that is anywhere, in use or obsolete."""

    def take(self, catalog: pipeline.Catalog, truth: Mapping[str, set[str]], *, used: bool = True) -> None:
        """Count the entries of a catalog; what is not `used` by any page is only held."""
        for message in catalog.messages:
            self.held.add(visible(message.msgstr))
            self.held.update(visible(remark.partition(": ")[2]) for remark in message.translator_comments)
            wanted = truth.get(visible(message.msgid))
            if message.obsolete or not used or not wanted:
                continue
            if not message.msgstr:
                self.counts["lost"] += 1
            elif message.fuzzy:
                self.counts["fuzzy"] += 1
            else:
                self.counts["kept" if visible(message.msgstr) in wanted else "wrong"] += 1

    def row(self, truth: Mapping[str, set[str]]) -> list[str]:
        """Kept, fuzzy, lost, gone."""
        gone = sum(text not in self.held for texts in truth.values() for text in texts)
        assert not self.counts["wrong"], "an approved entry shows another text"
        return [f"{self.counts['kept']:,}", f"{self.counts['fuzzy']:,}", f"{self.counts['lost']:,}", f"{gone:,}"]


def command(*arguments: str, cwd: Path) -> None:
    """Run pipeline; what it warns of is of no interest, an error of its own is."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode > 1:
        raise RuntimeError(done.stderr)


def catalogs(root: Path) -> dict[str, Path]:
    """{name: file} of the PO files below a folder."""
    return {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.po"))}


def choose(corpus: Path, number: int, seed: int) -> Pages:
    """Pages of the corpus, by path; those with unreadable bytes are left out."""
    found: Pages = {}
    paths = find_pages(corpus)
    random.Random(seed).shuffle(paths)
    for path in paths:
        name = path.relative_to(corpus).as_posix()
        data = path.read_bytes()
        if len(found) == number:
            break
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        if not any(part.startswith(".") or part in ("vendor", "_site") for part in name.split("/")):
            found[name] = text
    return found


def write_pages(root: Path, pages: Pages) -> None:
    """Make the content folder hold these pages and nothing else."""
    shutil.rmtree(root / "content", ignore_errors=True)
    for name, text in pages.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def build_project(root: Path, pages: Pages, kind: str) -> None:
    """A project in which every string is translated and reviewed."""
    write_pages(root, pages)
    (root / "pipeline.toml").write_text(CONFIG.format(catalogs=kind), encoding="utf-8")
    command("translate", cwd=root)
    for path in catalogs(root / LOCALES).values():
        catalog = pipeline.read_po(path)
        messages = tuple(
            message.changed(msgstr=translation(message), flags=(), translator_comments=())
            for message in catalog.messages
        )
        pipeline.write_po(replace(catalog, messages=messages), path)
    command("update", cwd=root)


def translation(message: Message) -> str:
    """The draft, or a marked source where there is none or one that no person would write: with other link targets."""
    targets = [sorted(map(str, TARGET.findall(text))) for text in (message.msgid, message.msgstr)]
    return message.msgstr if message.msgstr and targets[0] == targets[1] else f"⟦{message.msgid}⟧"


def truth_of(root: Path) -> dict[str, set[str]]:
    """{visible text: its visible translations} of all catalogs."""
    truth: dict[str, set[str]] = {}
    for path in catalogs(root / LOCALES).values():
        for message in pipeline.read_po(path).messages:
            truth.setdefault(visible(message.msgid), set()).add(visible(message.msgstr))
    return truth


def ours(root: Path, truth: Mapping[str, set[str]]) -> Outcome:
    """Update once; a second time nothing may change."""
    command("update", cwd=root)
    outcome = Outcome()
    before = {name: path.read_bytes() for name, path in catalogs(root / LOCALES).items()}
    for name in before:
        outcome.take(pipeline.read_po(root / LOCALES / name), truth, used=(root / "pot" / f"{name}t").exists())
    shutil.rmtree(root / ".pipeline")
    command("update", cwd=root)
    after = {name: path.read_bytes() for name, path in catalogs(root / LOCALES).items()}
    assert before == after, "the second update changed something"
    return outcome


def msgmerge(root: Path, old: Path, compendium: Path | None, truth: Mapping[str, set[str]]) -> Outcome:
    """Merge the old catalog of the same name with each template of `root`."""
    outcome = Outcome()
    extra = ["-C", str(compendium)] if compendium else []
    out = root / "merged.po"
    for template in sorted((root / "pot").rglob("*.pot")):
        name = template.relative_to(root / "pot").as_posix().removesuffix("t")
        known = old / name if (old / name).exists() else root / "empty.po"
        tool = ["msgmerge", "-q", *extra, "-o", str(out), str(known), str(template)]
        subprocess.run(tool, check=True, capture_output=True)
        outcome.take(pipeline.read_po(out), truth)
    for name, path in catalogs(old).items():  # nobody deletes them
        if not (root / "pot" / f"{name}t").exists():
            outcome.take(pipeline.read_po(path), truth, used=False)
    return outcome


def compare(base: Path, work: Path, changed: Pages | None, kind: str, *, peers: bool) -> Iterable[Outcome | None]:
    """Our outcome and msgmerge's two, on a copy of `base` with other pages or other catalogs."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work)
    if changed is not None:
        write_pages(work, changed)
    (work / "pipeline.toml").write_text(CONFIG.format(catalogs=kind), encoding="utf-8")
    truth = truth_of(base)
    command("extract", "-o", "pot", cwd=work)
    yield ours(work, truth)
    if not peers:
        return
    (work / "empty.po").write_bytes(b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    yield msgmerge(work, base / LOCALES, None, truth)
    everything = [str(path) for path in catalogs(base / LOCALES).values()]
    subprocess.run(["msgcat", "--use-first", "-o", str(work / "all.po"), *everything], check=True, capture_output=True)
    yield msgmerge(work, base / LOCALES, work / "all.po", truth)


def main() -> int:
    """Prints one table; progress goes to standard error."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--pages", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", help="comma-separated names of changes")
    options.add_argument("--no-msgmerge", action="store_true")
    args = options.parse_args()

    args.out.mkdir(parents=True, exist_ok=True)
    pages = choose(args.corpus, args.pages, args.seed)
    bases = {kind: args.out / kind for kind in ("page", "folder", "site")}
    for kind, base in bases.items():
        if not (base / "finished").exists():
            build_project(base, pages, kind)
            (base / "finished").touch()
        tell(f"project with catalogs = {kind!r}: {len(catalogs(base / LOCALES))} catalogs")
    jobs: dict[str, tuple[Path, Pages | None, str]] = {
        name: (bases["page"], change(pages), "page") for name, change in CHANGES.items()
    }
    jobs |= {f"catalogs: {before} to {after}": (bases[before], None, after) for before, after in GRANULARITY}
    chosen = args.only.split(",") if args.only else list(jobs)
    rows, failed = [], []
    for name in chosen:
        base, changed, kind = jobs[name]
        truth = truth_of(base)
        touched = sum(text != pages.get(path) for path, text in changed.items()) if changed else len(pages)
        outcomes = list(compare(base, args.out / "work", changed, kind, peers=not args.no_msgmerge))
        own = outcomes[0]
        row = own.row(truth)
        if own.counts["lost"] or row[3] != "0" or (own.counts["fuzzy"] and (name in NO_FUZZY or changed is None)):
            failed.append(name)
        rows.append([name, touched, *(cell for outcome in outcomes for cell in outcome.row(truth))])
        tell(f"{name}: {rows[-1][1:]}")
    head = ["change", "pages"]
    for tool in ("ours", "msgmerge", "msgmerge -C")[: 1 if args.no_msgmerge else 3]:
        head += [f"{tool}: kept", "fuzzy", "lost", "gone"]
    print(f"{len(pages)} pages, {sum(map(len, truth_of(bases['page']).values())):,} different strings\n")
    print(table(head, rows))
    if failed:
        print(f"\nbelow the bar: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
