"""An open back-fill: its lock, its run, and what becomes of every answer; Scrapy's parts ask it as they ask a crawl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from archive import clock, db, output
from archive.errors import Busy, Damaged, UsageError
from archive.home import Home
from archive.records import Attempt, Capture, DiscoveryState, Judgement, RunKind, Source, TimeBasis, Verdict
from archive.store.frontier import Discoveries
from archive.store.leases import Lease
from archive.store.listings import Listing, Listings, Memento
from archive.warc import Within
from crawler.fetch.failures import Unanswered
from crawler.fetch.host_memory import HostMemory
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry
from crawler.pipeline.engines.protocol import Engine
from crawler.pipeline.executor import Result
from crawler.pipeline.intake import Intake
from crawler.pipeline.steps import Work
from crawler.pipeline.stored import Stored, capture_at
from crawler.pipeline.stretches import Chosen
from crawler.pipeline.whole_files import WholeFiles
from crawler.spiders.stats import CrawlStats
from crawler.webarchives.errand import Errand
from crawler.webarchives.playback import Refused, sha1

__all__ = ["Backfill"]


class Backfill:
    """A back-fill from one web archive. Made by the add-on before Scrapy's engine starts, closed by it at the end.

    `stop` is called once where nothing more may be fetched; `failure` then says why. `counts` are captures by outcome,
    `states` the listed captures by where they stand, once it has ended."""

    def __init__(self, home: Home, errand: Errand, stop: Callable[[], None], *, loopback: bool) -> None:
        if not home.contact and not loopback:
            raise UsageError(
                "set PALIMPSEST_CONTACT to an address or e-mail the archive can complain to; nothing is fetched without"
            )
        self.agent = f"Palimpsest/{version('palimpsest')} (+{home.contact or 'loopback'})"
        self.errand, self.now, self.tell = errand, clock.now, output.note
        self.stats = CrawlStats()
        self.interrupted = True
        self.failure: Exception | None = None
        self.states: Counter[str] = Counter()
        self._home, self._stop, self._lost = home, stop, False
        self._listed: list[int] = []
        self._stack = ExitStack()
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise

    def _open(self) -> None:
        home = self._home
        home.make()
        self._engine = engine = db.open_writer(home.database_url, home.database_wait)
        self._stack.callback(engine.dispose)
        db.ready(engine, create=True)
        # No two processes ask one archive: its limits are for all of ours together.
        lease = Lease(engine, self.errand.name, [self.errand.host])
        lease.acquire()
        self._stack.callback(self._give_back, lease)
        self._stack.enter_context(lease.kept(self._taken_over))
        intake = Intake(home, RunKind.BACKFILL, self.now, noted=self.stats.note)
        self._intake = self._stack.enter_context(intake)
        self.listings = Listings(engine, self.errand.base)
        self.listings.settle_committed()
        self._discoveries = Discoveries(engine)
        self.hosts = HostMemory(
            self.errand,
            self._discoveries,
            self.now,
            keep=lambda _robots: None,
            last_robots=lambda _url, _vantage: None,
            note=self.stats.note,
            remark=self.stats.remarks.append,
            longest_delay=home.longest_delay,
        )

    def _give_back(self, lease: Lease) -> None:
        with suppress(Busy):
            lease.release()

    def _taken_over(self) -> None:
        # On the thread that renews.
        self._lost = True

    # --- what Scrapy's parts ask ---------------------------------------------------------------------------------

    def fail(self, problem: Exception) -> None:
        """Fetch nothing more: the archive cannot be written, or the lock was lost."""
        if self.failure is None:
            self.failure = problem
            self._stop()

    def flush_late(self) -> None:
        """Send on what has waited for its group; called several times a second. Raises Busy where another process has
        taken over the lock."""
        if self._lost:
            raise Busy(f"the lock of the {self.errand.name} was taken over by another process")
        self._intake.hurry()

    def close(self, paces: Mapping[str, float]) -> None:
        """Commit what was taken, end the run, give the lock back; `paces` are seconds by host."""
        try:
            with self._stack:
                self._finish(paces)
        except Exception as problem:  # noqa: BLE001 - Scrapy would print it, and end as if nothing had happened
            self.failure = self.failure or problem
        self._engine.dispose()

    def _finish(self, paces: Mapping[str, float]) -> None:
        if self.failure is not None:
            # Nothing is written any more; the next run seals what had been committed.
            raise self.failure
        self._intake.flush()
        self.hosts.keep_paces(paces)
        self.states = self.listings.counts(self._listed)

    # --- the index -----------------------------------------------------------------------------------------------

    def listing(self, pattern: str) -> Listing:
        """How far an archive has answered for a pattern."""
        since, until = (day.isoformat() if day else "" for day in (self.errand.since, self.errand.until))
        found = self.listings.open(pattern, since, until, self.now())
        if found.id not in self._listed:
            self._listed.append(found.id)
        return found

    def indexed(self, capture: Capture, outlet: Outlet, *, read: bool) -> None:
        """Keep an answer of the index as evidence; `read`: it could be."""
        self.stats.answered(capture.status)
        judged = Judgement(Verdict.LISTING) if read else Judgement(Verdict.ERROR_PAGE, f"HTTP {capture.status}")
        self._intake.take(replace(capture, source=Source.WEB_INDEX), outlet, judged=judged)
        self._intake.flush()

    def any_listed(self) -> bool:
        """Whether anything that is wanted is listed by now."""
        return bool(self.listings.counts(self._listed))

    # --- captures ------------------------------------------------------------------------------------------------

    @property
    def listed(self) -> list[int]:
        """The integers of the listings of this back-fill."""
        return self._listed

    def held(self, url: str) -> dict[str, Capture]:
        """What the archive holds of an address, by the digest that web archives list."""
        found: dict[str, Capture] = {}
        for place in self._intake.lookups.places(url):
            with suppress(Damaged):
                capture = capture_at(self._home.warc, place)
                found.setdefault(sha1(capture.body), capture)
        return found

    def take(self, memento: Memento, capture: Capture) -> None:
        """Take a capture as the web archive gave it; it is settled once it is committed."""
        self.stats.answered(capture.status)
        self._intake.take(capture, self._outlet(memento))
        self._settle([memento])

    def sighted(
        self, mementos: list[Memento], of: Mapping[str, Capture], shown_at: Callable[[str, datetime], str]
    ) -> None:
        """Take looks that are known from the index alone: it says that what was captured then had the same digest;
        `shown_at` is where the archive would show it."""
        for one in mementos:
            first = of[one.digest]
            look = Capture(
                url=one.url,
                fetched_at=one.at,
                body=first.body,
                status=first.status,
                headers=first.headers,
                source=Source.WEB_INDEX,
                time_basis=TimeBasis.ARCHIVE,
                origin=f"{shown_at(one.url, one.at)}, by its index alone",
            )
            self._intake.take(look, self._outlet(one))
        self._settle(mementos)

    def given(self, capture: Capture, outlet: Outlet, read: Callable[[Work], Result | None]) -> None:
        """Take a capture of a WARC file of others, which may have been `read` before."""
        self._intake.take(capture, outlet, read=read)

    def whole_files(self, engine: Engine, chosen: Chosen, files: Iterable[Path | Within]) -> WholeFiles:
        """What an engine reads of files of others."""
        return WholeFiles(engine, self._intake, chosen, files, self.stats.note)

    @property
    def stored(self) -> Stored:
        """What the archive holds, for revisits."""
        return self._intake.stored

    def folder(self) -> Path:
        """Where files are kept until they are whole and read; in the archive's folder, which has room for them."""
        found = self._home.folder / "backfill"
        found.mkdir(parents=True, exist_ok=True)
        return found

    def _settle(self, mementos: list[Memento]) -> None:
        if mementos:
            self._intake.flush()
            self.listings.settle([one.id for one in mementos], DiscoveryState.CAPTURED)

    def refused(self, memento: Memento, capture: Capture, refusal: Refused) -> None:
        """Keep what the archive answered instead of a capture, and say why it is none."""
        self.stats.answered(capture.status)
        self._intake.take(capture, self._outlet(memento), judged=Judgement(Verdict.UNREADABLE, str(refusal)))
        self._intake.flush()
        self.stats.note(f"{capture.url}: {refusal}")
        if refusal.final:
            self.listings.settle([memento.id], DiscoveryState.FAILED)
        else:
            self.listings.failed(memento.id, self.now())

    def unanswered(self, outlet: Outlet, url: str, why: Unanswered) -> None:
        """Note a request that ended without an answer."""
        self.stats.attempts[why.attempt.value] += 1
        said, at = str(why)[:200], self.now()
        final = why.final and why.attempt is Attempt.OFF_LIMITS
        self._discoveries.failed(self._intake.run, outlet.facts, url, why.attempt, said, at, final=final)

    def failed(self, memento: Memento, url: str, why: Unanswered) -> None:
        """The same of a capture, which is asked for again another day."""
        self.unanswered(self._outlet(memento), url, why)
        self.listings.failed(memento.id, self.now())

    def _outlet(self, memento: Memento) -> Outlet:
        known = self._intake.outlets.outlets.get(memento.outlet)
        return known or self._intake.outlets.for_url(memento.url, memento.at)

    @property
    def outlets(self) -> Registry:
        """The outlets, with what the archive has learnt of them."""
        return self._intake.outlets

    def asked_before(self) -> datetime | None:
        """When the index was asked last, by whatever run."""
        return self.listings.last_asked()

    @property
    def counts(self) -> Counter[str]:
        """How many captures came to which outcome."""
        return self._intake.counts

    @property
    def head(self) -> str:
        """The head of the chain of seals, once the run has ended; empty where it could not."""
        return self._intake.head

    @property
    def run_name(self) -> str:
        """The public id of the run."""
        return self._intake.run.name
