"""Runs a function over many tasks, on all cores when that pays, with results in the order of the tasks."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how many are done, how many in all)."""

WORTH_A_POOL = 64
"""Up to this many tasks are done before worker processes would have started."""
_CHUNK = 8
_AHEAD = 4
"""Chunks handed out per worker."""


def available_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_tasks(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    label: str = "",
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield `function(task)` for each task, in order.

    `function` is picklable and turns its errors into its result; nothing a run writes depends on `jobs`.
    `tasks` may be any sequence, whose parts are only looked at when their turn comes.
    """
    workers = min(jobs or available_cores(), max(1, len(tasks) // _CHUNK))
    if workers == 1 or len(tasks) <= WORTH_A_POOL:
        results: Iterator[Result] = map(function, tasks)
        yield from _counted(results, label, len(tasks), progress)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    with ProcessPoolExecutor(workers, initializer=_prepare, initargs=(function,)) as executor:
        try:
            results = _windowed(executor, tasks, workers)
            yield from _counted(results, label, len(tasks), progress)
        except BrokenProcessPool as error:
            raise PipelineError(
                "a worker process was killed, perhaps for lack of memory", hint="run again with --jobs 1"
            ) from error
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _windowed(executor: Executor, tasks: Sequence[Any], workers: int) -> Iterator[Any]:
    """As `executor.map`, but only a few chunks ahead, so that neither tasks nor results pile up."""
    running: deque[Future[list[Any]]] = deque()
    for start in range(0, len(tasks), _CHUNK):
        running.append(executor.submit(_chunk, tasks[start : start + _CHUNK]))
        if len(running) > workers * _AHEAD:
            yield from running.popleft().result()
    while running:
        yield from running.popleft().result()


def _chunk(tasks: Sequence[Any]) -> list[Any]:
    return [_function[0](task) for task in tasks]


def _counted(results: Iterator[Result], label: str, total: int, progress: Progress | None) -> Iterator[Result]:
    for done, result in enumerate(results, 1):
        if progress is not None:
            progress(label, done, total)
        yield result


_function: list[Callable[[Any], Any]] = []
"""In a worker process: what it is there for. It may hold much (a site's addresses), so it is sent once."""


def _prepare(function: Callable[[Any], Any]) -> None:
    _function[:] = [function]
    # Ctrl-C is for the parent, which lets every worker finish the file it is writing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
