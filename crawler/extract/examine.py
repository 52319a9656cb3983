"""Capture -> verdict and reading: the one way every page is read, live or given, again or only to be shown. Pure."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from archive import text
from archive.records import Capture, Judgement, Reading, ReadingId, Source, Verdict
from crawler.extract import ends, furniture, layout, parts
from crawler.extract.doubts import doubts
from crawler.extract.letters import with_doubt
from crawler.extract.page_words import page_words
from crawler.extract.pager import pager
from crawler.extract.refusal import refusal
from crawler.extract.verdict import judge, was_fetched
from crawler.outlets.base import Outlet
from crawler.parse.page import Page, load

__all__ = ["Fault", "examine"]


@dataclass(frozen=True, slots=True)
class Fault(Judgement):
    """The judgement of a page over which our own code failed: unreadable, with how and where it failed."""

    @classmethod
    def of(cls, problem: Exception) -> Fault:
        """What a page is judged to be over which this was raised."""
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        failed = f"our reader failed: {type(problem).__name__} at {where}"
        return cls(Verdict.UNREADABLE, f"{failed}; please report this line, and send the page with it")


def examine(
    capture: Capture, outlet: Outlet, reader: str = "", known: frozenset[ReadingId] = frozenset()
) -> tuple[Judgement, Reading | None]:
    """A capture's verdict and, where it is an article, its reading. Never raises: whatever a page holds must not stop
    what reads it. Where our code fails, the judgement is a `Fault`.

    `reader` names the reader its article is read by since its first look (empty: that is not decided yet), so that two
    looks are never read by two. Where the reading is one of those that are `known`, it is without what the page shows
    around it: an earlier look has told that.
    """
    try:
        # Of a piece over several pages, what is read of one is no reading of the whole.
        return _walked(capture, outlet, reader, frozenset() if capture.parts else known)
    except Exception as problem:  # noqa: BLE001
        return Fault.of(problem), None


def _walked(
    capture: Capture, outlet: Outlet, reader: str, known: frozenset[ReadingId]
) -> tuple[Judgement, Reading | None]:
    """A page, with those that belong to it."""
    page = load(capture, outlet.charset)
    judgement, reading = _alone(page, capture, outlet, reader, known)
    if reading is None or capture.source is Source.GIVEN_TEXT:
        return judgement, reading
    around = pager(page)
    if further := parts.part(around):
        return further, None

    def read(of: Capture, by: str) -> tuple[Page, Reading | Judgement]:
        other = load(of, outlet.charset)
        said, found = _alone(other, of, outlet, by, frozenset())
        return other, found or said

    return judgement, parts.whole(page.url, around, capture, reading, read)


def _alone(
    page: Page, capture: Capture, outlet: Outlet, reader: str, known: frozenset[ReadingId]
) -> tuple[Judgement, Reading | None]:
    """Judge, read, strip, check."""
    judgement = judge(capture, page, outlet)
    # Whoever describes an outlet knows that its pages end.
    missing_end = ends.missing(page, expected=was_fetched(capture) and not outlet.general)
    if judgement.verdict is not Verdict.ARTICLE:
        return _or_cut(judgement, missing_end), None
    raw = layout.read(page, outlet, capture.fetched_at, reader)
    if isinstance(raw, Judgement):
        return _or_cut(raw, missing_end), None
    reading = with_doubt(page, furniture.strip(raw, outlet))
    after = refusal(page, reading, missing_end)
    if after is not None:
        return _or_cut(after, missing_end), None
    is_known = bool(known) and ReadingId(reading.revision, text.fingerprint(reading)) in known
    shown = None if is_known else page_words(page, reading)
    return judgement, replace(reading, doubts=doubts(page, reading, missing_end), page_words=shown)


_LACKING = frozenset({Verdict.EMPTY_SHELL, Verdict.UNREADABLE})


def _or_cut(judgement: Judgement, missing_end: str) -> Judgement:
    """A page that lacks its text and its end has lost both at once."""
    return Judgement(Verdict.CUT, missing_end) if missing_end and judgement.verdict in _LACKING else judgement
