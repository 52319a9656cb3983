"""Files that somebody saved, as captures: a page, a text, a list of pages, a WARC. Nothing is judged here."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import text, urls, warc
from archive.errors import BadInput
from archive.records import Capture, Place, Source, TimeBasis

__all__ = ["Trouble", "check_manifest", "is_warc", "manifest", "own_records", "page", "pages", "records", "text_file"]

LARGEST = 64_000_000
"""Bytes of a given file's content, decompressed, that are taken."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of a given file that could not be taken, and why."""

    where: str
    what: str


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder; name the file in it") from None
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror}") from None


def _content(path: Path) -> tuple[bytes, bool]:
    """A file's content, gunzipped where it is gzipped, and whether it ended too early."""
    data = _read(path)
    torn = False
    if data.startswith(b"\x1f\x8b"):
        data, torn = _gunzipped(data)
    if len(data) > LARGEST:
        raise BadInput(f"{path} holds more than {LARGEST // 1_000_000} MB; that is no page")
    return data, torn


def _gunzipped(data: bytes) -> tuple[bytes, bool]:
    out = bytearray()
    while data.startswith(b"\x1f\x8b") and len(out) <= LARGEST:
        inflate = zlib.decompressobj(31)
        try:
            out += inflate.decompress(data, LARGEST + 1 - len(out))
        except zlib.error:
            return bytes(out), True
        if not inflate.eof:
            return bytes(out), True
        data = inflate.unused_data
    return bytes(out), False


def is_warc(path: Path) -> bool:
    """Whether a file begins as a WARC does, gzipped or not; its name does not matter."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror}") from None
    if start.startswith(b"\x1f\x8b"):
        try:
            start = zlib.decompressobj(31).decompress(start, 64)
        except zlib.error:
            return path.name.endswith((".warc", ".warc.gz"))
    return start.startswith(b"WARC/") or path.name.endswith((".warc", ".warc.gz"))


def _when(path: Path, at: datetime | None) -> tuple[datetime, TimeBasis]:
    if at is not None:
        return at, TimeBasis.STATED
    return datetime.fromtimestamp(path.stat().st_mtime, UTC), TimeBasis.ARCHIVE


def page(path: Path, url: str, at: datetime | None) -> Capture:
    """A saved page. Without `at` its time is the file's. Raises BadInput."""
    body, torn = _content(path)
    when, basis = _when(path, at)
    return Capture(
        url=urls.normal(url),
        fetched_at=when,
        body=body,
        source=Source.GIVEN_PAGE,
        time_basis=basis,
        origin=path.name,
        truncated=torn,
    )


def text_file(path: Path, url: str | None, at: datetime | None) -> Capture:
    """A bare text as a tool saved it; without an address it is named by its digest. Raises BadInput."""
    body, torn = _content(path)
    when, basis = _when(path, at)
    return Capture(
        url=urls.normal(url) if url else f"urn:sha256:{hashlib.sha256(body).hexdigest()}",
        fetched_at=when,
        body=body,
        headers=(("Content-Type", "text/plain; charset=utf-8"),),
        source=Source.GIVEN_TEXT,
        time_basis=basis,
        origin=path.name,
        truncated=torn,
    )


# --- lists of pages ---------------------------------------------------------------------------------------------------


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not path.is_file():
        raise BadInput(f"{path} cannot be read: there is no such file")
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            where = f"{path}, line {number}"
            if line.strip():
                yield where, _object(where, line)


def _object(where: str, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"{where}: not JSON ({problem})") from None
    if not isinstance(found, dict):
        raise BadInput(f"{where}: a JSON object is wanted, with at least file and url")
    for name in ("file", "url"):
        if not isinstance(found.get(name), str) or not found[name]:
            raise BadInput(f'{where}: "{name}" is missing or not a text')
    return found


def pages(path: Path) -> Iterator[tuple[str, Path, str]]:
    """A manifest of pages to read: (file as written, its path, address). Raises BadInput naming the line."""
    for where, line in _lines(path):
        yield line["file"], _file(where, path, line), _url(where, line)


def _file(where: str, path: Path, line: dict[str, Any]) -> Path:
    file = path.parent / str(line["file"])
    try:
        if file.is_file():
            return file
    except OSError as problem:
        raise BadInput(f"{where}: {line['file'][:80]!r} cannot be read: {problem.strerror}") from None
    raise BadInput(f"{where}: there is no file {line['file'][:200]!r} beside the manifest")


def _url(where: str, line: dict[str, Any]) -> str:
    try:
        return urls.normal(line["url"])
    except BadInput as problem:
        raise BadInput(f"{where}: {problem}") from None


def manifest(path: Path) -> Iterator[Capture]:
    """A manifest of captures (JSON lines), each read when it is its turn. Raises BadInput naming the line."""
    for where, line in _lines(path):
        yield _checked(where, path, line)()


def check_manifest(path: Path) -> None:
    """Check a whole manifest before anything is done with it. Raises BadInput naming the line."""
    for where, line in _lines(path):
        _checked(where, path, line)


def _checked(where: str, path: Path, line: dict[str, Any]) -> Callable[[], Capture]:
    file, url = _file(where, path, line), _url(where, line)
    try:
        at = text.parse_time(str(line.get("fetched_at") or ""))
    except ValueError:
        raise BadInput(f'{where}: "fetched_at" is not an ISO 8601 time: {line.get("fetched_at")!r}') from None
    status, headers = _status(where, line), _headers(where, line)

    def capture() -> Capture:
        return replace(page(file, url, at), status=status, headers=headers, origin=line["file"])

    return capture


def _status(where: str, line: dict[str, Any]) -> int:
    status = line.get("status")
    status = 200 if status is None else status
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise BadInput(f'{where}: "status" is not an HTTP status: {status!r}')
    return status


def _headers(where: str, line: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    headers = line.get("headers") or {}
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    if not isinstance(pairs, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise BadInput(f'{where}: "headers" is neither an object nor a list of pairs')
    return tuple((str(name), str(value)) for name, value in pairs)


# --- WARC -------------------------------------------------------------------------------------------------------------


class _Originals:
    """The payload-bearing records of one WARC file by digest, id and address with time, in a temporary file: revisits
    find what they repeat, and memory does not grow with the number of records."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("")
        self._table.execute("CREATE TABLE original (key TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID")

    def add(self, found: warc.Foreign, place: int) -> None:
        """Note a record's place by everything a revisit may name it by."""
        keys = [(key, place) for key in self._keys(found) if key]
        self._table.executemany("INSERT OR IGNORE INTO original VALUES (?, ?)", keys)

    @staticmethod
    def _keys(found: warc.Foreign) -> Iterator[str]:
        assert found.capture is not None
        yield found.payload_digest_declared.lower()
        yield found.record_id
        yield f"{found.capture.url} {text.iso(found.capture.fetched_at)}"

    def find(self, revisit: warc.Foreign) -> int | None:
        """The place of what a revisit repeats; None where it is not in this file."""
        named = f"{revisit.refers_to_uri} {text.iso(revisit.refers_to_date)}"
        for key in (revisit.refers_to_id, named, revisit.payload_digest_declared.lower()):
            row = self._table.execute("SELECT place FROM original WHERE key = ?", (key,)).fetchone()
            if key and row:
                return int(row[0])
        return None


def records(path: Path, stored: Callable[[warc.Foreign], bytes | None]) -> Iterator[Capture | Trouble]:
    """The captures of a WARC file in file order, and a Trouble for every record that cannot be taken.

    A revisit gets the payload it repeats from this file, else from `stored` (what the archive holds). Memory does not
    grow with the number of records."""
    originals = _Originals()
    late: list[tuple[int, str]] = []
    for found in warc.scan(path):
        if isinstance(found, warc.Trouble):
            yield Trouble(f"{path.name}@{found.offset}", found.what)
        elif found.capture is not None and found.kind is warc.RecordType.REVISIT:
            whole = _resolved(path, found, originals, stored)
            if whole is None:
                late.append((found.offset, found.record_id))
            else:
                yield whole
        elif found.capture is not None:
            originals.add(found, found.offset)
            # Bytes that contradict their own digest are kept, but no version is made of them.
            damaged = found.block_ok is False
            yield _as_taken(path, replace(found.capture, truncated=found.capture.truncated or damaged))
    # An original may stand behind its revisit: what was not found is looked for once more.
    for offset, record_id in late:
        yield _late(path, offset, record_id, originals, stored)


def own_records(
    folder: Path, path: Path, repeated: Callable[[warc.StoredRecord], tuple[bytes, str] | None]
) -> Iterator[tuple[Capture, Place] | Trouble]:
    """The captures of one of our own files with their places: what a killed run wrote, but had not yet recorded.

    `repeated` finds what a revisit repeats: the payload, and the public id of the capture that holds it."""
    for found in warc.check_file(path):
        if isinstance(found, warc.Trouble):
            yield Trouble(f"{path.name}@{found.offset}", found.what)
        elif found.type in warc.HOLDS_CAPTURE:
            place = replace(found.place, file=path.relative_to(folder).as_posix())
            record = warc.read_at(folder, place)
            original = repeated(record) if found.type == "revisit" else (record.body, "")
            if original is None:
                yield Trouble(f"{path.name}@{found.place.offset}", "a revisit of what the archive does not hold")
                continue
            body, uid = original
            yield replace(warc.capture_from(record), body=body), replace(place, revisit_of=uid)


def _as_taken(path: Path, capture: Capture) -> Capture | Trouble:
    try:
        return replace(capture, url=urls.normal(capture.url))
    except BadInput as problem:
        return Trouble(f"{path.name}: {capture.origin}", str(problem))


def _resolved(
    path: Path, revisit: warc.Foreign, originals: _Originals, stored: Callable[[warc.Foreign], bytes | None]
) -> Capture | Trouble | None:
    assert revisit.capture is not None
    place = originals.find(revisit)
    body = stored(revisit) if place is None else _body(path, place, revisit)
    return None if body is None else _as_taken(path, replace(revisit.capture, body=body))


def _body(path: Path, offset: int, revisit: warc.Foreign) -> bytes | None:
    for found in warc.scan(path, start=offset):
        if isinstance(found, warc.Foreign) and found.capture is not None and found.kind is not warc.RecordType.REVISIT:
            same = found.payload_digest_declared.lower() == revisit.payload_digest_declared.lower()
            if same or found.record_id == revisit.refers_to_id or found.capture.url == revisit.refers_to_uri:
                return found.capture.body
    return None


def _late(
    path: Path,
    offset: int,
    record_id: str,
    originals: _Originals,
    stored: Callable[[warc.Foreign], bytes | None],
) -> Capture | Trouble:
    for found in warc.scan(path, start=offset):
        if isinstance(found, warc.Foreign) and found.record_id == record_id:
            whole = _resolved(path, found, originals, stored)
            if whole is not None:
                return whole
            break
    return Trouble(f"{path.name}@{offset}", "a revisit of a record that is neither in this file nor in the archive")
