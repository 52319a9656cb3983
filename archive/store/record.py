"""`record()`: captures and what was read from them, in one transaction, with a savepoint for each capture.

What is on disk (the WARC record) comes before what is said of it (the rows): callers sync the WARC first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert, or_, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from archive import failpoints, text, timeline, urls
from archive.db import writing
from archive.models import (
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    HopRow,
    OutletRow,
    table_of,
)
from archive.records import Capture, Judgement, LifeState, Outcome, Reading, Recordable, Verdict
from archive.store import folding, texts, versions
from archive.store.intern import Intern
from archive.store.runs import Run
from archive.store.versions import Versions
from archive.timeline import Look

__all__ = ["Recorded", "Store", "capture_uid"]

_ARTICLE = table_of(ArticleRow)
_CAPTURE = table_of(CaptureRow)
_OUTLET = table_of(OutletRow)
_STANDS_AT = table_of(ArticleAddressRow)

_KNOWN = (
    select(_CAPTURE.c.outcome, _CAPTURE.c.version_id, _OUTLET.c.name, _ARTICLE.c.key)
    .join(_ARTICLE, _ARTICLE.c.id == _CAPTURE.c.article_id, isouter=True)
    .join(_OUTLET, _OUTLET.c.id == _CAPTURE.c.outlet_id)
    .where(_CAPTURE.c.uid == bindparam("uid"))
)
_BY_UID = select(_CAPTURE.c.id).where(_CAPTURE.c.uid == bindparam("uid"))
_ARTICLE_BY_KEY = select(_ARTICLE.c.id).where(
    _ARTICLE.c.outlet_id == bindparam("outlet"), _ARTICLE.c.key == bindparam("key")
)
_ARTICLE_BY_ADDRESS = (
    select(_ARTICLE.c.id)
    .join(_STANDS_AT, _STANDS_AT.c.article_id == _ARTICLE.c.id)
    .where(_STANDS_AT.c.address_id == bindparam("address"), _ARTICLE.c.outlet_id == bindparam("outlet"))
    .order_by(_ARTICLE.c.key)
    .limit(1)
)
_STANDS = select(_STANDS_AT.c.address_id).where(
    _STANDS_AT.c.address_id == bindparam("address"), _STANDS_AT.c.article_id == bindparam("article")
)
_ADD_STANDS = insert(_STANDS_AT)
_ADD_ARTICLE = insert(_ARTICLE)
_ADD_CAPTURE = insert(_CAPTURE)
_ADD_HOP = insert(table_of(HopRow))
_ADOPT = (
    update(_CAPTURE)
    .where(
        _CAPTURE.c.article_id.is_(None),
        _CAPTURE.c.outlet_id == bindparam("outlet"),
        or_(_CAPTURE.c.awaits == bindparam("key"), _CAPTURE.c.awaits == bindparam("address_key")),
    )
    .values(article_id=bindparam("article"), awaits=None)
)


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


@dataclass(slots=True)
class _Article:
    """The article a capture belongs to, as the writer sees it inside its transaction."""

    versions: Versions
    rows: list[Row[Any]]
    name: str


class Store:
    """The archive's writer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._intern = Intern()

    def record(self, run: Run, batch: Sequence[Recordable]) -> list[Recorded]:
        """Store captures whose WARC records are synced. Each is stored whole or not at all; all commit together.

        Raises DiskFull, Busy or DatabaseError; then nothing of the batch was stored."""
        try:
            with writing(self.engine) as connection:
                recorded = [self._guarded(connection, run, item) for item in batch]
                failpoints.reach("rows-written")
        except BaseException:
            self._intern.forget()
            raise
        self._intern.keep()
        failpoints.reach("rows-committed")
        return recorded

    def _guarded(self, connection: Connection, run: Run, item: Recordable) -> Recorded:
        mark = self._intern.mark()
        try:
            with connection.begin_nested():
                return self._one(connection, run, item)
        except (DBAPIError, ValueError, OverflowError) as problem:
            self._intern.forget(mark)
            if isinstance(problem, OperationalError) or item.reading is None:
                raise
            # What was read cannot be stored (whatever a page may hold): the capture is kept and says why.
            said = text.printable(text.clean(str(getattr(problem, "orig", problem))))[:200]
            refused = replace(item, reading=None, judgement=Judgement(Verdict.UNREADABLE, f"not storable: {said}"))
        with connection.begin_nested():
            return self._one(connection, run, refused)

    def _one(self, connection: Connection, run: Run, item: Recordable) -> Recorded:
        uid = capture_uid(item.capture, item.place.digest)
        known = connection.execute(_KNOWN, {"uid": uid}).first()
        if known is not None:
            named = f"{known.name}:{known.key}" if known.key else ""
            return Recorded(uid.hex(), known.outcome, named, known=True)
        outlet = self._intern.outlet(connection, item.outlet)
        address = self._intern.address(connection, item.capture.url)
        article = self._article(connection, item, outlet, address)
        if article is None:
            return self._without_article(connection, run, item, uid, outlet, address)
        return self._of_article(connection, run, item, uid, outlet, address, article)

    # --- which article -------------------------------------------------------------------------------------------

    def _article(self, connection: Connection, item: Recordable, outlet: int, address: int) -> _Article | None:
        name = f"{item.outlet.name}:{item.key}"
        found = connection.execute(_ARTICLE_BY_KEY, {"outlet": outlet, "key": item.key}).scalar()
        if found is None and item.reading is None:
            found = connection.execute(_ARTICLE_BY_ADDRESS, {"outlet": outlet, "address": address}).scalar()
            if found is None:
                return None
        if found is None:
            return self._new_article(connection, item, outlet, name)
        return _Article(versions.load(connection, found), folding.of_article(connection, found), name)

    def _new_article(self, connection: Connection, item: Recordable, outlet: int, name: str) -> _Article:
        values = {"outlet_id": outlet, "key": item.key, "life": LifeState.LIVE, "life_since": item.capture.fetched_at}
        made = connection.execute(_ADD_ARTICLE, values).inserted_primary_key
        assert made is not None
        return _Article(Versions(int(made[0])), [], name)

    def _stands(self, connection: Connection, item: Recordable, outlet: int, article: int, *addresses: int) -> bool:
        """Note where the article stood; True where that brought in captures that had waited for it."""
        adopted = False
        pairs = zip(addresses, (item.capture.url, item.capture.landed), strict=False)
        for address, url in dict(pairs).items():
            key = {"address": address, "article": article}
            if connection.execute(_STANDS, key).first() is None:
                connection.execute(_ADD_STANDS, {"address_id": address, "article_id": article})
                waiting = {
                    "outlet": outlet,
                    "key": item.key,
                    "address_key": urls.canonical_key(url),
                    "article": article,
                }
                adopted |= bool(connection.execute(_ADOPT, waiting).rowcount)
        return adopted

    # --- the capture ---------------------------------------------------------------------------------------------

    def _columns(self, connection: Connection, run: Run, item: Recordable, outlet: int, address: int) -> dict[str, Any]:
        capture, place = item.capture, item.place
        landed = self._intern.address(connection, capture.landed) if capture.landed != capture.url else None
        revisit = {"uid": bytes.fromhex(place.revisit_of)} if place.revisit_of else None
        reading = item.reading
        return {
            "run_id": run.id,
            "outlet_id": outlet,
            "address_id": address,
            "final_address_id": landed,
            "fetched_at": capture.fetched_at,
            "status": capture.status,
            "source": capture.source,
            "time_basis": capture.time_basis,
            "vantage_id": self._intern.vantage(connection, capture.vantage),
            "verdict": item.judgement.verdict,
            "reason_id": self._intern.reason(connection, item.judgement.reason),
            "warc_file_id": self._intern.warc_file(connection, place.file, run.id),
            "warc_offset": place.offset,
            "warc_length": place.length,
            "digest": place.digest,
            "revisit_of_id": connection.execute(_BY_UID, revisit).scalar() if revisit else None,
            "size": texts.size(reading) if reading else 0,
            "circumstances_id": self._intern.circumstances(connection, reading.circumstances) if reading else None,
            "removals_id": self._intern.removals(connection, reading.removed) if reading else None,
        }

    def _insert(self, connection: Connection, run: Run, item: Recordable, values: dict[str, Any]) -> int:
        made = connection.execute(_ADD_CAPTURE, values).inserted_primary_key
        assert made is not None
        capture = int(made[0])
        for n, (hop, place) in enumerate(zip(item.capture.hops, item.hop_places, strict=True)):
            row = {
                "capture_id": capture,
                "n": n,
                "address_id": self._intern.address(connection, hop.url),
                "status": hop.status,
                "warc_file_id": self._intern.warc_file(connection, place.file, run.id),
                "warc_offset": place.offset,
                "warc_length": place.length,
                "digest": place.digest,
            }
            connection.execute(_ADD_HOP, row)
        return capture

    def _without_article(
        self, connection: Connection, run: Run, item: Recordable, uid: bytes, outlet: int, address: int
    ) -> Recorded:
        outcome = Outcome(item.judgement.verdict.value)
        values = self._columns(connection, run, item, outlet, address)
        self._insert(connection, run, item, {"uid": uid, "awaits": item.key or None, "outcome": outcome, **values})
        return Recorded(uid.hex(), outcome)

    def _of_article(
        self,
        connection: Connection,
        run: Run,
        item: Recordable,
        uid: bytes,
        outlet: int,
        address: int,
        article: _Article,
    ) -> Recorded:
        of, rows = article.versions, article.rows
        versions.reread(connection, self._intern, of, run.id, item.rereads)
        values = self._columns(connection, run, item, outlet, address)
        if item.reading is not None:
            landed = values["final_address_id"] or address
            if self._stands(connection, item, outlet, of.article, address, landed):
                rows = folding.of_article(connection, of.article)
        version, fresh = self._version(connection, of, run, item.reading)
        look = Look(
            at=item.capture.fetched_at,
            uid=uid,
            verdict=item.judgement.verdict,
            version=version,
            size=values["size"],
            source=item.capture.source,
            host=urls.host(item.capture.landed),
        )
        folded = timeline.fold([*folding.looks(rows, of), look])
        derived = {"article_id": of.article, "version_id": version or None, "outcome": folded.outcomes[uid]}
        capture = self._insert(connection, run, item, {"uid": uid, **values, **derived})
        if item.reading is not None and fresh:
            revision = self._intern.revision(connection, item.reading.revision)
            versions.read_at(connection, version, revision, of.shown[version], capture)
        folding.apply(connection, of, rows, folded, {uid: capture})
        shown = f"{article.name}@{of.public[version].hex()[:12]}" if version else ""
        return Recorded(uid.hex(), folded.outcomes[uid], article.name, shown)

    def _version(self, connection: Connection, of: Versions, run: Run, reading: Reading | None) -> tuple[int, bool]:
        """The integer of the version a reading is (0 for none), and whether it is new to the archive."""
        if reading is None:
            return 0, False
        row = texts.columns(reading)
        known = of.find(row["fingerprint"])
        return (versions.add(connection, of, run.id, row), True) if known is None else (known, False)
