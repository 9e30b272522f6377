"""Two runs on one project are kept apart; a run that died keeps nobody out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import ConfigError, LockedError
from pipeline.langtag import parse
from pipeline.stages.lock import WAIT, lock_path, locked, project_lock
from pipeline.stages.update import update

MS = parse("ms")
ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from pipeline.config import load_project
from pipeline.stages.lock import project_lock
with project_lock(load_project(Path(sys.argv[1])), "translate"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(site):
    """Another process that holds the project; `stdin.close()` ends it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(site.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stdout.readline().strip() == b"held"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_second_run_says_at_once_who_holds_the_project(site, holder, capsys):
    with pytest.raises(LockedError, match=rf"`pipeline translate`, process {holder.pid}, since 20\d\d-"):
        update(site.project, [MS])
    assert not site.catalogs.exists()
    assert main(["update", "-C", str(site.root), "--format", "json"]) == 2
    out, err = capsys.readouterr()
    assert [finding["rule"] for finding in json.loads(out)["findings"]] == ["project-locked"]
    assert "another run is at work" in err
    assert "hint:" in err


@pytest.mark.parametrize("end", ["kill", "exit"])
def test_a_run_that_died_holds_nothing(site, holder, end):
    if end == "kill":
        holder.kill()
    else:
        holder.stdin.close()
    holder.wait()
    assert update(site.project, [MS]).written
    assert lock_path(site.project).read_bytes() == b""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_worker_that_outlives_its_killed_run_holds_nothing(site):
    forked = HOLD.replace("print(", "import os, time\n    if not os.fork():\n        time.sleep(60)\n    print(")
    process = subprocess.Popen(
        [sys.executable, "-c", forked, str(site.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    try:
        process.stdout.readline()
        process.kill()
        process.wait()
        with project_lock(site.project, "update"):
            pass
    finally:
        os.killpg(process.pid, 9)
        process.stdin.close()
        process.stdout.close()


def test_reading_takes_no_lock(site, holder):
    assert update(site.project, [MS], dry_run=True).written
    assert main(["status", "-C", str(site.root), "-l", "ms"]) == 0
    assert main(["extract", "-C", str(site.root), "--dry-run"]) == 0


def test_waiting(site, holder, monkeypatch):
    monkeypatch.setenv(WAIT, "0.2")
    with pytest.raises(LockedError), project_lock(site.project, "update"):
        pass
    monkeypatch.setenv(WAIT, "60")
    holder.stdin.close()
    with project_lock(site.project, "update"):
        pass


@pytest.mark.parametrize("value", ["soon", "-1", "nan"])
def test_a_wrong_time_to_wait(site, holder, monkeypatch, value):
    monkeypatch.setenv(WAIT, value)
    with pytest.raises(ConfigError, match=WAIT), project_lock(site.project, "update"):
        pass


def test_one_process_may_enter_again_and_others_only_when_it_has_left(site):
    project = site.project
    with project_lock(project, "translate"):
        with project_lock(project, "update"):
            pass
        assert tried(project) == "locked"
        told = json.loads(lock_path(project).read_bytes())
        assert (told["command"], told["pid"]) == ("translate", os.getpid())
    assert tried(project) == "held"


def tried(project):
    """What another process finds."""
    found = subprocess.run(
        [sys.executable, "-c", HOLD, str(project.root)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    return "locked" if b"LockedError" in found.stderr else found.stdout.decode().strip()


def test_an_error_lets_go(site):
    with pytest.raises(RuntimeError), project_lock(site.project, "update"):
        raise RuntimeError
    assert tried(site.project) == "held"


def test_where_no_lock_can_be_had_the_run_goes_on(site, monkeypatch):
    (site.root / ".pipeline").write_text("a file where the folder should be")
    calls = []
    locked("update")(lambda project, *, dry_run=False: calls.append(dry_run))(site.project)
    assert calls == [False]


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 1)() == 0, reason="root writes everywhere")
def test_a_read_only_project_can_be_read(site):
    site.root.chmod(0o555)
    try:
        assert main(["status", "-C", str(site.root), "-l", "ms"]) == 0
        with project_lock(site.project, "update"):
            pass
    finally:
        site.root.chmod(0o755)
