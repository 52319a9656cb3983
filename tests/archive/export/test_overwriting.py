"""Nothing is written over but what the same command wrote there, or what a person gives away; the archive never."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from archive import db
from archive.errors import DatabaseError, PalimpsestError, UsageError
from archive.home import Home, address_of
from crawler.cli import app
from tests.support import small_archive

Way = Callable[..., Result]


def _run(home: Home, *words: str | Path) -> Result:
    options = ["--home", str(home.folder), "--database-url", home.database_url]
    return CliRunner().invoke(app, [*options, *map(str, words)])


def _export(home: Home, path: str | Path, *more: str) -> Result:
    return _run(home, "export", path, "--format", "csv", *more)


def _publish(home: Home, path: str | Path, *more: str) -> Result:
    return _run(home, "publish", path, *more)


ways = pytest.mark.parametrize("way", [_export, _publish])


@pytest.fixture
def held(sqlite_home: Home) -> Home:
    """An archive with pages, a settings file and a database that a process has open."""
    small_archive(sqlite_home)
    (sqlite_home.folder / "palimpsest.toml").write_text("budget = 5\n", encoding="utf-8")
    return sqlite_home


def _content(folder: Path) -> dict[str, str]:
    """Every file's digest; but SQLite makes those beside a database whenever somebody reads it."""
    files = [one for one in folder.rglob("*") if one.is_file() and not one.name.endswith(("-wal", "-shm"))]
    return {str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def _refused(done: Result, *words: str) -> None:
    assert isinstance(done.exception, UsageError), done.output
    assert all(one in str(done.exception) for one in words), done.exception


@ways
@pytest.mark.parametrize("more", [(), ("--overwrite",)])
def test_nothing_in_the_folder_of_the_archive_is_touched(
    way: Way, more: tuple[str, ...], held: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (warc,) = held.warc.glob("*.warc.gz")
    links = [tmp_path / name for name in ("link", "folder", "hard")]
    links[0].symlink_to(held.folder / "archive.db")
    links[1].symlink_to(held.folder, target_is_directory=True)
    os.link(held.folder / "archive.db", links[2])
    before = _content(held.folder)
    monkeypatch.chdir(held.folder)
    inside = ["archive.db", "archive.db-wal", "archive.db-shm", "palimpsest.toml", "new", "outlets/new.py"]
    inside += [".", "outlets", "warc", "README.txt", "outlets/../archive.db", f"warc/{warc.name}"]
    for name in [*inside, *(held.folder / one for one in inside), *links[::2], links[1] / "archive.db", links[1]]:
        _refused(way(held, name, *more), str(name), "name a")
    assert _content(held.folder) == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "hard", "home", "link"]


@ways
def test_a_database_outside_of_the_folder_is_the_archive_too(way: Way, held: Home, tmp_path: Path) -> None:
    place = tmp_path / "a b%20" / "Other.db"
    place.parent.mkdir()
    (held.folder / "archive.db").rename(place)
    home = Home(held.folder, address_of(place))
    for name in ("Other.db", "Other.db-wal", "other.DB-SHM", "Other.db-journal"):
        _refused(way(home, place.with_name(name), "--overwrite"), name)
    assert _content(place.parent).keys() == {"Other.db"}


@ways
def test_what_is_there_already_goes_only_where_that_is_said(way: Way, held: Home, tmp_path: Path) -> None:
    path = tmp_path / "thesis.csv"
    path.write_text("three years of work", encoding="utf-8")
    dangling, circle = tmp_path / "dangling", tmp_path / "circle"
    dangling.symlink_to(tmp_path / "nowhere")
    circle.symlink_to(circle)
    before = sorted(tmp_path.iterdir())
    for one in (path, dangling, circle):
        _refused(way(held, one), str(one))
    _refused(way(held, tmp_path / ("x" * 300)), "cannot be written")
    assert path.read_text(encoding="utf-8") == "three years of work"
    assert sorted(tmp_path.iterdir()) == before
    assert way(held, path, "--overwrite").exit_code == 0
    assert path.stat().st_size > 100
    assert way(held, path).exit_code == 0, "its own earlier product"


def test_an_export_that_somebody_worked_on_is_theirs_and_so_is_what_has_the_name_of_a_card(
    held: Home, tmp_path: Path
) -> None:
    path, card = tmp_path / "all.csv", tmp_path / "all.csv.card.json"
    card.write_text("{}", encoding="utf-8")
    _refused(_export(held, path), str(card), "--overwrite")
    assert not path.exists()
    assert _export(held, path, "--overwrite").exit_code == 0
    assert _export(held, path).exit_code == 0
    path.write_text(path.read_text(encoding="utf-8") + "mine", encoding="utf-8")
    _refused(_export(held, path), "--overwrite")
    assert path.read_text(encoding="utf-8").endswith("mine")
    _refused(_export(held, card), str(card))
    card.write_text("[" * 100_000, encoding="utf-8")
    _refused(_export(held, path), "--overwrite")


def test_a_published_file_that_became_an_archive_is_not_replaced(held: Home, tmp_path: Path) -> None:
    path = tmp_path / "grown.db"
    assert _publish(held, path).exit_code == 0
    path.chmod(0o644)
    with closing(sqlite3.connect(path)) as grown:
        grown.execute("PRAGMA journal_mode = WAL")
    _refused(_publish(held, path), "--overwrite")


@ways
def test_folders_are_never_replaced_by_files(way: Way, held: Home, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "one").touch()
    for name in ("empty", "full"):
        _refused(way(held, tmp_path / name, "--overwrite"), name)
    (tmp_path / "file").touch()
    _refused(_export(held, tmp_path / "file" / "below.csv"), "no folder")
    _refused(_run(held, "export", tmp_path / "file", "--format", "parquet", "--overwrite"), "file")
    assert (tmp_path / "file").is_file()
    assert not list(tmp_path.glob(".*"))


@ways
def test_devices_and_pipes_stay_and_are_given_what_is_written(way: Way, held: Home, tmp_path: Path) -> None:
    assert way(held, "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()
    assert not Path("/dev/null.card.json").exists()
    pipe, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert way(held, pipe).exit_code == 0
    reader.join(10)
    assert pipe.is_fifo()
    assert way(held, tmp_path / "same").exit_code == 0
    assert got[0][:16] == (tmp_path / "same").read_bytes()[:16]
    _refused(_run(held, "export", "/dev/null", "--format", "parquet"), "/dev/null")


def test_a_transfer_goes_into_no_file_of_others(held: Home, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but much longer than its header " * 50, encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE letters (words)")
    (warc,) = held.warc.glob("*.warc.gz")
    targets = [tmp_path / "notes.txt", tmp_path / "other.db", held.folder / "archive.db", warc]
    before = [one.read_bytes() for one in targets]
    for one in targets:
        assert isinstance(_run(held, "transfer", held.folder, one).exception, PalimpsestError)
    assert [one.read_bytes() for one in targets] == before


def test_the_copy_before_an_upgrade_takes_no_place(held: Home) -> None:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    copy = db.backup(held.database_url, now)
    assert copy is not None
    before = copy.read_bytes()
    with pytest.raises(DatabaseError, match="is there already"):
        db.backup(held.database_url, now)
    assert copy.read_bytes() == before
