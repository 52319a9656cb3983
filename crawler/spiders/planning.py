"""By which plan the known articles of an outlet are looked at: made anew as more is learnt, and followed in a run."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random

from archive.db import Connection, Engine, reading
from archive.home import Home
from archive.planning import Plan
from archive.query import costs, looking
from archive.store import planned
from crawler.outlets.base import Outlet
from crawler.planner import choose
from crawler.planner.choose import BANDS, Forecast, Population
from crawler.planner.intervals import EVER, USUAL, Steps, steps
from crawler.planner.prior import PRIOR
from crawler.planner.rates import learnt

__all__ = ["Made", "Planning", "allowed", "budget_of", "made"]

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_NEW_A_DAY = 50.0
"""New articles a day of an outlet of which nothing has been seen."""

_FEWEST = 200
"""Gaps between looks from which on they tell more than what is taken to be so."""

_TOGETHER = 2000

_LATE = timedelta(minutes=10)
"""How late, at most, a look is stored."""


@dataclass(frozen=True, slots=True)
class Made:
    """A plan with what it rests on: looks a day that it may take, gaps it was learnt from, the articles there are; and
    what it comes to."""

    plan: Plan
    allowed: float
    learnt_from: int
    population: Population
    forecast: Forecast


def budget_of(home: Home, outlet: Outlet) -> int:
    """The most requests to an outlet within 24 hours, by whoever says the fewest: the setting, its file, its schedule
    (0: nobody says)."""
    said = home.budget, outlet.budget, home.schedule(outlet.name).budget
    return min((one for one in said if one), default=0)


def allowed(budget: int, arrivals: float, *, backlog: bool) -> float:
    """The looks at known articles a day that a budget of requests a day leaves: half of it while addresses wait, else
    what new articles do not take, and half at least."""
    return max(budget / 2, 0.0 if backlog else budget - arrivals)


def made(
    connection: Connection | None, outlet: int | None, now: datetime, budget: int, *, backlog: bool, expected: int = 0
) -> Made:
    """A plan for an outlet by what the archive has of it; without a budget (0) it takes as many looks as a fixed
    schedule would, hourly on the first day, daily in the first week, weekly in the first quarter, then monthly.
    `expected`: new articles a day, where none is known yet."""
    population = _population(connection, outlet, now, expected or _NEW_A_DAY)
    looks = allowed(budget, population.arrivals, backlog=backlog) if budget else _usual(population)
    log = looking.log(connection, outlet, now) if connection and outlet else looking.Log((), (), 0.0, 0.0)
    rates = learnt(PRIOR, log.gaps)
    enough = len(log.gaps) >= _FEWEST
    past = choose.past(rates, (*log.gaps, *log.open), log.days) if enough else choose.made_up(rates, population, Random)
    plan = choose.chosen(rates, looks, past, sum(population.known), log.rhythm)
    return Made(plan, looks, len(log.gaps), population, choose.forecast(plan, past, log.rhythm))


def _usual(population: Population) -> float:
    schedule = steps(USUAL)
    assert schedule is not None, "it is no plan"
    return choose.cost(schedule, population)


def _population(connection: Connection | None, outlet: int | None, now: datetime, expected: float) -> Population:
    if not connection or not outlet or not sum(known := looking.known(connection, outlet, now, BANDS)):
        return Population(expected, (0,) * (len(BANDS) + 1))
    begun = looking.begun(connection, outlet)
    days = min(max((now - (begun or now)) / _DAY, 1.0), 7.0)
    return Population((known[0] + known[1]) / days, known)


class Planning:
    """The plan in force of one outlet, in one run. `schedule` takes its place where an operator wants one (None: none
    does); `steps` is that, or the floor of the plan: how often every article is looked at whatever happens."""

    def __init__(
        self, engine: Engine, name: str, schedule: Steps | None, budget: int, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._name, self._now, self._budget = engine, name, now, budget
        self._schedule, self._plan = schedule, None if schedule else PRIOR
        self._begun = False
        self._followed = now()

    @property
    def steps(self) -> Steps:
        """How often every article is looked at, by its age."""
        return self._schedule or ((EVER, timedelta(seconds=(self._plan or PRIOR).longest)),)

    @property
    def least(self) -> float | None:
        """The share of looks that find something, from which on the plan takes one; None without a plan."""
        return None if self._plan is None else -math.expm1(-self._plan.due_at)

    def follow(self) -> None:
        """Set when what was looked at since the last time is looked at next; first make the plan, where it is old."""
        with reading(self._engine) as connection:
            outlet = looking.number(connection, self._name)
        if outlet is None:
            return
        now = self._now()
        if not self._begun:
            self._begun = True
            articles = self._begin(outlet, now)
        else:
            with reading(self._engine) as connection:
                articles = looking.newest(connection, outlet, self._followed - _LATE, now)
        self._followed = now
        if self._plan is not None:
            self._set(outlet, self._plan, articles)

    def _begin(self, outlet: int, now: datetime) -> set[int]:
        """The articles of which the next look is to be set at the start of a run."""
        if self._plan is None:
            planned.forget(self._engine, outlet)
            return set()
        with reading(self._engine) as connection:
            last = next(iter(looking.plans(connection, outlet)), None)
            if last is not None and not _is_old(connection, outlet, last, now):
                self._plan = last.plan
                return looking.unplanned(connection, outlet)
            backlog = costs.waits(connection, outlet) > 0
            fresh = made(connection, outlet, now, self._budget, backlog=backlog)
            articles = looking.every(connection, outlet)
        self._plan = fresh.plan
        said = json.dumps({"allowed": round(fresh.allowed, 3), **asdict(fresh.forecast)})
        planned.keep(self._engine, outlet, fresh.plan, said, fresh.learnt_from, now)
        return articles

    def _set(self, outlet: int, plan: Plan, articles: set[int]) -> None:
        wanted = sorted(articles)
        for start in range(0, len(wanted), _TOGETHER):
            with reading(self._engine) as connection:
                known = list(looking.seen(connection, wanted[start : start + _TOGETHER]))
            planned.set_looks(self._engine, outlet, plan, known)


def _is_old(connection: Connection, outlet: int, last: looking.InForce, now: datetime) -> bool:
    """Whether another plan is to be made: a day later where much was learnt since, a week later in any case."""
    if not timedelta(0) <= now - last.made_at < _WEEK:
        return True
    return now - last.made_at >= _DAY and looking.looks_since(connection, outlet, last.made_at) > last.learnt_from / 10
