"""Pages the archive holds, read back from their WARC records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from archive import warc
from archive.errors import Damaged, Withdrawn
from archive.records import Capture, Hop, Judgement, Place, Reading
from archive.store.lookups import Lookups, Standing
from archive.store.writer import capture_uid
from crawler.extract.examine import Fault
from crawler.outlets.revisions import GENERAL_READERS
from crawler.pipeline.executor import Result

__all__ = ["Bytes", "ReadAgain", "ReadBy", "Stored", "capture_at", "read_stale", "why_not"]


def capture_at(folder: Path, place: Place) -> Capture:
    """The capture at a place, as far as its record tells. Raises Damaged."""
    return warc.capture_from(warc.read_at(folder, place))


class KnowsParts(Protocol):
    """Who knows which pages belong together; `Lookups` does."""

    def parts(self, uid: bytes, /) -> Sequence[Place]:
        """Where the further pages stand that a capture was read with, in their order."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Where stored pages are: the folder of the WARC files, and who knows which pages belong together."""

    folder: Path
    lookups: KnowsParts

    def capture(self, place: Place, uid: bytes) -> Capture:
        """The capture at a place, as far as its record tells, with the further pages it was read with. Raises
        Damaged."""
        parts = (capture_at(self.folder, one) for one in self.lookups.parts(uid))
        hops = tuple(Hop(one.url, one.status, one.headers, one.body) for one in parts)
        return replace(capture_at(self.folder, place), parts=hops)


ReadBy = Callable[[Capture, str], Result]
"""Reads a stored page by the reader its article is read by (empty: not decided)."""


def why_not(judgement: Judgement) -> str:
    """Why a page that was an article is not read as one any more."""
    if isinstance(judgement, Fault):
        return judgement.reason
    return f"today's rules say {judgement.verdict}{judgement.reason and f', {judgement.reason}'}"


def _again(held: Bytes, one: Standing, by: ReadBy, reader: str) -> Reading | str:
    """What the page of a version says by today's rules; or why it keeps its old reading."""
    try:
        found = by(held.capture(one.place, one.uid), reader)
    except Damaged as problem:
        return str(problem)
    return found.reading or why_not(found.judgement)


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """An article's versions that today's rules had not read: each with what it says by them, or why it keeps its old
    reading; and the reader the article is read by (empty: that of a layout that is described, as each page shows it).

    Where nobody described a layout there are two readers, of which the first version that was stored decides: once at a
    revision, so that two looks never differ by that."""

    versions: tuple[tuple[Standing, Reading | str], ...]
    reader: str


def read_stale(held: Bytes, standing: Iterable[Standing], current: frozenset[str], by: ReadBy) -> ReadAgain:
    """Read again which of an article's versions were read at none of the current revisions."""
    read: list[tuple[Standing, Reading | str]] = []
    reader = ""
    for one in standing:
        if known := one.revisions & current:
            reader = reader or _decided(name.partition("@")[0] for name in sorted(known))
            continue
        reading = _again(held, one, by, reader)
        read.append((one, reading))
        if isinstance(reading, Reading):
            reader = reader or _decided([reading.reader])
    return ReadAgain(tuple(read), reader)


def _decided(names: Iterable[str]) -> str:
    return next((name for name in names if name in GENERAL_READERS), "")


class Stored:
    """The payloads that revisits repeat. `noted` hears of one that is asked for and damaged; `flush` commits what was
    taken and is not committed yet."""

    def __init__(self, folder: Path, lookups: Lookups, noted: Callable[[str], None], flush: Callable[[], None]) -> None:
        self._folder = folder
        self._lookups = lookups
        self._noted = noted
        self._flush = flush

    def payload(self, revisit: warc.Foreign) -> bytes | None:
        """What a revisit repeats, where the archive holds it."""
        if revisit.refers_to_uri and revisit.refers_to_date is not None:
            return self._body(self._lookups.place(revisit.refers_to_uri, revisit.refers_to_date))
        # Older tools name what a revisit repeats by its digest alone.
        url, declared = revisit.capture.url if revisit.capture else "", revisit.payload_digest_declared
        bodies = map(self._body, self._lookups.places(url)) if declared and not revisit.not_modified else ()
        return next((body for body in bodies if body is not None and warc.agrees(declared, body)), None)

    def repeated(self, revisit: warc.StoredRecord) -> tuple[bytes, str] | None:
        """What a revisit of our own repeats, and the public id of the capture that holds it."""
        if revisit.refers_to_date is None:
            return None
        first = Capture(revisit.refers_to_url, revisit.refers_to_date, b"", revisit.status)
        place = self._lookups.place_of(capture_uid(first, revisit.digest))
        # It may have been asked for at another address, or answered otherwise.
        place = place or self._lookups.place(revisit.refers_to_url, revisit.refers_to_date)
        body = self._body(place)
        same = body is not None and hashlib.sha256(body).digest() == revisit.digest
        return (body, place.revisit_of) if place and body is not None and same else None

    def has_record(self, outlet: str, capture: Capture) -> bool:
        """Whether the record of a look is stored, as a look of the outlet or on the way to one of any."""
        return self._lookups.is_recorded(outlet, capture, self._date)

    def _date(self, place: Place) -> datetime | None:
        try:
            return warc.read_at(self._folder, place).date
        except (Damaged, Withdrawn):
            return None

    def settle(self) -> None:
        """Have everything that was taken so far be found from now on."""
        self._flush()

    def _body(self, place: Place | None) -> bytes | None:
        try:
            return capture_at(self._folder, place).body if place else None
        except Damaged as problem:
            self._noted(str(problem))
            return None
