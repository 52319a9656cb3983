"""A database that is away for a while, restarted say: whoever had reached it before waits for it, up to a limit.

Two things make it so. To connect takes as long as the database is away (`wait_for`); and what was cut off in the middle
of a transaction, of which nothing was stored, is done once more (`patient`).
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from sqlalchemy import URL, Dialect, Engine, event
from sqlalchemy.exc import DBAPIError

from archive.errors import Away, DatabaseError, Interrupted

__all__ = ["is_away", "patient", "wait_for", "waited"]

_FIRST, _LONGEST = 0.25, 5.0
"""Seconds between two attempts to connect: twice as many each time, up to so many."""

_TIMES = 5
"""How often something is done that is cut off each time."""

# SQLSTATE: the server shuts down, has crashed, starts up; connection exceptions.
_GOING = ("57P01", "57P02", "57P03", "08")

_log = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")


def is_away(problem: DBAPIError) -> bool:
    """Whether an error says that the database cannot be reached, or not any more."""
    state = getattr(problem.orig, "sqlstate", "")  # SQLite's errors have none, and a lost connection has None.
    if problem.connection_invalidated:
        return True
    return problem.__class__.__name__ == "OperationalError" and (state is None or state.startswith(_GOING))


def patient(work: Callable[_P, _T]) -> Callable[_P, _T]:
    """Do something that is one transaction once more where the database went away in the middle of it."""

    @wraps(work)
    def again(*words: _P.args, **named: _P.kwargs) -> _T:
        for _ in range(_TIMES):
            try:
                return work(*words, **named)
            except Away:
                continue
        return work(*words, **named)

    return again


def _interrupted(_number: int, _frame: object) -> NoReturn:
    raise Interrupted("interrupted while the database was away; what was stored is safe")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end what is waited for: a crawl's own answer to it is to finish what is in flight, which nobody can
    without the database."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, answer in before.items():
            signal.signal(number, answer or signal.SIG_DFL)


class _Waiting:
    """All waiting of this process for one database."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self.waited = 0.0
        self.reached = False

    def connect(self, dialect: Dialect, _record: object, words: Any, named: Any) -> Any:
        """A connection, as soon as there is one. Raises DatabaseError when that takes too long; at once where there
        never was one."""
        began, pause = time.monotonic(), _FIRST
        while True:
            try:
                made = dialect.connect(*words, **named)
            except dialect.loaded_dbapi.OperationalError as problem:
                if not self.reached:
                    raise
                self._pause(began, pause, str(problem).strip().splitlines()[0])
                pause = min(2 * pause, _LONGEST)
            else:
                self.waited += time.monotonic() - began if pause > _FIRST else 0.0
                self.reached = True
                return made

    def _pause(self, began: float, pause: float, said: str) -> None:
        gone = time.monotonic() - began
        if gone + pause > self.left:
            self.left = 0.0  # Whatever else is tried with it now is not worth waiting for.
            raise DatabaseError(
                f"the database has been away for {gone:.0f} seconds ({said}); what was stored is safe. Run the same "
                "command again when it is back; PALIMPSEST_DATABASE_WAIT says how many seconds to wait"
            )
        if pause == _FIRST:
            _log.warning("the database is away (%s); waiting for it, %.0f seconds at most", said, self.left)
        try:
            with _interruptible():
                time.sleep(pause)
        except Interrupted:
            self.left = 0.0
            raise


_KNOWN: dict[URL, _Waiting] = {}


def wait_for(engine: Engine, seconds: float) -> None:
    """Let an engine wait for its database, once it was reached. A limit that is over is over for all of a process."""
    if seconds:
        event.listen(engine, "do_connect", _KNOWN.setdefault(engine.url, _Waiting(seconds)).connect)


def waited(engine: Engine) -> float:
    """How many seconds this process has waited for the database of an engine."""
    return _KNOWN[engine.url].waited if engine.url in _KNOWN else 0.0
