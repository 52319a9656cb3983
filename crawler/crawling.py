"""Crawls run from the command line: Scrapy's process with our settings, and what each outlet came to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from archive import db
from archive.home import Home
from archive.questions import ledgers
from archive.records import Attempt, RunKind
from crawler.outlets import registry
from crawler.session import Session
from crawler.spiders import OutletLoader

__all__ = ["Result", "crawl", "enabled", "summary"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a crawl of one outlet came to: its run, captures by outcome, attempts without an answer by word, remarks,
    and what stopped it (None: it ended by itself)."""

    outlet: str
    run: str
    captures: dict[str, int]
    attempts: dict[str, int]
    problems: tuple[str, ...]
    failure: Exception | None = None

    @property
    def reached(self) -> bool:
        """Whether anything was answered, or nothing had to be asked."""
        return bool(self.captures) or set(self.attempts) <= {Attempt.NO_BROWSER}


def _settings(home: Home, kind: RunKind, more: Mapping[str, Any]) -> Settings:
    settings = get_project_settings()
    settings.setmodule("crawler.settings", priority="project")
    ours = {"PALIMPSEST_HOME": str(home.folder), "DATABASE_URL": home.database_url, "PALIMPSEST_RUN": kind.value}
    for name, value in {**ours, **more}.items():
        settings.set(name, value, "cmdline")
    return settings


def crawl(
    home: Home, names: Sequence[str], kind: RunKind, arguments: Mapping[str, Any], settings: Mapping[str, Any]
) -> list[Result]:
    """Crawl outlets side by side until each is done; one that fails does not stop the others.

    `arguments` are the spiders' (`-a`), `settings` Scrapy's (`-s`). Raises NotFound for a name that is no outlet's, and
    what kept them from beginning where none could."""
    outlets = registry(home.outlets)
    for name in names:
        outlets.get(name)
    process = AsyncCrawlerProcess(_settings(home, kind, settings))
    loader = OutletLoader(home.outlets)
    made = [process.create_crawler(loader.load(name)) for name in names]
    tasks = [process.crawl(one, **arguments) for one in made]
    process.start()
    failures = [problem for task in tasks if (problem := _failure(task)) is not None]
    if len(failures) == len(made):
        raise failures[0]
    return [_result(one) for one in made if hasattr(one, "palimpsest")]


def enabled(home: Home) -> list[str]:
    """The outlets the archive holds that can be crawled."""
    known = set(OutletLoader(home.outlets).list())
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            return sorted(known & {ledger.outlet for ledger in ledgers.status(connection)})
    finally:
        engine.dispose()


def summary(result: Result) -> str:
    """What a crawl came to, in words."""
    captures = ", ".join(f"{number} {word}" for word, number in sorted(result.captures.items())) or "nothing new"
    attempts = ", ".join(f"{number} {word}" for word, number in sorted(result.attempts.items()))
    lines = [f"{result.outlet}: {captures}" + (f"; without an answer: {attempts}" if attempts else "")]
    return "\n".join([*lines, *(f"    {problem}" for problem in result.problems[:20])])


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None


def _result(made: Crawler) -> Result:
    session = Session.of(made)
    return Result(
        outlet=session.outlet.name,
        run=session.run_name,
        captures=dict(session.counts),
        attempts=dict(session.attempts),
        problems=tuple(session.problems),
        failure=session.failure,
    )
