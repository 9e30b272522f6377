"""Starting the command line loads little: what a command does not need is not imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("argostranslate", "babel", "ctranslate2", "numpy", "rapidfuzz", "rich", "sentencepiece", "sentencex", "yaml")
SITE = ROOT / "tests" / "projects" / "site"


def loaded(*args, cwd=ROOT):
    """Names of all modules that are loaded after running a command."""
    code = (
        "import sys\nfrom pipeline.cli import main\n"
        f"main({list(map(str, args))!r})\n"
        "print('\\0' + '\\n'.join(sorted(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=cwd
    )
    return set(done.stdout.split("\0")[1].split())


@pytest.mark.parametrize("args", [("--help",), ("update", "--help"), ("--version",)], ids=" ".join)
def test_help_loads_no_heavy_library(args):
    modules = loaded(*args)
    assert not modules & {*HEAVY, "pyromark", "concurrent.futures.process"}
    assert not any(name.startswith(("pipeline.stages", "pipeline.document", "pipeline.mt")) for name in modules)


def test_page_extract_loads_what_one_page_needs(tmp_path):
    modules = loaded("page", "extract", SITE / "content/legal.md", "-o", tmp_path / "x.po")
    assert not modules & {*HEAVY, "multiprocessing", "asyncio"}


def test_an_update_with_nothing_to_do_loads_no_parser(tmp_path):
    import shutil

    shutil.copytree(SITE, tmp_path / "site")
    loaded("update", cwd=tmp_path / "site")
    modules = loaded("update", cwd=tmp_path / "site")
    assert not modules & {*HEAVY, "pyromark"}
    assert not any(name.startswith(("pipeline.document", "pipeline.catalog")) for name in modules)
