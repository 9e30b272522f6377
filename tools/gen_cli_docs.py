"""Write docs/cli.md from the commands' own help; `--check` only says whether it is up to date (exit code 1 when not)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "cli.md"
_WIDTH = 96

_HEAD = """\
# Commands

This page is made from `--help` by `python tools/gen_cli_docs.py`; edit the commands' docstrings in `pipeline/cli/`.

Exit codes: 0 all well; 1 something a person must put right (named on standard error as `path:line: severity: message`);
2 wrong usage or configuration; 3 an error of pipeline itself, please report it (`PIPELINE_DEBUG=1` shows where);
130 interrupted (Ctrl-C): every file is whole, and running again completes the work.
Results go to standard output, findings and progress to standard error. `--format json` prints one JSON document,
described in [json-output.md](json-output.md).
"""


def text() -> str:
    """The whole page."""
    from pipeline.cli.app import cli

    parts = [_HEAD]
    for path, command in walk(cli, ("pipeline",)):
        context = click.Context(
            command,
            info_name=" ".join(path),
            terminal_width=_WIDTH,
            max_content_width=_WIDTH,
            help_option_names=cli.context_settings["help_option_names"],
        )
        parts.append(f"## {' '.join(path)}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, as `--help` orders them."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from walk(child, (*path, name))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if "--check" in sys.argv[1:]:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text():
            sys.exit("docs/cli.md is out of date: run python tools/gen_cli_docs.py")
    else:
        PAGE.write_text(text(), encoding="utf-8", newline="\n")
