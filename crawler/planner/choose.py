"""A plan for an outlet: its rates as they were learnt, and how often the requests that it may have allow a look. Pure.

What a plan would cost, and how long changes would stay unnoticed by it, is told by the gaps between the looks there
were: in each, so many changes are to be expected, and so many looks would the plan have taken.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive.planning import Gap, Plan
from crawler.planner.intervals import Steps
from crawler.planner.lives import HORIZON, Chance, lived

__all__ = [
    "BANDS",
    "Delay",
    "Forecast",
    "Past",
    "Population",
    "Stated",
    "chosen",
    "cost",
    "delay",
    "forecast",
    "made_up",
    "past",
]

_DAY = 86_400
_LIVES = 100
_LONGEST = 30 * _DAY
_MOST_MONTHS = 120
BANDS = (_DAY, 7 * _DAY, 90 * _DAY)
"""Ages, in seconds, that what is stated is told apart by: the first day, week, quarter, and what is older."""


@dataclass(frozen=True, slots=True)
class Population:
    """The articles of an outlet: new ones a day, and how many there are of each age (`BANDS`, and older)."""

    arrivals: float
    known: tuple[int, ...]

    def standing(self) -> tuple[float, ...]:
        """How many there are of each age on a usual day: of the youngest that is told by how many come."""
        return (self.arrivals, self.arrivals * 6, *map(float, self.known[2:]))


@dataclass(frozen=True, slots=True)
class Delay:
    """How long changes stay unnoticed, in seconds: on average, and 95 in a hundred of them at most."""

    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class Stated:
    """What is to be expected of articles of an age up to `until` (seconds; 0: any): looks a day at all of them, and how
    long an edit and a deletion stay unnoticed."""

    until: int
    looks: float
    edits: Delay
    deletions: Delay


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan comes to: looks a day, and how long changes stay unnoticed, by age."""

    looks: float
    stated: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A gap there was, as far as it lies at one of `BANDS`: how often such a one comes a day, its seconds, the changes
    to be expected in it, and as how much they count a second."""

    band: int
    daily: float
    length: float
    edits: float
    deletions: float
    pace: float

    def wait(self, plan: Plan) -> float:
        """Seconds between two looks by a plan, in such a gap."""
        wanted = plan.due_at / self.pace if self.pace else float(plan.longest)
        return min(max(wanted, plan.shortest), plan.longest)


def past(plan: Plan, gaps: Sequence[Gap], days: float) -> list[Past]:
    """The gaps of so many days, as a plan with these rates sees them."""
    return [part for gap in gaps if gap.length > 0 for part in _parts(plan, gap, gap.share / days)]


def made_up(plan: Plan, population: Population, drawn: Callable[[int], Chance]) -> list[Past]:
    """The same of a day like any other, where there has been none."""
    each: Counter[int] = Counter()
    gaps = list(lived(plan, _LIVES, drawn))
    ends = (*BANDS, HORIZON)
    for n, (begin, end) in enumerate(zip((0, *BANDS), ends, strict=True)):
        each[n] = _LIVES * (end - begin) // _DAY
    standing, found = population.standing(), list[Past]()
    for gap in gaps:
        band = bisect_right(BANDS, gap.age)
        found += _parts(plan, gap, standing[band] / each[band])
    return found


def _parts(plan: Plan, gap: Gap, daily: float) -> Iterator[Past]:
    lively = plan.liveliness(gap.age, gap.edits, gap.section, gap.begun)
    _, _, counted = plan.changes(gap.age, gap.since, lively, gap.length)
    begun, edits, deletions = 0.0, 0.0, 0.0
    for band in range(bisect_right(BANDS, gap.age), len(BANDS) + 1):
        end = min(gap.length, BANDS[band] - gap.age if band < len(BANDS) else math.inf)
        edits_then, deletions_then, _ = plan.changes(gap.age, gap.since, lively, end)
        yield Past(band, daily, end - begun, edits_then - edits, deletions_then - deletions, counted / gap.length)
        if end >= gap.length:
            return
        begun, edits, deletions = end, edits_then, deletions_then


def cost(steps: Steps, population: Population) -> float:
    """The looks a day that a fixed schedule takes."""
    total, begin = 0.0, 0.0
    for end, count in zip((*BANDS, HORIZON), population.standing(), strict=True):
        looks, low = 0.0, begin
        for age, every in steps:
            upto = min(age.total_seconds(), end)
            if upto > low:
                looks, low = looks + (upto - low) / every.total_seconds(), upto
        total += count * looks / ((end - begin) / _DAY)
        begin = end
    return total


def chosen(plan: Plan, looks: float, gaps: Sequence[Past], articles: int, rhythm: float = 0.0) -> Plan:
    """The same with looks as often as so many a day allow. So that none of so many articles is forgotten, each is
    looked at every month, or every so many as half of the looks allow. `rhythm`: seconds between two runs that look."""
    shortest, months = max(plan.shortest, round(rhythm)), math.ceil(2 * articles / max(looks, 0.001) / 30)
    plan = replace(plan, shortest=min(shortest, _LONGEST), longest=_LONGEST * min(max(1, months), _MOST_MONTHS))
    low, high = 1e-5, 1e6
    for _ in range(40):
        middle = (low * high) ** 0.5
        if _looks(replace(plan, due_at=middle), gaps) > looks:
            low = middle
        else:
            high = middle
    return replace(plan, due_at=high)


def _looks(plan: Plan, gaps: Sequence[Past]) -> float:
    return sum(one.daily * one.length / one.wait(plan) for one in gaps)


def forecast(plan: Plan, gaps: Sequence[Past], rhythm: float = 0.0) -> Forecast:
    """What a plan comes to; the runs that look come with a `rhythm`, so that each look is somewhat late."""
    stated = []
    for n, until in enumerate((*BANDS, 0)):
        here = [one for one in gaps if one.band == n]
        waits = [one.wait(plan) + rhythm / 2 for one in here]
        looks = sum(one.daily * one.length / wait for one, wait in zip(here, waits, strict=True))
        edits = delay([(wait, one.edits * one.daily) for one, wait in zip(here, waits, strict=True)])
        deletions = delay([(wait, one.deletions * one.daily) for one, wait in zip(here, waits, strict=True)])
        stated.append(Stated(until, looks, edits, deletions))
    return Forecast(sum(one.looks for one in stated), tuple(stated))


def delay(gaps: Sequence[tuple[float, float]]) -> Delay:
    """How long changes stay unnoticed that come at any moment of these gaps (seconds, changes within)."""
    total = sum(weight for _, weight in gaps)
    if not total:
        return Delay(0.0, 0.0)
    low, high = 0.0, max(gap for gap, _ in gaps)
    for _ in range(30):
        middle = (low + high) / 2
        within = sum(weight * min(1.0, middle / gap) for gap, weight in gaps)
        low, high = (middle, high) if within < 0.95 * total else (low, middle)
    return Delay(sum(gap * weight for gap, weight in gaps) / 2 / total, high)
