"""Alarms end to end: from looks that are kept to what is said, noted, delivered and closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from archive import db
from archive.health.alarm import KeptAlarm
from archive.home import Home
from archive.query import alarms as asked
from archive.records import AlarmKind, Block, BlockType, Reading
from crawler.alarms.look import look
from tests.archive.material import Archive, opened
from tests.crawler.alarms.made import BEGAN, DAYS, FEED, article, weeks
from tests.support import RunCli, sound


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    """Four weeks and some days in which all was as usual."""
    with opened(home) as made:
        weeks(made, 0, DAYS)
        assert _looked(made, DAYS) == []
        yield made


def _looked(archive: Archive, day: int, hour: float = 0) -> list[KeptAlarm]:
    """What is open when a day begins."""
    look(archive.home, BEGAN + timedelta(days=day, hours=hour))
    with db.reading(archive.engine) as connection:
        return [one for one in asked.alarms(connection) if one.kind is not AlarmKind.DISK]


def _nobody(day: int, hour: int) -> Reading:
    return replace(article(day, hour), authors=())


def _teaser(day: int, hour: int) -> Reading:
    body = (Block(BlockType.P, f"The council met on day {day} at {hour}."),)
    return replace(article(day, hour), body=body)


def test_a_field_that_is_lost_is_told_with_pages_that_show_it_and_closes_itself(
    archive: Archive, run_cli: RunCli
) -> None:
    weeks(archive, DAYS, DAYS + 3, _nobody)
    (found,) = _looked(archive, DAYS + 3)
    assert (found.kind, found.outlet, found.measures) == (AlarmKind.READING, "paper", ("field/authors",))
    assert found.since == BEGAN + timedelta(days=DAYS)
    assert (found.usual, found.now) == ("articles with authors 100 %", "articles with authors 0 %")
    assert [one.url for one in found.examples] == [f"https://paper.test/34-{hour}-title" for hour in (16, 13, 10)]
    (again,) = _looked(archive, DAYS + 3, hour=1)
    assert (again.alarm, again.opened_at) == (found.alarm, found.opened_at)
    listed = run_cli("alarms", "--json")
    assert (listed.code, json.loads(listed.stdout)["examples"][0]["warc_file"]) == (1, found.examples[0].warc_file)
    run_cli("alarms", "ack", found.alarm, "--note", "they\nleft", fine=True)
    assert "noted: they" in run_cli("alarms").stdout
    weeks(archive, DAYS + 3, DAYS + 5)
    assert _looked(archive, DAYS + 5) == []
    assert run_cli("alarms", fine=True).stdout == ""
    assert "closed" in run_cli("alarms", "--all", fine=True).stdout
    _a_new_layout_and_a_dead_feed(archive)
    sound(archive.home)


def _a_new_layout_and_a_dead_feed(archive: Archive) -> None:
    """A layout is one alarm, whatever breaks by it; a dead feed is told by the first look; that nobody looked is said
    of this machine, not of the outlet."""
    weeks(archive, DAYS + 5, DAYS + 7, _teaser)
    (found,) = _looked(archive, DAYS + 7)
    assert "characters" in found.measures
    assert found.cause.startswith("the layout changed")
    weeks(archive, DAYS + 7, DAYS + 8, feed=False)
    dead = [one for one in _looked(archive, DAYS + 7, hour=8) if one.kind is AlarmKind.SOURCE]
    assert [(one.about, one.now) for one in dead] == [(FEED, "404, 1 time")]
    assert AlarmKind.VOLUME not in {one.kind for one in _looked(archive, DAYS + 12)}
