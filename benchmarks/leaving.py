"""How fast an archive leaves and how much memory that takes: exports, a file to publish, a move to PostgreSQL and back.

    python benchmarks/leaving.py [--versions 10000] [--postgresql URL] [--keep FOLDER]

Each line is one command as a process of its own on a made-up archive: seconds, megabytes written, megabytes a second,
and the peak of its memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from archives import fill
from ingest import _postgresql

from archive import db
from archive.home import SETTINGS

COMMAND = Path(sys.executable).with_name("palimpsest")
_EXPORTS = (
    ("all.csv",),
    ("all.jsonl",),
    ("all.parquet",),
    ("ids.csv", "--no-text"),
    ("book.xlsx", "--for-spreadsheet"),
    ("pairs.jsonl", "--rows", "edits"),
)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _measured(label: str, written: Path | None, *words: str | Path) -> None:
    started = time.perf_counter()
    env = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    child = subprocess.Popen([str(COMMAND), *map(str, words)], env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if child.returncode:
        sys.exit(f"{label} ended with {child.returncode}")
    size = _size(written) / 1e6 if written else 0.0
    print(
        f"{label:40} {seconds:8.1f} s {size:9.1f} MB {size / seconds:7.1f} MB/s  peak {used.ru_maxrss / 1024:6.0f} MB"
    )


def _leave(url: str, folder: Path, name: str) -> None:
    folder.mkdir()
    for file, *more in _EXPORTS:
        path = folder / file
        _measured(f"{name}: export {file}", path, "--database-url", url, "export", path, *more)
    path = folder / "read.db"
    _measured(f"{name}: publish", path, "--database-url", url, "publish", path)


def main() -> None:
    """Print one line a command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=10_000)
    parser.add_argument("--postgresql")
    parser.add_argument("--keep", type=Path, help="a folder in which the archive is filled, and found again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        file = (options.keep or Path(scratch)) / f"{options.versions}.db"
        url = f"sqlite:///{file}"
        if not file.exists():
            engine = db.open_writer(url)
            db.migrate(engine)
            for _ in fill(engine, options.versions):
                pass
            engine.dispose()
        print(f"{options.versions} versions, {_size(file) / 1e6:.0f} MB")
        _leave(url, Path(scratch) / "sqlite", "SQLite")
        with _postgresql(options.postgresql) as other:
            _measured("transfer to PostgreSQL", None, "transfer", url, other)
            _leave(other, Path(scratch) / "postgresql", "PostgreSQL")
            back = Path(scratch) / "back.db"
            _measured("transfer back to SQLite", back, "transfer", other, f"sqlite:///{back}")


if __name__ == "__main__":
    main()
