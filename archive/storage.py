"""Where files are kept outside of an archive's folder: in another folder, or in a store that speaks S3.

A file is there whole or not at all. A store in the net is spoken to by fsspec, with what AWS's own tools take from the
environment (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, …): no secret stands in an address.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol, Self, cast

from archive.errors import BadInput, DiskFull, NotFound, PalimpsestError, UsageError, is_disk_full
from archive.half_written import part_of
from archive.masking import hide

__all__ = ["Folder", "Storage", "safe_name", "storage"]

_S3 = "s3://"


class Storage(Protocol):
    """Files by name, with slashes in it. `where` is its address, for people."""

    where: str

    def sizes(self, under: str) -> dict[str, int]:
        """The files in a folder of it, at any depth: bytes by name."""

    def put(self, name: str, write: Callable[[BinaryIO], None]) -> None:
        """Keep what is written; where writing fails, nothing is changed. Raises DiskFull."""

    def opened(self, name: str) -> BinaryIO:
        """A file to be read, at any place. Raises NotFound."""

    def remove(self, name: str) -> None:
        """Forget a file, if it is there."""


def safe_name(name: str) -> str:
    """A file's name as somebody else's list has it. Raises BadInput where it would lead out of a folder."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        raise BadInput(f"{name!r} is no name of a file within a folder")
    return name


class Folder:
    """A folder of this machine, made when something is put into it."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.where = str(self.root)

    def sizes(self, under: str) -> dict[str, int]:
        """The files in a folder of it, at any depth: bytes by name."""
        found = {}
        for at, _, names in os.walk(self.root / under):
            for path in (Path(at, name) for name in names if not name.startswith(".")):
                found[path.relative_to(self.root).as_posix()] = path.stat().st_size
        return found

    def put(self, name: str, write: Callable[[BinaryIO], None]) -> None:
        """Keep what is written, synced before it has its name."""
        path = self.root / safe_name(name)
        with _told(self.where):
            path.parent.mkdir(parents=True, exist_ok=True)
            with part_of(path) as part:
                with part.open("wb") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(path)
            _sync(path.parent)

    def opened(self, name: str) -> BinaryIO:
        """A file to be read, at any place."""
        with _told(self.where):
            return (self.root / safe_name(name)).open("rb")

    def remove(self, name: str) -> None:
        """Forget a file, if it is there."""
        with _told(self.where):
            (self.root / safe_name(name)).unlink(missing_ok=True)


class _Bucket:
    """A folder in a store that speaks S3."""

    def __init__(self, where: str) -> None:
        if not where.removeprefix(_S3).strip("/") or "@" in where:
            raise UsageError("write s3://BUCKET/FOLDER, and who you are into the environment: AWS_ACCESS_KEY_ID, …")
        hide(os.environ.get("AWS_SECRET_ACCESS_KEY", ""))
        try:
            from s3fs import S3FileSystem
        except ModuleNotFoundError:
            raise UsageError("for s3:// something more is needed: pip install 'palimpsest[s3]'") from None
        self.where = where.rstrip("/")
        self._root = self.where.removeprefix(_S3)
        # What others put there meanwhile is seen.
        self._fs: Any = S3FileSystem(
            use_listings_cache=False, skip_instance_cache=True, config_kwargs={"retries": {"total_max_attempts": 3}}
        )

    def sizes(self, under: str) -> dict[str, int]:
        """The files in a folder of it, at any depth: bytes by name."""
        with _told(self.where):
            found = self._fs.find(f"{self._root}/{under}", detail=True)
        return {name.removeprefix(f"{self._root}/"): int(each["size"]) for name, each in found.items()}

    def put(self, name: str, write: Callable[[BinaryIO], None]) -> None:
        """Keep what is written: it appears when it is whole."""
        with _told(self.where):
            file = self._fs.open(f"{self._root}/{safe_name(name)}", "wb", autocommit=False)
            try:
                write(file)
                file.close()
            except BaseException:
                file.discard()
                file.closed = True  # else it would be sent when it is forgotten
                raise
            file.commit()

    def opened(self, name: str) -> BinaryIO:
        """A file to be read, at any place."""
        with _told(self.where):
            # Mostly a record is read, seldom a whole file: a megabyte at a time, not the fifty that are usual.
            file = self._fs.open(f"{self._root}/{safe_name(name)}", "rb", block_size=1 << 20)
        return cast("BinaryIO", _Reading(file, self.where))

    def remove(self, name: str) -> None:
        """Forget a file, if it is there."""
        with _told(self.where):
            if self._fs.exists(f"{self._root}/{safe_name(name)}"):
                self._fs.rm_file(f"{self._root}/{name}")


class _Reading:
    """A file of a store, whose errors are told whenever they come."""

    def __init__(self, file: Any, where: str) -> None:
        self._file, self._where = file, where

    def read(self, most: int = -1) -> bytes:
        with _told(self._where):
            data: bytes = self._file.read(most)
            return data

    def seek(self, offset: int, whence: int = 0) -> int:
        place: int = self._file.seek(offset, whence)
        return place

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def storage(where: str) -> Storage:
    """The folder or store of that address. Raises UsageError."""
    if where.startswith(_S3):
        return _Bucket(where)
    if "://" in where:
        raise UsageError(f"{where.partition('://')[0]}:// is not known: name a folder, or s3://BUCKET/FOLDER")
    return Folder(Path(where))


@contextmanager
def _told(where: str) -> Iterator[None]:
    """What goes wrong there, in words."""
    try:
        yield
    except PalimpsestError:
        raise
    except FileNotFoundError as problem:
        raise NotFound(f"{where}: {problem.filename or problem} is not there") from problem
    except OSError as problem:
        kind = DiskFull if is_disk_full(problem) else PalimpsestError
        raise kind(f"{where}: {problem.strerror or problem}") from problem
    except Exception as problem:
        # The client of a store has a tree of errors of its own, which is not there without it.
        if not type(problem).__module__.startswith(("botocore", "aiobotocore", "aiohttp")):
            raise
        raise PalimpsestError(f"{where} cannot be reached: {problem}") from problem


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
