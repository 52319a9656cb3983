"""What a database error means is told by its code, whatever words of others stand in it."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from archive import db
from archive.errors import Busy, DatabaseError, DiskFull
from archive.home import Home


@pytest.mark.parametrize("name", ["locked", "disk is full", "lock timeout", "not authorized"])
def test_a_name_in_an_error_does_not_decide_what_it_is(home: Home, name: str) -> None:
    engine = db.open_reader(home.database_url)
    with pytest.raises(DatabaseError, match=f"refused.*{name}") as raised, db.reading(engine) as connection:
        connection.execute(text(f'SELECT "{name}".x FROM "{name}"'))
    engine.dispose()
    assert type(raised.value) is DatabaseError


def test_a_full_disk_a_long_lock_and_what_is_not_allowed_are_told_apart(sqlite_home: Home) -> None:
    url = sqlite_home.database_url
    first = db.open_writer(url)
    with pytest.raises(DiskFull, match="Make space"), db.writing(first) as connection:
        _grow(connection)
    second = create_engine(url, connect_args={"timeout": 0})
    with db.writing(first), pytest.raises(Busy), db.explained(), second.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    reader = db.open_reader(url)
    db.only_selects(reader)
    with pytest.raises(DatabaseError, match="nothing but SELECT"), db.explained(), reader.connect() as connection:
        connection.exec_driver_sql("ATTACH ':memory:' AS other")
    for engine in (first, second, reader):
        engine.dispose()


@pytest.mark.parametrize("empty_database", ["postgresql"], indirect=True)
def test_postgresql_says_that_a_lock_took_too_long(empty_database: str) -> None:
    first = db.open_writer(empty_database)
    second = create_engine(first.url, connect_args={"options": "-c lock_timeout=10"})
    with db.writing(first), pytest.raises(Busy), db.writing(second):
        pass
    for engine in (first, second):
        engine.dispose()


def test_an_engine_for_reading_cannot_write_and_each_guard_suffices(home: Home) -> None:
    engine = db.open_reader(home.database_url)
    off = "PRAGMA query_only = OFF" if engine.dialect.name == "sqlite" else "SELECT 1"
    on = "PRAGMA query_only" if engine.dialect.name == "sqlite" else "SHOW default_transaction_read_only"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(on).scalar() in {1, "on"}
        connection.exec_driver_sql(off)
        with pytest.raises(DBAPIError, match=r"read.?only"):
            connection.exec_driver_sql("CREATE TABLE more (n integer)")
    engine.dispose()


def test_an_answer_sees_the_archive_as_it_was_when_it_began(home: Home) -> None:
    reader, writer = db.open_reader(home.database_url), db.open_writer(home.database_url)
    count = text("SELECT count(*) FROM word")
    with db.reading(reader) as connection:
        before = connection.execute(count).scalar()
        with db.writing(writer) as other:
            other.execute(text("INSERT INTO word (list, number, word) VALUES ('tests', 1, 'more')"))
        assert connection.execute(count).scalar() == before
    with db.reading(reader) as connection:
        assert connection.execute(count).scalar() != before
    for engine in (reader, writer):
        engine.dispose()


def test_what_is_written_is_synced_before_it_is_said_to_be(sqlite_home: Home) -> None:
    engine = db.open_writer(sqlite_home.database_url)
    with engine.connect() as connection:
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    engine.dispose()
    assert told == ["wal", 2]


def _grow(connection: db.Connection) -> None:
    """Write more than the file may hold."""
    connection.exec_driver_sql("PRAGMA max_page_count = 1")
    connection.exec_driver_sql("CREATE TABLE more AS SELECT hex(zeroblob(1000000)) AS words")
