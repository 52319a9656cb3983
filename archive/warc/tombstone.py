"""Records that are expunged: in each one's place stands a tombstone of the same length, so that every other record
stays where it is.

A tombstone keeps the id, the date and the SHA-256 of the payload of the record it stands for, and nothing else of it.
The file is written anew beside itself and takes its own place at once: whoever copied or linked it before keeps what
they have, and a writer that is killed leaves the old file or the new one.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import Damaged, DiskFull, is_disk_full
from archive.failpoints import reach
from archive.warc.format import GZIP_START, Head, warc_head
from archive.warc.read import EXPUNGED, each
from archive.warc.write import sync_folder

__all__ = ["expunge", "tombstone"]

_STORED_MOST = 65_535
"""Bytes of one block of deflate that is not compressed."""

_EMPTY = 5
"""Bytes of a block of nothing."""

_CHUNK = 1 << 20


def _stored(data: bytes) -> Iterator[bytes]:
    """Deflate blocks that are not compressed, none of them the last."""
    for n in range(0, len(data), _STORED_MOST):
        part = data[n : n + _STORED_MOST]
        yield struct.pack("<BHH", 0, len(part), len(part) ^ 0xFFFF) + part


def _member(raw: bytes, compressed: int, empty: int) -> bytes:
    """A gzip member of these bytes: the first `compressed` in one piece, the rest as they are; `empty` blocks of
    nothing make it five bytes longer each."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = press.compress(raw[:compressed]) + press.flush(zlib.Z_FULL_FLUSH)
    blocks = (packed, *_stored(raw[compressed:]), *(struct.pack("<BHH", 0, 0, 0xFFFF),) * empty)
    end = struct.pack("<BHH", 1, 0, 0xFFFF) + struct.pack("<II", zlib.crc32(raw), len(raw) & 0xFFFFFFFF)
    return b"".join((GZIP_START, *blocks, end))


def _record(head: Head, digest: bytes, day: str, reason: str, filler: int) -> tuple[bytes, int]:
    """A tombstone before it is packed, and how much of it is worth packing."""
    block = f"expunged: {' '.join(reason.split())}\r\n".encode() + b" " * filler
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", head.get("WARC-Record-ID")),
        ("WARC-Date", head.get("WARC-Date")),
        (EXPUNGED, day),
        ("Palimpsest-Payload-Digest", f"sha256:{digest.hex()}"),
        ("Content-Type", "application/warc-fields"),
        ("WARC-Block-Digest", f"sha256:{hashlib.sha256(block).hexdigest()}"),
        ("Content-Length", str(len(block))),
    ]
    said = warc_head(field for field in fields if field[1])
    return said + block + b"\r\n\r\n", len(said) + len(block) - filler


def tombstone(head: Head, digest: bytes, length: int, day: str, reason: str) -> bytes:
    """What stands for the record of that head, whose payload had that digest: a member of exactly `length` bytes.

    Raises ValueError where it is too short for any."""
    for said in (reason, ""):
        for filler in _fillers(length - len(_member(*_record(head, digest, day, said, 0), 0))):
            raw = _record(head, digest, day, said, filler)
            left = length - len(_member(*raw, 0))
            if left >= 0 and left % _EMPTY == 0:
                return _member(*raw, left // _EMPTY)
    raise ValueError("is too short for a tombstone")


def _fillers(room: int) -> Iterator[int]:
    """How many blanks may make it that much longer. What the digest of a block packs to is by chance, so several are
    tried; the rest is made up by blocks of nothing."""
    most = max(0, room - _EMPTY * (room // _STORED_MOST + 1))
    yield from range(most, max(-1, most - 200), -1) if room >= 0 else ()


def expunge(path: Path, places: Iterable[int], size: int, day: str, reason: str) -> bytes:
    """Write tombstones for the records that begin at these places; what is one already stays. SHA-256 over the
    first `size` bytes of the file as they are then.

    Raises Damaged where no record can be read there, DiskFull. Killed, it leaves the file as it was."""
    part = path.with_name(f".{path.name}.part")
    try:
        stones = {one.offset: one for one in _stones(path, frozenset(places))}
        made, left = hashlib.sha256(), size
        with path.open("rb") as source, part.open("wb") as target:
            for data in _pieces(source, stones, day, reason):
                target.write(data)
                made.update(data[:left])
                left = max(0, left - len(data))
            target.flush()
            os.fsync(target.fileno())
        reach("tombstones-written")
        part.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        kind = DiskFull if is_disk_full(problem) else Damaged
        raise kind(f"{path} could not be written anew: {problem.strerror}") from problem
    finally:
        part.unlink(missing_ok=True)
    return made.digest()


@dataclass(frozen=True, slots=True)
class _Stone:
    """A record that goes: where it begins, its length, its head and the digest of its payload."""

    offset: int
    length: int
    head: Head
    digest: bytes


def _stones(path: Path, places: frozenset[int]) -> Iterator[_Stone]:
    missing, gone = set(places), set[str]()
    with path.open("rb") as file:
        for offset, length, opened in each(file):
            missing.discard(offset)
            if offset in places:
                gone.add(opened.head.get("WARC-Record-ID"))
            # What was asked goes with what was answered: it names the address.
            asked = opened.head.get("WARC-Type") == "request" and opened.head.get("WARC-Concurrent-To") in gone
            if (offset in places or asked) and not opened.expunged:
                yield _Stone(offset, length, opened.head, opened.digest)
    if missing:
        raise Damaged(f"{path} at byte {min(missing)}: no record can be read there; restore the file from a copy")


def _pieces(source: BinaryIO, stones: Mapping[int, _Stone], day: str, reason: str) -> Iterator[bytes]:
    """The file with its tombstones, from end to end."""
    at = 0
    for offset in sorted(stones):
        yield from _between(source, at, offset)
        one = stones[offset]
        try:
            yield tombstone(one.head, one.digest, one.length, day, reason)
        except ValueError as problem:
            raise Damaged(f"{source.name} at byte {offset}: the record {problem}") from None
        at = offset + one.length
    yield from _between(source, at, None)


def _between(source: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
    source.seek(start)
    while data := source.read(_CHUNK if end is None else min(_CHUNK, end - source.tell())):
        yield data
