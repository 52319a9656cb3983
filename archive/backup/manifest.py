"""What a backup holds, as it is written beside it: one JSON file each, which says whether the backup is complete."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from archive.errors import BadInput, NotFound
from archive.storage import Storage, safe_name
from archive.text import iso, parse_time

__all__ = ["Entry", "Manifest", "chosen", "forget", "keep", "key_of", "read_all", "read_one"]

_FOLDER = "manifests"
_LARGEST = 256_000_000
"""Bytes of a manifest that are read: one of a million files has room in it."""

_NAME = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the archive: its place in the archive's folder, its bytes, SHA-256 of them (hex), and under which name
    it is kept."""

    path: str
    size: int
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup. `archive` is the name of the folder of its evidence, by which archives are told apart; `kind` that of
    the database; `rows` counts what the database held; `head` is the head of its chain of seals."""

    name: str
    archive: str
    program: str
    schema: str
    kind: str
    began_at: datetime
    database: Entry
    files: tuple[Entry, ...] = ()
    head: str = ""
    rows: tuple[tuple[str, int], ...] = ()
    ended_at: datetime | None = None
    complete: bool = False

    @property
    def keys(self) -> set[str]:
        """The names of all that it is made of."""
        return {self.database.key, *(file.key for file in self.files)}


def key_of(path: str, sha256: str) -> str:
    """The name under which a file is kept: its own with a part of its digest, so that it is never another's, and any
    tool knows by its end what it is."""
    place = PurePosixPath(path)
    stem, dot, rest = place.name.partition(".")
    return str(place.with_name(f"{stem}.{sha256[:16]}{dot}{rest}"))


def keep(to: Storage, manifest: Manifest) -> Manifest:
    """Write a manifest, in the place of what it said before."""
    times = {"began_at": iso(manifest.began_at), "ended_at": iso(manifest.ended_at)}
    # Whether it is complete is what a person looks for.
    told = {"format": 1, "complete": manifest.complete, **asdict(manifest), **times, "rows": dict(manifest.rows)}

    def write(file: BinaryIO) -> None:
        file.write(json.dumps(told, indent=1).encode())

    to.put(_place(manifest.name), write)
    return manifest


def forget(where: Storage, name: str) -> None:
    """Forget a manifest."""
    where.remove(_place(name))


def _place(name: str) -> str:
    return f"{_FOLDER}/{name}.json"


def read_all(where: Storage) -> list[Manifest]:
    """The backups that are there, the newest first. Raises BadInput."""
    names = (PurePosixPath(name).stem for name in where.sizes(_FOLDER) if name.endswith(".json"))
    return [read_one(where, name) for name in sorted(filter(_NAME.fullmatch, names), reverse=True)]


def read_one(where: Storage, name: str) -> Manifest:
    """The backup of that name. Raises NotFound, BadInput."""
    place = f"{where.where}/{_place(name)}"
    if not _NAME.fullmatch(name):
        raise NotFound(f"{name!r} is no name of a backup; `palimpsest restore {where.where} --list` lists those there")
    with where.opened(_place(name)) as file:
        data = file.read(_LARGEST + 1)
    try:
        return _understood(name, json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise BadInput(f"{place}: no list of a backup ({type(problem).__name__}: {problem})") from None


def _understood(name: str, told: dict[str, Any]) -> Manifest:
    if told.pop("format") != 1:
        raise ValueError("a newer program wrote it")
    began, ended = parse_time(told.pop("began_at")), told.pop("ended_at")
    if told.pop("name") != name or told["kind"] not in {"sqlite", "postgresql"}:
        raise ValueError("name, time or kind of database")
    made = Manifest(
        name=name,
        began_at=began,
        ended_at=parse_time(ended) if ended else None,
        database=_entry(told.pop("database")),
        files=tuple(_entry(one) for one in told.pop("files")),
        rows=tuple((str(table), int(number)) for table, number in told.pop("rows").items()),
        **told,
    )
    return replace(made, complete=made.complete is True)


def _entry(told: dict[str, Any]) -> Entry:
    made = Entry(str(told["path"]), int(told["size"]), str(told["sha256"]), str(told["key"]))
    if not re.fullmatch(r"[0-9a-f]{64}|", made.sha256) or made.size < 0:
        raise ValueError(f"digest or size of {made.path}")
    for name in (made.path, made.key):
        if name:
            safe_name(name)
    return made


def chosen(where: Storage, name: str | None) -> Manifest:
    """The backup of that name, or the newest that is complete. Raises NotFound."""
    if name is not None:
        return read_one(where, name)
    found = read_all(where)
    complete = next((one for one in found if one.complete), None)
    if complete is None:
        only = f"; --at {found[0].name} takes what there is of one that is not" if found else ""
        raise NotFound(f"there is no complete backup in {where.where}{only}")
    return complete
