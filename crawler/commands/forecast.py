"""`palimpsest forecast`: what an outlet costs, and how long edits and deletions stay unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, output
from archive.commands.shared import Json, home_of
from archive.errors import NotFound
from archive.home import Home
from archive.questions.rows import cell

if TYPE_CHECKING:
    from archive.db import Connection
    from crawler.outlets.base import Outlet
    from crawler.planner.choose import Delay
    from crawler.spiders.planning import Made

__all__ = ["forecast"]

_AGES = ("first day", "first week", "first quarter", "later")
_UNHURRIED = 86_400 / 5
"""Requests a day to a host that nobody hurries: AutoThrottle takes some seconds between two."""

_PAGE = 50_000
"""Bytes that an answer is taken to have of an outlet that never answered."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of an outlet: requests a day, of them looks at known articles, new articles and sources; addresses
    that wait and the days until they are asked for; gigabytes a year; days within which each article is looked at,
    whatever happens; gaps between looks it was learnt from; and by age, what is said and what came."""

    outlet: str
    requests: float
    looks: float
    new: float
    sources: float
    waiting: int
    days: float | None
    gigabytes: float
    floor: float
    learnt_from: int
    ages: list[dict[str, Any]]


def forecast(
    context: typer.Context,
    outlets: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Outlets; else all held.")] = None,
    as_json: Json = False,
) -> None:
    """Say what an outlet costs, before anything is fetched, and how late its edits and deletions are noticed.

    Requests a day, days until what waits is asked for, gigabytes a year; by the age of articles, hours that an edit and
    a deletion stay unnoticed on average and of 95 in 100. `came` is the same of the edits that were found of late: what
    was said is held against it. An outlet of which nothing was seen is taken to be one like others.

    JSON keys: outlet, requests, looks, new, sources, waiting, days, gigabytes, floor, learnt_from, ages.

    Example: palimpsest forecast rt-fr
    """
    found = list(_lines(home_of(context), outlets or []))
    if as_json:
        for line in found:
            output.json_line(asdict(line))
        return
    for line in found:
        output.note(_said(line))
    headings = ("outlet", "age", "looks a day", "edit h", "95 %", "came h", "95 %", "gone h", "95 %")
    output.rows(headings, ((line.outlet, *map(cell, age.values())) for line in found for age in line.ages))


def _lines(home: Home, names: list[str]) -> Iterator[Line]:
    from archive import db
    from archive.query import looking
    from crawler.outlets.registry import registry

    known = registry(home.outlets).outlets
    for name in names:
        if name not in known:
            raise NotFound(f"no outlet is called {name!r}: `palimpsest outlets` lists them")
    if names and home.database_file and not home.database_file.exists():
        yield from (_line(None, known[name], home, clock.now()) for name in names)
        return
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            for name in names or [one for one in looking.outlets(connection) if one in known]:
                yield _line(connection, known[name], home, clock.now())
    finally:
        engine.dispose()


def _line(connection: Connection | None, outlet: Outlet, home: Home, now: datetime) -> Line:
    from archive.query import costs, looking
    from crawler.spiders.planning import budget_of, made

    number = looking.number(connection, outlet.name) if connection else None
    cost = costs.costs(connection, number, now) if connection and number else costs.Costs(0, 0.0, 0.0)
    budget = budget_of(home, outlet)
    plan = made(connection, number, now, budget, backlog=cost.waiting > 0, expected=outlet.daily)
    sources = cost.sources or float(len(outlet.find))
    new, looks = plan.population.arrivals, plan.forecast.looks
    left = (budget or _UNHURRIED) - looks - new - sources
    return Line(
        outlet=outlet.name,
        requests=round(looks + new + sources, 1),
        looks=round(looks, 1),
        new=round(new, 1),
        sources=round(sources, 1),
        waiting=cost.waiting,
        days=round(cost.waiting / left, 1) if left > 0 else None,
        gigabytes=round((looks + new + sources) * (cost.size or _PAGE) * 365 / 1e9, 2),
        floor=plan.plan.longest / 86_400,
        learnt_from=plan.learnt_from,
        ages=list(_ages(connection, number, plan, now)),
    )


def _ages(connection: Connection | None, outlet: int | None, plan: Made, now: datetime) -> Iterator[dict[str, Any]]:
    """What is said of each age, and what came of the edits that were found."""
    from bisect import bisect_right

    from archive.query import looking
    from crawler.planner.choose import BANDS, delay

    log = looking.log(connection, outlet, now).gaps if connection and outlet else ()
    for n, (age, one) in enumerate(zip(_AGES, plan.forecast.stated, strict=True)):
        found = [(gap.length, 1.0) for gap in log if gap.changed and bisect_right(BANDS, gap.age) == n]
        yield {
            "age": age,
            "looks": round(one.looks, 1),
            # Where nothing is looked at, nothing is said.
            **_hours("edits", one.edits if one.looks else None),
            **_hours("came", delay(found) if found else None),
            **_hours("deletions", one.deletions if one.looks else None),
        }


def _hours(what: str, known: Delay | None) -> dict[str, float | None]:
    """A delay in hours, as two keys."""
    mean, most = (None, None) if known is None else (round(known.mean / 3600, 2), round(known.most / 3600, 2))
    return {f"{what}_mean": mean, f"{what}_95": most}


def _said(line: Line) -> str:
    rest = f"{line.looks:g} looks at known articles, {line.new:g} new ones, {line.sources:g} to sources"
    waits = "nothing waits"
    if line.waiting:
        ever = "never, with so few requests" if line.days is None else f"within {line.days:g} days"
        waits = f"{line.waiting} that wait are asked for {ever}"
    return (
        f"{line.outlet}: {line.requests:g} requests a day ({rest}); {waits}; {line.gigabytes:g} GB a year; "
        f"each article at least every {line.floor:g} days; learnt from {line.learnt_from} looks"
    )
