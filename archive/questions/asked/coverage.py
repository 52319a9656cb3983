"""What stands beside every answer: what the archive holds of the outlets asked about, and when nobody looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from archive.models import ArticleRow, CaptureRow, Instant, OutletRow
from archive.questions.asked.registry import Asked, Unit
from archive.questions.filters import held, of_outlets

__all__ = ["GAP", "Answer", "Coverage", "Found", "Gap", "answer", "coverage", "gaps"]

GAP = timedelta(hours=24)
"""Time without any look at an outlet that is a gap."""


class Found(StrEnum):
    """What an answer without rows means: everything was looked through (`no-hits`), the archive holds no article of
    these outlets (`not-held`), or nobody looked at them in that time (`not-looked`)."""

    HITS = "hits"
    NO_HITS = "no-hits"
    NOT_HELD = "not-held"
    NOT_LOOKED = "not-looked"


@dataclass(frozen=True, slots=True)
class Gap:
    """From one look at an outlet to the next, more than `GAP` later."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is held of an outlet: articles, captures, from the first look to the last, and the gaps between."""

    outlet: str
    articles: int
    captures: int
    first_look: datetime | None
    last_look: datetime | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be known of an answer besides its rows. `as_of` is the time of the newest capture it rests on, or the
    time that was asked for."""

    question: str
    unit: Unit
    found: Found
    rows: int
    as_of: datetime | None
    coverage: tuple[Coverage, ...]


# From look to look: the last one within a day, else the next there is. Each step is one probe of an index.
_STEPS = """
WITH RECURSIVE step(at) AS (
    SELECT min(c.fetched_at) FROM capture c WHERE c.outlet_id = :outlet AND c.fetched_at <= :until {held}
    UNION ALL
    SELECT coalesce(
        (SELECT max(c.fetched_at) FROM capture c
         WHERE c.outlet_id = :outlet AND c.fetched_at > step.at AND c.fetched_at <= step.at + {gap}
         AND c.fetched_at <= :until {held}),
        (SELECT min(c.fetched_at) FROM capture c
         WHERE c.outlet_id = :outlet AND c.fetched_at > step.at AND c.fetched_at <= :until {held})
    ) FROM step WHERE step.at IS NOT NULL
)
SELECT at FROM step WHERE at IS NOT NULL ORDER BY at
"""


def _written(dialect: str, span: timedelta) -> str:
    return (
        str(span // timedelta(microseconds=1)) if dialect == "sqlite" else f"interval '{span.total_seconds()} seconds'"
    )


_END_OF_TIME = datetime.fromisoformat("9000-01-01T00:00:00+00:00")


_HELD = "AND c.run_id IN (SELECT id FROM run WHERE started_at <= :until)"


def gaps(connection: Connection, outlet: int, as_of: datetime | None, span: timedelta = GAP) -> tuple[Gap, ...]:
    """When nobody looked at an outlet for longer than that, between two looks, by what was held at a time."""
    statement = text(_STEPS.format(gap=_written(connection.dialect.name, span), held=_HELD if as_of else ""))
    bound = statement.bindparams(bindparam("until", type_=Instant)).columns(at=Instant)
    steps = list(connection.execute(bound, {"outlet": outlet, "until": as_of or _END_OF_TIME}).scalars())
    return tuple(Gap(earlier, later) for earlier, later in pairwise(steps) if later - earlier > span)


def coverage(asked: Asked) -> tuple[Coverage, ...]:
    """What is held of each outlet that is asked about, by name."""
    statement = select(OutletRow.id, OutletRow.name).where(*of_outlets(asked.filters)).order_by(OutletRow.name)
    return tuple(_of_outlet(asked, row) for row in asked.connection.execute(statement).all())


def _of_outlet(asked: Asked, outlet: Any) -> Coverage:
    connection, as_of = asked.connection, asked.filters.as_of
    looks = select(func.count(), func.min(CaptureRow.fetched_at), func.max(CaptureRow.fetched_at)).where(
        CaptureRow.outlet_id == outlet.id, *held(as_of)
    )
    captures, first, last = connection.execute(looks).one()
    articles = select(func.count()).select_from(ArticleRow).where(ArticleRow.outlet_id == outlet.id)
    if as_of is not None:
        shown = select(CaptureRow.article_id).where(CaptureRow.outlet_id == outlet.id, *held(as_of))
        articles = articles.where(ArticleRow.id.in_(shown.where(CaptureRow.version_id.is_not(None))))
    return Coverage(
        outlet=outlet.name,
        articles=connection.execute(articles).scalar_one(),
        captures=captures,
        first_look=first,
        last_look=last,
        gaps=gaps(connection, outlet.id, as_of),
    )


def _window(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """The time asked about: what was seen or changed then."""
    filters = asked.filters
    starts = [moment for moment in (filters.seen_since, filters.changed_since) if moment]
    ends = [moment for moment in (filters.seen_until, filters.changed_until) if moment]
    return max(starts, default=None), min(ends, default=None)


def _looked(one: Coverage, since: datetime | None, until: datetime | None) -> bool:
    """Whether any look fell into the window: it does unless the window ends before the first, begins after the last, or
    lies within a gap."""
    if one.first_look is None or one.last_look is None:
        return False
    outside = (since is not None and since > one.last_look) or (until is not None and until <= one.first_look)
    within = any(since and until and gap.since < since and until <= gap.until for gap in one.gaps)
    return not outside and not within


def _found(asked: Asked, rows: int, covered: tuple[Coverage, ...]) -> Found:
    if rows:
        return Found.HITS
    if not any(_looked(one, *_window(asked)) for one in covered):
        return Found.NOT_LOOKED
    return Found.NO_HITS if any(one.articles for one in covered) else Found.NOT_HELD


def answer(asked: Asked, name: str, unit: Unit, rows: int) -> Answer:
    """What stands beside an answer of so many rows."""
    covered = coverage(asked)
    newest = max((one.last_look for one in covered if one.last_look), default=None)
    return Answer(name, unit, _found(asked, rows, covered), rows, asked.as_of or asked.filters.as_of or newest, covered)
