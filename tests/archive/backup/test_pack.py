"""WARC files that were moved away are read as before, whatever was killed while they were."""

from __future__ import annotations

import shutil
import socket
from contextlib import closing
from pathlib import Path

import pytest

from archive import warc
from archive.errors import Damaged
from archive.home import Home
from archive.records import Place
from tests.archive.backup.places import SECRET, bucket, empty_beside, said, tools
from tests.archive.material import opened, world
from tests.support import ADDRESS, palimpsest, small_archive, sound

_AGE = ("--older", "1m")


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.warc.gz")}


def _stored(home: Home) -> list[bytes]:
    """All that can be read at the places rows name."""
    with opened(home) as archive, archive.engine.connect() as connection:
        wanted = "f.name, c.warc_offset, c.warc_length, c.digest"
        rows = connection.exec_driver_sql(f"SELECT {wanted} FROM capture c JOIN warc_file f ON f.id = c.warc_file_id")
        places = [Place(row[0], row[1], row[2], bytes(row[3])) for row in rows]
    return [warc.read_at(home.warc, place).body for place in places]


def test_what_was_packed_is_read_as_before_killed_at_any_moment(
    home: Home, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    small_archive(home)
    with opened(home) as archive:
        archive.run(world(home, 3, looks=5))
    before, held, shown = said(home), _files(home.warc), palimpsest("show", ADDRESS, home=home)
    read, again = _stored(home), palimpsest("reread", "--dry-run", home=home)
    for nth in "123":
        killed = palimpsest("pack", tmp_path / "cold", *_AGE, home=home, env={"FAILPOINT": f"file-packed:kill:{nth}"})
        assert killed.code < 0
        assert _stored(home) == read
    sound(home)
    answer = palimpsest("pack", tmp_path / "cold", *_AGE, home=home)
    assert answer.code == 0, answer
    assert _files(home.warc) == set()
    assert _files(tmp_path / "cold") == held
    assert said(home) == before
    assert palimpsest("show", ADDRESS, home=home) == shown
    assert palimpsest("reread", "--dry-run", home=home) == again
    # It is written to as ever, its backup holds everything, and a file that is copied back is read where it was.
    with opened(home) as archive:
        archive.run(world(home, 4, looks=2))
    place = empty_beside(home, request, tmp_path / "again")
    assert palimpsest("backup", tmp_path / "backups", home=home, env=tools()).code == 0
    assert palimpsest("restore", tmp_path / "backups", home=place, env=tools()).code == 0
    for path in (tmp_path / "cold").iterdir():
        shutil.copy(path, home.warc)
    shutil.rmtree(tmp_path / "cold")
    sound(home)


def test_what_is_lost_or_changed_where_it_was_moved_to_is_damage(sqlite_home: Home, tmp_path: Path) -> None:
    small_archive(sqlite_home)
    (name,) = _files(sqlite_home.warc)
    assert palimpsest("pack", tmp_path / "cold", home=sqlite_home).code == 0, "a run of today stays at first"
    assert palimpsest("pack", tmp_path / "cold", *_AGE, home=sqlite_home).code == 0
    (sqlite_home.warc / f"{name}.packed").unlink()
    assert palimpsest("verify", home=sqlite_home).code == Damaged.exit_code
    assert palimpsest("pack", tmp_path / "cold", home=sqlite_home).code == 0, "the note is written anew"
    sound(sqlite_home)
    data = bytearray((tmp_path / "cold" / name).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "cold" / name).write_bytes(data)
    assert palimpsest("verify", home=sqlite_home).code == Damaged.exit_code
    (tmp_path / "cold" / name).unlink()
    assert palimpsest("verify", home=sqlite_home).code == Damaged.exit_code


def test_a_store_that_speaks_s3_holds_cold_files(sqlite_home: Home) -> None:
    small_archive(sqlite_home)
    with bucket() as env:
        answer = palimpsest("pack", "s3://evidence/cold", *_AGE, home=sqlite_home, env=env)
        assert answer.code == 0, answer
        assert _files(sqlite_home.warc) == set()
        assert _stored(sqlite_home)
        answer = palimpsest("verify", home=sqlite_home, env=env)
        assert answer.code == 0, answer
    # Nobody answers there; whoever took the port meanwhile would say that there is no such file.
    with closing(socket.socket()) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", int(env["AWS_ENDPOINT_URL"].rpartition(":")[2])))
        answer = palimpsest("verify", home=sqlite_home, env=env)
    assert answer.code == 1, "what is away for now is not lost"
    assert SECRET not in answer.stderr
