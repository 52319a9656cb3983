"""How long commands take to start: seconds of processor time, beside what Python and typer alone take.

`python benchmarks/startup.py [--times 5]`: each command on an archive of one article, the best of so many runs. Time on
the clock says little on a machine that does something else.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.home import Home, find
from tests.support import ADDRESS, environment, page, small_archive

LIMIT = 0.4
"""Seconds in which every command is to have started."""

COMMANDS = (
    "--version",
    "--help",
    "edits --help",
    "audit --help",
    "outlets --json",
    "ask --list",
    f"history {ADDRESS}",
    f"show {ADDRESS}",
    f"diff {ADDRESS}",
    f"cite {ADDRESS}",
    "edits",
    "gone",
    "search ministry",
    "ask gone",
    "status",
    "held",
    "furniture",
    "verify",
    "export all.csv",
    "doctor",
    f"add {ADDRESS}",
    f"read page.html --url {ADDRESS}",
    f"ingest page.html --url {ADDRESS}",
)


def _seconds(words: list[str], home: Home, times: int) -> float:
    """The least processor time a process took; a command that fails in a small archive has started as well."""
    found = []
    for _ in range(times):
        before = os.times()
        subprocess.run(words, env=environment(home), cwd=home.folder, capture_output=True, check=False)
        after = os.times()
        found.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(found)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("only", nargs="*", help="Commands that begin so; all where none is named.")
    given = parser.parse_args()
    command = str(Path(sys.executable).with_name("palimpsest"))
    with TemporaryDirectory() as folder:
        home = find(Path(folder))
        home.make()
        small_archive(home)
        (home.folder / "page.html").write_bytes(page())
        for label in ("pass", "import typer", "import sqlalchemy.orm"):
            print(f"{_seconds([sys.executable, '-c', label], home, given.times):6.2f}  python -c '{label}'")
        for words in COMMANDS:
            if given.only and not words.startswith(tuple(given.only)):
                continue
            took = _seconds([command, *words.split()], home, given.times)
            print(f"{took:6.2f}  palimpsest {words}{'' if took < LIMIT else '  OVER'}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
