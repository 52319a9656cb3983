"""What is copied while it is written to comes back sound, into an empty place only, whatever was killed meanwhile."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from archive.errors import BadInput, Busy, Damaged, DatabaseError, NotFound, UsageError
from archive.home import Home
from tests.archive.backup.places import SECRET, bucket, empty_beside, said, tools
from tests.archive.material import opened, world
from tests.support import Answer, palimpsest, small_archive

TOOLS = tools()


def _ask(home: Home, *words: str | Path, env: dict[str, str] | None = None) -> Answer:
    return palimpsest(*words, home=home, env=TOOLS | (env or {}))


def _fine(home: Home, *words: str | Path, env: dict[str, str] | None = None) -> Answer:
    answer = _ask(home, *words, env=env)
    assert answer.code == 0, answer
    return answer


def _lists(to: Path) -> list[bool]:
    return [json.loads(path.read_text())["complete"] for path in sorted((to / "manifests").iterdir())]


def _place(folder: Path) -> Home:
    """An empty place."""
    return Home(folder, f"sqlite:///{folder / 'archive.db'}")


def test_a_backup_made_while_pages_come_in_is_restored_sound(
    home: Home, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    to, over = tmp_path / "backups", threading.Event()
    small_archive(home)

    def write() -> None:
        with opened(home) as archive:
            for seed in range(100):
                archive.run(world(home, seed, looks=2))
                if over.wait(0.3):
                    return

    (home.folder / "outlets" / "mine.py").write_text("# an outlet of my own\n")
    (home.folder / "palimpsest.toml").write_text('contact = "me@institute.example"\n')
    writer = threading.Thread(target=write)
    writer.start()
    try:
        _fine(home, "backup", to)
    finally:
        over.set()
        writer.join()
    meanwhile, after = (empty_beside(home, request, tmp_path / name) for name in ("meanwhile", "after"))
    # It verifies what it brought.
    _fine(meanwhile, "restore", to)
    assert (meanwhile.folder / "palimpsest.toml").is_file()
    assert (meanwhile.folder / "outlets" / "mine.py").is_file()
    copied = {path: path.stat().st_mtime_ns for path in (to / "warc").iterdir()}
    assert "complete" in _fine(home, "backup", to).stderr
    _fine(after, "restore", to)
    assert said(after) == said(home)
    assert all(path.stat().st_mtime_ns == at for path, at in copied.items() if path.exists()), "copied twice"
    # It goes on where it was.
    with opened(after) as archive:
        archive.run(world(after, 999, looks=5))
        archive.content()


def test_what_was_killed_is_gone_on_with(sqlite_home: Home, tmp_path: Path) -> None:
    to, again = tmp_path / "backups", _place(tmp_path / "again")
    small_archive(sqlite_home)
    for where in ("backup-database", "backup-copied"):
        assert _ask(sqlite_home, "backup", to, env={"FAILPOINT": f"{where}:kill"}).code < 0
        assert not any(_lists(to))
    assert _ask(again, "restore", to).code == NotFound.exit_code
    _fine(sqlite_home, "backup", to)
    assert _lists(to) == [True], "what was never complete is gone"
    assert len([*(to / "database").iterdir()]) == 1
    assert _ask(again, "restore", to, env={"FAILPOINT": "restore-copied:kill:2"}).code < 0
    _fine(again, "restore", to)
    assert said(again) == said(sqlite_home)


def test_nothing_is_ever_written_over(sqlite_home: Home, tmp_path: Path) -> None:
    small_archive(sqlite_home)
    to = tmp_path / "backups"
    _fine(sqlite_home, "backup", to)
    before = said(sqlite_home)
    assert _ask(sqlite_home, "restore", to).code == UsageError.exit_code
    other = Home(tmp_path / "other", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    shutil.copy(sqlite_home.folder / "archive.db", tmp_path / "elsewhere.db")
    assert "holds something" in _ask(other, "restore", to).stderr
    assert said(sqlite_home) == before
    linked = _place(tmp_path / "linked")
    linked.folder.mkdir()
    (linked.folder / "warc").symlink_to(sqlite_home.warc)
    assert "not empty" in _ask(linked, "restore", to).stderr
    # Nor do two archives share a place, nor does a backup lie in its archive.
    third = _place(tmp_path / "third")
    small_archive(_made(third))
    assert "another archive" in _ask(third, "backup", to).stderr
    assert _ask(third, "backup", third.folder / "warc" / "b").code == UsageError.exit_code


def _made(home: Home) -> Home:
    home.make()
    _fine(home, "upgrade", "--yes")
    return home


def test_what_is_damaged_or_missing_is_said_and_the_rest_is_copied(sqlite_home: Home, tmp_path: Path) -> None:
    to, again = tmp_path / "backups", _place(tmp_path / "again")
    small_archive(sqlite_home)
    _fine(sqlite_home, "backup", to)
    with opened(sqlite_home) as archive:
        archive.run(world(sqlite_home, 1, looks=3))
    second = max(sqlite_home.warc.glob("*.warc.gz"), key=lambda path: path.stat().st_mtime_ns)
    data = bytearray(second.read_bytes())
    data[len(data) // 2] ^= 1
    second.write_bytes(data)
    answer = _ask(sqlite_home, "backup", to)
    assert answer.code == Damaged.exit_code
    assert second.name in answer.stderr
    assert _lists(to) == [True, False]
    # The newest complete one comes back, and what has rotted there is found.
    (kept,) = (to / "warc").glob("ingest*")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-9] + b"\0" * 9)
    assert _ask(again, "restore", to).code == Damaged.exit_code
    shutil.rmtree(again.folder)
    kept.write_bytes(whole)
    _fine(again, "restore", to)


def test_only_the_newest_stay_and_the_archive_knows_where_it_was_copied_to(sqlite_home: Home, tmp_path: Path) -> None:
    to = tmp_path / "backups"
    small_archive(sqlite_home)
    for _ in range(3):
        _fine(sqlite_home, "backup", to, "--keep", "2")
    assert _lists(to) == [True, True]
    assert len([*(to / "database").iterdir()]) == 2
    with closing(sqlite3.connect(sqlite_home.folder / "archive.db")) as connection:
        rows = connection.execute("SELECT place, complete_at IS NOT NULL FROM backup").fetchall()
    assert rows == [(str(to), 1)] * 3
    # One that is being written holds back another.
    with opened(sqlite_home) as archive:
        from archive.store.leases import Lease

        lock = Lease(archive.engine, "a backup")
        lock.acquire()
        assert _ask(sqlite_home, "backup", to).code == Busy.exit_code
        lock.release()


def test_an_encrypted_backup_says_nothing_without_its_key(sqlite_home: Home, tmp_path: Path) -> None:
    to, again = tmp_path / "backups", _place(tmp_path / "again")
    small_archive(sqlite_home)
    right, wrong = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, key in (("right", right), ("wrong", wrong)):
        (tmp_path / name).write_text(f"# made for a test\n{key}\n")
    assert _ask(sqlite_home, "backup", to, "--recipient", "age1nobody").code == UsageError.exit_code
    _fine(sqlite_home, "backup", to, "--recipient", str(right.to_public()))
    assert {path.suffix for path in to.rglob("*") if path.is_file()} == {".age", ".json"}
    assert all(path.read_bytes()[:21] == b"age-encryption.org/v1" for path in to.rglob("*.age"))
    for more in ((), ("--identity", tmp_path / "wrong")):
        answer = _ask(again, "restore", to, *more)
        assert answer.code == BadInput.exit_code, answer
        assert "AGE-SECRET" not in answer.stderr
    _fine(again, "restore", to, "--identity", tmp_path / "right")
    assert said(again) == said(sqlite_home)


def test_a_store_that_speaks_s3_takes_it_and_gives_it_back(sqlite_home: Home, tmp_path: Path) -> None:
    again = _place(tmp_path / "again")
    small_archive(sqlite_home)
    with bucket() as env:
        assert _ask(sqlite_home, "backup", "s3://evidence/a", env=env | {"FAILPOINT": "backup-copied:kill"}).code < 0
        answer = _fine(sqlite_home, "backup", "s3://evidence/a", env=env)
        assert "2 copied now" in answer.stderr, "one was there since before it was killed"
        assert SECRET not in answer.stderr
        _fine(again, "restore", "s3://evidence/a", env=env)
        assert said(again) == said(sqlite_home)
        answer = _ask(sqlite_home, "backup", "s3://nowhere/a", env=env)
    assert answer.code == NotFound.exit_code
    assert _ask(sqlite_home, "backup", "s3://evidence/a", env=env).code == 1, "the store is away"


def test_a_tool_of_postgresql_that_is_too_old_is_named(home: Home, tmp_path: Path) -> None:
    if home.database_file is not None:
        pytest.skip("SQLite needs no tool")
    small_archive(home)
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    answer = _ask(home, "backup", tmp_path / "to", env={"PATH": str(tmp_path)})
    if answer.code == 0:
        pytest.skip("Debian's own is new enough for the server")
    assert answer.code == UsageError.exit_code
    assert "install postgresql-client-" in answer.stderr
    assert DatabaseError.exit_code != answer.code
