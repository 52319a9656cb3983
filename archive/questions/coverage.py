"""What stands beside every answer: what the archive holds of the outlets asked about, and when nobody looked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, bindparam, func, select, text

from archive.models import ArticleRow, CaptureRow, Instant, OutletRow
from archive.query import clocks, counting, joined
from archive.query.costs import notice
from archive.query.filters import bytewise, of_outlets
from archive.questions.question import Asked, Unit

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
    """From one look at an outlet to the next, more than `GAP` later, by clocks that were not off."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is held of an outlet: articles, captures, from the first look to the last, and the gaps between;
    and how late edits are noticed, by the plan in force (empty: there is none)."""

    outlet: str
    articles: int
    captures: int
    first_look: datetime | None
    last_look: datetime | None
    gaps: tuple[Gap, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be known of an answer besides its rows. `as_of` is the time of the newest capture it rests on, or the
    time that was asked for; `left_out` is how many edits of these outlets count in no answer: they have not settled, or
    were struck."""

    question: str
    unit: Unit
    found: Found
    rows: int
    as_of: datetime | None
    coverage: tuple[Coverage, ...]
    left_out: int = 0


# From look to look, all outlets abreast: the last one within a day, else the next there is; by probes of an index.
_STEPS = """
WITH RECURSIVE step(outlet, at, next) AS (
    SELECT begun.id, begun.at, begun.at FROM (
        SELECT o.id, (
            SELECT min(c.fetched_at) FROM capture c WHERE c.outlet_id = o.id AND c.run_id NOT IN ({off})
        ) AS at
        FROM outlet o WHERE o.id IN :outlets
    ) begun
    UNION ALL
    SELECT step.outlet, step.next, coalesce(
        (SELECT max(c.fetched_at) FROM capture c
         WHERE c.outlet_id = step.outlet AND c.fetched_at > step.next AND c.fetched_at <= step.next + {gap}
         AND c.run_id NOT IN ({off})),
        (SELECT min(c.fetched_at) FROM capture c
         WHERE c.outlet_id = step.outlet AND c.fetched_at > step.next AND c.run_id NOT IN ({off}))
    ) FROM step WHERE step.next IS NOT NULL
)
SELECT outlet, at, next FROM step WHERE next - at > {gap} ORDER BY outlet, at
"""


def _written(dialect: str, span: timedelta) -> str:
    return (
        str(span // timedelta(microseconds=1)) if dialect == "sqlite" else f"interval '{span.total_seconds()} seconds'"
    )


def gaps(connection: Connection, outlets: Collection[int], span: timedelta = GAP) -> dict[int, tuple[Gap, ...]]:
    """When nobody looked at each of these outlets for longer than that, between two looks."""
    off = clocks.OFF.compile(connection, compile_kwargs={"literal_binds": True})
    statement = text(_STEPS.format(gap=_written(connection.dialect.name, span), off=off))
    bound = statement.bindparams(bindparam("outlets", expanding=True)).columns(at=Instant, next=Instant)
    found: dict[int, list[Gap]] = {outlet: [] for outlet in outlets}
    for row in connection.execute(bound, {"outlets": list(outlets)}):
        found[row.outlet].append(Gap(row.at, row.next))
    return {outlet: tuple(these) for outlet, these in found.items()}


def coverage(asked: Asked) -> tuple[Coverage, ...]:
    """What is held of each outlet that is asked about, by name."""
    connection = asked.connection
    statement = (
        select(OutletRow.id, OutletRow.name).where(*of_outlets(asked.filters)).order_by(bytewise(OutletRow.name))
    )
    outlets = connection.execute(statement).all()
    ids = [outlet.id for outlet in outlets]
    articles, looks, between = _articles(asked, ids), _looks(asked, ids), gaps(connection, ids)
    never = (0, None, None)
    late = {} if asked.as_of else notice(connection, asked.filters)
    return tuple(
        Coverage(
            *(one.name, articles.get(one.id, 0), *looks.get(one.id, never), between[one.id]),
            notice=late.get(one.name, ""),
        )
        for one in outlets
    )


def _looks(asked: Asked, outlets: Collection[int]) -> dict[int, tuple[int, datetime | None, datetime | None]]:
    """How often each outlet that was looked at was; first and last, by clocks that were not off."""
    at, sound = CaptureRow.fetched_at, CaptureRow.run_id.not_in(clocks.OFF)
    statement = (
        select(CaptureRow.outlet_id, func.count(), func.min(at).filter(sound), func.max(at).filter(sound))
        .where(CaptureRow.outlet_id.in_(outlets))
        .group_by(CaptureRow.outlet_id)
    )
    return {outlet: (count, first, last) for outlet, count, first, last in asked.connection.execute(statement)}


def _articles(asked: Asked, outlets: Collection[int]) -> dict[int, int]:
    """How many articles each outlet has, of those that have any."""
    statement = select(ArticleRow.outlet_id, func.count()).where(ArticleRow.outlet_id.in_(outlets), joined.stands())
    return {row.outlet_id: row[1] for row in asked.connection.execute(statement.group_by(ArticleRow.outlet_id))}


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
    left_out = counting.left_out(asked.connection, asked.filters) if unit is Unit.EDIT else 0
    return Answer(name, unit, _found(asked, rows, covered), rows, asked.as_of or newest, covered, left_out)
