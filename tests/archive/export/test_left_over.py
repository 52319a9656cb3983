"""What a killed process left half written goes when the same is written next; what a living one writes stays."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from archive.half_written import part_of
from archive.home import Home
from tests.support import RunCli, small_archive

KILLED = {"FAILPOINT": "file-renaming:kill"}


@pytest.mark.parametrize("words", [("export", "--for-spreadsheet", "out.xlsx"), ("publish", "out.db")])
def test_what_a_killed_command_left_goes_with_the_next(
    sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    small_archive(sqlite_home)
    assert run_sqlite_cli(*words, env=KILLED).code == -signal.SIGKILL
    assert [path for path in tmp_path.iterdir() if ".part" in path.name]
    mine = tmp_path / f".{words[-1]}.0123abcd.parting"
    mine.write_text("not ours")
    run_sqlite_cli(*words, fine=True)
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == [mine.name]


def test_upgrade_leaves_no_half_of_a_copy(tmp_path: Path) -> None:
    """A copy has its name when it is whole, and not before."""
    copy = tmp_path / "archive.db.backup"
    with part_of(copy) as part:
        part.write_bytes(b"half")
        assert not copy.exists()


def test_only_what_is_nobodys_goes(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with part_of(path) as living:
        living.write_text("being written")
        for name, content in ((".out.csv.00000000.part", "killed"), (".other.csv.00000000.part", "another's")):
            (tmp_path / name).write_text(content)
            (tmp_path / f"{name}.lock").touch()
        (tmp_path / ".out.csv.11111111.part").mkdir()
        (tmp_path / ".out.csv.11111111.part" / "row").touch()
        (tmp_path / ".out.csv.11111111.part.lock").touch()
        for name, days in ((".out.csv.22222222.part", 2), (".out.csv.33333333.part", 0)):  # an older program's
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (time.time() - 86400 * days,) * 2)
        (tmp_path / ".out.csv.44444444.part").touch()
        (tmp_path / ".out.csv.44444444.part.lock").symlink_to(tmp_path / "elsewhere")
        with part_of(path) as mine:
            left = {one.name for one in tmp_path.iterdir()} - {f"{mine.name}.lock"}
        assert left == {
            living.name,
            f"{living.name}.lock",
            ".other.csv.00000000.part",
            ".other.csv.00000000.part.lock",
            ".out.csv.33333333.part",
            ".out.csv.44444444.part",
            ".out.csv.44444444.part.lock",
        }
    assert not living.exists()
