"""What is written into an installed package's folder: where it came from, its files' digests, and what a trial of it said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.mt.package import RECORD, Package, file_sha256

NO_MARKER = ""
"""Recorded as the form of marker of a model that none survives."""


def write_record(folder: Path, *, sha256: str | None, file: str) -> None:
    """Note that the unpacked `folder` came from `file` with this digest, and the digest of every file."""
    _write(folder, {"sha256": sha256, "file": file, "files": digests(folder)})


def digests(folder: Path) -> dict[str, str]:
    """{POSIX path: SHA-256} of the files of a package's folder, the record left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: file_sha256(path) for name, path in names.items() if name != RECORD}


def differences(folder: Path) -> list[str] | None:
    """The files that are not what was installed, missing or new; None where there is no record of them."""
    recorded = read_record(folder).get("files")
    if not folder.is_dir() or not isinstance(recorded, dict):
        return None
    there = digests(folder)
    return sorted(name for name in {*recorded, *there} if recorded.get(name) != there.get(name))


def marker_form(package: Package) -> str | None:
    """The form of marker that survives this model, NO_MARKER when none does; None when that was not tried yet."""
    form = read_record(package.path).get("marker")
    return form if isinstance(form, str) else None


def record_marker(package: Package, form: str) -> None:
    """Note the outcome of the trial beside the model; only in a folder that was installed."""
    if package.origin == "installed" and package.path.is_dir():
        _write(package.path, {**read_record(package.path), "marker": form})


def read_record(folder: Path) -> Mapping[str, Any]:
    """The record of a package's folder; empty where there is none."""
    try:
        data = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(folder: Path, data: Mapping[str, Any]) -> None:
    new = folder / f"{RECORD}.new"
    new.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8", newline="\n")
    new.replace(folder / RECORD)
