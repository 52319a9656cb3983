"""An archive as one SQLite file for reading: consistent, compact, with the planner's statistics, no WAL beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive import db
from archive.errors import DatabaseError, DiskFull, is_disk_full
from archive.export.transfer import transfer
from archive.files import Destination, digest_of, whole

__all__ = ["Published", "publish"]

_MARK = 0x50616C69
"""SQLite's `application_id` of what was published, `Pali`: a later one may take its place without being asked."""

# These tell of the machines that crawled, and of whoever keeps them, not of what was crawled.
_OURS = (
    *("DELETE FROM folder", "DELETE FROM job", "DELETE FROM lease", "DELETE FROM pace", "DELETE FROM run_end"),
    *("DELETE FROM named_change", "DELETE FROM planned_look", "DELETE FROM plan", "DELETE FROM watch"),
    *("DELETE FROM alarm", "DELETE FROM delivery", "DELETE FROM memento", "DELETE FROM listing"),
    *("DELETE FROM backup", "DELETE FROM packed"),
    # What is withheld from everybody.
    "DELETE FROM withheld",
    "UPDATE run SET process = ''",
)
_FINISHED = (f"PRAGMA application_id = {_MARK}", "PRAGMA journal_mode = DELETE", "ANALYZE", "VACUUM")


@dataclass(frozen=True, slots=True)
class Published:
    """The file that was written: its bytes, and their SHA-256."""

    size: int
    sha256: str


def publish(source: db.Engine, to: Destination, told: Callable[[int, int], None]) -> Published:
    """Write what is in `source` to a file that takes the place of an earlier one at once, and that nobody can write to.

    Raises UsageError where it cannot be there, or something else is."""
    with whole(to, _was_published) as part, _explained():
        if source.dialect.name == "sqlite":
            _copied(source, part)
        else:
            _moved(source, part, told)
        with closing(sqlite3.connect(part, isolation_level=None)) as made:
            for statement in (*_OURS, *_FINISHED):
                made.execute(statement)
        part.chmod(0o444)
        return Published(part.stat().st_size, digest_of(part))


def _was_published(path: Path) -> bool:
    """Whether a file is one of ours that nobody wrote to: whoever makes an archive of it turns its journal to WAL."""
    try:
        with path.open("rb") as file:
            head = file.read(72)
    except OSError:
        return False
    journal, mark = head[18:20], head[68:72]
    return head.startswith(b"SQLite format 3\0") and journal == b"\x01\x01" and mark == _MARK.to_bytes(4, "big")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        kind = DiskFull if is_disk_full(problem) else DatabaseError
        raise kind(f"the file could not be written: {problem}") from None


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
