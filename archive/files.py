"""Files that are there whole or not at all, and never in the place of what is not ours.

They are written under another name beside their place, synced, then renamed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from archive import failpoints
from archive.errors import DiskFull, UsageError, is_disk_full
from archive.half_written import part_of
from archive.home import Home

__all__ = ["Destination", "digest_of", "is_stream", "outside", "whole"]

_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a database's file, and takes for a part of it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where something is to be written, the archive that must not suffer from it, and whether what is there may go."""

    path: Path
    home: Home
    overwrite: bool = False


# --- may something be written there? ----------------------------------------------------------------------------------


def is_stream(path: Path) -> bool:
    """Whether a path is that of a pipe or of a device such as /dev/null: what is written there takes no place."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def outside(path: Path, home: Home) -> None:
    """Raises UsageError where a path is in the archive's folder, or its database, by whatever name."""
    for place in (_place(path), path.resolve()):
        if any(_same(one, home.folder) for one in (place, *place.parents)):
            raise UsageError(f"{path} is in the archive's folder {home.folder}: name a path outside of it")
        if home.database_file is not None and _belongs(place, home.database_file):
            raise UsageError(f"{path} is the archive's database itself: name another file")


def _place(path: Path) -> Path:
    """Where something of this name comes to stand: a link is replaced, never followed."""
    return path.resolve() if path.name in {"", ".."} else path.parent.resolve() / path.name


def _same(one: Path, other: Path) -> bool:
    """Whether both are the same: by what the disk says, since case, links and mounts give a thing many names."""
    with suppress(OSError):
        return one.samefile(other)
    return one == other


def _belongs(place: Path, database: Path) -> bool:
    names = {f"{database.name}{end}".casefold() for end in _BESIDE}
    return _same(place, database) or (_same(place.parent, database.parent) and place.name.casefold() in names)


def _allow(to: Destination, is_ours: Callable[[Path], bool]) -> None:
    path = to.path
    outside(path, to.home)
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent} to write {path.name} in")
    if path.is_dir():
        if not path.name or any(path.iterdir()):
            raise UsageError(f"{path} is a folder that holds something; name another, or remove it first")
    elif path.exists() and not path.is_file():
        raise UsageError(f"{path} is no regular file; name another")
    elif os.path.lexists(path) and not to.overwrite and not is_ours(path):
        raise UsageError(
            f"{path} is there already and is not what this command wrote there: name another file, or say --overwrite"
        )


def _seen(path: Path) -> tuple[int, ...] | None:
    """What tells whether something else stands there by now."""
    if not os.path.lexists(path):
        return None
    found = path.lstat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


# --- written ----------------------------------------------------------------------------------------------------------


def _sync(path: Path) -> None:
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if one.is_file():
            with one.open("rb") as file:
                os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def whole(to: Destination, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Give a name to write under, file or folder; it takes its place when all went well, and goes otherwise.
    A pipe or a device gets the bytes of it.

    Raises UsageError for anything in the archive's folder; for what is there already, unless `is_ours` knows it for
    the same command's earlier work or `overwrite` is said; where a folder would have to be replaced: that cannot be
    done at once; and where nothing can be written there."""
    path = to.path
    if is_stream(path):
        with _passed_on(path) as part:
            yield part
        return
    try:
        _allow(to, is_ours)
        before = _seen(path)
    except (OSError, RuntimeError) as problem:
        # A name that is too long, a folder nobody may look into, links that lead in a circle.
        raise UsageError(f"{path} cannot be written: {problem}. Name another file") from None
    beginning = f"{path.parent}{os.sep}.{path.name}."
    try:
        with part_of(path) as part:
            yield part
            _sync(part)
            failpoints.reach("file-renaming")
            if _seen(path) != before:
                _allow(to, is_ours)
            part.replace(path)
            _sync_folder(path.parent)
    except OSError as problem:
        if is_disk_full(problem):
            said = f"no space left in {path.parent} ({problem.strerror})"
            raise DiskFull(f"{said}; make space and run the same again") from None
        if isinstance(problem, _REFUSALS) and str(problem.filename).startswith(beginning):
            raise UsageError(f"{path} cannot be written: {problem.strerror}. Name another file") from None
        raise


_REFUSALS = (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError)


@contextmanager
def _passed_on(path: Path) -> Iterator[Path]:
    with part_of(Path(gettempdir()) / f"palimpsest-{path.name}") as folder:
        folder.mkdir(mode=0o700)
        part = folder / path.name
        yield part
        if part.is_dir():
            raise UsageError(f"{path} takes no folder; name another, or another format")
        with part.open("rb") as made, path.open("wb") as stream:
            shutil.copyfileobj(made, stream)


def digest_of(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of the lines `DIGEST  NAME` of its files in order of name (`sha256sum`)."""
    if not path.is_dir():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    made = hashlib.sha256()
    for one in sorted(path.rglob("*")):
        if one.is_file():
            made.update(f"{digest_of(one)}  {one.relative_to(path).as_posix()}\n".encode())
    return made.hexdigest()
