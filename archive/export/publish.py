"""An archive as one SQLite file for reading: consistent, compact, with the planner's statistics, no WAL beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote

from archive import db
from archive.errors import DatabaseError, DiskFull, UsageError
from archive.export.transfer import transfer
from archive.files import whole

__all__ = ["publish"]

# A lock, a pace and a process name tell of the machine that crawled, not of what was crawled.
_OURS = ("DELETE FROM lease", "DELETE FROM pace", "UPDATE run SET process = ''")
_FINISHED = ("PRAGMA journal_mode = DELETE", "ANALYZE", "VACUUM")


def publish(source: db.Engine, path: Path, told: Callable[[int, int], None]) -> None:
    """Write what is in `source` to a file that takes the place of `path` at once, and that nobody can write to.

    Raises UsageError where it cannot be there."""
    if path.exists() and source.dialect.name == "sqlite" and path.samefile(_file(source)):
        raise UsageError(f"{path} is the archive itself: name another file")
    with whole(path) as part, _explained():
        if source.dialect.name == "sqlite":
            _copied(source, part)
        else:
            _moved(source, part, told)
        with closing(sqlite3.connect(part, isolation_level=None)) as made:
            for statement in (*_OURS, *_FINISHED):
                made.execute(statement)
        part.chmod(0o444)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        kind = DiskFull if db.code(problem) in db.DISK_FULL else DatabaseError
        raise kind(f"the file could not be written: {problem}") from None


def _file(source: db.Engine) -> Path:
    """The file an engine reads: its address is `file:` and a path, escaped."""
    return Path(unquote(str(source.url.database).removeprefix("file:")))


def _copied(source: db.Engine, part: Path) -> None:
    """One snapshot of the file, whatever is written meanwhile."""
    with closing(sqlite3.connect(str(source.url.database), isolation_level=None, uri=True)) as origin:
        origin.execute("VACUUM INTO ?", [str(part)])


def _moved(source: db.Engine, part: Path, told: Callable[[int, int], None]) -> None:
    target = db.open_writer(f"sqlite:///{part}")
    try:
        transfer(source, target, told)
    finally:
        target.dispose()
