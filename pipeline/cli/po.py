"""Plumbing for PO files of any origin."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.app import FINDINGS, OK
from pipeline.cli.commands import Group
from pipeline.cli.options import existing_file_type, file_type, format_option
from pipeline.cli.output import counted, finish
from pipeline.cli.terminal import visible
from pipeline.model import Key

_MOST_SHOWN = 20


@click.group(cls=Group)
def po() -> None:
    """Work on PO files of any origin; no project needed.

    Examples:
      pipeline po merge ms.po template.pot -o ms.po
      pipeline po format --check ms.po
      pipeline po install-driver
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


@po.command("format")
@click.argument("files", type=existing_file_type, nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--width",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Wrap strings at N columns; 0: only at their own line breaks.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a file is not in this form.")
@format_option
def format_files(files: tuple[Path, ...], width: int, check: bool, output_format: str) -> int:
    """Write PO files in canonical form: what they say stays, how it is written becomes the same for all tools.

    Nothing else in pipeline needs this. It is for teams whose tools wrap lines differently and who want small diffs.

    Examples:
      pipeline po format locales/ms/LC_MESSAGES/about.md.po
      pipeline po format --width 80 --check ms.po ta.po
    """
    from pipeline.stages.pofiles import po_format

    result = po_format(files, width=width, check=check)

    def show() -> None:
        for path in result.changed:
            click.echo(path)
        done = "would change" if check else "changed"
        click.echo(f"{counted(result.files, 'file')}: {len(result.changed):,} {done}")

    return finish(result, output_format, show)


@po.command("merge-driver")
@click.argument("base", type=existing_file_type)
@click.argument("ours", type=existing_file_type)
@click.argument("theirs", type=existing_file_type)
@click.argument("marker_size", required=False)
@click.argument("path", required=False)
def merge_driver(base: Path, ours: Path, theirs: Path, marker_size: str | None, path: str | None) -> int:  # noqa: ARG001
    """Merge PO files for Git, entry by entry: Git runs this once `pipeline po install-driver` has been run.

    OURS becomes the merge of OURS and THEIRS, which both come from BASE; PATH is the file's name in the repository,
    MARKER_SIZE is not needed. Exit code 1 where both sides gave an entry different texts: it is fuzzy then, with our
    text, and with theirs in a comment `# pipeline: conflict`.

    Examples:
      pipeline po merge-driver base.po ours.po theirs.po
      git config merge.pipeline-po.driver "pipeline po merge-driver %O %A %B %L %P"
    """
    from pipeline.stages.pofiles import po_merge_driver

    name = path or str(ours)
    result = po_merge_driver(base, ours, theirs, name=name)
    if not result.conflicts:
        return OK
    click.echo(f"{name}: {counted(len(result.conflicts), 'entry', 'entries')} changed on both sides:", err=True)
    for key in result.conflicts[:_MOST_SHOWN]:
        click.echo(f"  {_shown(key)}", err=True)
    if len(result.conflicts) > _MOST_SHOWN:
        click.echo(f"  ... and {len(result.conflicts) - _MOST_SHOWN:,} more", err=True)
    click.echo(
        '  hint: both texts are in the file, in entries marked "pipeline: conflict"; choose, clear the mark, git add',
        err=True,
    )
    return FINDINGS


@po.command("install-driver")
@click.option(
    "-C",
    "--repository",
    "folder",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    metavar="DIR",
    help="A folder of the Git repository. Default: this one.",
)
@click.option(
    "--command",
    metavar="COMMAND",
    help="How Git starts pipeline, in the words of a shell. Default: the Python that runs now, by its full path.",
)
@format_option
@click.pass_context
def install_driver(ctx: click.Context, folder: Path | None, command: str | None, output_format: str) -> int:
    """Tell Git to merge PO files entry by entry, in this clone.

    Adds a line to .gitattributes, to be committed, and sets merge.pipeline-po in the clone's own configuration, which
    Git does not share: everybody who merges runs this once. Running it again changes nothing.

    Examples:
      pipeline po install-driver
      pipeline po install-driver --command pipeline     (wherever it is on the PATH)
    """
    from pipeline.stages.gitdriver import install_driver as run

    result = run(folder or Path(ctx.obj or "."), command=command)

    def show() -> None:
        click.echo(f"{result.repository}: {'written: ' + ', '.join(result.changed) if result.changed else 'unchanged'}")
        click.echo(f"Git merges *.po with: {result.command}")

    return finish(result, output_format, show)


def _shown(key: Key) -> str:
    """A message's key on one line."""
    context, msgid = key
    text = " ".join(msgid.split()) or "the header"
    text = text if len(text) <= 70 else text[:69] + "…"
    return visible(f"{text} (context {context})" if context else text)
