"""What a database needs now and then, so that it stays quick and small for years."""

from __future__ import annotations

from archive.db import Engine, explained

__all__ = ["tidy"]

# Statistics are made anew where a table has changed much, from a sample of it. What is in the WAL goes where it
# belongs, unless somebody reads just then: later is early enough.
_SQLITE = (
    "PRAGMA busy_timeout = 1000",
    "PRAGMA analysis_limit = 1000",
    "PRAGMA optimize",
    "PRAGMA wal_checkpoint(TRUNCATE)",
)


def tidy(engine: Engine) -> None:
    """Keep an SQLite in order. PostgreSQL sees to itself (autovacuum)."""
    if engine.dialect.name == "sqlite":
        with explained(), engine.connect() as connection:
            for statement in _SQLITE:
                connection.exec_driver_sql(statement).close()
