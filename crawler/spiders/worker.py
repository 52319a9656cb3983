"""One machine's worker: outlets take their turns in processes of their own, some of them side by side.

What a turn takes of memory is given back at its end, and one that is killed costs that turn alone. No two turns of a
worker ask one host; that no two workers do is the locks' doing (`archive/store/leases.py`).
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import connection, get_context
from multiprocessing.process import BaseProcess
from typing import Protocol

from archive.errors import PalimpsestError
from archive.home import Home
from crawler.outlets.registry import Registry, registry
from crawler.pipeline.workers import warm
from crawler.spiders import turn
from crawler.spiders.run import Result
from crawler.spiders.turn import Ended, Errand

__all__ = ["AT_ONCE", "Named", "Turns", "Worker"]

AT_ONCE = 4
"""Outlets side by side, where the settings file does not say how many."""

_MOMENT = 0.5
"""Seconds after which a worker looks up at the latest: a signal came, say."""

_POLL = 5.0
"""Seconds between two questions whether something is due, where nothing was."""

_KILL = 10.0
"""Seconds that are left to turns that are to end at once."""


class Turns(Protocol):
    """Whose turn it is."""

    def next(self, skip: set[str]) -> str | None:
        """The outlet that is next, none of those; None where none is, for now."""

    def tick(self, names: Sequence[str]) -> None:
        """Some time has passed, and these are at work."""

    def ended(self, name: str, ended: Ended, *, whole: bool) -> None:
        """A turn has ended; one that was not `whole` was not the outlet's last word."""


class Named:
    """Outlets that a person named, each once."""

    def __init__(self, names: Sequence[str]) -> None:
        self._left = list(dict.fromkeys(names))

    def next(self, skip: set[str]) -> str | None:
        """The next of them."""
        name = next((one for one in self._left if one not in skip), None)
        if name is not None:
            self._left.remove(name)
        return name

    def tick(self, names: Sequence[str]) -> None:
        """Nothing to do."""

    def ended(self, name: str, ended: Ended, *, whole: bool) -> None:
        """Nothing to keep."""


@dataclass(frozen=True, slots=True)
class _Running:
    name: str
    process: BaseProcess


class Worker:
    """Lets outlets take their turns, `at_once` side by side, each by the settings that `home` gives when it begins;
    `told` hears what each came to."""

    def __init__(self, home: Callable[[], Home], errand: Errand, told: Callable[[Result], None]) -> None:
        self._settings, self._errand, self._told = home, errand, told
        self._outlets: Registry = registry(home().outlets)
        self._running: dict[connection.Connection, _Running] = {}
        self._signals: list[int] = []
        self._kill_at = float("inf")
        self.results: list[Result] = []
        """What the turns came to that have ended, but where a worker stays."""

    @property
    def stopped_by(self) -> int:
        """The signal that a person, or the machine's shutdown, stopped it with; 0: none."""
        return self._signals[0] if self._signals else 0

    def work(self, turns: Turns, *, stay: bool = False) -> None:
        """Work until nothing is due, or, where it is to `stay`, until it is stopped: one signal lets turns finish what
        is in flight, a second ends them at once."""
        # What each turn would load for itself, its fork has of us, memory and all.
        import_module("crawler.spiders.addon")
        import_module("scrapy.core.downloader.handlers.http11")
        import_module("archive.store.texts")
        warm(self._settings().outlets)
        asked = 0.0
        with self._listening():
            while True:
                if time.monotonic() >= asked and not self._begin_some(turns):
                    if not self._running and not stay:
                        return
                    asked = time.monotonic() + _POLL
                if self._signals and not self._running:
                    return
                if self._wait(turns, stay=stay):
                    asked = 0.0

    @contextmanager
    def _listening(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._stop) for number in turn.SIGNALS}
        try:
            yield
        finally:
            # Where the worker itself failed, nobody is left to hear of the turns.
            for one in self._running.values():
                with suppress(ProcessLookupError):
                    os.kill(one.process.pid or 0, signal.SIGTERM)
            for number, answer in before.items():
                # Once it has been heeded, one more of them would end in the middle what little is left to be done.
                signal.signal(number, signal.SIG_IGN if self._signals else answer or signal.SIG_DFL)

    def _stop(self, number: int, _frame: object) -> None:
        self._signals.append(number)
        if len(self._signals) > 1:
            self._kill_at = time.monotonic() + _KILL
        for one in self._running.values():
            with suppress(ProcessLookupError):
                os.kill(one.process.pid or 0, signal.SIGTERM)

    def _begin_some(self, turns: Turns) -> bool:
        """Begin as many turns as there is room for; whether there was none left over."""
        while len(self._running) < (self._settings().at_once or AT_ONCE) and not self._signals:
            name = turns.next(self._apart())
            if name is None:
                return False
            self._begin(name)
        return True

    def _apart(self) -> set[str]:
        """The outlets that may not be crawled now: those that are, and those that share a host with them."""
        names = {one.name for one in self._running.values()}
        hosts = {domain.host for name in names for domain in self._outlets.get(name).domains}
        others = self._outlets.outlets.items()
        return names | {name for name, one in others if any(domain.host in hosts for domain in one.domains)}

    def _begin(self, name: str) -> None:
        context = get_context("fork")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=turn.take, args=(theirs, self._settings(), name, self._errand), name=name)
        # What is sent to us meanwhile waits, lest the fork answers to it as if it were us.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, turn.SIGNALS)
        try:
            process.start()
            self._running[ours] = _Running(name, process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()

    def _wait(self, turns: Turns, *, stay: bool) -> bool:
        """Wait for a moment; whether a turn has ended meanwhile."""
        ready = connection.wait(list(self._running), _MOMENT)
        for line in ready:
            assert isinstance(line, connection.Connection)
            self._end(line, turns, stay=stay)
        if time.monotonic() > self._kill_at:
            for one in self._running.values():
                one.process.kill()
        turns.tick([one.name for one in self._running.values()])
        return bool(ready)

    def _end(self, line: connection.Connection, turns: Turns, *, stay: bool) -> None:
        one = self._running.pop(line)
        with line:
            try:
                ended: Ended = line.recv()
            except EOFError:
                one.process.join()
                ended = Ended(self._gone(one))
        one.process.join()
        result = ended.result
        turns.ended(one.name, ended, whole=bool(result.run or result.failure) and not result.interrupted)
        if not stay:
            self.results.append(result)
        self._told(result)

    def _gone(self, one: _Running) -> Result:
        """What is to be said of a turn whose process has said nothing."""
        if self._signals:
            return Result(one.name, interrupted=True)
        code = one.process.exitcode or 0
        how = f"by signal {-code}" if code < 0 else f"with {code}"
        said = f"{one.name}: its process was ended {how}; what it had committed is safe, and its next turn goes on"
        return Result(one.name, failure=PalimpsestError(said))
