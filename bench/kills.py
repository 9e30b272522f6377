"""Kills runs of the command line at random moments, and saves edits in the middle of others.

usage: kills.py OUT [--kills 500] [--edits 50] [--seed 1] [--command update,translate,build,import-po] [--pages 80]
                [--still]

OUT is an empty folder for the projects. Every trial starts from the same made-up project: some pages are translated by
people, and then most pages were edited. A kill is SIGKILL for the whole process group. After it every PO file must pass
`msgfmt -c` and hold every word that people wrote; a rerun must end with the bytes, and the files, of an undisturbed run.
An edit is saved by `os.replace` while the run is stopped by SIGSTOP; it must be there at the end. Needs GNU gettext.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polib
from common import table, tell

import pipeline.cli

LANGUAGE = "en-XA"
LOCALE = "en_XA"
CONFIG = f"""format = 1
name = "Kills"
languages = ["{LANGUAGE}"]
[source]
root = "content"
include = ["**/*.md", "_data/*.yml"]
[build]
static = "copy"
min_reviewed = 0.0
[mt]
engine = "pseudo"
"""
COMMANDS: dict[str, list[str]] = {
    "update": ["update"],
    "translate": ["translate"],
    "build": ["build"],
    "import-po": ["import-po", "--lang", LANGUAGE, "foreign"],
}
PRELOADED = (
    "pipeline.cli.catalogs pipeline.cli.editions pipeline.cli.imports pipeline.stages.update pipeline.stages.translate "
    "pipeline.stages.build pipeline.stages.regroup pipeline.stages.rebuild pipeline.stages.importpo pipeline.mt.pseudo "
    "pipeline.mt.draft rich.console rapidfuzz.fuzz yaml concurrent.futures.process"
).split()
WORDS = (
    "harbour ferry office weekday ticket council library garden museum river bridge market notice "
    "form counter permit visitor member season timetable"
).split()
PERSON = re.compile(r"w\d+w")
"""What marks a person's translation: one word that stands nowhere else."""


# The project


def page(number: int, rng: random.Random, version: int) -> str:
    """A page of headings, paragraphs, a list, a table and a quote; a later version has changed, moved and new ones."""
    base = random.Random(f"page {number}")
    blocks = [f"## About the {base.choice(WORDS)} {number}"]
    for index in range(base.randint(4, 9)):
        text = " ".join(base.choice(WORDS) for _ in range(base.randint(4, 14)))
        link = f"[{base.choice(WORDS)}](/p{base.randint(0, 40)}/) and `code {index}`"
        blocks.append(
            base.choice((f"{text} {number}.{index}", f"{text} {link} {number}.{index}", f"> {text} {number}"))
        )
    blocks.append("".join(f"- {base.choice(WORDS)} item {number}.{n}\n" for n in range(3)).rstrip())
    blocks.append(f"| Place | Fee |\n|---|---|\n| {base.choice(WORDS)} {number} | 5 |")
    if version and number % 5:
        at = rng.randrange(1, len(blocks) - 2)
        blocks[at] = blocks[at].replace(" ", f" {rng.choice(WORDS)} ", 1)
        blocks.insert(rng.randrange(1, len(blocks)), f"A new {rng.choice(WORDS)} paragraph {number}.")
        if number % 3 == 0:
            blocks.pop(rng.randrange(1, len(blocks) - 2))
    title = f"---\ntitle: Page {number}\nthird_nav_title: Part {number % 4}\n---\n"
    text = title + "\n\n".join(blocks) + "\n"
    return text.replace("\n", "\r\n") if number % 11 == 7 else text


def write_pages(content: Path, count: int, version: int, *, still: bool) -> None:
    """Pages as they were (0) or as they are now (1), when some are gone, some new and some have moved (but not if `still`)."""
    rng = random.Random(version)
    shutil.rmtree(content, ignore_errors=True)
    for number in range(count + (5 if version else 0)):
        if version and number % 20 == 19 and not still:
            continue
        folder = "moved" if version and number % 20 == 13 and not still else ("guide", "", "about/us")[number % 3]
        path = content / folder / f"page-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page(number, rng, version).encode())
    (content / "_data").mkdir()
    (content / "_data/nav.yml").write_text(f"- title: Home\n- title: {WORDS[version]}\n", encoding="utf-8")
    (content / "logo.svg").write_text("<svg/>\n", encoding="utf-8")


def people_translate(folder: Path) -> int:
    """Most entries get a person's text: approved, fuzzy, or with a remark. How many."""
    rng, number = random.Random(3), 0
    for path in sorted(folder.rglob("*.po")):
        po = polib.pofile(str(path), wrapwidth=rng.choice((0, 77)))
        for entry in po:
            if rng.random() < 0.7:
                number += 1
                entry.msgstr = f"w{number}w {entry.msgid}"
                if rng.random() < 0.2:
                    entry.flags.append("fuzzy")
                if rng.random() < 0.1:
                    entry.tcomment = f"remark of w{number}w"
        po.metadata["X-Generator"] = "Poedit 3.4"
        po.save(newline="\n")
    return number


class Run:
    """The command line at work on a project, in a process group of its own.

    Forked from this process, which has imported the program already: a trial is quick, and a kill hits work and not imports.
    """

    def __init__(self, project: Path, args: Sequence[str]) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            status = 3
            try:
                os.setpgid(0, 0)
                os.chdir(project)
                log = os.open(project.with_name("log.txt"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
                os.dup2(log, 1)
                os.dup2(log, 2)
                sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
                status = pipeline.cli.main([*args])
            finally:
                os._exit(status)
        self.status: int | None = None
        self.log = project.with_name("log.txt")
        with contextlib.suppress(PermissionError):
            os.setpgid(self.pid, self.pid)  # whichever of the two is first

    def ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None

    def wait(self) -> int:
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def signal(self, number: int) -> None:
        """To the process and its workers."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def run(project: Path, *args: str) -> None:
    """One undisturbed command, which must not crash."""
    process = Run(project, args)
    if process.wait() not in (0, 1):
        raise SystemExit(f"{args} ended with {process.status}:\n{process.log.read_text()[:500]}")


def prepare(out: Path, count: int, *, still: bool) -> tuple[dict[str, Path], frozenset[str]]:
    """{command: the project it starts from}, and the words people wrote."""
    project = out / "start"
    project.mkdir(parents=True)
    (project / "pipeline.toml").write_text(CONFIG, encoding="utf-8")
    write_pages(project / "content", count, 0, still=still)
    run(project, "update")
    people_translate(project / "locales")
    run(project, "build")
    write_pages(project / "content", count, 1, still=still)
    built = out / "start-build"
    shutil.copytree(project, built)
    run(built, "update")
    foreign = out / "start-import"
    shutil.copytree(project, foreign)
    make_foreign(built, foreign / "foreign")
    starts = {"update": project, "translate": project, "build": built, "import-po": foreign}
    words = frozenset(word for path in (project / "locales").rglob("*.po") for word in PERSON.findall(path.read_text()))
    return starts, words


def make_foreign(updated: Path, folder: Path) -> None:
    """Catalogs for the same pages, each string translated, as another tool would have left them."""
    shutil.copytree(updated / "locales" / LOCALE / "LC_MESSAGES", folder)
    number = 100_000
    for path in sorted(folder.rglob("*.po")):
        po = polib.pofile(str(path), wrapwidth=77)
        for entry in [entry for entry in po if entry.obsolete]:
            po.remove(entry)
        for entry in po:
            number += 1
            entry.msgstr, entry.flags, entry.previous_msgid = f"w{number}w {entry.msgid}", [], None
        for name in [name for name in po.metadata if name.startswith("X-")]:
            del po.metadata[name]
        po.save(newline="\n")


# What must hold


@dataclass
class Verdicts:
    """What is known of PO files by their bytes: a file met before is not looked at again."""

    known: dict[bytes, tuple[str, frozenset[str]]] = field(default_factory=dict)

    def of(self, path: Path) -> tuple[str, frozenset[str]]:
        """(what is wrong with a PO file, "" for nothing; the words of people in it)."""
        key = hashlib.sha256(path.read_bytes()).digest()
        if key not in self.known:
            self.known[key] = self._judge(path)
        return self.known[key]

    @staticmethod
    def _judge(path: Path) -> tuple[str, frozenset[str]]:
        done = subprocess.run(
            ["msgfmt", "-c", "-o", os.devnull, str(path)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return done.stderr.strip(), frozenset()
        try:
            entries = polib.pofile(str(path))
        except OSError as error:
            return f"polib: {error}", frozenset()
        return "", frozenset(word for e in entries for word in PERSON.findall(f"{e.msgstr} {e.tcomment}"))


VERDICTS = Verdicts()


def tree(project: Path, *folders: str) -> dict[str, bytes]:
    """{path: bytes} of every file in these folders of the project."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted((project / folder).rglob("*"))
        if path.is_file()
    }


def faults_now(project: Path, words: frozenset[str], states: list[dict[str, bytes]]) -> Iterator[str]:
    """What is wrong right after a kill: every file is as in one of the states a run goes through, and no word is lost."""
    found: set[str] = set()
    for path in (project / "locales").rglob("*.po"):
        problem, here = VERDICTS.of(path)
        found |= here
        if problem:
            yield f"refused by msgfmt or polib: {path.name}: {problem}"
    if lost := words - found:
        yield f"{len(lost)} words of people lost, e.g. {min(lost)}"
    for name, data in tree(project, "locales", "output", "content").items():
        if is_temporary(name) or name.startswith("output/.pipeline/"):
            continue  # the manifest says in between what may be written
        if all(data != state.get(name) for state in states):
            yield f"neither as it was nor as it should be: {name}"
    for name in states[0].keys() & states[-1].keys():
        if not (project / name).exists():
            yield f"gone: {name}"


def is_temporary(name: str) -> bool:
    return name.endswith(".tmp")


def faults_after(project: Path, new: dict[str, bytes]) -> Iterator[str]:
    """What differs from an undisturbed run, after the rerun."""
    now = tree(project, "locales", "output", "content")
    for name in sorted(now.keys() | new.keys()):
        if now.get(name) != new.get(name):
            what = "left behind" if name not in new else "missing" if name not in now else "differs"
            yield f"after the rerun {what}: {re.sub(r'[0-9a-f]{16}', '*', name) if is_temporary(name) else name}"
    for path in (project / ".pipeline").rglob("*.tmp"):
        yield f"after the rerun left behind: .pipeline/**/{re.sub(r'[0-9a-f]{16}', '*', path.name)}"


# Kills

_SHOWN = 2


@dataclass
class Timing:
    """Of an undisturbed run, in seconds from its start."""

    whole: float
    first: float
    last: float

    def wait(self, process: Run, project: Path, rng: random.Random) -> None:
        """Half the time until any moment of the run, else until one after it has begun to write."""
        if rng.random() < 0.5:
            time.sleep(rng.uniform(0, self.whole))
            return
        # A folder's time changes with the files in it: on a busy machine a better clock than our own.
        folders = [f for name in ("locales", "output") for f in ((project / name), *(project / name).rglob("*/"))]
        before = _times(folders)
        while not process.ended() and _times(folders) == before:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, self.last - self.first))


def _times(folders: list[Path]) -> list[int]:
    return [folder.stat().st_mtime_ns for folder in folders if folder.is_dir()]


def measure(start: Path, place: Path, args: list[str]) -> tuple[Timing, dict[str, bytes]]:
    """Timing, and the files an undisturbed run ends with."""
    wholes, firsts, lasts = [], [], []
    for _ in range(5):
        fresh(start, place, cold=True)
        begun = time.time()
        run(place, *args)
        wholes.append(time.time() - begun)
        times = [p.stat().st_mtime - begun for p in place.rglob("*") if p.is_file() and ".pipeline/cache" not in str(p)]
        times = [t for t in times if t > 0]
        if not times:
            raise SystemExit(f"{args} writes nothing: no kill would show anything")
        firsts.append(min(times))
        lasts.append(max(times))
    timing = Timing(statistics.median(wholes), statistics.median(firsts), statistics.median(lasts))
    return timing, tree(place, "locales", "output", "content")


def fresh(start: Path, place: Path, *, cold: bool) -> None:
    """A copy of the project to be ruined."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(start, place)
    if cold:
        shutil.rmtree(place / ".pipeline", ignore_errors=True)


def jobs_of(rng: random.Random) -> list[str]:
    return ["--jobs", rng.choice(("1", "2"))]


def kill_trials(
    command: str, start: Path, place: Path, words: frozenset[str], kills: int, seed: int
) -> tuple[Counter[str], Counter[str]]:
    """(counts of what the kills met, faults)."""
    rng = random.Random(f"{seed} {command}")
    timing, new = measure(start, place, [*COMMANDS[command], "--jobs", "1"])
    old = tree(start, "locales", "output", "content")
    states = [old, new]
    if command in ("translate", "import-po"):  # which begin with an update
        states.insert(1, measure(start, place, COMMANDS["update"])[1])
    met: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    tell(f"{command}: a run takes {timing.whole:.2f} s and writes from {timing.first:.2f} s to {timing.last:.2f} s")
    for number in range(kills):
        fresh(start, place, cold=rng.random() < 0.7)
        args = [*COMMANDS[command], *jobs_of(rng)]
        process = Run(place, args)
        timing.wait(process, place, rng)
        dead = process.ended()
        process.signal(signal.SIGKILL)
        process.wait()
        now = tree(place, "locales", "output", "content")
        changed = [name for name in now if now[name] != old.get(name)]
        left = [name for name in new if now.get(name) != new[name]]
        where = (
            "ended before" if dead else "before writing" if not changed else "after" if not left else "while writing"
        )
        met[where] += 1
        met["temporary files"] += sum(map(is_temporary, now))
        problems = [*faults_now(place, words, states)]
        run(place, *args)
        problems += faults_after(place, new)
        faults.update(problems)
        for problem in problems[:_SHOWN]:
            tell(
                f"  {command} kill {number}: {problem}"
                + (f" ({len(problems)} faults)" if len(problems) > _SHOWN else "")
            )
        met["kills with a fault"] += bool(problems)
    return met, faults


# Edits in the middle


def edit_trials(
    command: str, start: Path, place: Path, words: frozenset[str], edits: int, seed: int
) -> tuple[int, int, Counter[str]]:
    """(edits saved while the run was going on, of them in a file it had still to write, faults)."""
    rng = random.Random(f"{seed} edit {command}")
    timing, new = measure(start, place, [*COMMANDS[command], "--jobs", "1"])
    old = tree(start, "locales")
    order = sorted(name for name in old if name.endswith(".po") and new.get(name) != old[name])
    saved = ahead = 0
    faults: Counter[str] = Counter()
    while saved < edits:
        fresh(start, place, cold=True)
        process = Run(place, [*COMMANDS[command], "--jobs", "1"])
        timing.wait(process, place, rng)
        if process.ended():
            continue
        process.signal(signal.SIGSTOP)
        now = {name: data for name, data in tree(place, "locales").items() if name in order}
        waiting = [name for name in order if now.get(name) == old[name]]
        # The next one to be written is the one most likely to have been read.
        name = waiting[0] if waiting and rng.random() < 0.7 else rng.choice([*now])
        word = f"w{900_000 + saved}w"
        edit = save_edit(place / name, now[name], word, rng)
        saved += 1
        ahead += name in waiting
        process.signal(signal.SIGCONT)
        code = process.wait()
        problems = [] if code in (0, 1) else [f"ended with {code}"]
        problems += survived(place, name, word, edit, words)
        run(place, *COMMANDS[command])
        problems += [f"{problem} (after the rerun)" for problem in survived(place, name, word, edit, words)]
        for problem in problems:
            faults[problem] += 1
            tell(f"  {command} edit {saved}: {name}: {problem}")
    return saved, ahead, faults


def save_edit(path: Path, data: bytes, word: str, rng: random.Random) -> str:
    """Fill and approve one entry that has no approved translation, as an editor saves it; its msgid."""
    po = polib.pofile(data.decode(), wrapwidth=77)
    entries = [e for e in po if not e.obsolete and not (e.msgstr and not e.fuzzy) and not PERSON.search(e.msgstr)]
    entry = rng.choice(entries or [e for e in po if not e.obsolete])
    entry.msgstr = f"{word} {entry.msgstr if PERSON.search(entry.msgstr) else entry.msgid}"
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    temporary = path.with_name(f"{path.name}~")
    temporary.write_text(str(po), encoding="utf-8", newline="\n")
    temporary.replace(path)
    return str(entry.msgid)


def survived(project: Path, name: str, word: str, msgid: str, words: frozenset[str]) -> Iterator[str]:
    """What is wrong with an edit: its word must be there, and approved where its string still is one."""
    found: set[str] = set()
    for path in (project / "locales").rglob("*.po"):
        problem, here = VERDICTS.of(path)
        found |= here
        if problem:
            yield f"refused by msgfmt or polib: {path.name}: {problem}"
    if word not in found:
        yield "the edit is lost"
        return
    if words - found:
        yield "words of people lost"
    if (project / name).exists():
        entry = polib.pofile(str(project / name)).find(msgid, include_obsolete_entries=False)
        if entry is not None and (word not in entry.msgstr or entry.fuzzy):
            yield "the edited entry has lost its text or its approval"


def main() -> int:
    """Run all trials, one process at a time; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=80)
    parser.add_argument("--still", action="store_true", help="no page moves or is deleted")
    parser.add_argument("--command", default="update,translate,build,import-po")
    options = parser.parse_args()
    begun = time.monotonic()
    for name in PRELOADED:
        importlib.import_module(name)
    starts, words = prepare(options.out, options.pages, still=options.still)
    place = options.out / "trial"
    commands = options.command.split(",")
    rows, bad = [], 0
    names: tuple[str, ...] = ("before writing", "while writing", "after", "ended before", "temporary files")
    for number, command in enumerate(commands):
        share = options.kills // len(commands) + (number < options.kills % len(commands))
        met, faults = (
            kill_trials(command, starts[command], place, words, share, options.seed)
            if share
            else (Counter(), Counter())
        )
        bad += sum(faults.values())
        rows.append([command, share, *(met[name] for name in names), met["kills with a fault"]])
    print(table(["command", "kills", *names, "with a fault"], rows))
    edit_rows = []
    for command in (name for name in commands if name in ("update", "translate", "import-po") and options.edits):
        saved, ahead, faults = edit_trials(command, starts[command], place, words, options.edits, options.seed)
        bad += sum(faults.values())
        edit_rows.append([command, saved, ahead, sum(faults.values())])
    if edit_rows:
        print(
            "\n" + table(["command", "edits saved in the middle", "in a file still to be written", "faults"], edit_rows)
        )
    print(
        f"\n{len(words)} words of people, {len(VERDICTS.known)} different PO files looked at, {time.monotonic() - begun:.0f} s"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
