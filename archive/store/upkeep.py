"""What a database needs now and then, so that it stays quick and small for years."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from archive.db import Engine, explained

__all__ = ["tidy"]

_MB = 1_000_000
_LOG = 256 * _MB
"""Bytes of changes that wait in the log (`-wal`) before it is said: a crawl leaves some ten."""

_FREE, _SHARE = 256 * _MB, 4
"""Bytes that a database holds and nothing needs before it is said, and of how many parts of it that is one at least."""

# Statistics are made anew where a table has changed much, from a sample of it: bounded, however large it is.
_STATISTICS = ("PRAGMA busy_timeout = 1000", "PRAGMA analysis_limit = 1000", "PRAGMA optimize")


def tidy(engine: Engine) -> tuple[str, ...]:
    """Keep an SQLite in order, and say what a person has to do for it. PostgreSQL sees to itself (autovacuum)."""
    if engine.dialect.name != "sqlite":
        return ()
    with explained(), engine.connect() as connection:
        for statement in _STATISTICS:
            connection.exec_driver_sql(statement).close()
        return (*_log(connection), *_free(connection))


def _number(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _log(connection: Connection) -> Iterator[str]:
    """Put what is in the log where it belongs, and cut it off. While somebody reads what was before it, that is not
    possible, for a day if need be: nobody waits for them, and the log grows."""
    busy, pages, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    size = pages * _number(connection, "page_size")
    if busy and size > _LOG:
        yield (
            f"the log of the database (archive.db-wal) has {size // _MB:,} MB and grows: somebody has been reading "
            "since it was small. End that program (`fuser archive.db-shm` names it); nothing is lost by it"
        )


def _free(connection: Connection) -> Iterator[str]:
    """Say what could be given back. That copies the whole database and locks it meanwhile: a person decides."""
    free, pages, size = (_number(connection, name) for name in ("freelist_count", "page_count", "page_size"))
    if free * size > _FREE and free * _SHARE > pages:
        yield (
            f"{free * size // _MB:,} of {pages * size // _MB:,} MB of the database are empty. To have them back, stop "
            "`run`, and with as much room free on the disk: sqlite3 archive.db VACUUM"
        )
