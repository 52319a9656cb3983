"""Files that somebody saved, as bytes: bounded, gunzipped where they are gzipped, and when they were saved."""

from __future__ import annotations

import stat
import zlib
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import BadInput
from archive.records import TimeBasis
from crawler.parse.streams import GZIP, Torn, gunzipped

__all__ = ["beginning", "content", "is_directory", "saved_at"]

LARGEST = 64_000_000
"""Bytes of a given file's content, decompressed, that are taken."""


def is_directory(path: Path) -> bool:
    """Whether a path is that of a directory; what cannot be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _read(path: Path, most: int) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise BadInput(f"{path} is a folder; name the file in it")
        if not stat.S_ISREG(mode):
            # Whoever opens a pipe waits until somebody writes into it.
            raise BadInput(f"{path} cannot be read: it is no regular file")
        with path.open("rb") as file:
            return file.read(most)
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror}") from None


def beginning(path: Path) -> bytes:
    """The first 4 KB of a file. Raises BadInput."""
    return _read(path, 4096)


def content(path: Path) -> tuple[bytes, bool]:
    """A file's content, gunzipped where it is gzipped, and whether it ended too early. Raises BadInput."""
    data = _read(path, LARGEST + 1)
    torn = False
    if data.startswith(GZIP):
        data, torn = _unpacked(data)
    if len(data) > LARGEST:
        raise BadInput(f"{path} holds more than {LARGEST // 1_000_000} MB; that is no page")
    return data, torn


def _unpacked(data: bytes) -> tuple[bytes, bool]:
    out = bytearray()
    try:
        for member in gunzipped(data, LARGEST):
            out += member
    except Torn as torn:
        return bytes(out) + torn.came, True
    except zlib.error:
        return bytes(out), True
    return bytes(out), False


def saved_at(path: Path, at: datetime | None) -> tuple[datetime, TimeBasis]:
    """When a file was saved: as stated, else its own time."""
    if at is not None:
        return at, TimeBasis.STATED
    return datetime.fromtimestamp(path.stat().st_mtime, UTC), TimeBasis.ARCHIVE
