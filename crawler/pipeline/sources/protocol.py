"""What a source of pages is: something that gives captures, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from archive import warc
from archive.records import Capture, Place

__all__ = ["Item", "Source", "Stored"]


@dataclass(frozen=True, slots=True)
class Item:
    """What a source holds at one place: a capture; or None, where it cannot be taken from there (`where`), and why
    (`trouble`), or what else is to be told of it (`note`). `place` is that of a record in our own WARC files, which
    needs no copy; `file` and `offset` are where a record of others stands, whose reading may be there already."""

    capture: Capture | None = None
    place: Place | None = None
    where: str = ""
    trouble: str = ""
    note: str = ""
    file: Path | warc.Within | None = None
    offset: int = 0


class Stored(Protocol):
    """What the archive holds, for a source that refers to it: also what was just given, once that is settled."""

    def payload(self, revisit: warc.Foreign) -> bytes | None:
        """What a revisit repeats; None where it is not held."""

    def repeated(self, revisit: warc.StoredRecord) -> tuple[bytes, str] | None:
        """What a revisit of our own repeats, and the public id of the capture that holds it; None likewise."""

    def settle(self) -> None:
        """Have everything that was given so far be found from now on. It takes its time: once a file, at its end."""


class Source(Protocol):
    """A place pages come from."""

    def check(self) -> None:
        """Look for whatever can be seen to be wrong before anything is stored. Raises BadInput, naming file or line."""

    def captures(self, stored: Stored, /) -> Iterator[Item]:
        """What it holds, in its order, each read when it is its turn. Raises BadInput where it cannot go on."""
