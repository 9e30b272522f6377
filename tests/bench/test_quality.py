"""The script that measures drafts says in one line why it cannot."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "quality.py"


def run(folder, *options, source="source.txt", target="target.txt"):
    """(exit code, standard error) of the script over two files of two lines."""
    (folder / "source.txt").write_text("Opening hours\nA line\u2028of two\n", encoding="utf-8")
    (folder / "target.txt").write_text("Waktu operasi\nSatu baris\n", encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), source, target, *options],
        cwd=folder,
        env=os.environ | {"PIPELINE_MODELS": str(folder / "none"), "ARGOS_PACKAGES_DIR": str(folder / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--to", "de"], "no translation model from en to de is installed"),
        (["--to", "malay"], "'malay' is not a language tag"),
        (["--model", "x"], "no installed model is called 'x'"),
        (["--engine", "foo"], "no engine is called 'foo'"),
        (["--engine", "pseudo"], "the pseudo engine translates nothing"),
        (["--engine", "pivot"], "no pivot leads to ms"),
        (["--limit", "0"], "--limit is 0"),
        (["--limit", "-1"], "--limit is -1"),
        (["--beams", "0"], "--beams is '0'"),
        (["--beams", "99"], "--beams is '99'"),
        (["--beams", "two"], "--beams is 'two'"),
        (["--settings", "none.toml"], "none.toml"),
    ],
)
def test_what_cannot_be_measured_is_told_in_a_line(tmp_path, options, why):
    code, said = run(tmp_path, *options)
    assert (code, said.count("\n")) == (2, 1), said
    assert why in said


@pytest.mark.parametrize(
    ("source", "why"), [("gone.txt", "gone.txt: cannot be read"), ("empty.txt", "number of lines: 1 and 2")]
)
def test_files_that_cannot_be_measured(tmp_path, source, why):
    code, said = run(tmp_path, source=source)
    assert (code, said.count("\n")) == (2, 1), said
    assert why in said


def test_files_without_a_sentence(tmp_path):
    code, said = run(tmp_path, source="empty.txt", target="empty.txt")
    assert (code, said) == (2, "quality.py: empty.txt: has no sentence\n")


def test_a_line_separator_ends_no_line(tmp_path):
    file = tmp_path / "x.txt"
    file.write_text("A line\u2028of two\nB\n", encoding="utf-8")
    assert runpy.run_path(str(SCRIPT))["lines"](file) == ["A line\u2028of two", "B"]
