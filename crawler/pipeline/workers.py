"""Reading in processes of their own: the pure steps on other cores, and a page that kills or stalls a parser costs that
page alone.

Few pages are read at once in this process: starting another takes longer than reading them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import active_children, connection, get_context, parent_process
from pathlib import Path

from archive.records import Capture, Content, Judgement, Reading, Verdict
from archive.store.texts import content
from crawler.extract.examine import Fault, examine
from crawler.outlets.base import Outlet
from crawler.outlets.registry import registry

__all__ = ["Pending", "Readers", "Result"]

FEW = 100
"""Captures read in this process before others are started."""

LONGEST = 30.0
"""Seconds one page may take before its reader is stopped."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the pure steps found: the verdict, and of an article its reading, also as it is stored."""

    judgement: Judgement
    reading: Reading | None = None
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Results that are there or will be: `get` waits for them, `ready` says whether it would not have to."""

    get: Callable[[], list[Result]]
    ready: Callable[[], bool] = lambda: True


def read(capture: Capture, outlet: Outlet) -> Result:
    """Read a capture, and bring its reading into the form in which it is stored. Never raises."""
    judgement, reading = examine(capture, outlet)
    try:
        return Result(judgement, reading, content(reading) if reading else None)
    except Exception as problem:  # noqa: BLE001 - what is read may be what cannot be stored
        return Result(Fault.of(problem))


def _read_all(folder: Path, tasks: Sequence[tuple[Capture, str]]) -> list[Result]:
    """Read captures with the outlets of those names; an ad-hoc outlet is known by the capture's address."""
    outlets = registry(folder)
    known = set(outlets.names())
    return [
        read(capture, outlets.get(name) if name in known else outlets.for_url(capture.url, capture.fetched_at))
        for capture, name in tasks
    ]


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


class Readers:
    """Reads groups of captures; `folder` holds the operator's outlet files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._taken = 0

    def submit(self, tasks: Sequence[tuple[Capture, str]]) -> Pending:
        """Begin to read captures, each with its outlet's name; the results come in the same order."""
        self._taken += len(tasks)
        if self._taken <= FEW:
            results = _read_all(self._folder, tasks)
            return Pending(lambda: results)
        sent = self._send(tasks)
        return Pending(lambda: self._settled(tasks, sent), sent.done)

    def close(self) -> None:
        """Stop the other processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _send(self, tasks: Sequence[tuple[Capture, str]]) -> Future[list[Result]]:
        if self._pool is None:
            processes = min(4, max(1, (os.cpu_count() or 2) - 1))
            self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _prepare)
        try:
            with _nobodys():
                return self._pool.submit(_read_all, self._folder, list(tasks))
        except BrokenProcessPool:
            self._restart()
            return self._send(tasks)

    def _restart(self) -> None:
        pool, self._pool = self._pool, None
        for child in active_children():
            child.kill()
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _settled(self, tasks: Sequence[tuple[Capture, str]], pending: Future[list[Result]]) -> list[Result]:
        with suppress(BrokenProcessPool, TimeoutError):
            return pending.result(LONGEST + len(tasks))
        # One of them killed or stalled its reader, or that of a group before: each alone tells which.
        self._restart()
        return [self._alone(task) for task in tasks]

    def _alone(self, task: tuple[Capture, str]) -> Result:
        try:
            return self._send([task]).result(LONGEST)[0]
        except BrokenProcessPool:
            reason = "reading it killed our reader"
        except TimeoutError:
            reason = f"reading it took more than {LONGEST:.0f} seconds"
        self._restart()
        return Result(Judgement(Verdict.UNREADABLE, reason))
