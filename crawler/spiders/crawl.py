"""One outlet's crawl: its lock, its run, and what becomes of every answer. Its parts do the rest, each one thing."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from archive import clock, db, patience
from archive.errors import Busy, DiskFull, PalimpsestError, UsageError
from archive.home import Home
from archive.query import health
from archive.query.added import domains_added
from archive.records import Attempt, Capture, DiscoveryState, DoubtKind, Judgement, Outcome, RunKind, Verdict
from archive.room import Room
from archive.store import alarms, run_ends
from archive.store.frontier import Discoveries
from archive.store.leases import Lease
from archive.wording import counted
from crawler.discover import Discovery
from crawler.fetch import browsers, guard
from crawler.fetch.capture import CIRCLES, circles_for_a_cookie
from crawler.fetch.host_memory import HostMemory
from crawler.fetch.resolver import PROXIES
from crawler.fetch.vantages import proxies
from crawler.outlets.base import Outlet
from crawler.outlets.find import Find
from crawler.parse.language import contradicts
from crawler.pipeline.intake import STORAGE, Intake, Taken
from crawler.pipeline.learning import by_itself
from crawler.pipeline.shown import listed
from crawler.pipeline.steps import Work, address_key
from crawler.pipeline.workers import LocalExecutor
from crawler.planner.intervals import Steps, steps
from crawler.spiders.clock_watch import ClockWatch
from crawler.spiders.elsewhere import Elsewhere
from crawler.spiders.frontier import Frontier
from crawler.spiders.holdings import Holdings
from crawler.spiders.links import LinkFollower
from crawler.spiders.planning import Planning, budget_of
from crawler.spiders.render_queue import RenderQueue
from crawler.spiders.sources import Sources
from crawler.spiders.stats import CrawlStats

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["Crawl"]

_FIRST_SEEN = frozenset({Outcome.NEW, Outcome.CHANGED})
_EDITS = frozenset({Outcome.CHANGED, Outcome.REVERTED})

_DAY = timedelta(hours=24)


_FULL = (
    "the disk is nearly full, or the archive has reached its disk_budget: nothing more is asked, and what was answered "
    "is stored. Make room (`palimpsest pack`) and run the same command again"
)


class Crawl:
    """An open crawl of one outlet. Made by the add-on before Scrapy's engine starts, closed by it at the end.

    `stop` is called once where nothing more may be fetched; `failure` then says why. `hosts`, `frontier`, `holdings`,
    `elsewhere`, `render_queue` are what Scrapy's parts ask; `certificates` says until when that of each host holds."""

    def __init__(self, home: Home, outlet: Outlet, kind: RunKind, stop: Callable[[], None], *, loopback: bool) -> None:
        if not home.contact and not loopback:
            raise UsageError(
                "set PALIMPSEST_CONTACT to an address or e-mail outlets can complain to; nothing is fetched without"
            )
        self.agent = f"Palimpsest/{version('palimpsest')} (+{home.contact or 'loopback'})"
        self.outlet = outlet
        self.now = clock.now
        self.stats = CrawlStats()
        self.certificates: dict[str, datetime] = {}
        self.elsewhere = Elsewhere(home.schedule(outlet.name).vantages)
        self.interrupted = True
        self.failure: Exception | None = None
        self._taken_over = False
        self._room = Room(home)
        self._home, self._stop, self._schedule = home, stop, home.schedule(outlet.name)
        self._stack = ExitStack()
        schedule = steps(home.recheck)
        try:
            self._engine = self._open(kind)
            self._clock = ClockWatch(self._engine, self._intake.run, outlet.name, self.stats)
            self._make_parts(Discoveries(self._engine), schedule)
            self._keep_end(run_ends.RUNNING)
        except BaseException:
            self._stack.close()
            raise

    def _open(self, kind: RunKind) -> db.Engine:
        self._home.make()
        if self._room.is_full():
            raise DiskFull(_FULL)
        engine = db.open_writer(self._home.database_url, self._home.database_wait)
        self._stack.callback(engine.dispose)
        db.ready(engine, create=True)
        with db.reading(engine) as connection:
            given = domains_added(connection).get(self.outlet.name, ())
        hosts = [domain.host for domain in (*self.outlet.domains, *given)]
        # No two crawls ask one host, whoever's it is.
        lease = Lease(engine, self.outlet.name, hosts)
        lease.acquire()
        self._stack.callback(self._give_back, lease)
        self._stack.enter_context(lease.kept(self._lost))
        # Before the run: what is learnt holds for all of it.
        if learnt := by_itself(self._home, self.outlet, self.now):
            self.stats.remarks.append(learnt)
        self._pool = LocalExecutor(self._home.outlets)
        self._intake = self._stack.enter_context(
            Intake(self._home, kind, self.now, self._told, self.stats.note, self._sifted, self._pool, asks=True)
        )
        self.outlet = self._intake.outlets.taught(self.outlet)
        return engine

    def _give_back(self, lease: Lease) -> None:
        with suppress(Busy):
            lease.release()

    def _lost(self) -> None:
        # On the thread that renews.
        self._taken_over = True

    def _make_parts(self, discoveries: Discoveries, schedule: Steps | None) -> None:
        outlet, intake, stats, browser = self.outlet, self._intake, self.stats, browsers.find(self._home)
        if browser is not None:
            discoveries.awake(outlet.name)
        self.sources = Sources(outlet, intake, stats, self._clock, self._failing_since)
        budget = budget_of(self._home, outlet)
        with db.reading(self._engine) as connection:
            doubted = outlet.name in health.disbelieved_until(connection, self.now())
        self.holdings = Holdings(outlet, intake.lookups, self._home.warc, self.now, trusting=not doubted)
        self.hosts = HostMemory(
            outlet,
            discoveries,
            self.now,
            budget,
            discoveries.asked(outlet.name, self.now() - _DAY, self.now()) if budget else 0,
            keep=self.sources.robots,
            last_robots=self.holdings.last_robots,
            note=stats.note,
            remark=stats.remarks.append,
            longest_delay=self._home.longest_delay,
            quiet=lambda: self.quiet_until is not None or self._room.is_full(),
            proxies=proxies(self._home.vantages),
        )
        PROXIES.update(one.host for one in self.hosts.proxies.values())
        self.planning = Planning(self._engine, outlet.name, schedule, budget, self.now)
        self.frontier = Frontier(outlet, intake.run, discoveries, self.hosts, stats, self.now, self.planning)
        self.links = LinkFollower(outlet, self.frontier)
        self.render_queue = RenderQueue(outlet, browser, intake, self.holdings, self.frontier, stats)

    @classmethod
    def of(cls, crawler: Crawler) -> Crawl:
        """The crawl the add-on opened for a crawler."""
        crawl: Crawl = crawler.palimpsest  # type: ignore[attr-defined]
        return crawl

    @property
    def quiet_until(self) -> datetime | None:
        """When the outlet's quiet hours are over that it is now; None where it is not quiet."""
        return self._schedule.quiet_until(self.now(), ZoneInfo(self.outlet.timezone or "UTC"))

    # --- what stops it -------------------------------------------------------------------------------------------

    def fail(self, problem: Exception) -> None:
        """Fetch nothing more: the archive cannot be written, or the lock was lost."""
        if self.failure is None:
            self.failure = problem
            self._stop()

    @contextmanager
    def careful(self, url: str) -> Iterator[None]:
        """Around whatever is done with an answer: where storing fails the crawl stops; a fault of ours over this one
        answer costs that answer alone, and is told."""
        try:
            yield
        except STORAGE as problem:
            self.fail(problem)
        except Exception as problem:  # noqa: BLE001
            frame = traceback.extract_tb(problem.__traceback__)[-1]
            where = f"{Path(frame.filename).name}:{frame.lineno}"
            self.stats.note(f"{url}: a fault of the program: {type(problem).__name__}: {problem} at {where}")

    # --- what is taken -------------------------------------------------------------------------------------------

    def page(self, capture: Capture, remark: str = "") -> None:
        """Take a page; `remark` is what is to be said of it where it is read as an article."""
        self._heard(capture)
        self.elsewhere.expects(capture.url)
        self._intake.take(capture, self.outlet, remark=remark)

    def _heard(self, capture: Capture) -> None:
        self.stats.answered(capture.status)
        self._clock.hear(capture)

    def listed(self, find: Find, capture: Capture) -> Discovery:
        """What a feed, sitemap or listing gives. Whatever we may do wrong with it, what came is kept."""
        found = Discovery()
        if capture.status == 200:
            with self.careful(capture.url):
                found = listed(self._pool, find, capture)
        return found

    def parts(self) -> tuple[tuple[str, str], ...]:
        """The addresses of further pages of articles that are waited for, each with the vantage it is asked from."""
        return self._intake.wanted()

    def part_failed(self, url: str) -> None:
        """A further page of an article does not come."""
        self._intake.part_failed(url)

    def turned_away(self, capture: Capture, refusal: guard.Refused) -> None:
        """Take a redirect that leads where the gate lets nobody pass; its address is settled."""
        self._heard(capture)
        self.elsewhere.expects(capture.url)
        self._intake.take(capture, self.outlet, judged=Judgement(Verdict.REDIRECTED, str(refusal)))
        self.flush()
        if circles_for_a_cookie(capture):
            self.stats.note(f"{capture.url}: {CIRCLES}")
        elsewhere = not isinstance(refusal, guard.Trap)
        self.frontier.settle(capture.url, DiscoveryState.OFF_OUTLET if elsewhere else DiscoveryState.OFF_LIMITS)

    def flush(self) -> None:
        """Return when everything taken is committed, and what it links to is remembered."""
        self._intake.flush()
        self.links.follow()

    def flush_late(self) -> None:
        """Send on what has waited for its group; called several times a second. Raises Busy where another process has
        taken over the lock."""
        if self._taken_over:
            raise Busy(f"the lock of {self.outlet.name} was taken over by another process")
        self._intake.hurry()
        self.links.follow()

    def _told(self, taken: Taken) -> None:
        # On the writer's thread.
        self.links.hear(taken.url, taken.links)
        self.elsewhere.looked(taken.url, taken.vantage, taken.judgement.verdict, taken.status)
        if taken.judgement.verdict is Verdict.UNREADABLE:
            self.stats.note(f"{taken.url}: {taken.judgement.reason}")
        if taken.judgement.reason == health.UNMOVED and taken.recorded.outcome in _EDITS and self.holdings.distrust():
            self.stats.note(f"{taken.url}: changed, and its validators did not: this outlet's 304 is not believed")
        # The text is kept, and somebody has to describe the layout.
        for lacks in (doubt for doubt in taken.doubts if doubt.kind is DoubtKind.MISSING_PART):
            self.stats.note(f"{taken.url}: {lacks.reason}")
        unknown = (doubt for doubt in taken.doubts if doubt.kind is DoubtKind.UNKNOWN_LAYOUT)
        for doubt in unknown:
            self.stats.note(f"{taken.url}: {doubt.reason}, so it is read as a page that nobody has described")
        # Said once, when the text is seen first: a mirror of another edition, or an outlet that is more than we know.
        if taken.recorded.outcome in _FIRST_SEEN and contradicts(taken.language, self.outlet.languages):
            here = ", ".join(self.outlet.languages)
            self.stats.note(f"{taken.url}: is in {taken.language}, and the outlet is in {here}")

    def _sifted(self, work: Work) -> Work | None:
        return self.render_queue.sift(work)

    # --- the end -------------------------------------------------------------------------------------------------

    def close(self, paces: Mapping[str, float]) -> None:
        """Commit what was taken, end the run, give the lock back; `paces` are seconds by host."""
        try:
            with self._stack:
                self._finish(paces)
            if self._room.is_full():
                self.failure = DiskFull(_FULL)
        except Exception as problem:  # noqa: BLE001 - Scrapy would print it, and end as if nothing had happened
            self.failure = self.failure or problem
        with suppress(PalimpsestError):
            self._keep_end(self._why())
        self._engine.dispose()

    def _keep_end(self, why: str) -> None:
        stats = self.stats
        came_to = run_ends.CameTo(stats.attempts, stats.problems, stats.remarks, stats.waiting)
        run_ends.keep(self._engine, self._intake.run, self.outlet.name, why, came_to)

    def _why(self) -> str:
        """Why it ended, in words."""
        if self.failure is not None:
            return f"stopped: {self.failure}"
        if self.interrupted:
            return "interrupted"
        if self.stats.unreachable:
            return self.stats.unreachable
        if self.quiet_until:
            return "quiet hours"
        return "budget spent" if self.stats.waiting and not self.hosts.left else "done"

    def _finish(self, paces: Mapping[str, float]) -> None:
        if self.failure is not None:
            # Nothing is written any more; the next run seals what had been committed.
            raise self.failure
        self.render_queue.close()
        if lacking := self.stats.attempts[Attempt.NO_BROWSER.value]:
            self.stats.note(f"{lacking} waiting for a browser ({browsers.absence(self._home)}): {browsers.INSTALL}")
        self.flush()
        self._tell_refusals()
        self.hosts.keep_paces(paces)
        self._clock.close()
        if self.certificates:
            with db.writing(self._engine) as connection:
                alarms.show_certificates(connection, self.outlet.name, self.certificates, self.now())
        if waited := round(patience.waited(self._engine)):
            self.stats.remarks.append(f"the database was away: the crawl waited {counted(waited, 'second')} for it")
        if number := self.stats.unfollowed:
            named = f"{counted(number, 'document')} that sources name {'is' if number == 1 else 'are'} not asked for"
            self.stats.remarks.append(f"{named}: {self.stats.unfollowed_first}")
        waiting = self.stats.waiting = self.frontier.count()
        if waiting:
            spent = "" if self.hosts.left else f"the budget of {self.hosts.budget} requests a day is spent: "
            if until := self.quiet_until:
                spent = f"quiet hours until {until:%H:%M} UTC: "
            self.stats.remarks.append(f"{spent}{waiting} {'address waits' if waiting == 1 else 'addresses wait'}")

    def _tell_refusals(self) -> None:
        """Say that the outlet refuses all it is asked, on the first day loudly."""
        if not self.stats.refusals:
            return
        with db.reading(self._engine) as connection:
            since = health.refusing_since(connection, self.outlet.name, self._intake.run.started_at)
        if since is None:
            self.stats.unreachable = f"{self.outlet.name} refuses all it is asked: {self.stats.refusals}"
            self.stats.note(self.stats.unreachable)
        else:
            self.stats.remarks.append(f"refuses all it is asked since {since:%Y-%m-%d}: {self.stats.refusals}")

    def _failing_since(self, url: str) -> datetime | None:
        key = address_key(self.outlet, url)
        with db.reading(self._engine) as connection:
            return health.failing_since(connection, self.outlet.name, key, self._intake.run.started_at)

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
