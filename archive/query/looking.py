"""What the looks at an outlet's articles were and came to: what its planner learns from, and is held against."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from archive.models import (
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    OutletRow,
    PlannedLookRow,
    PlanRow,
    SightingRow,
    VersionRow,
    table_of,
)
from archive.planning import Gap, Plan, Seen, read
from archive.records import LifeState, Source

__all__ = [
    "InForce",
    "Log",
    "begun",
    "every",
    "known",
    "log",
    "looks_since",
    "newest",
    "number",
    "outlets",
    "plans",
    "seen",
    "unplanned",
]

_DAY = 86_400
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_TOGETHER = 500
_OWN = CaptureRow.source.in_((Source.OWN_HTTP, Source.OWN_BROWSER))
_BEFORE = aliased(CaptureRow)
_GONE = (LifeState.GONE, LifeState.REDIRECTED, LifeState.EMPTIED)


@dataclass(frozen=True, slots=True)
class Log:
    """The latest looks at known articles: each gap from one to the next; the gaps that go on, up to the next planned
    look; how many days they tell of, and the seconds that usually lie between two runs."""

    gaps: tuple[Gap, ...]
    open: tuple[Gap, ...]
    days: float
    rhythm: float


@dataclass(frozen=True, slots=True)
class _Known:
    """What was seen of an article at which moments."""

    id: int
    first: datetime
    last: datetime
    born: datetime
    section: str
    edits: tuple[datetime, ...]
    gone: datetime | None

    def at(self, moment: datetime) -> Seen:
        """What was known of it after a look."""
        edits = bisect_right(self.edits, moment)
        return Seen(self.born, self.first, moment, edits, self.edits[edits - 1] if edits else None, self.section)


def seen(connection: Connection, articles: Collection[int]) -> Iterator[tuple[int, Seen]]:
    """What is known of each of these articles (their integers), after the last look at it."""
    wanted = sorted(articles)
    for start in range(0, len(wanted), _TOGETHER):
        for one in _loaded(connection, wanted[start : start + _TOGETHER]):
            yield one.id, one.at(one.last)


def _loaded(connection: Connection, articles: Sequence[int]) -> Iterator[_Known]:
    edits: dict[int, list[datetime]] = defaultdict(list)
    row = SightingRow
    for article, at in connection.execute(
        select(row.article_id, row.first_seen).where(row.article_id.in_(articles), row.n > 0).order_by(row.n)
    ):
        edits[article].append(at)
    begun = (
        select(
            ArticleRow.id,
            ArticleRow.first_look_at,
            ArticleRow.last_look_at,
            ArticleRow.life,
            ArticleRow.life_since,
            VersionRow.published,
            CircumstancesRow.document,
        )
        .join(SightingRow, (SightingRow.article_id == ArticleRow.id) & (SightingRow.n == 0), isouter=True)
        .join(VersionRow, VersionRow.id == SightingRow.version_id, isouter=True)
        .join(CaptureRow, CaptureRow.id == SightingRow.first_capture_id, isouter=True)
        .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
        .where(ArticleRow.id.in_(articles), ArticleRow.last_look_at.is_not(None))
    )
    for one in connection.execute(begun):
        first, published = one.first_look_at, one.published
        born = published if published is not None and _OLDEST < published < first else first
        gone = one.life_since if one.life in _GONE else None
        section = _section(one.document)
        yield _Known(one.id, first, one.last_look_at, born, section, tuple(sorted(edits[one.id])), gone)


def _section(document: str | None) -> str:
    return str(json.loads(document).get("section") or "")[:80].casefold() if document else ""


def log(connection: Connection, outlet: int, now: datetime, most: int = 10_000) -> Log:
    """What the latest looks of our own at an outlet's articles (so many at most) came to."""
    before = (
        select(func.max(_BEFORE.fetched_at))
        .where(_BEFORE.article_id == CaptureRow.article_id, _BEFORE.fetched_at < CaptureRow.fetched_at)
        .scalar_subquery()
    )
    looks = (
        select(CaptureRow.article_id, CaptureRow.run_id, CaptureRow.fetched_at, before.label("before"))
        .where(CaptureRow.outlet_id == outlet, CaptureRow.fetched_at <= now, CaptureRow.article_id.is_not(None), _OWN)
        .order_by(CaptureRow.fetched_at.desc())
        .limit(most)
    )
    rows = connection.execute(looks).all()
    if not rows:
        return Log((), (), 0.0, 0.0)
    days = max((now - rows[-1].fetched_at).total_seconds() / _DAY, 1.0)
    gaps, ongoing = _gaps(connection, rows, now)
    return Log(tuple(gaps), tuple(ongoing), days, _rhythm(rows))


def _gaps(connection: Connection, rows: Sequence[Any], now: datetime) -> tuple[list[Gap], list[Gap]]:
    looks: dict[int, list[tuple[datetime, datetime]]] = {}
    for row in rows:
        these = looks.setdefault(row.article_id, [])
        if row.before is not None:
            these.append((row.before, row.fetched_at))
    gaps, ongoing, articles = list[Gap](), list[Gap](), sorted(looks)
    for start in range(0, len(articles), _TOGETHER):
        some = articles[start : start + _TOGETHER]
        planned = select(PlannedLookRow.article_id, PlannedLookRow.next_at)
        next_at = dict(connection.execute(planned.where(PlannedLookRow.article_id.in_(some))).all())
        for one in _loaded(connection, some):
            gaps += (_gap(one, before, at) for before, at in looks[one.id])
            if one.last < now:
                end = max(next_at.get(one.id, now), now)
                ongoing.append(replace(_gap(one, one.last, end), share=(now - one.last) / (end - one.last)))
    return gaps, ongoing


def _gap(one: _Known, before: datetime, at: datetime) -> Gap:
    was, then = one.at(before), one.at(at)
    age = max((before - one.born).total_seconds(), 0.0)
    since = None if was.edited_at is None else (before - was.edited_at).total_seconds()
    gone = one.gone is not None and before < one.gone <= at
    begun = (one.first - one.born).total_seconds()
    return Gap(age, since, was.edits, (at - before).total_seconds(), then.edits > was.edits, gone, one.section, begun)


def _rhythm(rows: Sequence[Any]) -> float:
    """The seconds that usually lie between the starts of two of the latest runs."""
    begun: dict[int, datetime] = {}
    for row in rows:
        begun[row.run_id] = row.fetched_at
    starts = sorted(begun.values())[-20:]
    return median((later - sooner).total_seconds() for sooner, later in pairwise(starts)) if len(starts) > 2 else 0.0


def known(connection: Connection, outlet: int, now: datetime, ages: Sequence[float]) -> tuple[int, ...]:
    """How many articles of an outlet are how old: up to each of these ages in seconds, and older."""
    first, published = ArticleRow.first_look_at, VersionRow.published
    told = and_(published > _OLDEST, published < first)
    born = case((told, published), else_=first)
    upto = [func.count(case((born > now - timedelta(seconds=age), 1))) for age in ages]
    counted = (
        select(*upto, func.count(first))
        .select_from(ArticleRow)
        .join(VersionRow, and_(VersionRow.article_id == ArticleRow.id, VersionRow.number == 1), isouter=True)
        .where(ArticleRow.outlet_id == outlet)
    )
    totals = connection.execute(counted).one()
    return tuple(later - sooner for sooner, later in pairwise((0, *totals)))


def newest(connection: Connection, outlet: int, since: datetime, now: datetime) -> set[int]:
    """The articles of an outlet (their integers) that were looked at since then."""
    looks = select(CaptureRow.article_id).where(CaptureRow.outlet_id == outlet, CaptureRow.article_id.is_not(None))
    found = connection.execute(looks.where(CaptureRow.fetched_at.between(since, now)).distinct()).scalars()
    return {article for article in found if article is not None}


def unplanned(connection: Connection, outlet: int) -> set[int]:
    """The articles of an outlet (their integers) of which no plan says when the next look is."""
    planned = PlannedLookRow
    articles = (
        select(ArticleRow.id)
        .join(planned, planned.article_id == ArticleRow.id, isouter=True)
        .where(ArticleRow.outlet_id == outlet, ArticleRow.last_look_at.is_not(None))
        .where(or_(planned.next_at.is_(None), planned.next_at <= ArticleRow.last_look_at))
    )
    return set(connection.execute(articles).scalars())


@dataclass(frozen=True, slots=True)
class InForce:
    """A plan as it is kept: when it was made, from how many looks, its rates and what was said of it."""

    made_at: datetime
    learnt_from: int
    plan: Plan
    forecast: str


def plans(connection: Connection, outlet: int, most: int = 1) -> list[InForce]:
    """The plans of an outlet, the newest first."""
    rows = select(PlanRow).where(PlanRow.outlet_id == outlet).order_by(PlanRow.id.desc()).limit(most)
    found = connection.execute(rows.with_only_columns(*table_of(PlanRow).c)).all()
    return [InForce(row.made_at, row.learnt_from, read(row.rates), row.forecast) for row in found]


def looks_since(connection: Connection, outlet: int, since: datetime) -> int:
    """How many looks at known articles of an outlet were stored since then."""
    looks = select(func.count()).select_from(CaptureRow)
    here = CaptureRow.outlet_id == outlet, CaptureRow.article_id.is_not(None), CaptureRow.fetched_at > since
    return connection.execute(looks.where(*here)).scalar_one()


def number(connection: Connection, outlet: str) -> int | None:
    """The integer of an outlet; None where the archive has none of that name."""
    return connection.execute(select(OutletRow.id).where(OutletRow.name == outlet)).scalar()


def begun(connection: Connection, outlet: int) -> datetime | None:
    """The first look at any article of an outlet; None where it has none."""
    first = select(func.min(ArticleRow.first_look_at)).where(ArticleRow.outlet_id == outlet)
    return connection.execute(first).scalar()


def every(connection: Connection, outlet: int) -> set[int]:
    """All articles of an outlet that were looked at (their integers)."""
    here = ArticleRow.outlet_id == outlet, ArticleRow.last_look_at.is_not(None)
    return set(connection.execute(select(ArticleRow.id).where(*here)).scalars())


def outlets(connection: Connection) -> list[str]:
    """The outlets that the archive has, by name."""
    return sorted(connection.execute(select(OutletRow.name)).scalars())
