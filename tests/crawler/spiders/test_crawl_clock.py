"""A crawl on a machine whose clock is off says so, and nothing false comes of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.home import Home
from tests.crawler.crawls import FAST, here, rows, run, words
from tests.crawler.loopback import Site, serve
from tests.support import Answer, begin, ended, palimpsest, sound

YEAR = 24 * 365


def _off(home: Home, hours: float, *said: str) -> Answer:
    return ended(begin(str(hours), *words(*said, fast=FAST), home=home, entry="tests.crawler.wrong_clock:main"), 180)


def _clocks(home: Home, view: str) -> list[int | None]:
    with closing(sqlite3.connect(home.folder / "archive.db")) as connection:
        return [row[0] for row in connection.execute(f"SELECT clock_ahead FROM {view}")]


def _pages(site: Site) -> int:
    return sum(hits for path, hits in site.hits.items() if path.startswith("/news/"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Home, Site]]:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder) as made:
        yield home, made


def test_a_year_ahead_is_noticed_dates_nothing_and_puts_nothing_off(site: tuple[Home, Site]) -> None:
    home, made = site
    assert run(home, "crawl", "site").code == 0
    assert "most hosts agreed with it" in palimpsest("doctor", home=home).stdout
    made.words = "as it is by now"
    made.pages = 4
    code, said, _ = _off(home, YEAR, "run", "--once")
    assert (code, "clock is 365 days, 0:00:0" in said, "1 of 1 hosts" in said) == (1, True, True), said
    assert rows(home, "edits") == []
    assert [row["why"] for row in rows(home, "held")] == ["clock-off"] * 4
    assert {round(ahead / 3600) for ahead in _clocks(home, "v1_captures") if ahead} >= {YEAR}
    assert "365 days, 0:00:0" in palimpsest("doctor", home=home).stdout
    with closing(sqlite3.connect(home.folder / "archive.db")) as connection:
        assert connection.execute("SELECT hours FROM v1_gaps").fetchall() == [(None,)], "nothing was missed for a year"
    sound(home)
    # Set right: what was seen then is looked at again, as if it had not been.
    code, said, _ = run(home, "run", "--once", hours=2)
    assert all(words in said for words in ("3 changed", "1 new")), said
    assert {str(row["not_after"])[:4] for row in rows(home, "edits")} == {str(rows(home, "edits")[0]["not_before"])[:4]}
    assert all(row["life"] == "live" for row in rows(home, "articles"))
    sound(home)


def test_one_host_that_nobody_knows_is_not_believed_and_silences_nothing(site: tuple[Home, Site]) -> None:
    home, made = site
    code, said, _ = _off(home, YEAR, "crawl", "site")
    assert (code, "no other host was asked" in said) == (0, True), said
    made.words = "as it is by now"
    for hours, asked in ((1, 3), (1.2, 0), (30, 3)):
        before = _pages(made)
        code, said, _ = run(home, "recheck", "site", hours=hours)
        assert "later than this machine's clock" not in said  # It was moved on purpose.
        assert _pages(made) - before == asked
    code, said, _ = run(home, "crawl", "site")
    assert (code, "later than this machine's clock" in said) == (1, True), said
    assert "earlier than the archive's latest run" in palimpsest("doctor", home=home).stdout
    sound(home)


def test_a_clock_that_is_moved_on_purpose_is_not_off(site: tuple[Home, Site]) -> None:
    home, _ = site
    for hours in (YEAR, YEAR + 25, 0):
        assert run(home, "crawl", "site", hours=hours).code == 0
    assert all(ahead is None or abs(ahead) < 60 for ahead in _clocks(home, "v1_runs"))
    assert rows(home, "held") == []
