"""The fixtures everyone uses: a fresh, migrated database of either kind, a home around it, the command on it.

Tests only ever see migrated databases: one template of each kind is migrated once a session and copied for each test.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from archive.home import SETTINGS, Home
from crawler.fetch import browsers
from tests.archive.example import build
from tests.postgresql import Server, found, migrated, new_folder
from tests.support import FORK_SERVER, REPOSITORY, Answer, RunCli, palimpsest

# How fast made-up input comes is the machine's affair: on a busy one no test may fail for it.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

_DATABASES = ("sqlite", "postgresql")


@dataclass
class Counted:
    """What became of the tests that want something which is not everywhere: what was found, how many ran, and not."""

    what: str = "none"
    ran: int = 0
    skipped: int = 0

    def add(self, what: str, ran: int, skipped: int) -> None:
        """Add what another process counted."""
        self.what = what if ran or skipped else self.what
        self.ran += ran
        self.skipped += skipped


POSTGRESQL = Counted()
BROWSER = Counted()

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


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "archive.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql(request: pytest.FixtureRequest) -> Iterator[Server | str]:
    """The server of the session, or why there is none."""
    workers = getattr(request.config, "workerinput", {})
    with found(workers.get(_FOLDER)) as server:
        POSTGRESQL.what = server if isinstance(server, str) else server.version
        yield server


def _server(request: pytest.FixtureRequest) -> Server:
    server = request.getfixturevalue("_postgresql")
    if isinstance(server, Server):
        POSTGRESQL.ran += 1
        return server
    POSTGRESQL.skipped += 1
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
        BROWSER.ran += 1
        BROWSER.what = request.param.path
        return request.param  # type: ignore[no-any-return]
    BROWSER.skipped += 1
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


@contextmanager
def _lasting(request: pytest.FixtureRequest, folder: Path) -> Iterator[Home]:
    """An empty archive on the database that is asked for, for several tests."""
    url = f"sqlite:///{folder / 'archive.db'}"
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("_sqlite_template"), folder / "archive.db")
    else:
        url = _server(request).copy()
    home = Home(folder, url)
    home.make()
    yield home
    if request.param != "sqlite":
        _server(request).drop(url)


@pytest.fixture(scope="module", params=_DATABASES)
def module_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """An empty archive in a folder of its own, on either database, to be filled once for the tests of a file."""
    with _lasting(request, tmp_path_factory.mktemp("module")) as home:
        yield home


@pytest.fixture(scope="session", params=_DATABASES)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The archive the named questions are tried on, made once on either database; nobody writes to it."""
    with _lasting(request, tmp_path_factory.mktemp("example")) as home:
        build(home)
        yield home


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


# --- two processes that test ------------------------------------------------------------------------------------------

_FOLDER = "postgresql"
_COUNTED = "counted"
_folders: list[Path] = []


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All processes that test share one PostgreSQL, in a folder that is made here."""
    if not _folders:
        _folders.append(new_folder())
    node.workerinput[_FOLDER] = str(_folders[0])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a process that tests has counted; one that crashed has not."""
    counts = getattr(node, "workeroutput", {}).get(_COUNTED, ())
    for mine, theirs in zip((POSTGRESQL, BROWSER), counts, strict=False):
        mine.add(*theirs)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what was counted here."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_COUNTED] = [astuple(one) for one in (POSTGRESQL, BROWSER)]


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in the last lines which PostgreSQL and browser the tests ran on, or that they did not."""
    for name, where, counted in (("PostgreSQL", "on it", POSTGRESQL), ("Browser", "in one", BROWSER)):
        if counted.ran or counted.skipped:
            words = f"{name}: {counted.what}; {counted.ran} tests ran {where}, {counted.skipped} could not"
            terminalreporter.write_line(words, yellow=bool(counted.skipped))
