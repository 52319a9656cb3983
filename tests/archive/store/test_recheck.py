"""What is due for another look: what all captures together would tell, told by the rows of the articles alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, and_, case, func, literal, or_, select

from archive import db
from archive.home import Home
from archive.models import AddressRow, ArticleRow, CaptureRow, Instant, OutletRow
from archive.records import Verdict
from archive.store.frontier import Discoveries
from archive.store.recheck import Steps
from tests.archive.material import OUTLET, Archive, Material, at, in_groups, opened, reading, world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = ((DAY, HOUR), (7 * DAY, DAY), (90 * DAY, 7 * DAY), (36_500 * DAY, 30 * DAY))
SCHEDULES = (USUAL, ((DAY, HOUR), (3 * DAY, 5 * HOUR)), ((DAY, DAY), (36_500 * DAY, HOUR)), ((2 * HOUR, 9 * HOUR),))


def by_all_captures(
    engine: Engine, now: datetime, steps: Steps, limit: int = 1000, skip: Collection[str] = ()
) -> list[str]:
    """What is due as it was told before articles kept their looks: from every capture of the outlet. One that is dated
    later than now puts nothing off."""
    until_now = case((CaptureRow.fetched_at <= now, CaptureRow.fetched_at))
    looked, first = func.max(until_now).label("looked"), func.min(until_now).label("first")
    per_article = (
        select(CaptureRow.article_id, looked, first)
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .where(OutletRow.name == OUTLET.name, CaptureRow.article_id.is_not(None))
        .group_by(CaptureRow.article_id)
        .subquery()
    )
    due, youngest = [], timedelta(0)
    for age, every in steps:
        born = and_(per_article.c.first > now - age, per_article.c.first <= now - youngest)
        due.append(and_(born, per_article.c.looked <= now - every))
        youngest = age
    statement = (
        select(AddressRow.url)
        .select_from(per_article)
        .join(CaptureRow, CaptureRow.article_id == per_article.c.article_id)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .where(or_(*due, per_article.c.looked.is_(None)), CaptureRow.version_id.is_not(None))
        .group_by(AddressRow.id, AddressRow.url, per_article.c.looked)
        .order_by(func.coalesce(per_article.c.looked, literal(now, Instant())), AddressRow.id)
    )
    with db.reading(engine) as connection:
        return [url for url in connection.execute(statement).scalars() if url not in skip][:limit]


def _moments(chance: Random) -> list[datetime]:
    return [at(chance.choice([60 * chance.randrange(200), 1440 * chance.randrange(120)])) for _ in range(12)]


def _agrees(archive: Archive, chance: Random, schedules: Sequence[Steps]) -> int:
    """Whether both ways tell the same at some moments, by some schedules; how many addresses were due in all."""
    memory, found = Discoveries(archive.engine), 0
    for steps in schedules:
        for now in _moments(chance):
            due = by_all_captures(archive.engine, now, steps)
            assert memory.to_recheck(OUTLET.name, now, steps, 1000, ()) == due
            few, skip = chance.randrange(1, 4), due[1:3]
            some = memory.to_recheck(OUTLET.name, now, steps, few, skip)
            assert some == by_all_captures(archive.engine, now, steps, few, skip)
            found += len(due)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_what_is_due_is_what_all_captures_tell(home: Home, seed: int) -> None:
    """Whatever came in whatever order, before a schedule was said and after it."""
    chance, items = Random(seed), world(home, seed)
    with opened(home) as archive:
        found = 0
        for group in in_groups(items, chance):
            archive.run(group)
            if chance.random() < 0.3:
                found += _agrees(archive, chance, [chance.choice(SCHEDULES)])
        found += _agrees(archive, chance, SCHEDULES)
        archive.content()
    assert found


def _many(home: Home, articles: int) -> Material:
    material = Material(home)
    for n in range(articles):
        material.page(n % 7, reading("Said at length, so that it is an article."), str(n))
        material.page(60 + n % 50, reading("Said at length, so that it is an article."), str(n))
        if n % 3 == 0:
            material.other(90, Verdict.GONE, str(n))
    material.close()
    return material


def test_the_first_of_many_are_the_first_of_all(home: Home) -> None:
    """More are due than are asked for at once, many of them since the same moment."""
    with opened(home) as archive:
        archive.run(_many(home, 150).made)
        memory = Discoveries(archive.engine)
        for now in (at(150), at(150 + 1440), at(150 + 30 * 1440)):
            whole = by_all_captures(archive.engine, now, USUAL)
            assert len(whole) > 20
            for limit in (1, 7, 20):
                skip = whole[:100:2]
                wanted = by_all_captures(archive.engine, now, USUAL, limit, skip)
                assert memory.to_recheck(OUTLET.name, now, USUAL, limit, skip) == wanted


def test_what_is_due_stands_in_an_index(sqlite_home: Home) -> None:
    with opened(sqlite_home) as archive:
        archive.run(_many(sqlite_home, 3).made)
        row = ArticleRow
        asked = select(row.id).where(row.outlet_id == 1, row.look_step == 1, row.next_look_at <= at(0))
        with db.reading(archive.engine) as connection:
            words = asked.order_by(row.next_look_at).compile(archive.engine, compile_kwargs={"literal_binds": False})
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", (1, 1, 0)).all()
    said = " ".join(str(part) for part in plan)
    assert "ix_article_outlet_id_look_step_next_look_at" in said
    assert "TEMP B-TREE" not in said
