"""What every request passes on its way out: the gate, and the host's robots.txt. Both stand in for Scrapy's own."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive import urls
from archive.records import Attempt, Hop
from crawler.fetch import guard, robots
from crawler.fetch.bounds import torn
from crawler.fetch.capture import captured, header, hop, redirects, target
from crawler.fetch.failures import Forbidden, NotAsked, Unanswered, unanswered
from crawler.fetch.host_memory import HostMemory
from crawler.fetch.robots import Policy
from crawler.fetch.vantages import VANTAGE, vantage_of

__all__ = ["OffsiteMiddleware", "RobotsTxtMiddleware"]

_ROBOTS = "palimpsest_robots"
_MOST_REDIRECTS = 5

_UNREADABLE = Unanswered(Attempt.ROBOTS, "unknown: robots.txt could not be read, so nothing is fetched")

_OF_THE_HOST = frozenset({Attempt.TLS, Attempt.DNS, Attempt.OFF_LIMITS})
"""What keeps a host from being asked anything, its robots.txt as well as its pages, and is told of each by its word."""

_FRESH = timedelta(hours=24)
"""How long a robots.txt is relied on before it is read again (RFC 9309, 2.4)."""


class OffsiteMiddleware:
    """Refuses what the gate refuses, whoever asks for it."""

    def __init__(self, allowed: guard.AllowedHosts) -> None:
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OffsiteMiddleware:
        """Made by Scrapy."""
        return cls(HostMemory.of(crawler).allowed)

    def process_request(self, request: Request) -> None:
        """Let a request pass or raise Forbidden."""
        try:
            guard.check(request.url, self._allowed)
        except guard.Refused as refusal:
            raise Forbidden(Attempt.OFF_LIMITS, f"off-limits: {refusal}", final=True) from None


class RobotsTxtMiddleware:
    """Refuses what the host's robots.txt refuses, by RFC 9309; every robots.txt is kept as evidence. Each vantage has
    its own: a host may show another there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = HostMemory.of(crawler)
        self._policies: dict[tuple[str, str], tuple[datetime, asyncio.Task[Policy | Unanswered]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsTxtMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass or raise Forbidden; robots.txt itself passes."""
        if request.meta.get(_ROBOTS):
            return
        policy = await self._policy(request.url, vantage_of(request))
        if isinstance(policy, Unanswered):
            # A host without a robots.txt for a day must not have all that waits for it given up.
            raise Forbidden(policy.attempt, str(policy), asked=False)
        if not policy.allows(request.url):
            raise Forbidden(Attempt.ROBOTS, "robots.txt does not allow it", final=True)

    async def _policy(self, url: str, vantage: str) -> Policy | Unanswered:
        parts = urlsplit(url)
        home = f"{parts.scheme}://{parts.netloc}"
        now = self._hosts.now()
        asked, policy = self._policies.get((home, vantage), (None, None))
        if asked is None or policy is None or now - asked > _FRESH:
            policy = asyncio.ensure_future(self._ask(f"{home}/robots.txt", vantage))
            self._policies[home, vantage] = now, policy
        return await policy

    async def _ask(self, url: str, vantage: str) -> Policy | Unanswered:
        self._hosts.spend()
        why, policy = _UNREADABLE, None
        try:
            policy = await self._read(url, vantage)
        except (Unanswered, guard.Refused) as problem:
            # Whatever kept us from reading it, the RFC's answer is the same: do not fetch.
            self._hosts.note(f"{url}: {problem}")
            if isinstance(problem, Unanswered) and problem.attempt in _OF_THE_HOST:
                why = problem
        if policy is None and (good := self._hosts.last_robots(url, vantage)) is not None:
            policy = robots.read(200, good)
        if policy is not None and policy.delay:
            self._hosts.least_delay(urls.host(url), policy.delay)
        return policy or why

    async def _read(self, url: str, vantage: str) -> Policy | None:
        """What a robots.txt states, redirects followed; None where it states nothing. Raises Unanswered, Refused."""
        hops: list[Hop] = []
        response = await self._fetch(url, vantage)
        while redirects(response) and header(response, "Location") and len(hops) < _MOST_REDIRECTS:
            try:
                onward = await self._fetch(target(response), vantage)
            except (Unanswered, guard.Refused):
                # The chain ends here: the last redirect is what was answered.
                self._hosts.keep(captured(url, hops, response, self._hosts.now()))
                raise
            hops.append(hop(response))
            response = onward
        self._hosts.keep(captured(url, hops, response, self._hosts.now()))
        # The line that forbids may be among those that did not come.
        cut = torn(response) and len(response.body) < robots.LARGEST
        return None if cut else robots.read(response.status, response.body)

    async def _fetch(self, url: str, vantage: str) -> Response:
        guard.check(url, self._hosts.allowed)
        engine = self._crawler.engine
        assert engine is not None
        try:
            return await engine.download_async(
                Request(url, meta={_ROBOTS: True, VANTAGE: vantage}, dont_filter=True, priority=1000),
            )
        except NotAsked:
            raise
        except Exception as problem:
            raise unanswered(problem, url) from problem
