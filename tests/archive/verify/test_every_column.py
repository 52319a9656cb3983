"""Whatever column of whatever table is changed in an archive, verify says so; what it need not see is named here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Engine, LargeBinary, Table, Text, and_, delete, select, update
from sqlalchemy.exc import DBAPIError

from archive import db, verify
from archive.home import Home
from archive.models import Base, Instant, Word
from tests.archive.material import THOROUGH, tried, unguarded
from tests.archive.verify.filled import fill

_MACHINE = "tells of the machine that crawls, nothing of what was crawled: `publish` leaves it out"
_REFUSED = "every command refuses an archive of another number: `upgrade` makes the words anew"
_TOLD_ANEW = "a row of other rules, or of a page marked otherwise, is passed over, and told anew from the texts"

EXEMPT = {
    "analyser": ("number upto", _REFUSED),
    "edit_kind": ("rules grows", _TOLD_ANEW),
    "folder": ("name host path at", _MACHINE),
    "job": ("name enabled begun_at ended_at process claimed_until read_by", _MACHINE),
    "lease": ("name process expires_at", _MACHINE),
    "pace": ("host milliseconds at", _MACHINE),
    "run": ("process", _MACHINE),
    "run_end": ("run_id outlet why came_to", _MACHINE),
}
"""The columns of which a change answers nothing otherwise, each with why."""

UNSEEN = {f"{table}.{column}" for table, (columns, _) in EXEMPT.items() for column in columns.split()}

_NEXT = "says when something is looked at next, nothing of what was seen: `publish` leaves it out"

_KEPT = "tells how the archive is kept: counted anew after a run, or for whoever keeps it; `publish` leaves it out"

TOO_MANY = {
    **dict.fromkeys(("alarm", "backup", "certificate", "counted", "daily", "delivery", "packed"), _KEPT),
    **dict.fromkeys(("listing", "memento"), _NEXT),
    **dict.fromkeys(("named_change", "plan", "planned_look", "watch"), _NEXT),
    "common_key": "a key that hundreds of articles have: `tests/archive/store/test_near_copies.py` tries it",
    "story_often": "a key that dozens of articles of a day have: `tests/archive/store/test_stories.py` tries it",
    "story_vector": "what a model made that not everybody has; it is not asked again",
}
"""The tables of which so small an archive has no row, or of which no answer rests on any."""

MAY_GO = {"analyser", "edit_kind", "folder", "job", "lease", "pace", "run_end"}
"""The tables of which a row may go: for the same reasons."""


_TABLES = [table for table in Base.metadata.sorted_tables if table.name not in TOO_MANY]


@pytest.fixture
def full(home: Home) -> Home:
    fill(home)
    return home


def _others(connection: Connection, column: Column[Any], value: Any) -> Iterator[Any]:
    """Other values for a column: the first that the database takes is tried."""
    kind = column.type
    for key in column.foreign_keys:
        of = key.column
        yield from connection.execute(select(of).where(of != (value or 0)).order_by(of).limit(3)).scalars().all()
    if isinstance(kind, Boolean):
        yield not value
    elif isinstance(kind, Instant):
        moment = value or connection.execute(_ANY_TIME).scalar_one()
        yield from (moment + timedelta(seconds=more) for more in (1, -1))
    elif isinstance(kind, Word):
        yield from (word for word in kind.words if word is not value)
    elif isinstance(kind, LargeBinary):
        yield bytes([value[0] ^ 1, *value[1:]]) if value else bytes(32)
    elif isinstance(kind, Text):
        yield f"{value or ''}x"
    else:
        yield from ((value or 0) + more for more in (1, 1000))


_ANY_TIME = select(Base.metadata.tables["run"].c.started_at).limit(1)


def _row(connection: Connection, table: Table, column: Column[Any]) -> Any:
    """A row of a table, one in which the column holds something if there is any."""
    order = [column.is_(None), *(key.desc() for key in table.primary_key.columns)]
    return connection.execute(select(table).order_by(*order).limit(1)).mappings().one()


def _of(table: Table, row: Any) -> Any:
    return and_(*(key == row[key.name] for key in table.primary_key.columns))


def _changed(connection: Connection, table: Table, column: Column[Any]) -> bool:
    """Change a column of a row, whatever it takes."""
    row = _row(connection, table, column)
    for value in _others(connection, column, row[column.name]):
        savepoint = connection.begin_nested()
        try:
            connection.execute(update(table).where(_of(table, row)).values({column.name: value}))
        except DBAPIError:
            savepoint.rollback()
        else:
            return True
    return False


def _noticed(connection: Connection, home: Home) -> bool:
    with closing(verify.check(connection, home.warc)) as found:
        return any(one.damage for one in found)


def _tried(engine: Engine) -> list[Column[Any]]:
    """Half of the columns, of PostgreSQL, where a look takes four times as long, some; and all that are not seen."""
    columns = [column for table in _TABLES for column in table.c]
    step = 1 if THOROUGH else 2 if engine.dialect.name == "sqlite" else 30
    return [one for n, one in enumerate(columns) if n % step == 0 or str(one) in UNSEEN]


def _unseen(engine: Engine, home: Home) -> Iterator[str]:
    """The columns whose change verify does not see."""
    for column in _tried(engine):
        with tried(engine) as connection:
            guards = _off(connection)
            assert _changed(connection, column.table, column), f"{column} takes no other value"
            _on(connection, guards)
            if not _noticed(connection, home):
                yield str(column)


def _off(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    return unguarded(connection)


def _on(connection: Connection, guards: list[str]) -> None:
    for guard in guards:
        connection.exec_driver_sql(guard)


def test_a_change_of_any_column_is_seen(full: Home) -> None:
    engine = db.open_writer(full.database_url)
    try:
        unseen = set(_unseen(engine, full))
    finally:
        engine.dispose()
    assert unseen == UNSEEN


def test_a_row_that_goes_is_missed(full: Home) -> None:
    engine, unmissed = db.open_writer(full.database_url), set()
    try:
        for table in _TABLES if THOROUGH or engine.dialect.name == "sqlite" else _TABLES[::4]:
            with tried(engine) as connection:
                guards = _off(connection)
                row = _row(connection, table, next(iter(table.primary_key.columns)))
                assert connection.execute(delete(table).where(_of(table, row))).rowcount == 1
                _on(connection, guards)
                if not _noticed(connection, full):
                    unmissed.add(table.name)
    finally:
        engine.dispose()
    assert unmissed <= MAY_GO
