"""What commands print: results on standard output, findings and progress on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, Self

import click

from pipeline.cli.app import FINDINGS, INTERNAL, OK
from pipeline.cli.terminal import visible, visible_json
from pipeline.model import Finding, Severity

_MOST_ALIKE = 5
"""Warnings shown as text for one rule; errors are all shown."""
INTERNAL_ERROR = "internal-error"
"""What the stages call a mistake in this program (`stages.selection`, which would load too much here)."""
_QUIET_SECONDS = 2.0
"""Work that is done by then shows no progress."""
_REFRESH_SECONDS = 0.1


class Result(Protocol):
    """What every stage gives back."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a person should know."""

    @property
    def failed(self) -> bool:
        """True when a person must put something right."""

    def to_dict(self) -> dict[str, object]:
        """The JSON shape."""


def finish(result: Result, output_format: str, show: Callable[[], None]) -> int:
    """Print a result, by `show` unless JSON is wanted, and its findings; the exit code."""
    if output_format == "json":
        print_json(result.to_dict())
    else:
        show()
        print_findings(result.findings)
    if any(finding.rule == INTERNAL_ERROR for finding in result.findings):
        return INTERNAL
    return FINDINGS if result.failed else OK


def print_json(data: object) -> None:
    """One JSON document, with characters as they are where the terminal or pipe can take them."""
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") != "utf8"
    click.echo(visible_json(json.dumps(data, ensure_ascii=plain, indent=2)))


def print_findings(findings: Iterable[Finding]) -> None:
    """`path:line: severity: message [rule]` on standard error, errors first, the first few of each kind of warning."""
    alike: Counter[str] = Counter()
    for finding in sorted(findings, key=lambda f: f.severity is not Severity.error):
        if finding.severity is not Severity.error:
            alike[finding.rule] += 1
            if alike[finding.rule] > _MOST_ALIKE:
                continue
        place = finding.path if finding.line is None else f"{finding.path}:{finding.line}"
        click.echo(visible(f"{place}: {finding.severity}: {finding.message} [{finding.rule}]"), err=True)
    for rule, number in sorted(alike.items()):
        if number > _MOST_ALIKE:
            click.echo(f"... and {number - _MOST_ALIKE:,} more [{rule}] (--format json shows all)", err=True)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: the first column to the left, the others to the right; drawn with Rich on a terminal."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(header_style="bold")
        for number, title in enumerate(header):
            table.add_column(title, justify="left" if number == 0 else "right", overflow="fold")
        for row in rows:
            table.add_row(*(Text(visible(cell)) for cell in row))
        Console().print(table)
        return
    rows = [[visible(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        cells = (
            cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        click.echo("  ".join(cells).rstrip())


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: 1 page, 1,204 pages."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def counted_messages(added: int, fuzzy: int, obsolete: int) -> str:
    """What became of messages: 1 message new, 2 fuzzy, 0 obsolete."""
    return f"{counted(added, 'message')} new, {fuzzy:,} fuzzy, {obsolete:,} obsolete"


class Progress:
    """One line on a terminal for work that takes more than two seconds; nothing in CI or in a pipe."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
        self._label = ""
        self._started = self._last = 0.0
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def __call__(self, label: str, done: int, total: int) -> None:
        """Report that `done` of `total` are done."""
        if not self._shown:
            return
        now = time.monotonic()
        if label != self._label:
            self._clear()
            self._label, self._started = label, now
        if now - self._started < _QUIET_SECONDS or (now - self._last < _REFRESH_SECONDS and done != total):
            return
        self._last = now
        spent = max(now - self._started, 0.001)
        left = spent * (total - done) / max(done, 1)
        text = f"{label}: {done:,} of {total:,}, {done / spent:,.0f}/s"
        text += f", about {left:.0f} s left" if done < total else ""
        sys.stderr.write(f"\r{text:<78}")
        sys.stderr.flush()
        self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            sys.stderr.write("\r" + " " * 78 + "\r")
            sys.stderr.flush()
            self._drawn = False
