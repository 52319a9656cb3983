"""Breaks of an outlet's numbers are told, and its weekdays, holidays, trends and our own pauses are none."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from archive.health import causes
from archive.health.changes import changes
from archive.health.days import source_name
from archive.records import AlarmKind

TODAY = 740_000
_SIZES = ("characters", "paragraphs", "lag", *(f"asked/{hour:02}" for hour in range(24)))
Days = dict[int, dict[str, int]]
Broken = Callable[[dict[str, int]], None]


def _day(chance: Random, day: int, growth: float) -> dict[str, int]:
    """Some sixty articles, fewer at weekends, more from week to week."""
    level = (35 if day % 7 in {5, 6} else 70) * (1 + growth * (day - TODAY) / 30)
    hours = [sum(chance.random() < level / 14 / 10 for _ in range(10)) if 6 <= hour < 20 else 0 for hour in range(24)]
    new = sum(hours)
    share = {name: sum(chance.random() < p for _ in range(new)) for name, p in (("authors", 0.9), ("images", 0.6))}
    found = {"new": new, "looks": 4 * new, "characters": round(2500 * chance.gauss(1, 0.08)), "paragraphs": 8}
    found |= {f"field/{name}": number for name, number in share.items()} | {"field/date_published": new}
    found |= {f"new/{hour:02}": number for hour, number in enumerate(hours)}
    found |= {f"asked/{hour:02}": 1 for hour in range(24)}
    return found | {
        "lag": round(30 * chance.gauss(1, 0.1)),
        "found/https://a.test/feed": new,
        "titles": new,
        "titled": new,
    }


def _days(seed: int, growth: float = 0) -> Days:
    chance = Random(seed)
    return {day: _day(chance, day, growth) for day in range(TODAY - 80, TODAY + 1)}


def _of_many(seed: int) -> Days:
    """Days of four times as many articles."""
    days = _days(seed)
    for found in days.values():
        found |= {name: 4 * number for name, number in found.items() if name not in _SIZES}
    return days


def _silent(found: dict[str, int]) -> None:
    found.update({name: 0 for name in found if name.startswith("new")})


def _lost(name: str) -> Broken:
    return lambda found: found.update({name: 0})


BROKEN: dict[str, tuple[Broken, AlarmKind, str]] = {
    "authors": (_lost("field/authors"), AlarmKind.READING, "leaves it out by choice"),
    "headline": (_lost("titled"), AlarmKind.READING, "the headline is read from another place"),
    "wall": (lambda found: found.update({"outcome/consent": found["looks"] // 5}), AlarmKind.REFUSALS, "a wall"),
    "scripts": (lambda found: found.update({"outcome/empty-shell": 90}), AlarmKind.READING, "scripts"),
    "teaser": (lambda found: found.update(characters=300, paragraphs=1), AlarmKind.READING, "the layout changed"),
    "zone": (lambda found: found.update(lag=210), AlarmKind.READING, "dates are read otherwise"),
    "frozen": (_lost("found/https://a.test/feed"), AlarmKind.SOURCE, "next to nothing new"),
    "language": (lambda found: found.update({"language/en": 20}), AlarmKind.LANGUAGE, "another edition"),
    "silence": (_silent, AlarmKind.VOLUME, "fewer"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_breaks_is_one_alarm_within_a_day(kind: str) -> None:
    for_a_day, alarm, cause = BROKEN[kind]
    days = _days(1)
    assert list(changes(days, TODAY - 1)) == []
    for_a_day(days[TODAY])
    found = list(causes.alarms("paper", changes(days, TODAY)))
    assert [one.kind for one in found] == [alarm]
    assert cause in found[0].cause


def test_what_is_usual_is_no_alarm() -> None:
    for seed in range(8):
        days = _days(seed, growth=(seed - 4) / 20)
        holiday = days[TODAY - 3]
        holiday |= {name: number // 2 for name, number in holiday.items() if name not in _SIZES}
        assert [one for day in (TODAY - 2, TODAY) for one in changes(days, day)] == []


def test_a_paragraph_more_in_the_middle_is_no_break() -> None:
    days = _of_many(6)
    for day, found in days.items():
        found["paragraphs"] = 5 if day > TODAY - 9 else 4
    assert list(changes(days, TODAY)) == []


def _halved(found: dict[str, int], first: int, last: int = 24) -> None:
    """Half of the articles are missing from an hour on, and of hours from another on nothing is known."""
    for hour in range(24):
        name = f"new/{hour:02}"
        found[name] = 0 if hour >= last else found[name] // 2 if hour >= first else found[name]
        found[f"asked/{hour:02}"] = int(hour < last)
    found["new"] = sum(found[f"new/{hour:02}"] for hour in range(24))
    of_new = ("field/", "found/", "title")
    found |= {name: min(number, found["new"]) for name, number in found.items() if name.startswith(of_new)}


@pytest.mark.parametrize(("begins", "told"), [(13, True), (0, False)])
def test_half_of_the_articles_missing_is_told_within_a_day_where_it_is_no_holiday(begins: int, told: bool) -> None:
    days = _of_many(4)
    # A holiday begins at night, and is over by the next.
    if begins:
        _halved(days[TODAY - 1], begins)
    _halved(days[TODAY], 0, 12)
    assert [one.name for one in changes(days, TODAY)] == (["new"] if told else [])


def test_when_nobody_looked_nothing_is_said_of_the_outlet() -> None:
    days = _days(3)
    for day in range(TODAY - 4, TODAY):
        days[day] = {}
    assert list(changes(days, TODAY - 1)) == []
    assert list(changes({day: days[day] for day in range(TODAY - 20, TODAY - 4)}, TODAY - 5)) == []


def test_a_sitemap_of_each_month_is_one_source() -> None:
    named = {source_name(f"https://a.test/map-2026-{month:02}.xml") for month in range(1, 13)}
    assert named == {"https://a.test/map-#-#.xml"}
