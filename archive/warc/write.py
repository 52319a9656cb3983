"""Writing: one run's captures as WARC/1.1 records, one gzip member each, so that every record can be read alone.

A record's head says in words of our own where its bytes come from (`Palimpsest-Source`, `-Time-Basis`, `-Origin`,
`-Vantage`, `-Outlet`, `-Asked`, `-As-Received`), so that the folder can be understood without the database. Records are
serialised here: warcio rewrites HTTP header values that are not ASCII, and takes twice the time.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from archive.errors import BadInput, DiskFull, is_disk_full
from archive.failpoints import reach
from archive.records import Capture, Hop, Place, Source
from archive.warc import cold
from archive.warc.format import (
    AS_RECEIVED,
    ASKED,
    HTTP_REQUEST,
    HTTP_RESPONSE,
    LARGEST_BODY,
    Pairs,
    compress,
    http_head,
    stamp,
    warc_head,
)

__all__ = ["Original", "Writer", "WrittenFile", "sync_folder", "warcinfo"]

_RENDERED_TYPE = "text/html; charset=utf-8"
_DEFAULT_TYPE = {
    Source.GIVEN_PAGE: "text/html",
    Source.GIVEN_RENDERED: _RENDERED_TYPE,
    Source.GIVEN_TEXT: "text/plain; charset=utf-8",
}
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CONFORMS = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
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
class _Draft:
    """A record before it has bytes: its fields, its block in two parts, its payload's digest (empty: no payload)."""

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
        return compress(warc_head(fields), self.head, self.body, b"\r\n\r\n")

    def _block_digest(self) -> bytes:
        if self.digest and not self.head and self.body:
            return self.digest  # the block is the payload: one pass is enough
        block = hashlib.sha256(self.head)
        block.update(self.body)
        return block.digest()


def _warcinfo(name: str, at: datetime, software: str, record_id: str) -> _Draft:
    fields = (
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", stamp(at)),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
    )
    block = f"software: {software}\r\nformat: WARC File Format 1.1\r\nconformsTo: {_CONFORMS}\r\n"
    return _Draft(fields, b"", block.encode())


def warcinfo(name: str, at: datetime, software: str) -> bytes:
    """The first record of a WARC file of this name, as a gzip member that is the same whenever it is made."""
    record_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{name} {stamp(at)} {software}")
    return _warcinfo(name, at, software, f"<urn:uuid:{record_id}>").member()


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _drafts(capture: Capture, original: Original | None, made_of: str) -> list[_Draft]:
    last_id = _new_id()
    concurrent = (("WARC-Concurrent-To", last_id),)
    hops = [_response(capture, hop, _new_id(), concurrent) for hop in capture.hops]
    last = _last(capture, last_id, made_of)
    return [*hops, last if original is None else _as_revisit(last, original, not_modified=capture.status == 304)]


def _request(capture: Capture, last: _Draft) -> list[_Draft]:
    """What was asked, for tools of others: they find pages by requests. No row of ours refers to it."""
    if not capture.request:
        return []
    answer = next(value for name, value in last.fields if name == "WARC-Record-ID")
    more = (("WARC-Concurrent-To", answer), ("Content-Type", HTTP_REQUEST))
    return [_Draft((*_fields(capture, "request", capture.landed, _new_id()), *more), capture.request, b"")]


def _last(capture: Capture, record_id: str, made_of: str) -> _Draft:
    if capture.source is Source.OWN_BROWSER:
        return _conversion(capture, record_id, made_of)
    return _resource(capture, record_id) if capture.source in _DEFAULT_TYPE else _page(capture, record_id)


def _page(capture: Capture, record_id: str) -> _Draft:
    hop = Hop(capture.landed, capture.status, capture.headers, capture.body)
    return _response(capture, hop, record_id, _truncation(capture), capture.digest)


def _response(capture: Capture, hop: Hop, record_id: str, more: Pairs, digest: bytes = b"") -> _Draft:
    fields = (*_fields(capture, "response", hop.url, record_id), *more, ("Content-Type", HTTP_RESPONSE))
    head = http_head(hop.status, _reason(hop.status), hop.headers)
    return _Draft(fields, head, hop.body, digest or hashlib.sha256(hop.body).digest())


def _resource(capture: Capture, record_id: str) -> _Draft:
    """What was given rather than fetched: no HTTP block, so status and headers go into fields of our own."""
    more = [("Content-Type", capture.header("Content-Type") or _DEFAULT_TYPE[capture.source])]
    if capture.status != 200:
        more.append(("Palimpsest-Status", str(capture.status)))
    if capture.headers:
        more.append(("Palimpsest-Headers", json.dumps(capture.headers)))
    fields = (*_fields(capture, "resource", capture.landed, record_id), *_truncation(capture), *more)
    return _Draft(fields, b"", capture.body, capture.digest or hashlib.sha256(capture.body).digest())


def _conversion(capture: Capture, record_id: str, made_of: str) -> _Draft:
    """What a browser made of a page: the response it was made of is named by its record's id."""
    refers = (("WARC-Refers-To", f"<{made_of.strip('<>')}>"),) if made_of else ()
    fields = (*_fields(capture, "conversion", capture.landed, record_id), *refers, ("Content-Type", _RENDERED_TYPE))
    return _Draft(fields, b"", capture.body, capture.digest or hashlib.sha256(capture.body).digest())


def _as_revisit(draft: _Draft, original: Original, *, not_modified: bool) -> _Draft:
    profile = _NOT_MODIFIED if not_modified else _PROFILE
    if draft.digest != original.digest and not not_modified:
        return draft
    refers = [("WARC-Refers-To-Target-URI", original.url), ("WARC-Refers-To-Date", stamp(original.date))]
    if original.record_id:
        refers.append(("WARC-Refers-To", f"<{original.record_id.strip('<>')}>"))
    # A revisit refers to what it repeats, and to nothing else.
    others = [field for field in draft.fields[1:] if field[0] != "WARC-Refers-To"]
    fields = (("WARC-Type", "revisit"), *others, ("WARC-Profile", profile), *refers)
    return replace(draft, fields=fields, body=b"", digest=original.digest, revisit_of=original.capture_uid)


def _fields(capture: Capture, kind: str, url: str, record_id: str) -> Pairs:
    optional = (
        (ASKED, capture.url if capture.url != url else ""),
        ("Palimpsest-Origin", capture.origin),
        ("Palimpsest-Vantage", "" if capture.vantage == "default" else capture.vantage),
        ("Palimpsest-Outlet", capture.outlet),
        (AS_RECEIVED, "yes" if capture.as_received else ""),
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
    a crash, and begun only when there is something to write; past `limit` bytes or `longest` seconds the next one is
    begun.

    `started` is the run's time (aware), `software` its name and version; both go into each file's `warcinfo`.
    Not for several threads at once.
    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        started: datetime,
        software: str,
        limit: int = 1_000_000_000,
        longest: float = math.inf,
    ) -> None:
        self._folder = folder
        self._stem = stem
        self._started = started
        self._software = software
        self._limit, self._longest = limit, longest
        self._began = 0.0
        self._number = 0
        self._closed: list[WrittenFile] = []
        self._fd = -1
        self._name = ""
        self._size = 0
        self._hash = hashlib.sha256()
        self._listed = False

    def write(
        self, capture: Capture, revisit: Original | None = None, made_of: str = ""
    ) -> tuple[Place, tuple[Place, ...]]:
        """Hand a capture's records to the operating system: the place of the last response, and those of the hops.

        With `revisit`, a body of the same digest is not stored again. `made_of` is the id of the record a rendered
        page was made of. All records of a capture or none are written.
        Raises DiskFull, and BadInput for a body over `LARGEST_BODY`. Nothing is safe before `sync`.
        """
        _refuse_oversize(capture)
        drafts = _drafts(capture, revisit, made_of)
        with self._room():
            self._open_if_needed()
            info = () if self._size else (_warcinfo(self._name, self._started, self._software, _new_id()),)
            members = [draft.member() for draft in (*info, *drafts, *_request(capture, drafts[-1]))]
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
        if self._fd >= 0 and (self._size >= self._limit or time.monotonic() - self._began > self._longest):
            self.close()
        if self._fd < 0:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._fd = self._create()
            self._began = time.monotonic()
            self._size = 0
            self._hash = hashlib.sha256()
            self._listed = False

    def _create(self) -> int:
        """A file that was not there; a folder restored from a backup may hold the name already, and what was moved away
        keeps its own."""
        while True:
            self._number += 1
            self._name = f"{self._stem}-{self._number:05d}.warc.gz"
            if cold.is_there(self._folder / self._name):
                continue
            with suppress(FileExistsError):
                return os.open(self._folder / self._name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

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
        # The request stands behind what was answered, and has no place.
        for member, draft in zip(members, drafts, strict=False):
            yield Place(self._name, start, len(member), draft.digest, draft.revisit_of)
            start += len(member)

    def _undo(self) -> None:
        """Back to the last good record; where even that fails, the file is left torn and the next one begun."""
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:
            self._leave()

    def _sync(self) -> None:
        _fdatasync(self._fd)
        if not self._listed:
            sync_folder(self._folder)
            self._listed = True
        reach("evidence-synced")

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
            if not is_disk_full(error):
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


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
