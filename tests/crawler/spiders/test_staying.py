"""A worker that stays for months: settings change meanwhile, and machines that died are not at work any more."""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from archive import db
from archive.home import Home
from archive.models import LeaseRow
from archive.records import RunKind
from archive.store import leases
from tests.archive.material import START, opened
from tests.crawler.crawls import crawling, rows, stopped, wait
from tests.crawler.several import several
from tests.support import palimpsest, sound


def test_a_change_of_the_settings_holds_from_the_next_turn_on(tmp_path: Path) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with several([tmp_path], outlets=2, pages=2) as site:
        assert palimpsest("outlets", "enable", "o0", "o1", home=home).code == 0
        home.settings_file.write_text("[outlets.o1]\nenabled = false\n")
        worker = crawling(home, "run")
        wait(lambda: site.hits["/news/1-story"])
        home.settings_file.write_text("[outlets.o1]\nenabled = perhaps\n")
        time.sleep(2)
        assert not site.hits["/news/1001-story"]
        home.settings_file.write_text("[outlets.o1]\nenabled = true\n")
        wait(lambda: site.hits["/news/1001-story"])
        code, said, remarks = stopped(worker, signal.SIGTERM)
        assert (code, "still holds" in remarks) == (0, True), (said, remarks)
    sound(home)


def test_a_run_whose_machine_is_gone_is_not_shown_as_running(home: Home) -> None:
    with opened(home) as archive:
        archive.begin(RunKind.CRAWL, START)
        for ago, why in ((0, "running"), (10, "killed")):
            with db.writing(archive.engine) as connection:
                until = leases.shared_time(connection) - timedelta(minutes=ago)
                row = {"process": "far - 1 - - -", "expires_at": until}
                connection.execute(update(LeaseRow).values(row))
            assert [row["why"] for row in rows(home, "runs")] == [why]
