"""How often known articles are looked at again: the setting, and what a recheck makes of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from archive.errors import BadInput
from crawler.planner.intervals import USUAL, steps
from tests.crawler.crawls import here, run
from tests.crawler.loopback import Site, serve

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_usual_schedule_is_hourly_daily_weekly_then_monthly() -> None:
    assert steps("") is steps("planned") is None, "without a setting it is planned"
    usual = steps(USUAL)
    assert usual is not None
    *rest, last = usual
    assert rest == [(DAY, HOUR), (7 * DAY, DAY), (90 * DAY, 7 * DAY)]
    assert (last[0] > 365 * 50 * DAY, last[1]) == (True, 30 * DAY)
    assert steps(" 12h until 3d") == ((3 * DAY, 12 * HOUR),)


@pytest.mark.parametrize("words", ["hourly", "1h until 1d,", "0h", "1h, 2d", "1d until 7d, 1h until 1d", "1h until 0d"])
def test_what_is_no_schedule_is_refused(words: str) -> None:
    with pytest.raises(BadInput, match="PALIMPSEST_RECHECK says how often"):
        steps(words)


def test_a_recheck_keeps_the_schedule_that_is_set(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=2), home.folder) as site:
        run(home, "crawl", "site")
        seen = []
        for hours in (2, 4, 26):
            run(home, "recheck", "site", hours=hours, PALIMPSEST_RECHECK="3h until 1d")
            seen.append(site.hits["/news/1-story"])
        code, _, said = run(home, "recheck", "site", PALIMPSEST_RECHECK="often")
    assert seen == [1, 2, 2]
    assert (code, "not 'often'" in said) == (3, True), said
