"""How a web archive is asked: one thing after another, by whoever does an errand, past the gate and at its pace. Who is
told twice that it asks too often stops: the next answer is a ban.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from time import monotonic

from scrapy import Request, Spider
from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response

from archive.home import Home
from archive.records import Attempt, Capture, RunKind
from crawler.fetch import guard
from crawler.fetch.capture import captured, header
from crawler.fetch.failures import Forbidden, NotAsked, Unanswered, unanswered
from crawler.fetch.middlewares import OffsiteMiddleware
from crawler.fetch.pace import LONGEST_WAIT, retry_after
from crawler.webarchives.backfill import Backfill
from crawler.webarchives.errand import Errand

__all__ = ["AskingSpider", "GateMiddleware", "index_slot"]

_UNSTATED_WAIT = 60.0
_TOO_OFTEN = 429


def index_slot(host: str) -> str:
    """The name under which the index of an archive is asked: more seldom than its captures."""
    return f"{host} index"


class GateMiddleware(OffsiteMiddleware):
    """Lets pass what is asked of the web archive, and nothing else."""

    def process_request(self, request: Request) -> None:
        """Let a request pass or raise Forbidden."""
        try:
            guard.check_host(request.url, self._allowed)
        except guard.Refused as refusal:
            raise Forbidden(Attempt.OFF_LIMITS, f"off-limits: {refusal}", final=True) from None


class _Stopped(Exception):
    """Nothing more is asked: a person wants it to end, or the archive does."""


class AskingSpider(Spider):
    """Does one errand; nothing is left to Scrapy's scheduler, which would forget it."""

    name = "backfill"
    errand: Errand

    @classmethod
    def opened(cls, home: Home, _kind: RunKind, stop: Callable[[], None], *, loopback: bool) -> Backfill:
        """The back-fill that the add-on opens for this spider."""
        return Backfill(home, cls.errand, stop, loopback=loopback)

    @property
    def backfill(self) -> Backfill:
        """The open back-fill."""
        found: Backfill = self.crawler.palimpsest  # type: ignore[attr-defined]
        return found

    @property
    def _engine(self) -> ExecutionEngine:
        engine = self.crawler.engine
        assert engine is not None, "it is asked while the spider works"
        return engine

    async def start(self) -> AsyncIterator[Request]:
        """All of it."""
        self._refusals, self._not_before = 0, 0.0
        try:
            await self.work()
        except (_Stopped, NotAsked):
            pass
        except Exception as problem:  # noqa: BLE001 - Scrapy would print it, and end as if nothing had happened
            self.backfill.fail(problem)
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    @abstractmethod
    async def work(self) -> None:
        """What the errand is."""

    def pause(self, seconds: float) -> None:
        """Ask nothing for so long."""
        self._not_before = monotonic() + seconds

    # --- requests ------------------------------------------------------------------------------------------------

    def captured(self, response: Response) -> Capture:
        """What the archive answered, under the archive's own address."""
        backfill = self.backfill
        return captured(guard.check_host(response.url, backfill.errand), (), response, backfill.now())

    async def asked(self, url: str, slot: str = "", **headers: str) -> Response | Unanswered:
        """Ask the archive, in a slot of its own where one is named; who is told to wait waits, and asks once more."""
        while True:
            await self.turn()
            meta = {"download_slot": slot, "autothrottle_dont_adjust_delay": True} if slot else None
            try:
                request = Request(url, meta=meta, headers=headers, dont_filter=True)
                response = await self._engine.download_async(request)
            except NotAsked:
                raise
            except Exception as problem:  # noqa: BLE001 - the network's own, of every kind
                return unanswered(problem, url)
            if response.status != _TOO_OFTEN:
                return response
            self._wait(response)

    async def turn(self) -> None:
        """Return when the archive may be asked."""
        while True:
            if not self._engine.running or self.backfill.failure is not None or self._refusals > 1:
                raise _Stopped
            if (left := self._not_before - monotonic()) <= 0:
                return
            await asyncio.sleep(min(left, 0.2))

    def _wait(self, response: Response) -> None:
        """Have everything wait that the archive is asked; stop where it says so for the second time."""
        self._refusals += 1
        stats = self.backfill.stats
        stats.answered(response.status)
        seconds = retry_after(header(response, "Retry-After"), self.backfill.now()) or _UNSTATED_WAIT
        if self._refusals > 1 or seconds > LONGEST_WAIT:
            self._refusals = 2
            stats.note(f"{response.url}: the archive says that it is asked too often: stopped; go on later")
            raise _Stopped
        self._not_before = monotonic() + seconds
        stats.remarks.append(f"the archive wanted to be left alone for {seconds:.0f} seconds")
