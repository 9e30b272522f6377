"""The `engines` command: what can translate here."""

from __future__ import annotations

import click

from pipeline.cli.app import FINDINGS, OK
from pipeline.cli.commands import Command
from pipeline.cli.options import format_option, open_project, project_option
from pipeline.cli.output import print_json

_MOST_PAIRS = 12


@click.command(cls=Command)
@format_option
@project_option
@click.pass_context
def engines(ctx: click.Context, output_format: str, folder: str | None) -> int:
    """Show which engines can be used here, for which languages, and why the others cannot.

    The exit code is 1 when a language of the project has no engine. A LibreTranslate server is asked for its
    languages only where pipeline.toml names one; no text is sent.

    Examples:
      pipeline engines
      pipeline engines --format json
    """
    from pipeline.stages.enginelist import engines_of_languages, list_engines

    project = open_project(ctx, folder)
    found = list_engines(project)
    languages = engines_of_languages(project, project.languages)
    failed = any(not language.model for language in languages)
    if output_format == "json":
        print_json(
            {
                "version": 1,
                "command": "engines",
                "engines": [engine.to_dict() for engine in found],
                "languages": [language.to_dict() for language in languages],
            }
        )
        return FINDINGS if failed else OK
    for engine in found:
        pairs = list(dict.fromkeys(f"{source} → {target}" for source, target, _ in engine.pairs))
        more = f" and {len(pairs) - _MOST_PAIRS} more" if len(pairs) > _MOST_PAIRS else ""
        click.echo(f"{engine.id}: {', '.join(pairs[:_MOST_PAIRS]) + more or _why(engine.reason, engine.hint)}")
    for language in languages:
        by = f"{language.engine} {language.model}" if language.model else _why(language.reason, language.hint)
        click.echo(f"drafts for {language.language}: {by}")
    return FINDINGS if failed else OK


def _why(reason: str, hint: str) -> str:
    return f"no, {reason}" + (f" ({hint})" if hint else "")
