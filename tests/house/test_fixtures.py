"""The fixtures themselves: fresh, migrated, on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive import db
from archive.home import Home
from tests.support import COMMAND, Answer, RunCli, begin, ended, environment, palimpsest, sound


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


def test_a_command_that_was_forked_does_what_one_that_was_started_does(sqlite_home: Home, tmp_path: Path) -> None:
    for words in (["status", "--json"], ["show", "nobody"], ["--help"]):
        started = subprocess.run(
            [COMMAND, *words], env=environment(sqlite_home), cwd=tmp_path, capture_output=True, text=True, check=False
        )
        said = Answer(started.returncode, started.stdout, started.stderr)
        assert palimpsest(*words, home=sqlite_home, at=tmp_path) == said


def test_a_fork_is_a_process_of_its_own(tmp_path: Path) -> None:
    there = ended(begin(env={"SAID": "here"}, at=tmp_path, entry="tests.house.test_fixtures:tell"))
    pid, folder, said = there.stdout.split("\n")[:3]
    assert (int(pid) != os.getpid(), folder, said) == (True, str(tmp_path), "here")
    assert (there.code, there.stderr) == (7, "a remark\n")
    waiting = begin(entry="tests.house.test_fixtures:wait")
    assert waiting.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.communicate(0.1)
    assert waiting.wait(30) == -signal.SIGKILL
    failed = begin(entry="tests.house.test_fixtures:fail").communicate(30)[1]
    assert failed.startswith("Traceback")


def tell() -> int:
    """Say who and where this process is."""
    print(os.getpid(), Path.cwd(), os.environ["SAID"], sep="\n")
    print("a remark", file=sys.stderr)
    return 7


def wait() -> None:
    """Longer than anybody does."""
    time.sleep(600)


def fail() -> None:
    """As a fault of ours does."""
    raise RuntimeError


def test_nothing_beyond_this_machine_is_reached() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="wanted to connect"):
        outside.connect(("192.0.2.1", 80))
