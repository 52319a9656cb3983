"""One outlet crawled: its feeds, sitemaps and listings first, then what is waiting, as the archive remembers it.

Responses come raw: no middleware follows a redirect or undoes an encoding, so that every hop is evidence as received
and every step to another address passes the gate. What is waiting is asked of the archive in small batches; nothing is
remembered here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.signals import scheduler_empty, spider_idle
from twisted.python.failure import Failure

from archive import vantages
from archive.home import Home
from archive.records import Capture, RunKind
from crawler.discover import Discovery
from crawler.fetch import certificates, guard, rendering
from crawler.fetch.capture import CIRCLES, captured, circles_for_a_cookie, hop, redirects, target
from crawler.fetch.failures import NotAsked, Unanswered, Unusable, unanswered
from crawler.fetch.vantages import VANTAGE
from crawler.outlets.base import Outlet
from crawler.pipeline.steps import Work
from crawler.spiders.arguments import Arguments
from crawler.spiders.crawl import Crawl
from crawler.spiders.plan import Plan

__all__ = ["OutletSpider"]

_BATCH = 50
"""Waiting addresses asked of the archive at once."""

_SOURCES_FIRST = 100
"""Priority of feeds, sitemaps and listings over pages."""


class OutletSpider(Spider):
    """Crawls `outlet`. Arguments (`-a`): since, until (ISO days), limit, section, look=waiting|known|both."""

    outlet: Outlet

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arguments = Arguments.read(kwargs)
        self._left = self._arguments.limit
        self._turns = self._arguments.looks
        self._asked: set[str] = set()
        # The archive named nothing when it was last asked, and has learned nothing since.
        self._dry = False

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> OutletSpider:
        """Made by Scrapy, before the add-on opens the crawl."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._refill, scheduler_empty)
        crawler.signals.connect(spider._idle, spider_idle)
        return spider

    @classmethod
    def opened(cls, home: Home, kind: RunKind, stop: Callable[[], None], *, loopback: bool) -> Crawl:
        """The crawl that the add-on opens for this spider."""
        return Crawl(home, cls.outlet, kind, stop, loopback=loopback)

    @property
    def crawl(self) -> Crawl:
        """The open archive."""
        return Crawl.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        """The sources of the outlet; what they name comes by way of the archive."""
        if False in self._arguments.looks:
            today = self.crawl.now().date()
            for find in self.outlet.find:
                for url in find.starts(self._arguments.since, self._arguments.until, today):
                    if self.crawl.hosts.spend():
                        yield self._request(Plan(url, find, vantage=self.crawl.elsewhere.usual))

    # --- requests ------------------------------------------------------------------------------------------------

    def _request(self, plan: Plan, url: str | None = None) -> Request:
        if plan.find is None and not plan.part and plan.known is None and True in self._arguments.looks:
            plan = replace(plan, known=self.crawl.holdings.known(plan.url, plan.vantage))
        return Request(
            url or plan.url,
            callback=self._answered,
            errback=self._unanswered,
            cb_kwargs={"plan": plan},
            meta={VANTAGE: plan.vantage},
            dont_filter=True,
            priority=_SOURCES_FIRST if plan.find else 0,
            # What another address is asked on the way of a redirect, no answer of this one's can tell.
            headers=plan.known.conditions if plan.known and not plan.hops else None,
        )

    def _waiting(self) -> Iterator[Request]:
        """The next addresses the archive remembers as waiting, or as due for another look."""
        while (most := min(_BATCH, self._left, self.crawl.hosts.left)) > 0 and (urls := self._next(most)):
            self._asked.update(urls)
            if wanted := [url for url in urls if self._asks_for(url)]:
                self._left -= len(wanted)
                usual = self.crawl.elsewhere.usual
                yield from (self._request(Plan(url, vantage=usual)) for url in wanted)
                return

    def _asks_for(self, url: str) -> bool:
        crawl = self.crawl
        return self._arguments.of_section(url) and not crawl.render_queue.lacks_browser(url) and crawl.hosts.spend()

    def _next(self, limit: int) -> list[str]:
        frontier, urls = self.crawl.frontier, list[str]()
        for known in self._turns:
            ask = frontier.to_recheck if known else frontier.waiting
            urls = urls or ask(limit, self._asked)
        # By turns: what waits may take weeks, and what is known changes meanwhile.
        self._turns = self._turns[::-1]
        return urls

    def _parts(self) -> Iterator[Request]:
        """The further pages of articles that were begun: they belong to the same look."""
        for url, vantage in self.crawl.parts():
            asked = url if vantage == self.crawl.elsewhere.usual else f"{url} {vantage}"
            if asked in self._asked:
                continue
            self._asked.add(asked)
            with suppress(guard.Refused):
                plan = Plan(guard.check(url, self.crawl.outlet), part=True, vantage=vantage)
                if self.crawl.hosts.spend():
                    yield self._request(plan)
                    continue
            self.crawl.part_failed(url)

    def _elsewhere(self) -> Iterator[Request]:
        """What one vantage was not shown, asked for from another."""
        for url, vantage in self.crawl.elsewhere.take():
            if self.crawl.hosts.spend():
                yield self._request(Plan(url, vantage=vantage))

    def _refill(self) -> bool:
        """Ask the archive what else there is, while the last of what it named before is still on its way."""
        first: list[Request] = []
        with self.crawl.careful("what belongs to looks that were begun"):
            first = [*self._parts(), *self._elsewhere()]
        for request in first:
            self.crawler.engine.crawl(request)
        return self._ask() or bool(first)

    def _ask(self) -> bool:
        more: list[Request] = []
        if not self._dry and len(self.crawl.render_queue) < _BATCH:
            with self.crawl.careful("the archive's memory"):
                more = list(self._waiting())
        self._dry = not more
        for request in more:
            self.crawler.engine.crawl(request)
        return bool(more)

    def _idle(self) -> None:
        """Nothing is in flight: write what waits to be written; what it links to may be next."""
        with self.crawl.careful("the archive"):
            self.crawl.flush()
        self._dry = False
        if self.crawl.failure is None and (self._show() or self._refill()):
            raise DontCloseSpider

    # --- pages for a browser -------------------------------------------------------------------------------------

    def _show(self) -> bool:
        """Show a browser what was kept for one, and nothing else meanwhile: what scripts ask for is fetched at the
        outlet's pace, and behind pages planned before it would come too late."""
        queue = self.crawl.render_queue
        shells = queue.take()
        self._dry = bool(shells)
        for work in shells:
            back = {"callback": self._rendered, "errback": self._unrendered, "cb_kwargs": {"work": work}}
            assert queue.browser is not None, "what was kept for a browser is shown to one"
            self.crawler.engine.crawl(rendering.request(work.capture, work.outlet, queue.browser, **back))
        return bool(shells)

    def _rendered(self, response: Response, work: Work) -> None:
        with self.crawl.careful(work.capture.url):
            self.crawl.render_queue.rendered(work, rendering.rendered(response, self.crawl.now()))

    def _unrendered(self, failure: Failure) -> None:
        work: Work = failure.request.cb_kwargs["work"]  # type: ignore[attr-defined]
        with self.crawl.careful(work.capture.url):
            self._not_shown(work, failure.value)

    def _not_shown(self, work: Work, problem: BaseException | None) -> None:
        queue, why = self.crawl.render_queue, unanswered(problem, work.capture.url)
        said = str(why)[:200]
        if isinstance(problem, Unusable):
            queue.give_up(work, said)
        else:
            self.crawl.frontier.failed(work.capture.url, why.attempt, said, final=False)
        queue.unrendered(work, said)

    # --- answers -------------------------------------------------------------------------------------------------

    def _answered(self, response: Response, plan: Plan) -> list[Request]:
        following: list[Request] = []
        with self.crawl.careful(plan.url):
            following.extend(self._taken(response, plan))
        return following

    def _taken(self, response: Response, plan: Plan) -> Iterator[Request]:
        if redirects(response):
            yield from self._redirected(response, plan)
            return
        self.crawl.certificates.update(filter(None, [certificates.shown(response)]))
        capture = captured(plan.url, plan.hops, response, self.crawl.now())
        if plan.find is None:
            self.crawl.page(capture, plan.known.remark(capture) if plan.known else "")
        else:
            yield from self._discovered(plan, capture)

    def _redirected(self, response: Response, plan: Plan) -> Iterator[Request]:
        hops = (*plan.hops, hop(response))
        try:
            allowed = guard.check_redirect(target(response), self.crawl.outlet, len(hops))
        except guard.Refused as refusal:
            # The chain ends here: the last redirect is what was answered.
            capture = captured(plan.url, plan.hops, response, self.crawl.now())
            if plan.find is None:
                self.crawl.turned_away(capture, refusal)
                self._lost(plan)
            else:
                why = CIRCLES if circles_for_a_cookie(capture) else str(refusal)
                self.crawl.sources.take(capture, Discovery(), needed=plan.needed, refusal=why)
            return
        yield self._request(replace(plan, hops=hops), allowed)

    def _discovered(self, plan: Plan, capture: Capture) -> Iterator[Request]:
        assert plan.find is not None
        found = self.crawl.listed(plan.find, capture)
        further = self.crawl.elsewhere.for_source(plan.vantage, capture.status)
        self.crawl.sources.take(capture, found, needed=plan.needed and not further)
        if further and self.crawl.hosts.spend():
            yield self._request(replace(plan, vantage=further, hops=()))
        if self.crawl.frontier.add([one for one in found.found if self._arguments.takes(one)]):
            self._dry = False
        for url in found.more:
            if url not in self._asked and plan.follows(url, self._arguments.since, self._arguments.until):
                self._asked.add(url)
                yield from self._more(url, plan)

    def _more(self, url: str, plan: Plan) -> Iterator[Request]:
        try:
            further = replace(plan.further(url), url=guard.check(url, self.crawl.outlet))
            if self.crawl.hosts.spend():
                yield self._request(further)
        except guard.Refused as refusal:
            self.crawl.stats.not_followed(url, str(refusal))

    # --- no answer -----------------------------------------------------------------------------------------------

    def _unanswered(self, failure: Failure) -> list[Request]:
        request = failure.request  # type: ignore[attr-defined]
        plan: Plan = request.cb_kwargs["plan"]
        following: list[Request] = []
        if not isinstance(failure.value, NotAsked):
            with self.crawl.careful(plan.url):
                following.extend(self._in_vain(plan, unanswered(failure.value, request.url)))
        self._lost(plan)
        return following

    def _in_vain(self, plan: Plan, why: Unanswered) -> Iterator[Request]:
        elsewhere, said = self.crawl.elsewhere, vantages.told(plan.vantage, str(why)[:200])
        self.crawl.frontier.failed(plan.url, why.attempt, said, final=why.final, asked=why.asked)
        if plan.find is None and not plan.part:
            elsewhere.unanswered(plan.url, plan.vantage, why.attempt, final=why.final)
        further = elsewhere.after(plan.vantage) if plan.find is not None and not why.final else ""
        if further and self.crawl.hosts.spend():
            yield self._request(replace(plan, vantage=further, hops=()))

    def _lost(self, plan: Plan) -> None:
        """Let an article that waits for a further page go on without it."""
        if plan.part:
            with self.crawl.careful(plan.url):
                self.crawl.part_failed(plan.url)
