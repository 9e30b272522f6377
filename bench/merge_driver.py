"""Pairs of concurrent edits of PO files, merged by a real Git: with the project's merge driver, and by lines as Git does alone.

Each pair is a catalog with two branches. On one side people translate, correct, comment, mark and approve, in an editor that
writes its own header (Poedit) or wraps every entry anew (msgcat); on the other side the same, or `update` after an edit of
the page. In "apart" pairs no entry is edited on both sides; in "same" pairs some are, with different texts.

    python bench/merge_driver.py [OUT] [--pairs 300] [--seed 1] [--corpus DIR]

Exits 1 unless every pair apart merges without a conflict, every entry that both edited is a conflict with both texts in
it and no other is, no text is lost, and `msgfmt -c` takes every result.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
# Git starts the driver in the repository: the project must be found from there.
os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])

from common import find_pages, table, tell

import pipeline
from pipeline.catalog.postring import escape
from pipeline.catalog.state import with_provenance
from pipeline.model import Catalog, Key, Message, Provenance

WORDS = "ferry harbour office opens closes every weekday ticket fee child adult island pier tide weather notice".split()
POEDIT = "Last-Translator: Somebody <s@example.org>\nPO-Revision-Date: 2024-0{0}-1{0} 0{0}:00+0800\nX-Generator: Poedit 3.{0}\n"


@dataclass(slots=True)
class Side:
    """One branch's version of a catalog."""

    messages: dict[Key, Message]
    header: Message
    edited: dict[Key, str] = field(default_factory=dict)
    """Entry -> the text a person gave it on this side."""
    rewrap: bool = False


def catalogs(corpus: Path | None, chance: random.Random) -> Iterator[tuple[str, Catalog]]:
    """Catalogs with a translator's mixture of entries; made up without a corpus."""
    pages = find_pages(corpus) if corpus else []
    chance.shuffle(pages)
    number = 0
    while True:
        number += 1
        if pages:
            page = pages[number % len(pages)]
            try:
                parsed = pipeline.parse_page(page.read_bytes(), path=page.name)
            except Exception:  # noqa: BLE001  (unreadable pages are another script's subject)
                continue
            template = pipeline.make_template([parsed])
            if len(template.messages) < 8:
                continue
            messages = template.messages[:120]
        else:
            texts = {sentence(chance) for _ in range(chance.randint(12, 60))}
            messages = tuple(
                Message(msgid=text, references=("page.md",), extracted_comments=("paragraph",))
                for text in sorted(texts)
            )
        header = Message(
            msgid="",
            msgstr="Language: ms\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
            "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
            "Project-Id-Version: site\nPO-Revision-Date: 2023-12-31 10:00+0800\nLast-Translator: Nobody <n@example.org>\n"
            "Language-Team: Malay <ms@example.org>\nX-Pipeline-Format: 1\n",
        )
        yield (
            f"p{number}.po",
            Catalog(language="ms", header=header, messages=tuple(begun(m, chance) for m in messages)),
        )


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(2, 24))).capitalize() + "."


def begun(message: Message, chance: random.Random) -> Message:
    """The entry as a catalog in the middle of its life has it."""
    kind = chance.choice(["untranslated", "machine", "fuzzy", "reviewed", "reviewed", "reviewed"])
    if kind == "untranslated":
        return message
    message = message.changed(msgstr=like(message.msgid, f"Asal {chance.randrange(10**6)} {message.msgid}"))
    if kind == "machine":
        message = with_provenance(message, Provenance(origin="machine", engine="argos", model="en-ms 1.9"))
    return message if kind == "reviewed" else message.changed(flags=("fuzzy",))


def like(msgid: str, text: str) -> str:
    """The text with the msgid's line breaks at both ends, which msgfmt -c wants."""
    start = "\n" if msgid.startswith("\n") else ""
    end = "\n" if msgid.endswith("\n") else ""
    return start + text.strip("\n") + end


def edit(side: Side, key: Key, name: str, chance: random.Random, *, text: bool) -> None:
    """What a person does to an entry; `text`: gives it a text of their own."""
    message = side.messages[key]
    kind = "text" if text else chance.choice(["text", "text", "text", "approve", "fuzzy", "comment"])
    if kind == "text" or not message.msgstr:
        words = like(message.msgid, f"{name} {chance.randrange(10**9)} {sentence(chance)} {message.msgid[:40]}")
        side.edited[key] = words
        flags = () if chance.random() < 0.8 else ("fuzzy",)
        side.messages[key] = message.changed(msgstr=words, flags=flags)
    elif kind == "comment":
        remark = f"{name} asks: is this right? {chance.randrange(10**9)}"
        side.edited[key] = remark
        side.messages[key] = message.changed(translator_comments=(remark, *message.translator_comments))
    else:
        side.messages[key] = message.changed(flags=() if kind == "approve" else ("fuzzy",))


def update(side: Side, base: Catalog, keys: list[Key], chance: random.Random) -> None:
    """The page is edited, and `update` run: new strings, some changed, some gone; the catalog is merged with its template."""
    untouched = set(keys)
    strings = []
    for message in base.messages:
        change = chance.random() if message.key in untouched else 1.0
        if change < 0.1:
            continue
        msgid = message.msgid + " " + chance.choice(WORDS) if change < 0.25 else message.msgid
        strings.append(Message(msgid=like(message.msgid, msgid), references=message.references))
        if chance.random() < 0.08:
            strings.append(
                Message(msgid=f"{sentence(chance)} {chance.randrange(10**6)}", references=message.references)
            )
    template = Catalog(messages=tuple({message.key: message for message in strings}.values()))
    old = Catalog(language="ms", header=side.header, messages=tuple(side.messages.values()))
    side.messages = {message.key: message for message in pipeline.merge(old, template).messages}


def branches(base: Catalog, *, same: bool, chance: random.Random) -> tuple[Side, Side, set[Key]]:
    """Two versions, and the entries that people gave different texts on both sides."""
    sides = [Side({m.key: m for m in base.messages}, base.header or Message(msgid="")) for _ in range(2)]
    keys = [message.key for message in base.messages]
    chance.shuffle(keys)
    share = max(1, len(keys) // chance.randint(3, 8))
    both = set(keys[: chance.randint(1, 3)]) if same else set()
    rest = [key for key in keys if key not in both]
    for number, side in enumerate(sides):
        name = ("Ana", "Badrul")[number]
        for key in sorted(both, key=repr):
            edit(side, key, name, chance, text=True)
        for key in rest[number * share : (number + 1) * share]:
            edit(side, key, name, chance, text=False)
        if chance.random() < 0.5:
            side.header = with_header(side.header, POEDIT.format(number + 1))
        side.rewrap = chance.random() < 0.3
    if chance.random() < 0.5:
        update(sides[0], base, rest[2 * share :], chance)
    return sides[0], sides[1], both


def with_header(header: Message, lines: str) -> Message:
    new = {line.partition(":")[0]: line for line in lines.splitlines()}
    kept = [line for line in header.msgstr.splitlines() if line.partition(":")[0] not in new]
    return header.changed(msgstr="".join(line + "\n" for line in [*kept, *new.values()]))


def write(path: Path, side: Side) -> None:
    path.write_bytes(pipeline_bytes(side))
    if side.rewrap:
        subprocess.run(["msgcat", "--width=80", str(path), "-o", str(path)], check=True)


def pipeline_bytes(side: Side) -> bytes:
    from pipeline.catalog.pofile import format_po

    messages = sorted(side.messages.values(), key=lambda message: message.obsolete)
    return format_po(Catalog(language="ms", header=side.header, messages=tuple(messages)))


class Repository:
    """A Git repository in which pairs are merged."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        for key, value in (("user.name", "B"), ("user.email", "b@example.org"), ("commit.gpgsign", "false")):
            self.git("config", key, value)
        self.git("config", "core.autocrlf", "false")

    def git(self, *arguments: str, ok: tuple[int, ...] = (0,)) -> int:
        done = subprocess.run(["git", *arguments], cwd=self.place, capture_output=True, text=True, check=False)
        if done.returncode not in ok:
            raise RuntimeError(f"git {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.returncode

    def merge(self, name: str, versions: list[Callable[[Path], None]]) -> tuple[bool, bytes]:
        """Commit base, ours and theirs, merge them; whether Git saw a conflict, and the file as Git left it."""
        path = self.place / name
        self.git("checkout", "-q", "--orphan", f"base-{name}")
        self.git("rm", "-rfq", "--cached", ".", ok=(0, 128))
        versions[0](path)
        attributes = [".gitattributes"] if (self.place / ".gitattributes").exists() else []
        self.git("add", name, *attributes)
        self.git("commit", "-qm", "base")
        for branch, version in (("theirs", versions[2]), ("ours", versions[1])):
            self.git("checkout", "-q", "-b", f"{branch}-{name}", f"base-{name}")
            version(path)
            self.git("commit", "-qam", branch, "--allow-empty")
        conflict = self.git("merge", "-q", "--no-edit", f"theirs-{name}", ok=(0, 1)) == 1
        data = path.read_bytes()
        if conflict:
            self.git("merge", "--abort")
        path.unlink()
        return conflict, data


def check(path: Path) -> bool:
    return subprocess.run(["msgfmt", "-c", "-o", "-", str(path)], capture_output=True, check=False).returncode == 0


def judge(data: bytes, ours: Side, theirs: Side, both: set[Key], counts: Counter[str]) -> list[str]:
    """What is wrong with a merged file."""
    problems = []
    merged = pipeline.parse_po(data)
    text = "\n".join([form(m) for m in merged.messages])
    for side in (ours, theirs):
        for key, words in side.edited.items():
            counts["texts"] += 1
            if words not in text and escape(words) not in text:
                problems.append(f"lost: {words[:60]!r} of {key[1][:40]!r}")
    marked = {m.key for m in merged.messages if any("pipeline: conflict" in c for c in m.translator_comments)}
    if merged.header and any("pipeline: conflict" in c for c in merged.header.translator_comments):
        problems.append("the header is in conflict")
    for key in sorted(both, key=repr):
        entry = merged.get(key)
        if entry is None or key not in marked or not entry.fuzzy:
            problems.append(f"no clear conflict: {key[1][:60]!r}")
        else:
            whole = form(entry)
            clear = all(side.edited[key] in whole or escape(side.edited[key]) in whole for side in (ours, theirs))
            counts["clear"] += clear
            problems += [] if clear else [f"a text is missing: {key[1][:60]!r}"]
    problems += [f"needless conflict: {key[1][:60]!r}" for key in marked - both]
    counts["needless"] += len(marked - both)
    return problems


def form(message: Message) -> str:
    return "\n".join((message.msgstr, *message.msgstr_plural, *message.translator_comments))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "out", nargs="?", type=Path, help="a new folder for the repositories, kept; default: a temporary one"
    )
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="make the catalogs from the pages in this folder")
    given = parser.parse_args()
    out = given.out or Path(tempfile.mkdtemp(prefix="merge-driver-"))
    chance = random.Random(given.seed)
    with_driver, plain = Repository(out / "driver"), Repository(out / "plain")
    subprocess.run(
        [sys.executable, "-m", "pipeline", "po", "install-driver", "-C", str(with_driver.place)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    counts: Counter[str] = Counter()
    failed = 0
    source = catalogs(given.corpus, chance)
    for number in range(given.pairs):
        name, base = next(source)
        name = f"{number}-{name}"
        same = number % 2 == 1
        ours, theirs, both = branches(base, same=same, chance=chance)
        kind = "same" if same else "apart"
        start = Side({m.key: m for m in base.messages}, base.header or Message(msgid=""))
        versions = [lambda path, side=side: write(path, side) for side in (start, ours, theirs)]
        counts[f"{kind} pairs"] += 1
        conflict, data = with_driver.merge(name, versions)
        result = out / "merged.po"
        result.write_bytes(data)
        counts[f"{kind} conflicts"] += conflict
        counts["entries in conflict"] += len(both)
        problems = judge(data, ours, theirs, both, counts)
        if not check(result):
            counts["msgfmt refuses"] += 1
            problems.append("msgfmt -c refuses it")
        if conflict != same:
            problems.append("Git was told of a conflict" if conflict else "Git was told of none")
        for problem in problems:
            tell(f"{name}: {problem}")
        counts["lost"] += sum(problem.startswith("lost") for problem in problems)
        failed += bool(problems)
        conflict, data = plain.merge(name, versions)
        result.write_bytes(data)
        counts[f"plain {kind} conflicts"] += conflict
        counts[f"plain {kind} broken"] += not check(result)
        if not conflict:
            words = data.decode()
            unwrapped = words.replace('"\n"', "").replace("\\n", "\n")
            counts["plain clean but lost"] += any(
                escape(text) not in words.replace('"\n"', "") and text not in unwrapped
                for side in (ours, theirs)
                for text in side.edited.values()
            )
        if number % 50 == 49:
            tell(f"{number + 1} pairs")
    rows = [
        (f"{kind} ({counts[f'{kind} pairs']} pairs)", counts[f"{kind} conflicts"], counts[f"plain {kind} conflicts"],
         counts[f"plain {kind} broken"])
        for kind in ("apart", "same")
    ]  # fmt: skip
    print(
        table(("pairs", "conflicts with the driver", "conflicts, plain Git", "files msgfmt refuses, plain Git"), rows)
    )
    print(
        f"entries changed on both sides: {counts['entries in conflict']}, clear conflicts with both texts: {counts['clear']}"
    )
    print(f"needless conflict entries: {counts['needless']}")
    print(f"texts and remarks of people: {counts['texts']}, lost: {counts['lost']}")
    print(f"results that msgfmt -c refuses: {counts['msgfmt refuses']} of {given.pairs}")
    print(f"plain Git, merged without a conflict but a text lost or msgid broken: {counts['plain clean but lost']}")
    if not given.out:
        shutil.rmtree(out)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
