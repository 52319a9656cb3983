"""The desk's database: an SQLite file beside the archive, which stays as it is whatever people write there.

Each use opens it, does one thing in one transaction and closes it: people write by hand, a few times an hour."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import text
from archive.errors import BadInput, Busy, DatabaseError, DiskFull, Mismatch, UsageError, code, is_disk_full

__all__ = ["LONGEST_NAME", "LONGEST_WORDS", "Desk", "Entry", "moment", "named", "said"]

_TABLES = """
CREATE TABLE person(name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, subject TEXT UNIQUE, made_at TEXT NOT NULL
  ) STRICT;
CREATE TABLE session(digest BLOB PRIMARY KEY, name TEXT NOT NULL, checked INTEGER NOT NULL, until TEXT NOT NULL) STRICT;
CREATE TABLE entry(id INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, client TEXT NOT NULL, what TEXT NOT NULL,
  about TEXT NOT NULL) STRICT;
CREATE TABLE watchlist(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, made_by TEXT NOT NULL, made_at TEXT NOT NULL
  ) STRICT;
CREATE TABLE item(id INTEGER PRIMARY KEY, watchlist_id INTEGER NOT NULL REFERENCES watchlist ON DELETE CASCADE,
  path TEXT NOT NULL, title TEXT NOT NULL, added_by TEXT NOT NULL, added_at TEXT NOT NULL,
  UNIQUE(watchlist_id, path)) STRICT;
CREATE TABLE tag(item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE, tag TEXT NOT NULL,
  PRIMARY KEY(item_id, tag)) STRICT, WITHOUT ROWID;
CREATE TABLE note(id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  words TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, UNIQUE(item_id, words, by, at)) STRICT;
CREATE TABLE sheet(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, made_by TEXT NOT NULL, made_at TEXT NOT NULL
  ) STRICT;
CREATE TABLE claim(sheet_id INTEGER NOT NULL REFERENCES sheet ON DELETE CASCADE, n INTEGER NOT NULL,
  document TEXT NOT NULL, PRIMARY KEY(sheet_id, n)) STRICT, WITHOUT ROWID;
CREATE TABLE judgement(sheet_id INTEGER NOT NULL REFERENCES sheet ON DELETE CASCADE, n INTEGER NOT NULL,
  coder TEXT NOT NULL, right INTEGER, note TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY(sheet_id, n, coder)) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
"""
_VERSION = 1

_BUSY_SECONDS = 10
LONGEST_NAME, LONGEST_WORDS = 80, 4_000
"""Characters of a name or a tag, and of a note."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: when, who (empty: nobody who is known), from where, did what, to what."""

    at: datetime
    by: str
    client: str
    what: str
    about: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk in that file; there is none until somebody writes."""

    path: Path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """What stands there, as of one moment; an empty desk where there is none. Raises DatabaseError, Mismatch."""
        if not self.path.is_file():
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
                connection.executescript(_TABLES)
                yield connection
            return
        with self._opened("ro") as connection, _explained(self.path):
            connection.execute("BEGIN")
            _check(connection, self.path)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; what it wrote is on the disk when it ends. Raises what `reading` does, Busy, DiskFull."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)  # it holds what passwords and sessions are told by
        with self._opened("rw") as connection, _explained(self.path):
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                _made(connection, self.path)
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _opened(self, mode: str) -> Iterator[sqlite3.Connection]:
        with _explained(self.path):
            made = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_BUSY_SECONDS, isolation_level=None
            )
        with closing(made) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection

    def log(self, entry: Entry) -> None:
        """Keep a line of who did what."""
        with self.writing() as connection:
            _keep(connection, entry)

    def entries(self, most: int = 1000) -> list[Entry]:
        """The last lines of the log, the newest first."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT at, by, client, what, about FROM entry ORDER BY id DESC LIMIT ?", (most,)
            ).fetchall()
        return [Entry(moment(at), *more) for at, *more in rows]


_MOST_ENTRIES = 100_000
"""Lines that are kept: whoever tries passwords without end fills no disk."""


def _keep(connection: sqlite3.Connection, entry: Entry) -> None:
    values = (text.iso(entry.at), entry.by, entry.client, entry.what, text.clip(entry.about, 400))
    made = connection.execute("INSERT INTO entry(at, by, client, what, about) VALUES(?,?,?,?,?)", values)
    connection.execute("DELETE FROM entry WHERE id <= ?", ((made.lastrowid or 0) - _MOST_ENTRIES,))


def _check(connection: sqlite3.Connection, path: Path) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > _VERSION:
        raise Mismatch(f"{path} was made by a newer program: install a newer Palimpsest")
    return found


def _made(connection: sqlite3.Connection, path: Path) -> None:
    if _check(connection, path):
        return
    if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise DatabaseError(f"{path} holds tables of others: move it away")
    for statement in _TABLES.split(";"):
        connection.execute(statement)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        if is_disk_full(problem):
            raise DiskFull(f"{path} could not be written: {problem}. Make space and do the same again.") from None
        if code(problem) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise Busy(f"somebody else is writing to {path} for long; try again") from None
        raise DatabaseError(f"{path} cannot be used: {problem}") from None


# --- what people write ------------------------------------------------------------------------------------------------


def named(what: str, words: object) -> str:
    """A name as it is kept: one line, in which nothing is hidden. Raises UsageError."""
    name = text.fold_space(str(words))
    if not name or len(name) > LONGEST_NAME or text.clean(name) != name or "/" in name:
        raise UsageError(f"{what} is a line of 1 to {LONGEST_NAME} characters without /, not {text.clip(name, 60)!r}")
    return name


def said(what: str, words: object, most: int = LONGEST_WORDS) -> str:
    """What somebody wrote, lines kept; empty for nothing. Raises UsageError."""
    found = text.clean(str(words).replace("\r\n", "\n")).strip()
    if len(found) > most:
        raise UsageError(f"{what} has {len(found):,} characters, and may have {most:,}")
    return found


def moment(words: Any) -> datetime:
    """A time as it is kept. Raises BadInput."""
    try:
        found = datetime.fromisoformat(str(words))
    except ValueError:
        raise BadInput(f"{text.clip(str(words), 60)!r} is no time such as 2026-11-23T12:00:00+00:00") from None
    if found.tzinfo is None:
        raise BadInput(f"{words} names no zone: write +00:00 behind it")
    return found
