"""The parts of `[mt]` in `pipeline.toml` that say where engines other than installed packages are (`config` reads the rest)."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.langtag import LanguageTag, parse
from pipeline.project import ENGINES, MtFolder, MtServer
from pipeline.toml_table import Table

_STEPS = tuple(engine for engine in ENGINES if engine != "pseudo")
"""Engines that translate sentences."""
_LIKE = 'like ["argos:en-id", "apertium:id-ms"]'
_PIN = re.compile(r"sha256:[0-9a-f]{64}")


def pivots(table: Table) -> tuple[tuple[LanguageTag, tuple[str, ...]], ...]:
    """`[mt.pivots]`: (language, its two steps such as "argos:en-id")."""
    names = table.table("pivots")
    found = []
    for name, steps in table.text_lists("pivots"):
        if len(steps) != 2:
            names.fail(name, "must be two steps", hint=_LIKE)
        for step in steps:
            engine, _, pair = step.partition(":")
            if engine not in _STEPS:
                names.fail(name, f"no step can be made by {engine!r}", hint=f"one of {', '.join(_STEPS)}")
            if not pair:
                names.fail(name, f"{step!r} does not say from what to what", hint=_LIKE)
        found.append((names.read(name, parse, name), steps))
    return tuple(found)


def pins(table: Table) -> tuple[tuple[str, str], ...]:
    """`[mt.models]`: (model, "sha256:…")."""
    found = table.text_map("models")
    for name, digest in found:
        if not _PIN.fullmatch(digest):
            table.table("models").fail(name, "must be sha256: and 64 hexadecimal digits", hint="`pipeline models list`")
    return found


def model_folder(name: str, table: Table, root: Path) -> MtFolder:
    """`[mt.folders.NAME]`; the path is taken from `root`, the project's folder, unless it is absolute."""

    def tag(key: str) -> str:
        return table.read(key, parse, table.text(key)) if table.text(key) else ""

    path = table.text("path")
    if not path:
        table.fail("path", "is missing")
    folder = MtFolder(
        name=name,
        path=root / path,
        source=tag("source"),
        target=tag("target"),
        codes=tuple((table.read("codes", parse, language), code) for language, code in table.text_map("codes")),
    )
    table.finish()
    if bool(folder.source) != bool(folder.target):
        given, other = ("source", "target") if folder.source else ("target", "source")
        table.fail(given, f"needs {other} beside it", hint="a model of many languages has neither")
    return folder


def server(table: Table) -> MtServer:
    """`[mt.libretranslate]`."""
    default = MtServer()
    return MtServer(
        url=table.text("url"),
        allow_remote=table.flag("allow_remote", default.allow_remote),
        timeout=table.count("timeout", default.timeout, low=1, high=3600),
    )
