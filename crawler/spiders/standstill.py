"""Time in which a whole crawl stood still, waiting for its database say, counts against no host: what was asked for is
there by now, and would be given up as too late, and asked for again."""

from __future__ import annotations

import time
from typing import Any

__all__ = ["Standstill"]

_NOTICED = 0.5
"""Seconds; shorter ones matter to no time limit, and many of these do."""


class Standstill:
    """Looks at the time, several times a second, before and after whatever may take long."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """From now on something can happen."""
        self._looked, self._stood = time.monotonic(), 0.0

    def clock(self) -> float:
        """Seconds of a clock that stood still whenever the crawl did."""
        self.look()
        return self._looked - self._stood

    def look(self) -> None:
        """Put off all that is to happen at a certain time by as long as nothing could happen."""
        from twisted.internet import reactor

        timed: Any = reactor
        before, self._looked = self._looked, time.monotonic()
        if (stood := self._looked - before) > _NOTICED:
            self._stood += stood
            for call in timed.getDelayedCalls():
                call.delay(stood)
