"""Speed and memory of whole processes: what a user waits for.

    python bench/speed.py CORPUS [--rounds 3] [--pages 1000,10000]

Prints one table: extract and rebuild of a folder through the library (process start included), the start-up time of
commands, and `pipeline update` on synthetic sites: first run, unchanged, after every page was touched, peak memory.
Times are medians; memory is the largest sum over the process and its workers (Linux; elsewhere the largest process).
Exits 1 when an unchanged run writes a file.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from common import find_pages, marked, table, tell

PIPELINE = [sys.executable, "-m", "pipeline"]
WORDS = (
    "opening hours licence permit office counter apply renew form fee visit notice public holiday service "
    "appointment document passport address residents building food shop website update child school health"
).split()
SHARED = tuple(f"Notice {number}: our counters close at five on the eve of a public holiday." for number in range(40))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished process: seconds of wall time, peak resident memory in MiB."""

    seconds: float
    memory: float


def _family_memory(pid: int) -> int:
    """Resident bytes of a process and its descendants, 0 where /proc does not tell."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, Path(task, "children").read_text().split())
        except (OSError, IndexError, ValueError):
            continue
    return total


def run(command: Sequence[str], *, cwd: Path | None = None, watch: bool = False) -> Run:
    """Runs a command to its end; `watch` samples its memory. Raises CalledProcessError with what it said."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak, ended = [0], threading.Event()

    def sample() -> None:
        while not ended.wait(0.05):
            peak[0] = max(peak[0], _family_memory(process.pid))

    watcher = threading.Thread(target=sample)
    if watch:
        watcher.start()
    errors = process.communicate()[1]
    seconds = time.perf_counter() - start
    if watch:
        ended.set()
        watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), stderr=errors)
    return Run(seconds=seconds, memory=peak[0] / 2**20)


def median(command: Sequence[str], rounds: int, *, cwd: Path | None = None) -> float:
    """Median wall time of a command, seconds."""
    return statistics.median(run(command, cwd=cwd).seconds for _ in range(rounds))


def work(mode: str, corpus: Path, catalogs: Path) -> None:
    """The timed process: every page of a corpus to a catalog each, or with its catalog to a page."""
    import pipeline

    segments = 0
    for number, path in enumerate(find_pages(corpus)):
        page = pipeline.parse_page(path.read_bytes(), path=path.relative_to(corpus).as_posix())
        segments += len(page.segments)
        po = catalogs / f"{number}.po"
        if mode == "extract":
            pipeline.write_po(pipeline.make_template([page]), po)
        else:
            (catalogs / f"{number}.out").write_bytes(pipeline.rebuild_page(page, pipeline.read_po(po).accepted()))
    (catalogs / "segments").write_text(str(segments))


def fill(catalogs: Path) -> None:
    """Gives every entry a marked translation, so that a rebuild has everything to do."""
    import pipeline

    for po in catalogs.glob("*.po"):
        catalog = pipeline.read_po(po)
        messages = tuple(message.changed(msgstr=marked(message.msgid)) for message in catalog.messages)
        pipeline.write_po(dataclasses.replace(catalog, messages=messages), po)


def library(corpus: Path, rounds: int) -> Iterator[tuple[str, str]]:
    """Extract and rebuild of a folder through the library, process start included."""
    size = sum(path.stat().st_size for path in find_pages(corpus)) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        for mode in ("extract", "rebuild"):
            if mode == "rebuild":
                fill(Path(folder))
            seconds = median([sys.executable, __file__, str(corpus), "--work", mode, folder], rounds)
            count = int((Path(folder) / "segments").read_text())
            yield (
                f"{mode}, {size:.1f} MB",
                f"{seconds:.2f} s: {size / seconds:.2f} MB/s, {count / seconds:,.0f} segments/s",
            )


def start_up(corpus: Path, rounds: int) -> Iterator[tuple[str, str]]:
    """What a command costs before it has done anything, and on one page."""
    yield "python -c pass", f"{median([sys.executable, '-c', 'pass'], 3 * rounds):.3f} s"
    yield "pipeline --help", f"{median([*PIPELINE, '--help'], 3 * rounds):.3f} s"
    pages = sorted(find_pages(corpus), key=lambda path: path.stat().st_size)
    page = pages[len(pages) // 2]
    with tempfile.TemporaryDirectory() as folder:
        seconds = median([*PIPELINE, "page", "extract", str(page), "-o", str(Path(folder, "page.po"))], 3 * rounds)
    yield f"pipeline page extract, a page of {page.stat().st_size:,} bytes", f"{seconds:.3f} s"


def make_site(root: Path, pages: int) -> None:
    """A site of `pages` pages in folders of 50, eight paragraphs each, some shared between pages; always the same."""
    chance = random.Random(20)
    for number in range(pages):
        folder = root / "content" / f"part-{number // 50:03}"
        folder.mkdir(parents=True, exist_ok=True)
        paragraphs = []
        for _ in range(7):
            sentences = (" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(3))
            paragraphs.append("\n".join(sentences))
        heading = " ".join(chance.choices(WORDS, k=4)).capitalize()
        head = f"---\ntitle: Page {number}\nlayout: page\n---\n# {heading} {number}"
        table_rows = "| Service | Fee |\n|---|---|\n| Passport | 70 dollars |\n| Permit | Free |"
        text = "\n\n".join([head, *paragraphs, chance.choice(SHARED), table_rows]) + "\n"
        (folder / f"page-{number:05}.md").write_text(text, encoding="utf-8", newline="\n")


def written(root: Path) -> dict[Path, int]:
    """Modification time of every file of the catalogs."""
    return {path: path.stat().st_mtime_ns for path in (root / "locales").rglob("*") if path.is_file()}


def updates(pages: int, rounds: int, faults: list[str]) -> Iterator[tuple[str, str]]:
    """`pipeline update` on a synthetic site: first run with its memory, unchanged, and after touching every page."""
    command = [*PIPELINE, "update", "--lang", "ms"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_site(root, pages)
        first = run(command, cwd=root, watch=True)
        yield f"update, {pages:,} new pages", f"{first.seconds:.2f} s, peak {first.memory:.0f} MiB"
        before = written(root)
        if not before:
            faults.append("update wrote no catalog")
        again = run(command, cwd=root, watch=True)
        yield f"update, {pages:,} unchanged pages, memory", f"peak {again.memory:.0f} MiB"
        yield f"update, {pages:,} unchanged pages", f"{median(command, rounds, cwd=root):.2f} s"
        seconds = []
        for _ in range(rounds):
            for path in (root / "content").rglob("*.md"):
                path.touch()
            seconds.append(run(command, cwd=root).seconds)
        yield f"update, {pages:,} pages after touch", f"{statistics.median(seconds):.2f} s"
        if written(root) != before:
            faults.append(f"update on {pages:,} unchanged pages wrote files")


def main() -> int:
    """Prints the table, row by row as it is measured."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--pages", default="1000,10000", help="sizes of the synthetic sites; empty for none")
    options.add_argument("--work", nargs=2, metavar=("MODE", "CATALOGS"), help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.work:
        work(args.work[0], args.corpus, Path(args.work[1]))
        return 0

    faults: list[str] = []
    parts = [library(args.corpus, args.rounds), start_up(args.corpus, args.rounds)]
    parts += [updates(int(pages), args.rounds, faults) for pages in args.pages.split(",") if pages]
    rows = []
    for part in parts:
        try:
            for row in part:
                rows.append(row)
                tell(": ".join(row))
        except subprocess.CalledProcessError as error:
            faults.append(
                f"{' '.join(error.cmd)} exits {error.returncode}: {error.stderr.decode(errors='replace')[-500:]}"
            )
    print(table(["what", "measured"], rows))
    for fault in faults:
        print(f"FAULT: {fault}")
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
