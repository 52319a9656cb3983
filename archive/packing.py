"""Cold WARC files moved out of `warc/`, to a folder or a store: each is there, checked, before its old place goes.

The order is what makes it safe: the bytes, read back and compared with their digest; the row; the note in the old
place; only then the old file. Killed anywhere, the same command goes on, and reading never fails meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import db, failpoints
from archive.backup import streams
from archive.errors import Busy, Damaged, DiskFull, PalimpsestError
from archive.files import outside
from archive.home import Home
from archive.storage import Folder, Storage
from archive.store import folders, packed
from archive.store.leases import Lease
from archive.store.packed import Closed
from archive.warc import cold
from archive.warc.cold import Moved

__all__ = ["Packed", "pack"]


@dataclass(frozen=True, slots=True)
class Packed:
    """How many files were moved, of how many bytes, and what could not be, in words."""

    files: int
    size: int
    problems: tuple[str, ...]


def pack(home: Home, to: Storage, age: timedelta, now: datetime, told: Callable[[int, int], None]) -> Packed:
    """Move the files of runs that ended longer ago than `age`. Raises Busy where another process does, DiskFull."""
    if isinstance(to, Folder):
        outside(to.root, home)
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine)
        with db.writing(engine) as connection:
            folders.settle(connection, home.warc, now)
        lock = Lease(engine, "a pack")
        try:
            lock.acquire()
        except Busy:
            raise Busy("another process is moving files of this archive; wait for it or stop it") from None
        try:
            with lock.kept():
                _note_again(engine, home)
                return _all(engine, home, to, (now - age, now), told)
        finally:
            lock.release()
    finally:
        engine.dispose()


def _note_again(engine: db.Engine, home: Home) -> None:
    """Notes that were lost are written anew."""
    for name, to in packed.known(engine).items():
        if not cold.is_there(home.warc / name):
            cold.note(home.warc / name, to)


def _all(
    engine: db.Engine, home: Home, to: Storage, between: tuple[datetime, datetime], told: Callable[[int, int], None]
) -> Packed:
    before, now = between
    wanted = [one for one in packed.closed_before(engine, before) if (home.warc / one.name).is_file()]
    size, problems = 0, []
    for done, one in enumerate(wanted):
        told(done, len(wanted))
        try:
            _move(engine, home, to, one, now)
            size += one.size
        except DiskFull:
            raise
        except (PalimpsestError, OSError) as problem:
            problems.append(f"{one.name} stays: {problem}")
    told(len(wanted), len(wanted))
    return Packed(len(wanted) - len(problems), size, tuple(problems))


def _move(engine: db.Engine, home: Home, to: Storage, one: Closed, now: datetime) -> None:
    path, sha256 = home.warc / one.name, one.digest.hex()
    if path.stat().st_size != one.size:
        # What a killed run wrote behind its last row would be lost.
        raise Damaged(f"its row knows of {one.size} bytes, and it has {path.stat().st_size}: see `palimpsest verify`")
    with path.open("rb") as file:
        streams.store(to, one.name, file, one.size, sha256, ())
    failpoints.reach("file-packed")
    with to.opened(one.name) as back:
        if streams.digest_of(back) != sha256:
            raise Damaged(f"what {to.where} gives back is not what was put there")
    moved = Moved(to.where, one.name, one.size, sha256)
    with db.writing(engine) as connection:
        packed.keep(connection, one, moved, now)
    failpoints.reach("file-packed")
    cold.note(path, moved)
    failpoints.reach("file-packed")
    path.unlink()
