"""Connections to SQLite: how they are set up, and how one reads where there is no room to write."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Dialect

from archive.errors import code, is_disk_full

__all__ = ["connect_to_read", "no_longer_than", "pragmas"]


def pragmas(*statements: str) -> Callable[[sqlite3.Connection, object], None]:
    """What is said to each new connection."""

    def connect(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions are ours to begin: Python's own begin is deferred.
        connection.isolation_level = None
        for statement in statements:
            connection.execute(f"PRAGMA {statement}")

    return connect


def no_longer_than(seconds: float) -> Callable[[sqlite3.Connection, object], None]:
    """Each new connection, which serves one reader, is interrupted where it is at work for longer than that."""

    def connect(connection: sqlite3.Connection, _record: object) -> None:
        end = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)

    return connect


_STEPS = 10_000
"""Instructions of SQLite's, a millisecond or less, between two looks at the clock."""


def connect_to_read(dialect: Dialect, _record: object, words: list[Any], named: dict[str, Any]) -> Any:
    """A connection that reads. SQLite makes a small file to that end, for which a full disk has no room; where nobody
    writes (there is no log of changes), the archive can be read without."""
    made: Any = dialect.connect(*words, **named)
    try:
        made.execute("PRAGMA schema_version").close()
    except sqlite3.OperationalError as problem:
        made.close()
        log = Path(f"{unquote(words[0].removeprefix('file:').partition('?')[0])}-wal")
        no_room = is_disk_full(problem) or code(problem) == sqlite3.SQLITE_CANTOPEN
        if not no_room or (log.exists() and log.stat().st_size):
            raise
        made = dialect.connect(f"{words[0]}&immutable=1", *words[1:], **named)
    return made
