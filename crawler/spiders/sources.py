"""What an outlet's feeds, sitemaps, listings and robots.txt answer: evidence that is no article, judged and counted
apart. What has died is told when it is found dead, and quietly as long as it stays so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from archive.records import Capture, Judgement, Verdict
from crawler.discover import Discovery
from crawler.outlets.base import Outlet
from crawler.parse.decode import LONGEST_BODY
from crawler.pipeline.intake import Intake
from crawler.spiders.clock_watch import ClockWatch
from crawler.spiders.stats import CrawlStats

__all__ = ["Sources"]

_FINE = frozenset({200, 304})
_GONE = frozenset({404, 410})
_TOO_BIG = f"more than {LONGEST_BODY:,} bytes: what is beyond was not read"


class Sources:
    """The sources of one outlet in one run. `failing_since` says since when an address was answered by errors only
    before this run; None where it was not."""

    def __init__(
        self,
        outlet: Outlet,
        intake: Intake,
        stats: CrawlStats,
        clock: ClockWatch,
        failing_since: Callable[[str], datetime | None],
    ) -> None:
        self._outlet, self._intake, self._stats, self._clock = outlet, intake, stats, clock
        self._failing_since = failing_since

    def robots(self, capture: Capture) -> None:
        """Take a robots.txt. That there is none is no problem; whom one keeps back that cannot be read tells so."""
        self._stats.answers += 1
        self._take(capture, _judged(capture, Discovery()), self._stats.robots)

    def take(self, capture: Capture, found: Discovery, *, needed: bool, refusal: str = "") -> None:
        """Take a feed, sitemap or listing with what was found in it. `needed`: it is meant to be there; `refusal`: why
        its redirect is not followed."""
        self._stats.answered(capture.status)
        judgement = Judgement(Verdict.REDIRECTED, refusal) if refusal else _judged(capture, found)
        self._take(capture, judgement, self._stats.sources)
        problem = judgement.reason
        if capture.status not in _FINE:
            problem = self._dead(capture, refusal) if needed else ""
        if problem:
            self._stats.note(f"{capture.url}: {problem}")

    def _take(self, capture: Capture, judgement: Judgement, counted: Counter[str]) -> None:
        self._clock.hear(capture)
        if self._intake.take(capture, self._outlet, judged=judgement):
            counted[judgement.verdict.value] += 1

    def _dead(self, capture: Capture, refusal: str) -> str:
        """What is said of a source that does not answer as it should; nothing where that was said in an earlier run."""
        answers = f"answers {capture.status}{refusal and f', which is not followed: {refusal}'}"
        since = self._failing_since(capture.url)
        if since is None:
            return f"{answers}: nothing is found by it"
        self._stats.remarks.append(f"{capture.url}: {answers}, and nothing better since {since:%Y-%m-%d}")
        return ""


def _judged(capture: Capture, found: Discovery) -> Judgement:
    if capture.status not in _FINE:
        return Judgement(Verdict.GONE if capture.status in _GONE else Verdict.ERROR_PAGE, f"HTTP {capture.status}")
    if _is_too_big(capture):
        return Judgement(Verdict.TOO_BIG, _joined(_TOO_BIG, found))
    if capture.truncated:
        return Judgement(Verdict.CUT, _joined("the answer breaks off", found))
    return Judgement(Verdict.TOO_BIG if found.too_big else Verdict.LISTING, found.problem)


def _is_too_big(capture: Capture) -> bool:
    announced = capture.header("Content-Length").strip()[:18]
    length = int(announced) if announced.isascii() and announced.isdecimal() else 0
    return capture.truncated and max(length, len(capture.body)) > LONGEST_BODY


def _joined(why: str, found: Discovery) -> str:
    """Why not all of a document is there; what else is said of it follows from that where nothing was found in it."""
    return f"{why}; {found.problem}" if found.found and found.problem else why
