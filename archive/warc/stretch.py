"""The bytes of a WARC or ARC file, plain or packed, as stretches that a record can safely be read from.

A stretch goes from one record's start until the file ends, breaks, or a member (a gzip member, a zstd frame) begins
with a record of its own: a wrong length cannot swallow what follows. Nothing is held but what was asked for and one
buffer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from archive.warc.packing import BAD, Layout, Packing

__all__ = [
    "BETWEEN",
    "LONGEST_HEAD",
    "Break",
    "Ends",
    "Members",
    "Stretch",
    "next_member",
    "opening",
]

LONGEST_HEAD = 1_000_000
"""Bytes of a record's or a response's head; no honest one comes near."""

BETWEEN = b"\r\n\0"
"""What stands between records: line ends, and the zeros that some tools end theirs with."""

_CHUNK = 65_536
_LEAST = 256
_MOST_FALSE_STARTS = 10_000


class Break(Exception):
    """Where no record can be read, in words."""


class Ends(Break):
    """The bytes end where a record does not."""


class Stretch:
    """The bytes from a record's start on, as far as they can be read in one go.

    `problem` says why they end, where that is not as it should be; `broken` that the last of them may be wrong too,
    `torn` that the file is simply too short.
    """

    def __init__(self, file: BinaryIO, start: int, layout: Layout) -> None:
        self._file = file
        self.layout = layout
        self._buffer = bytearray()
        self._ended = False
        self.start = start
        self.position = 0
        self.problem = ""
        self.broken = False
        self.torn = False
        file.seek(start)

    @property
    def at(self) -> int:
        """The offset in the file by which the record at this position is found."""
        return self.start + self.position

    @property
    def inside(self) -> int:
        """Bytes between that offset and the record, which are not in the file as such."""
        return 0

    def following(self) -> int | None:
        """Where the next stretch begins; None where there is none."""
        return None

    def refuse_beyond_end(self, length: int) -> None:
        """Raises Break where so many bytes cannot follow."""
        at = self._file.tell()
        left = self._file.seek(0, os.SEEK_END) - self.start - self.position
        self._file.seek(at)
        if length > left:
            raise Break(f"the record says it has {length} bytes, the file has {left} more")

    def _more(self) -> bytes:
        return self._file.read(_CHUNK)

    def _fill(self) -> bool:
        if self._ended:
            return False
        piece = self._more()
        self._ended = not piece
        self._buffer += piece
        return bool(piece)

    def peek(self, length: int) -> bytes:
        """The next bytes, fewer at the end, without passing them."""
        while len(self._buffer) < length and self._fill():
            pass
        return bytes(memoryview(self._buffer)[:length])

    def take(self, length: int) -> bytes:
        """The next bytes, fewer at the end; memory grows with what is there, not with what is asked for."""
        taken = self.peek(length)
        del self._buffer[:length]
        self.position += len(taken)
        return taken

    def skip(self, length: int) -> int:
        """Pass over bytes without keeping them; how many there were."""
        left = length
        while left and (passed := len(self.take(min(left, _CHUNK)))):
            left -= passed
        return length - left

    def unread(self, passed: bytes) -> None:
        """Put bytes back."""
        self._buffer[:0] = passed
        self.position -= len(passed)

    def to_record(self) -> bool:
        """Pass the line ends between records; whether anything follows."""
        while (following := self.peek(4_096)) and not (rest := following.lstrip(b"\r\n")):
            self.take(len(following))
        if following:
            behind = following.lstrip(BETWEEN)
            self.take(len(following) - len(behind if self.layout.begins.match(behind) else rest))
        return bool(following)

    def closes(self) -> bool:
        """Whether what follows is what may follow a record: what stands between two, then the end or another."""
        following = self.peek(64).lstrip(BETWEEN)
        return not self.broken and (not following or bool(self.layout.begins.match(following)))

    def head(self) -> bytes:
        """The next bytes up to the end of a record's head, and that. Raises Break at the end, or past a megabyte."""
        searched = 0
        while not (blank := self.layout.ends_head.search(self._buffer, searched, LONGEST_HEAD)):
            if len(self._buffer) > LONGEST_HEAD:
                raise Break("a record head of over 1 MB")
            searched = max(0, len(self._buffer) - 3)
            if not self._fill():
                raise Ends("the bytes end inside a record's head")
        return self.take(blank.end())

    def find_record(self) -> None:
        """Pass over everything up to the next line that begins a record, or to the end."""
        while not (found := self.layout.following.search(self._buffer)):
            self.take(max(0, len(self._buffer) - 16))
            if not self._fill():
                self.take(len(self._buffer))
                return
        self.take(found.end())


class Members(Stretch):
    """The bytes of one member, and of those behind it that go on with what it began."""

    def __init__(self, file: BinaryIO, start: int, layout: Layout, packing: Packing) -> None:
        super().__init__(file, start, layout)
        self._packing = packing
        self._unpacker = packing.unpacker()
        self._step = _LEAST
        self._member = start
        self._following: int | None = None

    @property
    def at(self) -> int:
        return self.start

    @property
    def inside(self) -> int:
        return self.position

    def following(self) -> int | None:
        return self._following

    def refuse_beyond_end(self, length: int) -> None:
        """Nobody knows what a member still holds."""

    def _more(self) -> bytes:
        name = self._packing.name
        try:
            while not self._unpacker.eof or self._goes_on():
                hungry = self._unpacker.hungry
                raw = self._read() if hungry else b""
                if piece := self._unpacker.feed(raw, _CHUNK):
                    return piece
                if hungry and not raw and not self._unpacker.eof:
                    self._stop(f"the file ends inside a {name}", self._member + 1, broken=True)
                    self.torn = self._following is None
                    break
        except BAD as error:
            self._stop(f"a {name} is damaged ({error})", self._member + 1, broken=True)
        return b""

    def _read(self) -> bytes:
        # A member may be twenty bytes: what is read behind it is read again.
        raw, self._step = self._file.read(self._step), min(4 * self._step, _CHUNK)
        return raw

    def _goes_on(self) -> bool:
        """A member ended well: whether the next belongs to this stretch, that is, begins no record of its own."""
        offset = self._file.tell() - len(self._unpacker.behind)
        begins = opening(self._file, offset, self._packing)
        self._file.seek(offset)
        if begins is None:
            if self._file.read(1):
                self._stop(f"bytes that are no {self._packing.name}", offset, broken=False)
            return False
        if _is_record(begins, self.layout):
            self._following = offset
            return False
        self._member, self._unpacker, self._step = offset, self._packing.unpacker(), _LEAST
        return True

    def _stop(self, problem: str, resume: int, *, broken: bool) -> None:
        self.problem, self.broken = problem, broken
        self._following = next_member(self._file, resume, self.layout, self._packing)


def opening(file: BinaryIO, offset: int, packing: Packing) -> bytes | None:
    """The first bytes a member at `offset` holds; None where there is no member."""
    file.seek(offset)
    # What tells that no member begins here comes before what tells what one holds.
    raw = file.read(_LEAST)
    if not raw.startswith(packing.magic):
        return None
    return _opened(raw, packing) or _opened(raw + file.read(packing.opening - _LEAST), packing)


def _opened(raw: bytes, packing: Packing) -> bytes | None:
    try:
        return packing.unpacker().feed(raw, 16)
    except BAD:
        return None


def _is_record(begins: bytes | None, layout: Layout) -> bool:
    return bool(layout.begins.match((begins or b"").lstrip(b"\r\n")))


def next_member(file: BinaryIO, start: int, layout: Layout, packing: Packing) -> int | None:
    """Where the next member that begins a record stands, at `start` or behind it."""
    false = 0
    for offset, raw in _magics(file, start, packing):
        begins = _opened(raw, packing)
        if _is_record(begins, layout):
            return offset
        # Members that are sound, however many and however empty, keep nobody from what stands behind them.
        false += begins is None
        if false > _MOST_FALSE_STARTS:
            return None
    return None


def _magics(file: BinaryIO, start: int, packing: Packing) -> Iterator[tuple[int, bytes]]:
    """Where a member may begin, and the bytes from there. A file that is nothing but such places is read in time that
    grows with its length."""
    window = b""
    file.seek(start)
    while chunk := file.read(_CHUNK):
        window += chunk
        whole = max(0, len(window) - packing.opening)
        yield from _in_window(window, start, whole, packing)
        start, window = start + whole, window[whole:]
    yield from _in_window(window, start, len(window), packing)


def _in_window(window: bytes, start: int, end: int, packing: Packing) -> Iterator[tuple[int, bytes]]:
    at = window.find(packing.magic)
    while 0 <= at < end:
        yield start + at, window[at : at + packing.opening]
        at = window.find(packing.magic, at + 1)
