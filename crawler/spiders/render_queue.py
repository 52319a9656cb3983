"""Pages whose text only a script brings: they wait for a browser, or, where there is none, for another crawl."""

from __future__ import annotations

from dataclasses import replace

from archive.records import Attempt, Capture, Judgement, Verdict
from crawler.fetch.browsers import Browser
from crawler.fetch.visit import wanted
from crawler.outlets.base import Outlet
from crawler.pipeline.intake import Intake
from crawler.pipeline.steps import Work
from crawler.spiders.frontier import Frontier
from crawler.spiders.holdings import Holdings
from crawler.spiders.stats import CrawlStats

__all__ = ["RenderQueue"]


class RenderQueue:
    """The pages of one crawl that are kept for a browser. `browser` is None where there is none to show them to."""

    def __init__(
        self,
        outlet: Outlet,
        browser: Browser | None,
        intake: Intake,
        holdings: Holdings,
        frontier: Frontier,
        stats: CrawlStats,
    ) -> None:
        self.browser = browser
        self._outlet, self._intake, self._holdings = outlet, intake, holdings
        self._frontier, self._stats = frontier, stats
        self._shells: list[Work] = []

    def __len__(self) -> int:
        return len(self._shells)

    def sift(self, work: Work) -> Work | None:
        """Keep a page that needs a browser; where there is none it is recorded as it is, and waits."""
        if not wanted(work.capture, work.outlet, work.judgement.verdict):
            return work
        if self.browser is not None:
            self._shells.append(work)
            return None
        self._no_browser(work.capture.url)
        return replace(work, settles=False)

    def take(self) -> list[Work]:
        """The pages that were kept since this was asked last."""
        shells, self._shells = self._shells, []
        return shells

    def lacks_browser(self, url: str) -> bool:
        """Whether asking for a page is in vain: its text comes by a browser only, and there is none. Then the page
        waits for one."""
        if self.browser is not None or not (self._outlet.browser.always or self._holdings.seen_by_browser(url)):
            return False
        self._no_browser(url)
        return True

    def rendered(self, plain: Work, capture: Capture) -> None:
        """Take what a browser made of a page."""
        self._intake.rendered(plain, capture)

    def unrendered(self, plain: Work, said: str) -> None:
        """Record a page that did not come through a browser. It says nothing of its article: not that it is empty."""
        judgement = Judgement(Verdict.UNREADABLE, said)
        self._intake.record(replace(plain, judgement=judgement, reading=None, content=None, settles=False))

    def give_up(self, plain: Work, said: str) -> None:
        """Go on without the browser that was found, because it cannot be started."""
        if self.browser is not None:
            self._stats.note(said)
        self.browser = None
        self._no_browser(plain.capture.url)

    def close(self) -> None:
        """Record the pages that no browser has seen."""
        for work in self.take():
            self.unrendered(work, "the crawl ended before a browser had seen it")

    def _no_browser(self, url: str) -> None:
        """Note a page that waits for a browser."""
        self._frontier.failed(url, Attempt.NO_BROWSER, "no browser to show it to", final=True)
