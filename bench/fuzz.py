"""Fuzzing of every parser: no crash, no hang, and the laws hold, for cases made out of seeds.

    python bench/fuzz.py [--target NAME ...] [--seconds 60 | --cases N] [--seeds DIR ...] [--jobs 2] [--save DIR]

Each target runs in a process of its own. The parent watches it: a case that takes longer than a second for 100 kB (at
least `--floor` seconds of processor time), that ends the process, or that breaks a law is a finding; it is made smaller
and written to `--save`. The same `--seed` gives the same cases. A finding that is fixed belongs in
tests/data/fuzz/TARGET/, where the test suite replays it. Exits 1 on any finding.

`--atheris` lets coverage guide the mutations (`pip install atheris`; Linux): slower cases, chosen better.
"""

from __future__ import annotations

import argparse
import hashlib
import mmap
import os
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from common import table, tell

if "--atheris" in sys.argv:  # what is imported is rewritten to count its branches: before anything of it is loaded
    import atheris

    with atheris.instrument_imports(include=["pipeline"]):
        from fuzz_mutate import LONGEST, Mutator
        from fuzz_targets import SLOW, TARGETS, Target, seeds
else:
    from fuzz_mutate import LONGEST, Mutator
    from fuzz_targets import SLOW, TARGETS, Target, seeds


ROOT = Path(__file__).resolve().parents[1]
SEED_FOLDERS = (ROOT / "content", ROOT / "locales", ROOT / "tests" / "data", ROOT / "pipeline.toml")
DEAR_EVERY = 16
"""One case in so many is also put to the checks that cost more."""
DEAR = 5
"""Times the limit of time for those: a page is then read several times."""
PATIENCE_WHEN_DEAR = 30
ROOM = LONGEST * 10 + 4096
WALL = 20.0
"""Seconds until the parent ends a process that answers no more."""
MEMORY = 4 << 30


def failure(target: Target, case: bytes, *, dear: bool, floor: float) -> str:
    """What is wrong with a case, "" when nothing is: a short text that is the same for the same bug."""
    started = time.perf_counter()  # much cheaper than asking for processor time
    try:
        broken = target.check(case, dear)
    except Exception as error:  # noqa: BLE001 - any exception is what we are looking for
        frames = [f for f in traceback.extract_tb(error.__traceback__) if "pipeline" in Path(f.filename).parts]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"
        return f"{type(error).__name__} in {where}"
    taken = time.perf_counter() - started
    limit = max(floor, len(case) * SLOW) * target.patience * (DEAR if dear else 1)
    for _ in range(3 if taken > limit else 0):  # on a busy machine only processor time counts
        started = time.process_time()
        target.check(case, dear)
        taken = min(taken, time.process_time() - started)
    if taken > limit:
        return f"slow: {taken:.2f} s for {len(case)} bytes"
    return f"{broken.partition(':')[0]}: {broken}"[:300] if broken else ""


def kind(text: str) -> str:
    """What findings are counted by."""
    return text.partition(":")[0] if text.startswith(("slow", "law")) else text


def smaller(target: Target, case: bytes, wanted: str, *, floor: float, seconds: float = 10.0) -> bytes:
    """The case with lines, then characters taken out while it fails in the same way."""
    stop = time.monotonic() + seconds

    def fails(data: bytes) -> bool:
        return kind(failure(target, data, dear=True, floor=floor)) == kind(wanted)

    for unit in ("line", "byte"):
        size = max(1, len(case) // 2)
        while size and time.monotonic() < stop:
            parts = case.splitlines(keepends=True) if unit == "line" else [case[i : i + 1] for i in range(len(case))]
            size = min(size, len(parts))
            i, changed = 0, False
            while i < len(parts) and time.monotonic() < stop:
                rest = b"".join([*parts[:i], *parts[i + size :]])
                if fails(rest):
                    parts[i : i + size] = []
                    changed = True
                else:
                    i += size
            case = b"".join(parts)
            size = size if changed and size == 1 else size // 2
    return case


def child(options: argparse.Namespace, target: Target) -> int:
    """Runs cases until time or number is up; each is noted in the shared file first. Prints findings as it goes."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass
    with Path(options.shared).open("r+b") as file:
        note = mmap.mmap(file.fileno(), ROOM)
    mutator = Mutator(seeds(target, options.seeds), options.seed)
    known: set[str] = set(options.known)
    stop = time.monotonic() + options.seconds if options.seconds else float("inf")
    for case in target.builtin:
        target.check(case, True)
    n = 0
    while n < options.cases and time.monotonic() < stop:
        case = mutator.case()
        note[16 : 16 + len(case)] = case
        note[8:16] = len(case).to_bytes(8, "little")
        n += 1
        note[:8] = n.to_bytes(8, "little")
        why = failure(target, case, dear=n % DEAR_EVERY == 0, floor=options.floor)
        if why and kind(why) not in known:
            known.add(kind(why))
            small = smaller(target, case, why, floor=options.floor)
            print(f"{kind(why)}\t{why!r}\t{small.hex()}", flush=True)
    note.flush()
    return 0


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one target's run came to."""

    name: str
    cases: int = 0
    seconds: float = 0.0
    findings: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """{kind: (what, case)}"""


def watch(options: argparse.Namespace, name: str) -> Tally:
    """Runs one target to its end, starting its process again after a crash or hang."""
    tally = Tally(name=name)
    started = time.monotonic()
    seed = options.seed
    with tempfile.TemporaryDirectory(prefix="pipeline-fuzz-") as folder:
        shared = Path(folder) / "case"
        while True:
            left = options.seconds - (time.monotonic() - started) if options.seconds else 0
            if tally.cases >= options.cases or (options.seconds and left <= 0):
                break
            shared.write_bytes(bytes(ROOM))
            command = [sys.executable, __file__, "--target", name, "--shared", str(shared), "--seed", str(seed)]
            command += [
                "--cases",
                str(options.cases - tally.cases),
                "--seconds",
                str(max(left, 0)),
                "--floor",
                str(options.floor),
            ]
            command += [part for path in options.seeds for part in ("--seeds", str(path))]
            command += [part for known in tally.findings for part in ("--known", known)]
            ended, output = _attend(command, shared)
            note = shared.read_bytes()
            tally.cases += int.from_bytes(note[:8], "little")
            for line in output.splitlines():
                which, why, case = line.split("\t")
                tally.findings[which] = (why, bytes.fromhex(case))
            if not ended:
                break
            case = note[16 : 16 + int.from_bytes(note[8:16], "little")]
            tally.findings[f"{ended} {hashlib.sha256(case).hexdigest()[:8]}"] = (ended, case)
            seed += 1_000_003
    tally.seconds = time.monotonic() - started
    return tally


def _attend(command: list[str], shared: Path) -> tuple[str, str]:
    """("" or how it ended badly, what it printed)."""
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(
            command, stdout=printed, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
        )
        count, since, ended = b"", time.monotonic(), ""
        while process.poll() is None:
            time.sleep(0.25)
            with shared.open("rb") as file:
                now = file.read(8)
            if now != count:
                count, since = now, time.monotonic()
            elif time.monotonic() - since > WALL:
                process.kill()
                process.wait()
                ended = "hang"
        if process.returncode and not ended:
            ended = f"crash ({process.returncode})"
        printed.seek(0)
        return ended, printed.read()


def guided(options: argparse.Namespace, target: Target) -> int:
    """The same checks under atheris, which mutates by coverage. Ends at the first finding, as libFuzzer does."""
    import atheris

    corpus = tempfile.mkdtemp(prefix="pipeline-atheris-")
    for n, case in enumerate(seeds(target, options.seeds)):
        (Path(corpus) / str(n)).write_bytes(case)

    def one(data: bytes) -> None:
        why = failure(target, data, dear=len(data) % DEAR_EVERY == 0, floor=options.floor)
        if why:
            raise RuntimeError(why)

    arguments = [
        sys.argv[0],
        corpus,
        f"-max_total_time={int(options.seconds) or 60}",
        f"-max_len={LONGEST}",
        f"-seed={options.seed or 1}",
        f"-artifact_prefix={options.save or corpus}/",
    ]
    atheris.Setup(arguments, one)
    atheris.Fuzz()
    return 0


def main() -> int:
    """Prints a table: cases, cases a second, findings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="all when left out; may be repeated")
    parser.add_argument("--skip", action="append", default=[], choices=sorted(TARGETS), help="all but this one")
    parser.add_argument("--seconds", type=float, default=0, help="for each target")
    parser.add_argument("--cases", type=int, default=0, help="for each target; 10,000 when neither is given")
    parser.add_argument(
        "--seeds",
        type=Path,
        action="append",
        default=[],
        help="folders of seeds; the project's own files when left out",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time")
    parser.add_argument("--floor", type=float, default=0.3, help="seconds that a case of any size may take")
    parser.add_argument("--save", type=Path, help="where cases that fail are written")
    parser.add_argument("--atheris", action="store_true", help="one target, guided by coverage")
    parser.add_argument("--shared", help=argparse.SUPPRESS)
    parser.add_argument("--known", action="append", default=[], help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.cases = options.cases or (sys.maxsize if options.seconds else 10_000)
    options.seeds = options.seeds or list(SEED_FOLDERS)
    names = options.target or [name for name in TARGETS if name not in options.skip]
    if options.shared:
        return child(options, TARGETS[names[0]])
    if options.atheris:
        return guided(options, TARGETS[names[0]])

    rows, findings = [], 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for tally in pool.map(lambda name: watch(options, name), names):
            rows.append(
                (tally.name, f"{tally.cases:,}", f"{tally.cases / max(tally.seconds, 0.001):,.0f}", len(tally.findings))
            )
            findings += len(tally.findings)
            for which, (why, case) in tally.findings.items():
                tell(f"{tally.name}: {which}: {why}\n    {case[:300]!r}")
                if options.save:
                    folder = options.save / tally.name
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / hashlib.sha256(case).hexdigest()[:12]).write_bytes(case)
    print(table(["target", "cases", "cases/s", "findings"], rows))
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
