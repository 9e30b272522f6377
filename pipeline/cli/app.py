"""The `pipeline` command: its groups, loaded when they are used, and what happens when something goes wrong."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from pipeline import __version__
from pipeline.cli.commands import LazyGroup
from pipeline.cli.terminal import visible
from pipeline.errors import ConfigError, PipelineError

OK, FINDINGS, USAGE, INTERNAL = 0, 1, 2, 3
"""Exit codes."""
INTERRUPTED = 130
_HELD: list[BaseException] = []
"""What interrupted a command, and with it what was under way: a model that is let go waits for its work."""


@click.group(
    cls=LazyGroup,
    lazy={
        "init": "pipeline.cli.init:init",
        "extract": "pipeline.cli.catalogs:extract",
        "update": "pipeline.cli.catalogs:update",
        "translate": "pipeline.cli.catalogs:translate",
        "build": "pipeline.cli.editions:build",
        "status": "pipeline.cli.editions:status",
        "verify": "pipeline.cli.editions:verify",
        "import-po": "pipeline.cli.imports:import_po",
        "import-translated": "pipeline.cli.import_translated:import_translated",
        "memory": "pipeline.cli.memory:memory",
        "glossary": "pipeline.cli.glossary:glossary",
        "models": "pipeline.cli.models:models",
        "engines": "pipeline.cli.engines:engines",
        "page": "pipeline.cli.page:page",
        "po": "pipeline.cli.po:po",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all well, 1 findings, 2 wrong usage or configuration, 3 an error of pipeline itself, 130 interrupted.",
)
@click.option(
    "-C",
    "--project",
    "project",
    type=click.Path(file_okay=False, exists=True),
    metavar="DIR",
    help="Work in DIR as if started there.",
)
@click.version_option(__version__, message="pipeline %(version)s")
@click.pass_context
def cli(ctx: click.Context, project: str | None) -> None:
    """Translate a static site through PO files, offline.

    Examples:
      pipeline init                       write a commented pipeline.toml
      pipeline translate --lang ms        extract, merge, draft what is missing
      pipeline build --lang ms            write the Malay edition
      pipeline status                     see how far each language is
    """
    ctx.obj = project


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; the user never sees a traceback (PIPELINE_DEBUG=1 shows it)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character is no reason to stop
    try:
        result = cli.main(args=None if argv is None else list(argv), prog_name="pipeline", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:  # the line that ^C stands on is not ours
        _HELD.append(stop)
        from pipeline.stages.pool import finish_workers

        with contextlib.suppress(KeyboardInterrupt):  # somebody will not wait
            finish_workers()
        with contextlib.suppress(OSError):  # a reader of a pipe (tee) has had the same Ctrl-C
            _say("interrupted; every file is whole, running again completes the work")
        return INTERRUPTED
    except PipelineError as error:
        report_error(error)
        if _wants_json(sys.argv[1:] if argv is None else argv):
            _print_json_error(error)
        return USAGE if isinstance(error, ConfigError) else FINDINGS
    except BrokenPipeError:
        # The reader (head, less) has gone. Python would complain once more when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        report_error(PipelineError(f"cannot be read or written: {error.strerror or error}", path=error.filename))
        return FINDINGS
    except Exception as error:
        if os.environ.get("PIPELINE_DEBUG") == "1":
            raise
        summary = f"{type(error).__name__}: {error}".splitlines()[0]
        _say(f"error: unexpected {summary}")
        _say("This is an error in pipeline. Please report it with the command you ran; PIPELINE_DEBUG=1 shows more.")
        return INTERNAL
    return result if isinstance(result, int) else OK


def run() -> NoReturn:
    """Run the command line as a process of its own, and end it."""
    code = main()
    if code == INTERRUPTED:  # at once: a model would be waited for until it has done all that it was given
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def report_error(error: PipelineError) -> None:
    """One line on standard error, `path:line: message`, and the hint below it."""
    place = "" if error.path is None else f"{error.path}:{error.line}: " if error.line else f"{error.path}: "
    _say(f"{place}error: {error.message}")
    if error.hint:
        _say(f"  hint: {error.hint}")


def _wants_json(argv: Sequence[str]) -> bool:
    return "--format=json" in argv or ("--format", "json") in itertools.pairwise(argv)


def _print_json_error(error: PipelineError) -> None:
    """What stopped the command, as the only finding of a document."""
    from pipeline.cli.output import print_json
    from pipeline.stages.selection import problem

    print_json({"version": 1, "findings": [problem(error, "").to_dict()]})


def _say(text: str) -> None:
    click.echo(visible(text), err=True)
