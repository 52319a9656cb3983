"""The archive's own WARC files: written, read back at a place, and checked from end to end.

A record is one gzip member, so that it can be read alone; its head says in words of our own where its bytes come from
(`Palimpsest-Source`, `-Time-Basis`, `-Origin`, `-Vantage`, `-Outlet`), so that the folder can be understood without the
database. Records are serialised here: warcio rewrites HTTP header values that are not ASCII and would sum up SHA-1.
Other people's files are read by `archive.warc_read`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from archive.errors import BadInput, Damaged, DiskFull
from archive.failpoints import reach
from archive.records import Capture, Hop, Place, Source, TimeBasis
from archive.warc_format import (
    Head,
    Pairs,
    Trouble,
    http_head,
    http_split,
    material,
    moment,
    parse_head,
    stamp,
    warc_head,
)

__all__ = [
    "LARGEST_BODY",
    "Checked",
    "Original",
    "StoredRecord",
    "Trouble",
    "Writer",
    "WrittenFile",
    "capture_from",
    "check_file",
    "read_at",
]

LARGEST_BODY = 256_000_000
"""Bytes of one body that can be kept; whoever fetches stops long before."""

_LARGEST_RECORD = LARGEST_BODY + 64_000_000
_CHUNK = 65_536
_LEVEL = 3
_GZIP = bytes.fromhex("1f8b08000000000000ff")
"""The ten bytes every member of ours begins with: no time, no name. Nothing else covers them, so they are compared."""

_HTTP = "application/http; msgtype=response"
_DEFAULT_TYPE = {Source.GIVEN_PAGE: "text/html", Source.GIVEN_TEXT: "text/plain; charset=utf-8"}
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_CONFORMS = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_fdatasync = getattr(os, "fdatasync", os.fsync)  # macOS has none


@dataclass(frozen=True, slots=True)
class Original:
    """An earlier capture whose payload may come back unchanged: address and time of its record, SHA-256 (32 bytes) of
    its payload, the capture's public id, and the record's id (`urn:uuid:…`) where it is known."""

    url: str
    date: datetime
    digest: bytes
    capture_uid: str
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of a run: its name in the folder, the bytes that count (nothing behind them does) and their SHA-256."""

    name: str
    size: int
    sha256: bytes


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


@dataclass(frozen=True, slots=True)
class Checked:
    """A record of ours that is whole: where it stands and what it is. A `warcinfo` has an empty `place.digest`."""

    place: Place
    type: str
    record_id: str
    url: str
    date: datetime | None


# ---------------------------------------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class _Draft:
    """A record before it has bytes: its fields, its block in two parts, and its payload's digest (empty: no payload)."""

    fields: Pairs
    head: bytes
    body: bytes
    digest: bytes = b""
    revisit_of: str = ""

    def member(self) -> bytes:
        fields = [*self.fields, ("WARC-Block-Digest", f"sha256:{self._block_digest().hex()}")]
        if self.digest:
            fields.append(("WARC-Payload-Digest", f"sha256:{self.digest.hex()}"))
        fields.append(("Content-Length", str(len(self.head) + len(self.body))))
        return _compress(warc_head(fields), self.head, self.body, b"\r\n\r\n")

    def _block_digest(self) -> bytes:
        if self.digest and not self.head and self.body:
            return self.digest  # the block is the payload: one pass is enough
        block = hashlib.sha256(self.head)
        block.update(self.body)
        return block.digest()


def _compress(*parts: bytes) -> bytes:
    press = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, 31)
    return b"".join([*(press.compress(part) for part in parts), press.flush()])


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _drafts(capture: Capture, original: Original | None) -> list[_Draft]:
    last_id = _new_id()
    concurrent = (("WARC-Concurrent-To", last_id),)
    hops = [_response(capture, hop, _new_id(), concurrent) for hop in capture.hops]
    last = _resource(capture, last_id) if capture.source in _DEFAULT_TYPE else _page(capture, last_id)
    return [*hops, last if original is None else _as_revisit(last, original)]


def _page(capture: Capture, record_id: str) -> _Draft:
    hop = Hop(capture.landed, capture.status, capture.headers, capture.body)
    return _response(capture, hop, record_id, _truncation(capture))


def _response(capture: Capture, hop: Hop, record_id: str, more: Pairs) -> _Draft:
    fields = (*_fields(capture, "response", hop.url, record_id), *more, ("Content-Type", _HTTP))
    head = http_head(hop.status, _reason(hop.status), hop.headers)
    return _Draft(fields, head, hop.body, hashlib.sha256(hop.body).digest())


def _resource(capture: Capture, record_id: str) -> _Draft:
    """What was given rather than fetched: no HTTP block, so status and headers go into fields of our own."""
    more = [("Content-Type", capture.header("Content-Type") or _DEFAULT_TYPE[capture.source])]
    if capture.status != 200:
        more.append(("Palimpsest-Status", str(capture.status)))
    if capture.headers:
        more.append(("Palimpsest-Headers", json.dumps(capture.headers)))
    fields = (*_fields(capture, "resource", capture.landed, record_id), *_truncation(capture), *more)
    return _Draft(fields, b"", capture.body, hashlib.sha256(capture.body).digest())


def _as_revisit(draft: _Draft, original: Original) -> _Draft:
    if draft.digest != original.digest:
        return draft
    refers = [("WARC-Refers-To-Target-URI", original.url), ("WARC-Refers-To-Date", stamp(original.date))]
    if original.record_id:
        refers.append(("WARC-Refers-To", f"<{original.record_id.strip('<>')}>"))
    _, *others = draft.fields
    fields = (("WARC-Type", "revisit"), *others, ("WARC-Profile", _PROFILE), *refers)
    return replace(draft, fields=fields, body=b"", revisit_of=original.capture_uid)


def _fields(capture: Capture, kind: str, url: str, record_id: str) -> Pairs:
    optional = (
        ("Palimpsest-Origin", capture.origin),
        ("Palimpsest-Vantage", "" if capture.vantage == "default" else capture.vantage),
        ("Palimpsest-Outlet", capture.outlet),
    )
    return (
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", stamp(capture.fetched_at)),
        ("WARC-Target-URI", url),
        ("Palimpsest-Source", capture.source),
        ("Palimpsest-Time-Basis", capture.time_basis),
        *((name, value) for name, value in optional if value),
    )


def _truncation(capture: Capture) -> Pairs:
    return (("WARC-Truncated", "unspecified"),) if capture.truncated else ()


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


class Writer:
    """One run's WARC files, `<stem>-00001.warc.gz` and on, in a folder. A file is always new, never appended to after
    a crash, and begun only when there is something to write; past `limit` bytes the next one is begun.

    `started` is the run's time (aware), `software` its name and version; both go into each file's `warcinfo`.
    Not for several threads at once.
    """

    def __init__(self, folder: Path, stem: str, started: datetime, software: str, limit: int = 1_000_000_000) -> None:
        self._folder = folder
        self._stem = stem
        self._started = started
        self._software = software
        self._limit = limit
        self._number = 0
        self._closed: list[WrittenFile] = []
        self._fd = -1
        self._listed = False

    def write(self, capture: Capture, revisit: Original | None = None) -> tuple[Place, tuple[Place, ...]]:
        """Hand a capture's records to the operating system: the place of the last response, and those of the hops.

        With `revisit`, a body of the same digest is not stored again. All records of a capture or none are written.
        Raises DiskFull, and BadInput for a body over `LARGEST_BODY`. Nothing is safe before `sync`.
        """
        _refuse_oversize(capture)
        drafts = _drafts(capture, revisit)
        with self._room():
            self._open_if_needed()
            info = () if self._size else (self._warcinfo(),)
            members = [draft.member() for draft in (*info, *drafts)]
            start = self._append(members)
        places = list(self._places(start, members, (*info, *drafts)))[len(info) :]
        return places[-1], tuple(places[:-1])

    def sync(self) -> None:
        """Return when everything written is on the disk, a new file's name included. Raises DiskFull."""
        if self._fd < 0:
            return
        try:
            with self._room():
                self._sync()
        except BaseException:
            # After a failed sync the kernel may forget what it could not write: the next sync would lie.
            self._leave()
            raise
        reach("evidence-synced")

    def close(self) -> None:
        """Sync and close the current file; a later `write` begins the next one."""
        self.sync()
        self._leave()

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """Every file this writer began, the current one last."""
        return (*self._closed, self._current()) if self._fd >= 0 else tuple(self._closed)

    def _current(self) -> WrittenFile:
        return WrittenFile(self._name, self._size, self._hash.digest())

    def _open_if_needed(self) -> None:
        if self._fd >= 0 and self._size >= self._limit:
            self.close()
        if self._fd < 0:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._fd = self._create()
            self._size = 0
            self._hash = hashlib.sha256()
            self._listed = False

    def _create(self) -> int:
        """A file that was not there; a folder restored from a backup may hold the name already."""
        while True:
            self._number += 1
            self._name = f"{self._stem}-{self._number:05d}.warc.gz"
            with suppress(FileExistsError):
                return os.open(self._folder / self._name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def _warcinfo(self) -> _Draft:
        fields = (
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", _new_id()),
            ("WARC-Date", stamp(self._started)),
            ("WARC-Filename", self._name),
            ("Content-Type", "application/warc-fields"),
        )
        block = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\nconformsTo: {_CONFORMS}\r\n"
        return _Draft(fields, b"", block.encode())

    def _append(self, members: list[bytes]) -> int:
        start, data = self._size, b"".join(members)
        try:
            _write_all(self._fd, data, start)
            reach("evidence-written")
        except BaseException:
            self._undo()
            raise
        self._size += len(data)
        self._hash.update(data)
        return start

    def _places(self, start: int, members: list[bytes], drafts: Iterable[_Draft]) -> Iterator[Place]:
        for member, draft in zip(members, drafts, strict=True):
            yield Place(self._name, start, len(member), draft.digest, draft.revisit_of)
            start += len(member)

    def _undo(self) -> None:
        """Back to the last good record; where even that fails, the file is left with its torn end and a new one begun."""
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:
            self._leave()

    def _sync(self) -> None:
        _fdatasync(self._fd)
        if not self._listed:
            _sync_folder(self._folder)
            self._listed = True

    def _leave(self) -> None:
        if self._fd >= 0:
            self._closed.append(self._current())
            fd, self._fd = self._fd, -1
            os.close(fd)

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise DiskFull(
                f"No space left for evidence in {self._folder} ({error.strerror}). "
                "Everything recorded stays; make room and run the same command again."
            ) from error


def _refuse_oversize(capture: Capture) -> None:
    largest = max((len(capture.body), *(len(hop.body) for hop in capture.hops)))
    if largest > LARGEST_BODY:
        raise BadInput(f"{capture.url}: a body of {largest} bytes; at most {LARGEST_BODY} can be kept")


def _write_all(fd: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(fd, rest, offset)
        rest, offset = rest[written:], offset + written


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


# ---------------------------------------------------------------------------------------------- reading back


class _Wrong(Exception):
    """What is wrong with one record, in words."""


class _Torn(_Wrong):
    """The file ends before the record does."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A record that is whole: its head, the HTTP head of a response or revisit, its payload and that one's digest."""

    head: Head
    http: Head | None
    payload: bytes
    digest: bytes


def read_at(folder: Path, place: Place) -> StoredRecord:
    """The record at a place of a folder. Raises Damaged, naming file and offset, where a file is missing, a member is
    unreadable or torn, or anything read differs from its digests or from the place's."""
    try:
        with (folder / place.file).open("rb", buffering=0) as file:
            return _read(file, place)
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
    )


def _member(file: BinaryIO, offset: int, hint: int = _CHUNK) -> tuple[bytes, int]:
    """The gzip member that begins at `offset`: what it holds, and its length. Raises _Wrong. `hint`: how much to read."""
    file.seek(offset)
    chunk = file.read(hint)
    if not chunk.startswith(_GZIP):
        raise _Torn("the file ends here") if _GZIP.startswith(chunk) else _Wrong("no record begins here")
    inflate, parts, read, held = isal_zlib.decompressobj(31), [], len(chunk), 0
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


def _inflated(inflate: isal_zlib.decompressobj, chunk: bytes) -> bytes:
    try:
        return bytes(inflate.decompress(chunk))
    except isal_zlib.error as error:
        raise _Wrong(f"unreadable gzip member ({error})") from error


def _opened(raw: bytes) -> _Opened:
    head, block = _block(raw)
    http, payload = _payload(head, block)
    digest = _declared(head, "WARC-Payload-Digest")
    if digest and head.get("WARC-Type") != "revisit" and hashlib.sha256(payload).digest() != digest:
        raise _Wrong("the payload differs from its digest")
    return _Opened(head, http, payload, digest)


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
    if head.get("Content-Type") != _HTTP:
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


def _record(opened: _Opened) -> StoredRecord:
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
        )
    except ValueError as wrong:
        raise _Wrong(f"no record of ours ({wrong})") from wrong


def _answer(opened: _Opened) -> tuple[int, Pairs]:
    if opened.http is None:
        return material(opened.head)
    return int(opened.http.first.split(" ")[1]), opened.http.pairs


def _date(head: Head, name: str) -> datetime:
    date = moment(head.get(name))
    if date is None:
        raise ValueError(f"unreadable {name}")
    return date


# ---------------------------------------------------------------------------------------------- checking


def check_file(path: Path) -> Iterator[Trouble | Checked]:
    """Every record of one of our files from end to end, and every break. Never raises for what the file holds.

    A break at the end where the file simply stops, or goes on in zeros, has `torn` set. A flip in the unused last bits
    of a compressed record changes nothing that is read; only the file's own SHA-256 (`Writer.files`) tells.
    """
    try:
        with path.open("rb") as file:
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


def _checked(opened: _Opened, name: str, offset: int, length: int) -> Checked:
    head = opened.head
    return Checked(
        place=Place(name, offset, length, opened.digest),
        type=head.get("WARC-Type"),
        record_id=head.get("WARC-Record-ID").strip("<>"),
        url=head.get("WARC-Target-URI"),
        date=moment(head.get("WARC-Date")),
    )


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Where the next member that holds a record begins, at `start` or behind it."""
    window = b""
    while True:
        file.seek(start + len(window))
        chunk = file.read(_CHUNK)
        window += chunk
        found = window.find(_GZIP)
        if found >= 0 and _holds_record(file, start + found):
            return start + found
        if found < 0 and not chunk:
            return None
        keep = found + 1 if found >= 0 else max(0, len(window) - len(_GZIP) + 1)
        start, window = start + keep, window[keep:]


def _holds_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return bytes(isal_zlib.decompressobj(31).decompress(file.read(_CHUNK), 16)).startswith(b"WARC/1.1")
    except isal_zlib.error:
        return False


def _ends_in_zeros(file: BinaryIO, end: int) -> bool:
    """As after a power loss: no member ends in eight zeros, which would be both an empty checksum and no length."""
    file.seek(max(0, end - 8))
    return not file.read().strip(b"\0")
