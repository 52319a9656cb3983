"""Capture -> verdict and reading: the one way every page is read, live or given, again or only to be shown. Pure."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from archive.records import Capture, Judgement, Reading, Verdict
from crawler.extract import furniture, layout
from crawler.extract.letters import with_doubt
from crawler.extract.refusal import refusal
from crawler.extract.verdict import judge
from crawler.outlets.base import Outlet
from crawler.parse.page import load

__all__ = ["Fault", "examine"]


@dataclass(frozen=True, slots=True)
class Fault(Judgement):
    """The judgement of a page over which our own code failed: unreadable, with how and where it failed."""

    @classmethod
    def of(cls, problem: Exception) -> Fault:
        """What a page is judged to be over which this was raised."""
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        return cls(Verdict.UNREADABLE, f"our reader failed: {type(problem).__name__} at {where}")


def examine(capture: Capture, outlet: Outlet) -> tuple[Judgement, Reading | None]:
    """A capture's verdict and, where it is an article, its reading. Never raises: whatever a page holds must not stop
    what reads it. Where our code fails, the judgement is a `Fault`."""
    try:
        return _walked(capture, outlet)
    except Exception as problem:  # noqa: BLE001
        return Fault.of(problem), None


def _walked(capture: Capture, outlet: Outlet) -> tuple[Judgement, Reading | None]:
    """Load, judge, read, strip, check."""
    page = load(capture, outlet.charset)
    judgement = judge(capture, page, outlet)
    if judgement.verdict is not Verdict.ARTICLE:
        return judgement, None
    raw = layout.read(page, outlet, capture.fetched_at)
    if isinstance(raw, Judgement):
        return raw, None
    reading = with_doubt(page, furniture.strip(raw, outlet))
    after = refusal(page, reading)
    return (judgement, reading) if after is None else (after, None)
