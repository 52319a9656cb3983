"""Is this machine's clock right? What the hosts that are asked say of it in their `Date` headers.

Whatever is said is compared, and believed of most hosts only: one may be wrong, or lie. A host is taken at the freshest
of its latest answers, since a cache that does not tell an answer's age makes a host look slow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.timeline import CLOCK_OFF

__all__ = ["Heard", "Witnesses", "stated"]

_LATEST = 5
"""Answers of each host that count."""

_LONGEST = 64
"""Characters of a header that is looked at."""

_ODDEST = 100 * 366 * 86400.0
"""Seconds: what is off by more is no time at all."""


def stated(headers: Iterable[tuple[str, str]]) -> datetime | None:
    """The time by an answer's headers: its date, and how old it is by a cache's word; None where it states none."""
    named = {name.lower(): value.strip()[:_LONGEST] for name, value in headers}
    age = named.get("age", "")
    try:
        date = parsedate_to_datetime(named.get("date", ""))
        aged = timedelta(seconds=int(age) if age.isascii() and age.isdecimal() else 0)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)) + aged
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


@dataclass(frozen=True, slots=True)
class Heard:
    """How many seconds this machine's clock is ahead by the word of most hosts, of how many, and which say about as
    much; without any host nobody told."""

    ahead: float = 0.0
    hosts: int = 0
    saying_so: frozenset[str] = frozenset()

    @property
    def off(self) -> bool:
        """Whether the clock is off by that."""
        return abs(self.ahead) > CLOCK_OFF.total_seconds()


class Witnesses:
    """The hosts that were heard, by all crawls of a process: they share its clock."""

    def __init__(self) -> None:
        self._ahead: dict[str, deque[float]] = {}

    def hear(self, host: str, headers: Iterable[tuple[str, str]], at: datetime) -> None:
        """Take what a host answered at that time of this machine's clock."""
        said = stated(headers)
        if said is not None and abs(ahead := (at - said).total_seconds()) < _ODDEST:
            self._ahead.setdefault(host, deque(maxlen=_LATEST)).append(ahead)

    def say(self, host: str) -> float | None:
        """How many seconds the clock is ahead by the word of one host."""
        return min(self._ahead[host]) if host in self._ahead else None

    def heard(self) -> Heard:
        """What most of the hosts say: the one in the middle, of two in the middle the one nearer to the clock."""
        said = sorted((min(some), host) for host, some in self._ahead.items())
        if not said:
            return Heard()
        middle, _ = min(said[(len(said) - 1) // 2 : len(said) // 2 + 1], key=lambda one: abs(one[0]))
        near = CLOCK_OFF.total_seconds()
        return Heard(middle, len(said), frozenset(host for ahead, host in said if abs(ahead - middle) <= near))
