"""The one path for whatever is taken in, live or given: a run, and in it the stations every capture passes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from archive import warc
from archive.errors import Busy, DatabaseError, DiskFull
from archive.home import Home
from archive.logs import Log
from archive.records import Capture, Circumstances, Doubt, Judgement, Outcome, Place, Recordable, RunKind, Verdict
from archive.store.group_commit import Recorder
from archive.store.writer import Recorded, capture_uid
from archive.text import iso
from archive.vantages import DEFAULT
from crawler.outlets.base import Outlet
from crawler.outlets.registry import registry
from crawler.pipeline import lost_words
from crawler.pipeline.executor import Executor, Result, one_by_one
from crawler.pipeline.parts import Parts
from crawler.pipeline.read_ahead import ReadAhead
from crawler.pipeline.rules import Rules
from crawler.pipeline.run import opened, program
from crawler.pipeline.steps import Arrival, Evidence, Identity, Work, recordable
from crawler.pipeline.stored import Stored
from crawler.pipeline.workers import LocalExecutor

__all__ = ["STORAGE", "Intake", "Taken"]

STORAGE = (DiskFull, DatabaseError, Busy, OSError)
"""What says that nothing can be stored any more, whatever is taken."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a capture: as recorded, with its address, time, verdict and reason, where its text links, the
    language it was found to be in, what is doubtful of its reading, from where it was asked for, and how answered."""

    url: str
    fetched_at: datetime
    judgement: Judgement
    recorded: Recorded
    links: tuple[str, ...] = ()
    language: str = ""
    doubts: tuple[Doubt, ...] = ()
    vantage: str = DEFAULT
    status: int = 0


class Intake:
    """A run that takes captures one after another. Leaving it without an error ends and seals the run; after an error
    what was committed stays, and the run is sealed by the next one or here.

    `told` hears of every capture once it is committed, `noted` of what is odd but no failure. `now` is the clock.
    `sifted` sees every page that was read before it is recorded, and keeps it (None) or lets it go on. `executor` reads
    the pages, and is closed at the end; without one this machine does. With `asks` somebody fetches the further pages
    of articles that go over several (`wanted`); else they are waited for among what is taken.
    """

    def __init__(
        self,
        home: Home,
        kind: RunKind,
        now: Callable[[], datetime],
        told: Callable[[Taken], None] = lambda _taken: None,
        noted: Callable[[str], None] = lambda _words: None,
        sifted: Callable[[Work], Work | None] = lambda work: work,
        executor: Executor | None = None,
        *,
        asks: bool = False,
    ) -> None:
        self._home, self._kind, self._now, self._told, self._noted = home, kind, now, told, noted
        self._sifted, self._asks = sifted, asks
        self._executor = executor or LocalExecutor(home.outlets)
        self._log = Log(home.log, noted)
        self._stack = ExitStack()
        self.head = ""
        """The head of the chain of seals, once the run has ended."""
        self.braked: tuple[str, ...] = ()
        """The outlets whose brake is on once the run has ended, each in one line."""

    def __enter__(self) -> Self:
        self._home.make()
        # Whatever fails on the way, what was opened before it is closed.
        with self._stack as stack:
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def _open(self, stack: ExitStack) -> None:
        stack.callback(self._executor.close)
        stack.callback(self._log.close)
        settings = json.dumps(asdict(self._home), default=str, sort_keys=True)
        known = registry(self._home.outlets)
        begun = opened(self._home, self._kind, self._now, settings=settings, outlets=known, create=True)
        self._open_run = stack.enter_context(begun)
        outlets = self.outlets = self._open_run.outlets
        self.run, self.lookups = self._open_run.run, self._open_run.lookups
        writer = warc.Writer(
            self._home.warc,
            self.run.name,
            self.run.started_at,
            program(),
            self._home.warc_size * 1_000_000,
            self._home.warc_hours * 3600,
        )
        self.stored = Stored(self._home.warc, self.lookups, self._noted, self.flush)
        # The stations, in the order in which a capture passes them.
        self._recorder = stack.enter_context(Recorder(self._open_run.store, self.run, writer, self._committed))
        self._arrival = Arrival(outlets, self.lookups, self.stored)
        self._evidence = Evidence(self._recorder, self.lookups, self._home.warc)
        self._reading = ReadAhead(self._executor, self._read)
        self._parts = Parts(self._reading.add, self.record, asks=self._asks)
        read = one_by_one(self._executor)
        self._identity = Identity(self.lookups, self._home.warc, outlets, read, self._noted)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        with self._stack:
            # What was taken before a bad line or an interruption is kept; where storing itself failed, the next run
            # seals what had been committed.
            if kind is None or not issubclass(kind, STORAGE):
                self.flush()
                while self._parts.give_up():
                    self.flush()
                lost_words.tell(self._open_run, one_by_one(self._executor))
                if self.counts[Outcome.HELD]:
                    self.braked = tuple(self._open_run.braked())
                for words in self.braked:
                    self._noted(words)
                self.head = str(self._open_run.end(self._recorder.files(), self._recorder.counts))
                counts = dict(self._recorder.counts)
                began = iso(self.run.started_at)
                self._log.line(
                    "run", run=self.run.name, at=iso(self._now()), began=began, counts=counts, head=self.head
                )

    @property
    def counts(self) -> Counter[str]:
        """How many captures came to which outcome; those stored before are not among them."""
        return self._recorder.counts

    @property
    def rules(self) -> Rules:
        """By which rules this run reads."""
        return Rules.of(self._home.outlets, self.outlets)

    def holds(self, capture: Capture) -> bool:
        """Whether a capture is stored, whose digest is known."""
        return self.lookups.known(capture_uid(capture, capture.digest))

    # --- the way of a capture, from top to bottom -----------------------------------------------------------------

    def take(
        self,
        capture: Capture,
        outlet: Outlet | None = None,
        place: Place | None = None,
        judged: Judgement | None = None,
        remark: str = "",
        read: Callable[[Work], Result | None] = lambda _work: None,
    ) -> bool:
        """Begin the way of a capture. False where it is stored already: then nothing is added.

        `place` is where its record stands in a file of ours, if it does: then no evidence is written. `judged` is the
        verdict of what is no page (a feed, a sitemap), which is not read; `remark` is the reason given for an
        article's verdict, which has none else. `read` gives what a page was read as that was read already."""
        work = self._arrival(capture, outlet, place)
        if work is None:
            return False
        work = replace(work, remark=remark)
        if place is None:
            work = self._evidence(work)
        if judged is not None or work.unchanged:
            said = judged or Judgement(Verdict.ARTICLE, "not modified, says the outlet")
            self.record(replace(work, judgement=said))
        else:
            self._reading.add(work, read(work))
        return True

    def rendered(self, plain: Work, capture: Capture) -> None:
        """Take what a browser made of a page that was kept: `capture` has the rendered page, and as hops what the
        browser fetched besides."""
        work = self._arrival.rendered(plain, capture)
        self._reading.add(self._evidence.rendered(plain, work))

    def _read(self, work: Work) -> None:
        if (sifted := self._sifted(work)) is not None and (whole := self._parts.sift(sifted)) is not None:
            self.record(whole)

    def wanted(self) -> tuple[tuple[str, str], ...]:
        """The addresses of further pages that first pages wait for, each with the vantage it is asked from."""
        return tuple(self._parts.wanted())

    def part_failed(self, url: str) -> None:
        """A further page does not come: whatever waits for it goes on without."""
        self._parts.failed(url)

    def record(self, work: Work) -> None:
        """Record a page as it was judged: one that came back read, or was kept."""
        self._recorder.add(recordable(self._identity(work)))

    def _committed(self, item: Recordable, recorded: Recorded) -> None:
        self._arrival.committed(bytes.fromhex(recorded.uid))
        self._logged(item, recorded)
        said = item.reading.circumstances if item.reading else Circumstances()
        doubts, capture = item.reading.doubts if item.reading else (), item.capture
        what = capture.url, capture.fetched_at, item.judgement, recorded
        self._told(Taken(*what, said.links, said.language, doubts, capture.vantage, capture.status))

    def _logged(self, item: Recordable, recorded: Recorded) -> None:
        self._log.line(
            "capture",
            run=self.run.name,
            at=iso(item.capture.fetched_at),
            outlet=item.outlet.name,
            url=item.capture.url,
            vantage=item.capture.vantage,
            status=item.capture.status,
            outcome=recorded.outcome,
            article=recorded.article,
            capture=recorded.uid,
            reason=item.judgement.reason,
        )

    # --- waiting --------------------------------------------------------------------------------------------------

    def hurry(self) -> None:
        """Send on what waits for its group to fill, waiting for nothing. Raises what the writer raised."""
        self._reading.hurry()
        self._recorder.hurry()

    def flush(self) -> None:
        """Return when everything taken is committed, but for first pages that wait for others."""
        self._reading.flush()
        self._recorder.flush()
