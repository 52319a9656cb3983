"""When a known article is looked at again: kept in its row by every fold, and found there by an index.

A schedule says how often, by the age of an article: steps of (age up to which, time between looks), the youngest first.
It is a setting of the crawl; `outlet.schedule` says by which one the articles of an outlet stand. Where a crawl comes
with another, all of them are set anew, once. A look that is held in doubt asks for the next one itself, as soon as that
would be believed: the step of such an article is `AWAITED`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, groupby, pairwise
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, bindparam, exists, func, or_, select, update

from archive.db import reading, writing
from archive.models import AddressRow, ArticleAddressRow, ArticleRow, CaptureRow, OutletRow, table_of
from archive.store.withdrawals import ledger

__all__ = ["Steps", "columns", "due", "steps_of"]

Steps = Sequence[tuple[timedelta, timedelta]]
"""(Age up to which, time between looks), the youngest first."""

AWAITED = -1
"""The step of an article of which a look is held in doubt."""

_NONE = {"next_look_at": None, "look_step": None}
_SECOND = timedelta(seconds=1)


def columns(span: tuple[datetime, datetime] | None, steps: Steps, awaited: datetime | None = None) -> dict[str, Any]:
    """The columns of `article` that follow from its first and its last look (None: it has none), and from when a look
    is believed that agrees with one that is held."""
    if span is None:
        return {"first_look_at": None, "last_look_at": None, "awaited_at": None, **_NONE}
    first, last = span
    awaited = awaited if awaited and awaited > last else None
    return {"first_look_at": first, "last_look_at": last, "awaited_at": awaited, **_next(first, last, steps, awaited)}


def _next(first: datetime, last: datetime, steps: Steps, awaited: datetime | None) -> dict[str, Any]:
    """The first moment from which another look is wanted, and by which step; without a schedule none is."""
    scheduled = _scheduled(first, last, steps)
    soonest = scheduled["next_look_at"]
    if awaited and steps and (soonest is None or awaited < soonest):
        return {"next_look_at": awaited, "look_step": AWAITED}
    return scheduled


def _scheduled(first: datetime, last: datetime, steps: Steps) -> dict[str, Any]:
    """The first moment from which the schedule wants another look, and by which step."""
    youngest = timedelta(0)
    for n, (age, every) in enumerate(steps):
        wanted = max(last - first + every, youngest)
        if wanted < age:
            try:
                return {"next_look_at": first + wanted, "look_step": n}
            except OverflowError:  # Somebody stated a day at the end of time.
                return _NONE
        youngest = age
    return _NONE


def steps_of(schedule: str | None) -> Steps:
    """The steps of an outlet's schedule as it is stored; empty where it has none."""
    return [(age * _SECOND, every * _SECOND) for age, every in json.loads(schedule or "[]")]


def _written(steps: Steps) -> str:
    return json.dumps([[age // _SECOND, every // _SECOND] for age, every in steps])


# --- another schedule -------------------------------------------------------------------------------------------------

_AT_ONCE = 5000
"""Articles that are set anew with one statement."""

_SET = (
    update(table_of(ArticleRow))
    .where(table_of(ArticleRow).c.id == bindparam("article"))
    .values({name: bindparam(name) for name in _NONE})
)


def _follow(engine: Engine, outlet: int, steps: Steps) -> None:
    """Set all articles of an outlet by a schedule."""
    with writing(engine) as connection:
        connection.execute(update(OutletRow).where(OutletRow.id == outlet).values(schedule=_written(steps)))
        for rows in _in_groups(connection, outlet):
            values = [
                {"article": row.id, **_next(row.first_look_at, row.last_look_at, steps, row.awaited_at)} for row in rows
            ]
            connection.execute(_SET, values)


def _in_groups(connection: Connection, outlet: int) -> Iterator[Sequence[Any]]:
    article, done = table_of(ArticleRow).c, 0
    looks = article.first_look_at, article.last_look_at, article.awaited_at
    statement = select(article.id, *looks).order_by(article.id).limit(_AT_ONCE)
    looked_at = article.outlet_id == outlet, article.first_look_at.is_not(None)
    while rows := connection.execute(statement.where(*looked_at, article.id > done)).all():
        yield rows
        done = rows[-1].id


# --- what is due ------------------------------------------------------------------------------------------------------

Sooner = Callable[[Connection, int, datetime, int], Sequence[int]]
"""The articles (their integers) of an outlet (its own) that are to be looked at before all others, so many at most."""


def _none(connection: Connection, outlet: int, now: datetime, most: int) -> Sequence[int]:  # noqa: ARG001
    return ()


def _place(n: int) -> datetime:
    """A place in an order that is one of time else."""
    return datetime(1970, 1, 1, tzinfo=UTC) + n * _SECOND


def due(
    engine: Engine,
    outlet: str,
    now: datetime,
    steps: Steps,
    limit: int,
    skip: Collection[str],
    first: Sooner = _none,
) -> list[str]:
    """Addresses of an outlet's articles whose last look is too old for their age, the oldest last look first; before
    them those of whatever articles are to come `first`.

    Every address an article was read at is one, its mirrors' too: they may differ."""
    with reading(engine) as connection:
        known = connection.execute(select(OutletRow.id, OutletRow.schedule).where(OutletRow.name == outlet)).first()
    if known is None:
        return []
    if known.schedule != _written(steps):
        _follow(engine, known.id, steps)
    with reading(engine) as connection:
        before = first(connection, known.id, now, limit + len(skip))
        begun = _addresses(connection, list(zip(before, map(_place, count()), strict=False)), limit, skip)
        if len(begun) >= limit:
            return begun
        skip, limit = {*skip, *begun}, limit - len(begun)
        # By a step that asks more often than the one before, what is due first was not looked at first.
        rising = all(sooner[1] <= later[1] for sooner, later in pairwise(steps))
        most = 2 * limit if rising else None
        ahead = _dated_ahead(connection, known.id, now, steps)
        while True:
            articles, whole = _articles(connection, known.id, now, steps, most, ahead)
            found = _addresses(connection, articles, limit, skip)
            if whole or len(found) >= limit or most is None:
                return begun + found
            most *= 2


_AHEAD = (
    select(ArticleRow.id)
    .where(ArticleRow.outlet_id == bindparam("outlet"), ArticleRow.last_look_at > bindparam("now"))
    # By way of the captures, which have an index for it.
    .where(
        ArticleRow.id.in_(
            select(CaptureRow.article_id).where(
                CaptureRow.outlet_id == bindparam("outlet"), CaptureRow.fetched_at > bindparam("now")
            )
        )
    )
)
_SPAN: Select[Any, Any] = select(func.min(CaptureRow.fetched_at), func.max(CaptureRow.fetched_at)).where(
    CaptureRow.article_id == bindparam("article"), CaptureRow.fetched_at <= bindparam("now")
)


def _dated_ahead(connection: Connection, outlet: int, now: datetime, steps: Steps) -> list[tuple[int, datetime]]:
    """The articles that are due but for a look that is dated later than now, by a clock that was ahead, each with its
    last look before: a wrong date puts no look off."""
    found = []
    for article in connection.execute(_AHEAD, {"outlet": outlet, "now": now}).scalars().all():
        first, last = connection.execute(_SPAN, {"article": article, "now": now}).one()
        if first is None or _wanted(first, last, now, steps):
            found.append((article, last or now))
    return found


def _wanted(first: datetime, last: datetime, now: datetime, steps: Steps) -> bool:
    """Whether a look is wanted now, by the age of an article."""
    every = next((every for age, every in steps if now - first < age), None)
    return every is not None and now - last >= every


def _articles(
    connection: Connection,
    outlet: int,
    now: datetime,
    steps: Steps,
    most: int | None,
    ahead: list[tuple[int, datetime]],
) -> tuple[list[tuple[int, datetime]], bool]:
    """The articles (their integers, each with its last look, and by it) that are due for certain before all others,
    `most` of each step; and
    whether that is all of them."""
    article = table_of(ArticleRow).c
    found, ends = ahead.copy(), []
    for n in range(AWAITED, len(steps)):
        here = [article.outlet_id == outlet, article.look_step == n, article.next_look_at <= now]
        here += [] if n == AWAITED else [_still(now, steps)]
        statement = select(article.id, article.last_look_at).where(*here)
        rows = connection.execute(statement.order_by(article.next_look_at).limit(most)).all()
        if len(rows) == most:
            ends.append(rows[-1].last_look_at)
        found += [(row.id, row.last_look_at) for row in rows]
    certain = [one for one in found if not ends or one[1] < min(ends)]
    return sorted(certain, key=itemgetter(1)), not ends


def _still(now: datetime, steps: Steps) -> ColumnElement[bool]:
    """Whether an article is due by its age now: it may have passed from one step to another since it was."""
    article, youngest = table_of(ArticleRow).c, timedelta(0)
    wanted = []
    for age, every in steps:
        born = and_(article.first_look_at > now - age, article.first_look_at <= now - youngest)
        wanted.append(and_(born, article.last_look_at <= now - every))
        youngest = age
    return or_(*wanted)


_TOGETHER = 100
"""Articles whose addresses are asked for with one statement."""

_CAPTURE, _STANDS = table_of(CaptureRow).c, table_of(ArticleAddressRow).c
# By where articles stand, of which there are few: an article may have been looked at a thousand times.
_READ_AT = select(_STANDS.article_id, _STANDS.address_id).where(
    _STANDS.article_id.in_(bindparam("articles", expanding=True)),
    # What a person had withheld or expunged is left alone.
    ~ledger.is_withdrawn("article", _STANDS.article_id),
    exists().where(
        _CAPTURE.article_id == _STANDS.article_id,
        _CAPTURE.address_id == _STANDS.address_id,
        _CAPTURE.version_id.is_not(None),
    ),
)
# By itself: joined to so many captures, PostgreSQL would read every address there is.
_URLS = select(AddressRow.id, AddressRow.url).where(AddressRow.id.in_(bindparam("addresses", expanding=True)))


def _addresses(
    connection: Connection, articles: Sequence[tuple[int, datetime]], limit: int, skip: Collection[str]
) -> list[str]:
    found: list[str] = []
    for looked in _together(articles):
        ids, wanted = list(looked), set[tuple[datetime, int, str]]()
        for n in range(0, len(ids), _TOGETHER):
            pairs = connection.execute(_READ_AT, {"articles": ids[n : n + _TOGETHER]}).all()
            urls = dict(connection.execute(_URLS, {"addresses": list({pair.address_id for pair in pairs})}).all())
            wanted |= {(looked[article], address, urls[address]) for article, address in pairs}
        found += [url for _, _, url in sorted(wanted) if url not in skip]
        if len(found) >= limit:
            break
    return found[:limit]


def _together(articles: Sequence[tuple[int, datetime]]) -> Iterator[dict[int, datetime]]:
    """Some articles at a time with their last looks; those of one moment stay together, so that addresses decide."""
    some: dict[int, datetime] = {}
    for _, same in groupby(articles, key=itemgetter(1)):
        some |= dict(same)
        if len(some) >= _TOGETHER:
            yield some
            some = {}
    yield some
