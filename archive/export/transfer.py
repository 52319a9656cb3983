"""An archive moved to another database, row by row, with the same public ids; it can be killed and goes on.

Rows only ever arrive: the target's triggers refuse to change evidence. Until it is whole, the target's schema revision
says that it is half of a transfer, and no command takes it for an archive. Integer keys stay as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, Text, func, insert, literal, select, text, tuple_, update

from archive import db, failpoints
from archive.errors import Damaged, Mismatch, UsageError
from archive.models import Base, RunRow, TextRow, VersionRow, table_of
from archive.store.derived import NUMBERED
from archive.store.texts import Said
from archive.wording import counted

__all__ = ["Moved", "transfer"]

_AT_ONCE = 500
"""Rows in one transaction of the target."""

_NOT_MOVED = frozenset({"analyser", "counted", "daily", "delivery", "lease", "ledger", "new_on_day", "word"})
"""Locks belong to processes, messages are sent by who wrote them; the closed lists come with the tables, what has a
number is made anew, and so are the counts of days; triggers count what arrives."""

_TABLES = [table for table in Base.metadata.sorted_tables if table.name not in _NOT_MOVED]
_VERSION = table_of(VersionRow)
_TEXT = table_of(TextRow)


@dataclass(frozen=True, slots=True)
class Moved:
    """A table that is the same in both: how many rows, and SHA-256 over them in the order of their keys."""

    table: str
    rows: int
    digest: str


def transfer(source: Engine, target: Engine, told: Callable[[int, int], None]) -> tuple[Moved, ...]:
    """Move what is in `source` to `target`, an empty database or one where this was begun; `told` hears (done, total).

    Raises UsageError where the target holds something else, Mismatch where the source changed since it was begun,
    Damaged where both are not the same in the end."""
    with db.reading(source) as connection:
        counts = {table.name: _count(connection, table) for table in _TABLES}
        _begin(target, _stamp(connection, counts))
        done, total = 0, sum(counts.values())
        for table in _TABLES:
            for number in _copy(connection, target, table):
                told(done + number, total)
            done += counts[table.name]
        with db.writing(target) as written:
            _point(connection, written)
            _set_sequences(written)
        moved = tuple(_compared(connection, target, table) for table in _TABLES)
    _name(target, db.head())
    return moved


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _stamp(connection: Connection, counts: dict[str, int]) -> str:
    """What the source holds, told by its counts and its runs: every change belongs to a run."""
    runs = connection.execute(select(RunRow.name, RunRow.ended_at, RunRow.seal).order_by(RunRow.id))
    told = json.dumps([counts, [[_plain(value) for value in row] for row in runs]])
    return db.HALF + hashlib.sha256(told.encode()).hexdigest()[:20]


def _begin(target: Engine, stamp: str) -> None:
    with db.explained(), target.connect() as connection:
        found = db.revision(connection)
    if found == stamp:
        return
    if found is None:
        db.upgradable(target)
        db.migrate(target)
        _name(target, stamp)
    elif found.startswith(db.HALF):
        raise Mismatch("the archive was written to since this transfer was begun: empty the target and begin again")
    else:
        raise UsageError("the target holds something already: name a database that is empty, or not there yet")


def _name(target: Engine, revision: str) -> None:
    with db.writing(target) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


# --- rows -------------------------------------------------------------------------------------------------------------


def _in_order(connection: Connection, table: Table) -> list[Any]:
    """The key's columns, so that both databases put their rows in the same order: by bytes, not by any locale."""
    postgresql = connection.dialect.name == "postgresql"
    columns = list(table.primary_key.columns)
    return [one.collate("C") if postgresql and isinstance(one.type, Text) else one for one in columns]


def _rest(connection: Connection, table: Table, last: Sequence[Any] | None) -> Select[Any]:
    """The rows after that key, in order."""
    order = _in_order(connection, table)
    statement = select(table).order_by(*order)
    if last is None:
        return statement
    bound = [literal(value, one.type) for value, one in zip(last, table.primary_key.columns, strict=True)]
    return statement.where(tuple_(*order) > tuple_(*bound))


def _last(target: Engine, table: Table) -> Sequence[Any] | None:
    with db.reading(target) as connection:
        order = [one.desc() for one in _in_order(connection, table)]
        found = connection.execute(select(*table.primary_key.columns).order_by(*order).limit(1)).first()
    return None if found is None else tuple(found)


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[list[dict[str, Any]]]:
    found = connection.execute(statement, execution_options={"yield_per": _AT_ONCE})
    for some in found.mappings().partitions(_AT_ONCE):
        yield [dict(row) for row in some]


def _copy(source: Connection, target: Engine, table: Table) -> Iterator[int]:
    """Copy what is not there yet; how many rows that were so far."""
    done = 0
    for rows in _rows(source, _rest(source, table, _last(target, table))):
        with db.writing(target) as connection:
            if table is _VERSION:
                # What a version was folded into may come later: see `_point`.
                connection.execute(insert(table), [row | {"merged_into_id": None} for row in rows])
                _derive(connection, rows)
            else:
                connection.execute(insert(table), rows)
        failpoints.reach("rows-copied")
        done += len(rows)
        yield done


def _derive(connection: Connection, versions: Sequence[dict[str, Any]]) -> None:
    """What is made anew of the texts of versions."""
    wanted = select(_TEXT).where(_TEXT.c.id.in_([row["text_id"] for row in versions]))
    rows = {row["id"]: dict(row) for row in connection.execute(wanted).mappings()}
    said = [(version["id"], Said(rows[version["text_id"]])) for version in versions]
    for derived in NUMBERED:
        if not derived.moves:
            derived.make(connection, said)


def _point(source: Connection, target: Connection) -> None:
    """Say which versions were folded into which."""
    merged = select(_VERSION.c.id, _VERSION.c.merged_into_id).where(_VERSION.c.merged_into_id.is_not(None))
    for version, into in source.execute(merged).all():
        target.execute(update(_VERSION).where(_VERSION.c.id == version).values(merged_into_id=into))


def _set_sequences(target: Connection) -> None:
    if target.dialect.name != "postgresql":
        return
    for table in _TABLES:
        if [column.name for column in table.primary_key.columns] == ["id"]:
            newest = target.execute(select(func.max(table.c.id))).scalar()
            if newest is not None:
                target.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), newest)))


# --- are both the same? -----------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    made, count = hashlib.sha256(), 0
    for rows in _rows(connection, _rest(connection, table, None)):
        count += len(rows)
        for row in rows:
            made.update(json.dumps([_plain(value) for value in row.values()], ensure_ascii=False).encode())
    return count, made.hexdigest()


def _compared(source: Connection, target: Engine, table: Table) -> Moved:
    wanted = _digest(source, table)
    with db.reading(target) as connection:
        found = _digest(connection, table)
    if found != wanted:
        raise Damaged(
            f"table {table.name}: {counted(wanted[0], 'row')} ({wanted[1][:12]}) became {found[0]} ({found[1][:12]})"
        )
    return Moved(table.name, *found)
