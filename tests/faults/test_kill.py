"""A run that is killed at any moment leaves every file whole and every word of a person, and a rerun completes it.

A few real SIGKILLs at seeded moments; `bench/kills.py` does hundreds. tests/property/test_day_after.py stops runs at every
kind of change to a file.
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.catalog.pofile import read_po, write_po

SITE = Path(__file__).parents[1] / "projects" / "site"
COMMANDS = {
    "update": ["update"],
    "translate": ["translate", "--engine", "pseudo"],
    "build": ["build"],
}

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs SIGKILL and process groups")


def command(project, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments, "--lang", "en-XA"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def run(project, *arguments):
    process = command(project, *arguments)
    error = process.communicate()[1]
    assert process.returncode in (0, 1), error


def files(project):
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for folder in ("locales", "output")
        for path in sorted((project / folder).rglob("*"))
        if path.is_file()
    }


def texts(project):
    """Every msgstr of a catalog; a file that is not whole raises."""
    return {message.msgstr for path in project.glob("locales/**/*.po") for message in read_po(path).messages}


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A project whose catalogs people have filled, and whose pages were then edited; what people wrote."""
    project = tmp_path_factory.mktemp("start") / "site"
    shutil.copytree(SITE, project)
    run(project, "update")
    written = set()
    for path in sorted(project.glob("locales/**/*.po")):
        catalog = read_po(path)
        done = []
        for number, message in enumerate(catalog.messages):
            text = f"kata {path.stem} {number} {message.msgid}" if number % 3 else ""
            done.append(message.changed(msgstr=text, flags=("fuzzy",) if number % 4 == 1 else ()))
            written |= {text} - {""}
        write_po(type(catalog)(language=catalog.language, header=catalog.header, messages=tuple(done)), path)
    run(project, "build")
    for path in sorted((project / "content").rglob("*.md")):
        path.write_bytes(path.read_bytes().replace(b" the ", b" this ") + b"\nA paragraph more.\n")
    return project, written


@pytest.fixture(scope="module", params=COMMANDS)
def undisturbed(request, start, tmp_path_factory):
    """(command, what it starts from, the files it ends with, seconds it takes)."""
    project = tmp_path_factory.mktemp("undisturbed") / "site"
    shutil.copytree(start[0], project)
    began = time.monotonic()
    run(project, *COMMANDS[request.param])
    return request.param, files(project), time.monotonic() - began


@pytest.mark.parametrize("seed", range(2))
def test_a_killed_run_loses_nothing_and_a_rerun_completes_it(start, undisturbed, seed, tmp_path):
    name, should, seconds = undisturbed
    project = tmp_path / "site"
    shutil.copytree(start[0], project)
    process = command(project, *COMMANDS[name])
    time.sleep(seconds * random.Random(f"{name} {seed}").uniform(0.4, 1))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert start[1] <= texts(project)
    run(project, *COMMANDS[name])
    assert files(project) == should


def test_an_edit_saved_in_the_middle_survives(start, tmp_path):
    project = tmp_path / "site"
    shutil.copytree(start[0], project)
    process = command(project, *COMMANDS["translate"])
    victims = sorted(project.glob("locales/**/*.po"))
    before = {path: path.read_bytes() for path in victims}
    deadline = time.monotonic() + 30
    while process.poll() is None and all(path.read_bytes() == before[path] for path in victims):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    with contextlib.suppress(ProcessLookupError):  # on a busy machine it may have ended meanwhile
        os.killpg(process.pid, signal.SIGSTOP)
    try:
        for path in victims:  # one or another of them is being rewritten just now
            catalog = read_po(path)
            first, *others = catalog.messages
            edited = first.changed(msgstr=f"suntingan {path.stem}", flags=())
            write_po(type(catalog)(language=catalog.language, header=catalog.header, messages=(edited, *others)), path)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)
        process.communicate()
    assert {f"suntingan {path.stem}" for path in victims} <= texts(project)
