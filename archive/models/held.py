"""What is held of each outlet, kept so that no answer counts it: rows by state, what was new each day, its looks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, to

__all__ = ["GapRow", "LedgerRow", "LookSpanRow", "NewOnDayRow"]


class LedgerRow(Base):
    """Derived, by triggers: how many captures of an outlet came to an outcome, how many articles have a life state."""

    __tablename__ = "ledger"
    __table_args__ = ({"sqlite_with_rowid": False},)

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="captures or articles")
    state: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, comment="one of outcome, or of life_state"
    )
    number: Mapped[int] = mapped_column(BigInteger, comment="how many; of articles: those that stand")


class NewOnDayRow(Base):
    """Derived, by triggers: what was first seen of an outlet on a day."""

    __tablename__ = "new_on_day"
    __table_args__ = ({"sqlite_with_rowid": False},)

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    day: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="of UTC, 1 is 1 January of the year 1"
    )
    articles: Mapped[int] = mapped_column(BigInteger, comment="articles that were first seen on it")
    edits: Mapped[int] = mapped_column(BigInteger, comment="passages to another version that were")


class LookSpanRow(Base):
    """Derived: the first and the last look at an outlet."""

    __tablename__ = "look_span"

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    first_look: Mapped[datetime] = mapped_column(Instant, comment="by a clock that was not off")
    last_look: Mapped[datetime] = mapped_column(Instant, comment="by a clock that was not off")


class GapRow(Base):
    """Derived: more than a day in which nobody looked at an outlet."""

    __tablename__ = "gap"
    __table_args__ = ({"sqlite_with_rowid": False},)

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant, primary_key=True, comment="a look, by a clock that was not off")
    until: Mapped[datetime] = mapped_column(Instant, comment="the next, more than a day later")
