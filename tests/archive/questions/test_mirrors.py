"""Domains that repeat an outlet are told from those that print the same agency copy, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from archive import db
from archive.home import Home
from archive.query.filters import Filters
from archive.questions.ask import asking
from archive.questions.mirrors import Mirror, mirrors
from archive.records import Date, Domain, OutletFacts
from tests.archive.material import Material, at, opened, reading
from tests.archive.press import edited, words


class _Press:
    """Outlets of this test, and what they print: `agency`, `paper` and `other` are described, the rest are not."""

    def __init__(self, home: Home) -> None:
        names = ("agency", "paper", "other", "repeats.test", "washes.test", "town.test")
        facts = (OutletFacts(one, one, f"The {one}", domains=(Domain(_host(one)),)) for one in names)
        self.outlets = {one.name: Material(home, outlet=one) for one in facts}

    def prints(self, outlet: str, minutes: int, said: list[str], path: str, *, dated: bool = True) -> None:
        url = f"https://{_host(outlet)}/{path}"
        date = Date("", at(minutes) - timedelta(minutes=2), "meta") if dated else None
        page = reading(" ".join(said), headline=f"Of {path}", date_published=date)
        self.outlets[outlet].page(minutes, page, path.replace("/", "-"), url=url)

    @property
    def made(self) -> list[Any]:
        for one in self.outlets.values():
            one.close()
        return [item for one in self.outlets.values() for item in one.made]


def _host(outlet: str) -> str:
    return outlet if "." in outlet else f"{outlet}.test"


def _year(press: _Press, *, dated: bool = True) -> None:
    """What the agency sends, all print; the paper's own stands with two who repeat it: one its pages, one its texts."""
    for n in range(12):
        sent, hour = words(f"sent {n}", 160), n * 600
        for minutes, outlet in enumerate(("agency", "paper", "other", "town.test", "repeats.test")):
            press.prints(outlet, hour + 20 * minutes, sent, f"world/{n}" if minutes < 4 else f"news/{n}", dated=dated)
        own = words(f"own {n}", 160)
        press.prints("paper", hour + 200, own, f"town/{n}", dated=dated)
        press.prints("repeats.test", hour + 260, own, f"town/{n}", dated=dated)
        press.prints("washes.test", hour + 400, edited(own, 25, n), f"story-{n}", dated=dated)
        press.prints("agency", hour + 210, words(f"more {n}", 160), f"more/{n}", dated=dated)
        press.prints("other", hour + 220, words(f"theirs {n}", 160), f"theirs/{n}", dated=dated)


def _asked(home: Home, **words: Any) -> Iterator[Mirror]:
    engine, as_of = db.open_reader(home.database_url), words.pop("as_of", None)
    try:
        with asking(engine, Filters(as_of=as_of)) as asked:
            yield from list(mirrors.function(asked, **words))
    finally:
        engine.dispose()


def test_a_mirror_and_a_laundry_are_proposed_and_who_prints_agency_copy_is_not(both_homes: tuple[Home, Home]) -> None:
    found = []
    for home in both_homes:
        press = _Press(home)
        _year(press)
        with opened(home) as archive:
            archive.run(press.made)
        found.append(list(_asked(home, at_least=4, share=0.8)))
    assert found[0] == found[1]
    repeats, town, washes = found[0]
    assert (repeats.domain, repeats.of, repeats.articles, repeats.copies) == ("repeats.test", "paper", 24, 24)
    assert (repeats.same_path, repeats.alone, repeats.later, repeats.earlier) == (12, 12, 24, 0)
    assert repeats.joins == "palimpsest outlets add-domain paper repeats.test"
    assert (washes.domain, washes.of, washes.copies, washes.same_path) == ("washes.test", "paper", 12, 0)
    assert (washes.lag_hours, washes.other_headline) == (3.33, 12)
    assert washes.examples[0].original.startswith("paper:town-0@")
    assert (town.domain, town.of) == ("town.test", "agency"), "all it has is the agency's, not the paper's"
    assert [one.domain for one in _asked(both_homes[0], of="agency")] == ["town.test"]


@pytest.mark.parametrize("dated", [True, False])
def test_as_of_a_day_the_answer_is_that_of_the_day(dated: bool, sqlite_home: Home) -> None:
    press = _Press(sqlite_home)
    _year(press, dated=dated)
    every = press.made
    with opened(sqlite_home) as archive:
        archive.run([item for item in every if item.capture.fetched_at <= at(3600)])
        then = list(_asked(sqlite_home))
        archive.run([item for item in every if item.capture.fetched_at > at(3600)])
    assert {one.domain for one in then} == {"repeats.test", "washes.test", "town.test"}
    assert list(_asked(sqlite_home)) != then
    assert list(_asked(sqlite_home, as_of=at(3600))) == then
