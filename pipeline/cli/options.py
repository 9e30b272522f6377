"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.errors import ConfigError
from pipeline.langtag import LanguageTag, parse

if TYPE_CHECKING:
    from pipeline.project import Project

lang_option = click.option(
    "-l",
    "--lang",
    "langs",
    multiple=True,
    metavar="TAG",
    help="A language, as ms, zh-Hans or zh_Hans; may be repeated. Default: those of pipeline.toml, else of locales/.",
)
one_lang_option = click.option("-l", "--lang", required=True, metavar="TAG", help="The language, as ms or zh-Hans.")
dry_run_option = click.option("-n", "--dry-run", is_flag=True, help="Say what would be done; write nothing.")
format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the result is printed; json is described in docs/json-output.md.",
)
jobs_option = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. Default: one per core."
)
paths_argument = click.argument("paths", nargs=-1, metavar="[PATH]...")
project_option = click.option(
    "-C",
    "--project",
    "folder",
    type=click.Path(file_okay=False, exists=True),
    metavar="DIR",
    help="The project's folder. Default: the nearest one with a pipeline.toml, else this one.",
)
file_type = click.Path(dir_okay=False, path_type=Path)
existing_file_type = click.Path(dir_okay=False, exists=True, path_type=Path)


def open_project(ctx: click.Context, folder: str | None) -> Project:
    """The project a command works on: --project of the command or of `pipeline`, else found from the current folder."""
    from pipeline.config import find_root, load_project

    chosen = folder or ctx.obj
    return load_project(Path(chosen) if chosen else find_root(Path()))


def free_output(project: Project, path: Path) -> None:
    """ConfigError when a file to be written is a catalog or a source page of the project: it would be gone."""
    if not path.exists():
        return
    from pipeline.source import discover

    place = path.resolve()
    catalogs = (project.root / project.locales).resolve()
    root = project.source_root
    if (place.is_relative_to(catalogs) and place.suffix == ".po") or (
        root.is_dir() and any(place == (root / page).resolve() for page in discover(project))
    ):
        raise ConfigError(
            "this is a file of the project and would be lost", path=str(path), hint="write to another file"
        )


def open_languages(project: Project, langs: Sequence[str]) -> tuple[LanguageTag, ...]:
    """The languages of --lang, else of the configuration, else those that have catalogs; each once, source left out."""
    tags = [parse(lang) for lang in langs] or list(project.languages) or _with_catalogs(project)
    wanted = tuple(dict.fromkeys(tag for tag in tags if tag != project.source.language))
    if not wanted:
        if tags:
            raise ConfigError(f"{project.source.language} is the language of the source pages")
        raise ConfigError(
            "no language to work on", hint="give one with --lang, or list them as `languages` in pipeline.toml"
        )
    return wanted


def _with_catalogs(project: Project) -> list[LanguageTag]:
    found = []
    for folder in sorted(project.locales_dir.glob("*/LC_MESSAGES")):
        try:
            found.append(parse(folder.parent.name))
        except ConfigError:
            continue  # somebody else's folder
    return found
