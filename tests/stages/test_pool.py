"""Work on all cores: the order of results, and what becomes of workers that are killed, interrupted or orphaned."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.stages.pool import finish_workers, run_tasks

ROOT = Path(__file__).parents[2]
TASKS = range(200)


def double(number):
    return 2 * number


def die_once(mark, number):
    """Kill the worker at task 100, unless that has happened already."""
    if number == 100 and not mark.exists():
        mark.write_bytes(b"")
        os._exit(9)
    return 2 * number


def die(number):
    if number == 100:
        os._exit(9)
    return 2 * number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(jobs):
    seen = []
    results = run_tasks(double, TASKS, label="x", jobs=jobs, progress=lambda *told: seen.append(told))
    assert list(results) == [2 * number for number in TASKS]
    assert seen[-1] == ("x", 200, 200)


def test_after_a_killed_worker_the_rest_is_done_all_the_same(tmp_path):
    assert list(run_tasks(partial(die_once, tmp_path / "mark"), TASKS, jobs=2)) == [2 * number for number in TASKS]


def test_a_task_that_kills_every_worker_is_named():
    done = []
    with pytest.raises(PipelineError, match="task 101 of 200") as caught:
        done.extend(run_tasks(die, TASKS, jobs=2))
    assert "running again" in caught.value.hint


def write_slowly(folder, number):
    (folder / f"{number}.begun").write_bytes(b"")
    time.sleep(0.05)
    (folder / f"{number}.ended").write_bytes(b"")


def finish(folder):
    results = run_tasks(partial(write_slowly, folder), TASKS, jobs=2)
    next(results)
    finish_workers()
    return results  # kept until here, as an exception keeps all that was under way when it was raised


def fail(folder):
    def interrupt(label, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run_tasks(partial(write_slowly, folder), TASKS, jobs=2, progress=interrupt))


def close(folder):
    results = run_tasks(partial(write_slowly, folder), TASKS, jobs=2)
    next(results)
    results.close()


@pytest.mark.parametrize("end", [finish, fail, close])
def test_workers_finish_the_files_they_are_writing(tmp_path, end):
    held = end(tmp_path)
    begun, ended = ({path.stem for path in tmp_path.glob(f"*.{state}")} for state in ("begun", "ended"))
    assert begun == ended
    assert 0 < len(begun) < len(TASKS)
    del held


SCRIPT = """
import os, sys, time
from pipeline.stages.pool import finish_workers, run_tasks

def work(number):
    time.sleep(0.01)
    os.write(1, b"%d\\n" % os.getpid())

if __name__ == "__main__":
    for _ in run_tasks(work, range(100_000), jobs=2):
        pass
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process as Linux and macOS do")
def test_workers_end_with_a_killed_parent(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8", newline="\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment) as process:
        workers = {int(process.stdout.readline()) for _ in range(40)}
        process.kill()
        deadline = time.monotonic() + 10
        while any(map(is_running, workers)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not any(map(is_running, workers))


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # one that has ended may not have been waited for
    return not (state.exists() and state.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z")


@pytest.mark.skipif(os.name != "posix", reason="sends signals as Linux and macOS do")
def test_interrupts_are_for_the_parent_alone(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8", newline="\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert errors.count(b"Traceback") == 1  # the parent's own, which the command line turns into a line
