"""What makes a reading doubtful, though it refuses nothing? Pure."""

from __future__ import annotations

from archive.records import Doubt, DoubtKind, Reading
from crawler.extract.damage import damage
from crawler.parse.page import Page

__all__ = ["doubts"]


def doubts(page: Page, reading: Reading, missing_end: str) -> tuple[Doubt, ...]:
    """What is doubtful of a reading, each kind once: what its reader doubted comes first, then what the page shows.

    `missing_end` is what shows that the end of the document is missing.
    """
    found = list(reading.doubts)
    if missing_end:
        found.append(Doubt(DoubtKind.NO_END, missing_end))
    elif why := damage(page, reading):  # where a document breaks off it looks damaged too
        found.append(Doubt(DoubtKind.SLOPPY_MARKUP, why))
    return tuple({doubt.kind: doubt for doubt in reversed(found)}.values())[::-1]
