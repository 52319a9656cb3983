"""What the engines promise: what is committed is on the disk, and what reads cannot write, by two safeguards each."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from archive import db
from archive.errors import DatabaseError, TooLong
from archive.home import Home

_WRITE = text("UPDATE analyser SET number = number + 1")


def test_a_writer_syncs_each_commit_and_keeps_foreign_keys(sqlite_home: Home) -> None:
    engine = db.open_writer(sqlite_home.database_url)
    with engine.connect() as connection:
        said = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _PROMISED}
    engine.dispose()
    assert said == _PROMISED


_PROMISED = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}
"""2 is FULL."""


def test_a_reader_with_a_limit_is_told_when_it_is_over(database: str) -> None:
    engine = db.open_reader(database, limit=0.3)
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(TooLong, match="longer than a reader"), db.reading(engine) as connection:
        connection.execute(text(forever))
    engine.dispose()


def test_a_reader_of_sqlite_is_kept_from_writing_by_the_file_and_by_the_connection(sqlite_home: Home) -> None:
    engine = db.open_reader(sqlite_home.database_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA query_only").scalar() == 1
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        with pytest.raises(DBAPIError, match="readonly database"):
            connection.execute(_WRITE)
    engine.dispose()
    # And one whose file could be written, as for temporary tables, is kept by the other.
    with closing(sqlite3.connect(sqlite_home.folder / "archive.db")) as plain:
        plain.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            plain.execute(str(_WRITE))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_reader_of_postgresql_is_kept_from_writing_by_the_session_and_by_the_transaction(database: str) -> None:
    engine = db.open_reader(database)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="read-only transaction"):
        connection.execute(_WRITE)
    engine.dispose()
    writer = db.open_writer(database)
    with pytest.raises(DatabaseError, match="read-only transaction"), db.reading(writer) as connection:
        connection.execute(_WRITE)
    writer.dispose()
