"""Pages shown to a browser, and what it may have. Loads none before one must.

A browser here makes no connection of its own. It is given the page that was fetched already, and whatever the page's
scripts ask for is fetched as everything else is: past the gate, robots.txt, the resolver and the pace, and kept. So a
hostile page reaches what any other page reaches: the outlet's own public hosts.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from archive.records import Capture, Hop, Source, TimeBasis
from crawler.fetch import guard
from crawler.fetch.browsers import Browser
from crawler.fetch.capture import header, hop, redirects, target
from crawler.fetch.host_memory import HostMemory
from crawler.fetch.vantages import VANTAGE
from crawler.fetch.visit import Visit
from crawler.outlets.base import Outlet

if TYPE_CHECKING:
    from crawler.fetch.browser import Pages

__all__ = ["RenderingMiddleware", "rendered", "request"]

_VISIT = "palimpsest_visit"

_KEPT_SCRIPTS = 30_000_000
"""Bytes of scripts that are kept for the next pages of the same crawl, as a reader's browser would."""


def request(capture: Capture, outlet: Outlet, browser: Browser, **more: Any) -> Request:
    """A request for a page to be shown to a browser; its answer is the rendered page. `more` as `scrapy.Request`."""
    meta = {_VISIT: Visit(capture, outlet, browser), VANTAGE: capture.vantage}
    return Request(capture.url, meta=meta, dont_filter=True, **more)


def rendered(response: Response, at: datetime) -> Capture:
    """What a browser made of a page, as UTF-8, and as hops what the page's scripts fetched."""
    visit: Visit = response.meta[_VISIT]
    return Capture(
        url=visit.capture.url,
        fetched_at=at,
        body=response.body,
        final_url=visit.capture.final_url,
        hops=tuple(visit.hops),
        source=Source.OWN_BROWSER,
        time_basis=TimeBasis.OWN_CLOCK,
        vantage=visit.capture.vantage,
    )


class RenderingMiddleware:
    """A downloader middleware that answers requests of `request` with what a browser makes of the page."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._pages: Pages | None = None
        self._scripts: dict[tuple[str, str], Hop] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RenderingMiddleware:
        """Made by Scrapy."""
        made = cls(crawler)
        crawler.signals.connect(made._close, signals.spider_closed)
        return made

    async def _close(self) -> None:
        if self._pages is not None:
            await self._pages.close()

    async def process_request(self, request: Request) -> Response | None:
        """Render a page where that is what is asked for. Raises NoPage, Unusable."""
        visit: Visit | None = request.meta.get(_VISIT)
        if visit is None:
            return None
        html = await self._pages_of(visit.browser).rendered(visit, self._fetch)
        return HtmlResponse(visit.url, body=html.encode(errors="replace"), encoding="utf-8", request=request)

    def _pages_of(self, browser: Browser) -> Pages:
        """The browser, started at the first page that needs one."""
        if self._pages is None:
            from crawler.fetch.browser import Pages

            self._pages = Pages(self._crawler, browser)
        return self._pages

    # --- what scripts ask for ------------------------------------------------------------------------------------

    async def _fetch(self, visit: Visit, url: str, accept: str, *, script: bool) -> Hop | None:
        """What a script of a page gets for an address; None where it gets nothing."""
        vantage = visit.capture.vantage
        if (kept := self._scripts.get((vantage, url))) is not None:
            return kept
        if visit.full():
            return None
        visit.asked += 1
        hops = await self._followed(url, accept, vantage)
        visit.hops += hops
        last = hops[-1] if hops and not 300 <= hops[-1].status < 400 else None
        if script and last is not None and last.status == 200:
            self._keep((vantage, url), last)
        return last

    def _keep(self, at: tuple[str, str], script: Hop) -> None:
        if len(script.body) + sum(len(kept.body) for kept in self._scripts.values()) <= _KEPT_SCRIPTS:
            self._scripts[at] = script

    async def _followed(self, url: str, accept: str, vantage: str) -> list[Hop]:
        """The answers to a request, redirects followed; every step passes the gate."""
        engine, allowed = self._crawler.engine, HostMemory.of(self._crawler).allowed
        assert engine is not None
        hops: list[Hop] = []
        # What is refused or not answered is nothing to a page: it goes on without, as in any browser.
        with suppress(Exception):
            step = guard.check(url, allowed)
            while True:
                headers, meta = {"Accept": accept}, {VANTAGE: vantage}
                response = await engine.download_async(
                    Request(step, headers=headers, meta=meta, dont_filter=True, priority=1000)
                )
                hops.append(hop(response))
                if not (redirects(response) and header(response, "Location")):
                    break
                step = guard.check_redirect(target(response), allowed, len(hops))
        return hops
