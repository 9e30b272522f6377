"""Writing a file so that a killed run leaves the old bytes or the new ones, never half of either."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pipeline.errors import WriteError


def write_atomic(path: Path, data: bytes) -> bool:
    """Make `data` the contents of `path`; False when it already was and nothing was written.

    A temporary file in the same folder takes the old file's place in one step and keeps
    its permissions. Missing folders are made; a symbolic link stays one, and its target
    is written. The data are not forced to the disk: that guards against a power cut, not
    against a killed run, and costs milliseconds a file.

    Raises WriteError when the operating system refuses.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode_if_different(target, data)
        if mode == _EQUAL:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data, mode)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(
            f"cannot be written: {reason}", path=str(path), hint="what was there before is unchanged"
        ) from error
    return True


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


def _replace(target: Path, data: bytes, mode: int | None) -> None:
    # A short name of its own: one made from the target's could pass the file system's limit.
    temporary = target.parent / f".pipeline-{os.urandom(8).hex()}.tmp"
    # os.open applies the user's umask to a new file, which tempfile would not.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as stream:
            stream.write(data)
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
