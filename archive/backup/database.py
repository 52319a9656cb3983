"""A database as one file, consistent while it is written to, and a database made of that file.

SQLite is copied in one step (`pages=-1`): copied by steps it begins anew with each write of others, and never ends.
PostgreSQL is dumped by its own tools, from the same snapshot in which it is asked what files it speaks of.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from isal import igzip
from sqlalchemy import Connection, make_url, text

from archive import db
from archive.errors import Damaged, DatabaseError, DiskFull, UsageError, is_disk_full
from archive.half_written import part_of
from archive.home import Home

__all__ = ["NAMES", "copied", "expect_empty", "loaded"]

NAMES = {"sqlite": "archive.db.gz", "postgresql": "archive.pgdump"}
"""What the file of a database is called: what is within is known by its end."""


_Asked = TypeVar("_Asked")
_Ask = Callable[[Connection], _Asked]


@contextmanager
def copied(engine: db.Engine, home: Home, scratch: Path, ask: _Ask[_Asked]) -> Iterator[tuple[Path, _Asked]]:
    """A copy of the database in a file that goes in the end, and what a transaction that sees just what the copy holds
    answers to `ask`. Raises DiskFull."""
    way = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    scratch.mkdir(parents=True, exist_ok=True)
    with part_of(scratch / "database") as part:
        yield part, way(engine, home, part, ask)


def _sqlite(engine: db.Engine, home: Home, part: Path, ask: _Ask[_Asked]) -> _Asked:
    origin = home.database_file
    assert origin is not None
    if shutil.disk_usage(part.parent).free < 1.5 * origin.stat().st_size:
        raise DiskFull(f"not enough space in {part.parent} for a copy of {origin}; make space and run it again")
    plain = part.with_name(f"{part.name}.tmp")
    with db.explained(), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            with closing(sqlite3.connect(plain)) as target:
                driver.backup(target, pages=-1)
        except sqlite3.Error as problem:
            kind = DiskFull if is_disk_full(problem) else DatabaseError
            raise kind(f"{origin} cannot be copied to {part.parent}: {problem}") from None
    with plain.open("rb") as file, _gzip(part, "wb") as out:
        shutil.copyfileobj(file, out, 1 << 20)
    reader = db.open_reader(f"sqlite:///{plain}")
    try:
        with db.reading(reader) as connection:
            return ask(connection)
    finally:
        reader.dispose()
        plain.unlink()


def _gzip(path: Path, mode: str) -> BinaryIO:
    file: BinaryIO = igzip.open(path, mode, compresslevel=2)  # type: ignore[no-untyped-call]
    return file


def _postgresql(engine: db.Engine, home: Home, part: Path, ask: _Ask[_Asked]) -> _Asked:
    with db.reading(engine) as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        tool = _tool("pg_dump", _server(connection))
        _run(home.database_url, tool, "-Fc", *_NOBODYS, f"--snapshot={snapshot}", "-f", str(part))
        return ask(connection)


# --- PostgreSQL's own tools -------------------------------------------------------------------------------------------

_NOBODYS = ("--no-owner", "--no-privileges")
"""Whoever brings it back owns it."""


def _server(connection: Connection) -> int:
    """The version of the server."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def _tool(name: str, version: int) -> str:
    """The program of that name that knows a server of that version; Debian keeps those of several beside each other."""
    places = [shutil.which(name), *map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    found = {one: _version(one) for one in places if one}
    fitting = [one for one, known in found.items() if known >= version]
    if fitting:
        return min(fitting, key=lambda one: found[one])
    there = f"is of PostgreSQL {max(found.values())}, the server of {version}" if found else "is not here"
    raise UsageError(f"{name} {there}: install postgresql-client-{version}")


def _version(tool: str) -> int:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _run(url: str, *words: str) -> None:
    """Run a tool on a database; the password goes by the environment, where no list of processes shows it."""
    made = make_url(url).set(drivername="postgresql")
    secret = {"PGPASSWORD": made.password} if made.password else {}
    environment = {**os.environ, **secret, "LC_ALL": "C"}
    to = ("-d", made.set(password=None).render_as_string())
    done = subprocess.run([*words, *to], env=environment, capture_output=True, text=True, check=False, errors="replace")
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"it ended with {done.returncode}"
        kind = DiskFull if "No space left" in said else DatabaseError
        raise kind(f"{Path(words[0]).name}: {said}")


# --- back again -------------------------------------------------------------------------------------------------------


def expect_empty(home: Home, kind: str) -> None:
    """See that the database a backup would come into is of its kind, and empty. Raises UsageError."""
    own = home.database_file
    if (own is None) != (kind == "postgresql"):
        wanted = "--database-url postgresql://… of an empty database" if own else "no --database-url"
        raise UsageError(f"this is a backup of {kind}: give {wanted}; `palimpsest transfer` moves it afterwards")
    if own is not None:
        taken = own.exists()
    else:
        engine = db.open_writer(home.database_url)
        try:
            taken = db.upgradable(engine) is not None
        finally:
            engine.dispose()
    if taken:
        raise UsageError("the database holds something already: a backup comes back into an empty one only")


def loaded(home: Home, dump: Path) -> None:
    """Make the database of the file; it is there whole or not at all. Raises Damaged."""
    if home.database_file is None:
        engine = db.open_writer(home.database_url)
        try:
            with db.explained(), engine.connect() as connection:
                tool = _tool("pg_restore", _server(connection))
        finally:
            engine.dispose()
        _run(home.database_url, tool, *_NOBODYS, "--single-transaction", str(dump))
        return
    path = home.database_file
    path.parent.mkdir(parents=True, exist_ok=True)
    with part_of(path) as part:
        try:
            with _gzip(dump, "rb") as file, part.open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
                os.fsync(out.fileno())
        except (EOFError, igzip.BadGzipFile) as problem:
            raise Damaged(f"the database of the backup is damaged ({problem})") from None
        part.replace(path)
