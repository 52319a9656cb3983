"""Changes that feeds and sitemaps name (`lastmod`, `updated`): they bring the next look forward, while they are true.

A source that names changes that nobody finds is not heard: of the looks it brings forward, as many must find an edit as
of those that the plan wants.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy import Connection, delete, exists, func, insert, select

from archive.models import ArticleAddressRow, ArticleRow, NamedChangeRow, SightingRow

__all__ = ["due", "moment", "note"]

_TOGETHER = 5000
_MONTH = timedelta(days=30)
_AHEAD = timedelta(hours=1)
_TRIED, _TRUE = 4.0, 2.0
"""Of so many looks that a source brought forward before it ever did, so many found an edit."""


def moment(words: str) -> datetime | None:
    """When a source says that something changed; None where it does not say so in a way that is understood. A day is
    its beginning, what has no zone is UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(words.strip()[:40])
        except (ValueError, OverflowError):
            continue
        with suppress(OverflowError):
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def note(connection: Connection, outlet: int, changed: Mapping[int, str], at: datetime) -> None:
    """Note of known addresses (their integers) when a source says that they changed."""
    told = {address: when for address, words in changed.items() if words and (when := moment(words))}
    addresses, soon = list(told), at + _AHEAD
    for start in range(0, len(addresses), _TOGETHER):
        looked = (
            select(ArticleAddressRow.address_id, ArticleRow.id, ArticleRow.last_look_at)
            .join(ArticleRow, ArticleRow.id == ArticleAddressRow.article_id)
            .where(ArticleAddressRow.address_id.in_(addresses[start : start + _TOGETHER]))
            .where(ArticleRow.outlet_id == outlet, ArticleRow.last_look_at.is_not(None))
        )
        rows = connection.execute(looked).all()
        fresh = {row.id for row in rows if row.last_look_at < told[row.address_id] <= soon}
        _note(connection, outlet, fresh, at)


def _note(connection: Connection, outlet: int, articles: Collection[int], at: datetime) -> None:
    if not articles:
        return
    # What was named before and not looked at since stays as it was named first.
    waits = select(NamedChangeRow.article_id).join(ArticleRow, ArticleRow.id == NamedChangeRow.article_id)
    waiting = connection.execute(waits.where(NamedChangeRow.at > ArticleRow.last_look_at)).scalars()
    fresh = sorted(set(articles) - set(waiting))
    for start in range(0, len(fresh), _TOGETHER):
        some = fresh[start : start + _TOGETHER]
        connection.execute(delete(NamedChangeRow).where(NamedChangeRow.article_id.in_(some)))
        connection.execute(insert(NamedChangeRow), [{"article_id": one, "outlet_id": outlet, "at": at} for one in some])


def _share(connection: Connection, outlet: int, now: datetime) -> float:
    """The share of the looks of a month, brought forward by what a source named, that found an edit."""
    row = NamedChangeRow
    answered = (
        select(func.count())
        .select_from(row)
        .join(ArticleRow, ArticleRow.id == row.article_id)
        .where(row.outlet_id == outlet, row.at > now - _MONTH, ArticleRow.last_look_at >= row.at)
    )
    edit = SightingRow.article_id == row.article_id, SightingRow.n > 0, SightingRow.first_seen >= row.at
    tried = connection.execute(answered).scalar_one()
    true = connection.execute(answered.where(exists().where(*edit))).scalar_one()
    return (_TRUE + true) / (_TRIED + tried)


def due(connection: Connection, outlet: int, now: datetime, most: int, least: float) -> list[int]:
    """The articles (their integers) that a source says have changed since they were looked at, the first named first;
    none where less than this share of such words were true."""
    if _share(connection, outlet, now) < least:
        return []
    rows = (
        select(NamedChangeRow.article_id)
        .join(ArticleRow, ArticleRow.id == NamedChangeRow.article_id)
        .where(NamedChangeRow.outlet_id == outlet, NamedChangeRow.at > ArticleRow.last_look_at)
        .order_by(NamedChangeRow.at)
        .limit(most)
    )
    return list(connection.execute(rows).scalars())
