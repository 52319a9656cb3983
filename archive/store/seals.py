"""The chain of seals: what a run seals when it ends, and by which rules seals were made.

A seal is SHA-256 over its format, the seal before it, the facts of its run and what it covers of each table (see
`archive.store.sealed`). The newest is the *head*: whoever has it can tell later whether anything before it was changed,
or taken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from archive import failpoints
from archive.models import RunRow, SealedRow, table_of
from archive.store import first_seals, sealed
from archive.store.sealed import FORMAT, Covered

__all__ = ["FACTS", "Head", "again", "append", "head", "is_current", "made_of"]

_RUN, _SEALED = table_of(RunRow), table_of(SealedRow)

FACTS = ("name", "kind", "started_at", "ended_at", "killed", "counts", "clock_ahead", "clock_moved")
"""The facts of a run that stand in its seal, in that order."""

_NEWEST = select(_RUN.c.place, _RUN.c.seal).where(_RUN.c.place.is_not(None)).order_by(_RUN.c.place.desc()).limit(1)
_UPTO = select(_SEALED.c.name, func.max(_SEALED.c.upto).label("upto")).group_by(_SEALED.c.name)
_OF = select(_SEALED).where(_SEALED.c.run_id == bindparam("run")).order_by(_SEALED.c.name)
_CURRENT = select(func.max(_RUN.c.seal_format))


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal and its place in the chain, from 1; written `place:hex`."""

    place: int
    seal: bytes

    def __str__(self) -> str:
        return f"{self.place}:{self.seal.hex()}"


def head(connection: Connection) -> Head | None:
    """The head of the chain; None where nothing was sealed yet."""
    row = connection.execute(_NEWEST).first()
    return Head(int(row[0]), bytes(row[1] or b"")) if row else None


def is_current(connection: Connection) -> bool:
    """Whether what older seals leave out is under one of today's format, or nothing was sealed at all."""
    made = connection.execute(_CURRENT).scalar()
    return made == FORMAT or head(connection) is None


def made_of(before: bytes, place: int, facts: Any, covered: list[Covered]) -> bytes:
    """The seal after the seal `before` (empty for the first) of a run with these facts, in the order of `FACTS`."""
    parts = [[one.table, one.upto, one.digest.hex()] for one in covered]
    return sealed.digest([FORMAT, before, place, *facts, parts])


def again(connection: Connection, run: Any, place: int, before: bytes) -> bytes:
    """The seal of a run (its row) as it would be made again, of what `sealed` says that it covers."""
    if run.seal_format != FORMAT:
        return first_seals.seal(connection, run.id, before)
    covered = [Covered(row.name, row.upto, row.digest) for row in connection.execute(_OF, {"run": run.id})]
    return made_of(before, place, [getattr(run, name) for name in FACTS], covered)


def append(connection: Connection, run: int, values: dict[str, Any]) -> Head:
    """Seal a run: it has ended with these values. All that the archive holds by now is under its seal, or an older."""
    connection.execute(update(_RUN).where(_RUN.c.id == run).values(values))
    newest = head(connection)
    place, before = (newest.place + 1, newest.seal) if newest else (1, b"")
    covered = list(sealed.upto(connection, {row.name: row.upto for row in connection.execute(_UPTO)}))
    if covered:
        rows = [{"run_id": run, "name": one.table, "upto": one.upto, "digest": one.digest} for one in covered]
        connection.execute(insert(_SEALED), rows)
    row = connection.execute(select(*(_RUN.c[name] for name in FACTS)).where(_RUN.c.id == run)).one()
    made = made_of(before, place, row, covered)
    failpoints.reach("run-sealing")
    values = {"place": place, "seal": made, "seal_format": FORMAT}
    connection.execute(update(_RUN).where(_RUN.c.id == run).values(values))
    return Head(place, made)
