"""PostgreSQL goes away in the middle of a crawl: the crawl waits, keeps what is in flight, and goes on."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from archive import db
from archive.home import Home
from tests.crawler.crawls import FAST, crawling, states, stopped, wait
from tests.crawler.loopback import Answer, Site, serve
from tests.postgresql import Restartable, restartable
from tests.support import ended, palimpsest, sound

PAGES = 24
SLOW = (*FAST, "DOWNLOAD_TIMEOUT=8")
"""What is in flight would be given up while the database is away, if that time counted; a busy machine needs some."""


@pytest.fixture(scope="module")
def server() -> Iterator[Restartable]:
    with restartable() as made:
        yield made


@pytest.fixture(scope="module")
def home(server: Restartable, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"), server.url)


def _slow(site: Site, held: threading.Event | None = None) -> None:
    """Each page takes a while; of the first that is asked for, the body comes when it is no longer held."""
    first: list[int] = []

    def answer(number: int) -> Answer:
        first.append(number)
        time.sleep(0.3)
        status, headers, body = site.page(number)
        assert isinstance(body, bytes)
        return status, headers, late(body) if held and number == first[0] else body

    def late(body: bytes) -> Iterator[bytes]:
        assert held
        held.wait(60)
        yield body

    for number in range(1, PAGES + 1):
        site.answers[f"/news/{number}-story"] = lambda number=number: answer(number)  # type: ignore[misc]


def _pages(site: Site) -> dict[str, int]:
    return {path: hits for path, hits in site.hits.items() if path.startswith("/news/")}


def test_a_crawl_waits_for_a_database_that_is_restarted(home: Home, server: Restartable) -> None:
    held = threading.Event()
    with serve(Site(pages=PAGES), home.folder) as site:
        _slow(site, held)
        crawl = crawling(home, "crawl", "site", fast=SLOW)
        for how, after, seconds in (("immediate", 4, 9), ("fast", 13, 1)):
            wait(lambda after=after: len(_pages(site)) >= after)  # type: ignore[misc]
            server.stop(how)
            time.sleep(seconds)
            held.set()
            server.start()
        code, said, remarks = ended(crawl, 120)
        assert (code, "the crawl waited" in said) == (0, True), (said, remarks)
        assert "the database is away" in remarks
        assert states(home, "discoveries") == {"captured": PAGES}, (said, remarks)
        assert set(_pages(site).values()) == {1}  # Nothing was fetched twice, or lost.
    sound(home)


def test_it_ends_in_words_when_that_takes_too_long(home: Home, server: Restartable) -> None:
    with serve(Site(pages=PAGES), home.folder) as site:
        _slow(site)
        (home.folder / "palimpsest.toml").write_text("database_wait = 3\n")
        crawl = crawling(home, "crawl", "site", fast=SLOW)
        try:
            wait(lambda: len(_pages(site)) > 5)
        finally:
            server.stop()
        gone = time.monotonic()
        code, said, remarks = ended(crawl, 60)
        server.start()
        assert time.monotonic() - gone < 30
        assert code == 5, said
        assert "the database has been away for" in remarks
        assert "PALIMPSEST_DATABASE_WAIT" in remarks
        assert "fault of the program" not in said + remarks
    assert palimpsest("status", home=home).code == 0
    sound(home)


def test_an_interruption_ends_the_wait(home: Home, server: Restartable) -> None:
    with serve(Site(pages=PAGES), home.folder) as site:
        _slow(site)
        (home.folder / "palimpsest.toml").write_text("database_wait = 300\n")
        crawl = crawling(home, "crawl", "site", fast=SLOW)
        wait(lambda: len(site.hits) > 2)
        server.stop()
        time.sleep(1)
        code, said, remarks = stopped(crawl, signal.SIGINT)
        server.start()
    assert code == 130, (said, remarks)
    assert "interrupted while the database was away" in remarks
    sound(home)


def test_a_connection_that_died_while_nobody_used_it_is_made_anew(server: Restartable) -> None:
    """Without `pool_pre_ping` the first that uses it would fail; without waiting, who comes while it is away."""
    engines = [db.open_writer(server.url, 20), db.open_reader(server.url, 20)]
    for engine in engines:
        with db.reading(engine) as connection:
            connection.execute(text("SELECT 1"))
    server.stop("fast")
    threading.Timer(1, server.start).start()
    for engine in engines:
        with engine.connect() as connection:  # not `patient`: there is nothing to do once more
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()
