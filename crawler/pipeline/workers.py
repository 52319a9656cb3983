"""Reading in processes of their own: on this machine's other cores, and a page that kills, stalls or bloats a parser
costs that page alone, from the first page of a run to the last.

Few pages are read by a fork of this process: starting another takes longer than reading them.
"""

from __future__ import annotations

import os
import resource
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from multiprocessing import active_children, connection, get_context, parent_process
from pathlib import Path
from typing import Any, TypeVar

from archive.errors import PalimpsestError
from archive.records import Capture, Judgement, Verdict
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.pipeline.executor import Pending, Read, Result, Task, one_by_one, read_all

__all__ = ["LONGEST", "LocalExecutor", "Stopped", "nobodys", "prepare", "reading_elsewhere", "warm"]

_T = TypeVar("_T")

FEW = 100
"""Captures read by a fork of this process before others are started."""

LONGEST = 30.0
"""Seconds one page may take before its reader is stopped."""

MOST_MEMORY = 2_000_000_000
"""Bytes a reader may have beside what a fork begins with; the heaviest page that is read at all takes a third."""

_PATIENT = 2.0
"""Seconds to wait for few pages at once, before going on without them."""

# Where a fork has what its parent has loaded; elsewhere system libraries forbid it to go on.
_FORKS = sys.platform == "linux"


def prepare(held: int = 0) -> None:
    # Ctrl-C is for the process that keeps the books; and when that one is killed, nobody else would stop us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (held + MOST_MEMORY, held + MOST_MEMORY))
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _prepare_fork() -> None:
    # What it has of its parent counts as its own: of a large one it could not even begin to read.
    prepare(int(Path("/proc/self/statm").read_text("ascii").split()[5]) * resource.getpagesize())
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    _let_go()


def _let_go() -> None:
    """Hold no connection of the parent's open: whoever is at its other end waits for it to be closed. Its number stays
    taken, for the objects that believe to have it."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in [int(one.name) for one in Path("/proc/self/fd").iterdir()]:
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.dup2(nothing, number, inheritable=False)


@cache
def warm(folder: Path) -> None:
    """Load what reading needs, once: each fork would load it for itself. What a second opinion needs, and what stores
    texts, is loaded where texts are stored."""
    if "archive.store.texts" in sys.modules:
        read_all(folder, [_made_up(1)])
    else:
        task = _made_up(20)
        examine(task.capture, task.whose(registry(folder)))


def _made_up(paragraphs: int) -> Task:
    """A page to read; of a short one a second opinion is asked."""
    text = f"<p>{'A sentence that says what there is to say. ' * 4}</p>" * paragraphs
    page = f"<!doctype html><html lang=en><article><h1>A headline</h1>{text}</article></html>"
    return Task(Capture("https://www.example.org/a", datetime(2026, 1, 1, tzinfo=UTC), page.encode()), "generic")


@contextmanager
def nobodys() -> Iterator[None]:
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


class Stopped(PalimpsestError):
    """What was done with a page in another process killed that, or took too long."""


@contextmanager
def reading_elsewhere(folder: Path) -> Iterator[Read]:
    """Reading one page after another in a process of its own; `folder` holds the operator's outlet files."""
    pool = LocalExecutor(folder)
    try:
        yield one_by_one(pool)
    finally:
        pool.close()


class LocalExecutor:
    """An `Executor` of this machine; `folder` holds the operator's outlet files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._taken = 0
        self._few = _FORKS
        self._sent: set[Future[Any]] = set()

    def submit(self, tasks: Sequence[Task]) -> Pending:
        """Begin to read captures: a few are, as a rule, read when this returns."""
        self._count(len(tasks))
        if self._few and self._pool is None:
            warm(self._folder)
        sent = self._send(read_all, self._folder, list(tasks))
        if self._few:
            wait([sent], _PATIENT)
        return Pending(lambda: self._settled(tasks, sent), sent.done)

    def call(self, seconds: float, function: Callable[..., _T], *args: Any) -> _T:
        """What a function gives that looks into pages, in so many seconds. Raises Stopped, and what it raises."""
        self._count(1)
        return self._alone(seconds, function, *args)

    def close(self) -> None:
        """Stop the other processes; one that does not come to an end is not waited for."""
        for one in tuple(self._sent):
            one.cancel()
        if wait(self._sent, _PATIENT).not_done:
            self._restart()
        elif self._pool is not None:
            # Its thread ends before the program does: at the same moment, one closes what the other wakes it by.
            self._pool.shutdown()

    def _count(self, pages: int) -> None:
        self._taken += pages
        if self._few and self._taken > FEW:
            self._few, pool, self._pool = False, self._pool, None
            if pool is not None:
                pool.shutdown(wait=False)

    def _send(self, function: Callable[..., _T], *args: Any) -> Future[_T]:
        if self._pool is None:
            self._pool = self._forked() if self._few else self._started()
        try:
            with nobodys():
                sent = self._pool.submit(function, *args)
        except BrokenProcessPool:
            self._restart()
            return self._send(function, *args)
        self._sent.add(sent)
        sent.add_done_callback(self._sent.discard)
        return sent

    @staticmethod
    def _forked() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, get_context("fork"), _prepare_fork)

    @staticmethod
    def _started() -> ProcessPoolExecutor:
        processes = min(4, max(1, (os.cpu_count() or 2) - 1))
        return ProcessPoolExecutor(processes, get_context("spawn"), prepare)

    def _restart(self) -> None:
        pool, self._pool = self._pool, None
        # Whatever became of a fork, what it had of its parent has no part in the next.
        self._few = False
        for child in active_children():
            child.kill()
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def _settled(self, tasks: Sequence[Task], pending: Future[list[Result]]) -> list[Result]:
        # What was cancelled waited behind a group whose reader was stopped.
        with suppress(BrokenProcessPool, CancelledError, TimeoutError):
            return pending.result(LONGEST + len(tasks))
        # One of them killed or stalled its reader, or that of a group before: each alone tells which.
        self._restart()
        return [self._each(task) for task in tasks]

    def _each(self, task: Task) -> Result:
        try:
            return self._alone(LONGEST, read_all, self._folder, [task])[0]
        except Stopped as stopped:
            return Result(Judgement(Verdict.UNREADABLE, str(stopped)))

    def _alone(self, seconds: float, function: Callable[..., _T], *args: Any) -> _T:
        try:
            return self._send(function, *args).result(seconds)
        except BrokenProcessPool:
            reason = "reading it killed our reader"
        except TimeoutError:
            reason = f"reading it took more than {seconds:.0f} seconds"
        except MemoryError:
            reason = f"reading it took more than {MOST_MEMORY / 1e9:.0f} GB of memory"
        self._restart()
        raise Stopped(reason)
