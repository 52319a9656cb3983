"""A power cut drops what was not synced: what was committed is there, with its evidence, and the archive is sound.

The cut is played: a library between the program and the system keeps of every file what it held at its last sync, and
of every folder the names it had then (`tests/power_cut.c`); the rest is dropped.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from archive import db
from archive.home import Home
from archive.query.ledgers import status
from tests.support import COMMAND, REPOSITORY, environment, page, sound

GROUP = 50
"""Captures that commit together."""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler here to make the shim with")
    made = tmp_path_factory.mktemp("shim") / "power_cut.so"
    words: list[str | Path] = [
        compiler,
        "-shared",
        "-fPIC",
        "-O1",
        "-o",
        made,
        REPOSITORY / "tests" / "power_cut.c",
        "-ldl",
    ]
    subprocess.run(words, check=True)
    return made


def _left(folder: Path, kept: Path, to: Path) -> None:
    """Rebuild in another place what a power cut leaves of a folder. One that was never synced is empty."""
    to.mkdir()
    names = kept / f"folder-{folder.stat().st_ino}"
    for line in names.read_text().splitlines() if names.exists() else ():
        inode, _, name = line.partition(" ")
        if (folder / name).is_dir():
            _left(folder / name, kept, to / name)
        else:
            bytes_ = kept / f"file-{inode}"
            (to / name).write_bytes(bytes_.read_bytes() if bytes_.exists() else b"")


def _captures(home: Home) -> int:
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            return sum(ledger.total for ledger in status(connection) if ledger.ledger == "captures")
    finally:
        engine.dispose()


def _home(folder: Path) -> Home:
    return Home(folder, f"sqlite:///{folder / 'archive.db'}")


def test_what_was_committed_survives_it(tmp_path: Path, shim: Path) -> None:
    kept, before, after = tmp_path / "kept", tmp_path / "before", tmp_path / "after"
    kept.mkdir()
    before.mkdir()
    listed = []
    for number in range(2 * GROUP + 20):
        (tmp_path / f"{number}.html").write_bytes(page(f"Bridge {number} reopens", number))
        at = {"url": f"https://www.example.org/{number}", "fetched_at": "2026-11-16T12:00:00Z"}
        listed.append(json.dumps({"file": f"{number}.html", **at}))
    (tmp_path / "pages.jsonl").write_text("\n".join(listed))
    env = environment(
        _home(before / "home"), FAILPOINT="rows-committed:kill:2", LD_PRELOAD=str(shim), POWER_CUT=str(kept)
    )
    words: list[str | Path] = [COMMAND, "ingest", "--manifest", tmp_path / "pages.jsonl"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    _left(before, kept, after)
    home = _home(after / "home")
    assert _captures(home) >= 2 * GROUP
    sound(home)
