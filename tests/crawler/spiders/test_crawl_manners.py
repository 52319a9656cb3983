"""How a crawl behaves towards those it asks: robots.txt by RFC 9309, the pauses they want, walls and errors."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.fetch.pace import retry_after
from tests.crawler.crawls import FAST, here, rows, run, states
from tests.crawler.loopback import Answer, Site, serve
from tests.support import sound

PLAIN = {"Content-Type": "text/plain"}


def _asked(site: Site) -> int:
    return sum(hits for path, hits in site.hits.items() if path.startswith("/news/"))


def _times(site: Site) -> list[float]:
    """When the server was asked, in seconds after the first time."""
    return [at - site.times[0][1] for _, at in site.times]


def _gaps(times: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(times)]


def _hung_up() -> Answer:
    raise ConnectionAbortedError


BIG = b"User-agent: *\nDisallow: /news/2-story\n" + b"# a long file\n" * 75_000 + b"Disallow: /news/1-story\n"


ROBOTS: dict[str, tuple[Callable[[], Answer], int]] = {
    "none": (lambda: (404, PLAIN, b""), 3),
    "others": (lambda: (200, PLAIN, b"User-agent: *\nDisallow: /private/\n"), 3),
    "forbidden": (lambda: (200, PLAIN, b"User-agent: Palimpsest\nDisallow: /news/\n"), 0),
    "unreachable": (lambda: (503, PLAIN, b"User-agent: *\nAllow: /\n"), 0),
    "html": (lambda: (200, PLAIN, b"<!DOCTYPE html><html><body>Welcome</body></html>"), 0),
    "big": (lambda: (200, PLAIN, BIG), 2),
    "redirect": (lambda: (302, {"Location": "/other/robots.txt"}, b""), 2),
    "loop": (lambda: (302, {"Location": "/robots.txt"}, b""), 0),
    "elsewhere": (lambda: (302, {"Location": "http://elsewhere.test/robots.txt"}, b""), 0),
    "hung up": (_hung_up, 0),
}
"""What a host's robots.txt is answered with, and how many of its three pages are fetched then."""


def test_robots_are_obeyed_by_rfc_9309(tmp_path: Path) -> None:
    home = here(tmp_path)
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(Site(), home.folder)) for name in ROBOTS}
        for name, site in sites.items():
            site.answers["/robots.txt"] = ROBOTS[name][0]
            site.answers["/other/robots.txt"] = lambda: (200, PLAIN, b"User-agent: *\nDisallow: /news/3-story\n")
        hosts = [f"http://{name}.news.site.test:{site.port}" for name, site in sites.items()]
        # The outlet is that of the last one served: all of them are hosts of its.
        stack.enter_context(serve(Site(pages=0, past=tuple(hosts)), home.folder))
        run(home, "add", *(f"{host}/news/{number}-story" for host in hosts for number in (1, 2, 3)))
        run(home, "crawl", "site", fast=(*FAST[:3], "RETRY_TIMES=0"))
        assert {name: _asked(site) for name, site in sites.items()} == {
            name: most for name, (_, most) in ROBOTS.items()
        }
    sound(home)


def test_the_last_good_robots_file_stands_in_for_a_day(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder) as site:
        site.answers["/robots.txt"] = lambda: (200, PLAIN, b"User-agent: *\nDisallow: /news/2-story\n")
        run(home, "crawl", "site")
        assert states(home, "discoveries") == {"captured": 2, "robots": 1}
        site.answers["/robots.txt"] = lambda: (500, {}, b"")
        before = site.hits["/news/1-story"]
        run(home, "recheck", "site", hours=2)
        assert site.hits["/news/1-story"] == before + 1
        run(home, "recheck", "site", hours=60)
        assert site.hits["/news/1-story"] == before + 1
        assert site.hits["/news/2-story"] == 0


def test_in_a_long_run_the_robots_file_is_read_again_after_a_day(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=12), home.folder) as site:

        def says() -> Answer:
            return (404, {}, b"") if site.hits["/robots.txt"] == 1 else (200, PLAIN, b"User-agent: *\nDisallow: /\n")

        def third() -> Answer:
            (tmp_path / "over").touch()
            return site.page(10)

        site.answers |= {"/robots.txt": says, "/news/10-story": third}
        slow = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.3", "AUTOTHROTTLE_ENABLED=0", "CONCURRENT_REQUESTS=1")
        run(home, "crawl", "site", fast=slow, day_after=tmp_path / "over")
        found = states(home, "discoveries")
        assert site.hits["/robots.txt"] == 2
        assert found["captured"] == _asked(site) >= 1
        assert found["robots"] == 12 - found["captured"] >= 1
    sound(home)


def test_a_crawl_delay_is_kept_whatever_pace_we_find(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder) as site:
        site.answers["/robots.txt"] = lambda: (200, PLAIN, b"User-agent: *\nCrawl-delay: 1\n")
        # AutoThrottle would come down to a tenth of a second at once.
        quick = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.1", "AUTOTHROTTLE_START_DELAY=0.1")
        run(home, "crawl", "site", fast=quick)
        times = _times(site)
    assert len(times) == 5
    # From the second request on: what the first one answered was not known before.
    assert min(_gaps(times[1:])) > 0.95


def test_a_crawl_delay_that_would_stop_a_crawl_is_kept_as_far_as_the_operator_says(tmp_path: Path) -> None:
    home = here(tmp_path)
    (tmp_path / "palimpsest.toml").write_text("longest_delay = 1\n")
    with serve(Site(pages=2), home.folder) as site:
        site.answers["/robots.txt"] = lambda: (200, PLAIN, b"User-agent: *\nCrawl-delay: 86400\n")
        code, said, _ = run(home, "crawl", "site")
        times = _times(site)
    assert (code, len(times)) == (0, 4), said
    assert min(_gaps(times[1:])) > 0.95
    assert "asks for 86400 seconds between two requests; 1 are kept (PALIMPSEST_LONGEST_DELAY)" in said


@pytest.mark.parametrize("kind", ["seconds", "date"])
def test_a_retry_after_is_waited_for_once_and_then_forgotten(tmp_path: Path, kind: str) -> None:
    home = here(tmp_path)
    with serve(Site(pages=6), home.folder) as site:

        def busy() -> Answer:
            if site.hits["/news/6-story"] > 1:
                return site.page(6)
            later = format_datetime(datetime.now(UTC) + timedelta(seconds=3.9), usegmt=True)
            return 503, {"Retry-After": "3" if kind == "seconds" else later}, b""

        site.answers["/news/6-story"] = busy  # the newest, and so the first
        one = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.05", "AUTOTHROTTLE_ENABLED=0", "CONCURRENT_REQUESTS=1")
        run(home, "crawl", "site", fast=one)
        assert states(home, "discoveries") == {"captured": 6}
        gaps = _gaps([at for path, at in site.times if path.startswith("/news/")])
    assert sum(gap > 2.5 for gap in gaps) == 1, gaps
    sound(home)


def test_what_a_retry_after_asks_for() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    asked = {"120": 120, "Sun, 01 Mar 2026 12:01:30 GMT": 90, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "": 0, "soon": 0}
    assert {words: retry_after(words, now) for words in asked} == asked
    assert retry_after("9" * 400, now) > 0


def test_a_host_is_asked_again_at_the_pace_it_had(tmp_path: Path) -> None:
    home = here(tmp_path)
    throttled = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.05", "AUTOTHROTTLE_START_DELAY=0.05")

    def slow(number: int) -> Answer:
        time.sleep(0.8)
        return site.page(number)

    with serve(Site(pages=2), home.folder) as site:
        site.answers = {f"/news/{number}-story": partial(slow, number) for number in (1, 2)}
        run(home, "crawl", "site", fast=throttled)
        site.times.clear()
        run(home, "recheck", "site", hours=2, fast=throttled)
        first, second = _times(site)[:2]
    assert second - first > 0.7


def test_what_is_too_busy_is_asked_for_again_later_and_not_for_ever(tmp_path: Path) -> None:
    home, busy = here(tmp_path), ("/news/2-story", "/news/3-story")
    with serve(Site(pages=4), home.folder) as site:
        site.answers[busy[0]] = lambda: (429, {}, b"<html><body>Try later</body></html>")
        site.answers[busy[1]] = lambda: (503, {}, b"<html><body>Try later</body></html>")
        run(home, "crawl", "site")
        assert states(home, "discoveries") == {"captured": 2, "waiting": 2}
        run(home, "crawl", "site")  # too early
        assert states(home, "captures")["error-page"] == 2
        for hours in (1, 2, 4):
            run(home, "crawl", "site", hours=hours)
        assert states(home, "discoveries") == {"captured": 2, "waiting": 2}
        run(home, "crawl", "site", hours=9)
        assert states(home, "discoveries") == {"captured": 2, "failed": 2}
        asked = [site.hits[path] for path in busy]
        run(home, "crawl", "site", hours=99)
        assert [site.hits[path] for path in busy] == asked
        assert len(rows(home, "search", "story")) == 2
    sound(home)
