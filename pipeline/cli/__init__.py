"""The command line: each command parses its arguments, calls one stage, prints the result and chooses the exit code.

Exit codes: 0 all well, 1 findings, 2 wrong usage or configuration, 3 an error of ours, 130 interrupted.
"""

from __future__ import annotations

from pipeline.cli.app import main, run

__all__ = ["main", "run"]
