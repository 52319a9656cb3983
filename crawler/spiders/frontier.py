"""What is asked for next, and what became of each address: an outlet's share of the archive's discoveries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from archive.discovery import Found
from archive.records import Attempt, DiscoveryState
from archive.store.frontier import Discoveries
from archive.store.runs import Run
from crawler.fetch.host_memory import HostMemory
from crawler.outlets.base import Outlet
from crawler.spiders.planning import Planning
from crawler.spiders.stats import CrawlStats

__all__ = ["Frontier"]


class Frontier:
    """The discoveries of one outlet, in one run."""

    def __init__(
        self,
        outlet: Outlet,
        run: Run,
        discoveries: Discoveries,
        hosts: HostMemory,
        stats: CrawlStats,
        now: Callable[[], datetime],
        planning: Planning,
    ) -> None:
        self._outlet, self._run, self._discoveries, self._now = outlet, run, discoveries, now
        self._hosts, self._stats, self._planning = hosts, stats, planning

    def waiting(self, limit: int, skip: Collection[str]) -> list[str]:
        """Addresses that wait, the newest first."""
        self._stats.expected = self._stats.answers + min(self.count(), self._hosts.left)
        return self._discoveries.waiting(self._outlet.name, self._now(), limit, skip)

    def to_recheck(self, limit: int, skip: Collection[str]) -> list[str]:
        """Addresses whose articles are due for another look, the longest overdue first."""
        plan = self._planning
        plan.follow()
        return self._discoveries.to_recheck(self._outlet.name, self._now(), plan.steps, limit, skip, plan.least)

    def count(self) -> int:
        """How many addresses wait."""
        return self._discoveries.count(self._outlet.name, self._now())

    def add(self, found: Sequence[Found]) -> int:
        """Remember what a source named; returns how many addresses are new."""
        return self._discoveries.add(self._outlet.facts, found, self._now())

    def settle(self, url: str, state: DiscoveryState) -> None:
        """Put an address into a state."""
        self._discoveries.settle(self._outlet.facts, url, state)

    def failed(self, url: str, word: Attempt, said: str, *, final: bool, asked: bool = True) -> None:
        """Note a request that ended without an answer; `final` says that asking again would change nothing. What waits
        and was not even `asked` for goes on waiting."""
        self._stats.attempts[word.value] += 1
        at = self._now()
        self._discoveries.failed(self._run, self._outlet.facts, url, word, said, at, final=final, asked=asked)
