"""When an outlet's turn comes, as the settings file says: how often, how many requests a day, which hours are quiet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

__all__ = ["Quiet", "Schedule", "quiet", "span"]

_SPAN = re.compile(r"(\d{1,4})\s?([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_QUIET = re.compile(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)\s*")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day at which nothing is asked, from `begin` up to `end`, over midnight where that is earlier."""

    begin: time
    end: time

    def until(self, local: datetime) -> datetime | None:
        """When it is over, by a clock that shows `local` now; None where it is not quiet."""
        shown = local.time()
        over = self.end < self.begin
        if not (shown >= self.begin or shown < self.end if over else self.begin <= shown < self.end):
            return None
        day = local.date() + timedelta(days=int(over and shown >= self.begin))
        return datetime.combine(day, self.end, local.tzinfo)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the settings file says of an outlet: whether it is `enabled` (None: nothing is said), the least time between
    two of its turns (None: whenever `run` is begun), the most requests within 24 hours (0: no limit), the hours at
    which nothing is asked, in the outlet's time zone, and from where it is asked, the usual vantage first (empty: from
    this machine itself)."""

    enabled: bool | None = None
    every: timedelta | None = None
    budget: int = 0
    quiet: tuple[Quiet, ...] = ()
    vantages: tuple[str, ...] = ()

    def quiet_until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours are over that it is now, in UTC; None where it is not quiet."""
        ends = (one.until(now.astimezone(zone)) for one in self.quiet)
        return max((end.astimezone(UTC) for end in ends if end is not None), default=None)


def span(words: str) -> timedelta:
    """A time such as `30m`, `6h` or `2d`. Raises ValueError."""
    found = _SPAN.fullmatch(words.strip())
    if found is None or not int(found[1]):
        raise ValueError("is a time such as 30m, 6h or 2d")
    return int(found[1]) * _UNITS[found[2]]


def quiet(words: str) -> Quiet:
    """Hours such as `22:00-06:00`. Raises ValueError."""
    found = _QUIET.fullmatch(words)
    if found is None or found.group(1, 2) == found.group(3, 4):
        raise ValueError("is hours such as 22:00-06:00")
    begin, end = (time(int(found[n]), int(found[n + 1])) for n in (1, 3))
    return Quiet(begin, end)
