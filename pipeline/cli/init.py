"""`init`: write a commented pipeline.toml."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipeline.cli.app import OK
from pipeline.cli.commands import Command
from pipeline.cli.options import format_option, lang_option
from pipeline.cli.output import print_json


@click.command(cls=Command)
@click.argument(
    "folder", required=False, type=click.Path(file_okay=False, exists=True, path_type=Path), metavar="[DIR]"
)
@lang_option
@click.option("--generator", help="jekyll, hugo, mkdocs, docusaurus or plain; found by looking when left out.")
@click.option("-n", "--dry-run", is_flag=True, help="Print the file; write nothing.")
@format_option
@click.pass_context
def init(
    ctx: click.Context,
    folder: Path | None,
    langs: tuple[str, ...],
    generator: str | None,
    dry_run: bool,
    output_format: str,
) -> int:
    """Write a commented pipeline.toml for the site in DIR (default: this folder).

    Recognises Jekyll and Isomer, Hugo, MkDocs and Docusaurus sites. An existing file is never replaced.

    Examples:
      pipeline init --lang ms --lang ta
      pipeline init ~/sites/agency --dry-run
    """
    from pipeline.config import FILE_NAME
    from pipeline.config_template import config_text
    from pipeline.errors import ConfigError
    from pipeline.files import write_atomic
    from pipeline.generator import GENERATORS, detect_generator
    from pipeline.langtag import parse

    root = folder or Path(ctx.obj or ".")
    if generator is not None and generator not in GENERATORS:
        raise ConfigError(f"no generator is called {generator!r}", hint=f"one of {', '.join(GENERATORS)}")
    text = config_text(root, [parse(lang) for lang in langs], generator=generator)
    path = root / FILE_NAME
    if os.path.lexists(path) and not dry_run:  # a link that leads nowhere is not ours to replace either
        raise ConfigError("this file exists already", path=str(path), hint="edit it, or see a new one with --dry-run")
    if not dry_run:
        write_atomic(path, text.encode())
    if output_format == "json":
        found = generator or detect_generator(root)
        print_json(
            {
                "version": 1,
                "command": "init",
                "path": str(path),
                "generator": found,
                "written": not dry_run,
                "text": text,
            }
        )
    elif dry_run:
        click.echo(text, nl=False)
    else:
        click.echo(f"{path} written: a {generator or detect_generator(root)} site")
        click.echo("next: pipeline translate" + "".join(f" --lang {lang}" for lang in ([] if langs else ["ms"])))
    return OK
