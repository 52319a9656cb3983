"""Reading in processes of their own: on this machine's other cores, and a page that kills or stalls a parser costs that
page alone.

Few pages are read at once in this process: starting another takes longer than reading them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import active_children, connection, get_context, parent_process
from pathlib import Path

from archive.records import Judgement, Verdict
from crawler.pipeline.executor import Pending, Result, Task, read_all

__all__ = ["LocalExecutor"]

FEW = 100
"""Captures read in this process before others are started."""

LONGEST = 30.0
"""Seconds one page may take before its reader is stopped."""


def _prepare() -> None:
    # Ctrl-C is for the process that keeps the books; and when that one is killed, nobody else would stop us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


@contextmanager
def _nobodys() -> Iterator[None]:
    """Processes started meanwhile do not load the program that runs here, as they would: a command with its database
    takes as long to start as a hundred pages to read, and more than half of a reader's memory."""
    program = sys.modules["__main__"]
    spec, file = program.__spec__, program.__dict__.pop("__file__", None)
    program.__spec__ = None
    try:
        yield
    finally:
        program.__spec__ = spec
        if file is not None:
            program.__file__ = file


class LocalExecutor:
    """An `Executor` of this machine; `folder` holds the operator's outlet files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._taken = 0

    def submit(self, tasks: Sequence[Task]) -> Pending:
        """Begin to read captures: a few at once here, more in other processes."""
        self._taken += len(tasks)
        if self._taken <= FEW:
            results = read_all(self._folder, tasks)
            return Pending(lambda: results)
        sent = self._send(tasks)
        return Pending(lambda: self._settled(tasks, sent), sent.done)

    def close(self) -> None:
        """Stop the other processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _send(self, tasks: Sequence[Task]) -> Future[list[Result]]:
        if self._pool is None:
            processes = min(4, max(1, (os.cpu_count() or 2) - 1))
            self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _prepare)
        try:
            with _nobodys():
                return self._pool.submit(read_all, self._folder, list(tasks))
        except BrokenProcessPool:
            self._restart()
            return self._send(tasks)

    def _restart(self) -> None:
        pool, self._pool = self._pool, None
        for child in active_children():
            child.kill()
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _settled(self, tasks: Sequence[Task], pending: Future[list[Result]]) -> list[Result]:
        with suppress(BrokenProcessPool, TimeoutError):
            return pending.result(LONGEST + len(tasks))
        # One of them killed or stalled its reader, or that of a group before: each alone tells which.
        self._restart()
        return [self._alone(task) for task in tasks]

    def _alone(self, task: Task) -> Result:
        try:
            return self._send([task]).result(LONGEST)[0]
        except BrokenProcessPool:
            reason = "reading it killed our reader"
        except TimeoutError:
            reason = f"reading it took more than {LONGEST:.0f} seconds"
        self._restart()
        return Result(Judgement(Verdict.UNREADABLE, reason))
