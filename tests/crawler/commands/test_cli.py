"""Whatever the command is called with, and from wherever: a word of advice and the right exit code, never a fault."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from archive import output
from archive.home import Home
from crawler import cli
from crawler.fetch import browsers
from tests.support import ADDRESS, COMMAND, RunCli, environment, palimpsest, small_archive

_BY_OUTLET = (["edits"], ["campaigns"], ["headlines"], ["gone"], ["furniture"], ["search", "x"], ["quote", "x"])
_NEWER = "there is a newer one"


@pytest.fixture
def kept(sqlite_home: Home) -> Home:
    small_archive(sqlite_home)
    return sqlite_home


def test_an_outlet_nobody_knows_is_never_an_empty_answer(
    kept: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, name in product((*_BY_OUTLET, ["reread"]), ("rt-xx", "", "\udcff")):
        monkeypatch.setattr("sys.argv", ["palimpsest", "--home", str(kept.folder), *words, "--outlet", name])
        assert (cli.main(), words) == (4, words)
        said = capsys.readouterr()
        assert said.out == ""
        assert "the archive knows no outlet" in said.err


def test_there_is_no_version_number_nought(run_sqlite_cli: RunCli, kept: Home) -> None:
    answer = run_sqlite_cli("diff", ADDRESS, "0", "1")
    assert (answer.code, kept.folder.exists()) == (4, True)
    assert "no version number 0" in answer.stderr


def test_a_place_that_cannot_hold_an_archive_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    answer = palimpsest("status", env={"PALIMPSEST_HOME": str(tmp_path / "file")})
    assert answer.code == 3
    assert "PALIMPSEST_HOME" in answer.stderr


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_nothing_is_taken_into_a_database_that_keeps_nothing(url: str, tmp_path: Path) -> None:
    settings = {"PALIMPSEST_HOME": str(tmp_path), "DATABASE_URL": url}
    answer = palimpsest("add", "https://www.rt.com/news/600001-a/", env=settings)
    assert answer.code == 5
    assert "names no file" in answer.stderr


def test_upgrade_leaves_alone_what_is_newer_and_what_is_not_ours(kept: Home) -> None:
    file = kept.folder / "archive.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (_NEWER,))
    answer = palimpsest("upgrade", "--yes", home=kept)
    assert (answer.code, _NEWER in answer.stderr) == (6, True)
    assert list(kept.folder.glob("*.backup")) == []
    file.unlink()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE theirs (a)")
    assert palimpsest("upgrade", "--yes", home=kept).code == 5
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_doctor_ends_with_1_where_the_archive_cannot_be_used(kept: Home) -> None:
    assert palimpsest("doctor", home=kept).code == 0
    (kept.folder / "archive.db").write_bytes(b"This is no database." * 999)
    answer = palimpsest("doctor", home=kept)
    assert answer.code == 1
    assert "correct DATABASE_URL" in answer.stdout


def test_closed_streams_are_no_fault_and_nothing_is_written_where_they_were(kept: Home) -> None:
    for closing_of in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        script = f'"$0" ingest "$1" --url {ADDRESS} --at 2026-12-01 {closing_of}'
        page = kept.folder / "page.html"
        page.write_text("<html>" + closing_of)
        words = ["sh", "-c", script, str(COMMAND), str(page)]
        done = subprocess.run(words, env=environment(kept), capture_output=True, timeout=300, check=False)
        assert (closing_of, done.returncode) == (closing_of, 0)
        assert b"fault" not in done.stderr
    assert palimpsest("verify", home=kept).code == 0


def test_a_folder_that_may_not_be_looked_into_stops_no_search_for_browsers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = os.stat

    def refusing(path: Any, **options: Any) -> os.stat_result:
        if str(path).startswith(str(tmp_path)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(os, "stat", refusing)
    assert all(not one.path.startswith(str(tmp_path)) for one in browsers.found(Home(tmp_path, "sqlite:///x")))


def test_a_year_has_four_digits() -> None:
    assert output.when(datetime(17, 8, 6, tzinfo=UTC)) == "0017-08-06 00:00:00Z"
