"""Pages on their way through an executor, in groups, while further ones are taken; they come back in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.pipeline.executor import Executor, Pending, Result
from crawler.pipeline.steps import Work

__all__ = ["ReadAhead"]

_GROUP = 8
"""Captures that are read together."""

_AHEAD = 8_000_000
"""Bytes of captures that may wait to be read: memory stays flat however fast they come."""


def _weight(works: Sequence[Work]) -> int:
    return sum(len(work.capture.body) + sum(len(part.body) for part in work.capture.parts) for work in works)


class ReadAhead:
    """Has pages read; `back` gets each with what it is and says."""

    def __init__(self, executor: Executor, back: Callable[[Work], None]) -> None:
        self._executor = executor
        self._back = back
        self._group: list[Work] = []
        self._reading: deque[tuple[list[Work], Pending]] = deque()
        self._ahead = 0

    def add(self, work: Work, read: Result | None = None) -> None:
        """Take a page; its group is sent on when it is full. One that was `read` already takes its place behind it."""
        if read is not None:
            self._send()
            self._await([work], Pending(lambda: [read]))
            self._settle(_AHEAD)
            return
        self._group.append(work)
        if len(self._group) >= _GROUP:
            self.hurry()

    def hurry(self) -> None:
        """Send on a group that is not full, waiting for nothing."""
        self._send()
        self._settle(_AHEAD)

    def flush(self) -> None:
        """Return when everything added came back."""
        # What comes back may have to be read once more.
        while self._group or self._reading:
            self._send()
            self._settle(0)

    def _send(self) -> None:
        works, self._group = self._group, []
        if works:
            self._await(works, self._executor.submit([one.task for one in works]))

    def _await(self, works: list[Work], pending: Pending) -> None:
        self._reading.append((works, pending))
        self._ahead += _weight(works)

    def _settle(self, most: int) -> None:
        """Take back what has been read, and wait for it while more than so many bytes are being read; 0: all."""
        while self._reading and (self._ahead > most or not most or self._reading[0][1].ready()):
            works, pending = self._reading.popleft()
            self._ahead -= _weight(works)
            for work, result in zip(works, pending.get(), strict=True):
                self._back(replace(work, judgement=result.judgement, reading=result.reading, content=result.content))
