"""Commands about editions: build, status, verify."""

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
from pipeline.cli.output import Progress, counted, finish, print_table
from pipeline.model import State

_HELD_BACK_SHOWN = 5


@click.command(cls=Command)
@paths_argument
@lang_option
@click.option("--overwrite", is_flag=True, help="Replace files in the output folder that no build has written.")
@dry_run_option
@format_option
@jobs_option
@project_option
@click.pass_context
def build(
    ctx: click.Context,
    paths: tuple[str, ...],
    langs: tuple[str, ...],
    overwrite: bool,
    dry_run: bool,
    output_format: str,
    jobs: int | None,
    folder: str | None,
) -> int:
    """Write the language editions of the pages.

    What is not translated, or may not be published under the policy, shows its source text; a page with too little
    translated is left out. A manifest names every fallback.

    Examples:
      pipeline build --lang ms
      pipeline build --lang ms about.md
      pipeline build --dry-run --format json
    """
    from pipeline.stages.build import build as run

    project = open_project(ctx, folder)
    languages = open_languages(project, langs)
    with Progress() as progress:
        result = run(
            project, languages, paths=paths, dry_run=dry_run, overwrite=overwrite, jobs=jobs, progress=progress
        )

    def show() -> None:
        for language in result.languages:
            shown = (
                f", {language.coverage.ratio:.0%} of their words translated, "
                f"{counted(language.fallbacks, 'passage')} in the source language"
            )
            click.echo(
                f"{language.language}: {counted(language.pages, 'page')}{shown if language.pages else ''}; "
                f"{counted(len(language.written), 'file')} {'to write' if dry_run else 'written'}, "
                f"{len(language.removed):,} removed"
            )
            _show_held_back([(path, reason) for path, reason in language.held_back])

    return finish(result, output_format, show)


@click.command(cls=Command)
@paths_argument
@lang_option
@click.option("--pages", "by_page", is_flag=True, help="Show every page.")
@click.option("--review", is_flag=True, help="List the entries that wait for a reviewer, the least certain first.")
@format_option
@jobs_option
@project_option
@click.pass_context
def status(
    ctx: click.Context,
    paths: tuple[str, ...],
    langs: tuple[str, ...],
    by_page: bool,
    review: bool,
    output_format: str,
    jobs: int | None,
    folder: str | None,
) -> int:
    """Show how far each language is, in words of the source pages.

    Examples:
      pipeline status
      pipeline status --lang ms --pages
      pipeline status --lang ms --review guide/
      pipeline status --format json
    """
    from pipeline.stages.status import status as run

    project = open_project(ctx, folder)
    languages = open_languages(project, langs)
    with Progress() as progress:
        result = run(project, languages, paths=paths, by_page=by_page, review=review, jobs=jobs, progress=progress)

    def show() -> None:
        if review:
            shown = result.review[:_REVIEW_SHOWN]
            print_table(
                ("to review", "confidence", "state"),
                [
                    (
                        f"{entry.path}:{entry.line}  {_start(entry.key[1])}",
                        "-" if entry.score is None else f"{entry.score:.2f}",
                        str(entry.state),
                    )
                    for entry in shown
                ],
            )
            if len(result.review) > len(shown):
                click.echo(f"... and {len(result.review) - len(shown):,} more (--format json shows all)")
        if by_page:
            print_table(
                ("page", "language", "words", *_STATE_TITLES.values(), "published"),
                [
                    (
                        page.path,
                        page.language,
                        f"{sum(page.words.values()):,}",
                        *(_share(page.words[state], sum(page.words.values())) for state in _STATE_TITLES),
                        "yes" if page.published else "no",
                    )
                    for page in result.pages
                ],
            )
        if not by_page:
            for row in result.languages:
                if row.held_back:
                    click.echo(f"{row.language}, policy {row.policy}:")
                    _show_held_back(
                        [
                            (path, f"{int(100 * ratio)}% of its words could be published")
                            for path, ratio in row.held_back
                        ]
                    )
        print_table(
            ("language", "words", *_STATE_TITLES.values(), "pages published"),
            [
                (
                    row.language,
                    f"{row.total_words:,}",
                    *(_share(row.words[state], row.total_words) for state in _STATE_TITLES),
                    f"{row.published:,} of {row.pages:,}",
                )
                for row in result.languages
            ],
        )

    return finish(result, output_format, show)


_REVIEW_SHOWN = 50
"""Entries listed as text."""


def _start(msgid: str) -> str:
    text = " ".join(msgid.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


_STATE_TITLES = {
    State.reviewed: "reviewed",
    State.machine: "machine",
    State.fuzzy: "fuzzy",
    State.untranslated: "untranslated",
}


def _share(part: int, whole: int) -> str:
    """A percentage that says 100 % or 0 % only when it is."""
    if not whole:
        return "-"
    return f"{min(max(round(100 * part / whole), 1), 99) if 0 < part < whole else 100 * part // whole} %"


def _show_held_back(pages: list[tuple[str, str]]) -> None:
    for path, reason in pages[:_HELD_BACK_SHOWN]:
        click.echo(f"  not published: {path}: {reason}")
    if len(pages) > _HELD_BACK_SHOWN:
        click.echo(f"  ... and {len(pages) - _HELD_BACK_SHOWN} more (--format json shows all)")


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@format_option
@jobs_option
@project_option
@click.pass_context
def verify(
    ctx: click.Context, paths: tuple[Path, ...], output_format: str, jobs: int | None, folder: str | None
) -> int:
    """Prove that pages without translations are rebuilt to the same bytes.

    PATH is any file or folder, no project needed; without one, the project's source folder.

    Examples:
      pipeline verify
      pipeline verify ~/sites/other-site
    """
    from pipeline.stages.verify import verify as run

    with Progress() as progress:
        result = run(paths or [open_project(ctx, folder).source_root], jobs=jobs, progress=progress)

    def show() -> None:
        click.echo(
            f"{result.identical:,} of {counted(result.pages, 'page')} identical, byte for byte "
            f"({result.size:,} bytes, {result.segments:,} segments)"
        )

    return finish(result, output_format, show)
