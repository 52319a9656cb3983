"""Where an outlet is looked through: what is fetched first, and which parts may hold a window of days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import urls
from crawler.outlets.find import DayArchive, Find, JsonList, Listing, Sitemap
from crawler.outlets.registry import registry
from tests.crawler.discover.material import FEED, SITEMAP

TODAY = date(2026, 10, 7)
BY_DAY = DayArchive("https://a.example/{date:%Y/%m%d}/n.shtml", "2008-08-01")


@pytest.mark.parametrize(
    ("find", "since", "until", "starts"),
    [
        (FEED, None, None, ["https://www.rt.com/rss/"]),
        (Listing("https://a.example/x"), "2020-01-01", "2020-01-02", ["https://a.example/x"]),
        (SITEMAP, None, None, [SITEMAP.url]),
        (Sitemap("https://a.example/s", past=True), None, None, []),
        (Sitemap("https://a.example/s", past=True), "2020-01-01", None, ["https://a.example/s"]),
        (Sitemap("https://a.example/s", since="2010-01-01"), None, "2009-12-31", []),
        (Sitemap("https://a.example/{date:%Y}"), None, None, ["https://a.example/2026"]),
        (Sitemap("https://a.example/{date:%Y}"), None, "2020-03-01", ["https://a.example/2020"]),
        (
            Sitemap("https://a.example/{date:%Y}"),
            "2025-02-01",
            None,
            ["https://a.example/2026", "https://a.example/2025"],
        ),
        (BY_DAY, None, None, ["https://a.example/2026/1007/n.shtml", "https://a.example/2026/1006/n.shtml"]),
        (BY_DAY, "2026-10-07", "2030-01-01", ["https://a.example/2026/1007/n.shtml"]),
        (BY_DAY, None, "2008-08-02", ["https://a.example/2008/0802/n.shtml", "https://a.example/2008/0801/n.shtml"]),
        (BY_DAY, "2020-01-02", "2020-01-01", []),
        (BY_DAY, "2027-01-01", None, []),
    ],
)
def test_starts(find: Find, since: str | None, until: str | None, starts: list[str]) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    assert list(find.starts(first, last, TODAY)) == starts


def test_a_long_past_is_many_days() -> None:
    assert len(BY_DAY.starts(date.min, None, TODAY)) == (TODAY - date(2008, 8, 1)).days + 1


@pytest.mark.parametrize(
    ("url", "since", "until", "covers"),
    [
        ("/sitemap_2025.xml", "2025-12-31", None, True),
        ("/sitemap_2025.xml", "2026-01-01", None, True),  # a midnight elsewhere
        ("/sitemap_2025.xml", "2026-01-02", None, False),
        ("/sitemap_2025_3.xml", None, "2024-12-30", False),
        ("/sitemap_2025.xml", None, None, True),
        ("/other.xml", "2026-01-02", None, True),
        ("/sitemap_2025-12.xml", "2025-12-31", None, True),
        ("/sitemap_2025-11.xml", "2025-12-31", None, False),
        ("/sitemap_2025-13.xml", "2030-12-31", None, True),  # no month: it does not tell
        ("/sitemap_0000.xml", "2030-12-31", None, True),
    ],
)
def test_which_sitemaps_may_hold_a_window(url: str, since: str | None, until: str | None, covers: bool) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    find = Sitemap("https://a.example/s", period=r"/sitemap_(?P<year>\d{4})(?:-(?P<month>\d\d))?")
    assert find.covers(url, first, last) is covers


@given(st.dates(date(1, 1, 1), date(9998, 12, 1)))
def test_a_month_covers_its_days(day: date) -> None:
    find = Sitemap("https://a.example/s", period=r"(?P<year>\d{4})-(?P<month>\d\d)")
    assert find.covers(f"{day:%Y}".zfill(4) + f"-{day:%m}", day, day)


def test_what_an_outlet_file_states_wrongly_is_an_error() -> None:
    wrong: list[Callable[[], object]] = [
        lambda: Sitemap("https://a.example/s", parts="("),
        lambda: Sitemap("https://a.example/s", since="2010"),
        lambda: DayArchive("https://a.example/", "2010-01-01"),
        lambda: DayArchive("https://a.example/{date:%Y}", "soon"),
        lambda: JsonList("https://a.example/", "list", named="("),
        lambda: JsonList("https://a.example/", "list", named="ds_1"),
    ]
    for make in wrong:
        with pytest.raises(ValueError, match=r"pattern|isoformat|by day"):
            make()


def test_every_edition_of_rt_that_can_be_crawled_is_asked_at_its_own_hosts() -> None:
    known = registry()
    outlets = [known.get(name) for name in known.names() if name.startswith("rt-")]
    finds = [(outlet, find) for outlet in outlets for find in outlet.find]
    assert {outlet.name for outlet, _ in finds} >= {"rt-en", "rt-fr", "rt-es", "rt-de", "rt-ar", "rt-ru", "rt-rs"}
    for outlet, find in finds:
        starts = find.starts(TODAY - timedelta(days=400), None, TODAY)
        assert starts
        assert all(outlet.has_host(urls.host(url)) and urls.normal(url) == url for url in starts)
