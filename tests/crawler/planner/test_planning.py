"""A plan is made of what the archive has, on both databases, and followed."""

from __future__ import annotations

from datetime import datetime, timedelta

from archive import db
from archive.home import Home
from archive.query import costs, looking
from archive.store.frontier import Discoveries
from archive.store.watches import say
from crawler.planner.intervals import USUAL, steps
from crawler.spiders.planning import Planning
from tests.archive.material import OUTLET, Archive, Material, at, opened, reading

ARTICLES, BUSY = 12, 4
_TEXT = "Said at length, so that it is an article, as it was in the {} look."


def _watched(home: Home) -> Material:
    """Articles that are looked at every hour: the first four change each time, the others never."""
    material = Material(home)
    for hour in range(5):
        for n in range(ARTICLES):
            words = _TEXT.format(("first", "second", "third", "fourth", "fifth")[hour if n < BUSY else 0])
            material.page(60 * hour + n, reading(words), str(n))
    material.close()
    return material


def _due(archive: Archive, planning: Planning, now: datetime) -> list[str]:
    planning.follow()
    found = Discoveries(archive.engine).to_recheck(OUTLET.name, now, planning.steps, 1000, (), planning.least)
    return [url.rsplit("/", 1)[1] for url in found]


def test_what_changed_before_is_looked_at_first(home: Home) -> None:
    with opened(home) as archive:
        archive.run(_watched(home).made)
        now = at(5 * 60)
        planning = Planning(archive.engine, OUTLET.name, None, 600, lambda: now)
        due = _due(archive, planning, now + timedelta(minutes=30))
        with db.reading(archive.engine) as connection:
            outlet = looking.number(connection, OUTLET.name)
            assert outlet is not None
            log, (plan,) = looking.log(connection, outlet, now), looking.plans(connection, outlet)
            said = costs.notice(connection)[OUTLET.name]
        assert len(log.open) == ARTICLES
        gaps = log.gaps
        assert (len(gaps), sum(gap.changed for gap in gaps)) == (4 * ARTICLES, 4 * BUSY)
        assert plan.learnt_from == len(gaps)
        assert "on the first day" in said
        assert set(due) == {f"{n}-title" for n in range(BUSY)}
        # What a person says goes before everything; a fixed schedule leaves no trace of the plan.
        quiet = f"{OUTLET.name}:{ARTICLES - 1}"
        say(archive.engine, [quiet], timedelta(minutes=5), now + timedelta(days=9), now)
        assert _due(archive, planning, now + timedelta(minutes=30))[0] == f"{ARTICLES - 1}-title"
        fixed = Planning(archive.engine, OUTLET.name, steps(USUAL), 0, lambda: now)
        assert len(_due(archive, fixed, now + timedelta(minutes=50))) == ARTICLES
        with db.reading(archive.engine) as connection:
            assert len(looking.unplanned(connection, outlet)) == ARTICLES
