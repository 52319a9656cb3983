"""One outlet's crawl and the archive: its lock, its run, its memory. Scrapy's parts ask here and nowhere else."""

from __future__ import annotations

import sys
import traceback
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from archive import __version__, clock, db, urls, warc
from archive.errors import Busy, Damaged, UsageError
from archive.home import Home
from archive.records import (
    Attempt,
    Capture,
    DiscoveryState,
    Hop,
    Judgement,
    Outcome,
    RunKind,
    Source,
    TimeBasis,
    Verdict,
)
from archive.store.frontier import Discoveries, Named
from archive.store.leases import Lease
from crawler.fetch import browsers, guard
from crawler.fetch.visit import wanted
from crawler.outlets.base import Outlet
from crawler.parse.language import contradicts
from crawler.pipeline.intake import STORAGE, Intake, Taken
from crawler.pipeline.steps import Work, address_key
from crawler.planner.intervals import steps

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.discover import Found

__all__ = ["Session", "headers_of", "text_of"]

_FIRST_SEEN = frozenset({Outcome.NEW, Outcome.CHANGED})

_DAY = timedelta(hours=24)

_GOOD_ROBOTS = timedelta(hours=24)
"""How long the last good copy of a robots.txt stands in for one that cannot be read."""


def headers_of(response: Response) -> tuple[tuple[str, str], ...]:
    """A response's headers as text, duplicates kept."""
    pairs = ((name, value) for name, values in response.headers.items() for value in values)
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)


def text_of(response: Response, name: str) -> str:
    """A response's header as text; empty where it has none."""
    return (response.headers.get(name) or b"").decode("latin-1")


class Session:
    """An open crawl of one outlet. Made by the add-on before the crawl starts, closed by it at the end.

    `stop` is called once where nothing more may be fetched; `failure` then says why."""

    def __init__(self, home: Home, outlet: Outlet, kind: RunKind, stop: Callable[[], None], *, loopback: bool) -> None:
        if not home.contact and not loopback:
            raise UsageError(
                "set PALIMPSEST_CONTACT to an address or e-mail outlets can complain to; nothing is fetched without"
            )
        self._steps = steps(home.recheck)
        self.outlet = outlet
        self.agent = f"Palimpsest/{__version__} (+{home.contact or 'loopback'})"
        self.vantage = "default"
        self.now = clock.now
        self.attempts: Counter[str] = Counter()
        self.answers = 0
        self.expected = 0
        self.waiting = 0
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self.interrupted = True
        self.failure: Exception | None = None
        self._stop = stop
        self.browser = browsers.find(home)
        self._shells: list[Work] = []
        self._linked: deque[tuple[str, str]] = deque()
        self._deep: dict[tuple[str, str], int] = {}
        self._home = home
        self._stack = ExitStack()
        self._delays: dict[str, float] = {}
        try:
            self._open(kind)
        except BaseException:
            self._stack.close()
            raise

    def _open(self, kind: RunKind) -> None:
        self._home.make()
        engine = db.open_writer(self._home.database_url)
        self._stack.callback(engine.dispose)
        db.ready(engine, create=True)
        self._lease = Lease(engine, self.outlet.name)
        self._lease.acquire(self.now())
        self._stack.callback(self._give_back)
        self._memory = Discoveries(engine)
        self.left = self._budget()
        if self.browser is not None:
            self._memory.awake(self.outlet.name)
        self._intake = self._stack.enter_context(
            Intake(self._home, kind, self.now, self._told, self.note, self._sifted)
        )

    def _give_back(self) -> None:
        with suppress(Busy):
            self._lease.release()

    @classmethod
    def of(cls, crawler: Crawler) -> Session:
        """The session the add-on opened for a crawler."""
        session: Session = crawler.palimpsest  # type: ignore[attr-defined]
        return session

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
            self.note(f"{url}: a fault of the program: {type(problem).__name__}: {problem} at {where}")

    # --- while it runs -------------------------------------------------------------------------------------------

    def renew(self) -> None:
        """Hold the lock for another while. Raises Busy where it was taken over."""
        self._lease.renew(self.now())

    def note(self, words: str) -> None:
        """Something odd that is no failure of the run."""
        self.problems.append(words)

    def _told(self, taken: Taken) -> None:
        # On the writer's thread: what the text links to is remembered by the next call from the crawl's.
        self._linked.extend((taken.url, link) for link in taken.links)
        if taken.judgement.verdict is Verdict.UNREADABLE:
            self.note(f"{taken.url}: {taken.judgement.reason}")
        # Said once, when the text is seen first: a mirror of another edition, or an outlet that is more than we know.
        if taken.recorded.outcome in _FIRST_SEEN and contradicts(taken.language, self.outlet.languages):
            self.note(f"{taken.url}: is in {taken.language}, and the outlet is in {', '.join(self.outlet.languages)}")

    def due(self, *, known: bool, limit: int, skip: Collection[str]) -> list[str]:
        """Addresses that wait, or (in a recheck) whose articles are due for another look."""
        if known:
            return self._memory.to_recheck(self.outlet.name, self.now(), self._steps, limit, skip)
        self.expected = self.answers + min(self._memory.count(self.outlet.name, self.now()), self.left)
        return self._memory.waiting(self.outlet.name, self.now(), limit, skip)

    def _budget(self) -> int:
        """How many more requests the outlet's budget allows: what was asked within a day is spent."""
        self._most = min((one for one in (self._home.budget, self.outlet.budget) if one), default=0)
        if not self._most:
            return sys.maxsize
        return max(0, self._most - self._memory.asked(self.outlet.name, self.now() - _DAY))

    def spend(self) -> bool:
        """Take one request from the budget; False where nothing is left of it."""
        spent = self.left > 0
        self.left -= spent
        return spent

    def found(self, named: Sequence[Found]) -> int:
        """Remember what a source named; returns how many addresses are new."""
        rows = [Named(one.url, one.seen_in, one.title, one.published, one.modified) for one in named]
        return self._memory.add(self.outlet.facts, rows, self.now())

    def page(self, capture: Capture) -> None:
        """Take a page."""
        self.answers += 1
        self._intake.take(capture, self.outlet)

    def source(self, capture: Capture, problem: str = "") -> None:
        """Take a feed, sitemap, listing or robots.txt: evidence, no article."""
        self.answers += 1
        fine = Judgement(Verdict.LISTING, problem)
        failed = Judgement(
            Verdict.GONE if capture.status in {404, 410} else Verdict.ERROR_PAGE, f"HTTP {capture.status}"
        )
        self._intake.take(capture, self.outlet, judged=fine if capture.status in {200, 304} else failed)
        if problem and capture.status == 200:
            self.note(f"{capture.url}: {problem}")

    def turned_away(self, capture: Capture, refusal: guard.Refused) -> None:
        """Take a redirect that leads where the gate lets nobody pass; its address is settled."""
        self.answers += 1
        self._intake.take(capture, self.outlet, judged=Judgement(Verdict.REDIRECTED, str(refusal)))
        self.flush()
        elsewhere = not isinstance(refusal, guard.Trap)
        self.settle(capture.url, DiscoveryState.OFF_OUTLET if elsewhere else DiscoveryState.OFF_LIMITS)

    def settle(self, url: str, state: DiscoveryState) -> None:
        """Put a discovered address into a state."""
        self._memory.settle(self.outlet.facts, url, state)

    def attempt(self, url: str, word: Attempt, said: str, *, final: bool) -> None:
        """Note a request that ended without an answer."""
        self.attempts[word.value] += 1
        self._memory.failed(self._intake.run, self.outlet.facts, url, word, said, self.now(), final=final)

    def flush(self) -> None:
        """Return when everything taken is committed, and what it links to is remembered."""
        self._intake.flush()
        self._follow()

    def flush_late(self) -> None:
        """Send on what has waited for its group; called several times a second."""
        self._intake.hurry()
        self._follow()

    def _follow(self) -> None:
        """Remember the outlet's own articles that texts link to."""
        found: dict[str, Named] = {}
        while self._linked:
            seen_in, link = self._linked.popleft()
            deep = self._deep.setdefault(self._article_at(seen_in), 0) + 1
            article = self._article_at(link)
            # One address of an article is enough: there may be as many as somebody cares to make up.
            if article[1] and article not in self._deep and deep <= guard.DEEPEST_LINKS:
                with suppress(guard.Refused):
                    found[link] = Named(guard.check(link, self.outlet), seen_in)
                    self._deep[article] = deep
        self._memory.add(self.outlet.facts, list(found.values()), self.now())

    def _article_at(self, url: str) -> tuple[str, str]:
        """The article an address names, and at which host: mirrors may differ. Empty where it names none."""
        return urls.host(url), self.outlet.own_id(url)

    # --- pages for a browser -------------------------------------------------------------------------------------

    def _sifted(self, work: Work) -> Work | None:
        """A page that needs a browser is kept for one; where there is none it is recorded as it is, and waits."""
        if not wanted(work):
            return work
        if self.browser is not None:
            self._shells.append(work)
            return None
        self.no_browser(work.capture.url)
        return replace(work, settles=False)

    def take_shells(self) -> list[Work]:
        """The pages that were kept for a browser since this was asked last."""
        shells, self._shells = self._shells, []
        return shells

    @property
    def shells(self) -> int:
        """How many pages are kept for a browser."""
        return len(self._shells)

    def lacks_browser(self, url: str) -> bool:
        """Whether asking for a page is in vain: its text comes by a browser only, and there is none. Then the page
        waits for one."""
        if self.browser is not None or not (self.outlet.browser.always or self._seen_by_browser(url)):
            return False
        self.no_browser(url)
        return True

    def _seen_by_browser(self, url: str) -> bool:
        latest = self._intake.lookups.latest(self.outlet.name, address_key(self.outlet, url), url)
        return latest is not None and latest.source is Source.OWN_BROWSER

    def give_up_browser(self, said: str) -> None:
        """Go on without the browser that was found."""
        if self.browser is not None:
            self.note(said)
        self.browser = None

    def no_browser(self, url: str) -> None:
        """Note a page that waits for a browser."""
        self.attempt(url, Attempt.NO_BROWSER, "no browser to show it to", final=True)

    def rendered(self, plain: Work, page: bytes, hops: tuple[Hop, ...]) -> None:
        """Take what a browser made of a page, as UTF-8, and what the page's scripts fetched."""
        was = plain.capture
        capture = Capture(
            url=was.url,
            fetched_at=self.now(),
            body=page,
            final_url=was.final_url,
            hops=hops,
            source=Source.OWN_BROWSER,
            time_basis=TimeBasis.OWN_CLOCK,
            vantage=self.vantage,
        )
        self._intake.rendered(plain, capture)

    def unrendered(self, plain: Work, said: str) -> None:
        """Record a page that was kept for a browser and did not come through one. It says nothing of its article: not
        that it is empty."""
        judgement = Judgement(Verdict.UNREADABLE, said)
        self._intake.record(replace(plain, judgement=judgement, reading=None, content=None, settles=False))

    # --- what the archive remembers ------------------------------------------------------------------------------

    def conditions(self, url: str) -> dict[str, str]:
        """Headers that ask for a page only if it changed since the archive last held it."""
        latest = self._intake.lookups.latest(self.outlet.name, address_key(self.outlet, url), url)
        if latest is None:
            return {}
        with suppress(Damaged):
            held = warc.capture_from(warc.read_at(self._home.warc, latest.place))
            asked = (("If-None-Match", held.header("ETag")), ("If-Modified-Since", held.header("Last-Modified")))
            return {name: value for name, value in asked if value}
        return {}

    def last_robots(self, url: str) -> bytes | None:
        """The last good robots.txt of the past day, as received."""
        since = self.now() - _GOOD_ROBOTS
        place = self._intake.lookups.unread(self.outlet.name, address_key(self.outlet, url), since)
        if place is None:
            return None
        with suppress(Damaged):
            return warc.read_at(self._home.warc, place).body
        return None

    def pace(self, host: str) -> float | None:
        """Seconds between two requests to a host when it was last crawled."""
        return self._memory.pace(host)

    def least_delay(self, host: str, seconds: float) -> None:
        """A host wants at least so many seconds between requests."""
        self._delays[host] = max(seconds, self._delays.get(host, 0.0))

    def wanted_delay(self, host: str) -> float:
        """What a host asked for in its robots.txt, in seconds."""
        return self._delays.get(host, 0.0)

    # --- the end -------------------------------------------------------------------------------------------------

    def close(self, paces: dict[str, float]) -> None:
        """Commit what was taken, end the run, give the lock back; `paces` are seconds by host."""
        try:
            with self._stack:
                self._finish(paces)
        except Exception as problem:  # noqa: BLE001 - Scrapy would print it, and end as if nothing had happened
            self.failure = self.failure or problem

    def _finish(self, paces: dict[str, float]) -> None:
        if self.failure is not None:
            # Nothing is written any more; the next run seals what had been committed.
            raise self.failure
        for work in self.take_shells():
            self.unrendered(work, "the crawl ended before a browser had seen it")
        if lacking := self.attempts[Attempt.NO_BROWSER.value]:
            self.note(f"{lacking} waiting for a browser ({browsers.absence(self._home)}): {browsers.INSTALL}")
        self.flush()
        for host, seconds in paces.items():
            self._memory.keep_pace(host, seconds, self.now())
        self.waiting = self._memory.count(self.outlet.name, self.now())
        if self.waiting:
            spent = "" if self.left else f"the budget of {self._most} requests a day is spent: "
            self.remarks.append(f"{spent}{self.waiting} {'address waits' if self.waiting == 1 else 'addresses wait'}")

    @property
    def counts(self) -> Counter[str]:
        """How many captures came to which outcome."""
        return self._intake.counts

    @property
    def run_name(self) -> str:
        """The public id of the run."""
        return self._intake.run.name
