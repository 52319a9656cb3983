"""A WARC file that stands unpacked within another file, as in a WACZ: read where it is, without a copy."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

__all__ = ["Within", "opened"]


@dataclass(frozen=True, slots=True)
class Within:
    """The bytes from `start` up to `end` of the file at `path`, and what they are called."""

    path: Path
    name: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.path}!{self.name}"


class _Window(io.RawIOBase):
    def __init__(self, place: Within) -> None:
        super().__init__()
        self._file = place.path.open("rb", buffering=0)
        self._start, self._size, self._at = place.start, place.end - place.start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        most = min(len(buffer), max(0, self._size - self._at))
        self._file.seek(self._start + self._at)
        read = self._file.readinto(memoryview(buffer)[:most]) or 0
        self._at += read
        return read

    def close(self) -> None:
        self._file.close()
        super().close()


def opened(place: Path | Within) -> BinaryIO:
    """A file by itself, or one within another, to be read. Raises OSError."""
    return place.open("rb") if isinstance(place, Path) else io.BufferedReader(_Window(place))
