"""What web archives were asked for, and which of the captures they list are yet to be fetched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, Word, key, to
from archive.records import DiscoveryState

__all__ = ["ListingRow", "MementoRow"]


class ListingRow(Base):
    """What an archive's index was asked for, and how far it has answered."""

    __tablename__ = "listing"
    __table_args__ = (UniqueConstraint("archive", "pattern", "since", "until"),)

    id: Mapped[int] = key()
    archive: Mapped[str] = mapped_column(Text, comment="address of the web archive")
    pattern: Mapped[str] = mapped_column(Text, comment="which addresses: domain, prefix or exact, a colon, the address")
    since: Mapped[str] = mapped_column(Text, comment="ISO day of the first capture asked for, empty for any")
    until: Mapped[str] = mapped_column(Text, comment="ISO day of the last capture asked for, empty for any")
    resume_key: Mapped[str] = mapped_column(Text, comment="where the next answer goes on; empty: at the beginning")
    asked_at: Mapped[datetime | None] = mapped_column(Instant, comment="when it was asked last; null: never")
    rows: Mapped[int] = mapped_column(Integer, comment="captures it has listed so far")
    state: Mapped[str] = mapped_column(Text, comment="open, done, or empty: nothing was listed, which says nothing")


class MementoRow(Base):
    """A capture that a web archive lists, and where it stands."""

    __tablename__ = "memento"
    __table_args__ = (UniqueConstraint("address_id", "at"), Index(None, "listing_id", "state", "address_id"))

    id: Mapped[int] = key()
    listing_id: Mapped[int] = to("listing.id", "in which listing it was seen first")
    outlet_id: Mapped[int] = to("outlet.id", "for which outlet")
    address_id: Mapped[int] = to("address.id", "what was captured")
    at: Mapped[datetime] = mapped_column(Instant, comment="when, says the archive")
    digest: Mapped[str] = mapped_column(Text, comment="SHA-1 of the payload in base 32, as listed; empty: not listed")
    state: Mapped[DiscoveryState] = mapped_column(Word(DiscoveryState), comment="exactly one of discovery_state")
    attempts: Mapped[int] = mapped_column(SmallInteger, comment="requests in vain")
    next_at: Mapped[datetime | None] = mapped_column(Instant, comment="not to be asked for before; null: at once")
