"""What an outlet costs: what waits, what its sources take, how long its answers are; and what is said of its edits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from archive.models import CaptureRow, DiscoveryRow, OutletRow, PlanRow
from archive.query.filters import Filters, of_outlets
from archive.records import DiscoveryState, Source

__all__ = ["Costs", "costs", "notice", "waits"]

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))
_ALL = Filters()


@dataclass(frozen=True, slots=True)
class Costs:
    """Addresses that wait to be asked for the first time; requests a day to feeds, sitemaps, listings and robots.txt;
    bytes an answer takes in the WARC files (0: there was none)."""

    waiting: int
    sources: float
    size: float


def waits(connection: Connection, outlet: int) -> int:
    """How many addresses of an outlet wait to be asked for the first time."""
    waiting = DiscoveryRow.outlet_id == outlet, DiscoveryRow.state == DiscoveryState.WAITING
    return connection.execute(select(func.count()).select_from(DiscoveryRow).where(*waiting)).scalar_one()


def costs(connection: Connection, outlet: int, now: datetime) -> Costs:
    """What the last week cost."""
    row, own = CaptureRow, CaptureRow.source.in_((Source.OWN_HTTP, Source.OWN_BROWSER))
    week = row.outlet_id == outlet, row.fetched_at.between(now - _WEEK, now), own
    told = select(func.min(row.fetched_at), func.count(), func.count(row.article_id), func.avg(row.warc_length))
    first, captures, of_articles, size = connection.execute(told.where(*week)).one()
    days = max((now - first) / _DAY, 1.0) if first else 1.0
    return Costs(waits(connection, outlet), (captures - of_articles) / days, float(size or 0))


def notice(connection: Connection, filters: Filters = _ALL) -> dict[str, str]:
    """What is said of each outlet that has a plan: how long an edit stays unnoticed, by the age of the article."""
    last = select(func.max(PlanRow.id)).group_by(PlanRow.outlet_id)
    plans = (
        select(OutletRow.name, PlanRow.forecast)
        .join(OutletRow, OutletRow.id == PlanRow.outlet_id)
        .where(PlanRow.id.in_(last), *of_outlets(filters))
    )
    return {row.name: _noticed(json.loads(row.forecast)["stated"]) for row in connection.execute(plans)}


def _noticed(stated: list[dict[str, dict[str, float]]]) -> str:
    ages = ("on the first day", "in the first week", "in the first quarter", "later")
    said = [
        f"{age} {_span(one['edits']['mean'])} ({_span(one['edits']['most'])})"
        for age, one in zip(ages, stated, strict=True)
        if one["edits"]["mean"]
    ]
    return f"edits are noticed after, on average (of 95 in 100): {', '.join(said)}" if said else ""


def _span(seconds: float) -> str:
    """A span of time in its largest unit."""
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"
