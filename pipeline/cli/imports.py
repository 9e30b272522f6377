"""Bring translations from other tools' catalogs."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.commands import Command
from pipeline.cli.options import (
    dry_run_option,
    file_type,
    format_option,
    free_output,
    jobs_option,
    open_project,
    project_option,
)
from pipeline.cli.output import Progress, counted, finish, print_table
from pipeline.errors import ConfigError
from pipeline.langtag import parse


@click.command("import-po", cls=Command)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE_OR_DIR..."
)
@click.option("-l", "--lang", required=True, metavar="TAG", help="The language of the translations, as ms or zh-Hans.")
@click.option(
    "--from",
    "tool",
    type=click.Choice(["auto", "po4a", "mdpo", "translate-toolkit", "mdbook", "weblate"]),
    default="auto",
    show_default=True,
    help="Which tool made the catalogs.",
)
@click.option("--rest", type=file_type, metavar="FILE.po", help="Write the entries that were not carried to FILE.po.")
@dry_run_option
@format_option
@jobs_option
@project_option
@click.pass_context
def import_po(
    ctx: click.Context,
    files: tuple[Path, ...],
    lang: str,
    tool: str,
    rest: Path | None,
    dry_run: bool,
    output_format: str,
    jobs: int | None,
    folder: str | None,
) -> int:
    """Carry over translations from catalogs that other tools made of the same pages.

    FILE_OR_DIR are PO files of po4a, mdpo, Translate Toolkit, mdbook-i18n-helpers or Weblate, or folders with them. The
    project's catalogs are brought up to date first. A translation lands where the words are the same. It stays approved
    only if links, code and tags are the same too, and else is marked fuzzy. Nothing that a person has
    translated here is replaced; what has no place is listed, and kept with --rest.

    Examples:
      pipeline import-po --lang ms old/po/ms.po
      pipeline import-po --lang ms --from mdpo old-locales/ --rest left-over.po
      pipeline import-po --lang ms old/ --dry-run --format json
    """
    from pipeline.stages.importpo import import_po as run

    project = open_project(ctx, folder)
    language = parse(lang)
    if language == project.source.language:
        raise ConfigError(f"{language} is the language of the source pages")
    if rest is not None:
        free_output(project, rest)
    with Progress() as progress:
        result = run(project, language, files, tool=tool, rest=rest, dry_run=dry_run, jobs=jobs, progress=progress)

    def show() -> None:
        rows = [
            (
                file.path,
                f"{file.entries:,}",
                f"{file.approved:,}",
                f"{file.fuzzy:,}",
                f"{file.known:,}",
                f"{len(file.not_carried):,}",
            )
            for file in result.files
        ]
        print_table(("file", "translated", "approved", "fuzzy", "there already", "not carried"), rows)
        verb = "to write" if dry_run else "written"
        click.echo(f"{counted(len(result.written), 'catalog')} {verb}")
        if result.rest:
            click.echo(f"what was not carried: {result.rest}")

    return finish(result, output_format, show)
