"""`record()`: captures and what was read from them, in one transaction, with a savepoint for each capture.

What is on disk (the WARC record) comes before what is said of it (the rows): callers sync the WARC first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, bindparam, select

from archive import failpoints, text
from archive.db import writing
from archive.errors import BadRow
from archive.models import ArticleRow, CaptureRow, OutletRow
from archive.records import Capture, Content, Outcome, Recordable, Reread
from archive.store import domains, folding, texts, versions
from archive.store.batch import Later
from archive.store.derived import DERIVED
from archive.store.entry import CarefulEntrant, Entrant
from archive.store.intern import Intern
from archive.store.runs import Run, still_open

__all__ = ["Recorded", "Store", "capture_uid"]

_REFUSED = (BadRow, ValueError, OverflowError)

_KNOWN = (
    select(CaptureRow.uid, CaptureRow.outcome, OutletRow.name, ArticleRow.key)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id, isouter=True)
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .where(CaptureRow.uid.in_(bindparam("uids", expanding=True)))
)
_WHOSE = select(CaptureRow.article_id).where(CaptureRow.uid == bindparam("uid"))
_OUTLET_OF = select(ArticleRow.outlet_id).where(ArticleRow.id == bindparam("article"))


def _whose(connection: Connection, uid: bytes) -> int:
    return connection.execute(_WHOSE, {"uid": uid}).scalar_one() or 0


def capture_uid(capture: Capture, digest: bytes) -> bytes:
    """A capture's public id: 16 bytes of SHA-256 over what was asked, what answered, when, and its payload's digest."""
    said = [capture.url, capture.landed, text.iso(capture.fetched_at), capture.status, digest.hex()]
    return hashlib.sha256(json.dumps(said).encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a recordable: its capture's public id, outcome, article and version (public ids, empty where
    there is none), and whether it had been stored before."""

    uid: str
    outcome: Outcome
    article: str = ""
    version: str = ""
    known: bool = False


def _content(item: Recordable) -> Content | None:
    return item.content or (texts.content(item.reading) if item.reading else None)


class Store:
    """The archive's writer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._intern = Intern()

    def record(self, run: Run, batch: Sequence[Recordable]) -> list[Recorded]:
        """Store captures whose WARC records are synced. Each is stored whole or not at all; all commit together.

        Raises DiskFull, Busy (where another process has sealed the run, too) or DatabaseError; then nothing of the
        batch was stored."""
        batch = [replace(item, content=_content(item)) for item in batch]
        try:
            return self._stored(run, batch, Entrant)
        except _REFUSED:
            # Something a page holds cannot be stored: once more, each capture behind a savepoint of its own, so that
            # only that one is refused. Savepoints cost a sixth of a capture, so they are not set before.
            return self._stored(run, batch, CarefulEntrant)

    def reread(self, run: Run, article: int, rereads: Sequence[Reread]) -> None:
        """Give versions of an article the texts today's rules read from their bytes, and fold it again: whole or not at
        all. No capture is touched but what is derived of it."""
        with self._whole(run) as connection:
            self._reread(connection, run, article, rereads)

    def readmit(self, run: Run, uid: bytes, item: Recordable, shown: int = 0) -> Recorded | None:
        """Let a capture that was refused, or that shows the version `shown`, take its place in the fold of its article
        as it is read now: whole or not at all. None where another writer was first. Raises BadRow, ValueError or
        OverflowError where the reading cannot be stored."""
        item = replace(item, content=_content(item))
        with self._whole(run) as connection:
            entrant = Entrant(connection, self._intern, run, [item])
            entry = entrant.readmit(uid, item, shown)
            entrant.flush()
        return Recorded(uid.hex(), entry.outcome, entry.article, entry.version) if entry else None

    def move(self, run: Run, uid: bytes, item: Recordable, shown: int) -> None:
        """Let a capture that shows the version `shown` go to the article it is read as now, and see to the article it
        came from: whole or not at all. Raises as `readmit` does."""
        item = replace(item, content=_content(item))
        with self._whole(run) as connection:
            left = _whose(connection, uid)
            entrant = Entrant(connection, self._intern, run, [item])
            entrant.readmit(uid, item, shown)
            entrant.flush()
            domains.follow(connection, left, _whose(connection, uid))

    def _reread(self, connection: Connection, run: Run, article: int, rereads: Sequence[Reread]) -> None:
        of, before, later = versions.load(connection, article), folding.stored(connection, article), Later(connection)
        versions.reread(connection, self._intern, later, of, run.id, rereads)
        rows = folding.of_article(connection, article)
        folded = folding.fold(connection, of, rows)
        was = folding.held_back(connection, article)
        folding.apply(connection, later, of, before, rows, folded, {})
        later.flush()
        edited = {article}
        if folded.span and was != folding.held_back(connection, article):
            outlet = connection.execute(_OUTLET_OF, {"article": article}).scalar_one()
            edited |= folding.settle(connection, later, outlet, folded.span[0])
        for derived in DERIVED:
            derived.grouped(connection, edited)

    def _stored(self, run: Run, batch: Sequence[Recordable], kind: type[Entrant]) -> list[Recorded]:
        with self._whole(run) as connection:
            return self._recorded(connection, run, batch, kind)

    @contextmanager
    def _whole(self, run: Run) -> Iterator[Connection]:
        """One transaction: all of it is stored, and the integers it gave out are kept, or nothing is."""
        try:
            with writing(self.engine) as connection:
                still_open(connection, run)
                yield connection
                failpoints.reach("rows-written")
        except BaseException:
            self._intern.forget()
            raise
        self._intern.keep()
        failpoints.reach("rows-committed")

    def _recorded(
        self, connection: Connection, run: Run, batch: Sequence[Recordable], kind: type[Entrant]
    ) -> list[Recorded]:
        uids = [capture_uid(item.capture, item.place.digest) for item in batch]
        known = {
            row.uid: Recorded(row.uid.hex(), row.outcome, f"{row.name}:{row.key}" if row.key else "", known=True)
            for row in connection.execute(_KNOWN, {"uids": uids})
        }
        new = [item for uid, item in zip(uids, batch, strict=True) if uid not in known]
        # What cannot be stored must not take a group with it that is entered with care.
        self._intern.prefetch(connection, new, add=kind is Entrant)
        entrant = kind(connection, self._intern, run, batch)
        found = []
        for uid, item in zip(uids, batch, strict=True):
            if uid not in known:
                entry = entrant.enter(uid, item)
                recorded = Recorded(uid.hex(), entry.outcome, entry.article, entry.version)
                known[uid] = replace(recorded, known=True)
                found.append(recorded)
            else:
                found.append(known[uid])
        entrant.flush()
        return found
