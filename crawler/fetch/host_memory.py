"""What a crawl knows of the hosts it asks: whose they are, their robots.txt, the pace they bear, and how many requests
may still be made. The other parts of this room ask here for what they need of the crawl."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from scrapy.crawler import Crawler

from archive.records import Capture
from archive.store.frontier import Discoveries
from crawler.fetch.guard import AllowedHosts
from crawler.fetch.vantages import Proxy

__all__ = ["HostMemory"]


class HostMemory:
    """The hosts of one crawl.

    `budget` is the most requests a day, 0 for no limit, of which so many are `spent`; `longest_delay` the most seconds
    between two requests that a host may ask for. `keep` takes a robots.txt as evidence, `last_robots` gives the last
    good one of the past day as received at a vantage, `note` takes what was odd about one, `remark` what is no problem.
    While it is `quiet` nothing is asked. `proxies` are those of the vantages that are none of this machine's own."""

    def __init__(  # noqa: PLR0913 - each is another's to say
        self,
        allowed: AllowedHosts,
        discoveries: Discoveries,
        now: Callable[[], datetime],
        budget: int = 0,
        spent: int = 0,
        *,
        keep: Callable[[Capture], None],
        last_robots: Callable[[str, str], bytes | None],
        note: Callable[[str], None],
        remark: Callable[[str], None],
        longest_delay: float,
        quiet: Callable[[], bool] = lambda: False,
        proxies: Mapping[str, Proxy] = MappingProxyType({}),
    ) -> None:
        self.quiet, self.proxies = quiet, proxies
        self.allowed, self.now, self.budget = allowed, now, budget
        self.keep, self.last_robots, self.note, self._remark = keep, last_robots, note, remark
        self._discoveries = discoveries
        self._delays: dict[str, float] = {}
        self._longest_delay = longest_delay
        self._left = max(0, budget - spent) if budget else sys.maxsize

    @classmethod
    def of(cls, crawler: Crawler) -> HostMemory:
        """That of the crawl the add-on opened for a crawler."""
        hosts: HostMemory = crawler.palimpsest.hosts  # type: ignore[attr-defined]
        return hosts

    def spend(self) -> bool:
        """Take one request from the budget; False where nothing is left of it, or nothing is to be asked now."""
        spent = self.left > 0
        self._left -= spent
        return spent

    @property
    def left(self) -> int:
        """How many requests may still be made now."""
        return 0 if self.quiet() else self._left

    def pace(self, host: str) -> float | None:
        """Seconds between two requests to a host when it was last crawled."""
        return self._discoveries.pace(host)

    def keep_paces(self, paces: Mapping[str, float]) -> None:
        """Remember seconds between two requests, by host, for the next crawl."""
        for host, seconds in paces.items():
            self._discoveries.keep_pace(host, seconds, self.now())

    def least_delay(self, host: str, seconds: float) -> None:
        """A host wants at least so many seconds between requests. One that would keep a crawl standing still for a day,
        in silence, is given what the operator has patience for."""
        if seconds > self._longest_delay:
            self._remark(
                f"{host}: its robots.txt asks for {seconds:.0f} seconds between two requests; "
                f"{self._longest_delay:.0f} are kept (PALIMPSEST_LONGEST_DELAY)"
            )
            seconds = self._longest_delay
        self._delays[host] = max(seconds, self._delays.get(host, 0.0))

    def wanted_delay(self, host: str) -> float:
        """What a host asked for in its robots.txt, in seconds."""
        return self._delays.get(host, 0.0)
