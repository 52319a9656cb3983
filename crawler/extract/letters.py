"""Were a page's letters read right? What makes those of a reading doubtful. Pure."""

from __future__ import annotations

from dataclasses import replace

from archive.records import Doubt, DoubtKind, Reading
from crawler.parse.page import Page

__all__ = ["with_doubt"]


def with_doubt(page: Page, reading: Reading) -> Reading:
    """The reading, with what makes its letters doubtful among its doubts."""
    reason = _reason(page, reading)
    return replace(reading, doubts=(*reading.doubts, Doubt(DoubtKind.WRONG_LETTERS, reason))) if reason else reading


def _reason(page: Page, reading: Reading) -> str:
    if page.zeros:
        return f"zero bytes stand where letters may have been: {page.zeros:,}"
    shown = "".join((reading.headline, reading.description, *reading.authors, *(block.text for block in reading.body)))
    lost = shown.count("\ufffd")
    return "" if shown.isascii() else page.doubt or (f"letters are lost: {lost:,}" if lost else "")
