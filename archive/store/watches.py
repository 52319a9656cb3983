"""Articles that a person wants looked at so often, up to a day: on record, the last word on an article in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, insert, select

from archive.db import writing
from archive.errors import NotFound
from archive.models import ArticleRow, OutletRow, WatchRow

__all__ = ["Watch", "due", "listed", "say"]

_SECOND = timedelta(seconds=1)
_LAST = select(func.max(WatchRow.id)).group_by(WatchRow.article_id)


@dataclass(frozen=True, slots=True)
class Watch:
    """An article (its public id) that is looked at so often, until then; since when, and the last look at it."""

    article: str
    every: timedelta
    until: datetime
    since: datetime
    last_look: datetime | None


def say(engine: Engine, articles: Sequence[str], every: timedelta, until: datetime, at: datetime) -> None:
    """Have articles (their public ids) looked at so often until then; a time of 0 takes it back. Raises NotFound."""
    with writing(engine) as connection:
        rows = [
            {"article_id": _article(connection, one), "every": every // _SECOND, "until": until, "at": at}
            for one in articles
        ]
        connection.execute(insert(WatchRow), rows)


def _article(connection: Connection, name: str) -> int:
    outlet, _, key = name.partition(":")
    here = select(ArticleRow.id).join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    found = connection.execute(here.where(OutletRow.name == outlet, ArticleRow.key == key)).scalar()
    if found is None:
        raise NotFound(f"the archive has no article {name!r}")
    return found


def listed(connection: Connection, now: datetime) -> list[Watch]:
    """What is watched now."""
    rows = (
        select(OutletRow.name, ArticleRow.key, ArticleRow.last_look_at, WatchRow.every, WatchRow.until, WatchRow.at)
        .join(ArticleRow, ArticleRow.id == WatchRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(WatchRow.id.in_(_LAST), WatchRow.every > 0, WatchRow.until > now)
        .order_by(WatchRow.id)
    )
    return [
        Watch(f"{row.name}:{row.key}", row.every * _SECOND, row.until, row.at, row.last_look_at)
        for row in connection.execute(rows)
    ]


def due(connection: Connection, outlet: int, now: datetime) -> list[int]:
    """The articles (their integers) of an outlet that are watched and due, the longest overdue first."""
    rows = (
        select(ArticleRow.id, ArticleRow.last_look_at, WatchRow.every)
        .join(ArticleRow, ArticleRow.id == WatchRow.article_id)
        .where(WatchRow.id.in_(_LAST), WatchRow.every > 0, WatchRow.until > now, ArticleRow.outlet_id == outlet)
    )
    found = [(row.last_look_at + row.every * _SECOND, row.id) for row in connection.execute(rows) if row.last_look_at]
    return [article for at, article in sorted(found) if at <= now]
