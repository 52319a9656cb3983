"""An archive brought back from a backup, into an empty place; killed, the same command goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from archive import db, failpoints, home
from archive.backup import database, facts, streams
from archive.backup.manifest import Entry, Manifest
from archive.errors import BadInput, DiskFull, Mismatch, PalimpsestError, UsageError
from archive.files import digest_of
from archive.half_written import part_of
from archive.home import Home
from archive.storage import Storage

__all__ = ["restore"]

_MARK = "restoring.json"
"""Says in the folder which backup is being brought back: the same one may go on there."""

_ASIDE = "palimpsest.toml.from-backup"


def restore(
    to: Home, where: Storage, of: Manifest, identities: Sequence[Any], told: Callable[[int, int], None]
) -> list[str]:
    """Bring a backup back; `told` hears how many of how many files are there. What could not be brought, in words.

    Raises UsageError where anything is in the place already, Mismatch where a newer program made the backup, Damaged
    where the database is not what was written."""
    if of.schema > db.head():
        raise Mismatch(f"the backup is newer than the program (schema {of.schema}): install a newer Palimpsest")
    _claim(to, where, of)
    problems = []
    for done, entry in enumerate(of.files):
        told(done, len(of.files))
        try:
            _bring(_place(to, entry), where, entry, identities)
        except DiskFull:
            raise
        except PalimpsestError as problem:
            problems.append(f"{entry.path}: {problem}")
        failpoints.reach("restore-copied")
    told(len(of.files), len(of.files))
    to.make()
    _set_aside(to)
    if not _has(to, of):
        with part_of(to.folder / "database") as dump:
            _fetch(dump, where, of.database, identities)
            database.loaded(to, dump)
    (to.folder / _MARK).unlink()
    return problems


def _claim(to: Home, where: Storage, of: Manifest) -> None:
    """See that nothing is there yet but what this same command brought before."""
    mark, said = to.folder / _MARK, json.dumps({"from": where.where, "backup": of.name})
    with suppress(OSError):
        if mark.read_text(encoding="utf-8") == said:
            return
    # `warc/` may be a link to another disk.
    places = (to.folder, to.warc, to.outlets)
    if any(not path.is_dir() for place in places if place.is_dir() for path in place.rglob("*")):
        raise UsageError(f"{to.folder} is not empty: a backup comes back into an empty place only; give another --home")
    database.expect_empty(to, of.kind)
    to.folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(said, encoding="utf-8")


def _place(to: Home, entry: Entry) -> Path:
    return to.folder / (_ASIDE if entry.path == to.settings_file.name else entry.path)


def _bring(path: Path, where: Storage, entry: Entry, identities: Sequence[Any]) -> None:
    if path.exists():
        if path.is_file() and path.stat().st_size == entry.size and digest_of(path) == entry.sha256:
            return
        raise UsageError("something else is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    with part_of(path) as part:
        _fetch(part, where, entry, identities)
        part.replace(path)


def _fetch(part: Path, where: Storage, entry: Entry, identities: Sequence[Any]) -> None:
    with part.open("wb") as file:
        streams.fetch(where, entry.key, file, entry.size, entry.sha256, identities)
        file.flush()
        os.fsync(file.fileno())


def _set_aside(to: Home) -> None:
    """The settings take their place, but where they name a database: that of the archive which was copied."""
    aside = to.folder / _ASIDE
    with suppress(FileNotFoundError, BadInput):
        if "database_url" not in home.stated_in(to.folder, aside.name).settings:
            aside.replace(to.settings_file)


def _has(to: Home, of: Manifest) -> bool:
    """Whether the database is there already: the last kill came after it."""
    if to.database_file is not None:
        return to.database_file.exists()
    engine = db.open_writer(to.database_url)
    try:
        if db.upgradable(engine) is None:
            return False
        with db.reading(engine) as connection:
            found = facts.of(connection)
    finally:
        engine.dispose()
    if (found.head, found.rows) != (of.head, of.rows):
        raise UsageError("the database holds something already: name one that is empty")
    return True
