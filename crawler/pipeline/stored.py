"""Pages the archive holds, read back from their WARC records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from archive import warc
from archive.errors import Damaged
from archive.records import Capture, Place, Reading
from archive.store.lookups import Lookups
from archive.store.writer import capture_uid
from crawler.extract.examine import Fault, examine
from crawler.outlets.base import Outlet

__all__ = ["Stored", "capture_at", "read_again"]


def capture_at(folder: Path, place: Place) -> Capture:
    """The capture at a place, as far as its record tells. Raises Damaged."""
    return warc.capture_from(warc.read_at(folder, place))


def read_again(folder: Path, place: Place, whose: Callable[[Capture], Outlet]) -> Reading | str:
    """What a stored page says by today's rules; or why a version read from it keeps its old reading."""
    try:
        capture = capture_at(folder, place)
    except Damaged as problem:
        return str(problem)
    judgement, reading = examine(capture, whose(capture))
    said = judgement.reason if isinstance(judgement, Fault) else f"today's rules say {judgement.verdict}"
    return reading or said


class Stored:
    """The payloads that revisits repeat. `noted` hears of one that is asked for and damaged."""

    def __init__(self, folder: Path, lookups: Lookups, noted: Callable[[str], None]) -> None:
        self._folder = folder
        self._lookups = lookups
        self._noted = noted

    def payload(self, revisit: warc.Foreign) -> bytes | None:
        """What a revisit repeats, where the archive holds it."""
        if not revisit.refers_to_uri or revisit.refers_to_date is None:
            return None
        return self._body(self._lookups.place(revisit.refers_to_uri, revisit.refers_to_date))

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

    def _body(self, place: Place | None) -> bytes | None:
        try:
            return capture_at(self._folder, place).body if place else None
        except Damaged as problem:
            self._noted(str(problem))
            return None
