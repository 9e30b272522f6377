"""Plumbing for PO files of any origin."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.commands import Group
from pipeline.cli.options import existing_file_type, file_type, format_option
from pipeline.cli.output import counted, finish


@click.group(cls=Group)
def po() -> None:
    """Work on PO files of any origin; no project needed.

    Examples:
      pipeline po merge ms.po template.pot -o ms.po
    """


@po.command()
@click.argument("old", type=existing_file_type)
@click.argument("template", type=existing_file_type)
@click.option("-o", "--output", type=file_type, required=True, metavar="OUT", help="The PO file to write; may be OLD.")
@format_option
def merge(old: Path, template: Path, output: Path, output_format: str) -> int:
    """Bring the PO file OLD up to date with TEMPLATE.

    Equal strings keep their translation, changed ones turn fuzzy, strings that are gone turn obsolete. An entry that
    does not change keeps its bytes.

    Examples:
      pipeline po merge ms.po template.pot -o ms.po
    """
    from pipeline.stages.plumbing import po_merge

    result = po_merge(old, template, output)
    return finish(result, output_format, lambda: click.echo(f"{counted(result.messages, 'message')}: {output}"))
