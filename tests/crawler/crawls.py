"""Crawls as processes, and what an archive says after them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from archive.home import Home
from tests.support import COMMAND, Answer, environment, palimpsest

__all__ = ["FAST", "captured", "crawling", "here", "rows", "run", "states", "stopped", "wait", "words"]

FAST = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RETRY_TIMES=1")
"""Settings of a crawl on this machine that waits for nothing."""

_LATER = """
import sys, threading, time
from datetime import timedelta
from pathlib import Path
from archive import clock
clock.move(timedelta(hours=float(sys.argv.pop(1))))

def wait(file):
    while not file.exists():
        time.sleep(0.05)
    clock.move(timedelta(hours=25))

if after := sys.argv.pop(1):
    threading.Thread(target=wait, args=[Path(after)], daemon=True).start()
from crawler.cli import main
sys.exit(main())
"""


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
    command = [sys.executable, "-c", _LATER, str(hours), str(day_after), *words(*more, fast=fast)]
    done = subprocess.run(
        command, env=environment(home, **env), capture_output=True, encoding="utf-8", timeout=180, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


def crawling(home: Home, *more: str, fast: tuple[str, ...] = FAST) -> subprocess.Popen[str]:
    """Begin a crawl."""
    return subprocess.Popen(
        [COMMAND, *words(*more, fast=fast)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stopped(crawl: subprocess.Popen[str], *signals: signal.Signals) -> Answer:
    """Send a crawl signals, a moment apart, and wait for its end."""
    for number in signals:
        crawl.send_signal(number)
        time.sleep(0.3)
    stdout, stderr = crawl.communicate(timeout=60)
    assert "Traceback" not in stderr, stderr
    return Answer(crawl.returncode, stdout, stderr)


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
