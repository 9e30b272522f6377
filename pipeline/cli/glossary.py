"""Commands about glossaries."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.commands import Group
from pipeline.cli.options import (
    existing_file_type,
    format_option,
    lang_option,
    one_lang_option,
    open_languages,
    open_project,
    project_option,
)
from pipeline.cli.output import counted, finish, print_json, print_table
from pipeline.langtag import parse


@click.group(cls=Group)
def glossary() -> None:
    """Say how terms are translated, and find where they are not.

    A glossary is locales/glossary/LANGUAGE.csv (or .tbx). Drafts keep to it, entries show its terms to reviewers, and
    `check` tells where a translation does not use them.

    Examples:
      pipeline glossary start --lang ms          (countries, languages, months, institutions)
      pipeline glossary import terms.tbx --lang ms
      pipeline glossary list --lang ms
      pipeline glossary check
    """


@glossary.command("list")
@one_lang_option
@format_option
@project_option
@click.pass_context
def list_(ctx: click.Context, lang: str, output_format: str, folder: str | None) -> int:
    """Show the terms of a language.

    Examples:
      pipeline glossary list --lang ms
      pipeline glossary list --lang zh-Hans --format json
    """
    from pipeline.stages.glossary import load_glossary

    terms = load_glossary(open_project(ctx, folder), parse(lang)).terms
    if output_format == "json":
        rows = [
            {
                "term": term.term,
                "translations": list(term.translations),
                "forbidden": list(term.forbidden),
                "part_of_speech": term.part_of_speech,
                "case_sensitive": term.case_sensitive,
                "keep": term.keep,
                "note": term.note,
            }
            for term in terms
        ]
        print_json({"version": 1, "command": "glossary list", "language": parse(lang), "terms": rows})
    else:
        print_table(
            ("term", "translation", "not", "note"),
            [(t.term, t.term if t.keep else " | ".join(t.translations), ", ".join(t.forbidden), t.note) for t in terms],
        )
    return 0


@glossary.command()
@lang_option
@format_option
@project_option
@click.pass_context
def check(ctx: click.Context, langs: tuple[str, ...], output_format: str, folder: str | None) -> int:
    """Find translations that do not keep to the glossary, drafts too; exit code 1 when an approved one does not.

    Examples:
      pipeline glossary check
      pipeline glossary check --lang ms --format json
    """
    from pipeline.stages.glossary import check_glossary

    project = open_project(ctx, folder)
    result = check_glossary(project, open_languages(project, langs))
    return finish(
        result,
        output_format,
        lambda: click.echo(f"{counted(result.terms, 'term')}, {counted(result.checked, 'message')} with one of them"),
    )


@glossary.command("import")
@click.argument("file", type=existing_file_type)
@one_lang_option
@format_option
@project_option
@click.pass_context
def import_(ctx: click.Context, file: Path, lang: str, output_format: str, folder: str | None) -> int:
    """Add the terms of a CSV or TBX-Basic file to a language's glossary; what is there stays as it is.

    Examples:
      pipeline glossary import terms.tbx --lang ms
      pipeline glossary import weblate.csv --lang zh-Hans
    """
    from pipeline.stages.glossary import add_terms, read_terms

    project, language = open_project(ctx, folder), parse(lang)
    result = add_terms(
        project, language, read_terms(file, project.source.language, language), command="glossary import"
    )
    return finish(result, output_format, lambda: click.echo(f"{counted(result.terms, 'term')} in {language}"))


@glossary.command()
@one_lang_option
@format_option
@project_option
@click.pass_context
def start(ctx: click.Context, lang: str, output_format: str, folder: str | None) -> int:
    """Begin a language's glossary with public names: countries, languages, months, days, institutions.

    Translations are from English, by CLDR. Terms that are there stay as they are.

    Examples:
      pipeline glossary start --lang ta
    """
    from pipeline.catalog.starter import starter_terms
    from pipeline.stages.glossary import add_terms

    project, language = open_project(ctx, folder), parse(lang)
    result = add_terms(project, language, starter_terms(language), command="glossary start")
    return finish(result, output_format, lambda: click.echo(f"{counted(result.terms, 'term')} in {language}"))
