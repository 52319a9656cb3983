"""`scrapy crawl`, with a sentence and an exit code where a crawl cannot begin or is stopped: Scrapy has a traceback."""

from __future__ import annotations

import argparse

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from archive import output
from archive.errors import INTERRUPTED, NotFound, PalimpsestError
from crawler.spiders import run

__all__ = ["Command"]


class Command(crawl.Command):
    """Scrapy's own, but for its end. As with Scrapy, a crawl that ran to its end is 0 whatever it met."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider of one outlet."""
        if len(args) != 1:
            raise UsageError("name one outlet: `scrapy list` shows them")
        try:
            self.exitcode = self._ended(args[0], opts)
        except KeyError as unknown:
            self.exitcode = NotFound.exit_code
            output.note(f"scrapy crawl: {unknown.args[0]}")
        except PalimpsestError as problem:
            self.exitcode = problem.exit_code
            output.note(f"scrapy crawl: {problem}")

    def _ended(self, name: str, opts: argparse.Namespace) -> int:
        process = self.crawler_process
        if not isinstance(process, AsyncCrawlerProcess):
            raise UsageError("outlets are crawled on asyncio: leave FORCE_CRAWLER_PROCESS and TWISTED_REACTOR unset")
        (result,) = run.run(process, [self._create_crawler(name)], opts.spargs)
        for problem in result.problems:
            output.note(f"{name}: {problem}")
        if result.failure is not None:
            raise result.failure
        return INTERRUPTED if result.interrupted else 0
