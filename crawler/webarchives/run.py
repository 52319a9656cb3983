"""Back-fills run from the command line: Scrapy's process with our settings, and what each came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from archive.home import Home
from archive.records import RunKind
from crawler import settings as ours
from crawler.spiders.run import settings_for
from crawler.webarchives.asking import AskingSpider, index_slot
from crawler.webarchives.backfill import Backfill
from crawler.webarchives.errand import Errand

__all__ = ["Result", "backfill"]

_CAPTURES_A_MINUTE = 240
"""Half of what the Wayback Machine bears."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a back-fill came to: its run, captures by outcome, listed captures by state, attempts without an answer by
    word, problems, remarks; what stopped it, whether a person did, and the head of the chain of seals then."""

    run: str
    captures: dict[str, int]
    listed: dict[str, int]
    attempts: dict[str, int]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    failure: Exception | None
    interrupted: bool
    head: str


def _settings(errand: Errand, given: Mapping[str, Any]) -> dict[str, Any]:
    # Asked is an interface that is published for programs, for addresses a person named: no robots.txt speaks of that.
    passed = {
        **ours.DOWNLOADER_MIDDLEWARES,
        "crawler.fetch.middlewares.OffsiteMiddleware": None,
        "crawler.fetch.middlewares.RobotsTxtMiddleware": None,
        "crawler.fetch.rendering.RenderingMiddleware": None,
        "crawler.webarchives.asking.GateMiddleware": 50,
    }
    # A second more than a minute's share: no minute has one call more, wherever it begins.
    seldom = {"concurrency": 1, "delay": 61 / errand.calls_a_minute, "jitter": 0}
    return {
        "DOWNLOAD_DELAY": 60 / _CAPTURES_A_MINUTE,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        **given,
        "DOWNLOADER_MIDDLEWARES": passed,
        "DOWNLOAD_SLOTS": {index_slot(errand.host): seldom},
    }


def backfill(home: Home, spider: type[AskingSpider], errand: Errand, settings: Mapping[str, Any]) -> Result:
    """Do an errand to its end, or to an interruption. Raises what kept it from beginning."""
    process = AsyncCrawlerProcess(settings_for(home, RunKind.BACKFILL, _settings(errand, settings)))
    made = process.create_crawler(type("Backfilling", (spider,), {"errand": errand}))
    task = process.crawl(made)
    process.start()
    kept = task.exception() if task.done() and not task.cancelled() else None
    found: Backfill | None = getattr(made, "palimpsest", None)
    if found is None or (kept is not None and not isinstance(kept, Exception)):
        raise kept or RuntimeError("the back-fill did not begin")
    return Result(
        run=found.run_name,
        captures=dict(found.counts),
        listed=dict(found.states),
        attempts=dict(Counter(found.stats.attempts)),
        problems=tuple(found.stats.problems),
        remarks=tuple(found.stats.remarks),
        failure=found.failure or kept,
        interrupted=found.interrupted,
        head=found.head,
    )
