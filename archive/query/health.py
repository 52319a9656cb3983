"""How an outlet answers: since when a source of it fails, since when all is refused, whether its 304 is believed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from archive.models import AddressRow, CaptureRow, OutletRow, ReasonRow
from archive.query.filters import Filters, of_outlets
from archive.records import Outcome, Source

__all__ = ["UNMOVED", "disbelieved_until", "failing_since", "refusing_since"]

UNMOVED = "sent whole with other bytes, under the validators of what was sent before: a 304 would have hidden that"
"""The reason of a look at an article whose `ETag` or `Last-Modified` says that nothing has changed."""

_TRUSTED_AGAIN = timedelta(days=30)
"""How long an outlet is not believed that nothing has changed, once that was wrong."""

_EDITS = (Outcome.CHANGED, Outcome.REVERTED)
_GOOD = (200, 304)
_ALL = Filters()


def _first_since_a_good_one(connection: Connection, *looks: ColumnElement[bool]) -> datetime | None:
    """When the first of some looks was, of those after the last that was answered as it should be; None: none was."""
    asked = (
        select(CaptureRow.fetched_at)
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .where(CaptureRow.source == Source.OWN_HTTP, *looks)
        .limit(1)
    )
    good = asked.where(CaptureRow.status.in_(_GOOD)).order_by(CaptureRow.fetched_at.desc())
    last = connection.execute(good).scalar()
    after = asked if last is None else asked.where(CaptureRow.fetched_at > last)
    return connection.execute(after.order_by(CaptureRow.fetched_at)).scalar()


def failing_since(connection: Connection, outlet: str, key: str, before: datetime) -> datetime | None:
    """Since when an address that is no article's (`key` is what it was asked by) was answered by errors only, up to a
    moment; None where it was not."""
    of = OutletRow.name == outlet, CaptureRow.article_id.is_(None), CaptureRow.awaits == key
    return _first_since_a_good_one(connection, *of, CaptureRow.fetched_at < before)


def refusing_since(connection: Connection, outlet: str, before: datetime) -> datetime | None:
    """Since when all that an outlet was asked was answered by errors, up to a moment; None where it was not. That its
    robots.txt is there says nothing."""
    of = OutletRow.name == outlet, AddressRow.url.not_like("%/robots.txt")
    return _first_since_a_good_one(connection, *of, CaptureRow.fetched_at < before)


def disbelieved_until(connection: Connection, now: datetime, filters: Filters = _ALL) -> dict[str, datetime]:
    """The outlets that are not believed that nothing has changed (304), and until when: pages of theirs changed, and
    their validators did not."""
    statement = (
        select(OutletRow.name, func.max(CaptureRow.fetched_at))
        .join(CaptureRow, CaptureRow.outlet_id == OutletRow.id)
        .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id)
        .where(ReasonRow.text == UNMOVED, CaptureRow.outcome.in_(_EDITS), *of_outlets(filters))
        .where(CaptureRow.fetched_at > now - _TRUSTED_AGAIN)
        .group_by(OutletRow.name)
    )
    return {row[0]: row[1] + _TRUSTED_AGAIN for row in connection.execute(statement)}
