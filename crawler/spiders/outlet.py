"""One outlet crawled: its feeds, sitemaps and listings first, then what is waiting, as the archive remembers it.

Responses come raw: no middleware follows a redirect or undoes an encoding, so that every hop is evidence as received
and every step to another address passes the gate. What is waiting is asked of the archive in small batches; nothing is
remembered here.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.signals import scheduler_empty, spider_idle
from twisted.python.failure import Failure

from archive.errors import UsageError
from archive.records import Capture, Hop, Source, TimeBasis
from crawler.discover import Discovery, discover
from crawler.fetch import guard, rendering
from crawler.fetch.bounds import torn
from crawler.fetch.failures import NotAsked, Unusable, unanswered
from crawler.outlets.base import Outlet
from crawler.outlets.find import DayArchive, Find, JsonList, Listing, Sitemap
from crawler.pipeline.steps import Work
from crawler.spiders.crawl import Session, headers_of, text_of

__all__ = ["OutletSpider"]

_BATCH = 50
"""Waiting addresses asked of the archive at once."""

_SOURCES_FIRST = 100
"""Priority of feeds, sitemaps and listings over pages."""

_ARGUMENTS = ("since", "until", "limit", "section", "look")
_LOOKS = {"waiting": (False,), "known": (True,), "both": (False, True)}
"""What the archive is asked for, in this order: what was discovered and waits, known articles that are due."""

_DEEPEST_INDEX = 3
"""Sitemap indexes within sitemap indexes that are followed."""

_DEEPEST = 20
"""Pages of a listing or feed that lead to one another; what goes deeper is a calendar without end."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Why an address is asked for: the source it is read as (None for a page), the hops so far, how deep it lies."""

    url: str
    find: Find | None = None
    hops: tuple[Hop, ...] = ()
    depth: int = 0


class OutletSpider(Spider):
    """Crawls `outlet`. Arguments (`-a`): since, until (ISO days), limit, section, look=waiting|known."""

    outlet: Outlet

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unknown := sorted(kwargs.keys() - _ARGUMENTS):
            raise UsageError(f"no argument is called {unknown[0]!r}; there are {', '.join(_ARGUMENTS)}")
        self._since = _day("since", kwargs.get("since"))
        self._until = _day("until", kwargs.get("until"))
        self._left = _number("limit", kwargs.get("limit") or sys.maxsize)
        self._section = str(kwargs.get("section") or "").strip("/")
        self._look = str(kwargs.get("look") or "waiting")
        if self._look not in _LOOKS:
            raise UsageError(f"look is one of {', '.join(_LOOKS)}, not {self._look!r}")
        self._asked: set[str] = set()
        # The archive named nothing when it was last asked, and has learned nothing since.
        self._dry = False

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> OutletSpider:
        """Made by Scrapy, before the add-on opens the session."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._refill, scheduler_empty)
        crawler.signals.connect(spider._idle, spider_idle)
        return spider

    @property
    def session(self) -> Session:
        """The open archive."""
        return Session.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        """The sources of the outlet; what they name comes by way of the archive."""
        if self._look != "known":
            today = self.session.now().date()
            for find in self.outlet.find:
                for url in find.starts(self._since, self._until, today):
                    if self.session.spend():
                        yield self._request(_Plan(url, find))

    # --- requests ------------------------------------------------------------------------------------------------

    def _request(self, plan: _Plan, url: str | None = None) -> Request:
        return Request(
            url or plan.url,
            callback=self._answered,
            errback=self._unanswered,
            cb_kwargs={"plan": plan},
            dont_filter=True,
            priority=_SOURCES_FIRST if plan.find else 0,
            headers=self.session.conditions(plan.url) if plan.find is None and self._look != "waiting" else None,
        )

    def _waiting(self) -> Iterator[Request]:
        """The next addresses the archive remembers as waiting, or as due for another look."""
        while (most := min(_BATCH, self._left, self.session.left)) > 0 and (urls := self._next(most)):
            self._asked.update(urls)
            if wanted := [url for url in urls if self._asks_for(url)]:
                self._left -= len(wanted)
                yield from (self._request(_Plan(url)) for url in wanted)
                return

    def _asks_for(self, url: str) -> bool:
        return self._of_section(url) and not self.session.lacks_browser(url) and self.session.spend()

    def _next(self, limit: int) -> list[str]:
        urls: list[str] = []
        for known in _LOOKS[self._look]:
            urls = urls or self.session.due(known=known, limit=limit, skip=self._asked)
        return urls

    def _refill(self) -> bool:
        """Ask the archive what else there is, while the last of what it named before is still on its way."""
        more: list[Request] = []
        if not self._dry and self.session.shells < _BATCH:
            with self.session.careful("the archive's memory"):
                more = list(self._waiting())
        self._dry = not more
        for request in more:
            self.crawler.engine.crawl(request)
        return bool(more)

    def _idle(self) -> None:
        """Nothing is in flight: write what waits to be written; what it links to may be next."""
        with self.session.careful("the archive"):
            self.session.flush()
        self._dry = False
        if self.session.failure is None and (self._show() or self._refill()):
            raise DontCloseSpider

    # --- pages for a browser -------------------------------------------------------------------------------------

    def _show(self) -> bool:
        """Show a browser what was kept for one, and nothing else meanwhile: what scripts ask for is fetched at the
        outlet's pace, and behind pages planned before it would come too late."""
        shells = self.session.take_shells()
        self._dry = bool(shells)
        for work in shells:
            back = {"callback": self._rendered, "errback": self._unrendered, "cb_kwargs": {"work": work}}
            self.crawler.engine.crawl(rendering.request(work, **back))
        return bool(shells)

    def _rendered(self, response: Response, work: Work) -> None:
        with self.session.careful(work.capture.url):
            self.session.rendered(work, response.body, rendering.fetched(response))

    def _unrendered(self, failure: Failure) -> None:
        work: Work = failure.request.cb_kwargs["work"]  # type: ignore[attr-defined]
        with self.session.careful(work.capture.url):
            self._not_shown(work, failure)

    def _not_shown(self, work: Work, failure: Failure) -> None:
        url, why = work.capture.url, unanswered(failure.value, work.capture.landed)
        said = str(why)[:200]
        if isinstance(failure.value, Unusable):
            self.session.give_up_browser(said)
            self.session.no_browser(url)
        else:
            self.session.attempt(url, why.attempt, said, final=False)
        self.session.unrendered(work, said)

    # --- answers -------------------------------------------------------------------------------------------------

    def _answered(self, response: Response, plan: _Plan) -> list[Request]:
        following: list[Request] = []
        with self.session.careful(plan.url):
            following.extend(self._taken(response, plan))
        return following

    def _taken(self, response: Response, plan: _Plan) -> Iterator[Request]:
        hop = Hop(response.url, response.status, headers_of(response), response.body)
        if 300 <= response.status < 400 and response.status != 304:
            yield from self._redirected(response, plan, hop)
            return
        capture = self._capture(plan, hop, truncated=torn(response))
        if plan.find is None:
            self.session.page(capture)
        else:
            yield from self._discovered(plan, capture)

    def _capture(self, plan: _Plan, last: Hop, *, truncated: bool = False) -> Capture:
        return Capture(
            url=plan.url,
            fetched_at=self.session.now(),
            body=last.body,
            status=last.status,
            headers=last.headers,
            final_url=last.url if last.url != plan.url else "",
            hops=plan.hops,
            source=Source.OWN_HTTP,
            time_basis=TimeBasis.OWN_CLOCK,
            vantage=self.session.vantage,
            truncated=truncated,
        )

    def _redirected(self, response: Response, plan: _Plan, hop: Hop) -> Iterator[Request]:
        target = urljoin(response.url, text_of(response, "Location"))
        hops = (*plan.hops, hop)
        try:
            allowed = guard.check_redirect(target, self.outlet, len(hops))
        except guard.Refused as refusal:
            # The chain ends here: the last redirect is what was answered.
            if plan.find is None:
                self.session.turned_away(self._capture(plan, hop), refusal)
            else:
                self.session.source(self._capture(plan, hop), str(refusal))
            return
        yield self._request(_Plan(plan.url, plan.find, hops, plan.depth), allowed)

    def _discovered(self, plan: _Plan, capture: Capture) -> Iterator[Request]:
        assert plan.find is not None
        found = Discovery()
        if capture.status == 200:
            kind, encoding = capture.header("Content-Type"), capture.header("Content-Encoding")
            found = discover(plan.find, capture.landed, capture.body, kind, encoding)
        self.session.source(capture, found.problem)
        wanted = [one for one in found.found if self._of_section(one.url) and one.within(self._since, self._until)]
        if self.session.found(wanted):
            self._dry = False
        for url in found.more:
            if url not in self._asked and self._goes_on(plan, url):
                self._asked.add(url)
                yield from self._more(url, plan)

    def _goes_on(self, plan: _Plan, url: str) -> bool:
        """Whether a further sitemap or page of a listing is asked for: within the window, and not without end."""
        find = plan.find
        if isinstance(find, Sitemap):
            # A further part of a sitemap lies beside it, not deeper.
            deep = plan.depth >= _DEEPEST_INDEX and url != find.next_part(plan.url)
            return not deep and find.covers(url, self._since, self._until)
        if isinstance(find, JsonList):
            return plan.depth == 0  # a page names its lists; a list names articles only
        return plan.depth + 1 < (find.pages if isinstance(find, Listing | DayArchive) else _DEEPEST)

    def _more(self, url: str, plan: _Plan) -> Iterator[Request]:
        part = isinstance(plan.find, Sitemap) and url == plan.find.next_part(plan.url)
        try:
            depth = plan.depth if part else plan.depth + 1
            further = _Plan(guard.check(url, self.outlet), plan.find, depth=depth)
            if self.session.spend():
                yield self._request(further)
        except guard.Refused as refusal:
            self.logger.info("%s is not followed: %s", url[:200], refusal)

    def _of_section(self, url: str) -> bool:
        return not self._section or f"/{self._section}/" in url

    # --- no answer -----------------------------------------------------------------------------------------------

    def _unanswered(self, failure: Failure) -> None:
        if isinstance(failure.value, NotAsked):
            return
        request = failure.request  # type: ignore[attr-defined]
        plan: _Plan = request.cb_kwargs["plan"]
        with self.session.careful(plan.url):
            why = unanswered(failure.value, request.url)
            self.session.attempt(plan.url, why.attempt, str(why)[:200], final=why.final)


def _day(name: str, words: str | None) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise UsageError(f"{name} is a day, as in 2026-03-31, not {words!r}") from None


def _number(name: str, words: object) -> int:
    if not str(words).isdecimal() or int(str(words)) < 1:
        raise UsageError(f"{name} is a number of pages from 1 on, not {words!r}")
    return int(str(words))
