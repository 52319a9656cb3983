"""An engine of this machine: processes of its own, each of which does one task at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import LifoQueue
from threading import Lock
from typing import Any, TypeVar

from crawler.pipeline.engines.protocol import TRIES, Lost, outcome
from crawler.pipeline.workers import nobodys, prepare

__all__ = ["LocalEngine"]

_T = TypeVar("_T")
_GONE = (EOFError, OSError)
_STARTING = Lock()


def _serve(asked: Connection) -> None:
    """What a worker does until nobody asks any more."""
    prepare()
    with suppress(*_GONE):
        while True:
            asked.send(outcome(*asked.recv()))


class _Worker:
    """A process, and the pipe it is asked by; it is started when it is asked first."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _STARTING, nobodys():
            self._process.start()
        theirs.close()

    def ask(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """What a function gives there. Raises what it raised, and EOFError or OSError where the process dies."""
        self._pipe.send((function, args))
        return self._pipe.recv().get()

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()


class LocalEngine:
    """An `Engine` of this machine's processes."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._closed = False
        self._working: set[_Worker] = set()
        # None: one that is not started yet.
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def call(self, function: Callable[..., _T], *args: Any) -> _T:
        """What a function gives in one of the processes; where that dies, in another."""
        worker = self._idle.get()
        try:
            for _ in range(TRIES):
                if self._closed:
                    break
                if worker is None:
                    worker = _Worker()
                    self._working.add(worker)
                try:
                    found: _T = worker.ask(function, args)
                except _GONE:
                    self._working.discard(worker)
                    worker.stop()
                    worker = None
                else:
                    return found
        finally:
            self._idle.put(worker)
        raise Lost("the engine was stopped" if self._closed else f"{TRIES} workers died over it")

    def close(self) -> None:
        """End the processes."""
        self._closed = True
        for worker in tuple(self._working):
            worker.stop()
