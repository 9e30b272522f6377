"""Writing a file so that a killed run leaves the old bytes or the new ones, never half of either.

A temporary file in the same folder takes the old file's place in one step. What a killed run leaves behind are such
files; their names begin with a dot, so nothing takes them for a page, and `remove_leftovers` knows them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pipeline.errors import WriteError
from pipeline.exchange import exchange

_LEFTOVER = re.compile(r"\.pipeline-[0-9a-f]{16}\.tmp")
_NOT_OURS = frozenset({"node_modules", "vendor"})
"""Folders with many files and none of ours, should a project write its editions beside them."""
_WAITS: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ()
"""Seconds between attempts to replace a file. Windows refuses while another program (an editor, a virus scanner, a
search index) has it open, mostly for a moment; elsewhere a refusal is final."""

_UNCHANGED = "what was there before is unchanged"
_HINTS = {
    errno.ENOSPC: f"make room and run again; {_UNCHANGED}",
    getattr(errno, "EDQUOT", errno.ENOSPC): f"make room and run again; {_UNCHANGED}",
    errno.EIO: f"the disk or its connection fails; {_UNCHANGED}",
}


def write_atomic(
    path: Path,
    data: bytes,
    *,
    durable: bool = False,
    check: Callable[[bytes | None], None] | None = None,
) -> bool:
    """Make `data` the contents of `path`; False when it already was and nothing was written.

    The old file's permissions are kept. Missing folders are made; a symbolic link stays one, and its target is written.
    `durable` forces the data to the disk before the old file goes, so that a power cut, too, leaves the old bytes or
    the new: for files that hold people's words. What can be made again does without, because it costs a wait per file.
    The folder is not forced: that would cost as much again, only for the new bytes instead of the old ones.
    `check` is called with what the file holds (None: no file) at the last moment before it is replaced, and where the
    system can exchange files, with what was replaced; when it raises, the file is, or is again, as it was.

    Raises WriteError when the operating system refuses.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode_if_different(target, data)
        if mode == _EQUAL:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(_DoneError):
            try:
                _replace(target, data, mode, durable=durable, check=check)
            except FileNotFoundError:  # another run took our temporary file for a leftover
                _replace(target, data, mode, durable=durable, check=check)
    except OSError as error:
        raise write_error(error, path) from error
    return True


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A free name beside `target` to make a file under; it takes the target's place when the block ends well.

    Errors of the operating system pass through.
    """
    # A short name of its own: one made from the target's could pass the file system's limit.
    temporary = target.parent / f".pipeline-{os.urandom(8).hex()}.tmp"
    try:
        yield temporary
        _put(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def write_error(error: OSError, path: Path) -> WriteError:
    """What the operating system refused, as an error that says what to do."""
    if os.name == "nt" and isinstance(error, PermissionError):
        hint = f"close the program that has it open, or make it writable; {_UNCHANGED}"
    else:
        hint = _HINTS.get(error.errno or 0, _UNCHANGED)
    return WriteError(f"cannot be written: {error.strerror or error}", path=str(path), hint=hint)


def remove_leftovers(folders: Iterable[Path]) -> int:
    """Remove the temporary files that killed runs left in or below the folders; how many there were.

    Only for a run that has its project for itself: the files of another run at work would go, too. Links and hidden
    folders but `.pipeline` are not entered, and what cannot be read or removed stays.
    """
    removed = 0
    pending = [os.fspath(folder) for folder in folders]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in _NOT_OURS and (entry.name[0] != "." or entry.name == ".pipeline"):
                            pending.append(entry.path)
                    elif _LEFTOVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        with contextlib.suppress(OSError):
                            os.unlink(entry.path)  # noqa: PTH108  (a site has many files, and Path is slow to make)
                            removed += 1
        except OSError:
            continue
    return removed


_EQUAL = -1


def _mode_if_different(target: Path, data: bytes) -> int | None:
    """Permission bits of the file to be replaced, None without one, `_EQUAL` when it holds `data`."""
    try:
        found = target.stat()
        if stat.S_ISREG(found.st_mode) and found.st_size == len(data) and target.read_bytes() == data:
            return _EQUAL
    except FileNotFoundError:
        return None
    return stat.S_IMODE(found.st_mode)


def _replace(
    target: Path, data: bytes, mode: int | None, *, durable: bool, check: Callable[[bytes | None], None] | None
) -> None:
    # os.open applies the user's umask to a new file, which tempfile would not.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with replacing(target) as temporary:
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        if mode is not None:
            temporary.chmod(mode)
        if check is not None:
            check(_content(target))
            if exchange(temporary, target):
                # The file is written, and what was there came out. Were it not what was expected, it goes back.
                try:
                    check(_content(temporary))
                except BaseException:
                    exchange(temporary, target)
                    if _content(temporary) != data:  # and once more somebody saved it meanwhile: theirs is the newest
                        exchange(temporary, target)
                    raise
                raise _DoneError


class _DoneError(Exception):
    """The file is in its place, and the old one under the temporary name."""


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(temporary: Path, target: Path) -> None:
    for seconds in _WAITS:
        try:
            temporary.replace(target)
        except PermissionError:
            time.sleep(seconds)
        else:
            return
    temporary.replace(target)
