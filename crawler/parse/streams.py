"""Compressed streams that stand one behind the other, undone in time that grows with their bytes alone. Pure.

Whoever hands the rest to each stream's engine copies it as often as there are streams: a page of 15 kB may be a
million of them.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["GZIP", "MOST_FRAMES", "Torn", "gunzipped", "unzstd"]

GZIP = b"\x1f\x8b"
"""How a gzip stream begins."""

MOST_FRAMES = 50_000
"""Frames of zstd taken from one body: to begin one takes 17 microseconds, twenty times what a gzip member takes."""

_FIRST, _STEP = 256, 65_536
_ZEROS = re.compile(rb"\0*")


class Torn(Exception):
    """The bytes end before the stream does; `came` is what its part held."""

    def __init__(self, came: bytes) -> None:
        super().__init__("the bytes end before the stream does")
        self.came = came


class _Engine(Protocol):
    """What undoes one stream."""

    @property
    def eof(self) -> bool:
        """Whether it came to its end."""

    @property
    def unused_data(self) -> bytes:
        """What was handed in and stands behind it."""

    def decompress(self, data: bytes | memoryview, max_length: int, /) -> bytes:
        """The next bytes of the content."""


def _one(data: bytes, at: int, engine: _Engine, longest: int) -> tuple[bytes, int]:
    """What the stream that begins at `at` holds, a byte more than `longest` at most, and where it ends. Raises Torn."""
    view, out, step = memoryview(data), bytearray(), _FIRST
    while not engine.eof and len(out) <= longest:
        if at >= len(data):
            raise Torn(bytes(out))
        piece = view[at : at + step]
        out += engine.decompress(piece, longest + 1 - len(out))
        at += len(piece)
        step = min(4 * step, _STEP)
    return bytes(out), at - len(engine.unused_data)


def _each(data: bytes, begin: Callable[[], _Engine], longest: int, following: Callable[[int], int]) -> Iterator[bytes]:
    at = following(0)
    while at < len(data):
        out, at = _one(data, at, begin(), longest)
        yield out
        longest -= len(out)
        if longest < 0:
            return
        at = following(at)


def gunzipped(data: bytes, longest: int) -> Iterator[bytes]:
    """What the gzip members of a body hold, one by one, until more than `longest` bytes came; what follows them and is
    none is passed over. Raises Torn, and zlib.error where a member is damaged."""

    def following(at: int) -> int:
        zeros = _ZEROS.match(data, at)
        at = zeros.end() if zeros else at
        return at if data.startswith(GZIP, at) else len(data)

    return _each(data, lambda: zlib.decompressobj(31), longest, following)


def unzstd(data: bytes, longest: int) -> Iterator[bytes]:
    """What the frames of a zstd body hold, as `gunzipped`. Raises Torn, and ZstdError where one is damaged, or where
    they are more than `MOST_FRAMES`."""
    left = iter(range(MOST_FRAMES))

    def begin() -> _Engine:
        if next(left, None) is None:
            raise zstd.ZstdError(f"more than {MOST_FRAMES:,} frames")
        return zstd.ZstdDecompressor()

    return _each(data, begin, longest, lambda at: at)
