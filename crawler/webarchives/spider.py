"""The way of a back-fill by an index: that first, to its end, then one capture of each payload, by address, in order of
time. The index and the captures have limits of their own, and so slots of their own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import date

from archive.records import Capture, DiscoveryState
from archive.store.listings import Listing, Memento
from crawler.fetch.bounds import torn
from crawler.fetch.capture import hop, sent
from crawler.fetch.failures import Unanswered
from crawler.webarchives.asking import AskingSpider, index_slot
from crawler.webarchives.errand import IndexErrand, Wanted
from crawler.webarchives.index import Answer, read
from crawler.webarchives.playback import Refused, played

__all__ = ["BackfillSpider"]

_AT_ONCE = 4
"""Addresses whose captures are fetched side by side."""
_BATCH = 100
_NOTHING = "nothing is listed, which does not say that there is nothing: ask again another day"


class BackfillSpider(AskingSpider):
    """Lists, then fetches."""

    errand: IndexErrand

    async def work(self) -> None:
        """All of it."""
        await self._list()
        await self._fetch()

    # --- the index -----------------------------------------------------------------------------------------------

    async def _list(self) -> None:
        backfill = self.backfill
        if (before := backfill.asked_before()) is not None:
            # The calls of a run that was killed a moment ago count.
            pause = 60 / self.errand.calls_a_minute - (backfill.now() - before).total_seconds()
            self.pause(max(0.0, min(pause, 60.0)))
        for wanted in self.errand.wanted:
            listing = backfill.listing(wanted.pattern)
            while listing.due:
                if not await self._page(listing, wanted):
                    break
                listing = backfill.listing(wanted.pattern)
        if not backfill.any_listed():
            backfill.stats.note(f"{self.errand.host}: {_NOTHING}")

    async def _page(self, listing: Listing, wanted: Wanted) -> bool:
        """Ask for one answer of the index; whether there is more."""
        backfill, errand = self.backfill, self.errand
        url = errand.server.index(wanted.pattern, errand.since, errand.until, listing.resume_key)
        backfill.listings.asked(listing, backfill.now())
        response = await self.asked(url, index_slot(errand.host))
        if isinstance(response, Unanswered):
            backfill.stats.note(f"{url}: {response}")
            return False
        capture = self.captured(response)
        good = response.status == 200 and not capture.truncated
        answer = read(response.body) if good else None
        new = self._kept(listing, wanted, capture, answer)
        if answer is None:
            backfill.stats.note(f"{url}: the index answers {response.status}{', and breaks off' * capture.truncated}")
            return False
        backfill.stats.remarks.append(f"{wanted.pattern}: {len(answer.rows)} captures listed, {new} of them are new")
        if not answer.rows and not listing.resume_key:
            backfill.stats.remarks.append(f"{wanted.pattern}: {_NOTHING}")
        if answer.odd:
            backfill.stats.note(f"{url}: {answer.odd} lines could not be understood")
        return bool(answer.resume_key and answer.rows and answer.resume_key != listing.resume_key)

    def _kept(self, listing: Listing, wanted: Wanted, capture: Capture, answer: Answer | None) -> int:
        """Keep an answer of the index as evidence, then what it lists (None: it lists nothing that can be read);
        how many captures are new."""
        backfill, outlets = self.backfill, self.backfill.outlets
        outlet = wanted.outlet or outlets.for_url(wanted.pattern.partition(":")[2], capture.fetched_at)
        backfill.indexed(capture, outlet, read=answer is not None)
        if answer is None:
            return 0
        rows = [row for row in answer.rows if self.errand.within(row.at)]
        listed = list(wanted.listed(rows, outlets))
        return backfill.listings.keep(listing, listed, len(answer.rows), answer.resume_key, backfill.now())

    # --- captures ------------------------------------------------------------------------------------------------

    async def _fetch(self) -> None:
        backfill, after = self.backfill, 0
        waits = backfill.listings.counts(backfill.listed)[DiscoveryState.WAITING.value]
        backfill.tell(f"{waits} captures wait: at most {waits} requests, fewer where payloads are the same")
        while addresses := backfill.listings.addresses(backfill.listed, backfill.now(), after, _BATCH):
            after = addresses[-1]
            queue = iter(addresses)
            workers = [asyncio.ensure_future(self._through(queue)) for _ in range(_AT_ONCE)]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()

    async def _through(self, queue: Iterator[int]) -> None:
        for address in queue:
            await self._address(address)

    async def _address(self, address: int) -> None:
        """One capture of each payload of an address; all others of the same digest are looks on the archive's word."""
        backfill, errand = self.backfill, self.errand
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
            elif not errand.per_day or days[day] < errand.per_day:
                days[day] += 1
                capture = await self._one(one)
                if capture is not None and one.digest:
                    held[one.digest] = capture
        backfill.sighted(sighted, held, errand.server.playback)

    async def _one(self, memento: Memento) -> Capture | None:
        """Fetch a capture; None where none came."""
        backfill, errand = self.backfill, self.errand
        url = errand.server.playback(memento.url, memento.at)
        response = await self.asked(url)
        if isinstance(response, Unanswered):
            backfill.failed(memento, url, response)
            return None
        try:
            capture = played(
                memento.url,
                memento.at,
                memento.digest,
                hop(response),
                truncated=torn(response),
                request=sent(response),
            )
        except Refused as refusal:
            backfill.refused(memento, self.captured(response), refusal)
            return None
        backfill.take(memento, capture)
        return None if capture.truncated else capture
