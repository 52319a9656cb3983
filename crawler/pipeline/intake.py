"""The one path for whatever does not come from Scrapy: a run around the same steps, from captures to the archive."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

from archive import db, warc
from archive.errors import Busy, Damaged, DatabaseError, DiskFull
from archive.home import Home
from archive.records import Capture, Circumstances, Judgement, Place, Recordable, RunKind, Source, Verdict
from archive.store import runs
from archive.store.group_commit import Recorder
from archive.store.lookups import Lookups
from archive.store.runs import Run
from archive.store.writer import Recorded, Store, capture_uid
from crawler.outlets.base import Outlet
from crawler.outlets.registry import registry
from crawler.pipeline.steps import Evidence, Identity, Work, address_key, recordable
from crawler.pipeline.workers import Pending, Readers

__all__ = ["STORAGE", "Intake", "Taken", "program"]

_GROUP = 8
"""Captures that are read together."""

_AHEAD = 8_000_000
"""Bytes of captures that may wait to be read: memory stays flat however fast they come."""

STORAGE = (DiskFull, DatabaseError, Busy, OSError)
"""What says that nothing can be stored any more, whatever is taken."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a capture: as recorded, with its address, time, verdict and reason, where its text links, and the
    language it was found to be in."""

    url: str
    fetched_at: datetime
    judgement: Judgement
    recorded: Recorded
    links: tuple[str, ...] = ()
    language: str = ""


def _weight(works: Sequence[Work]) -> int:
    return sum(len(work.capture.body) for work in works)


def program() -> str:
    """The name and version of the program, as runs keep it."""
    return f"palimpsest {version('palimpsest')}"


class Intake:
    """A run that takes captures one after another. Leaving it without an error ends and seals the run; after an error
    what was committed stays, and the run is sealed by the next one or here.

    `told` hears of every capture once it is committed, `noted` of what is odd but no failure. `now` is the clock.
    `sifted` sees every page that was read before it is recorded, and keeps it (None) or lets it go on.
    """

    def __init__(
        self,
        home: Home,
        kind: RunKind,
        now: Callable[[], datetime],
        told: Callable[[Taken], None] = lambda _taken: None,
        noted: Callable[[str], None] = lambda _words: None,
        sifted: Callable[[Work], Work | None] = lambda work: work,
    ) -> None:
        self._home, self._kind, self._now, self._told, self._noted = home, kind, now, told, noted
        self._sifted = sifted
        self._outlets = registry(home.outlets)
        self._stack = ExitStack()
        self._pending: set[bytes] = set()
        self._group: list[Work] = []
        self._reading: deque[tuple[list[Work], Pending]] = deque()
        self._ahead = 0

    def __enter__(self) -> Self:
        self._home.make()
        # Whatever fails on the way, what was opened before it is closed.
        with self._stack as opened:
            self._open(opened)
            self._stack = opened.pop_all()
        return self

    def _open(self, opened: ExitStack) -> None:
        engine = db.open_writer(self._home.database_url)
        opened.callback(engine.dispose)
        db.ready(engine, create=True)
        current = self._outlets.revisions()
        self.run = self._begin(engine, current)
        reader = db.open_reader(self._home.database_url)
        opened.callback(reader.dispose)
        self.lookups = opened.enter_context(Lookups(reader))
        writer = warc.Writer(self._home.warc, self.run.name, self.run.started_at, program())
        self._recorder = opened.enter_context(Recorder(Store(engine), self.run, writer, self._committed))
        self._engine = engine
        self._evidence = Evidence(self._recorder, self.lookups, self._home.warc)
        self._identity = Identity(self.lookups, self._home.warc, current, self._noted)
        self._readers = Readers(self._home.outlets)
        opened.callback(self._readers.close)

    def _begin(self, engine: Any, current: frozenset[str]) -> Run:
        settings = json.dumps(asdict(self._home), default=str, sort_keys=True)
        return runs.begin(
            engine,
            self._kind,
            self._now(),
            self._home.warc,
            program=program(),
            settings=hashlib.sha256(settings.encode()).digest(),
            outlets=hashlib.sha256("\n".join(sorted(current)).encode()).digest(),
        )

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        with self._stack:
            # What was taken before a bad line or an interruption is kept; where storing itself failed, the next run
            # seals what had been committed.
            if kind is None or not issubclass(kind, STORAGE):
                self.flush()
                facts = self._recorder.files()
                runs.end(self._engine, self.run, self._now(), self._home.warc, facts, self._recorder.counts)

    @property
    def counts(self) -> Counter[str]:
        """How many captures came to which outcome; those stored before are not among them."""
        return self._recorder.counts

    def take(
        self,
        capture: Capture,
        outlet: Outlet | None = None,
        place: Place | None = None,
        judged: Judgement | None = None,
    ) -> bool:
        """Walk one capture through the steps. False where it is stored already: then nothing is added.

        `place` is where its record stands in a file of ours, if it does: then no evidence is written. `judged` is the
        verdict of what is no page (a feed, a sitemap), which is not read."""
        outlet = outlet or self._whose(capture)
        work = self._known_as(Work(capture, outlet, place=place))
        uid = capture_uid(work.capture, work.capture.digest)
        # A look of our own cannot have been stored before it was taken.
        live = capture.source in {Source.OWN_HTTP, Source.OWN_BROWSER}
        if uid in self._pending or (not live and self.lookups.known(uid)):
            return False
        self._pending.add(uid)
        if place is None:
            work = self._evidence(work)
        if judged is not None or work.unchanged:
            said = judged or Judgement(Verdict.ARTICLE, "not modified, says the outlet")
            self.record(replace(work, judgement=said))
            return True
        self._to_read(work)
        return True

    def rendered(self, plain: Work, capture: Capture) -> None:
        """Take what a browser made of a page that was kept: `capture` has the rendered page, and as hops what the
        browser fetched besides."""
        work = self._known_as(Work(capture, plain.outlet))
        self._pending.add(capture_uid(capture, work.capture.digest))
        self._to_read(self._evidence.rendered(plain, work))

    def record(self, work: Work) -> None:
        """Record a page that was kept, as it was judged."""
        self._recorder.add(recordable(self._identity(work)))

    def _to_read(self, work: Work) -> None:
        self._group.append(work)
        if len(self._group) >= _GROUP:
            self._send()
            self._settle(_AHEAD)

    def _known_as(self, work: Work) -> Work:
        """The work with its payload's digest; of a 304 that is the digest of the page it speaks of."""
        capture = work.capture
        if capture.status == 304:
            key = address_key(work.outlet, capture.url)
            latest = self.lookups.latest(work.outlet.name, key, capture.url)
            if latest is not None:
                unchanged = replace(capture, digest=latest.original.digest)
                return replace(work, capture=unchanged, unchanged=latest.original.capture_uid)
        return replace(work, capture=replace(capture, digest=hashlib.sha256(capture.body).digest()))

    def hurry(self) -> None:
        """Send on what waits for its group to fill, waiting for nothing. Raises what the writer raised."""
        self._send()
        self._settle(_AHEAD)
        self._recorder.hurry()

    def flush(self) -> None:
        """Return when everything taken is committed."""
        self._send()
        self._settle(0)
        self._recorder.flush()

    def _whose(self, capture: Capture) -> Outlet:
        """The outlet that was asked; where its address is nobody's (a short link), the one that answered."""
        asked = self._outlets.for_url(capture.url, capture.fetched_at)
        landed = self._outlets.for_url(capture.landed, capture.fetched_at)
        return landed if asked.general and not landed.general else asked

    def _send(self) -> None:
        works, self._group = self._group, []
        if works:
            results = self._readers.submit([(work.capture, work.outlet.name) for work in works])
            self._reading.append((works, results))
            self._ahead += _weight(works)

    def _settle(self, most: int) -> None:
        """Take back what has been read, and wait for it while more than so many bytes are being read; 0: all."""
        while self._reading and (self._ahead > most or not most or self._reading[0][1].ready()):
            works, results = self._reading.popleft()
            self._ahead -= _weight(works)
            for work, result in zip(works, results.get(), strict=True):
                read = replace(work, judgement=result.judgement, reading=result.reading, content=result.content)
                if (sifted := self._sifted(read)) is not None:
                    self.record(sifted)

    def outlet(self, name: str) -> Outlet:
        """The outlet of that name. Raises NotFound."""
        return self._outlets.get(name)

    def payload(self, revisit: warc.Foreign) -> bytes | None:
        """What a revisit repeats, where the archive holds it."""
        if not revisit.refers_to_uri or revisit.refers_to_date is None:
            return None
        return self._body(self.lookups.place(revisit.refers_to_uri, revisit.refers_to_date))

    def repeated(self, revisit: warc.StoredRecord) -> tuple[bytes, str] | None:
        """What a revisit of our own repeats, and the public id of the capture that holds it."""
        if revisit.refers_to_date is None:
            return None
        first = Capture(revisit.refers_to_url, revisit.refers_to_date, b"", revisit.status)
        place = self.lookups.place_of(capture_uid(first, revisit.digest))
        # It may have been asked for at another address, or answered otherwise.
        place = place or self.lookups.place(revisit.refers_to_url, revisit.refers_to_date)
        body = self._body(place)
        same = body is not None and hashlib.sha256(body).digest() == revisit.digest
        return (body, place.revisit_of) if place and body is not None and same else None

    def _body(self, place: Place | None) -> bytes | None:
        try:
            return warc.read_at(self._home.warc, place).body if place else None
        except Damaged as problem:
            self._noted(str(problem))
            return None

    def _committed(self, item: Recordable, recorded: Recorded) -> None:
        self._pending.discard(bytes.fromhex(recorded.uid))
        said = item.reading.circumstances if item.reading else Circumstances()
        capture = item.capture
        self._told(Taken(capture.url, capture.fetched_at, item.judgement, recorded, said.links, said.language))
