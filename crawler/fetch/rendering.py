"""Pages shown to a browser, and what it may have. Loads none before one must.

A browser here makes no connection of its own. It is given the page that was fetched already, and whatever the page's
scripts ask for is fetched as everything else is: past the gate, robots.txt, the resolver and the pace, and kept. So a
hostile page reaches what any other page reaches: the outlet's own public hosts.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from archive.records import Hop
from crawler.fetch import guard
from crawler.fetch.browsers import Browser
from crawler.fetch.visit import Visit
from crawler.pipeline.steps import Work
from crawler.spiders.crawl import Session, headers_of, text_of

if TYPE_CHECKING:
    from crawler.fetch.browser import Pages

__all__ = ["Rendering", "fetched", "request"]

_VISIT = "palimpsest_visit"

_KEPT_SCRIPTS = 30_000_000
"""Bytes of scripts that are kept for the next pages of the same crawl, as a reader's browser would."""


def request(work: Work, **more: Any) -> Request:
    """A request for a page to be shown to a browser; its answer is the rendered page. `more` as `scrapy.Request`."""
    return Request(work.capture.url, meta={_VISIT: Visit(work)}, dont_filter=True, **more)


def fetched(response: Response) -> tuple[Hop, ...]:
    """What the scripts of a rendered page fetched."""
    visit: Visit = response.meta[_VISIT]
    return tuple(visit.hops)


class Rendering:
    """A downloader middleware that answers requests of `request` with what a browser makes of the page."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._pages: Pages | None = None
        self._scripts: dict[str, Hop] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rendering:
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
        rendered = await self._browser().rendered(visit, self._fetch)
        return HtmlResponse(visit.url, body=rendered.encode(errors="replace"), encoding="utf-8", request=request)

    def _browser(self) -> Pages:
        """The browser, started at the first page that needs one."""
        if self._pages is None:
            from crawler.fetch.browser import Pages

            self._pages = Pages(self._crawler, _found(self._crawler))
        return self._pages

    # --- what scripts ask for ------------------------------------------------------------------------------------

    async def _fetch(self, visit: Visit, url: str, accept: str, *, script: bool) -> Hop | None:
        """What a script of a page gets for an address; None where it gets nothing."""
        if url in self._scripts:
            return self._scripts[url]
        if visit.full():
            return None
        visit.asked += 1
        hops = await self._followed(url, accept)
        visit.hops += hops
        last = hops[-1] if hops and not 300 <= hops[-1].status < 400 else None
        if script and last is not None and last.status == 200:
            self._keep(url, last)
        return last

    def _keep(self, url: str, script: Hop) -> None:
        if len(script.body) + sum(len(kept.body) for kept in self._scripts.values()) <= _KEPT_SCRIPTS:
            self._scripts[url] = script

    async def _followed(self, url: str, accept: str) -> list[Hop]:
        """The answers to a request, redirects followed; every step passes the gate."""
        engine, outlet = self._crawler.engine, Session.of(self._crawler).outlet
        assert engine is not None
        hops: list[Hop] = []
        # What is refused or not answered is nothing to a page: it goes on without, as in any browser.
        with suppress(Exception):
            target = guard.check(url, outlet)
            while True:
                response = await engine.download_async(
                    Request(target, headers={"Accept": accept}, dont_filter=True, priority=1000)
                )
                hops.append(Hop(response.url, response.status, headers_of(response), response.body))
                location = text_of(response, "Location")
                if not (300 <= response.status < 400 and location):
                    break
                target = guard.check_redirect(urljoin(response.url, location), outlet, len(hops))
        return hops


def _found(crawler: Crawler) -> Browser:
    found = Session.of(crawler).browser
    assert found is not None, "who asks for a rendered page has a browser"
    return found
