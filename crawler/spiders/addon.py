"""What `scrapy crawl` and `palimpsest crawl` have in common: the lock, the archive, the gate, the pace, the counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from archive.home import find
from archive.records import RunKind
from crawler.fetch.bounds import Bounds
from crawler.fetch.failures import NotAsked
from crawler.fetch.pace import Pace
from crawler.spiders.crawl import Crawl
from crawler.spiders.standstill import Standstill

__all__ = ["ArchiveAddon"]

_FLUSH = 0.25
"""Seconds a capture waits at most for its group to commit."""


class ArchiveAddon:
    """Opens the archive before the crawl, holds its lock, commits what has come in, and ends the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._calls: list[Any] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveAddon:
        """Made by Scrapy."""
        return cls(crawler)

    def update_settings(self, settings: BaseSettings) -> None:
        """Open the crawl. Raises Busy, UsageError, Mismatch: then there is no crawl."""
        home = find(
            Path(settings["PALIMPSEST_HOME"]) if settings.get("PALIMPSEST_HOME") else None, settings.get("DATABASE_URL")
        )
        kind = RunKind(settings.get("PALIMPSEST_RUN", RunKind.CRAWL))
        opened = self._crawler.spidercls.opened  # type: ignore[attr-defined]
        crawl = opened(home, kind, self._stop, loopback=settings.getbool("PALIMPSEST_LOOPBACK"))
        self._crawler.palimpsest = crawl  # type: ignore[attr-defined]
        settings.set("USER_AGENT", crawl.agent, "spider")
        self._standstill = Standstill()
        self._bounds = Bounds(self._crawler, self._standstill.clock)  # signals keep no hold of who listens
        self._pace = Pace(self._crawler)
        self._crawler.signals.connect(self._opened, signals.spider_opened)
        self._crawler.signals.connect(self._ended, signals.spider_closed)
        self._crawler.signals.connect(self._closed, signals.engine_stopped)

    def _opened(self) -> None:
        self._standstill.begin()
        for work in (self._flush, self._take_back):
            call = LoopingCall(work)
            call.start(_FLUSH, now=False).addErrback(self._failed)
            self._calls.append(call)

    def _flush(self) -> None:
        self._standstill.look()
        Crawl.of(self._crawler).flush_late()
        self._standstill.look()

    def _failed(self, failure: Failure) -> None:
        # The archive could not be written, or the lock was lost.
        problem = failure.value
        Crawl.of(self._crawler).fail(problem if isinstance(problem, Exception) else RuntimeError(str(problem)))

    def _stop(self) -> None:
        deferred_from_coro(self._crawler.stop_async())

    def _take_back(self) -> None:
        """When the crawl is being stopped, or quiet hours begin, what waits for its turn at a slow host is not sent any
        more."""
        engine = self._crawler.engine
        assert engine is not None
        if engine.running and not Crawl.of(self._crawler).hosts.quiet():
            return
        for slot in engine.downloader.slots.values():
            while slot.queue:
                _, answer = slot.queue.popleft()
                answer.errback(NotAsked("the crawl is being stopped, or is to be quiet"))

    def _ended(self, reason: str) -> None:
        # Not reached where a second signal ends the process.
        Crawl.of(self._crawler).interrupted = reason == "shutdown"

    def _closed(self) -> None:
        for call in self._calls:
            if call.running:
                call.stop()
        Crawl.of(self._crawler).close(self._pace.usual())
