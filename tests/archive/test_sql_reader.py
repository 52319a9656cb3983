"""A role for those who ask in SQL reads the views, and can do nothing else for however long."""

from __future__ import annotations

import subprocess

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError

from archive.home import Home
from archive.views import VIEWS
from tests.support import COMMAND, environment

_PASSWORD = "correct horse: battery"


def _granted(home: Home, role: str, *more: str) -> subprocess.CompletedProcess[str]:
    words = [str(COMMAND), "users", "sql", role, *more]
    return subprocess.run(
        words, env=environment(home), input=_PASSWORD, encoding="utf-8", capture_output=True, check=False
    )


@pytest.mark.parametrize("example", ["postgresql"], indirect=True)
def test_a_reader_in_sql_reads_the_views_and_can_do_nothing_else(example: Home) -> None:
    assert _granted(example, "palimpsest_test_reader").returncode == 0
    assert _granted(example, "palimpsest_test_reader", "--seconds", "1").returncode == 0
    url = make_url(example.database_url).set(drivername="postgresql+psycopg", username="palimpsest_test_reader")
    engine = create_engine(url.set(password=_PASSWORD), isolation_level="AUTOCOMMIT")
    owner = create_engine(make_url(example.database_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            assert [connection.exec_driver_sql(f"SELECT count(*) FROM {view.name}").scalar() for view in VIEWS]
            for refused in (
                "SELECT count(*) FROM version",
                "SET default_transaction_read_only = off; DELETE FROM v1_edits",
                "SET default_transaction_read_only = off; CREATE TABLE mine(n int)",
                "SELECT pg_sleep(3)",
            ):
                with pytest.raises(DBAPIError):
                    connection.exec_driver_sql(refused)
    finally:
        engine.dispose()
        with owner.begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY palimpsest_test_reader; DROP ROLE palimpsest_test_reader")
        owner.dispose()


@pytest.mark.parametrize("example", ["postgresql"], indirect=True)
def test_a_role_of_others_is_left_alone(example: Home) -> None:
    theirs = make_url(example.database_url).username or "postgres"
    refused = _granted(example, theirs)
    assert (refused.returncode, "not one of ours" in refused.stderr) == (2, True), refused
    assert "small letters" in _granted(example, 'x"; DROP ROLE postgres').stderr


def test_sqlite_has_no_roles(sqlite_home: Home) -> None:
    refused = _granted(sqlite_home, "reader")
    assert (refused.returncode, "publish" in refused.stderr) == (2, True), refused
