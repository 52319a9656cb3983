"""Crawls run from the command line: Scrapy's process with our settings, and what each outlet came to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from archive.errors import INTERRUPTED, Busy, Unreachable
from archive.home import Home
from archive.records import Attempt, RunKind
from crawler.outlets.registry import registry
from crawler.spiders.crawl import Crawl
from crawler.spiders.loader import OutletLoader

__all__ = ["Result", "code", "crawl", "run", "settings_for", "summary"]

_SHOWN = 20
"""Problems a summary lists."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a crawl of one outlet came to: its run (empty: it did not begin), captures by outcome, attempts without an
    answer by word, problems, how many addresses are left waiting and remarks that are no problem; which of the captures
    are feeds, sitemaps and listings (`sources`) or a robots.txt; what stopped it (None: nothing did), whether a person
    did, the head of the chain of seals then (empty: it was not sealed), and why the outlet counts as unreachable
    (empty: it does not)."""

    outlet: str
    run: str = ""
    captures: dict[str, int] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    waiting: int = 0
    remarks: tuple[str, ...] = ()
    sources: dict[str, int] = field(default_factory=dict)
    robots: dict[str, int] = field(default_factory=dict)
    failure: Exception | None = None
    interrupted: bool = False
    head: str = ""
    refused: str = ""

    @property
    def unreachable(self) -> str:
        """That nothing was answered though something was asked, or all was refused, in words; else empty."""
        if self.refused or self.captures or set(self.attempts) <= {Attempt.NO_BROWSER}:
            return self.refused
        return f"nothing was answered by {self.outlet}; is it reachable from here?"

    @property
    def articles(self) -> dict[str, int]:
        """Captures by outcome, those of sources and of robots.txt left out."""
        return dict(Counter(self.captures) - Counter(self.sources) - Counter(self.robots))


def settings_for(home: Home, kind: RunKind, more: Mapping[str, Any]) -> Settings:
    """Scrapy's settings for a run of an archive: ours, and those given."""
    settings = get_project_settings()
    settings.setmodule("crawler.settings", priority="project")
    ours = {"PALIMPSEST_HOME": str(home.folder), "DATABASE_URL": home.database_url, "PALIMPSEST_RUN": kind.value}
    for name, value in {**ours, **more}.items():
        settings.set(name, value, "cmdline")
    return settings


def crawl(
    home: Home,
    names: Sequence[str],
    kind: RunKind,
    arguments: Mapping[str, Any],
    settings: Mapping[str, Any],
    bar: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Result]:
    """Crawl outlets side by side until each is done; one that fails does not stop the others.

    `arguments` are the spiders' (`-a`), `settings` Scrapy's (`-s`). `bar` is told how many answers came in, and of how
    many (0: nobody knows). Raises NotFound for a name that is no outlet's."""
    outlets = registry(home.outlets)
    for name in names:
        outlets.get(name)
    process = AsyncCrawlerProcess(settings_for(home, kind, settings))
    loader = OutletLoader(home.outlets)
    # An outlet that is named twice is crawled once.
    made = [process.create_crawler(loader.load(name)) for name in dict.fromkeys(names)]
    for one in made:
        one.signals.connect(lambda: bar(*_progress(made)), signals.response_received, weak=False)
    return run(process, made, arguments)


def run(process: AsyncCrawlerProcess, made: Sequence[Crawler], arguments: Mapping[str, Any]) -> list[Result]:
    """Run crawlers to their end, or to an interruption: once finishes what is in flight, twice stops now."""
    tasks = [process.crawl(one, **arguments) for one in made]
    process.start()
    return [_result(one, task) for one, task in zip(made, tasks, strict=True)]


def code(results: Sequence[Result], *, alone: bool = True) -> int:
    """The exit code of crawls that ended. Raises what stopped one of them, and Unreachable.

    Without `alone`, an outlet that another process is crawling is left to it, and is no failure."""
    failures = [one.failure for one in results if one.failure and (alone or not isinstance(one.failure, Busy))]
    if failures:
        raise failures[0]
    if any(one.interrupted for one in results):
        return INTERRUPTED
    if unreachable := [one.unreachable for one in results if one.unreachable]:
        raise Unreachable("; ".join(unreachable))
    return int(any(one.problems or one.attempts for one in results))


def summary(result: Result) -> str:
    """What a crawl came to, in words."""
    if not result.run:
        left = "left alone" if isinstance(result.failure, Busy) else "did not begin"
        return f"{result.outlet}: {left}: {result.failure}"
    apart = {"sources": result.sources, "robots.txt": result.robots, "without an answer": result.attempts}
    told = [f"{name}: {_told(counts)}" for name, counts in apart.items() if counts]
    said = [f"{result.outlet}: {'; '.join([_told(result.articles) or 'nothing new', *told])}"]
    said += [f"    {words}" for words in (*result.remarks[:_SHOWN], *result.problems[:_SHOWN])]
    if len(result.problems) > _SHOWN:
        said.append(f"    and {len(result.problems) - _SHOWN} more")
    if result.head:
        said.append(f"    head {result.head}")
    if result.failure:
        said.append(f"    stopped: {result.failure}")
    return "\n".join(said)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))


def _progress(made: Sequence[Crawler]) -> tuple[int, int]:
    stats = [Crawl.of(one).stats for one in made if hasattr(one, "palimpsest")]
    return sum(one.answers for one in stats), sum(one.expected for one in stats)


def _result(made: Crawler, task: asyncio.Task[None]) -> Result:
    # Asked for here, whatever became of the task: else asyncio prints it with a traceback.
    kept = task.exception() if task.done() and not task.cancelled() else None
    if kept is not None and not isinstance(kept, Exception):
        raise kept
    if not hasattr(made, "palimpsest"):
        return Result(made.spidercls.outlet.name, failure=kept)  # type: ignore[attr-defined]
    crawl, stats = Crawl.of(made), Crawl.of(made).stats
    return Result(
        outlet=crawl.outlet.name,
        run=crawl.run_name,
        captures=dict(crawl.counts),
        attempts=dict(stats.attempts),
        problems=tuple(stats.problems),
        waiting=stats.waiting,
        remarks=tuple(stats.remarks),
        sources=dict(stats.sources),
        robots=dict(stats.robots),
        failure=crawl.failure or kept,
        interrupted=crawl.interrupted,
        head=crawl.head,
        refused=stats.unreachable,
    )
