"""The front page: what is held, what happened of late, and where to begin."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from itertools import islice

from starlette.requests import Request

from archive.charts import chart
from archive.query import activity
from archive.questions import coverage
from archive.questions.catalog import named
from archive.web.answers import table
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.site import Site

__all__ = ["front_page"]

_DAYS = 60
_LATEST = 10


def front_page(site: Site, request: Request) -> Page:
    """The newest day that was looked at, and the two months before it, outlet by outlet."""
    asked = words(request.query_params)
    with site.asking(asked.filters) as put:
        held = coverage.coverage(put)
        newest = put.as_of or activity.newest_look(put.connection)
        days, edits, gone = [], [], []
        if newest:
            since = newest - timedelta(days=_DAYS)
            days = list(activity.days(put.connection, since.date(), newest.date(), put.filters))
            of_late = replace(put, filters=replace(put.filters, changed_since=newest - timedelta(days=1)))
            edits = list(islice(named("edits").answer(of_late), _LATEST + 1))
            seen_late = replace(put, filters=replace(put.filters, seen_since=newest - timedelta(days=7)))
            gone = list(islice(named("gone").answer(seen_late), _LATEST + 1))
    given = {
        "asked": asked,
        "held": held,
        "newest": newest,
        "edits": table(named("edits").row, edits, asked, _LATEST),
        "gone": table(named("gone").row, gone, asked, _LATEST),
        "charts": [
            made
            for title, points in (
                ("edits a day", [(one.day, one.edits) for one in days]),
                ("new articles a day", [(one.day, one.articles) for one in days]),
            )
            if (made := chart(title, points))
        ],
        "days": _by_outlet(days),
    }
    data = {"held": [asdict(one) for one in held], "as_of": newest, "days": [asdict(one) for one in days]}
    return Page("front.html", "The archive", given, data, beside={"json": "/index.json"})


def _by_outlet(days: list[activity.Day]) -> list[tuple[str, int, int]]:
    """What came of each outlet in that time: articles, edits."""
    sums: dict[str, tuple[int, int]] = {}
    for one in days:
        articles, edits = sums.get(one.outlet, (0, 0))
        sums[one.outlet] = (articles + one.articles, edits + one.edits)
    return [(outlet, *both) for outlet, both in sorted(sums.items())]
