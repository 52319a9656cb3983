"""Crawls as processes, and what an archive says after them."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

from archive.home import Home
from tests.forkserver import Forked
from tests.support import Answer, begin, ended, palimpsest

__all__ = ["FAST", "captured", "crawling", "here", "rows", "run", "states", "stopped", "wait", "words"]

FAST = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RETRY_TIMES=1")
"""Settings of a crawl on this machine that waits for nothing."""


def here(folder: Path) -> Home:
    """An archive on SQLite that is not there yet."""
    return Home(folder, f"sqlite:///{folder}/archive.db")


def words(*more: str, fast: tuple[str, ...] = FAST) -> list[str]:
    """The words of a command, settings of Scrapy's before it."""
    return [*(part for setting in fast for part in ("--setting", setting)), *more]


def run(
    home: Home, *more: str, hours: float = 0, day_after: Path | str = "", fast: tuple[str, ...] = FAST, **env: str
) -> Answer:
    """Run a command so many hours from now; a day passes for it when the file `day_after` is there."""
    command = (str(hours), str(day_after), *words(*more, fast=fast))
    return ended(begin(*command, home=home, env=env, entry="tests.crawler.later:main"), 180)


def crawling(home: Home, *more: str, fast: tuple[str, ...] = FAST) -> Forked:
    """Begin a crawl."""
    return begin(*words(*more, fast=fast), home=home)


def stopped(crawl: Forked, *signals: signal.Signals) -> Answer:
    """Send a crawl signals, a moment apart, and wait for its end."""
    for number in signals:
        crawl.send_signal(number)
        time.sleep(0.3)
    return ended(crawl, 60)


def wait(until: Callable[[], object]) -> None:
    """Wait until something is so; half a minute at most."""
    for _ in range(300):
        if until():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that")


def rows(home: Home, *more: str) -> list[dict[str, object]]:
    """What a command answers, as JSON."""
    return [json.loads(line) for line in palimpsest(*more, "--json", home=home).stdout.splitlines()]


def states(home: Home, ledger: str) -> dict[str, int]:
    """A ledger of the only outlet; it adds up."""
    found = [row for row in rows(home, "status") if row["ledger"] == ledger]
    assert all(row["adds_up"] for row in found)
    counted = found[0]["states"] if found else {}
    assert isinstance(counted, dict)
    return counted


def captured(home: Home) -> int:
    """How many discovered addresses are captured."""
    return states(home, "discoveries").get("captured", 0)
