"""How the archive does: what is not as it is usually, and when nobody looked. Alarms are acknowledged on the command
line, which may write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from starlette.requests import Request

from archive.health import words as told
from archive.query.alarms import alarms
from archive.questions.coverage import Coverage, coverage
from archive.questions.options import OUTLETS
from archive.web.answers import filter_inputs, table
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.site import Site

__all__ = ["alarms_page", "gaps_page"]


def alarms_page(site: Site, request: Request) -> Page:
    """What is open; with `all=yes` what has closed, too."""
    asked = words(request.query_params, ("all",))
    every = asked.own.get("all", ("",))[-1] == "yes"
    with site.asking() as put:
        found = alarms(put.connection, closed=every)
    given = {"asked": asked, "alarms": found[::-1] if every else found, "every": every}
    return Page("alarms.html", "Alarms", given, [*map(told.values, found)], beside={"json": "/alarms.json"})


@dataclass(frozen=True, slots=True)
class _NotLooked:
    """A time in which nobody looked at an outlet: from one look to the next."""

    outlet: str
    since: datetime
    until: datetime
    hours: float


def _gaps(held: tuple[Coverage, ...]) -> Iterator[_NotLooked]:
    for one in held:
        for gap in one.gaps:
            yield _NotLooked(one.outlet, gap.since, gap.until, round((gap.until - gap.since) / timedelta(hours=1), 1))


def gaps_page(site: Site, request: Request) -> Page:
    """When nobody looked for more than a day, the latest first: what happened then is known by its ends alone."""
    asked = words(request.query_params)
    with site.asking(asked.filters) as put:
        held = coverage(put)
    found = sorted(_gaps(held), key=lambda one: (one.since, one.outlet), reverse=True)
    given = {
        "asked": asked,
        "held": held,
        "filters": list(filter_inputs(asked, OUTLETS)),
        "table": table(_NotLooked, found, asked),
        "total": len(found),
    }
    data = [asdict(one) for one in found]
    return Page("gaps.html", "Gaps", given, data, beside={"json": f"/gaps.json{asked.address()}"})
