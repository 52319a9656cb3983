"""What is withheld or gone by a person's word, with what seals have of it; and stamps of seals by authorities."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, Key, bytes_of, key, to

__all__ = ["StampRow", "WithdrawalRow", "WithdrawnRow", "WithheldRow"]


class WithdrawalRow(Base):
    """What a person had withheld or expunged, and why."""

    __tablename__ = "withdrawal"

    id: Mapped[int] = key()
    kind: Mapped[str] = mapped_column(Text, comment="withhold or expunge")
    target: Mapped[str] = mapped_column(Text, comment="public id of an article or a version; `a name`")
    at: Mapped[datetime] = mapped_column(Instant, comment="when it was decided")
    person: Mapped[str] = mapped_column(Text, comment="who decided")
    reason: Mapped[str] = mapped_column(Text, comment="why, in words")
    state: Mapped[str] = mapped_column(Text, comment="planned, open, done, or back: taken back")


class WithdrawnRow(Base):
    """A row or a record that a withdrawal emptied, with what stands for it in the seals."""

    __tablename__ = "withdrawn"
    __table_args__ = (bytes_of(32, "digest"), Index(None, "name", "key"))

    id: Mapped[int] = key()
    withdrawal_id: Mapped[int] = to("withdrawal.id", "by which withdrawal")
    name: Mapped[str] = mapped_column(Text, comment="of which table; record: of a WARC file")
    # No foreign key: it points into several tables.
    key: Mapped[int] = mapped_column(Key, comment="which row, by its integer; of a record its file")
    other: Mapped[int] = mapped_column(Key, comment="of a record where it begins; else 0")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="the digest that seals have of it")


class WithheldRow(Base):
    """What a row said that is withheld: no question, page or export reads it here."""

    __tablename__ = "withheld"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="of which table")
    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, comment="which row, by its integer")
    words: Mapped[str] = mapped_column(Text, comment="JSON: what its columns said")


class StampRow(Base):
    """What an authority says of when a seal was there."""

    __tablename__ = "stamp"
    __table_args__ = (bytes_of(32, "digest"),)

    id: Mapped[int] = key()
    run_id: Mapped[int] = to("run.id", "whose seal")
    authority: Mapped[str] = mapped_column(Text, comment="the address that was asked")
    stated_at: Mapped[datetime] = mapped_column(Instant, comment="when the authority says that it was")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of answer")
    answer: Mapped[bytes] = mapped_column(LargeBinary, comment="its RFC 3161 response, as received")
