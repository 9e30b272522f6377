"""Two files change places in one step, where the system can: what was at a name comes out whole, and can be looked at.

Replacing a file says nothing about what was replaced. Between looking at a file and replacing it somebody may save it;
after an exchange their work is in the other file, and not lost.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

_AT_FDCWD = {"linux": -100, "darwin": -2}
_FLAG = 2
"""RENAME_EXCHANGE of Linux's renameat2 (3.15, glibc 2.28), and RENAME_SWAP of macOS's renameatx_np (10.12)."""


def exchange(one: Path, other: Path) -> bool:
    """Let two files that are there change places; False, and nothing done, where system or file system cannot."""
    swap = _function()
    return swap is not None and swap(one, other)


@cache
def _function() -> Callable[[Path, Path], bool] | None:
    folder = _AT_FDCWD.get(sys.platform)
    if folder is None:
        return None
    import ctypes
    import os

    try:
        library = ctypes.CDLL(None, use_errno=True)
        call = library.renameat2 if sys.platform == "linux" else library.renameatx_np
    except (OSError, AttributeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    call.restype = ctypes.c_int

    def swap(one: Path, other: Path) -> bool:
        return bool(call(folder, os.fsencode(one), folder, os.fsencode(other), _FLAG) == 0)

    return swap
