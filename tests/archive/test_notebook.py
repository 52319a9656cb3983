"""`archive.open`: frames of either library from either database, and nothing that is written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import pytest

import archive
from archive import views
from archive.errors import DatabaseError, NotFound, PalimpsestError, UsageError
from archive.home import Home
from tests.support import ADDRESS, small_archive, sound


@pytest.fixture
def held(home: Home) -> Home:
    """An archive of one article, on either database."""
    small_archive(home)
    return home


WRITES = (
    "UPDATE article SET life = 1",
    "INSERT INTO vantage (name) VALUES ('x')",
    "DELETE FROM pace",
    "CREATE TABLE mine (a integer)",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "DROP VIEW v1_runs",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "ATTACH DATABASE 'mine.db' AS mine",
    "VACUUM INTO 'mine.db'",
    "SET default_transaction_read_only = off",
    "SELECT 1; UPDATE article SET life = 1",
    "COMMIT; UPDATE article SET life = 1",
    "WITH gone AS (DELETE FROM pace RETURNING host) SELECT * FROM gone",
    "SELECT set_config('transaction_read_only', 'off', false)",
)


def test_an_open_archive_cannot_write(held: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with archive.open(held.database_url) as opened:
        for query in WRITES:
            with pytest.raises(DatabaseError):
                opened.sql(query)
        # What a session may set for its later transactions changes nothing either.
        if held.database_url.startswith("postgresql"):
            opened.sql("SELECT set_config('default_transaction_read_only', 'off', false)")
            with pytest.raises(DatabaseError):
                opened.sql("SELECT nextval('vantage_id_seq')")
        assert [row[0] for row in opened.rows("SELECT life FROM v1_articles")] == ["gone"]
    assert not (tmp_path / "mine.db").exists()
    sound(held)


def test_its_engine_cannot_write_whatever_is_run_on_it(held: Home) -> None:
    opened = archive.open(held.database_url)
    with opened._engine.connect() as connection, pytest.raises(Exception, match=r"read-only|not authorized"):
        connection.exec_driver_sql("UPDATE article SET life = 1")
    opened.close()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_views_sql_and_questions_are_frames(library: Literal["pandas", "polars"], held: Home) -> None:
    with archive.open(held.database_url, library) as opened:
        edits = opened.view("edits", outlet="example.org")
        assert edits.shape == (1, 21)
        assert "UTC" in str(edits["not_after"].dtype)
        lengths = opened.sql("SELECT number, length(body) AS size FROM v1_versions WHERE url = :url", url=ADDRESS)
        assert list(lengths["number"]) == [1, 2]
        (article,) = opened.view("v1_articles")["article"]
        assert opened.view("captures", article=article).shape[0] == 5
        assert opened.ask("headlines-changed", hours=24).shape[0] == 0
        assert opened.ask("addresses", ADDRESS).shape[0] == 1
        # Filters by name, as a command takes them; what is a row of its own stays one within a cell.
        (sentence,) = opened.ask("edits", "19", kind="numbers", silent=False, outlet="example.org")["sentences"][0]
        assert sentence["change"] == "rewritten"
        assert opened.ask("edits", as_of="2020-01-01").shape[0] == 0
        assert list(opened.ask("status")["adds_up"]) == [True] * 2
        assert (
            "edits [WORDS...] [kind=] [silent=yes] [live=yes] [turns=yes] [unsettled=yes] [struck=yes]"
            in opened.questions
        )
        # Of a thing of which there is none, the columns are what they are of others.
        assert list(opened.view("edits", outlet="none").dtypes) == list(edits.dtypes)
        assert "UTC" in str(opened.ask("headlines-changed")["not_after"].dtype)
        # A name alone makes no time.
        assert list(opened.sql("SELECT 'soon' AS not_after")["not_after"]) == ["soon"]
        for name in opened.views:
            assert list(opened.view(name).columns) == [
                column.name for view in views.VIEWS if view.name == name for column in view.columns
            ]


def test_what_cannot_be_is_said_in_words(held: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive.open(held.database_url) as opened:
        with pytest.raises(NotFound, match="no view 'nothing'; there are v1_outlets"):
            opened.view("nothing")
        with pytest.raises(NotFound, match="v1_runs has no column outlet"):
            opened.view("runs", outlet="x")
        with pytest.raises(DatabaseError, match="nowhere"):
            opened.sql("SELECT * FROM nowhere")
        with pytest.raises(UsageError, match="parameters"):
            opened.sql("SELECT :a AS a")
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(PalimpsestError, match=r"pip install 'palimpsest\[analysis\]'"):
            opened.sql("SELECT 1 AS one")
    with pytest.raises(DatabaseError, match="no archive"):
        archive.open(held.folder / "elsewhere")


def test_a_folder_and_a_file_are_archives_too(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    small_archive(sqlite_home)
    # What is named beats the environment.
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/archive.db")
    for where in (sqlite_home.folder, str(sqlite_home.folder / "archive.db")):
        with archive.open(where) as opened:
            assert opened.view("outlets").shape[0] == 1
