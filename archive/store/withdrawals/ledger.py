"""What is on record of withdrawals: what each emptied, with the digests that stand for it in the seals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from archive.models import WithdrawalRow, WithdrawnRow, table_of
from archive.store.withdrawals.emptied import said_of

__all__ = [
    "DONE",
    "OPEN",
    "PLANNED",
    "TAKEN_BACK",
    "Kept",
    "Withdrawal",
    "all_of",
    "is_withdrawn",
    "kept",
    "named",
    "rows_of",
]

PLANNED, OPEN, DONE, TAKEN_BACK = "planned", "open", "done", "back"
"""The states of a withdrawal: on record; under seal, and being carried out; carried out; taken back."""

_WITHDRAWAL, _WITHDRAWN = table_of(WithdrawalRow), table_of(WithdrawnRow)
_ALL = select(_WITHDRAWAL).order_by(_WITHDRAWAL.c.id)
_IN_FORCE = (
    select(_WITHDRAWN.c.key, _WITHDRAWN.c.other, _WITHDRAWN.c.digest, _WITHDRAWN.c.withdrawal_id)
    .join(_WITHDRAWAL, _WITHDRAWAL.c.id == _WITHDRAWN.c.withdrawal_id)
    .where(_WITHDRAWN.c.name == bindparam("name"), _WITHDRAWAL.c.state != TAKEN_BACK)
    .order_by(_WITHDRAWN.c.id)
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a person had withheld (`kind` is withhold) or expunged: what by its public id, when, who, why."""

    id: int
    kind: str
    target: str
    at: datetime
    person: str
    reason: str
    state: str

    @property
    def day(self) -> str:
        """The day it was decided, in UTC."""
        return self.at.strftime("%Y-%m-%d")

    @property
    def said(self) -> str:
        """What is shown in the place of words."""
        return said_of(self.kind, self.day, self.reason)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands for a row in the seals, and the last withdrawal of it."""

    digest: bytes
    by: Withdrawal


def all_of(connection: Connection) -> list[Withdrawal]:
    """Every withdrawal, in order."""
    return [Withdrawal(**row) for row in connection.execute(_ALL).mappings()]


def kept(connection: Connection, name: str) -> dict[tuple[int, int], Kept]:
    """What is withdrawn of a table, by its rows' integers and 0; of `record` by file and place."""
    of: dict[int, Withdrawal] = {one.id: one for one in all_of(connection)}
    found: dict[tuple[int, int], Kept] = {}
    for row in connection.execute(_IN_FORCE, {"name": name}) if of else ():
        first = found.get((row.key, row.other))
        # What was withheld first has the digest of what it was.
        found[row.key, row.other] = Kept(first.digest if first else row.digest, of[row.withdrawal_id])
    return found


def is_withdrawn(name: str, column: Any) -> Any:
    """Whether the row of a table that a column names is withdrawn: a condition."""
    of = select(_WITHDRAWN.c.key).join(_WITHDRAWAL, _WITHDRAWAL.c.id == _WITHDRAWN.c.withdrawal_id)
    return column.in_(of.where(_WITHDRAWN.c.name == name, _WITHDRAWAL.c.state != TAKEN_BACK))


def rows_of(connection: Connection, withdrawal: int) -> Iterator[Any]:
    """What a withdrawal empties: name, key, other."""
    wanted = select(_WITHDRAWN).where(_WITHDRAWN.c.withdrawal_id == withdrawal).order_by(_WITHDRAWN.c.id)
    yield from connection.execute(wanted).all()


def named(rows: Iterable[Any], name: str) -> list[int]:
    """The integers of the rows of one table among them."""
    return [row.key for row in rows if row.name == name]
