"""WARC files that were moved out of `warc/`: a note in the place of each says where it is, and it is read from there.

This is the one place that knows. Rows go on naming the file and the place in it; whatever reads one asks here.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from archive.errors import Damaged
from archive.half_written import part_of
from archive.storage import Storage, safe_name, storage

__all__ = ["Moved", "bring_back", "forget", "is_there", "moved", "note", "opened"]

_END = ".packed"
_LONGEST = 10_000
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a file is: the folder or store, its name there, its bytes and SHA-256 of them (hex)."""

    place: str
    name: str
    size: int
    sha256: str


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{_END}")


def moved(path: Path) -> Moved | None:
    """Where a file was moved to; None where it was not. Raises Damaged where its note cannot be read."""
    try:
        with _note_of(path).open(encoding="utf-8") as file:
            told = json.loads(file.read(_LONGEST))
        return Moved(str(told["place"]), safe_name(str(told["name"])), int(told["size"]), str(told["sha256"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Damaged(f"{_note_of(path)} cannot be read ({problem}); `palimpsest pack` writes it anew") from None


def note(path: Path, to: Moved) -> None:
    """Say where a file is from now on, whole and synced."""
    with part_of(_note_of(path)) as part:
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(to), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(_note_of(path))


def is_there(path: Path) -> bool:
    """Whether a file is in its place, or a note of where it is."""
    return path.is_file() or _note_of(path).is_file()


def opened(path: Path) -> BinaryIO:
    """A file to be read, wherever it is. Raises OSError where it is nowhere, NotFound where it is not where its note
    says, another PalimpsestError where that cannot be reached."""
    try:
        return path.open("rb", buffering=0)
    except FileNotFoundError:
        to = moved(path)
        if to is None:
            raise
    return _storage(to.place, os.getpid()).opened(to.name)


def bring_back(path: Path) -> None:
    """Have a file that was moved in its old place, too. Raises Damaged where it is not what was moved, and what cannot
    be reached."""
    to = moved(path)
    if to is None or path.is_file():
        return
    made = hashlib.sha256()
    with part_of(path) as part:
        with opened(path) as source, part.open("wb") as file:
            while data := source.read(_PIECE):
                made.update(data)
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if made.hexdigest() != to.sha256:
            raise Damaged(f"{to.place}/{to.name} is not the file that was moved there: restore it from a copy")
        part.replace(path)


def forget(path: Path) -> None:
    """Leave nothing of a file where it was moved to: it is in its old place, and not what it was."""
    to = moved(path)
    if to is not None:
        _storage(to.place, os.getpid()).remove(to.name)
        _note_of(path).unlink(missing_ok=True)


@lru_cache(16)
def _storage(place: str, _process: int) -> Storage:
    # A fork cannot use the connections of who forked it.
    return storage(place)
