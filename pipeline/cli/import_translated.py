"""Bring translations from pages that were translated without catalogs."""

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

_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("import-translated", cls=Command)
@click.argument("source_dir", type=_folder)
@click.argument("target_dir", type=_folder)
@click.option("-l", "--lang", required=True, metavar="TAG", help="The language of the translations, as ms or zh-Hans.")
@click.option(
    "--layout",
    type=click.Choice(["auto", "same", "folder", "suffix", "docusaurus", "front-matter"]),
    default="auto",
    show_default=True,
    help="How pages are paired: the same path, ms/about.md, about.ms.md, i18n/ms/…, or ref, translationKey or permalink.",
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0.0, 1.0),
    default=0.6,
    show_default=True,
    metavar="RATIO",
    help="Use no pair that is less sure than this.",
)
@click.option(
    "--report", type=file_type, metavar="FILE.csv", help="Write all pairs to FILE.csv, the doubtful ones first."
)
@dry_run_option
@format_option
@jobs_option
@project_option
@click.pass_context
def import_translated(
    ctx: click.Context,
    source_dir: Path,
    target_dir: Path,
    lang: str,
    layout: str,
    min_confidence: float,
    report: Path | None,
    dry_run: bool,
    output_format: str,
    jobs: int | None,
    folder: str | None,
) -> int:
    """Fill catalogs from pages that were translated before, although they have changed since.

    SOURCE_DIR holds the project's source pages, or some of them; TARGET_DIR their translations, which may lack, add, split
    or move passages. Texts are paired by structure, links, images, code, numbers, length, and the words the pages
    teach. Each goes into its catalog as fuzzy, with the confidence of the pair. Nothing that a person has
    translated here is replaced; what finds no partner is listed in the report.

    Examples:
      pipeline import-translated --lang ms content old-site/ms
      pipeline import-translated --lang ms content content --layout suffix
      pipeline import-translated --lang zh-Hans content zh --dry-run --report pairs.csv
    """
    from pipeline.files import write_atomic
    from pipeline.stages.importpages import import_translated as run

    project = open_project(ctx, folder)
    language = parse(lang)
    if language == project.source.language:
        raise ConfigError(f"{language} is the language of the source pages")
    if report is not None:
        free_output(project, report)
    with Progress() as progress:
        result = run(
            project,
            language,
            source_dir,
            target_dir,
            layout=layout,
            min_confidence=min_confidence,
            dry_run=dry_run,
            jobs=jobs,
            progress=progress,
        )
    if report is not None:
        write_atomic(report, result.table())

    def show() -> None:
        counts = result.counts()
        rows = [
            ("filled, fuzzy", counts["filled"]),
            ("a person's text is there", counts["kept"]),
            ("equal to the source", counts["same"]),
            (f"confidence below {min_confidence:.2f}", counts["low"]),
            ("another page's translation was surer", counts["other"]),
            ("not in the catalog", counts["unknown"]),
            ("source texts without a translation", counts["alone"]),
            ("texts there without a source", counts["left"]),
        ]
        print_table(("texts", "number"), [(name, f"{number:,}") for name, number in rows if number])
        click.echo(
            f"{counted(len(result.pages), 'page')} paired, {len(result.sources_alone):,} without a translation, "
            f"{counted(len(result.targets_alone), 'file')} there without a source; "
            f"{counted(len(result.written), 'catalog')} {'to write' if dry_run else 'written'}"
        )
        for path in (*result.sources_alone[:_MOST_SHOWN], *result.targets_alone[:_MOST_SHOWN]):
            click.echo(f"  {path}: no page goes with it", err=True)
        if report is not None:
            click.echo(f"all pairs: {report}")

    return finish(result, output_format, show)


_MOST_SHOWN = 5
