"""Runs a function over many tasks, on all cores when that pays, with results in the order of the tasks."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import PipelineError
from pipeline.mt.ct2run import cores

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how many are done, how many in all)."""

WORTH_A_POOL = 64
"""Up to this many tasks are done before worker processes would have started."""
_MOST = 61
"""Worker processes: Windows can wait for no more."""
_CHUNK = 8
_AHEAD = 4
"""Chunks handed out per worker."""


def run_tasks(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    label: str = "",
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield `function(task)` for each task, in order.

    `function` is picklable, turns its errors into its result and may be called again for a task; nothing a run writes
    depends on `jobs`. `tasks` may be any sequence, whose parts are only looked at when their turn comes.

    When a worker process is killed, what is left is done by one worker, which needs the least memory. PipelineError
    when that one is killed too.
    """
    workers = min(_MOST, jobs or cores(), max(1, len(tasks) // _CHUNK))
    if workers == 1 or len(tasks) <= WORTH_A_POOL:
        results: Iterator[Result] = map(function, tasks)
    else:
        results = _pooled(function, tasks, workers)
    for done, result in enumerate(results, 1):
        if progress is not None:
            progress(label, done, len(tasks))
        yield result


def _pooled(function: Callable[[Any], Any], tasks: Sequence[Any], workers: int) -> Iterator[Any]:
    from concurrent.futures.process import BrokenProcessPool

    done = 0
    for crew, chunk in ((workers, _CHUNK), (1, 1)):
        try:
            for result in _windowed(function, tasks, crew, chunk, start=done):
                done += 1
                yield result
            return
        except BrokenProcessPool as error:
            broken = error
    raise PipelineError(
        f"a worker process was killed twice, perhaps for lack of memory, last at task {done + 1:,} of {len(tasks):,}",
        hint="what was written is whole; running again goes on from there",
    ) from broken


def _windowed(
    function: Callable[[Any], Any], tasks: Sequence[Any], workers: int, chunk: int, *, start: int
) -> Iterator[Any]:
    """As `executor.map`, but only a few chunks ahead, so that neither tasks nor results pile up."""
    from concurrent.futures import ProcessPoolExecutor

    running: deque[Future[list[Any]]] = deque()
    executor = ProcessPoolExecutor(workers, initializer=_prepare, initargs=(function,))
    _executors.add(executor)
    try:
        for at in range(start, len(tasks), chunk):
            with _interrupts_held():  # a worker that is just starting has not said yet that it ignores them
                running.append(executor.submit(_chunk, tasks[at : at + chunk]))
            if len(running) > workers * _AHEAD:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()
    finally:
        executor.shutdown(cancel_futures=True)  # waits for the files that are being written
        _executors.discard(executor)


_executors: set[ProcessPoolExecutor] = set()
"""Those at work."""


def finish_workers() -> None:
    """Let workers finish the files they are writing, and end them: for a process that ends without coming back here."""
    for executor in tuple(_executors):
        executor.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C comes after the block; what is started in it never gets one. Windows has no such thing."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _chunk(tasks: Sequence[Any]) -> list[Any]:
    return [_function[0](task) for task in tasks]


_function: list[Callable[[Any], Any]] = []
"""In a worker process: what it is there for. It may hold much (a site's addresses), so it is sent once."""


def _prepare(function: Callable[[Any], Any]) -> None:
    _function[:] = [function]
    # Ctrl-C is for the parent, which lets every worker finish the file it is writing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent was killed: it would wait for work for ever, or write beside a later run."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
