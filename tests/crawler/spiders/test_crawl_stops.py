"""What ends a crawl before its end: a person, a budget, a full disk, another crawl. What was fetched is kept, and the
same command goes on."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.crawls import captured, crawling, here, rows, run, states, stopped, wait, words
from tests.crawler.loopback import Answer, Site, serve
from tests.support import COMMAND, environment, sound

SLOW = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.2", "AUTOTHROTTLE_ENABLED=0")


def _pages(site: Site) -> int:
    return sum(path.startswith("/news/") for path in site.hits)


def test_interrupted_once_it_finishes_what_is_in_flight(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=25), home.folder) as site:
        crawl = crawling(home, "crawl", "site", fast=SLOW)
        wait(lambda: _pages(site) >= 4)
        code, said, remarks = stopped(crawl, signal.SIGTERM)
        assert (code, "Traceback" in remarks) == (130, False)
        assert "interrupted" in remarks
        assert "addresses wait" in said
        assert captured(home) == _pages(site) < 25
        sound(home)
        assert run(home, "crawl", "site").code == 0
        assert states(home, "discoveries") == {"captured": 25}
    assert max(site.hits.values()) <= 2  # the robots file and the sitemap; no page twice
    sound(home)


def test_interrupted_twice_it_stops_at_once(tmp_path: Path) -> None:
    home = here(tmp_path)

    def never() -> Answer:
        time.sleep(20)
        return 200, {}, b"too late"

    with serve(Site(pages=12), home.folder) as site:
        site.answers["/news/5-story"] = never
        crawl = crawling(home, "crawl", "site")
        wait(lambda: site.hits["/news/5-story"] and _pages(site) >= 8)
        began = time.monotonic()
        code, _, remarks = stopped(crawl, signal.SIGINT, signal.SIGINT)
        assert (code, time.monotonic() - began < 10) == (130, True)
        assert "interrupted" in remarks
        sound(home)
        del site.answers["/news/5-story"]
        assert run(home, "crawl", "site").code == 0
        assert states(home, "discoveries") == {"captured": 12}
    sound(home)


def test_what_waits_for_its_turn_at_a_slow_host_does_not_hold_up_an_interruption(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=12), home.folder) as site:
        site.answers["/robots.txt"] = lambda: (200, {}, b"User-agent: *\nCrawl-delay: 30\n")
        crawl = crawling(home, "crawl", "site")
        wait(lambda: site.hits["/robots.txt"])
        time.sleep(1)
        began = time.monotonic()
        assert stopped(crawl, signal.SIGINT).code == 130
        assert time.monotonic() - began < 10
    assert _pages(site) == 0
    assert rows(home, "status")
    sound(home)


@pytest.mark.parametrize("failpoint", ["evidence-written:enospc:6", "rows-written:enospc"])
def test_a_full_disk_stops_it_with_a_sentence(tmp_path: Path, failpoint: str) -> None:
    home = here(tmp_path)
    with serve(Site(pages=20), home.folder):
        code, _, said = run(home, "crawl", "site", FAILPOINT=failpoint)
        assert (code, "o space left" in said) == (7, True), said
        sound(home)
        assert run(home, "crawl", "site").code == 0
        assert states(home, "discoveries") == {"captured": 20}
    sound(home)


def test_a_budget_holds_for_a_day_across_runs(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=12), home.folder) as site:
        for at, asked in ((0, 8), (1, 8), (25, 16)):
            code, said, _ = run(home, "crawl", "site", hours=at, PALIMPSEST_BUDGET="8")
            assert (code, sum(site.hits.values())) == (0, asked), said
            if at < 25:
                assert "the budget of 8 requests a day is spent" in said
        assert states(home, "discoveries") == {"captured": 12}
    sound(home)


def test_a_busy_outlet_is_left_alone_by_cron_and_refused_to_a_person(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=9), home.folder) as site:
        first = crawling(home, "crawl", "site", fast=("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=60"))
        try:
            # The archive holds an outlet from the first answer on that is committed.
            wait(lambda: site.hits["/robots.txt"] and states(home, "captures"))
            code, said, _ = run(home, "run", "--once")
            assert (code, "left alone: site is being crawled by process" in said) == (0, True), said
            (row,) = rows(home, *words("run", "--once"))
            assert (row["run"], row["captures"]) == (None, {})
            code, _, said = run(home, "crawl", "site")
            assert (code, "being crawled" in said) == (8, True)
        finally:
            stopped(first, signal.SIGINT)
    sound(home)


def test_progress_is_for_terminals(tmp_path: Path) -> None:
    home = here(tmp_path)

    def watched(*more: str) -> bytes:
        ours, theirs = pty.openpty()
        env = environment(home, TERM="xterm")
        done = subprocess.run([COMMAND, *words(*more)], env=env, stdout=subprocess.DEVNULL, stderr=theirs, check=False)
        os.close(theirs)
        with os.fdopen(ours, "rb", buffering=0) as seen:
            shown = b"".join(_until_closed(seen.fileno()))
        assert done.returncode == 0, shown
        return shown

    with serve(Site(pages=30), home.folder):
        assert b"crawling" in watched("crawl", "site", "--limit", "10")
        assert watched("crawl", "site", "--limit", "10", "--json") == b""
        assert run(home, "crawl", "site").stderr == ""


def _until_closed(fd: int) -> Iterator[bytes]:
    try:
        while piece := os.read(fd, 65536):
            yield piece
    except OSError:  # Linux says so when the other end is closed
        return
