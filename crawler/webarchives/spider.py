"""The way of a back-fill: the index first, to its end, then one capture of each payload, by address, in order of time.

Nothing here waits for a crawl of its outlet: what is asked is the archive. Its index and its captures have limits of
their own, and so slots of their own; who is told twice that it asks too often stops, as the next answer is a ban.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date
from time import monotonic
from typing import Any

from scrapy import Request, Spider
from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response

from archive.home import Home
from archive.records import Attempt, Capture, RunKind
from archive.store.listings import Listing, Memento
from crawler.fetch import guard
from crawler.fetch.bounds import torn
from crawler.fetch.capture import captured, header, hop
from crawler.fetch.failures import Forbidden, NotAsked, Unanswered, unanswered
from crawler.fetch.middlewares import OffsiteMiddleware
from crawler.fetch.pace import LONGEST_WAIT, retry_after
from crawler.webarchives.backfill import Backfill
from crawler.webarchives.errand import Errand, Wanted
from crawler.webarchives.index import read
from crawler.webarchives.playback import Refused, played

__all__ = ["BackfillSpider", "GateMiddleware", "index_slot"]

_AT_ONCE = 4
"""Addresses whose captures are fetched side by side."""
_BATCH = 100
_UNSTATED_WAIT = 60.0
_TOO_OFTEN = 429
_NOTHING = "nothing is listed, which does not say that there is nothing: ask again another day"


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


class BackfillSpider(Spider):
    """Does one errand."""

    name = "backfill"
    errand: Errand

    @classmethod
    def opened(cls, home: Home, _kind: RunKind, stop: Callable[[], None], *, loopback: bool) -> Backfill:
        """The back-fill that the add-on opens for this spider."""
        return Backfill(home, cls.errand, stop, loopback=loopback)

    @property
    def _backfill(self) -> Backfill:
        found: Backfill = self.crawler.palimpsest  # type: ignore[attr-defined]
        return found

    @property
    def _engine(self) -> ExecutionEngine:
        engine = self.crawler.engine
        assert engine is not None, "it is asked while the spider works"
        return engine

    async def start(self) -> AsyncIterator[Request]:
        """All of it; nothing is left to Scrapy's scheduler, which would forget it."""
        await self._work()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def _work(self) -> None:
        self._refusals, self._not_before = 0, 0.0
        try:
            await self._list()
            await self._fetch()
        except (_Stopped, NotAsked):
            pass
        except Exception as problem:  # noqa: BLE001 - Scrapy would print it, and end as if nothing had happened
            self._backfill.fail(problem)

    # --- the index -----------------------------------------------------------------------------------------------

    async def _list(self) -> None:
        backfill = self._backfill
        if (before := backfill.asked_before()) is not None:
            # The calls of a run that was killed a moment ago count.
            pause = 60 / backfill.errand.calls_a_minute - (backfill.now() - before).total_seconds()
            self._not_before = monotonic() + max(0.0, min(pause, 60.0))
        for wanted in backfill.errand.wanted:
            listing = backfill.listing(wanted)
            while listing.due:
                if not await self._page(listing, wanted):
                    break
                listing = backfill.listings.open(*self._key(wanted), backfill.now())
        if not backfill.any_listed():
            backfill.stats.note(f"{backfill.errand.host}: {_NOTHING}")

    def _key(self, wanted: Wanted) -> tuple[str, str, str]:
        errand = self._backfill.errand
        since, until = (day.isoformat() if day else "" for day in (errand.since, errand.until))
        return wanted.pattern, since, until

    async def _page(self, listing: Listing, wanted: Wanted) -> bool:
        """Ask for one answer of the index; whether there is more."""
        backfill, errand = self._backfill, self._backfill.errand
        url = errand.server.index(wanted.pattern, errand.since, errand.until, listing.resume_key)
        backfill.listings.asked(listing, backfill.now())
        response = await self._asked(url, index_slot(errand.host))
        if isinstance(response, Unanswered):
            backfill.stats.note(f"{url}: {response}")
            return False
        capture = self._captured(response)
        good = response.status == 200 and not capture.truncated
        answer = read(response.body) if good else None
        new = backfill.indexed(listing, wanted, capture, answer)
        if answer is None:
            backfill.stats.note(f"{url}: the index answers {response.status}{', and breaks off' * capture.truncated}")
            return False
        backfill.stats.remarks.append(f"{wanted.pattern}: {len(answer.rows)} captures listed, {new} of them are new")
        if not answer.rows and not listing.resume_key:
            backfill.stats.remarks.append(f"{wanted.pattern}: {_NOTHING}")
        if answer.odd:
            backfill.stats.note(f"{url}: {answer.odd} lines could not be understood")
        return bool(answer.resume_key and answer.rows and answer.resume_key != listing.resume_key)

    # --- captures ------------------------------------------------------------------------------------------------

    async def _fetch(self) -> None:
        backfill, after = self._backfill, 0
        while addresses := backfill.listings.addresses(backfill.listed, backfill.now(), after, _BATCH):
            after = addresses[-1]
            queue = iter(addresses)
            workers = [asyncio.ensure_future(self._through(queue)) for _ in range(_AT_ONCE)]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()

    async def _through(self, queue: Any) -> None:
        for address in queue:
            await self._address(address)

    async def _address(self, address: int) -> None:
        """One capture of each payload of an address; all others of the same digest are looks on the archive's word."""
        backfill, per_day = self._backfill, self._backfill.errand.per_day
        waiting = backfill.listings.waiting(address, backfill.listed, backfill.now())
        held: dict[str, Capture] = {}
        if any(one.digest for one in waiting):
            held = backfill.held(waiting[0].url)
        days: Counter[date] = Counter()
        sighted: list[Memento] = []
        for one in waiting:
            day = one.at.date()
            if one.digest and one.digest in held:
                sighted.append(one)
            elif not per_day or days[day] < per_day:
                days[day] += 1
                capture = await self._one(one)
                if capture is not None and one.digest:
                    held[one.digest] = capture
        backfill.sighted(sighted, held)

    async def _one(self, memento: Memento) -> Capture | None:
        """Fetch a capture; None where none came."""
        backfill, errand = self._backfill, self._backfill.errand
        url = errand.server.playback(memento.url, memento.at)
        response = await self._asked(url, errand.host)
        if isinstance(response, Unanswered):
            backfill.failed(memento, url, response)
            return None
        try:
            capture = played(memento.url, memento.at, memento.digest, hop(response), truncated=torn(response))
        except Refused as refusal:
            backfill.refused(memento, self._captured(response), refusal)
            return None
        backfill.take(memento, capture)
        return None if capture.truncated else capture

    # --- requests ------------------------------------------------------------------------------------------------

    def _captured(self, response: Response) -> Capture:
        """What the archive answered, under the archive's own address."""
        backfill = self._backfill
        return captured(guard.check_host(response.url, backfill.errand), (), response, backfill.now())

    async def _asked(self, url: str, slot: str) -> Response | Unanswered:
        """Ask the archive; who is told to wait waits, and asks once more."""
        while True:
            await self._turn()
            index = slot != self._backfill.errand.host
            meta = {"download_slot": slot, "autothrottle_dont_adjust_delay": index}
            try:
                response = await self._engine.download_async(Request(url, meta=meta, dont_filter=True))
            except NotAsked:
                raise
            except Exception as problem:  # noqa: BLE001 - the network's own, of every kind
                return unanswered(problem, url)
            if response.status != _TOO_OFTEN:
                return response
            self._wait(response)

    async def _turn(self) -> None:
        """Return when the archive may be asked."""
        while True:
            if not self._engine.running or self._backfill.failure is not None or self._refusals > 1:
                raise _Stopped
            if (left := self._not_before - monotonic()) <= 0:
                return
            await asyncio.sleep(min(left, 0.2))

    def _wait(self, response: Response) -> None:
        """Have everything wait that the archive is asked; stop where it says so for the second time."""
        self._refusals += 1
        stats = self._backfill.stats
        stats.answered(response.status)
        seconds = retry_after(header(response, "Retry-After"), self._backfill.now()) or _UNSTATED_WAIT
        if self._refusals > 1 or seconds > LONGEST_WAIT:
            self._refusals = 2
            stats.note(f"{response.url}: the archive says that it is asked too often: stopped; go on later")
            raise _Stopped
        self._not_before = monotonic() + seconds
        stats.remarks.append(f"the archive wanted to be left alone for {seconds:.0f} seconds")
