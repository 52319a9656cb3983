"""What a source of pages is: something that gives captures, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from archive import warc
from archive.records import Capture, Place

__all__ = ["Item", "Source", "Stored"]


@dataclass(frozen=True, slots=True)
class Item:
    """What a source holds at one place: a capture; or None, where it cannot be taken from there (`where`), and why
    (`trouble`). `place` is that of a record in our own WARC files, which needs no copy."""

    capture: Capture | None = None
    place: Place | None = None
    where: str = ""
    trouble: str = ""


class Stored(Protocol):
    """What the archive holds already, for a source that refers to it."""

    def payload(self, revisit: warc.Foreign) -> bytes | None:
        """What a revisit repeats; None where it is not held."""

    def repeated(self, revisit: warc.StoredRecord) -> tuple[bytes, str] | None:
        """What a revisit of our own repeats, and the public id of the capture that holds it; None likewise."""


class Source(Protocol):
    """A place pages come from."""

    def check(self) -> None:
        """Look for whatever can be seen to be wrong before anything is stored. Raises BadInput, naming file or line."""

    def captures(self, stored: Stored, /) -> Iterator[Item]:
        """What it holds, in its order, each read when it is its turn. Raises BadInput where it cannot go on."""
