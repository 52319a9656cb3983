"""A browser that is killed costs no page: another goes on. One that hangs is tried in `tests/prove`."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from archive.home import Home
from crawler.fetch.browsers import Browser
from tests.crawler.at_length import crawled, site, watched
from tests.crawler.crawls import states
from tests.crawler.loopback import serve
from tests.support import sound

PAGES = 3


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked up in /proc")
def test_no_page_is_lost_by_a_browser_that_dies(sqlite_home: Home, tmp_path: Path, browser: Browser) -> None:
    if not browser.chromium:
        pytest.skip("only a Chromium says on its command line whose it is")
    strikes = [signal.SIGKILL]
    with serve(site(PAGES), sqlite_home.folder) as served:

        def due() -> signal.Signals | None:
            return strikes.pop() if strikes and any(path.startswith("/api/") for path in served.hits) else None

        with watched(tmp_path / "profiles", due) as watch:
            crawled(sqlite_home, browser, tmp_path / "profiles", 200)
    assert watch.done == [signal.SIGKILL]
    assert states(sqlite_home, "captures")["new"] == PAGES
    sound(sqlite_home)
