"""WACZ: a ZIP archive of WARC files with a list of what it holds, their digests, and perhaps a signature.

Versions 1.0 to 1.1.1 and the draft of 1.2.0: https://specs.webrecorder.net/wacz/1.1.1/. What is stored is read where it
stands; what is packed is unpacked to a temporary file, never by the name it states.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from archive import warc
from archive.errors import BadInput
from crawler.pipeline.sources.files import beginning
from crawler.pipeline.sources.originals import Originals
from crawler.pipeline.sources.protocol import Item, Stored
from crawler.pipeline.sources.signature import Signed, signer
from crawler.pipeline.sources.warc import Warc

if TYPE_CHECKING:
    from archive.proof.stamps import Roots

__all__ = ["Wacz", "is_zip"]

_MOST_ENTRIES = 100_000
_LARGEST_DIRECTORY = 50_000_000
"""Bytes of a ZIP archive's directory, which is held in memory as a whole."""
_LARGEST_JSON = 16_000_000
_MOST_PACKED = 200
"""How many times larger than packed an entry may be: deflate does a thousand, pages some ten."""
_CHUNK = 1 << 20
_UNREADABLE = (BadZipFile, EOFError, LZMAError, OSError, NotImplementedError, RuntimeError, ValueError, zlib.error)
"""What reading a damaged ZIP archive raises."""
_LOCAL = struct.Struct("<4s22xHH")
_END = struct.Struct("<12xL6x")
_END_64 = struct.Struct("<40xQ8x")
_LOCATOR = 20


def is_zip(path: Path) -> bool:
    """Whether a file begins as a ZIP archive does. Raises BadInput."""
    return beginning(path).startswith(b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class Wacz:
    """A WACZ file; `originals` are those of all files of the call, `roots` whom the caller trusts to say who signed."""

    path: Path
    originals: Originals
    roots: Roots | None = None

    def check(self) -> None:
        """Raise BadInput where it is no WACZ, or made to do harm."""
        with self._opened() as archive:
            if not any(map(_is_archived, archive.infolist())):
                raise BadInput(f"{self.path} is a ZIP archive, but no WACZ: it holds no WARC file below `archive/`")

    def captures(self, stored: Stored) -> Iterator[Item]:
        """What is to be told of the package, then the captures of its WARC files, in order of their names."""
        with self._opened() as archive:
            yield from self._told(archive)
            for entry in _archived(archive):
                try:
                    place = self._place(archive, entry)
                except _UNREADABLE as problem:
                    yield self._trouble(entry.filename, f"cannot be unpacked: {str(problem) or 'it breaks off'}")
                    continue
                yield from Warc(place, self.originals).captures(stored)

    def files(self) -> Iterator[warc.Within]:
        """Its WARC files that stand in it unpacked, in the order of `captures`, where what is wrong is told."""
        with self._opened() as archive:
            for entry in _archived(archive):
                with suppress(BadZipFile, OSError):
                    if _stands(entry):
                        yield self._within(entry)

    def _trouble(self, name: str, what: str) -> Item:
        return Item(where=f"{self.path.name}!{name}", trouble=what)

    # --- the ZIP archive -----------------------------------------------------------------------------------------

    def _opened(self) -> ZipFile:
        """Raises BadInput where it cannot be read, or is made to do harm."""
        try:
            _refuse_directory(self.path)
            archive = ZipFile(self.path)
        except _UNREADABLE as problem:
            raise BadInput(f"{self.path} is a damaged ZIP archive: {problem}") from None
        try:
            _refuse_hostile(archive)
        except BadZipFile as problem:
            archive.close()
            raise BadInput(f"{self.path} is refused: {problem}") from None
        return archive

    def _place(self, archive: ZipFile, entry: ZipInfo) -> Path | warc.Within:
        """Where an entry's bytes are. Raises BadZipFile, OSError."""
        if _stands(entry):
            return self._within(entry)
        folder = self.originals.folder()
        if entry.file_size > shutil.disk_usage(folder).free:
            raise OSError(f"{entry.file_size} bytes unpacked, and no room for them in {folder}")
        unpacked = Path(mkdtemp(dir=folder), "unpacked.warc")
        with archive.open(entry) as packed, unpacked.open("wb") as file:
            shutil.copyfileobj(packed, file, _CHUNK)
        return warc.Within(unpacked, self._name(entry), 0, entry.file_size)

    def _within(self, entry: ZipInfo) -> warc.Within:
        start = _begins(self.path, entry)
        return warc.Within(self.path, self._name(entry), start, start + entry.file_size)

    def _name(self, entry: ZipInfo) -> str:
        return f"{self.path.name}!{entry.filename}"

    # --- what it says of itself ----------------------------------------------------------------------------------

    def _told(self, archive: ZipFile) -> Iterator[Item]:
        names = {entry.filename: entry for entry in archive.infolist()}
        data, package = _json(archive, names.get("datapackage.json"))
        if not package:
            yield self._trouble("datapackage.json", "is missing or no JSON object: no digest can be checked")
            return
        version = package.get("wacz_version") or package.get("version") or "not stated"
        signed = self._signed(archive, names, data)
        if signed.wrong:
            yield self._trouble("datapackage-digest.json", signed.words)
        words = "" if signed.wrong else f"; {signed.words}"
        yield Item(where=self.path.name, note=f"WACZ, version {str(version)[:20]}{words}")
        listed = _resources(package)
        for path, digest in listed.items():
            if wrong := _wrong(archive, names.get(path), digest):
                yield self._trouble(path[:500], wrong)
        for name in sorted(names.keys() - listed.keys()):
            if _is_archived(names[name]):
                yield self._trouble(name, "is not listed in datapackage.json: no digest and no signature covers it")

    def _signed(self, archive: ZipFile, names: dict[str, ZipInfo], data: bytes) -> Signed:
        """What its signature comes to."""
        _, digest = _json(archive, names.get("datapackage-digest.json"))
        if not digest:
            return Signed("not signed")
        found = f"sha256:{hashlib.sha256(data).hexdigest()}"
        if digest.get("hash") != found:
            return Signed("datapackage.json differs from its digest", wrong=True)
        signed = digest.get("signedData")
        return signer(signed, found, self.roots) if isinstance(signed, dict) else Signed("not signed")


def _archived(archive: ZipFile) -> list[ZipInfo]:
    """The WARC files of a package, in order of their names."""
    return sorted(filter(_is_archived, archive.infolist()), key=lambda one: one.filename)


def _stands(entry: ZipInfo) -> bool:
    """Whether an entry's bytes stand in the archive as they are."""
    return entry.compress_type == ZIP_STORED and not entry.flag_bits & 1


def _is_archived(entry: ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    return path.parts[:1] == ("archive",) and not entry.is_dir()


def _resources(package: dict[str, Any]) -> dict[str, str]:
    """The digests of the entries that a package lists, by their names."""
    found = package.get("resources")
    listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return {str(one.get("path", "")): str(one.get("hash", "")) for one in listed}


def _refuse_directory(path: Path) -> None:
    """Raises BadZipFile before a directory is read that would fill the memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if 0 <= at <= len(tail) - _END.size and (length := _directory(tail, at)) > _LARGEST_DIRECTORY:
        raise BadZipFile(f"its directory has {length} bytes")


def _directory(tail: bytes, at: int) -> int:
    """How many bytes the directory has. Beyond 4 GiB that stands before the end that everybody knows, and counts
    whatever this says."""
    far = at - _END_64.size - _LOCATOR
    if far >= 0 and tail.startswith(b"PK\x06\x07", at - _LOCATOR) and tail.startswith(b"PK\x06\x06", far):
        return int(_END_64.unpack_from(tail, far)[0])
    return int(_END.unpack_from(tail, at)[0])


def _refuse_hostile(archive: ZipFile) -> None:
    """Raises BadZipFile for what no tool writes: entries over one another, or that unpack to a thousandfold."""
    entries = sorted(archive.infolist(), key=lambda one: one.header_offset)
    if len(entries) > _MOST_ENTRIES:
        raise BadZipFile(f"it has {len(entries)} entries")
    if len({entry.filename for entry in entries}) < len(entries):
        raise BadZipFile("it has several entries of one name")
    ends = 0
    for entry in entries:
        name = entry.filename[:200]
        if entry.header_offset < ends:
            raise BadZipFile(f"its entry {name!r} lies over another, as in a ZIP bomb")
        ends = entry.header_offset + 30 + entry.compress_size
        if entry.file_size > _MOST_PACKED * entry.compress_size + _LARGEST_JSON:
            raise BadZipFile(
                f"its entry {name!r} unpacks to {entry.file_size} bytes from {entry.compress_size}: a ZIP bomb"
            )


def _begins(path: Path, entry: ZipInfo) -> int:
    """Where the bytes of a stored entry begin. Raises BadZipFile."""
    with path.open("rb") as file:
        file.seek(entry.header_offset)
        head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
        raise BadZipFile("no entry begins where the directory says")
    _, name, extra = _LOCAL.unpack(head)
    return entry.header_offset + _LOCAL.size + int(name) + int(extra)


def _json(archive: ZipFile, entry: ZipInfo | None) -> tuple[bytes, dict[str, Any]]:
    """An entry's bytes, and the object they are; none where it is not there or is no such."""
    if entry is None or entry.file_size > _LARGEST_JSON:
        return b"", {}
    try:
        data = archive.read(entry)
        found = json.loads(data)
    except (*_UNREADABLE, RecursionError):
        return b"", {}
    return data, found if isinstance(found, dict) else {}


def _wrong(archive: ZipFile, entry: ZipInfo | None, declared: str) -> str:
    """What is wrong with an entry that the package lists; empty where nothing is."""
    if entry is None:
        return "is listed in datapackage.json, and not there"
    name, _, value = declared.partition(":")
    if name not in {"sha256", "md5", "sha1", "sha512"}:
        return f"has a digest that cannot be checked ({declared[:20]!r})"
    digest = hashlib.new(name, usedforsecurity=False)
    try:
        with archive.open(entry) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except _UNREADABLE as problem:
        return f"cannot be unpacked: {str(problem) or 'it breaks off'}"
    return "" if digest.hexdigest() == value.lower() else "differs from its digest in datapackage.json"
