"""What is fuzzed: each target takes bytes, raises nothing but the project's own errors, and keeps its laws.

A target's `check` returns "" or says which law broke. Its seeds are files of the project (or of another folder) in its
format. `tests/fuzz` replays every saved case through the same checks.
"""

from __future__ import annotations

import html
import json
import os
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import mutations
from fuzz_seeds import CACHE, CONFIG, EVIL, JSON_PAGE, METADATA, SOURCES, TOML_PAGE, YAML_PAGE, package

import pipeline
from pipeline.errors import PipelineError
from pipeline.inline import elements, plain, signature

SLOW = 1e-5
"""Seconds a byte: one second for 100 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser under test."""

    name: str
    check: Callable[[bytes, bool], str]
    """(case, whether to make the dear checks too) -> which law broke, or ""."""
    suffixes: tuple[str, ...]
    """Files that are seeds as they are."""
    cut: Callable[[bytes], list[bytes]] = lambda data: [data]
    """Seeds out of one file."""
    builtin: tuple[bytes, ...] = ()
    patience: float = 1.0
    """Times the limit of time: judges are slow themselves."""


# -- pages --------------------------------------------------------------------------------------------------------


def _page(path: str) -> Callable[[bytes, bool], str]:
    def check(data: bytes, dear: bool) -> str:
        try:
            page = pipeline.parse_page(data, path=path)
        except PipelineError:
            return "" if _broken(data) else "an error for a page that decodes"
        if _broken(data):
            return "bytes that are not UTF-8 were read"
        if pipeline.rebuild_page(page, {}) != data:
            return "law 1: another page without translations"
        end = -1
        for segment in page.segments:
            for start, stop in segment.pieces:
                if not end <= start < stop <= len(data):
                    return f"pieces out of order: {segment.pieces} after {end}"
                end = stop
        return _marked(page, path) if dear else ""

    return check


def _broken(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _marked(page: pipeline.model.Page, path: str) -> str:
    """Law 2 with every translation marked."""
    wanted = {s.key: s.msgid + " \u27e6x\u27e7" for s in page.segments}
    built = pipeline.rebuild_checked(page, wanted)
    again = pipeline.parse_page(built.data, path=path, guesses=page.guesses)
    if len(again.segments) != len(page.segments) or again.shape != page.shape:
        return f"law 2: {len(page.segments)} segments became {len(again.segments)}"
    for old, new in zip(page.segments, again.segments, strict=True):
        if _seen(new.msgid) not in (_seen(old.msgid), _seen(wanted[old.key])):
            return f"law 2: {wanted[old.key]!r} became {new.msgid!r}"
    return ""


_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def _seen(text: str) -> str:
    """A text as a reader sees it, near enough: tags at its edges move out, escapes and references are resolved."""
    text = re.sub(r"<[^<>]*>", "", html.unescape(_ESCAPE.sub(r"\1", text)))
    return "".join(text.split()).replace("*", "").replace("_", "").replace(">", "")


def _inline(data: bytes, dear: bool) -> str:  # noqa: ARG001
    text = data.decode("utf-8", "replace")
    for markup in ("markdown", "html", "mdx"):
        for element in elements(text, markup):
            spans = [element.open_span, element.close_span or element.open_span]
            if not all(0 <= start <= end <= len(text) for start, end in spans):
                return f"{markup}: a span outside of the text: {element}"
        if signature(text, markup) != signature(text, markup):
            return f"{markup}: two signatures"
        plain(text, markup)
    return ""


# -- translations -------------------------------------------------------------------------------------------------


@cache
def _source_pages(name: str) -> tuple[pipeline.model.Page, ...]:
    return tuple(pipeline.parse_page(source, path=name) for source in SOURCES)


def _translation(data: bytes, dear: bool) -> str:
    """Law 9: a translation in every place of a page, or in one of them, adds nothing active, by others' parsers."""
    text, number = data.decode("utf-8", "replace"), zlib.crc32(data)
    page = _source_pages("page.mdx" if number % 5 == 0 else "page.md")[number % 3]
    keys = [segment.key for segment in page.segments]
    chosen = keys if dear else [keys[number % len(keys)]]
    if page.format == "mdx" and "{" in text:
        return ""  # the judge cannot tell an expression from a brace in front matter
    translations = {key: key[1] + text if number % 2 else text for key in chosen}
    change = mutations.check(page, translations).change
    return f"law 9: {change}" if change else ""


# -- catalogs, settings, packages ---------------------------------------------------------------------------------


def _po(data: bytes, dear: bool) -> str:
    from pipeline.catalog.pofile import format_po

    try:
        catalog = pipeline.parse_po(data, path="x.po")
    except PipelineError:
        return ""
    if format_po(catalog) != data:
        return "law 1: a catalog written again has other bytes"
    if dear and (catalog.header is None or "charset" not in catalog.header.msgstr.lower()):
        plain_messages = tuple(m._replace(raw=None) for m in catalog.messages)
        again = pipeline.parse_po(format_po(replace(catalog, messages=plain_messages)), path="x.po")
        for one, other in zip(plain_messages, again.messages, strict=True):
            if one.key != other.key or one.msgstr != other.msgstr or one.flags != other.flags:
                return f"law 3: {one} became {other}"
    return ""


def _config(data: bytes, dear: bool) -> str:  # noqa: ARG001
    from pipeline.config import parse_project

    try:
        project = parse_project(data, root=_folder("config"))
    except PipelineError:
        return ""
    root = project.root.resolve()
    for folder in (project.source_root, project.locales_dir, project.output_dir):
        if not folder.resolve().is_relative_to(root):
            return f"a folder outside of the project: {folder}"
    return ""


@cache
def _folder(name: str) -> Path:
    """The folder of one target, in memory where there is such a place."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    keeper = tempfile.TemporaryDirectory(prefix=f"pipeline-fuzz-{name}-", dir=memory)
    _keepers.append(keeper)  # removed at the end
    return Path(keeper.name)


_keepers: list[tempfile.TemporaryDirectory[str]] = []


def _package(data: bytes, dear: bool) -> str:
    """A case that begins with a zip's magic is a zip; any other is the metadata of a sound one."""
    from pipeline.mt.package import read_package, unpack

    file = _folder("package") / "case.argosmodel"
    file.write_bytes(data if data[:2] == b"PK" else package(data))
    try:
        read_package(file, "installed")
        if dear:
            with tempfile.TemporaryDirectory(dir=_folder("package")) as into:
                top = unpack(file, Path(into)).resolve()
                if top.parent != Path(into).resolve():
                    return "unpacked elsewhere"
    except PipelineError:
        pass
    left = {path.name for path in _folder("package").iterdir()} - {"case.argosmodel"}
    return f"it left {left}" if left else ""


def _manifest(data: bytes, dear: bool) -> str:
    """What a build left behind and somebody changed: the manifest and the caches."""
    from pipeline.project import Project
    from pipeline.publish.manifest import read_manifest
    from pipeline.stages.buildcache import BuildCache
    from pipeline.stages.cache import Cache

    project = Project(root=_folder("cache"))
    file = project.root / "output" / "manifest.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    try:
        found = read_manifest(file)
        if not all(isinstance(name, str) for name in (*found.files, *found.pages)):
            return "a name that is none"
    except PipelineError:
        pass
    first = json.dumps([1, "x"]).encode() + b"\n"
    file.write_bytes(first + data)
    cache = Cache.load(file, "x", ["a.md"])
    cache.save(file)
    if dear:
        built = BuildCache(project, (), ["a.md"])
        built.path.parent.mkdir(parents=True, exist_ok=True)
        built.path.write_bytes(json.dumps([1, built.fingerprint]).encode() + b"\n" + data)
        BuildCache(project, ("ms",), ["a.md"]).current(["a.md"])
        built.path.unlink()
    return ""


# -- seeds --------------------------------------------------------------------------------------------------------

FRONT = re.compile(rb"\A(?:\xef\xbb\xbf)?(---|\+\+\+)[ \t]*\r?\n(.*?\n)\1[ \t]*\r?\n", re.DOTALL)
LONGEST_SEED = 600


def _windows(data: bytes) -> list[bytes]:
    """A page's front matter and pieces of its body: small seeds run quickly."""
    front = FRONT.match(data)
    body = data[front.end() :] if front else data
    out = [front.group()[:LONGEST_SEED] + body[:200]] if front else []
    lines, piece = body.split(b"\n"), b""
    for line in lines:
        piece += line[:LONGEST_SEED] + b"\n"
        if len(piece) > LONGEST_SEED // 2:
            out.append(piece)
            piece = b""
    return [*out, piece][:40]


def _entries(data: bytes) -> list[bytes]:
    parts = data.split(b"\n\n")
    return [b"\n\n".join(parts[i : i + 4])[:LONGEST_SEED] + b"\n" for i in range(0, min(len(parts), 80), 4)]


def _small(data: bytes) -> list[bytes]:
    return [data[:LONGEST_SEED]]


TARGETS = {
    target.name: target
    for target in (
        Target(name="markdown", check=_page("page.md"), suffixes=(".md", ".markdown"), cut=_windows, builtin=(*YAML_PAGE, *SOURCES)),
        Target(name="mdx", check=_page("page.mdx"), suffixes=(".mdx", ".md"), cut=_windows, builtin=YAML_PAGE),
        Target(name="html", check=_page("page.html"), suffixes=(".html", ".htm"), cut=_windows, builtin=(b"<!doctype html><p>a</p>",)),
        Target(name="yaml", check=_page("data.yml"), suffixes=(".yml", ".yaml"), cut=_small, builtin=tuple(p[4:-9] for p in YAML_PAGE)),
        Target(name="toml", check=_page("page.md"), suffixes=(), builtin=TOML_PAGE),
        Target(name="json", check=_page("page.md"), suffixes=(), builtin=JSON_PAGE),
        Target(name="po", check=_po, suffixes=(".po", ".pot"), cut=_entries, builtin=(b'msgid ""\nmsgstr "Language: ms\\n"\n',)),
        Target(name="config", check=_config, suffixes=("pipeline.toml",), builtin=CONFIG),
        Target(name="package", check=_package, suffixes=(), builtin=(METADATA, package())),
        Target(name="translation", check=_translation, patience=20, suffixes=(), builtin=tuple(text.encode() for text in EVIL)),
        Target(name="inline", check=_inline, suffixes=(".md",), cut=_windows, builtin=tuple(text.encode() for text in EVIL)),
        Target(name="cache", check=_manifest, suffixes=(), builtin=CACHE),
    )
}  # fmt: skip


def seeds(target: Target, folders: Iterable[Path]) -> list[bytes]:
    """The target's own seeds, and those cut out of files below the folders; without doubles, in a fixed order."""
    out = dict.fromkeys(target.builtin)
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.name.endswith(target.suffixes or ("\0",)) and path.is_file():
                out.update(dict.fromkeys(target.cut(path.read_bytes())))
    return list(out)
