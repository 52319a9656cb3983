"""A WACZ file (1.1.1): WARC files, their index and a list of pages in one zip, each with its digest.

https://specs.webrecorder.net/wacz/1.1.1/. What is written is told by what goes in alone: no time of writing, no order
that may differ. Members stand in the order of `datapackage.json`, which names all but itself and its own digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive.warc.format import stamp

__all__ = ["LARGE", "PAGES", "Facts", "Member", "Package", "named", "page"]

_PAGES = {"format": "json-pages-1.0", "id": "pages", "title": "All pages", "hasText": True}
PAGES = json.dumps(_PAGES) + "\n"
"""The first line of a list of pages."""

LARGE = 2_000_000_000
"""Bytes from which on a member needs the larger form of zip."""

_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Facts:
    """What `datapackage.json` says besides its members: a title, when what it holds was as it is, which program made
    it, and the address and time of the page to begin with (empty: none)."""

    title: str
    created: datetime
    software: str
    main_url: str = ""
    main_at: datetime | None = None


def page(uid: str, url: str, at: datetime, title: str, text: str) -> str:
    """A line of the list of pages, its end included."""
    return json.dumps({"id": uid, "url": url, "ts": stamp(at), "title": title, "text": text}) + "\n"


class Member:
    """A member as it is written: its size so far and its digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Write bytes, as any file does."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    @property
    def digest(self) -> str:
        """As `datapackage.json` writes it."""
        return f"sha256:{self._hash.hexdigest()}"


class Package:
    """Members one after the other, then `finish`."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w", ZIP_STORED)
        self._listed: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self._zip.close()

    @contextmanager
    def stream(self, name: str, *, packed: bool = False, large: bool = False) -> Iterator[Member]:
        """A member of less than `LARGE` bytes, unless it is said to be `large`, which players do not find their way in.
        `packed` ones are deflated, which none in `archive/` may be."""
        with self._zip.open(named(name, packed=packed), "w", force_zip64=large) as file:
            member = Member(file)
            yield member
        self._list(name, member.digest, member.size)

    def put(self, name: str, data: bytes) -> None:
        """A small member, as it is."""
        self._zip.writestr(named(name), data)
        self._list(name, f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))

    def _list(self, path: str, digest: str, size: int) -> None:
        self._listed.append({"name": path.rsplit("/", 1)[-1].lower(), "path": path, "hash": digest, "bytes": size})

    def finish(self, facts: Facts, sign: Callable[[str, str], dict[str, str]] | None = None) -> str:
        """Write what names all members, and the digest of that, which is given back. `sign` makes `signedData` of that
        digest and the time of creation."""
        main = {"mainPageUrl": facts.main_url, "mainPageDate": facts.main_at and stamp(facts.main_at)}
        told = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": facts.title,
            "created": stamp(facts.created),
            "software": facts.software,
            **(main if facts.main_url else {}),
            "resources": self._listed,
        }
        data = json.dumps(told, indent=1).encode()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        self._zip.writestr(named("datapackage.json"), data)
        sealed: dict[str, Any] = {"path": "datapackage.json", "hash": digest}
        if sign is not None:
            sealed["signedData"] = sign(digest, stamp(facts.created))
        self._zip.writestr(named("datapackage-digest.json"), json.dumps(sealed, indent=1).encode())
        return digest


def named(name: str, *, packed: bool = False) -> ZipInfo:
    """A member that says nothing of this machine or of now."""
    made = ZipInfo(name, _NO_TIME)
    made.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
    made.create_system = 3
    made.external_attr = 0o644 << 16
    return made
