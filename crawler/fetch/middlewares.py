"""What every request passes on its way out: the gate, and the host's robots.txt."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from archive import urls
from archive.records import Attempt, Capture, Hop, Source, TimeBasis
from crawler.fetch import guard, robots
from crawler.fetch.bounds import torn
from crawler.fetch.failures import Forbidden, NotAsked, Unanswered, unanswered
from crawler.fetch.robots import Policy
from crawler.spiders.crawl import Session, headers_of, text_of

__all__ = ["Manners"]

_ROBOTS = "palimpsest_robots"
_MOST_REDIRECTS = 5

_UNREADABLE = Unanswered(Attempt.ROBOTS, "unknown: robots.txt could not be read, so nothing is fetched")

_OF_THE_HOST = frozenset({Attempt.TLS, Attempt.DNS, Attempt.OFF_LIMITS})
"""What keeps a host from being asked anything, its robots.txt as well as its pages, and is told of each by its word."""

_FRESH = timedelta(hours=24)
"""How long a robots.txt is relied on before it is read again (RFC 9309, 2.4)."""


class Manners:
    """A downloader middleware: refuses what the gate or robots.txt refuses."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)
        self._policies: dict[str, tuple[datetime, asyncio.Task[Policy | Unanswered]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Manners:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass or raise Forbidden; robots.txt itself passes the gate only."""
        try:
            guard.check(request.url, self._session.outlet)
        except guard.Refused as refusal:
            raise Forbidden(Attempt.OFF_LIMITS, f"off-limits: {refusal}", final=True) from None
        if request.meta.get(_ROBOTS):
            return
        policy = await self._policy(request.url)
        if isinstance(policy, Unanswered):
            raise Forbidden(policy.attempt, str(policy))
        if not policy.allows(request.url):
            raise Forbidden(Attempt.ROBOTS, "robots.txt does not allow it", final=True)

    # --- robots.txt ----------------------------------------------------------------------------------------------

    async def _policy(self, url: str) -> Policy | Unanswered:
        parts = urlsplit(url)
        home = f"{parts.scheme}://{parts.netloc}"
        now = self._session.now()
        asked, policy = self._policies.get(home, (None, None))
        if asked is None or policy is None or now - asked > _FRESH:
            policy = asyncio.ensure_future(self._ask(f"{home}/robots.txt"))
            self._policies[home] = now, policy
        return await policy

    async def _ask(self, url: str) -> Policy | Unanswered:
        self._session.spend()
        why, policy = _UNREADABLE, None
        try:
            answer = await self._fetched(url)
            policy = robots.read(answer.status, answer.body) if answer else None
        except (Unanswered, guard.Refused) as problem:
            # Whatever kept us from reading it, the RFC's answer is the same: do not fetch.
            self._session.note(f"{url}: {problem}")
            if isinstance(problem, Unanswered) and problem.attempt in _OF_THE_HOST:
                why = problem
        if policy is None:
            good = self._session.last_robots(url)
            policy = robots.read(200, good) if good is not None else None
        if policy is not None and policy.delay:
            self._session.least_delay(urls.host(url), policy.delay)
        return policy or why

    async def _fetched(self, url: str) -> Hop | None:
        """The answer to a robots.txt, redirects followed; kept as evidence. None where it is not whole.

        Raises Unanswered, Refused."""
        engine = self._crawler.engine
        assert engine is not None
        hops: list[Hop] = []
        target, cut = url, False
        while len(hops) <= _MOST_REDIRECTS:
            guard.check(target, self._session.outlet)
            request = Request(target, meta={_ROBOTS: True}, dont_filter=True, priority=1000)
            try:
                response = await engine.download_async(request)
            except NotAsked:
                raise
            except Exception as problem:
                raise unanswered(problem, target) from problem
            hops.append(Hop(response.url, response.status, headers_of(response), response.body))
            cut = torn(response) and len(response.body) < robots.LARGEST
            location = text_of(response, "Location")
            if not (300 <= response.status < 400 and location):
                break
            target = urljoin(response.url, location)
        self._keep(url, hops)
        # The line that forbids may be among those that did not come.
        return None if cut else hops[-1]

    def _keep(self, url: str, hops: list[Hop]) -> None:
        last = hops[-1]
        capture = Capture(
            url=url,
            fetched_at=self._session.now(),
            body=last.body,
            status=last.status,
            headers=last.headers,
            final_url=last.url if last.url != url else "",
            hops=tuple(hops[:-1]),
            source=Source.OWN_HTTP,
            time_basis=TimeBasis.OWN_CLOCK,
            vantage=self._session.vantage,
        )
        self._session.source(capture)
