"""Feeds, sitemaps and robots.txt that die, refuse or overflow: told at once, then quietly, and counted apart."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from crawler.parse.decode import LONGEST_BODY
from crawler.spiders.stats import CrawlStats
from tests.crawler.crawls import here, rows, run
from tests.crawler.loopback import Site, serve
from tests.support import sound

XML = {"Content-Type": "application/xml"}


def _night(home: Home, number: int) -> dict[str, Any]:
    """What a crawl answers, so many days from now."""
    done = run(home, "crawl", "site", "--json", hours=24 * number)
    return {"code": done.code, **json.loads(done.stdout)}


def test_feeds_and_robots_are_counted_apart(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=2), home.folder):
        assert "site: 2 new; sources: 1 listing; robots.txt: 1 gone\n" in run(home, "crawl", "site").stdout
        found = _night(home, 1)
        assert (found["code"], found["problems"]) == (0, [])
        assert (found["sources"], found["robots"]) == ({"listing": 1}, {"gone": 1})
    assert {row["ledger"]: row["states"] for row in rows(home, "status")}["sources"] == {"listing": 2, "gone": 2}


def test_a_dead_source_is_said_once_and_then_quietly(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=2), home.folder) as site:
        # An index beside it is well, and so is the outlet.
        index = f"<sitemapindex><sitemap><loc>{site.home}/more.xml</loc></sitemap></sitemapindex>"
        site.answers["/sitemap.xml"] = lambda: (200, XML, index.encode())
        site.answers["/more.xml"] = site.sitemap
        nights = []
        for number, status in enumerate((404, 503, 0, 404)):
            site.answers["/more.xml"] = lambda status=status: (status, {}, b"") if status else site.sitemap()  # type: ignore[misc]
            nights.append(_night(home, number))
    assert [found["code"] for found in nights] == [1, 0, 0, 1]
    assert ["/more.xml: answers 404" in words for words in nights[0]["problems"]] == [True]
    assert any("answers 503, and nothing better since" in words for words in nights[1]["remarks"])
    sound(home)


def test_an_outlet_that_refuses_everything_is_unreachable_on_the_first_night(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=4), home.folder) as site:
        run(home, "crawl", "site", "--limit", "1")
        for path in ("/robots.txt", "/sitemap.xml", *(f"/news/{number}-story" for number in range(1, 5))):
            site.answers[path] = lambda: (403, {}, b"no")
        first, second = _night(home, 1), _night(home, 2)
    assert first["code"] == 9
    assert any("refuses all it is asked: 403 to 4 of 4 requests" in words for words in first["problems"])
    assert (second["code"], second["problems"]) == (0, [])
    assert any("refuses all it is asked since" in words for words in second["remarks"])
    sound(home)


@pytest.mark.parametrize(
    ("statuses", "sources", "told"),
    [
        ({403: 17}, 1, "403 to 17 of 17 requests"),
        ({403: 2, 503: 1, 404: 1}, 0, "403 to 2, 503 to 1 of 4 requests"),
        ({403: 1}, 1, "403 to 1 of 1 request"),
        # One page that is not for everybody, pages that are gone, and one answer among refusals say nothing.
        ({403: 2}, 0, ""),
        ({404: 9}, 1, ""),
        ({403: 3, 404: 4}, 1, ""),
        ({403: 16, 304: 1}, 1, ""),
        ({}, 0, ""),
    ],
)
def test_when_all_is_refused(statuses: dict[int, int], sources: int, told: str) -> None:
    stats = CrawlStats(statuses=Counter(statuses), sources=Counter({"error-page": sources}))
    assert stats.refusals == told


def _pouring() -> Iterator[bytes]:
    yield b"<urlset><url><loc>http://news.site.test/news/1-a</loc></url>"
    while True:
        yield b" " * 1_000_000


BIG: dict[str, tuple[dict[str, str], Callable[[], bytes | Iterator[bytes]]]] = {
    "announced": (XML | {"Content-Length": str(LONGEST_BODY + 1)}, lambda: iter([b"<urlset>"])),
    "poured": (XML, _pouring),
    "packed": (XML | {"Content-Encoding": "gzip"}, lambda: gzip.compress(b" " * (LONGEST_BODY + 1))),
}


@pytest.mark.parametrize("kind", BIG)
def test_a_source_that_is_too_big_is_said_to_be(tmp_path: Path, kind: str) -> None:
    home = here(tmp_path)
    headers, body = BIG[kind]
    with serve(Site(), home.folder) as site:
        site.answers["/sitemap.xml"] = lambda: (200, headers, body())
        found = _night(home, 0)
    assert (found["code"], found["sources"]) == (1, {"too-big": 1})
    assert [f"more than {LONGEST_BODY:,} bytes" in words for words in found["problems"]] == [True]
    sound(home)


def test_a_source_that_breaks_off_gives_what_came(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder) as site:
        _, headers, body = site.sitemap()
        assert isinstance(body, bytes)
        site.answers["/sitemap.xml"] = lambda: (200, headers | {"Content-Length": "9000"}, iter([body[:-40]]))
        found = _night(home, 0)
    assert (found["code"], found["sources"], found["captures"]["new"]) == (1, {"cut": 1}, 2)
    sound(home)


def test_what_waits_is_not_given_up_while_its_host_has_no_robots_file(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder) as site:
        run(home, "crawl", "site", "--limit", "1")
        site.answers["/robots.txt"] = lambda: (500, {}, b"")
        assert run(home, "crawl", "site", hours=30).code == 1
    with closing(sqlite3.connect(home.folder / "archive.db")) as archive:
        assert list(archive.execute("SELECT attempts FROM discovery")) == [(0,)] * 3


def test_a_source_that_only_a_cookie_opens_is_told_and_so_is_one_that_has_died(tmp_path: Path) -> None:
    home = here(tmp_path)
    moved = {"Location": "/sitemap.xml", "Set-Cookie": "seen=1"}
    with serve(Site(pages=1), home.folder) as site:
        run(home, "crawl", "site")
        site.answers["/sitemap.xml"] = lambda: (302, moved, b"")
        found = _night(home, 0)
        (told,) = [row for row in rows(home, "outlets", "check", "site") if row["page"] == "sitemap"]
    assert (found["code"], found["sources"]) == (1, {"redirected": 1})
    assert "whoever keeps no cookie" in found["problems"][0]
    assert "errors only since" in str(told["reason"])
