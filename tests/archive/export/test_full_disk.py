"""A full disk is said in one sentence; who only reads, reads."""

from __future__ import annotations

import resource
import subprocess
from functools import partial
from pathlib import Path

from archive.home import Home
from tests.support import COMMAND, environment, small_archive, sound


def _with_room(room: int, home: Home, *words: str | Path) -> tuple[int, str, str]:
    """Run the command where no file can grow over so many bytes: what a full disk is to whoever writes."""
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room))
    done = subprocess.run(
        [COMMAND, *words], env=environment(home), preexec_fn=limit, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_an_export_says_it(sqlite_home: Home, tmp_path: Path) -> None:
    small_archive(sqlite_home)
    code, _, said = _with_room(300, sqlite_home, "export", tmp_path / "out.csv")
    assert (code, len(said.splitlines())) == (7, 1), said
    assert "make space" in said
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".out", "out"))]


def test_an_archive_can_be_read_without_room(sqlite_home: Home) -> None:
    """SQLite makes a file to read by: where its last writer left none, there is no room for it."""
    small_archive(sqlite_home)
    for beside in ("-wal", "-shm"):
        (sqlite_home.folder / f"archive.db{beside}").unlink(missing_ok=True)
    for words, shown in ((("status",), "captures"), (("search", "bridge"), "Bridge")):
        code, said, remarks = _with_room(0, sqlite_home, *words)
        assert (code, shown in said) == (0, True), remarks
    sound(sqlite_home)
