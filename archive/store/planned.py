"""Looks that are due by a plan: the plan of an outlet is kept here, and when it wants each article looked at.

What a schedule wants (`recheck`) stays in force beside it: it is the floor below which nothing is forgotten. Of an
article that was looked at, the next look is set before what is due is asked for the next time; of all articles when
another plan comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select

from archive.db import writing
from archive.models import ArticleRow, PlannedLookRow, PlanRow, table_of
from archive.planning import Plan, Seen, written

__all__ = ["due", "forget", "keep", "set_looks"]

_PLANNED = table_of(PlannedLookRow)
_DROP = delete(_PLANNED).where(_PLANNED.c.article_id == bindparam("article"))


def keep(engine: Engine, outlet: int, plan: Plan, forecast: str, learnt_from: int, at: datetime) -> None:
    """Put a plan into force."""
    row = {"outlet_id": outlet, "made_at": at, "learnt_from": learnt_from}
    with writing(engine) as connection:
        connection.execute(insert(PlanRow), {**row, "rates": written(plan), "forecast": forecast})


def set_looks(engine: Engine, outlet: int, plan: Plan, known: Iterable[tuple[int, Seen]]) -> None:
    """Set when articles (their integers) are looked at next, by what was seen of them."""
    rows = []
    for article, seen in known:
        with suppress(OverflowError):  # Somebody stated a day at the end of time.
            rows.append({"article_id": article, "outlet_id": outlet, "next_at": plan.next_look(seen)})
    if rows:
        with writing(engine) as connection:
            connection.execute(_DROP, [{"article": row["article_id"]} for row in rows])
            connection.execute(insert(_PLANNED), rows)


def forget(engine: Engine, outlet: int) -> None:
    """Let a schedule alone say when the articles of an outlet are looked at."""
    with writing(engine) as connection:
        connection.execute(delete(_PLANNED).where(_PLANNED.c.outlet_id == outlet))


def due(connection: Connection, outlet: int, now: datetime, most: int) -> list[int]:
    """The articles (their integers) that the plan wants looked at, the longest overdue first."""
    looks = (
        select(PlannedLookRow.article_id)
        .join(ArticleRow, ArticleRow.id == PlannedLookRow.article_id)
        .where(PlannedLookRow.outlet_id == outlet, PlannedLookRow.next_at <= now)
        .where(ArticleRow.last_look_at < PlannedLookRow.next_at)
        .order_by(PlannedLookRow.next_at)
        .limit(most)
    )
    return list(connection.execute(looks).scalars())
