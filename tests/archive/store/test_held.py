"""What is held of an outlet is kept as looks come in, in any order, and is what counting everything gives."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text, true

from archive import verify
from archive.home import Home
from archive.query import activity, edit_order, ledgers, passages
from archive.query.filters import Filters
from archive.questions.coverage import coverage
from archive.questions.question import Asked
from archive.records import RunKind, Verdict
from archive.store import clocks
from tests.archive.example import DAY
from tests.archive.material import Archive, Material, at, in_groups, opened, reading, world


def _gaps(archive: Archive) -> list[tuple[int, int]]:
    with archive.engine.connect() as connection:
        (told,) = coverage(Asked(connection, Filters()))
    minute = timedelta(minutes=1)
    return [((gap.since - at(0)) // minute, (gap.until - at(0)) // minute) for gap in told.gaps]


def test_a_gap_is_cut_by_a_look_that_comes_late_and_whole_again_when_its_clock_was_off(home: Home) -> None:
    material = Material(home)
    ends = [material.page(minutes, reading("One text.")) for minutes in (10 * DAY, 0)]
    late = [material.page(minutes, reading("One text.")) for minutes in (4 * DAY, 4 * DAY + 5, -3 * DAY)]
    material.close()
    with opened(home) as archive:
        archive.run(ends)
        assert _gaps(archive) == [(0, 10 * DAY)]
        run = archive.begin(RunKind.CRAWL, at(11 * DAY))
        archive.store.record(run, late)
        assert _gaps(archive) == [(-3 * DAY, 0), (0, 4 * DAY), (4 * DAY + 5, 10 * DAY)]
        for ahead, gaps in ((86_400, [(0, 10 * DAY)]), (0, [(-3 * DAY, 0), (0, 4 * DAY), (4 * DAY + 5, 10 * DAY)])):
            clocks.keep(archive.engine, run, ahead)
            assert _gaps(archive) == gaps


def test_ledgers_and_days_are_what_counting_gives_in_whatever_order_looks_come(home: Home) -> None:
    items = world(home, 7)
    Random(3).shuffle(items)
    with opened(home) as archive:
        for group in in_groups(items, Random(5)):
            archive.run(group)
        with archive.engine.connect() as connection:
            assert verify.damage(connection, home.warc) == []
            captures, articles = (
                sum(one.total for one in ledgers.status(connection) if one.ledger == name and one.adds_up)
                for name in ("captures", "articles")
            )
            (told,) = coverage(Asked(connection, Filters()))
            assert (told.captures, told.articles) == (captures, articles)
            assert captures == connection.execute(text("SELECT count(*) FROM capture")).scalar_one()
            days = list(activity.days(connection, at(-4000 * DAY).date(), at(4000 * DAY).date(), Filters()))
            edits = connection.execute(text("SELECT count(*) FROM sighting WHERE n > 0")).scalar_one()
            assert sum(day.edits for day in days) == edits > 0


def test_edits_come_in_one_order_however_many_are_looked_for_at_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    material = Material(home)
    looks = [material.page(60 * n, reading(f"Paragraph {n % 3} of article {n % 4}."), str(n % 4)) for n in range(24)]
    looks.append(material.other(2000, Verdict.GONE, "1"))
    material.close()
    monkeypatch.setattr(edit_order, "_SIZES", (2, 3))
    with opened(home) as archive:
        archive.run(looks)
        with archive.engine.connect() as connection:
            for filters in (Filters(), Filters(outlets=("paper",), changed_since=at(300), changed_until=at(1200))):
                at_once = list(passages.edits(connection, filters, true()))
                assert list(passages.edits(connection, filters)) == at_once
                assert len(at_once) > 5
