"""What tests share: a real process, a sound archive. Fixtures are in `conftest.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

from archive import db, verify
from archive.home import SETTINGS, Home

__all__ = ["REPOSITORY", "Answer", "RunCli", "environment", "palimpsest", "sound"]

REPOSITORY = Path(__file__).parent.parent
"""The folder that holds `pyproject.toml`."""

COMMAND = Path(sys.executable).with_name("palimpsest")
"""The command as it was installed beside this Python."""


class Answer(NamedTuple):
    """What a process ended with."""

    code: int
    stdout: str
    stderr: str


class RunCli(Protocol):
    """Runs `palimpsest` with these words; `env` adds to the environment, `fine` asks for exit code 0."""

    def __call__(self, *words: str | Path, env: dict[str, str] | None = None, fine: bool = False) -> Answer:
        """Run it."""


def environment(home: Home | None = None, **more: str) -> dict[str, str]:
    """The environment of a process that is to see nothing but this archive."""
    inherited = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    # What a command prints must not depend on the terminal the tests were started from.
    plain = {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONWARNINGS": "error"}
    own = {"PALIMPSEST_HOME": str(home.folder), "DATABASE_URL": home.database_url} if home else {}
    return inherited | plain | own | more


def palimpsest(
    *words: str | Path, home: Home | None = None, env: dict[str, str] | None = None, at: Path | None = None
) -> Answer:
    """Run the command as a process of its own, in the folder `at`. A traceback is a failure whatever the exit code."""
    done = subprocess.run(
        [str(COMMAND), *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        env=environment(home, **(env or {})),
        cwd=at,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


def sound(home: Home) -> None:
    """Assert that nothing in an archive is damaged: every test that writes ends with this."""
    engine = db.open_reader(home.database_url)
    try:
        with engine.connect() as connection:
            assert verify.damage(connection, home.warc) == []
    finally:
        engine.dispose()
