"""Reading `pipeline.toml` into a frozen `Project`.

Every key is documented in docs/configuration.md (a test holds that). Unknown keys, values
of the wrong kind and a format newer than ours are ConfigErrors that name file, line and key;
a file of an older format is read as what it means today, and `Project.notes` say so.
Without a file, `default_project` gives what a file that says nothing would.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pipeline.config_mt import model_folder, pins, pivots, server
from pipeline.errors import ConfigError, PipelineError
from pipeline.generator import GENERATORS, default_layout, detect_generator, source_defaults
from pipeline.langtag import LanguageTag, parse
from pipeline.model import Finding, Severity
from pipeline.names import folded, refused, unportable
from pipeline.project import (
    CATALOGS,
    EXACT,
    FORMAT,
    LAYOUTS,
    NOTICE_PLACES,
    POLICIES,
    REFERENCES,
    STATIC,
    Build,
    BuildLanguage,
    BuildPaths,
    KeyPaths,
    Keys,
    MemoryUse,
    Mt,
    MtLanguage,
    Project,
    Source,
)
from pipeline.toml_table import Table
from pipeline.versions import Format

__all__ = ["FILE_NAME", "TOML", "Project", "default_project", "find_root", "load_project", "parse_project"]

T = TypeVar("T")

FILE_NAME = "pipeline.toml"
TOML: Format[dict[str, Any]] = Format(name=FILE_NAME, current=FORMAT)
"""The versions of the file. One that says no `format` is of version 1."""


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds a `pipeline.toml`; `start` itself when none does."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / FILE_NAME).is_file()), start)


def load_project(root: Path) -> Project:
    """The project in folder `root` (or of that `pipeline.toml`), with defaults where there is no file."""
    file = root if root.suffix == ".toml" else root / FILE_NAME
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        if file is root:
            raise ConfigError("no such file", path=str(file), hint="`pipeline init` writes one") from None
        return default_project(root)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", path=str(file)) from None
    return parse_project(data, root=file.parent, file=str(file))


def default_project(root: Path) -> Project:
    """The project a folder is without a `pipeline.toml`: the generator and the source folder are found by looking."""
    return parse_project(b"", root=root, file=str(root / FILE_NAME))


def parse_project(data: bytes, *, root: Path, file: str = FILE_NAME) -> Project:
    """Read the bytes of a `pipeline.toml` that lies in `root`; ConfigError for anything it should not say."""
    if not root.is_dir():
        raise ConfigError("no such folder", path=str(root))
    top, version, notes = _current(Table.parse(data, file=file))
    generator = top.text("generator", choices=GENERATORS) or detect_generator(root)
    project = Project(
        root=root,
        format=version,
        name=_one_line(top, "name"),
        generator=generator,
        languages=tuple(dict.fromkeys(top.read("languages", parse, text) for text in top.texts("languages"))),
        locales=_inside(top, "locales", "locales"),
        output=_inside(top, "output", "output"),
        catalogs=top.text("catalogs", "page", choices=CATALOGS),
        references=top.text("references", "page", choices=REFERENCES),
        templates=top.flag("templates", False),
        contexts=_contexts(top),
        source=_closed(top.table("source"), lambda table: _source(table, root, generator)),
        keys=_closed(top.table("keys"), _keys),
        build=_closed(top.table("build"), lambda table: _build(table, generator)),
        mt=_closed(top.table("mt"), lambda table: _mt(table, root)),
        memory=_closed(top.table("memory"), _memory),
        notes=tuple(
            Finding(rule="format-old", severity=Severity.info, path=FILE_NAME, message=message) for message in notes
        ),
    )
    top.finish()
    _refuse_one_folder_for_two(top, project)
    return project


def _current(top: Table) -> tuple[Table, int, tuple[str, ...]]:
    """(the file as the newest format has it, the version it is of, what to tell about that)."""
    version = top.count("format", 1)
    try:
        TOML.check(version)
    except PipelineError as error:
        top.fail("format", error.message, hint=error.hint)
    top, changes = top.upgraded(TOML, version)
    asked = f"read as format {TOML.current}; to say so in the file, set format = {TOML.current}"
    return top, version, (f"format {version} is {asked}: {'; '.join(changes)}",) if changes else ()


def _refuse_one_folder_for_two(top: Table, project: Project) -> None:
    """ConfigError where the editions of two languages would be one on some system."""
    taken: dict[str, LanguageTag] = {}
    for language in project.languages:
        folder = project.folder(language)
        other = taken.setdefault(folded(folder), language)
        if other != language:
            message = f"the editions of {other} and {language} would both be in the folder {folder!r}"
            top.fail("languages", message, hint="give one of them another folder under [build.languages]")


def _contexts(top: Table) -> tuple[tuple[str, str], ...]:
    pairs = top.text_map("contexts")
    for kind, context in pairs:
        if not kind.strip() or not context.strip():
            top.table("contexts").fail(kind, "neither the kind nor the context may be empty")
    return pairs


def _source(table: Table, root: Path, generator: str) -> Source:
    found = source_defaults(root, generator)
    return Source(
        root=_inside(table, "root", found.root),
        include=table.texts("include", found.include),
        exclude=table.texts("exclude", found.exclude),
        language=table.read("language", parse, table.text("language", "en")),
        languages=tuple((glob, table.read("languages", parse, tag)) for glob, tag in table.text_map("languages")),
    )


def _keys(table: Table) -> Keys:
    default = Keys()
    paths = (
        _closed(
            rule,
            lambda t: KeyPaths(glob=_required(t, "glob"), translate=t.texts("translate"), keep=t.texts("keep")),
        )
        for rule in table.tables("paths")
    )
    return Keys(
        translate=table.texts("translate"),
        keep=table.texts("keep"),
        shared=table.texts("shared", default.shared),
        shared_files=table.texts("shared_files", default.shared_files),
        paths=tuple(paths),
    )


def _build(table: Table, generator: str) -> Build:
    default = Build()
    return Build(
        policy=table.text("policy", default.policy, choices=POLICIES),
        min_reviewed=table.ratio("min_reviewed", default.min_reviewed),
        layout=table.text("layout", default_layout(generator), choices=LAYOUTS),
        permalinks=table.flag("permalinks", default.permalinks),
        added_keys=table.flag("added_keys", default.added_keys),
        mark_fallback=table.flag("mark_fallback", default.mark_fallback),
        notice_where=table.text("notice_where", default.notice_where, choices=NOTICE_PLACES),
        static=table.text("static", default.static, choices=STATIC),
        static_include=table.texts("static_include", default.static_include),
        static_exclude=table.texts("static_exclude"),
        languages=_per_language(table, _build_language),
        paths=tuple(_closed(rule, _build_paths) for rule in table.tables("paths")),
    )


def _build_language(language: LanguageTag, table: Table) -> BuildLanguage:
    folder = table.text("folder")
    if folder and (folder in (".", "..") or set(folder) & set("/\\") or refused(folder) or unportable(folder)):
        reason = refused(folder) or unportable(folder) or None
        table.fail("folder", f"{folder!r} is not the name of one folder", hint=reason)
    return BuildLanguage(
        language=language,
        policy=table.text("policy", choices=POLICIES) or None,
        folder=folder,
        notice=table.text("notice") if table.has("notice") else None,
        notice_where=table.text("notice_where", choices=NOTICE_PLACES) or None,
    )


def _build_paths(table: Table) -> BuildPaths:
    return BuildPaths(
        glob=_required(table, "glob"),
        policy=table.text("policy", choices=POLICIES) or None,
        min_reviewed=table.ratio("min_reviewed", 0.0) if table.has("min_reviewed") else None,
    )


def _mt(table: Table, root: Path) -> Mt:
    default = Mt()
    return Mt(
        engine=table.text("engine", default.engine),
        model=table.text("model"),
        beam=_beam(table),
        threads=table.count("threads", default.threads, high=1024),
        languages=_per_language(table, _mt_language),
        pivots=pivots(table),
        folders=tuple(model_folder(name, own, root) for name, own in table.named_tables("folders")),
        libretranslate=_closed(table.table("libretranslate"), server),
        models=pins(table),
    )


def _mt_language(language: LanguageTag, table: Table) -> MtLanguage:
    return MtLanguage(
        language=language,
        engine=table.text("engine") or None,
        model=table.text("model") if table.has("model") else None,
        beam=_beam(table),
    )


def _memory(table: Table) -> MemoryUse:
    default = MemoryUse()
    return MemoryUse(
        use=table.flag("use", default.use),
        threshold=table.ratio("threshold", default.threshold),
        exact=table.text("exact", default.exact, choices=EXACT),
    )


def _beam(table: Table) -> int | None:
    return table.count("beam", 1, low=1, high=16) if table.has("beam") else None


def _per_language(table: Table, convert: Callable[[LanguageTag, Table], T]) -> tuple[T, ...]:
    """Convert the `[….languages.TAG]` tables, each under its canonical tag."""
    names = table.table("languages")
    converted = []
    for name, settings in table.named_tables("languages"):
        converted.append(convert(names.read(name, parse, name), settings))
        settings.finish()
    return tuple(converted)


def _closed(table: Table, convert: Callable[[Table], T]) -> T:
    """Convert a table, then refuse the keys that were not used."""
    result = convert(table)
    table.finish()
    return result


def _required(table: Table, key: str) -> str:
    value = table.text(key)
    if not value:
        table.fail(key, "is missing")
    return value


def _inside(table: Table, key: str, default: str) -> str:
    """A folder relative to the project, in POSIX form; one outside of it is refused."""
    written = table.text(key, default).replace("\\", "/")
    parts = [part for part in written.split("/") if part not in ("", ".")]
    if written.startswith("/") or ".." in parts or ":" in written or "\0" in written:
        table.fail(key, f"{written!r} is outside the project", hint="name a folder below pipeline.toml")
    return "/".join(parts) or "."


def _one_line(table: Table, key: str) -> str:
    """A text that goes into the header of PO files, where a line break would begin a field of its own."""
    value = table.text(key)
    if not value.isprintable():
        table.fail(key, "must be one line without control characters")
    return value
