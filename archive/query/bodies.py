"""Articles with a body, by which copies of it are found: each with the version that has it, and when it appeared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow
from archive.query.articles import FIRST_SEEN, LAST_SEEN, main_address
from archive.query.filters import BY_NAME

__all__ = [
    "HOUR",
    "SHARED",
    "WITH_BODY",
    "Span",
    "earliest",
    "lag",
    "name_of",
    "span_of",
    "stated",
    "surely",
    "version_span",
]

HOUR = timedelta(hours=1)

_NOT_BEFORE = (
    select(SightingRow.not_before)
    .where(SightingRow.version_id == VersionRow.id)
    .order_by(SightingRow.n)
    .limit(1)
    .scalar_subquery()
)

WITH_BODY = (
    select(
        ArticleRow.id,
        OutletRow.name,
        ArticleRow.key,
        ArticleRow.life,
        main_address().scalar_subquery().label("url"),
        VersionRow.id.label("version"),
        VersionRow.number,
        VersionRow.digest,
        VersionRow.body,
        VersionRow.published,
        TextRow.headline,
        TextRow.date_published,
        FIRST_SEEN.label("first_seen"),
        LAST_SEEN.label("last_seen"),
        _NOT_BEFORE.label("not_before"),
    )
    .select_from(VersionRow)
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .where(VersionRow.body.is_not(None))
    .order_by(FIRST_SEEN, *BY_NAME)
)
"""Versions with a body long enough to be told by, in order of time."""

_ANY = aliased(VersionRow)
SHARED = (
    select(_ANY.body)
    .where(_ANY.body.is_not(None))
    .group_by(_ANY.body)
    .having(func.min(_ANY.article_id) < func.max(_ANY.article_id))
)
"""Bodies that several articles have, read off an index: few of all there are."""


def name_of(row: Any) -> str:
    """An article's public id."""
    return f"{row.name}:{row.key}"


def earliest(rows: Iterable[Any]) -> Iterator[Any]:
    """Of each article with each body the first version: rows come in order of time."""
    known: set[tuple[int, bytes]] = set()
    for row in rows:
        if (row.id, row.body) not in known:
            known.add((row.id, row.body))
            yield row


# --- who was first ----------------------------------------------------------------------------------------------------

Span = tuple[datetime | None, datetime]
"""Not before, where that is known, and not after."""


def stated(row: Any) -> datetime | None:
    """The date a version states, where its zone is known."""
    zoned = row.date_published is not None and row.date_published[10:].count(":") > 2
    published: datetime | None = row.published if zoned else None
    return published


def span_of(row: Any) -> Span:
    """Between which times an article appeared. A stated date later than the first look at it says nothing."""
    said = stated(row)
    return (said if said is not None and said <= row.first_seen else None), row.first_seen


def version_span(row: Any) -> Span:
    """Between which times a version appeared: the first as the article, another after the last look without it."""
    return span_of(row) if row.number == 1 else (row.not_before, row.first_seen)


def surely(one: Span, other: Span) -> bool:
    """Whether one surely appeared before the other."""
    return other[0] is not None and one[1] < other[0]


def lag(first: Span, follower: Span) -> tuple[float | None, float | None]:
    """How many hours one is behind another, at least and at most."""
    least = round((follower[0] - first[1]) / HOUR, 2) if follower[0] else None
    return least, round((follower[1] - first[0]) / HOUR, 2) if first[0] else None
