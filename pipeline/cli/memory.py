"""Commands about the translation memory."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.commands import Group
from pipeline.cli.options import (
    existing_file_type,
    file_type,
    format_option,
    free_output,
    lang_option,
    one_lang_option,
    open_languages,
    open_project,
    project_option,
)
from pipeline.cli.output import counted, finish, print_table
from pipeline.cli.terminal import visible
from pipeline.langtag import parse


@click.group(cls=Group)
def memory() -> None:
    """Ask the translation memory, and exchange it with other tools as TMX.

    The memory is made of the reviewed messages of the PO files and of the TMX files in locales/memory. `pipeline translate`
    fills in from it before anything is drafted.

    Examples:
      pipeline memory stats
      pipeline memory search "Opening hours" --lang ms
      pipeline memory import partner.tmx
      pipeline memory export --lang ms -o ms.tmx
    """


@memory.command()
@lang_option
@format_option
@project_option
@click.pass_context
def stats(ctx: click.Context, langs: tuple[str, ...], output_format: str, folder: str | None) -> int:
    """Count what the memory holds.

    Examples:
      pipeline memory stats
      pipeline memory stats --lang ms --format json      (the units of each file)
    """
    from pipeline.stages.memorytools import stats as run

    project = open_project(ctx, folder)
    result = run(project, open_languages(project, langs))

    def show() -> None:
        print_table(
            ("language", "units", "source texts", "files", "MB"),
            [
                (m.language, f"{m.units:,}", f"{m.sources:,}", f"{len(m.origins):,}", f"{m.size / 1e6:.1f}")
                for m in result.languages
            ],
        )

    return finish(result, output_format, show)


@memory.command()
@click.argument("text")
@one_lang_option
@click.option(
    "--threshold",
    type=click.FloatRange(0.0, 1.0, min_open=True),
    metavar="RATIO",
    help="How alike a text must be. Default: that of pipeline.toml.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N", help="Matches to show."
)
@format_option
@project_option
@click.pass_context
def search(
    ctx: click.Context,
    text: str,
    lang: str,
    threshold: float | None,
    limit: int,
    output_format: str,
    folder: str | None,
) -> int:
    """Show how TEXT, or a text like it, was translated before.

    Examples:
      pipeline memory search "Opening hours" --lang ms
      pipeline memory search "The library is closed on Monday." --lang ms --threshold 0.6
    """
    from pipeline.stages.memorytools import search as run

    result = run(open_project(ctx, folder), parse(lang), text, threshold=threshold, limit=limit)

    def show() -> None:
        for match in result.matches:
            click.echo(visible(f"{match.score:.2f}  {match.unit.source}"))
            click.echo(visible(f"      {match.unit.target}"))
            click.echo(f"      {match.path}{f', {match.unit.kind}' if match.unit.kind else ''}")
        if not result.matches:
            click.echo("nothing like it")

    return finish(result, output_format, show)


@memory.command(name="import")
@click.argument("file", type=existing_file_type)
@click.option("--name", default="", metavar="NAME", help="The name to keep it under. Default: its own.")
@click.option("--replace", is_flag=True, help="Put it in the place of another file of that name.")
@format_option
@project_option
@click.pass_context
def import_(ctx: click.Context, file: Path, name: str, replace: bool, output_format: str, folder: str | None) -> int:
    """Take a TMX file into the project: it is checked and copied to locales/memory.

    Examples:
      pipeline memory import partner.tmx
      pipeline memory import export.tmx --name partner --replace
    """
    from pipeline.stages.memorytools import import_tmx

    result = import_tmx(open_project(ctx, folder), file, name=name, replace=replace)

    def show() -> None:
        segments = ", ".join(f"{counted(number, 'segment')} in {language}" for language, number in result.languages)
        click.echo(f"{result.output}: {segments or 'no segments'}{'' if result.written else ' (it was there already)'}")

    return finish(result, output_format, show)


@memory.command()
@one_lang_option
@click.option("-o", "--output", type=file_type, required=True, metavar="OUT", help="The TMX file to write.")
@format_option
@project_option
@click.pass_context
def export(ctx: click.Context, lang: str, output: Path, output_format: str, folder: str | None) -> int:
    """Write the memory of a language as TMX 1.4b, for other tools.

    Examples:
      pipeline memory export --lang ms -o ms.tmx
    """
    from pipeline.stages.memorytools import export_tmx

    project = open_project(ctx, folder)
    free_output(project, output)
    result = export_tmx(project, parse(lang), output)

    def show() -> None:
        left_out = f", {result.left_out:,} with characters that XML cannot hold left out" if result.left_out else ""
        click.echo(f"{result.output}: {counted(result.units, 'unit')}{left_out}")

    return finish(result, output_format, show)
