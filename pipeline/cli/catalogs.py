"""Commands about catalogs: extract, update, translate."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.commands import Command
from pipeline.cli.options import (
    dry_run_option,
    format_option,
    jobs_option,
    lang_option,
    open_languages,
    open_project,
    paths_argument,
    project_option,
)
from pipeline.cli.output import Progress, counted, counted_messages, finish, print_findings, print_table
from pipeline.project import ENGINES


@click.command(cls=Command)
@paths_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write templates (POT) to DIR; without it nothing is written.",
)
@dry_run_option
@format_option
@jobs_option
@project_option
@click.pass_context
def extract(
    ctx: click.Context,
    paths: tuple[str, ...],
    output: Path | None,
    dry_run: bool,
    output_format: str,
    jobs: int | None,
    folder: str | None,
) -> int:
    """Show what there is to translate, or write it as templates.

    Reads every source page, or those that PATH names (files, folders, patterns). No catalog is touched.

    Examples:
      pipeline extract
      pipeline extract guide/ -o templates
    """
    from pipeline.stages.extract import extract as run

    project = open_project(ctx, folder)
    with Progress() as progress:
        result = run(project, paths=paths, output=output, dry_run=dry_run, jobs=jobs, progress=progress)

    def show() -> None:
        rows = [(page.path, f"{page.segments:,}", f"{page.words:,}") for page in result.pages]
        total = (
            counted(len(result.pages), "page"),
            f"{sum(page.segments for page in result.pages):,}",
            f"{sum(page.words for page in result.pages):,}",
        )
        print_table(("page", "segments", "words"), [*rows, total])
        if output is not None:
            click.echo(f"{counted(len(result.written), 'template')} {'to write' if dry_run else 'written'} to {output}")

    return finish(result, output_format, show)


@click.command(cls=Command)
@paths_argument
@lang_option
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and name the PO files that are not up to date.")
@click.option("--prune", is_flag=True, help="Also remove the PO files of pages that are gone and did not move.")
@dry_run_option
@format_option
@jobs_option
@project_option
@click.pass_context
def update(
    ctx: click.Context,
    paths: tuple[str, ...],
    langs: tuple[str, ...],
    check: bool,
    prune: bool,
    dry_run: bool,
    output_format: str,
    jobs: int | None,
    folder: str | None,
) -> int:
    """Bring the PO files up to date with the source pages.

    New strings are added, changed ones turn fuzzy and keep their old translation, strings that are gone turn obsolete.
    When a page moves, is renamed, split or joined with another, its translations go along and stay approved. The PO file
    of a page that is gone stays until --prune. Only files that change are written.

    Examples:
      pipeline update --lang ms
      pipeline update --lang ms --lang zh_Hans guide/
      pipeline update --dry-run
      pipeline update --check          (in CI: is anything stale?)
      pipeline update --prune -n       (which PO files would go)
    """
    from pipeline.stages.update import update as run

    project = open_project(ctx, folder)
    languages = open_languages(project, langs)
    with Progress() as progress:
        result = run(
            project,
            languages,
            paths=paths,
            prune=prune,
            dry_run=dry_run,
            check=check,
            jobs=jobs,
            progress=progress,
        )

    def show() -> None:
        planned = result.dry_run
        for move in result.moved[:_MOST_MOVES]:
            click.echo(f"{move.source} -> {move.target}: {counted(move.kept, 'translation')} kept")
        if len(result.moved) > _MOST_MOVES:
            click.echo(f"... and {counted(len(result.moved) - _MOST_MOVES, 'move')} more (--format json shows all)")
        for path in result.removed:
            click.echo(f"{path}: {'to remove' if planned else 'removed'}")
        click.echo(
            f"{counted(result.pages, 'page')}, {counted(len(languages), 'language')}: "
            f"{counted(len(result.written), 'catalog')} {'to write' if planned else 'written'}; "
            f"{counted_messages(result.added, result.fuzzy, result.obsolete)}"
        )
        if planned:
            for path in result.written:
                click.echo(f"  {path}")

    return finish(result, output_format, show)


_MOST_MOVES = 20
"""Moves that are told one by one."""


@click.command(cls=Command)
@paths_argument
@lang_option
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="What makes the drafts. Default: that of pipeline.toml, else argos.",
)
@click.option("--model", metavar="NAME", help="An installed model, as `pipeline models list` names it.")
@click.option("--beam", type=click.IntRange(1, 16), metavar="N", help="Beam size: more is slower, seldom better.")
@click.option(
    "--min-score",
    type=click.FloatRange(0.0, 1.0),
    default=0.0,
    metavar="RATIO",
    help="Refuse drafts that the engine itself scores lower than this (0.0-1.0).",
)
@dry_run_option
@format_option
@jobs_option
@project_option
@click.pass_context
def translate(
    ctx: click.Context,
    paths: tuple[str, ...],
    langs: tuple[str, ...],
    engine: str | None,
    model: str | None,
    beam: int | None,
    min_score: float,
    dry_run: bool,
    output_format: str,
    jobs: int | None,
    folder: str | None,
) -> int:
    """Update the PO files, fill in what the translation memory knows, then draft the rest, offline.

    Drafts are marked fuzzy for a person to check; no draft ever replaces a person's words. Without a model for a
    language its PO files are still brought up to date, and the exit code is 1.

    Examples:
      pipeline translate --lang ms
      pipeline translate --lang ms --lang ta about.md
      pipeline translate --lang en-XA          (accented text, to see layout problems)
    """
    from pipeline.stages.translate import translate as run

    project = open_project(ctx, folder)
    languages = open_languages(project, langs)
    with Progress() as progress:
        result = run(
            project,
            languages,
            paths=paths,
            engine=engine,
            model=model,
            beam=beam,
            min_score=min_score,
            dry_run=dry_run,
            jobs=jobs,
            progress=progress,
        )

    def show() -> None:
        updated = result.update
        click.echo(
            f"{counted(updated.pages, 'page')}: "
            f"{counted_messages(updated.added, updated.fuzzy, updated.obsolete)}; "
            f"{counted(len({*updated.written, *result.written}), 'catalog')} {'to write' if dry_run else 'written'}"
        )
        for drafts in result.languages:
            by = f" by {drafts.engine} {drafts.model}" if drafts.engine else ""
            parts = [f"{drafts.drafted:,} drafted{by}"]
            if drafts.memory and drafts.memory.filled:
                parts.insert(0, f"{drafts.memory.filled:,} from the memory")
            if drafts.refused:
                parts.append(f"{drafts.refused:,} refused (each entry says why)")
            if drafts.skipped:
                parts.append(f"{drafts.skipped:,} left alone: numbers, or not in the source's script")
            if drafts.missing:
                parts.append(f"{drafts.missing:,} still to draft")
            if drafts.drafted and "segment" not in drafts.steps:
                shares = sorted(drafts.steps.items(), key=lambda step: (-step[1], step[0]))
                parts.append(", ".join(f"{count / drafts.drafted:.0%} {step}" for step, count in shares))
            click.echo(f"{drafts.language}: {'; '.join(parts)}")
        print_findings(updated.findings)

    return finish(result, output_format, show)
