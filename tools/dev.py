"""Set up `.venv` from the lock files and run the project's two main jobs; the standard library only.

    python tools/dev.py demo     # set up, then content/ -> locales/ -> output/ and a status table
    python tools/dev.py test     # set up, then lint, types and the whole test suite
    python tools/dev.py fuzz     # set up, then a minute of fuzzing for each parser; other options are bench/fuzz.py's
    python tools/dev.py setup    # only set up (add --dev for the test tools)
    python tools/dev.py lock     # write the lock files anew (needs uv and a package index)

`make` and `make test` are short for the first two. Nothing is installed again while the lock
files stay the same, so both work without a network from the second time on.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
DEMO = (
    ["update", "--lang", "ms"],
    ["translate", "--lang", "ms"],
    ["build", "--lang", "ms"],
    ["status"],
)


def main() -> int:
    """Run the job named on the command line; its exit code is the first failing step's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=("demo", "test", "fuzz", "setup", "lock"))
    parser.add_argument("--dev", action="store_true", help="with setup: the test tools too")
    arguments, rest = parser.parse_known_args()
    if not (3, 11) <= sys.version_info < (3, 14):
        print(f"pipeline needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    if arguments.job == "lock":
        return lock()
    status = set_up(DEV_LOCK if arguments.job in ("test", "fuzz") or arguments.dev else RUNTIME_LOCK)
    if status == 0 and arguments.job == "demo":
        status = demo()
    elif status == 0 and arguments.job == "test":
        status = test(rest)
    elif status == 0 and arguments.job == "fuzz":
        status = _run([str(python()), "bench/fuzz.py", *(rest or ["--seconds", "60"])])
    return status


def set_up(lock_file: Path) -> int:
    """Make `.venv` hold what `lock_file` says, and this project; does nothing when it already does."""
    digests = {lock.name: _digest(lock) for lock in (RUNTIME_LOCK, DEV_LOCK)}
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stamp = VENV / "pipeline-lock.txt"
    installed = stamp.read_text("ascii").split() if stamp.is_file() and python().is_file() else []
    # The test tools' lock is a superset: an environment made from it serves the demonstration too.
    if installed in ([digests[lock_file.name], version], [digests[DEV_LOCK.name], version]):
        return 0
    print(f"Setting up {VENV.name} from {lock_file.name}", flush=True)
    if installed[1:] != [version]:  # none yet, half made, or another Python's
        try:
            venv.create(VENV, clear=True, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"Could not make .venv: {error}\nOn Debian and Ubuntu: apt-get install python3-venv", file=sys.stderr)
            return 1
    stamp.unlink(missing_ok=True)
    pip = [str(python()), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    steps = (
        [*pip, "--require-hashes", "-r", str(lock_file)],
        [*pip, "--no-build-isolation", "--editable", str(ROOT)],
    )
    for step in steps:
        status = _run(step)
        if status:
            print("Could not set up .venv: see pip's message above.", file=sys.stderr)
            return status
    stamp.write_text(f"{digests[lock_file.name]} {version}\n", "ascii")
    return 0


def demo() -> int:
    """Build the Malay edition of the demonstration site and show how far it is."""
    for arguments in DEMO:
        print(f"\n$ pipeline {' '.join(arguments)}", flush=True)
        status = _run([str(python()), "-m", "pipeline", *arguments])
        if status:
            return status
    return 0


def test(arguments: list[str]) -> int:
    """Lint, format, types and tests; every one is run, and any failure counts."""
    steps = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["pytest", *arguments],
    )
    failed = []
    for step in steps:
        print(f"\n$ {' '.join(step)}", flush=True)
        if _run([str(python()), "-m", *step]):
            failed.append(" ".join(step))
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def lock() -> int:
    """Resolve both lock files for every supported Python and system, with the hashes of all their files."""
    uv = shutil.which("uv")
    if uv is None:
        print("`lock` needs uv: python -m pip install uv", file=sys.stderr)
        return 2
    command = [uv, "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--quiet"]
    command += ["--custom-compile-command", "python tools/dev.py lock"]
    for groups, target in ((["build"], RUNTIME_LOCK), (["build", "dev"], DEV_LOCK)):
        chosen = [part for group in groups for part in ("--group", group)]
        agree = ["--constraint", str(RUNTIME_LOCK)] if target == DEV_LOCK else []
        status = _run([*command, *chosen, *agree, "--output-file", str(target)])
        if status:
            return status
    return 0


def python() -> Path:
    """The interpreter of `.venv`."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _digest(lock_file: Path) -> str:
    """What the environment depends on: the lock file, the project's own metadata and its place."""
    digest = hashlib.sha256(lock_file.read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def _run(command: list[str]) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
