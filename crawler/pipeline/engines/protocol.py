"""What an engine is, and how tasks are put to one: in their order, a few at once, each tried again where a worker dies.

A task is a pure function and its arguments: whoever does it a second time gets the same. Nothing is stored by a worker,
so that one that dies leaves nothing half.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from archive.errors import PalimpsestError

__all__ = ["TRIES", "Call", "Engine", "Lost", "Outcome", "in_order", "outcome"]

_T = TypeVar("_T")

TRIES = 3
"""How often a task is begun whose worker dies, before it is given up."""


class Lost(Exception):
    """A task that no worker brought to an end, and why."""


class Engine(Protocol):
    """Does tasks in workers, of which it has so many."""

    workers: int

    def call(self, function: Callable[..., _T], *args: Any) -> _T:
        """What a pure function gives in a worker; may be called by several threads at once. Raises Lost, and the
        PalimpsestError that the function raised."""

    def close(self) -> None:
        """Stop: tasks that are not done are lost."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a function gave, or what it raised: no engine carries an exception as it is."""

    value: Any = None
    problem: PalimpsestError | Lost | None = None

    def get(self) -> Any:
        """What it gave. Raises what it raised."""
        if self.problem is not None:
            raise self.problem
        return self.value


def outcome(function: Callable[..., Any], args: tuple[Any, ...]) -> Outcome:
    """Call a function; this is what runs in a worker. Never raises."""
    try:
        return Outcome(function(*args))
    except PalimpsestError as problem:
        return Outcome(problem=problem)
    except Exception as problem:  # noqa: BLE001 - whatever it is, the worker goes on, and who asked is told
        return Outcome(problem=Lost(f"{type(problem).__name__}: {problem}"))


Call = Callable[[Engine], _T]
"""Puts something to an engine, and gives what comes of it."""


def in_order(engine: Engine, tasks: Iterable[Call[_T]]) -> Generator[_T | Lost, None, None]:
    """What tasks give, in their order, whichever ended first. Two for each worker are under way or done and not taken
    yet, however many there are: memory stays flat. Raises what a task raises."""
    most = 2 * engine.workers
    threads = ThreadPoolExecutor(most, thread_name_prefix="engine")
    waiting: deque[Future[_T | Lost]] = deque()
    try:
        for task in tasks:
            waiting.append(threads.submit(_done, engine, task))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # What is under way ends when the engine is closed.
        threads.shutdown(wait=False, cancel_futures=True)


def _done(engine: Engine, task: Call[_T]) -> _T | Lost:
    try:
        return task(engine)
    except Lost as lost:
        return lost
