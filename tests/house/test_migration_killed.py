"""A migration that is killed at any statement has done nothing, and the next one does all of it."""

from __future__ import annotations

import os
import signal
from random import Random

import pytest
from sqlalchemy import Engine, event, inspect, text

from archive import db

__all__ = ["tried"]

_STATEMENTS = 60
"""So many there are at least."""


def _counted(engine: Engine, killed_at: int) -> list[int]:
    """Count what an engine executes; end the process, as the system would, at that statement."""
    counted = [0]

    @event.listens_for(engine, "before_cursor_execute")
    def _execute(*_: object) -> None:
        counted[0] += 1
        if counted[0] == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return counted


def _migrate(url: str, killed_at: int) -> int:
    engine = db.open_writer(url)
    counted = _counted(engine, killed_at)
    db.migrate(engine)
    engine.dispose()
    return counted[0]


def _killed(url: str, at: int) -> bool:
    """Migrate in a process of its own that is killed at a statement; whether it came to that."""
    child = os.fork()
    if child == 0:
        _migrate(url, at)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _tables(url: str) -> set[str]:
    engine = db.open_writer(url)
    with engine.connect() as connection:
        found = set(inspect(connection).get_table_names()) - {"alembic_version"}
        if "alembic_version" in inspect(connection).get_table_names():
            assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 0
    engine.dispose()
    return found


def tried(url: str, moments: list[int]) -> None:
    for at in moments:
        assert _killed(url, at), at
        assert _tables(url) == set(), f"killed at statement {at}, something was left"
    assert _migrate(url, 0) > _STATEMENTS
    engine = db.open_writer(url)
    db.ready(engine)
    engine.dispose()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_killed_at_some_statements_it_has_done_nothing(empty_database: str) -> None:
    tried(empty_database, sorted(Random(7).sample(range(1, _STATEMENTS), 6)))
