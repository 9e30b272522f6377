"""kramdown, which Jekyll and Isomer render pages with, is the judge: a translated page has the source's tags."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.kramdown
@pytest.mark.parametrize("folder", ["content", "tests"])
def test_a_marked_translation_keeps_the_tags(folder):
    """The demonstration site and the sample pages: at least 99 % of them, as the script itself demands."""
    script = ROOT / "bench" / "kramdown_tags.py"
    done = subprocess.run(
        [sys.executable, str(script), str(ROOT), "--groups", folder, "--show"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
