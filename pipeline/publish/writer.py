"""Puts an edition on disk: each file whole or not at all, only where bytes differ, and nothing that is not ours touched.

The manifest is written first with every path this build may create, and last with those it did. So a run that is
killed in between leaves no file that the next run does not know as its own.
"""

from __future__ import annotations

import contextlib
import enum
import filecmp
import os
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pipeline.errors import WriteError
from pipeline.files import replacing, write_atomic, write_error
from pipeline.names import LONGEST_NAME, folded, printable, refused, too_long
from pipeline.publish.manifest import encode_manifest, read_manifest


class StaticFiles(enum.StrEnum):
    """What to do with files beside the pages (images, PDFs, styles)."""

    none = "none"
    copy = "copy"
    link = "link"
    """A hard link, which no generator can tell from a file; a copy where the system refuses one."""


class EditionWriter:
    """Writes one language's edition below `root`; `manifest` is its record.

    Use: `claim` all paths, then `write`/`place` each, then `finish`. Paths are POSIX, below `root`. With `dry_run`
    nothing is touched and the results say what would happen.
    """

    def __init__(
        self, root: Path, manifest: Path, *, language: str, dry_run: bool = False, overwrite: bool = False
    ) -> None:
        self.root = root
        self.manifest = manifest
        self.language = language
        self.dry_run = dry_run
        self.overwrite = overwrite
        self.previous = read_manifest(manifest).files
        self.written: list[str] = []
        """Output paths whose bytes changed in this build."""
        self.removed: list[str] = []
        self._files: set[str] = set()
        self._names: dict[str, str] = {}
        self._safe: set[Path] = set()

    def check(self, path: str) -> str:
        """The path itself; WriteError for one outside of the output folder, or one that some system cannot hold.

        That is one that collides with another there, or has too long a name, a backslash or a control character.
        """
        pure = PurePosixPath(path)
        if (
            pure.is_absolute()
            or os.path.splitdrive(path)[0]
            or not pure.parts
            or ".." in pure.parts
            or "\\" in path
            or "\0" in path
        ):
            raise WriteError("this path is outside the output folder", path=printable(path))
        if reason := refused(path):
            raise WriteError(f"this name cannot be used: {reason}", path=printable(path), hint="rename the source file")
        if name := too_long(path):
            message = f"a name of {len(name.encode())} bytes is too long for file systems, which take {LONGEST_NAME}"
            raise WriteError(message, path=path, hint="shorten the name of the source file")
        other = self._names.setdefault(folded(path), path)
        if other != path:
            raise WriteError(
                f"differs from {other!r} only in case or accents, so some systems cannot hold both",
                path=path,
                hint="rename one of the two source files",
            )
        return path

    def claim(self, paths: Iterable[str]) -> None:
        """Record which paths this build may create, before it creates any. WriteError for a path that must not be."""
        planned = {self.check(path) for path in paths}
        # What lies there already is not ours, unless it turns out to be just what we would write.
        new = {path for path in planned - self.previous if not os.path.lexists(self.root / path)}
        if new and not self.dry_run:
            files = self.previous | new
            write_atomic(self.manifest, encode_manifest(language=self.language, pages=(), files=files, findings=()))
            self.previous = files

    def write(self, path: str, data: bytes) -> bool:
        """Write one page; True when bytes changed. WriteError when a file that is not ours is in its place."""
        target = self._target(path)
        same = target.is_file() and not target.is_symlink() and target.read_bytes() == data
        if not same:
            self._refuse_foreign(path, target)
            if not self.dry_run:
                _make_room(target)
                write_atomic(target, data)
            self.written.append(path)
        self._files.add(path)
        return not same

    def place(self, source: Path, path: str, how: StaticFiles) -> bool:
        """Copy or link a static file; True when something changed."""
        target = self._target(path)
        same = _is_placed(source, target)
        if not same:
            self._refuse_foreign(path, target)
            if not self.dry_run:
                _make_room(target)
                _place(source, target, how)
            self.written.append(path)
        self._files.add(path)
        return not same

    def keep(self, paths: Iterable[str]) -> None:
        """Files of the previous build that stay although this run did not look at them (a build of some pages)."""
        self._files.update(path for path in paths if path in self.previous)

    def finish(self, manifest: bytes) -> None:
        """Remove what only the previous build wrote, and write `manifest` (see `encode_manifest`)."""
        for path in sorted(self.previous - self._files):
            target = self._target(path, claimed=False)
            if os.path.lexists(target):
                self.removed.append(path)
                if not self.dry_run:
                    _remove(target, self.root)
        if not self.dry_run:
            write_atomic(self.manifest, manifest)

    @property
    def files(self) -> frozenset[str]:
        """Every output path of this edition so far."""
        return frozenset(self._files)

    def _target(self, path: str, *, claimed: bool = True) -> Path:
        if claimed:
            self.check(path)
        elif PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
            raise WriteError("the manifest names a path outside the output folder", path=path)
        target = self.root / path
        if target.parent not in self._safe:
            # A folder of the output may be a symbolic link that leads elsewhere.
            if not target.parent.resolve().is_relative_to(self.root.resolve()):
                raise WriteError("this path leads out of the output folder through a link", path=path)
            self._safe.add(target.parent)
        return target

    def _refuse_foreign(self, path: str, target: Path) -> None:
        if path not in self.previous and not self.overwrite and os.path.lexists(target):
            raise WriteError(
                "a file that no build has written is in the way", path=str(target), hint="move it, or use --overwrite"
            )


def _make_room(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
    except OSError as error:
        raise write_error(error, target) from error


def _is_placed(source: Path, target: Path) -> bool:
    if not target.is_file() or target.is_symlink():
        return False
    if target.samefile(source):
        return True
    return source.stat().st_size == target.stat().st_size and filecmp.cmp(source, target, shallow=False)


def _place(source: Path, target: Path, how: StaticFiles) -> None:
    try:
        with replacing(target) as temporary:
            if how is StaticFiles.link:
                try:
                    os.link(source, temporary)
                except OSError:  # another disk, or a system without such links
                    shutil.copyfile(source, temporary)
            else:
                shutil.copyfile(source, temporary)
    except OSError as error:
        raise write_error(error, target) from error


def _remove(target: Path, root: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        target.unlink()
    folder = target.parent
    while folder != root and folder.is_relative_to(root):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
