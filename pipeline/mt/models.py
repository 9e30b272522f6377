"""Which models this machine has: the shipped starter, our own folder, and argos-translate's.

Installing unpacks into a temporary folder beside the others and renames it, so a package is there whole or not at all.
Only our own folder is ever written to.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import EngineError
from pipeline.mt.codes import argos_codes
from pipeline.mt.package import RECORD, Package, file_sha256, read_package, remove_tree, unpack
from pipeline.mt.record import write_record

ENVIRONMENT = "PIPELINE_MODELS"
"""Environment variable that names the folder packages are installed into."""

_STARTER = Path(__file__).with_name("starter")


def models_dir() -> Path:
    """Where packages are installed; the folder need not exist."""
    if chosen := os.environ.get(ENVIRONMENT):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or _home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = _home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or _home() / ".local" / "share")
    return base / "pipeline" / "models"


def argos_dir() -> Path:
    """Where argos-translate keeps its packages, by its own rules; only read."""
    if chosen := os.environ.get("ARGOS_PACKAGES_DIR"):
        return Path(chosen)
    base = Path(os.environ.get("XDG_DATA_HOME") or _home() / ".local" / "share")
    return base / "argos-translate" / "packages"


def list_models() -> list[Package]:
    """Every usable package, in a fixed order: by pair, then best first. Folders that are not packages are passed over."""
    found = [
        *_readable(sorted(_STARTER.glob("*.argosmodel")), "starter"),
        *_readable(_folders(models_dir()), "installed"),
        *_readable(_folders(argos_dir()), "argos"),
    ]
    best_first = sorted(found, key=_rank, reverse=True)
    return sorted(best_first, key=lambda package: (package.from_code, package.to_code))


def installed_folders() -> list[Path]:
    """Every folder that a package was installed in, whether it is whole or not."""
    return [folder for folder in _folders(models_dir()) if (folder / RECORD).is_file()]


def find(source: str, target: str, packages: Iterable[Package] | None = None) -> Package:
    """The best package from `source` to `target` (BCP 47): nearest code, not the starter, highest version, name.

    Raises EngineError that says what is missing and how to get it.
    """
    sources, targets = argos_codes(source), argos_codes(target)
    usable = [
        package
        for package in (list_models() if packages is None else packages)
        if package.from_code in sources and package.to_code in targets
    ]
    if not usable:
        raise EngineError(
            f"no translation model from {source} to {target} is installed",
            hint=f"`pipeline models install {target}` gets one from the public Argos index; without a network, "
            "`pipeline models install FILE.argosmodel`",
        )
    return max(usable, key=lambda p: (-targets.index(p.to_code), -sources.index(p.from_code), *_rank(p)))


def install(file: Path, *, into: Path | None = None) -> Package:
    """Install a .argosmodel file; an equal package that is there already is left alone, another of its name replaced.

    Raises EngineError for a file that is not a safe, whole package or when the folder cannot be written.
    """
    folder = models_dir() if into is None else into
    sha256 = file_sha256(file) if file.is_file() else None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as temporary:
            unpacked = unpack(file, Path(temporary))
            write_record(unpacked, sha256=sha256, file=file.name)
            destination = folder / unpacked.name
            if destination.exists():
                if read_if_package(destination, sha256):
                    return read_package(destination, "installed")
                destination.rename(Path(temporary) / "replaced")
            unpacked.rename(destination)
    except OSError as error:
        raise EngineError(f"cannot be installed: {error.strerror or error}", path=str(folder)) from error
    return read_package(destination, "installed")


def read_if_package(folder: Path, sha256: str | None) -> bool:
    """True when `folder` holds a whole package that came from the file with this digest."""
    try:
        return read_package(folder, "installed").sha256 == sha256
    except EngineError:
        return False


def remove(name: str) -> Package:
    """Remove an installed package by its name, pair ("en-ms") or label ("en-ms 1.9"); only from our own folder.

    Raises EngineError when nothing or more than one package answers to it, or it is not ours to remove.
    """
    packages = list_models()
    matching = [p for p in packages if name in (p.name, f"{p.from_code}-{p.to_code}", p.label)]
    ours = [p for p in matching if p.origin == "installed"]
    if len(ours) == 1:
        remove_tree(ours[0].path)
        return ours[0]
    if ours:
        raise EngineError(f"{name} is more than one package", hint="name one of " + ", ".join(p.name for p in ours))
    if matching:
        reason = {"starter": "shipped with this program", "argos": "argos-translate's, remove it with argospm"}
        raise EngineError(f"{matching[0].name} is {reason[matching[0].origin]}", path=str(matching[0].path))
    installed = ", ".join(p.name for p in packages if p.origin == "installed")
    raise EngineError(f"no package {name} is installed", hint=f"installed: {installed or 'none'}")


def _rank(package: Package) -> tuple[bool, tuple[tuple[int, int | str], ...], bool, str]:
    return (package.origin != "starter", package.version_key, package.origin == "installed", package.name)


def _folders(parent: Path) -> list[Path]:
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def _readable(paths: Iterable[Path], origin: str) -> Iterable[Package]:
    for path in paths:
        try:
            yield read_package(path, origin)
        except EngineError:
            continue  # e.g. argos-translate's `sbd` packages, or a half-removed folder


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # no HOME and no entry in the user database
        return Path(tempfile.gettempdir())
