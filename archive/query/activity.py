"""What happened of late: new articles and edits, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from archive.models import CaptureRow, NewOnDayRow, OutletRow
from archive.query.filters import Filters, of_outlets

__all__ = ["Day", "days", "newest_look"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) of an outlet: how many articles were first seen, and how many passages to another version."""

    day: date
    outlet: str
    articles: int
    edits: int


def newest_look(connection: Connection) -> datetime | None:
    """When anything was looked at last: of each outlet an index tells."""
    at = CaptureRow.fetched_at
    of_outlet = select(func.max(at)).where(CaptureRow.outlet_id == OutletRow.id).scalar_subquery()
    return connection.execute(select(func.max(of_outlet, type_=at.type))).scalar()


def days(connection: Connection, since: date, until: date, filters: Filters) -> Iterator[Day]:
    """Each day from one to another on which anything happened, outlet by outlet."""
    row = NewOnDayRow
    statement = (
        select(row.day, OutletRow.name, row.articles, row.edits)
        .join(OutletRow, OutletRow.id == row.outlet_id)
        .where(row.day >= since.toordinal(), row.day <= until.toordinal(), row.articles + row.edits > 0)
        .where(*of_outlets(filters))
        .order_by(row.day, OutletRow.name)
    )
    for day, outlet, articles, edits in connection.execute(statement):
        yield Day(date.fromordinal(day), outlet, articles, edits)
