"""An archive written to a backup: the database, then the files it speaks of, then what the operator put beside them."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import db, failpoints
from archive.backup import database, facts, manifest, streams
from archive.backup.facts import Facts
from archive.backup.manifest import Entry, Manifest
from archive.errors import Busy, DiskFull, PalimpsestError, UsageError
from archive.files import digest_of, outside
from archive.half_written import part_of
from archive.home import Home
from archive.storage import Folder, Storage
from archive.store import backups, folders, runs
from archive.store.leases import Lease
from archive.warc import cold

__all__ = ["Order", "Written", "backup"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: where to, for whom it is encrypted (nobody: it is not), how many backups are kept there."""

    to: Storage
    recipients: Sequence[Any] = ()
    keep: int = 7


@dataclass(frozen=True, slots=True)
class Written:
    """The backup, how many of its files were copied for it, and what is missing in it, in words."""

    manifest: Manifest
    copied: int
    problems: tuple[str, ...]


def backup(
    home: Home, order: Order, now: Callable[[], datetime], program: str, told: Callable[[int, int], None]
) -> Written:
    """Write a backup; `told` hears how many of how many files are there. Killed, the next one copies what is missing.

    Raises UsageError where another archive's backups are, Busy where another backup of this one is being written."""
    if isinstance(order.to, Folder):
        outside(order.to.root, home)
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine)
        lock = Lease(engine, "a backup")
        try:
            lock.acquire()
        except Busy:
            raise Busy("another backup of this archive is being written; wait for it or stop it") from None
        try:
            with lock.kept():
                return _Backup(engine, home, order, program, told).write(now)
        finally:
            lock.release()
    finally:
        engine.dispose()


@dataclass
class _Backup:
    engine: db.Engine
    home: Home
    order: Order
    program: str
    told: Callable[[int, int], None]
    problems: list[str] = field(default_factory=list)
    copied: int = 0
    desk: Path | None = None
    """A copy of the desk's database as it was at one moment, for people write to it meanwhile."""

    def write(self, now: Callable[[], datetime]) -> Written:
        to, began = self.order.to, now()
        with db.writing(self.engine) as connection:
            folders.settle(connection, self.home.warc, began)
            archive = folders.name(connection)
        earlier = manifest.read_all(to)
        if any(one.archive != archive for one in earlier):
            raise UsageError(f"{to.where} holds backups of another archive: name another place")
        # By the microsecond: the newest is told by its name.
        name = f"{began:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"
        backups.begin(self.engine, name, to.where, began)
        found = self._database(name, archive, began)
        with self._quiet_desk():
            made = self._files(*found)
        made = manifest.keep(to, replace(made, complete=not self.problems, ended_at=now()))
        if made.complete:
            backups.complete(self.engine, name, now())
            _forget(to, [made, *earlier], self.order.keep)
        return Written(made, self.copied, tuple(self.problems))

    @contextmanager
    def _quiet_desk(self) -> Iterator[None]:
        """While it lasts, `desk` is what people keep beside the archive, where there is any."""
        if not self.home.desk.is_file():
            yield
            return
        with part_of(self.home.desk) as part:
            try:
                with closing(sqlite3.connect(self.home.desk)) as source, closing(sqlite3.connect(part)) as target:
                    part.chmod(0o600)
                    source.backup(target)
                self.desk = part
            except sqlite3.Error as problem:
                self.problems.append(f"{self.home.desk.name} cannot be read: {problem}")
            yield

    def _database(self, name: str, archive: str, began: datetime) -> tuple[Manifest, Facts]:
        kind, to = self.engine.dialect.name, self.order.to
        end = f"{name}.{database.NAMES[kind]}{self._end}"
        # What is to be encrypted stands nowhere else in the clear.
        beside = to.root if isinstance(to, Folder) and not self.order.recipients else self.home.folder
        with database.copied(self.engine, self.home, beside, facts.of) as (path, asked):
            entry = Entry(database.NAMES[kind], path.stat().st_size, digest_of(path), f"database/{end}")
            made = Manifest(
                name, archive, self.program, db.head(), kind, began, entry, head=asked.head, rows=asked.rows
            )
            # What is to come is said before it comes: who tidies up after a kill knows whose it is.
            manifest.keep(to, made)
            self._store(entry, path)
        failpoints.reach("backup-database")
        return made, asked

    def _files(self, made: Manifest, asked: Facts) -> Manifest:
        entries = [*self._evidence(asked), *self._own()]
        made = manifest.keep(self.order.to, replace(made, files=tuple(entries)))
        there = {name for under in ("warc", "outlets", "settings") for name in self.order.to.sizes(under)}
        for done, entry in enumerate(entries):
            self.told(done, len(entries))
            if entry.key not in there:
                self._copy(entry)
        self.told(len(entries), len(entries))
        return made

    def _evidence(self, asked: Facts) -> Iterator[Entry]:
        for one in asked.files:
            path, digest = self.home.warc / one.name, one.digest
            if digest is None:
                digest = runs.sha256_of(path, one.size) if path.is_file() else None
            if digest is None:
                self.problems.append(f"warc/{one.name} does not have the {one.size} bytes that rows speak of")
            else:
                yield self._entry(f"warc/{one.name}", f"warc/{one.name}", one.size, digest.hex())

    def _own(self) -> Iterator[Entry]:
        """The operator's own files."""
        own = [self.home.warc / folders.MARK, self.home.settings_file, self.home.folder / "README.txt"]
        if self.desk is not None:
            yield self._entry("desk.db", "settings/desk.db", self.desk.stat().st_size, digest_of(self.desk))
        own += [path for path in sorted(self.home.outlets.rglob("*")) if "__pycache__" not in path.parts]
        for path in own:
            if path.is_file():
                place = path.relative_to(self.home.folder).as_posix()
                kept = place if "/" in place else f"settings/{place}"
                yield self._entry(place, kept, path.stat().st_size, digest_of(path))

    def _entry(self, path: str, kept: str, size: int, sha256: str) -> Entry:
        return Entry(path, size, sha256, f"{manifest.key_of(kept, sha256)}{self._end}")

    @property
    def _end(self) -> str:
        return streams.ENCRYPTED if self.order.recipients else ""

    def _copy(self, entry: Entry) -> None:
        try:
            path = self.desk if entry.path == self.home.desk.name else None
            self._store(entry, path or self.home.folder / entry.path)
        except FileNotFoundError:
            self.problems.append(f"{entry.path} is not there, and no earlier backup has it")
        except DiskFull:
            raise
        except (PalimpsestError, OSError) as problem:
            self.problems.append(f"{entry.path}: {problem}")
        else:
            self.copied += 1
            failpoints.reach("backup-copied")

    def _store(self, entry: Entry, path: Path) -> None:
        with cold.opened(path) as file:
            streams.store(self.order.to, entry.key, file, entry.size, entry.sha256, self.order.recipients)


def _forget(to: Storage, newest_first: Sequence[Manifest], keep: int) -> None:
    """Forget what is older than the newest complete ones, and what was never complete, with what only they name."""
    complete = [one for one in newest_first if one.complete]
    stay = complete[:keep]
    needed = {key for one in stay for key in one.keys}
    for one in newest_first:
        if one not in stay:
            for key in one.keys - needed:
                to.remove(key)
            manifest.forget(to, one.name)
