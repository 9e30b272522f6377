"""Does a killed `translate` go on to the same bytes? SIGKILL at seeded random moments, with a real model.

usage: resume.py CORPUS MODEL.argosmodel [--kills 20] [--seed 1] [--pages 40] [--beam 1]
A project of corpus pages is translated once undisturbed. Then each time a fresh copy is started, killed with its workers
after a random part of that time, and run again to the end: the PO files must be the same, byte by byte. At the end
a second run of the finished project must ask the engine for nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from common import find_pages


def command(project: Path, beam: int) -> list[str]:
    """The command line of one run."""
    return [
        sys.executable, "-m", "pipeline", "-C", str(project),
        "translate", "--lang", "ms", "--beam", str(beam), "--format", "json",
    ]  # fmt: skip


def run(project: Path, beam: int, environment: dict[str, str]) -> dict[str, object]:
    """A run to its end; its result."""
    done = subprocess.run(command(project, beam), env=environment, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    result: dict[str, object] = json.loads(done.stdout)
    return result


def catalogs(project: Path) -> dict[str, bytes]:
    """The PO files by their names."""
    return {str(path.relative_to(project)): path.read_bytes() for path in sorted(project.rglob("*.po"))}


def main() -> int:
    """Prints one line a kill; 1 when any run ends in other bytes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--beam", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        environment = {
            **os.environ,
            "PIPELINE_MODELS": str(base / "models"),
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
        install = [sys.executable, "-m", "pipeline", "models", "install", str(arguments.model)]
        subprocess.run(install, env=environment, check=True, stdout=subprocess.DEVNULL)
        start = base / "start"
        (start / "content").mkdir(parents=True)
        (start / "pipeline.toml").write_text('languages = ["ms"]\n[source]\nroot = "content"\n', encoding="utf-8")
        pages = chance.sample(find_pages(arguments.corpus), arguments.pages)
        for number, page in enumerate(sorted(pages)):
            shutil.copy(page, start / "content" / f"{number:03}{page.suffix}")
        whole = shutil.copytree(start, base / "whole" / "site")  # its name is in the PO headers
        began = time.perf_counter()
        first = run(whole, arguments.beam, environment)
        duration = time.perf_counter() - began
        wanted = catalogs(whole)
        print(f"undisturbed: {duration:.1f} s, {first['languages'][0]['sentences']} sentences, {len(wanted)} PO files")  # type: ignore[index]
        different = 0
        for kill in range(arguments.kills):
            project = shutil.copytree(start, base / f"killed{kill}" / "site")
            delay = chance.uniform(0.02, 0.98) * duration
            child = subprocess.Popen(
                command(project, arguments.beam), env=environment, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            time.sleep(delay)
            ended = child.poll() is not None
            if not ended:
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            resumed = run(project, arguments.beam, environment)
            same = catalogs(project) == wanted
            different += not same
            sentences = resumed["languages"][0]["sentences"]  # type: ignore[index]
            note = " (had ended)" if ended else ""
            print(
                f"kill {kill + 1} after {delay:.1f} s{note}: {sentences} sentences left, {'same' if same else 'OTHER'} bytes"
            )
            shutil.rmtree(project.parent)
        again = run(whole, arguments.beam, environment)
        asked = again["languages"][0]["sentences"]  # type: ignore[index]
        print(f"a second run of the finished project: {asked} sentences; {different} of {arguments.kills} differ")
    return 1 if different or asked else 0


if __name__ == "__main__":
    sys.exit(main())
