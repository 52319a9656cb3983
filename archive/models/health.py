"""Is what comes in as it was: numbers of each day, counted anew whenever its looks change, and the alarms they gave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, Word, key, to
from archive.records import AlarmKind

__all__ = ["AlarmRow", "CertificateRow", "CountedRow", "DailyRow", "DeliveryRow"]


class DailyRow(Base):
    """Derived: a number of a day of an outlet, counted from what it answered to our own requests."""

    __tablename__ = "daily"
    __table_args__ = ({"sqlite_with_rowid": False},)

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    day: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="of UTC, 1 is 1 January of the year 1"
    )
    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="what is counted, for example outcome/consent")
    number: Mapped[int] = mapped_column(BigInteger, comment="how many, or the median of how much")


class CountedRow(Base):
    """Derived: up to which moment the looks at an outlet are counted in `daily`."""

    __tablename__ = "counted"

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    upto: Mapped[datetime] = mapped_column(Instant, comment="the latest look that is counted")


class AlarmRow(Base):
    """Something that was not as it is usually; open until it is again."""

    __tablename__ = "alarm"
    __table_args__ = (Index(None, "closed_at"),)

    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="public id: eight hex digits")
    kind: Mapped[AlarmKind] = mapped_column(Word(AlarmKind), comment="one of alarm")
    outlet_id: Mapped[int | None] = to("outlet.id", "of which outlet; null: of the machine", index=True)
    about: Mapped[str] = mapped_column(Text, comment="which source, host, language or word; empty: no one of several")
    since: Mapped[datetime] = mapped_column(Instant, comment="since when it is so")
    opened_at: Mapped[datetime] = mapped_column(Instant, comment="when it was noticed")
    seen_at: Mapped[datetime] = mapped_column(Instant, comment="when it was so last")
    closed_at: Mapped[datetime | None] = mapped_column(Instant, comment="when it was so no more; null: it is open")
    usual: Mapped[str] = mapped_column(Text, comment="how it usually is, in words")
    now: Mapped[str] = mapped_column(Text, comment="how it is, in words")
    cause: Mapped[str] = mapped_column(Text, comment="the likely cause, in words")
    advice: Mapped[str] = mapped_column(Text, comment="what to type next")
    measures: Mapped[str] = mapped_column(Text, comment="JSON list: the names in `daily` that tell it")
    examples: Mapped[str] = mapped_column(Text, comment="JSON list: captures that show it, by their public ids")
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant, comment="when a person took note; null: nobody")
    note: Mapped[str] = mapped_column(Text, server_default=text("''"), comment="what that person said")


class DeliveryRow(Base):
    """A message about alarms: whether it has been sent, and when it is tried again."""

    __tablename__ = "delivery"
    __table_args__ = (Index(None, "sent_at"),)

    id: Mapped[int] = key()
    channel: Mapped[str] = mapped_column(Text, comment="mail or webhook")
    made_at: Mapped[datetime] = mapped_column(Instant, comment="when it was written")
    subject: Mapped[str] = mapped_column(Text, comment="its subject")
    message: Mapped[str] = mapped_column(Text, comment="JSON: the alarms it tells of, as `alarms --json` has them")
    digest: Mapped[bool] = mapped_column(comment="whether it is the one of its day that tells of all that is open")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0", comment="how often it was tried in vain")
    next_at: Mapped[datetime] = mapped_column(Instant, comment="not to be tried before")
    sent_at: Mapped[datetime | None] = mapped_column(Instant, comment="when it was taken; null: not yet")
    problem: Mapped[str] = mapped_column(Text, server_default=text("''"), comment="why it was not taken, in words")


class CertificateRow(Base):
    """Until when the certificate holds that a host showed last."""

    __tablename__ = "certificate"
    __table_args__ = (Index(None, "outlet_id"),)

    host: Mapped[str] = mapped_column(Text, primary_key=True, comment="as it was asked")
    outlet_id: Mapped[int] = to("outlet.id", "whose host it was asked as")
    ends_at: Mapped[datetime] = mapped_column(Instant, comment="not valid after")
    seen_at: Mapped[datetime] = mapped_column(Instant, comment="when it was shown")
