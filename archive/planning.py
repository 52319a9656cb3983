"""When a known article is looked at next, by a plan of its outlet. Pure.

A plan states how often an outlet changes an article: edits a day by its age, how many times as many by what was seen of
it, and deletions a day. A look is due when the changes to be expected since the last come to what the plan's requests
allow (`due_at`), not before `shortest` and not after `longest`. That is the rule under which as many looks as possible
find a change: where each further request finds equally much, each look waits for equally many changes (Cho and
Garcia-Molina, Effective page refresh policies, 2003). Changes are counted to the power `POWER`: by 1 most edits would
be found, by 1/2 they would be found soonest.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

__all__ = ["AFTER", "AGES", "POWER", "Gap", "Plan", "Seen", "read", "stretches", "written"]

_HOUR, _DAY = 3600, 86_400

AGES = (900, 1800, *(n * _HOUR for n in (1, 2, 4, 8, 16)), *(n * _DAY for n in (1, 2, 4, 7, 14, 30, 60, 90, 180, 360)))
"""Seconds of age at which rates may change; what is older goes by one more rate."""

AFTER = (_HOUR // 2, *(n * _HOUR for n in (1, 2, 4, 8, 24)), 7 * _DAY)
"""Seconds since the last edit that was seen; then come what is longer ago, and what has had none."""

POWER = 0.9
"""How much a busier article is preferred."""

_EVER = 36_500 * _DAY


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of an article: since when it is there, its first and its last look, how many edits and when the
    last of them was seen, and the part of the site it stands in."""

    born: datetime
    first: datetime
    last: datetime
    edits: int = 0
    edited_at: datetime | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """From one look at an article to the next, in seconds: its age, since when its last edit had been seen (None: it
    had none), how many it had had, how long it was, what the later look found; the section, and its age at its first
    look. `share` of it is over."""

    age: float
    since: float | None
    edits: int
    length: float
    changed: bool
    deleted: bool = False
    section: str = ""
    begun: float = 0.0
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes a day by age (`AGES`, one more for what is older), times as many after an edit (`AFTER`, two more), by
    section; how alike articles are (`shape` of a gamma distribution: edits known beforehand); when a look is due;
    seconds that at least and at most lie between two looks."""

    edits: tuple[float, ...]
    deletions: tuple[float, ...]
    after: tuple[float, ...]
    shape: float
    due_at: float
    shortest: int
    longest: int
    sections: dict[str, float] = field(default_factory=dict)

    def next_look(self, seen: Seen) -> datetime:
        """The first moment at which a look is due. Raises OverflowError where that is after the end of time."""
        age = max((seen.last - seen.born).total_seconds(), 0.0)
        since = None if seen.edited_at is None else max((seen.last - seen.edited_at).total_seconds(), 0.0)
        begun = max((seen.first - seen.born).total_seconds(), 0.0)
        lively = self.liveliness(age, seen.edits, seen.section, begun)
        return seen.last + timedelta(seconds=self.wait(age, since, lively))

    def liveliness(self, age: float, edits: int, section: str = "", begun: float = 0.0) -> float:
        """How many times as many edits are to be expected of an article as of others, by those it had since an age at
        which it was looked at first."""
        usual = self.sections.get(section, 1.0)
        return usual * (self.shape + edits) / (self.shape + usual * (self.expected(age) - self.expected(begun)))

    def expected(self, age: float) -> float:
        """The edits that an article has had by an age in seconds, on average."""
        total, begin = 0.0, 0
        for rate, end in zip(self.edits, (*AGES, _EVER), strict=True):
            if age <= begin:
                break
            total += rate * (min(age, end) - begin) / _DAY
            begin = end
        return total

    def wait(self, age: float, since: float | None, lively: float) -> int:
        """Seconds until the next look at an article of an age, so long after its last edit (None: it has had none)."""
        left = self.due_at
        for begin, end, band, after in stretches(age, since, self.longest):
            rate = lively * self.edits[band] * self.after[after] + self.deletions[band]
            counted = math.pow(rate, POWER) / _DAY
            if counted * (end - begin) >= left:
                return max(self.shortest, min(self.longest, round(begin + left / counted)))
            left -= counted * (end - begin)
        return max(self.shortest, self.longest)

    def changes(self, age: float, since: float | None, lively: float, gap: float) -> tuple[float, float, float]:
        """Edits and deletions that are to be expected within a gap of seconds; and both as they count."""
        edits = deletions = counted = 0.0
        for begin, end, band, after in stretches(age, since, gap):
            days, rate = (end - begin) / _DAY, lively * self.edits[band] * self.after[after]
            edits += rate * days
            deletions += self.deletions[band] * days
            counted += math.pow(rate + self.deletions[band], POWER) * days
        return edits, deletions, counted


def stretches(age: float, since: float | None, longest: float) -> Iterator[tuple[float, float, int, int]]:
    """The stretches ahead in which the rates stand: from and to (seconds from now), the places of both rates."""
    at, band = 0.0, bisect_right(AGES, age)
    after = len(AFTER) + 1 if since is None else bisect_right(AFTER, since)
    while at < longest:
        ends = [longest]
        if band < len(AGES):
            ends.append(AGES[band] - age)
        if since is not None and after < len(AFTER):
            ends.append(AFTER[after] - since)
        end = min(ends)
        if end > at:
            yield at, end, band, after
        if band < len(AGES) and AGES[band] - age <= end:
            band += 1
        if since is not None and after < len(AFTER) and AFTER[after] - since <= end:
            after += 1
        at = max(at, end)


def written(plan: Plan) -> str:
    """A plan as it is stored."""
    return json.dumps(asdict(plan), separators=(",", ":"))


def read(words: str) -> Plan:
    """A stored plan."""
    said: dict[str, Any] = json.loads(words)
    rates = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return Plan(**rates)  # type: ignore[arg-type]
