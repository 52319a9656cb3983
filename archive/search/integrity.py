"""Does SQLite's token table hold the words of every version, word for word and place for place?

It keeps no text that could be read back. FTS5 itself compares an index with texts that stand beside it, but only where
it may write: so its tables are copied into a temporary database, where a view stands beside them that makes the words
anew. Method: https://sqlite.org/fts5.html, "The 'integrity-check' Command". Needs as much temporary space as the index.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from archive.search.index import FIELDS

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["holds"]

_TABLES = "SELECT name, sql FROM sqlite_master WHERE name LIKE 'tokens%' AND type = 'table'"
_AT_ONCE = 200

Said = tuple[int, Sequence[str]]
"""A version and what is written of its text, a text a field."""


def holds(connection: Connection, versions: Iterable[Said]) -> bool:
    """Whether the table holds exactly these versions, given in order of their integers, with exactly their words."""
    with closing(sqlite3.connect("", isolation_level=None)) as beside:
        beside.execute("BEGIN")
        declared = _copied(connection, beside)
        beside.execute("COMMIT")
        last = _Last(versions)
        beside.create_function("said", 2, last.said)
        try:
            # Written as a row of the schema: to create the table would make its own tables anew.
            beside.execute("PRAGMA writable_schema = ON")
            beside.execute("INSERT INTO sqlite_master VALUES ('table', 'tokens', 'tokens', 0, ?)", [declared])
            beside.execute("PRAGMA writable_schema = RESET")
            beside.execute("INSERT INTO tokens (tokens, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            if last.problem is not None:
                raise last.problem from None
            return False
        return True


class _Last:
    """The words of one version after the other, as the columns of the view ask for them."""

    def __init__(self, versions: Iterable[Said]) -> None:
        self._versions = iter(versions)
        self._at: Said = (0, ())
        self.problem: Exception | None = None

    def said(self, version: int, field: int) -> str:
        """What is written of a field of a version; nothing where it has no text."""
        try:
            while self._at[0] < version:
                self._at = next(self._versions, (sys.maxsize, ()))
        except Exception as problem:
            # SQLite says no more than that something was raised.
            self.problem = problem
            raise
        return self._at[1][field] if self._at[0] == version else ""


def _copied(connection: Connection, beside: sqlite3.Connection) -> str:
    """Copy the index, and what there is of versions; how the table is declared that has its texts beside it."""
    made = {row[0]: row[1] for row in connection.exec_driver_sql(_TABLES)}
    declared: str = made.pop("tokens")
    for name, sql in made.items():
        beside.execute(sql)
        _insert(connection, f"SELECT * FROM {name}", beside, name)
    beside.execute("CREATE TABLE whole (id INTEGER PRIMARY KEY)")
    _insert(connection, "SELECT id FROM version", beside, "whole")
    fields = ", ".join(f"said(id, {n}) AS {name}" for n, name in enumerate(FIELDS))
    beside.execute(f"CREATE VIEW written AS SELECT id, {fields} FROM whole")
    return declared.replace("content=''", "content='written', content_rowid='id'")


def _insert(connection: Connection, query: str, beside: sqlite3.Connection, table: str) -> None:
    with connection.exec_driver_sql(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        places = ", ".join("?" * len(rows.keys()))
        for some in rows.partitions():
            beside.executemany(f"INSERT INTO {table} VALUES ({places})", [tuple(row) for row in some])
