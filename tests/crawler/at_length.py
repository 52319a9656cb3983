"""Many pages that need a browser, while the browser is killed, and hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from archive.home import Home
from crawler.fetch.browsers import Browser
from tests.crawler.crawls import words
from tests.crawler.loopback import Answer, Site
from tests.crawler.scripted import FAST, html
from tests.support import COMMAND, environment

__all__ = ["Watch", "crawled", "site", "watched"]

_SHELL = """<!DOCTYPE html><html lang="en"><head><title>Scripted</title>
<meta name="date" content="2026-01-02T03:04:05Z"></head><body><main class="story"></main>
<script>
const kept = new Uint8Array(20e6).fill(7);
document.addEventListener('click', () => kept);
fetch('/api/%d').then(async (found) => { document.querySelector('main').innerHTML = (await found.json()).html; });
</script></body></html>"""
"""A page that keeps 20 MB, and fetches its text."""


def _story(number: int) -> Answer:
    text = f"<h1>Story {number}</h1><p>This is story {number}, brought by a script, and long enough for an article.</p>"
    return 200, {"Content-Type": "application/json"}, json.dumps({"html": text}).encode()


def site(pages: int) -> Site:
    """A site of which every page needs a browser."""
    made = Site(pages=pages, browser='wait_for="main.story p"')
    for n in range(1, pages + 1):
        made.answers[f"/news/{n}-story"] = lambda n=n: html(_SHELL % n)  # type: ignore[misc]
        made.answers[f"/api/{n}"] = lambda n=n: _story(n)  # type: ignore[misc]
    return made


@dataclass
class Watch:
    """The browser of a crawl, which keeps its profile in a folder: its main processes by their numbers, and how many
    bytes of memory it had for itself at most. `done` are the signals that were sent."""

    folder: Path
    heaviest: int = 0
    done: list[signal.Signals] = field(default_factory=list)

    def _all(self) -> Iterator[tuple[int, list[bytes]]]:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                line = (process / "cmdline").read_bytes()
                if str(self.folder).encode() in line:
                    yield int(process.name), line.split(b"\0")

    def weigh(self) -> None:
        """Look how much memory it has."""
        pages = 0
        for number, _ in self._all():
            with suppress(OSError, ValueError):
                _, resident, shared, *_ = map(int, Path(f"/proc/{number}/statm").read_text().split())
                pages += resident - shared
        self.heaviest = max(self.heaviest, pages * os.sysconf("SC_PAGE_SIZE"))

    def strike(self, how: signal.Signals) -> None:
        """Send all of it a signal."""
        hit = [number for number, line in self._all() if any(word.startswith(b"--palimpsest=") for word in line)]
        for number in hit:
            with suppress(OSError):
                os.kill(number, how)
        self.done += [how] if hit else []


@contextmanager
def watched(folder: Path, due: Callable[[], signal.Signals | None]) -> Iterator[Watch]:
    """Look at the browser now and then, and send it what is due."""
    watch, over = Watch(folder), threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            watch.weigh()
            if (how := due()) is not None:
                watch.strike(how)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def crawled(home: Home, browser: Browser, profiles: Path, seconds: float) -> float:
    """Crawl the site; how many seconds that took."""
    profiles.mkdir()
    env = environment(home, PALIMPSEST_BROWSER=browser.path, TMPDIR=str(profiles))
    command = [str(COMMAND), *words("crawl", "site", fast=(*FAST, "DOWNLOAD_TIMEOUT=8"))]
    begun = time.monotonic()
    with (home.folder / "said.txt").open("w") as said:
        subprocess.run(command, env=env, stdout=said, stderr=said, check=True, timeout=seconds)
    return time.monotonic() - begun
