"""How fast each host is asked: as fast as when it was last crawled, and never faster than its robots.txt or its last
answer asks for. AutoThrottle finds the pace in between; it knows neither of these, and forgets all at the end.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetch.capture import header
from crawler.fetch.host_memory import HostMemory

__all__ = ["LONGEST_WAIT", "Pace", "retry_after"]

LONGEST_WAIT = 600.0
"""Seconds a Retry-After is obeyed for within a run; what waits longer is asked for in another."""

_SAID_LATER = frozenset({429, 503})


def retry_after(words: str, now: datetime) -> float:
    """Seconds a `Retry-After` asks for, stated in seconds or as a date of HTTP; 0 where it asks for nothing."""
    if words.isascii() and words.isdecimal():
        return float(words[:9])
    try:
        until = parsedate_to_datetime(words)
    except ValueError:
        return 0.0
    # A date of HTTP is in GMT; one that names no zone means no other.
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


class Pace:
    """Sets the pauses of Scrapy's slots, one for each host name."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = HostMemory.of(crawler)
        self._slots: dict[str, Any] = {}
        self._usual: dict[str, float] = {}
        self._until: dict[str, float] = {}
        crawler.signals.connect(self._before, signals.request_reached_downloader)
        # After AutoThrottle, which has the last word otherwise: signals reach who was connected first.
        crawler.signals.connect(self._connect, signals.engine_started)

    def _connect(self) -> None:
        self._crawler.signals.connect(self._after, signals.response_downloaded)

    def _before(self, request: Request) -> None:
        """Begin a host at the pace it had."""
        host, slot = self._slot(request)
        if self._slots.get(host) is not slot:
            self._slots[host] = slot
            usual = self._usual.get(host) or self._hosts.pace(host) or 0.0
            self._usual[host] = slot.delay = max(slot.delay, usual)
        slot.delay = max(slot.delay, self._hosts.wanted_delay(host))

    def _after(self, response: Response, request: Request) -> None:
        """Hold a host to what it asked for, whatever AutoThrottle made of its answer."""
        host, slot = self._slot(request)
        if response.status in _SAID_LATER:
            wait = min(retry_after(header(response, "Retry-After"), self._hosts.now()), LONGEST_WAIT)
            self._until[host] = max(self._until.get(host, 0.0), monotonic() + wait)
        until = self._until.get(host, 0.0)
        if until > monotonic():
            slot.delay = until - slot.lastseen
            return
        if self._until.pop(host, None) is not None:
            self._go_on(host, slot)
        self._usual[host] = slot.delay = max(slot.delay, self._hosts.wanted_delay(host))

    def _go_on(self, host: str, slot: Any) -> None:
        """The wait is over: back to the usual pace, and what was put off for as long as the wait is asked for now."""
        slot.delay = self._usual.get(host, 0.0)
        if slot.latercall:
            slot.latercall.cancel()
            slot.latercall = None

    def _slot(self, request: Request) -> tuple[str, Any]:
        engine = self._crawler.engine
        assert engine is not None
        host: str = request.meta["download_slot"]
        return host, engine.downloader.slots[host]

    def usual(self) -> dict[str, float]:
        """Seconds between two requests by host for the next crawl to begin with; AutoThrottle's longest at most."""
        longest = self._crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY")
        return {host: min(seconds, longest) for host, seconds in self._usual.items()}
