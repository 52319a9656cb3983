"""What happened of late: new articles and edits, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Date, case, cast, func, select, type_coerce

from archive.models import ArticleRow, CaptureRow, OutletRow, SightingRow
from archive.query.filters import Filters, of_outlets

__all__ = ["Day", "days", "newest_look"]

_DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) of an outlet: how many articles were first seen, and how many passages to another version."""

    day: date
    outlet: str
    articles: int
    edits: int


def newest_look(connection: Connection) -> datetime | None:
    """When anything was looked at last."""
    return connection.execute(select(func.max(CaptureRow.fetched_at))).scalar()


def _day(connection: Connection) -> Any:
    """The day a sighting began, as a number or a date."""
    if connection.dialect.name == "postgresql":
        return cast(func.timezone("UTC", SightingRow.first_seen), Date)
    return type_coerce(SightingRow.first_seen, BigInteger).op("/")(_DAY)


def _date(day: int | date) -> date:
    return day if isinstance(day, date) else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date()


def days(connection: Connection, since: datetime, until: datetime, filters: Filters) -> Iterator[Day]:
    """Each day from `since` to `until` on which anything happened, outlet by outlet."""
    day, edit = _day(connection), SightingRow.n > 0
    statement = (
        select(
            day.label("day"),
            OutletRow.name,
            func.sum(case((edit, 0), else_=1)).label("articles"),
            func.sum(case((edit, 1), else_=0)).label("edits"),
        )
        .join(ArticleRow, ArticleRow.id == SightingRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(SightingRow.first_seen >= since, SightingRow.first_seen <= until, *of_outlets(filters))
        .group_by(day, OutletRow.name)
        .order_by(day, OutletRow.name)
    )
    for row in connection.execute(statement):
        yield Day(_date(row.day), row.name, row.articles, row.edits)
