"""Files that are there whole or not at all: written under another name beside their place, synced, then renamed."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive import failpoints
from archive.errors import UsageError

__all__ = ["digest_of", "whole"]


def _forget(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if one.is_file():
            with one.open("rb") as file:
                os.fsync(file.fileno())


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a name to write under, file or folder; it takes the place of `path` when all went well, and goes otherwise.

    Raises UsageError where a folder would have to be replaced: that cannot be done at once; and where nothing can be
    written there."""
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent} to write {path.name} in")
    if path.is_dir() and any(path.iterdir()):
        raise UsageError(f"{path} is a folder that holds something; name another, or remove it first")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        _sync(part)
        failpoints.reach("file-renaming")
        part.replace(path)
    except BaseException as problem:
        _forget(part)
        if isinstance(problem, PermissionError | FileNotFoundError) and str(part) in str(problem.filename):
            raise UsageError(f"{path} cannot be written: {problem.strerror}. Name another file") from None
        raise


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
