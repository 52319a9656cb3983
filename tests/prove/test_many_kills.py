"""What the suite tries some times, tried until it can be believed: 200 kills, a minute without a database, a migration
killed at each of its statements."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, event

from archive import db
from archive.home import Home
from tests.crawler.crawls import FAST, crawling, states, wait
from tests.crawler.loopback import Site, serve
from tests.house.test_migration_killed import tried
from tests.kills import Kills
from tests.postgresql import restartable
from tests.support import ended, sound

KILLS = int(os.environ.get("PALIMPSEST_TEST_KILLS", "100"))
"""On each database."""


def test_killed_at_random_moments_nothing_is_lost_half_or_twice(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with serve(Site(pages=8), home.folder) as site:
        kills = Kills(home, site, out, Random(16))
        while kills.killed.total() < KILLS:
            kills.round()
        kills.complete()
    print(dict(kills.killed))


def test_a_database_that_is_away_for_a_minute(tmp_path: Path) -> None:
    with restartable() as server, serve(Site(pages=40), tmp_path) as site:
        home = Home(tmp_path, server.url)
        crawl = crawling(home, "crawl", "site", fast=(*FAST, "DOWNLOAD_DELAY=0.5", "DOWNLOAD_TIMEOUT=10"))
        wait(lambda: site.hits.total() >= 12)
        server.stop()
        time.sleep(60)
        server.start()
        assert ended(crawl, 180).code == 0
        assert states(home, "discoveries") == {"captured": 40}
        assert max(hits for path, hits in site.hits.items() if path.startswith("/news/")) == 1
        sound(home)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_migration_killed_at_each_statement(empty_database: str, tmp_path: Path) -> None:
    tried(empty_database, [*range(1, _statements(f"sqlite:///{tmp_path / 'counted.db'}"), 2)])


def _statements(url: str) -> int:
    """How many statements a migration of an empty database takes on SQLite; on PostgreSQL there are more."""
    engine, counted = db.open_writer(url), list[str]()
    _count(engine, counted)
    db.migrate(engine)
    engine.dispose()
    return len(counted)


def _count(engine: Engine, counted: list[str]) -> None:
    event.listen(engine, "before_cursor_execute", lambda *said: counted.append(str(said[2])))
