"""Reading our own files: a record at its place, and a whole file from end to end.

Strict, because we wrote them: one record a member, SHA-256 over block and payload, nothing between. What differs is
damage. Other people's files are read by `archive.warc.scan`.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archive.errors import Damaged, PalimpsestError, Withdrawn
from archive.records import Capture, Place, Source, TimeBasis
from archive.warc import cold
from archive.warc.format import (
    AS_RECEIVED,
    GZIP_START,
    HTTP_RESPONSE,
    LARGEST_BODY,
    BadGzip,
    Head,
    Inflater,
    Pairs,
    Trouble,
    http_split,
    inflater,
    material,
    moment,
    parse_head,
)

__all__ = [
    "EXPUNGED",
    "HOLDS_CAPTURE",
    "Checked",
    "Opened",
    "StoredRecord",
    "asked_behind",
    "capture_from",
    "check_file",
    "copy_at",
    "each",
    "read_at",
    "records",
]

_LARGEST_RECORD = LARGEST_BODY + 64_000_000
_LONGEST_REQUEST = 16_384  # bytes, compressed
_CHUNK = 65_536

HOLDS_CAPTURE = frozenset({"response", "resource", "conversion", "revisit"})
"""Types of our records that a row can speak of."""

EXPUNGED = "Palimpsest-Expunged"
"""The field of a tombstone: the day on which its record was expunged."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record of ours read back and found whole. `headers` and `body` are as they were captured.

    A revisit has an empty body; `digest` (SHA-256, 32 bytes) is then that of the payload it refers to, which was
    captured from `refers_to_url` at `refers_to_date`.
    """

    type: str
    record_id: str
    url: str
    date: datetime
    status: int
    headers: Pairs
    body: bytes
    digest: bytes
    source: Source
    time_basis: TimeBasis
    origin: str = ""
    vantage: str = "default"
    outlet: str = ""
    truncated: bool = False
    refers_to_url: str = ""
    refers_to_date: datetime | None = None
    as_received: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A record of ours that is whole: where it stands and what it is. `place.digest` is empty of a `warcinfo`; of what
    was `expunged` it is that of what it was."""

    place: Place
    type: str
    record_id: str
    url: str
    date: datetime | None
    expunged: bool = False


class _Wrong(Exception):
    """What is wrong with one record, in words."""


class _Torn(_Wrong):
    """The file ends before the record does."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that is whole: its head, the HTTP head of a response or revisit, its payload and that one's digest."""

    head: Head
    http: Head | None
    payload: bytes
    digest: bytes

    @property
    def expunged(self) -> bool:
        """Whether a tombstone stands in its place."""
        return bool(self.head.get(EXPUNGED))


def read_at(folder: Path, place: Place) -> StoredRecord:
    """The record at a place of a folder, wherever its file is by now. Raises Damaged, naming file and offset, where a
    file is missing or cannot be reached, a member is unreadable or torn, or anything read differs from its digests or
    from the place's; Withdrawn where it was expunged."""
    with _explained(folder, place), cold.opened(folder / place.file) as file:
        return _read(file, place)


def copy_at(folder: Path, place: Place) -> tuple[bytes, StoredRecord]:
    """The gzip member at a place exactly as it is stored, and the record it holds. Raises Damaged as `read_at` does."""
    with _explained(folder, place), cold.opened(folder / place.file) as file:
        file.seek(place.offset)
        member = file.read(place.length)
        return member, _read(io.BytesIO(member), replace(place, offset=0))


def asked_behind(folder: Path, place: Place, record: StoredRecord) -> tuple[bytes, StoredRecord] | None:
    """The request that the record at a place answers, which stands behind it: its gzip member, and what it holds; None
    where none is known. Raises Damaged where the file cannot be read."""
    with _explained(folder, place), cold.opened(folder / place.file) as file:
        file.seek(place.offset + place.length)
        begins = file.read(_LONGEST_REQUEST)
    with suppress(_Wrong):
        raw, length = _member(io.BytesIO(begins), 0)
        opened = _opened(raw)
        answer = opened.head.get("WARC-Concurrent-To").strip("<>")
        if opened.head.get("WARC-Type") == "request" and answer == record.record_id:
            return begins[:length], _record(opened)
    return None


@contextmanager
def _explained(folder: Path, place: Place) -> Iterator[None]:
    try:
        yield
    except (Damaged, Withdrawn):
        raise
    except PalimpsestError as error:
        raise Damaged(f"{folder / place.file}: {error}") from error
    except OSError as error:
        raise Damaged(f"{folder / place.file}: {error.strerror}") from error
    except _Wrong as wrong:
        raise Damaged(f"{folder / place.file} at byte {place.offset}: {wrong}") from None


def _read(file: BinaryIO, place: Place) -> StoredRecord:
    raw, length = _member(file, place.offset, place.length)
    if length != place.length:
        raise _Wrong(f"the record has {length} bytes, not {place.length}")
    opened = _opened(raw)
    if opened.digest != place.digest:
        raise _Wrong("the payload's digest is not the recorded one")
    if opened.expunged:
        raise Withdrawn(f"these bytes were expunged on {opened.head.get(EXPUNGED)}: `palimpsest withhold` tells why")
    return _record(opened)


def capture_from(record: StoredRecord) -> Capture:
    """The capture a record was written from, as far as one record tells: without hops, `url` the one that answered."""
    return Capture(
        url=record.url,
        fetched_at=record.date,
        body=record.body,
        status=record.status,
        headers=record.headers,
        source=record.source,
        time_basis=record.time_basis,
        vantage=record.vantage,
        outlet=record.outlet,
        origin=record.origin,
        truncated=record.truncated,
        as_received=record.as_received,
    )


def _member(file: BinaryIO, offset: int, hint: int = _CHUNK) -> tuple[bytes, int]:
    """The gzip member that begins at `offset`: what it holds, and its length; `hint` bytes are read at once."""
    file.seek(offset)
    chunk = file.read(hint)
    if not chunk.startswith(GZIP_START):
        raise _Torn("the file ends here") if GZIP_START.startswith(chunk) else _Wrong("no record begins here")
    inflate, parts, read, held = inflater(), [], len(chunk), 0
    while True:
        parts.append(_inflated(inflate, chunk))
        held += len(parts[-1])
        if inflate.eof:
            return b"".join(parts), read - len(inflate.unused_data)
        if held > _LARGEST_RECORD:
            raise _Wrong("larger than any record of ours")
        if not (chunk := file.read(_CHUNK)):
            raise _Torn("the file ends inside the record")
        read += len(chunk)


def _inflated(inflate: Inflater, chunk: bytes) -> bytes:
    try:
        return inflate.decompress(chunk)
    except BadGzip as error:
        raise _Wrong(f"unreadable gzip member ({error})") from error


def _opened(raw: bytes) -> Opened:
    head, block = _block(raw)
    http, payload = _payload(head, block)
    digest = _declared(head, "Palimpsest-Payload-Digest" if head.get(EXPUNGED) else "WARC-Payload-Digest")
    if (
        digest
        and not head.get(EXPUNGED)
        and head.get("WARC-Type") != "revisit"
        and hashlib.sha256(payload).digest() != digest
    ):
        raise _Wrong("the payload differs from its digest")
    return Opened(head, http, payload, digest)


def _block(raw: bytes) -> tuple[Head, bytes]:
    end = raw.find(b"\r\n\r\n") + 4
    head = parse_head(raw[:end], "utf-8")
    if head.first != "WARC/1.1" or end < 4:
        raise _Wrong("no WARC/1.1 record")
    block = raw[end:-4]
    if head.get("Content-Length") != str(len(block)) or not raw.endswith(b"\r\n\r\n"):
        raise _Wrong("the block has not the length its head says")
    if hashlib.sha256(block).digest() != _declared(head, "WARC-Block-Digest"):
        raise _Wrong("the block differs from its digest")
    return head, block


def _payload(head: Head, block: bytes) -> tuple[Head | None, bytes]:
    if head.get("Content-Type") != HTTP_RESPONSE:
        return None, block
    split = http_split(block, len(block))
    if split is None:
        raise _Wrong("no HTTP head")
    return split[0], block[split[1] :]


def _declared(head: Head, name: str) -> bytes:
    try:
        return bytes.fromhex(head.get(name).removeprefix("sha256:"))
    except ValueError:
        raise _Wrong(f"unreadable {name}") from None


def _record(opened: Opened) -> StoredRecord:
    head = opened.head
    try:
        status, headers = _answer(opened)
        return StoredRecord(
            type=head.get("WARC-Type"),
            record_id=head.get("WARC-Record-ID").strip("<>"),
            url=head.get("WARC-Target-URI"),
            date=_date(head, "WARC-Date"),
            status=status,
            headers=headers,
            body=opened.payload,
            digest=opened.digest,
            source=Source(head.get("Palimpsest-Source")),
            time_basis=TimeBasis(head.get("Palimpsest-Time-Basis")),
            origin=head.get("Palimpsest-Origin"),
            vantage=head.get("Palimpsest-Vantage") or "default",
            outlet=head.get("Palimpsest-Outlet"),
            truncated=bool(head.get("WARC-Truncated")),
            refers_to_url=head.get("WARC-Refers-To-Target-URI"),
            refers_to_date=moment(head.get("WARC-Refers-To-Date")),
            as_received=bool(head.get(AS_RECEIVED)),
        )
    except ValueError as wrong:
        raise _Wrong(f"no record of ours ({wrong})") from wrong


def _answer(opened: Opened) -> tuple[int, Pairs]:
    if opened.http is None:
        return material(opened.head)
    return int(opened.http.first.split(" ")[1]), opened.http.pairs


def _date(head: Head, name: str) -> datetime:
    date = moment(head.get(name))
    if date is None:
        raise ValueError(f"unreadable {name}")
    return date


def check_file(path: Path) -> Iterator[Trouble | Checked]:
    """Every record of one of our files from end to end, and every break. Never raises for what the file holds.

    A break at the end where the file simply stops, or goes on in zeros, has `torn` set. A flip in the unused last bits
    of a compressed record changes nothing that is read; only the file's own SHA-256 (`Writer.files`) tells.
    """
    try:
        with cold.opened(path) as file:
            yield from _check(file, path.name)
    except OSError as error:
        yield Trouble(0, f"cannot be read ({error.strerror})")


def _check(file: BinaryIO, name: str) -> Iterator[Trouble | Checked]:
    offset: int | None = 0
    end = file.seek(0, os.SEEK_END)
    while offset is not None and offset < end:
        try:
            raw, length = _member(file, offset)
            yield _checked(_opened(raw), name, offset, length)
            offset += length
        except _Wrong as wrong:
            following = _next_member(file, offset + 1)
            torn = following is None and (isinstance(wrong, _Torn) or _ends_in_zeros(file, end))
            yield Trouble(offset, str(wrong), torn)
            offset = following


def _checked(opened: Opened, name: str, offset: int, length: int) -> Checked:
    head = opened.head
    return Checked(
        place=Place(name, offset, length, opened.digest),
        type=head.get("WARC-Type"),
        record_id=head.get("WARC-Record-ID").strip("<>"),
        url=head.get("WARC-Target-URI"),
        date=moment(head.get("WARC-Date")),
        expunged=opened.expunged,
    )


def each(file: BinaryIO) -> Iterator[tuple[int, int, Opened]]:
    """The whole records of one of our files: where each begins, its length, what it is. Breaks are passed over."""
    offset: int | None = 0
    while offset is not None:
        try:
            raw, length = _member(file, offset)
            yield offset, length, _opened(raw)
            offset += length
        except _Wrong:
            offset = _next_member(file, offset + 1)


def records(path: Path) -> Iterator[tuple[int, StoredRecord]]:
    """What the records of one of our files say, by where each begins; what was expunged says nothing."""
    with cold.opened(path) as file:
        for offset, _, opened in each(file):
            if not opened.expunged:
                with suppress(_Wrong):
                    yield offset, _record(opened)


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Where the next member that holds a record begins, at `start` or behind it."""
    window = b""
    while True:
        file.seek(start + len(window))
        chunk = file.read(_CHUNK)
        window += chunk
        found = window.find(GZIP_START)
        if found >= 0 and _holds_record(file, start + found):
            return start + found
        if found < 0 and not chunk:
            return None
        keep = found + 1 if found >= 0 else max(0, len(window) - len(GZIP_START) + 1)
        start, window = start + keep, window[keep:]


def _holds_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return inflater().decompress(file.read(_CHUNK), 16).startswith(b"WARC/1.1")
    except BadGzip:
        return False


def _ends_in_zeros(file: BinaryIO, end: int) -> bool:
    """As after a power loss: no member ends in eight zeros, which would be both an empty checksum and no length."""
    file.seek(max(0, end - 8))
    return not file.read().strip(b"\0")
