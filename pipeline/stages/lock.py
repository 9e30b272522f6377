"""One run at a time on a project: a lock of the operating system, which ends with the process that holds it.

A record lock (`lockf`) and not `flock`, which the `filelock` package takes: a forked worker inherits the latter and
would hold it on after its run was killed. The bytes of the file say who holds the lock, and mean nothing without it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from pipeline.errors import ConfigError, LockedError
from pipeline.files import remove_leftovers
from pipeline.project import Project
from pipeline.stages.linksout import refuse_links_out

Given = ParamSpec("Given")
Result = TypeVar("Result")

WAIT = "PIPELINE_LOCK_WAIT"
"""Environment variable: seconds to wait for another run to end; without it none."""
_READ_ONLY = ("dry_run", "check")
"""Arguments of a stage with which it writes nothing, and so needs no lock."""
_POLL_SECONDS = 0.1
_LOCKED_BYTE = 1 << 30
"""The byte that is locked, behind the text: Windows lets nobody read a locked one."""
_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

_held: dict[tuple[int, Path], int] = {}
"""(process, lock file) -> how many times this process is inside. A forked child holds nothing."""
_guard = threading.Lock()


def locked(
    command: str,
) -> Callable[[Callable[Concatenate[Project, Given], Result]], Callable[Concatenate[Project, Given], Result]]:
    """Decorator of a stage, whose first argument is the project: no other run writes while it is at work.

    With `dry_run` or `check` it takes no lock. LockedError, at once, when another run holds it.
    """

    def decorate(
        stage: Callable[Concatenate[Project, Given], Result],
    ) -> Callable[Concatenate[Project, Given], Result]:
        @wraps(stage)
        def run(project: Project, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
            if any(kwargs.get(name) for name in _READ_ONLY):
                return stage(project, *args, **kwargs)
            refuse_links_out(project)  # the lock itself is a file that is written
            with project_lock(project, command):
                return stage(project, *args, **kwargs)

        return run

    return decorate


def lock_path(project: Project) -> Path:
    """The lock file; it may be deleted whenever no run is at work."""
    return project.root / ".pipeline" / "lock"


@contextlib.contextmanager
def project_lock(project: Project, command: str) -> Iterator[None]:
    """Hold the project for this process, which may enter again. `command` is what others are told.

    Raises LockedError when another process holds it, after as many seconds as the variable PIPELINE_LOCK_WAIT says.
    Where no lock can be had (a read-only folder, a file system without locks) the run goes on without one.
    """
    path = lock_path(project)
    entry = (os.getpid(), Path(os.path.realpath(path)))
    with _guard:
        again = entry in _held
        _held[entry] = _held.get(entry, 0) + 1
    try:
        if again:
            yield
        else:
            with _opened(path) as stream:
                if stream is not None:
                    _acquire(stream, path)
                    _tell(stream, command)
                    # What runs that were killed have left: nobody else is writing now.
                    remove_leftovers((project.locales_dir, project.output_dir, project.root / ".pipeline"))
                yield
                if stream is not None:
                    _empty(stream)
    finally:
        with _guard:
            _held[entry] -= 1
            if not _held[entry]:
                del _held[entry]


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    """A descriptor of the lock file, made if need be; None where that cannot be done. Closing it ends the lock."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + _wait_seconds()
    while not _try_lock(descriptor):
        if time.monotonic() >= deadline:
            raise LockedError(
                f"another run is at work on this project: {_holder(descriptor)}",
                path=str(path),
                hint=f"wait until it has ended, or set {WAIT} to the seconds to wait; a run that died holds nothing",
            )
        time.sleep(_POLL_SECONDS)


def _wait_seconds() -> float:
    text = os.environ.get(WAIT, "") or "0"
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:
        raise ConfigError(f"{WAIT} is {text!r}", hint="it is a number of seconds")
    return seconds


def _try_lock(descriptor: int) -> bool:
    """Take the lock; False when another process has it. True, too, on a file system that has no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _LOCKED_BYTE)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


def _tell(descriptor: int, command: str) -> None:
    """Write into the file who holds it. A full disk is no reason to stop: the lock is what counts."""
    since = datetime.now(UTC).astimezone().isoformat(sep=" ", timespec="seconds")
    text = json.dumps({"command": command, "pid": os.getpid(), "since": since}) + "\n"
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text.encode())


def _empty(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)


def _holder(descriptor: int) -> str:
    """Who holds the lock, as the file says: command, process and since when."""
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        told: Any = json.loads(os.read(descriptor, 4096))
        return f"`pipeline {told['command']}`, process {told['pid']}, since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it has not said what it is"
