"""Plumbing for one page: to PO and back, without a project."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.commands import Group
from pipeline.cli.options import existing_file_type, file_type, format_option
from pipeline.cli.output import counted, finish


@click.group(cls=Group)
def page() -> None:
    """Extract or rebuild one page; no project needed.

    Examples:
      pipeline page extract about.md -o about.po
      pipeline page rebuild about.md about.po -o about.ms.md
    """


@page.command()
@click.argument("source", type=existing_file_type)
@click.option("-o", "--output", type=file_type, required=True, metavar="PO", help="The PO file to write.")
@click.option("-l", "--lang", metavar="TAG", help="Write the header of a catalog in this language.")
@format_option
def extract(source: Path, output: Path, lang: str | None, output_format: str) -> int:
    """Write the strings of the page SOURCE to a new PO file.

    Examples:
      pipeline page extract about.md -o about.pot
      pipeline page extract about.md --lang ms -o about.po
    """
    from pipeline.langtag import parse
    from pipeline.stages.plumbing import page_extract

    result = page_extract(source, output, None if lang is None else parse(lang))
    return finish(result, output_format, lambda: click.echo(f"{counted(result.messages, 'message')}: {output}"))


@page.command()
@click.argument("source", type=existing_file_type)
@click.argument("po", type=existing_file_type)
@click.option("-o", "--output", type=file_type, required=True, metavar="OUT", help="The page to write.")
@click.option(
    "--policy",
    type=click.Choice(["reviewed", "machine"]),
    default="reviewed",
    show_default=True,
    help="Which entries are used: approved ones only, or machine drafts too.",
)
@format_option
def rebuild(source: Path, po: Path, output: Path, policy: str, output_format: str) -> int:
    """Write the page SOURCE with the translations of PO.

    Examples:
      pipeline page rebuild about.md about.po -o about.ms.md
    """
    from pipeline.stages.plumbing import page_rebuild

    result = page_rebuild(source, po, output, policy)
    return finish(
        result, output_format, lambda: click.echo(f"{counted(result.messages, 'translation')} used: {output}")
    )
