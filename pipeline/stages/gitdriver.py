"""Telling Git to merge PO files with `pipeline po merge-driver`: one line of `.gitattributes`, two of the repository's configuration.

`.gitattributes` is shared through Git; the configuration is not, so each clone runs the installation once. Without it
Git merges PO files line by line, as before.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalog.rewrite import replace_unchanged
from pipeline.errors import ConfigError, PipelineError, WriteError
from pipeline.stages.result import StageResult

DRIVER = "pipeline-po"
"""The name that links the two files."""

_ATTRIBUTE = f"*.po merge={DRIVER}"
_SET = re.compile(rb"^[ \t]*\*\.po[ \t](?:.*[ \t])?merge=" + DRIVER.encode() + rb"(?:[ \t\r]|$)", re.MULTILINE)
_TITLE = "PO files, entry by entry"
_ARGUMENTS = "po merge-driver %O %A %B %L %P"
"""What Git replaces: base, ours, theirs, size of marks, path; it quotes the path itself (gitattributes(5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallResult(StageResult):
    """Where the merge driver was installed."""

    repository: str
    command: str
    """What Git runs."""
    changed: tuple[str, ...]
    """What was written: ".gitattributes", "config"; nothing when all was there."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        return {
            "version": 1,
            "repository": self.repository,
            "command": self.command,
            "changed": list(self.changed),
            "findings": [],
        }


def install_driver(folder: Path, *, command: str | None = None) -> InstallResult:
    """Install the merge driver for the Git repository that `folder` is in; doing so again changes nothing.

    `command` is how Git starts this program, in the words of a shell; by default the Python that runs now. Raises
    ConfigError where there is no Git or no repository.
    """
    root = Path(_git(folder, "rev-parse", "--show-toplevel"))
    line = f"{command or this_program()} {_ARGUMENTS}"
    changed = []
    if _add_attribute(root / ".gitattributes"):
        changed.append(".gitattributes")
    for key, value in ((f"merge.{DRIVER}.name", _TITLE), (f"merge.{DRIVER}.driver", line)):
        if _git(root, "config", "--local", "--get", key, missing_ok=True) != value:
            _git(root, "config", "--local", "--replace-all", key, value)
            if "config" not in changed:
                changed.append("config")
    return InstallResult(repository=root.as_posix(), command=line, changed=tuple(changed))


def this_program() -> str:
    """How a shell starts this program with this Python: found from any folder, and never what lies in the folder."""
    if not sys.executable:
        return "pipeline"
    # -P: Git starts in the repository, where a folder named `pipeline` would be taken for this package.
    return f"{shlex.quote(Path(sys.executable).as_posix())} -P -m pipeline"


def _add_attribute(path: Path) -> bool:
    try:
        data = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", path=str(path)) from error
    before = data or b""
    if _SET.search(before):
        return False
    end = b"\r\n" if b"\r\n" in before else b"\n"
    gap = end if before and not before.endswith(b"\n") else b""
    if not replace_unchanged(path, before + gap + _ATTRIBUTE.encode() + end, data):
        raise WriteError("another program has just saved it", path=str(path), hint="run the same command again")
    return True


def _git(folder: Path, *arguments: str, missing_ok: bool = False) -> str:
    """What Git prints, without the line break at its end."""
    program = shutil.which("git")
    if program is None:
        raise ConfigError("there is no Git here", hint="install Git, or run this where it is installed")
    done = subprocess.run([program, "-C", str(folder), *arguments], capture_output=True, check=False)
    if done.returncode and not missing_ok:
        told = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise ConfigError(f"Git says: {told}", path=str(folder), hint="run this in a clone of the site's repository")
    return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")
