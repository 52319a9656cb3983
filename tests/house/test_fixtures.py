"""The fixtures themselves: fresh, migrated, on this machine only."""

from __future__ import annotations

import socket

import pytest

from archive import db
from archive.home import Home
from tests.support import RunCli, sound


def test_a_database_is_fresh_and_migrated(home: Home) -> None:
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM capture").scalar() == 0
    finally:
        engine.dispose()
    sound(home)


def test_the_command_sees_the_database(home: Home, run_cli: RunCli) -> None:
    answer = run_cli("verify", fine=True)
    assert "clean" in answer.stderr
    assert home.folder.is_dir()


def test_nothing_beyond_this_machine_is_reached() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="wanted to connect"):
        outside.connect(("192.0.2.1", 80))
