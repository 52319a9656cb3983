"""What web archives list: what their indexes were asked for and how far, and which captures are yet to be fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, func, insert, or_, select, tuple_, update

from archive.db import reading, writing
from archive.models import AddressRow, CaptureRow, ListingRow, MementoRow, OutletRow
from archive.patience import patient
from archive.records import DiscoveryState, OutletFacts, Source
from archive.store.intern import Intern

__all__ = ["DONE", "EMPTY", "OPEN", "Listed", "Listing", "Listings", "Memento"]

OPEN, DONE, EMPTY = "open", "done", "empty"

_AGAIN = {EMPTY: timedelta(hours=20), DONE: timedelta(days=30)}
"""When an index is asked anew: an answer without a row says nothing, and archives go on growing."""
_MOST_ATTEMPTS = 5
_WAIT = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Listing:
    """One thing an archive's index is asked for: its integer, where the next answer goes on, how many rows came so
    far, and whether it is to be asked now."""

    id: int
    pattern: str
    resume_key: str
    rows: int
    due: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A capture as an index lists it: of which outlet, of what address, when, and the digest of its payload."""

    outlet: OutletFacts
    url: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Memento:
    """A listed capture that waits: its integer, the outlet's name, address, time and digest as listed."""

    id: int
    outlet: str
    url: str
    at: datetime
    digest: str


class Listings:
    """The listings of one web archive. Each call is a transaction of its own; used by one thread at a time."""

    def __init__(self, engine: Engine, archive: str) -> None:
        self._engine = engine
        self._archive = archive
        self._intern = Intern()

    @patient
    def open(self, pattern: str, since: str, until: str, now: datetime) -> Listing:
        """What is known of a listing; one that nobody has asked for is begun."""
        with writing(self._engine) as connection:
            key = {"archive": self._archive, "pattern": pattern, "since": since, "until": until}
            wanted = select(ListingRow).filter_by(**key).with_only_columns(*ListingRow.__table__.columns)
            row = connection.execute(wanted).one_or_none()
            if row is None:
                connection.execute(insert(ListingRow), {**key, "resume_key": "", "rows": 0, "state": OPEN})
                row = connection.execute(wanted).one()
        due = row.state == OPEN or row.asked_at is None or now - row.asked_at >= _AGAIN[row.state]
        key_of_next = row.resume_key if row.state == OPEN else ""
        return Listing(row.id, row.pattern, key_of_next, row.rows, due)

    @patient
    def last_asked(self) -> datetime | None:
        """When this archive's index was asked last."""
        with reading(self._engine) as connection:
            latest = select(func.max(ListingRow.asked_at)).where(ListingRow.archive == self._archive)
            return connection.execute(latest).scalar()

    @patient
    def keep(self, listing: Listing, listed: Sequence[Listed], rows: int, resume_key: str, at: datetime) -> int:
        """Keep an answer of so many rows: the captures that are wanted, and where the next answer goes on (empty: that
        was all). Returns how many were not known."""
        with writing(self._engine) as connection:
            self._intern.forget()
            fresh = {
                (self._intern.address(connection, one.url), one.at): {
                    "listing_id": listing.id,
                    "outlet_id": self._intern.outlet(connection, one.outlet),
                    "digest": one.digest,
                    "state": DiscoveryState.WAITING,
                    "attempts": 0,
                }
                for one in listed
            }
            addresses = sorted({address for address, _ in fresh})
            for start in range(0, len(addresses), 5000):
                some = MementoRow.address_id.in_(addresses[start : start + 5000])
                for row in connection.execute(select(MementoRow.address_id, MementoRow.at).where(some)):
                    fresh.pop((row.address_id, row.at), None)
            if fresh:
                values = [{"address_id": address, "at": when, **row} for (address, when), row in fresh.items()]
                connection.execute(insert(MementoRow), values)
            total = ListingRow.rows + rows if listing.resume_key else rows
            stands = OPEN if resume_key else DONE if rows or listing.resume_key else EMPTY
            connection.execute(
                update(ListingRow)
                .where(ListingRow.id == listing.id)
                .values(resume_key=resume_key, asked_at=at, rows=total, state=stands)
            )
        self._intern.keep()
        return len(fresh)

    @patient
    def asked(self, listing: Listing, at: datetime) -> None:
        """Note that it was asked, whatever comes of it: how often an archive is asked outlives a killed run."""
        with writing(self._engine) as connection:
            connection.execute(update(ListingRow).where(ListingRow.id == listing.id).values(asked_at=at))

    @patient
    def addresses(self, listings: Collection[int], now: datetime, after: int, limit: int) -> list[int]:
        """The integers of addresses with captures that wait, in their order."""
        wanted = (
            select(MementoRow.address_id)
            .where(*_waiting(listings, now), MementoRow.address_id > after)
            .group_by(MementoRow.address_id)
            .order_by(MementoRow.address_id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return list(connection.execute(wanted).scalars())

    @patient
    def waiting(self, address: int, listings: Collection[int], now: datetime) -> list[Memento]:
        """The captures of an address that wait, in order of time."""
        wanted = (
            select(MementoRow.id, OutletRow.name, AddressRow.url, MementoRow.at, MementoRow.digest)
            .join(AddressRow, AddressRow.id == MementoRow.address_id)
            .join(OutletRow, OutletRow.id == MementoRow.outlet_id)
            .where(*_waiting(listings, now), MementoRow.address_id == address)
            .order_by(MementoRow.at)
        )
        with reading(self._engine) as connection:
            return [Memento(*row) for row in connection.execute(wanted)]

    @patient
    def settle(self, mementos: Iterable[int], state: DiscoveryState) -> None:
        """Put captures into a state."""
        with writing(self._engine) as connection:
            for one in mementos:
                connection.execute(update(MementoRow).where(MementoRow.id == one).values(state=state))

    @patient
    def failed(self, memento: int, at: datetime) -> None:
        """Note a request in vain: it is asked for again another day, and given up at last."""
        here = MementoRow.id == memento
        with writing(self._engine) as connection:
            tried = connection.execute(select(MementoRow.attempts).where(here)).scalar_one() + 1
            state = DiscoveryState.GIVEN_UP if tried >= _MOST_ATTEMPTS else DiscoveryState.WAITING
            values = {"attempts": tried, "state": state, "next_at": at + _WAIT}
            connection.execute(update(MementoRow).where(here).values(values))

    @patient
    def settle_committed(self) -> int:
        """Put what a killed run had committed, and not yet said so, among what is captured."""
        kept = select(CaptureRow.address_id, CaptureRow.fetched_at).where(
            CaptureRow.source.in_((Source.WEB_ARCHIVE, Source.WEB_INDEX))
        )
        there = tuple_(MementoRow.address_id, MementoRow.at).in_(kept)
        waits = MementoRow.state == DiscoveryState.WAITING
        with writing(self._engine) as connection:
            statement = update(MementoRow).where(waits, there).values(state=DiscoveryState.CAPTURED)
            return connection.execute(statement).rowcount

    @patient
    def counts(self, listings: Collection[int]) -> Counter[str]:
        """How many captures stand in which state."""
        wanted = select(MementoRow.state, func.count()).where(MementoRow.listing_id.in_(listings))
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.group_by(MementoRow.state))
            return Counter({state.value: number for state, number in rows})


def _waiting(listings: Collection[int], now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        MementoRow.listing_id.in_(listings),
        MementoRow.state == DiscoveryState.WAITING,
        or_(MementoRow.next_at.is_(None), MementoRow.next_at <= now),
    )
