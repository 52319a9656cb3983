"""An archive in another database, or in a file to publish, is the same archive."""

from __future__ import annotations

import stat
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from archive import db, verify
from archive.errors import Damaged, DatabaseError, Mismatch, UsageError
from archive.export import transfer as moving
from archive.home import Home
from crawler.cli import app
from tests.archive.content import content
from tests.archive.material import doubted, in_groups, opened, world
from tests.archive.test_views import COLUMNS, rows_of
from tests.support import ADDRESS, palimpsest, small_archive, sound


def _fill(home: Home) -> None:
    small_archive(home)
    with opened(home) as archive:
        archive.run(*in_groups(doubted(world(home, 11, looks=80)), Random(11)))


def _said(url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    engine = db.open_reader(url)
    try:
        db.ready(engine)
        with engine.connect() as connection:
            return content(connection), {view: rows_of(connection, view) for view in COLUMNS}
    finally:
        engine.dispose()


def _options(home: Home) -> list[str]:
    return ["--home", str(home.folder), "--database-url", home.database_url]


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def _forget(url: str) -> None:
    engine = db.open_writer(url)
    db.migrate(engine, "base")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    engine.dispose()


@pytest.mark.parametrize("way", ["to postgresql", "to sqlite"])
def test_a_transfer_that_was_killed_goes_on_and_moves_everything(way: str, both_homes: tuple[Home, Home]) -> None:
    """In both directions; then the archive is crawled on there."""
    origin, goal = both_homes if way == "to postgresql" else both_homes[::-1]
    _fill(origin)
    said = _said(origin.database_url)
    _forget(goal.database_url)
    words = ("transfer", origin.database_url, goal.database_url)
    for nth in (3, 9):
        assert palimpsest(*words, env={"FAILPOINT": f"rows-copied:kill:{nth}"}).code < 0
        with pytest.raises(Mismatch, match="half of a transfer"):
            _said(goal.database_url)
    done = _run(*words)
    assert done.exit_code == 0, done.output
    assert _said(goal.database_url) == said
    # With its evidence beside it, it is an archive like any other: sound, searched, and written to.
    beside = Home(origin.folder, goal.database_url)
    sound(beside)
    found = [_run(*_options(home), "search", "ministry", "--json").stdout for home in (origin, beside)]
    assert found[0] == found[1] != ""
    with opened(beside) as archive:
        archive.run(world(beside, 12))
        archive.content()
    assert isinstance(_run(*words).exception, UsageError), "it is an archive now"


def test_nothing_is_moved_from_an_archive_that_was_written_to_meanwhile(sqlite_home: Home, tmp_path: Path) -> None:
    small_archive(sqlite_home)
    words = ("transfer", str(sqlite_home.folder), str(tmp_path / "goal.db"))
    assert palimpsest(*words, env={"FAILPOINT": "rows-copied:kill:4"}).code < 0
    with opened(sqlite_home) as archive:
        archive.run(world(sqlite_home, 1, looks=2))
    assert "was written to since" in str(_run(*words).exception)


def test_what_did_not_arrive_as_it_was_is_found(sqlite_home: Home, tmp_path: Path) -> None:
    small_archive(sqlite_home)
    source = db.open_reader(sqlite_home.database_url)
    target = db.open_writer(f"sqlite:///{tmp_path / 'goal.db'}")

    def spoil(done: int, total: int) -> None:
        if done == total:
            with db.writing(target) as connection:
                connection.exec_driver_sql("UPDATE article SET life = 1")

    with pytest.raises(Damaged, match="table article"):
        moving.transfer(source, target, spoil)
    source.dispose()
    target.dispose()


def test_a_published_file_is_the_archive_and_nobody_writes_to_it(home: Home, tmp_path: Path) -> None:
    _fill(home)
    path = tmp_path / "share" / "read.db"
    path.parent.mkdir()
    for _ in range(2):
        # The second time it takes the place of the first.
        answer = _run(*_options(home), "publish", str(path))
        assert answer.exit_code == 0, answer.output
    assert [one.name for one in path.parent.iterdir()] == ["read.db"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert path.read_bytes()[18:20] == b"\x01\x01", "no WAL"
    url = f"sqlite:///{path}"
    assert _said(url) == _said(home.database_url)
    engine = db.open_reader(url)
    with engine.connect() as connection:
        assert verify.damage(connection, home.warc) == []
        assert connection.exec_driver_sql("SELECT DISTINCT process FROM run").scalars().all() == [""]
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_stat1").scalar()
    engine.dispose()
    assert ADDRESS in _run(*_options(Home(tmp_path, url)), "history", ADDRESS, "--json").stdout
    assert [one.name for one in path.parent.iterdir()] == ["read.db"]


def test_a_file_that_cannot_be_there_is_said_in_words(sqlite_home: Home, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "read.db", sqlite_home.folder / "archive.db"):
        assert isinstance(_run(*_options(sqlite_home), "publish", str(path)).exception, UsageError)
    answer = _run("transfer", str(tmp_path / "nowhere.db"), str(tmp_path / "goal.db"))
    assert isinstance(answer.exception, DatabaseError)
    assert not (tmp_path / "goal.db").exists()
