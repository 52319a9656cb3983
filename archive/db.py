"""The engines: one that writes, one that can only read; migrations; and what a database error means in words.

Read-then-write is always `BEGIN IMMEDIATE` on SQLite, because a deferred transaction that turns into a writer fails at
once whatever the busy timeout, and an advisory lock on PostgreSQL: there is one writer at a time on either.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    NotSupportedError,
    OperationalError,
    StatementError,
)
from sqlalchemy.pool import NullPool

from archive import search, sqlite
from archive.errors import (
    Away,
    BadRow,
    Busy,
    DatabaseError,
    DiskFull,
    Mismatch,
    NoArchive,
    PalimpsestError,
    TooLong,
    UsageError,
    code,
    is_disk_full,
)
from archive.half_written import part_of
from archive.masking import keep
from archive.patience import is_away, wait_for

__all__ = [
    "HALF",
    "Connection",
    "Engine",
    "backup",
    "explained",
    "head",
    "migrate",
    "only_selects",
    "open_reader",
    "open_writer",
    "reading",
    "ready",
    "revision",
    "seal",
    "select",
    "upgradable",
    "words_are_current",
    "writing",
]

BUSY_SECONDS = 60
"""How long a writer waits for another before it gives up with `Busy`."""

HALF = "half-"
"""How the schema revision of a database begins that a transfer is being made to."""

_LOCK = 7_264_931
"""The advisory lock writers take on PostgreSQL; any number that is ours."""


def _url(url: str) -> Any:
    keep(url)
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        # Nothing of it is shown: where its password stands, nobody can tell.
        said = "sqlite:////path/archive.db or postgresql://… with @ : / ? # in its password as %40 %3A %2F %3F %23"
        raise DatabaseError(f"DATABASE_URL is not a database address; write {said}") from None
    # `postgresql+psycopg` whatever the spelling: libpq's own addresses say `postgres://`.
    if made.drivername in {"postgres", "postgresql"}:
        made = made.set(drivername="postgresql+psycopg")
    if made.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseError(f"only sqlite and postgresql are supported, not {made.drivername}")
    if made.get_backend_name() == "sqlite" and made.database in {None, "", ":memory:"}:
        raise DatabaseError("DATABASE_URL names no file, so nothing would be kept: write sqlite:////path/archive.db")
    return made


def _create(url: Any, **options: Any) -> Engine:
    try:
        return create_engine(url, **options)
    except (NoSuchModuleError, ModuleNotFoundError) as problem:
        raise DatabaseError(f"{problem}. For PostgreSQL: pip install 'palimpsest[postgres]'") from None


_LIVELY = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Seconds (the last: milliseconds) after which a server that says nothing any more is given up."""


def _postgresql(made: Any, options: str, wait: float) -> Engine:
    # A connection that died while it was not used is made anew before it is.
    engine = _create(made, pool_pre_ping=True, connect_args={"options": options, **_LIVELY})
    wait_for(engine, wait)
    return engine


def open_writer(url: str, wait: float = 0) -> Engine:
    """An engine that may write, and waits so many seconds for a server that went away. Raises DatabaseError where the
    address makes no sense."""
    made = _url(url)
    if made.get_backend_name() != "sqlite":
        return _postgresql(made, "-c timezone=UTC", wait)
    engine = _create(made, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(
        engine,
        "connect",
        sqlite.pragmas("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32768"),
    )
    return engine


def open_reader(url: str, wait: float = 0, limit: float = 0) -> Engine:
    """An engine that cannot write, by construction; it waits so many seconds for a server that went away. With a
    `limit`, reading that takes more seconds ends with `TooLong`: on SQLite a transaction, on PostgreSQL a statement.
    Raises DatabaseError where there is no such archive."""
    made = _url(url)
    if made.get_backend_name() != "sqlite":
        # To compile a query takes longer than most of ours run; what is sorted or hashed for one seldom fits in 4 MB;
        # what streams is read to its end.
        options = "-c timezone=UTC -c default_transaction_read_only=on"
        options += " -c jit=off -c work_mem=32MB -c cursor_tuple_fraction=1"
        if limit:
            options += f" -c statement_timeout={limit * 1000:.0f}"
        return _postgresql(made, options, wait)
    if not Path(made.database or "").is_file():
        raise NoArchive(f"there is no archive at {made.database}. `palimpsest ingest` or `crawl` makes one.")
    read_only = made.set(database=f"file:{quote(str(made.database))}", query={"mode": "ro", "uri": "true"})
    engine = _create(read_only, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, poolclass=NullPool)
    event.listen(engine, "do_connect", sqlite.connect_to_read)
    event.listen(engine, "connect", sqlite.pragmas("query_only = ON", "cache_size = -65536"))
    if limit:
        event.listen(engine, "connect", sqlite.no_longer_than(limit))
    return engine


_READING_PRAGMAS = frozenset(
    {"data_version", "foreign_key_list", "index_list", "index_info", "table_info", "table_xinfo"}
)
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


def _allows(action: int, name: str | None, _value: str | None, _database: str | None, _trigger: str | None) -> int:
    reads = action in _READING or (action == sqlite3.SQLITE_PRAGMA and name in _READING_PRAGMAS)
    return sqlite3.SQLITE_OK if reads or action == sqlite3.SQLITE_TRANSACTION else sqlite3.SQLITE_DENY


def only_selects(engine: Engine) -> None:
    """Let an engine that cannot write run nothing but SELECT: other people's SQL might attach files, or set its own
    permissions. On PostgreSQL `select` sees to that."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda made, _: made.set_authorizer(_allows))


def select(connection: Connection, query: str, parameters: Mapping[str, Any]) -> CursorResult[Any]:
    """The rows of other people's SELECT, as they are read: on PostgreSQL a cursor takes nothing else, and only one."""
    streamed = connection.execution_options(stream_results=True, yield_per=1000)
    try:
        return streamed.execute(text(query), parameters)
    except StatementError as problem:
        if isinstance(problem, DBAPIError):
            raise
        raise UsageError(f"the query does not fit its parameters: {problem.orig}") from None


def _busy() -> PalimpsestError:
    return Busy("another process is writing to the archive for long; try again when it is done")


def _too_long() -> PalimpsestError:
    return TooLong("this takes longer than a reader of the archive may; narrow it, or ask on the command line")


_STOPPED: Mapping[int | str | None, Callable[[], PalimpsestError]] = {
    **dict.fromkeys((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03"), _busy),
    **dict.fromkeys((sqlite3.SQLITE_INTERRUPT, "57014"), _too_long),
}


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the driver raises into one of our errors, with what to do."""
    try:
        yield
    except DBAPIError as problem:
        raise _told(problem) from None
    except StatementError as problem:
        # What we raise ourselves while SQLAlchemy connects comes wrapped.
        if isinstance(problem.orig, PalimpsestError):
            raise problem.orig from None
        raise
    except UnicodeDecodeError:
        # SQLite quotes its damaged schema, and the driver cannot read what it quotes.
        raise DatabaseError("the database's schema is damaged; restore it from a copy") from None


def _told(problem: DBAPIError) -> PalimpsestError:
    said, what = str(problem.orig).strip(), code(problem.orig)
    first = said.splitlines()[0] if said else said
    if is_away(problem):
        return Away(f"the database cannot be reached: {first}. Nothing was changed; try again when it can")
    if isinstance(problem, DataError | IntegrityError | InterfaceError | NotSupportedError):
        return BadRow(f"the database does not take a value: {first}")
    if is_disk_full(problem.orig):
        return DiskFull(f"the database could not be written: {said}. Make space and run the same again.")
    if what == sqlite3.SQLITE_AUTH:
        return DatabaseError("an archive that is open for reading takes nothing but SELECT")
    if what in _STOPPED:
        return _STOPPED[what]()
    return DatabaseError(f"the database refused: {first}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction as the archive's only writer."""
    with explained(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


@contextmanager
def reading(engine: Engine, *, scratch: bool = False) -> Iterator[Connection]:
    """One transaction that sees the archive as it was when it began, whatever is written meanwhile.

    With `scratch` it may make temporary tables, until `seal`; they are gone when it ends."""
    with explained(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            mode = "READ WRITE" if scratch else "READ ONLY"
            connection.execute(text(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {mode}"))
        else:
            connection.exec_driver_sql("BEGIN")
        if scratch:
            _allow_scratch(connection)
        yield connection


def _allow_scratch(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # The file stays one that was opened for reading.
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        return
    # A statement that was prepared before would go on meaning the tables that temporary ones stand before.
    driver: Any = connection.connection.driver_connection
    driver.prepare_threshold = None


def seal(connection: Connection) -> None:
    """From now on a transaction that could make temporary tables can only read."""
    read_only = {"postgresql": "SET TRANSACTION READ ONLY", "sqlite": "PRAGMA query_only = ON"}
    connection.exec_driver_sql(read_only[connection.dialect.name])


def _migrations() -> str:
    """The folder of the migrations."""
    return str(resources.files("migrations"))


def _known() -> tuple[str, ...]:
    """The schema revisions there are, in order: their files are named after them. Alembic, which could tell as well,
    takes longer to load than most questions to answer."""
    names = (path.stem.partition("_")[0] for path in Path(_migrations(), "versions").glob("*.py"))
    return tuple(sorted(name for name in names if name.isdecimal()))


def head() -> str:
    """The schema revision this program works with."""
    return _known()[-1]


def revision(connection: Connection) -> str | None:
    """The schema revision of a database; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def migrate(engine: Engine, target: str = "head") -> None:
    """Bring a database to a schema revision, in one transaction; two at once wait for each other."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _migrations())
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        if target == "base":
            command.downgrade(config, target)
        else:
            command.upgrade(config, target)
            if target == "head":
                # Where nothing is to be found yet, nothing was made by an older analyser.
                connection.execute(_ANALYSER_OF_NONE, {"number": search.ANALYSER})


_ANALYSER_OF_NONE = text("UPDATE analyser SET number = :number, upto = NULL WHERE NOT EXISTS (SELECT 1 FROM version)")


def words_are_current(engine: Engine) -> bool:
    """Whether the token table is whole and this program's."""
    with explained(), engine.connect() as connection:
        return connection.execute(text("SELECT number, upto FROM analyser")).all() == [(search.ANALYSER, None)]


def backup(url: str, now: datetime) -> Path | None:
    """Copy an SQLite database beside itself, consistently; None for other databases. Raises DiskFull, and
    DatabaseError where the copy's name is taken."""
    made = _url(url)
    if made.get_backend_name() != "sqlite":
        return None
    origin = Path(made.database or "")
    copy = origin.with_name(f"{origin.name}.{now:%Y%m%dT%H%M%S}.backup")
    if shutil.disk_usage(origin.parent).free < origin.stat().st_size:
        raise DiskFull(f"not enough space for a copy of {origin}; make space or copy it elsewhere yourself")
    if copy.exists():
        raise DatabaseError(f"{copy} is there already: move it away, or begin again in a second")
    with part_of(origin.with_name(f"{origin.name}.backup")) as part:
        with closing(sqlite3.connect(origin)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
        part.replace(copy)
    return copy


def upgradable(engine: Engine) -> str | None:
    """The schema revision of a database, None for an empty one.

    Raises Mismatch where it is newer than the program, DatabaseError where it holds tables of others."""
    with explained(), engine.connect() as connection:
        found = revision(connection)
        foreign = found is None and bool(inspect(connection).get_table_names())
    if foreign:
        raise DatabaseError("the database holds tables that are not ours; name another DATABASE_URL")
    if found is not None and found.startswith(HALF):
        raise Mismatch("this database is half of a transfer: run the same `palimpsest transfer` again to finish it")
    if found is not None and found not in _known():
        raise Mismatch(f"the archive is newer than the program (schema {found}): install a newer Palimpsest")
    return found


def ready(engine: Engine, *, create: bool = False) -> None:
    """Check that database and program match; make a fresh archive where there is none and `create` is set.

    Raises Mismatch where it is older or newer, DatabaseError where there is none or it cannot be reached."""
    found = upgradable(engine)
    if found is None and create:
        migrate(engine)
    elif found is None:
        raise NoArchive("the database is empty: nothing was ever stored in it")
    elif found != head():
        raise Mismatch("the archive is older than the program: run `palimpsest upgrade`")
    elif not words_are_current(engine):
        raise Mismatch("the archive's words were made by another program, or not to the end: run `palimpsest upgrade`")


def reachable(engine: Engine) -> str:
    """What is wrong with the database, in words; empty where it can be reached."""
    try:
        with engine.connect():
            return ""
    except (OperationalError, DBAPIError) as problem:
        return str(problem.orig)
