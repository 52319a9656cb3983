"""What `scrapy crawl` and `palimpsest crawl` have in common: the lock, the archive, the gate, the pace, the counts."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall

from archive.home import find
from archive.records import RunKind
from archive.store.leases import RENEW
from crawler.session import Session

__all__ = ["ArchiveAddon"]

_log = logging.getLogger(__name__)

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
        """Open the session. Raises Busy, UsageError, Mismatch: then there is no crawl."""
        home = find(
            Path(settings["PALIMPSEST_HOME"]) if settings.get("PALIMPSEST_HOME") else None, settings.get("DATABASE_URL")
        )
        kind = RunKind(settings.get("PALIMPSEST_RUN", RunKind.CRAWL))
        outlet = self._crawler.spidercls.outlet  # type: ignore[attr-defined]
        session = Session(home, outlet, kind, loopback=settings.getbool("PALIMPSEST_LOOPBACK"))
        self._crawler.palimpsest = session  # type: ignore[attr-defined]
        settings.set("USER_AGENT", session.agent, "spider")
        connect = self._crawler.signals.connect
        connect(self._opened, signals.spider_opened)
        connect(self._closed, signals.engine_stopped)
        connect(self._paced, signals.request_reached_downloader)

    def _opened(self, spider: Spider) -> None:
        session = Session.of(self._crawler)
        for work, every in ((session.flush_late, _FLUSH), (session.renew, RENEW)):
            call = LoopingCall(work)
            call.start(every, now=False).addErrback(self._failed, spider)
            self._calls.append(call)

    def _failed(self, failure: Any, _spider: Spider) -> None:
        # The archive could not be written, or the lock was lost: nothing more may be fetched.
        _log.error("the crawl stops: %s", failure.value)
        Session.of(self._crawler).failure = failure.value
        deferred_from_coro(self._crawler.stop_async())

    def _paced(self, request: Any, spider: Spider) -> None:  # noqa: ARG002
        """Start a host at the pace it had, and never faster than it asks for."""
        engine = self._crawler.engine
        assert engine is not None
        host = urlsplit(request.url).netloc
        slot = engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is None:
            return
        session = Session.of(self._crawler)
        if host not in session.paced:
            session.paced.add(host)
            slot.delay = max(slot.delay, session.pace(host) or 0.0)
        slot.delay = max(slot.delay, session.wanted_delay(host))

    def _closed(self) -> None:
        for call in self._calls:
            if call.running:
                call.stop()
        engine = self._crawler.engine
        assert engine is not None
        slots = engine.downloader.slots
        session = Session.of(self._crawler)
        session.close({host: slot.delay for host, slot in slots.items()})
        if not self._crawler.settings.get("PALIMPSEST_RUN"):
            # Nobody else tells whoever ran `scrapy crawl`.
            for problem in session.problems:
                _log.warning("%s: %s", session.outlet.name, problem)
