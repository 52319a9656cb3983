"""The base of all tables: their column types, how keys and constraints are named, and the closed lists in SQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from archive.records import (
    AlarmKind,
    Attempt,
    DecisionKind,
    DiscoveryState,
    DoubtKind,
    LifeState,
    Outcome,
    RunKind,
    Source,
    TimeBasis,
    Verdict,
)

__all__ = ["WORD_LISTS", "Base", "Instant", "Key", "Word", "WordRow", "bytes_of", "key", "table_of", "to"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: microseconds since 1970 on SQLite (8 bytes instead of 26), `timestamptz` on PostgreSQL.

    Naive datetimes are refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of that database."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value}")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database, always aware UTC."""
        if value is None:
            return None
        return _EPOCH + value * _MICROSECOND if isinstance(value, int) else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A word of a closed list, stored as its place in it (from 1). The table `word` gives the words back in SQL.

    The lists may grow at their end and nowhere else."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._numbers = {word: number for number, word in enumerate(words, 1)}
        self._words = tuple(words)

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else self._numbers[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else self._words[value - 1]


WORD_LISTS: dict[str, type[StrEnum]] = {
    "verdict": Verdict,
    "outcome": Outcome,
    "discovery_state": DiscoveryState,
    "life_state": LifeState,
    "source": Source,
    "time_basis": TimeBasis,
    "run_kind": RunKind,
    "attempt": Attempt,
    "doubt": DoubtKind,
    "decision": DecisionKind,
    "alarm": AlarmKind,
}
"""The closed lists as the table `word` names them."""

# SQLite gives only INTEGER primary keys a row id; BIGINT is wanted elsewhere.
Key = BigInteger().with_variant(Integer, "sqlite")
_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of the archive."""

    metadata = MetaData(naming_convention=_NAMING)


def table_of(row: type[Base]) -> Table:
    """The table of a row class, for statements that run once a capture."""
    return Base.metadata.tables[row.__tablename__]


def key() -> Mapped[int]:
    return mapped_column(Key, primary_key=True, comment="internal; never leaves this database")


def to(column: str, comment: str, **options: Any) -> Mapped[Any]:
    return mapped_column(Key, ForeignKey(column), comment=comment, **options)


def bytes_of(length: int, name: str) -> CheckConstraint:
    return CheckConstraint(f"length({name}) = {length}", name=f"{name}_length")


class WordRow(Base):
    """The closed lists, for people who read the tables in SQL."""

    __tablename__ = "word"

    list: Mapped[str] = mapped_column(Text, primary_key=True, comment="which closed list")
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="what the tables store")
    word: Mapped[str] = mapped_column(Text, comment="what it means")
