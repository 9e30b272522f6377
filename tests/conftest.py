"""What the whole suite shares: tests whose judge is not installed are skipped, and say which one."""

import os
import shutil
import subprocess
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run: bench/fuzz.py is for finding. How many of them `assume` takes away is no fault.
settings.register_profile("suite", derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
settings.load_profile("suite")

PROGRAMS = {"gettext": ("msgfmt", "msgcat", "msgmerge")}


@cache
def missing(marker):
    """Why a test with this marker cannot run here; None when it can."""
    absent = [program for program in PROGRAMS.get(marker, ()) if shutil.which(program) is None]
    if absent:
        return f"{', '.join(absent)} not installed"
    if marker == "kramdown":
        libraries = "require 'kramdown'; require 'kramdown-parser-gfm'"
        if (
            not shutil.which("ruby")
            or subprocess.run(["ruby", "-e", libraries], capture_output=True, check=False).returncode
        ):
            return "kramdown (Ruby) not installed"
    if marker == "corpus" and not os.environ.get("PIPELINE_CORPUS"):
        return "PIPELINE_CORPUS names no corpus"
    return None


def pytest_runtest_setup(item):
    for marker in item.iter_markers():
        if reason := missing(marker.name):
            pytest.skip(reason)
