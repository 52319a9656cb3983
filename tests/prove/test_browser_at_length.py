"""A thousand pages through a browser that is killed, hangs and leaks: each is read, and memory stays within bounds."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from random import Random

import pytest

from archive.home import Home
from crawler.fetch.browser import MOST_MEMORY
from crawler.fetch.browsers import Browser
from tests.crawler.at_length import crawled, site, watched
from tests.crawler.crawls import run, states
from tests.crawler.loopback import serve
from tests.support import sound

PAGES = int(os.environ.get("PALIMPSEST_TEST_PAGES", "1000"))
_STRUCK = 25
"""One of so many pages has its browser killed, or stopped."""


def test_many_pages_are_read_whatever_becomes_of_the_browser(
    sqlite_home: Home, tmp_path: Path, browser: Browser
) -> None:
    if not browser.chromium:
        pytest.skip("only a Chromium says on its command line whose it is")
    chance = Random(5)
    moments = sorted(chance.sample(range(1, PAGES), PAGES // _STRUCK))
    with serve(site(PAGES), sqlite_home.folder) as served:

        def due() -> signal.Signals | None:
            if not moments or sum(path.startswith("/api/") for path in served.hits) < moments[0]:
                return None
            moments.pop(0)
            return chance.choice((signal.SIGKILL, signal.SIGSTOP))

        with watched(tmp_path / "profiles", due) as watch:
            took = crawled(sqlite_home, browser, tmp_path / "profiles", 6 * PAGES)
        # What was struck twice waits, and is not lost.
        run(sqlite_home, "crawl", "site", hours=3, PALIMPSEST_BROWSER=browser.path)
    print(f"{PAGES} pages, {len(watch.done)} strikes, {took:.0f} s, at most {watch.heaviest / 1e6:,.0f} MB")
    assert states(sqlite_home, "captures")["new"] == PAGES
    assert states(sqlite_home, "discoveries") == {"captured": PAGES}
    assert watch.heaviest < 2 * MOST_MEMORY
    sound(sqlite_home)
