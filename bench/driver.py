"""Batch driver over the public API, on all cores: what `timing.py`-like harnesses call with many files at once.

usage: driver.py extract|rebuild [--jobs N] < list.tsv
 extract lines: SRC<TAB>PO           rebuild lines: SRC<TAB>PO<TAB>OUT
Writes one JSON line a file: {"src", "ok", "err", "sec"}. An error in one file is told, and the rest go on.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pipeline
from pipeline.catalog.pofile import format_po


def extract(src: str, po: str) -> None:
    """One page to a PO template."""
    page = pipeline.parse_page(Path(src).read_bytes(), path=Path(src).name)
    Path(po).write_bytes(format_po(pipeline.make_template([page])))  # a template holds nobody's words: no fsync


def rebuild(src: str, po: str, out: str) -> None:
    """One page and its catalog to an edition of the page, with the check that it reads the same again."""
    page = pipeline.parse_page(Path(src).read_bytes(), path=Path(src).name)
    Path(out).write_bytes(pipeline.rebuild_page(page, pipeline.read_po(Path(po)).accepted()))


def work(mode: str, rows: list[list[str]], out: int) -> None:
    """Does `rows` one by one and reports each to the file descriptor `out`."""
    for row in rows:
        started, ok, error = time.perf_counter(), True, ""
        try:
            (extract if mode == "extract" else rebuild)(*row)
        except Exception as e:  # noqa: BLE001 - the harness counts failures; one must not stop the others
            ok, error = False, f"{type(e).__name__}: {str(e)[:200]}"
        line = json.dumps({"src": row[0], "ok": ok, "err": error, "sec": time.perf_counter() - started})
        os.write(out, line.encode() + b"\n")


def main() -> None:
    """Shares the files out by size; forks where the system can, and works alone where it cannot."""
    mode = sys.argv[1]
    jobs = int(sys.argv[3]) if len(sys.argv) > 3 else os.cpu_count() or 1
    rows = [line.rstrip("\n").split("\t") for line in sys.stdin if line.strip()]
    if jobs < 2 or not hasattr(os, "fork"):
        work(mode, rows, 1)
        return
    shares: list[list[list[str]]] = [[] for _ in range(jobs)]
    load = [0] * jobs
    for row in sorted(rows, key=lambda r: (-Path(r[0]).stat().st_size, r[0])):
        least = load.index(min(load))
        shares[least].append(row)
        load[least] += Path(row[0]).stat().st_size + 500
    pipeline.parse_page(b"---\ntitle: warm\n---\n# x\n")  # imported once, before the fork
    _ = pipeline.make_template
    if mode == "rebuild":
        _ = pipeline.rebuild_page, pipeline.read_po
    sys.stdout.flush()
    children = []
    for share in shares[1:]:
        child = os.fork()
        if child == 0:
            work(mode, share, 1)
            os._exit(0)
        children.append(child)
    work(mode, shares[0], 1)
    failed = [os.waitpid(child, 0)[1] for child in children]
    sys.exit(1 if any(failed) else 0)


if __name__ == "__main__":
    main()
