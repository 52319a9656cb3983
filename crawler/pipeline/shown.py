"""What a page holds, what would be stored of it, and what a source lists: found out as everything is that looks into
what an outlet sent, elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.records import Capture, Judgement, Reading, Verdict
from crawler.discover import Discovery, discover
from crawler.extract.account import Account, account
from crawler.extract.examine import Fault, examine
from crawler.extract.left import share
from crawler.outlets.base import Outlet
from crawler.outlets.find import Find
from crawler.outlets.registry import registry
from crawler.parse.page import load
from crawler.pipeline.executor import Task
from crawler.pipeline.workers import LONGEST, LocalExecutor, Stopped

__all__ = ["Shown", "listed", "show"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page is judged to be, of an article its reading, and where each of its texts went with the share of its
    sentences that the reading left, where that was asked."""

    judgement: Judgement
    reading: Reading | None = None
    account: Account | None = None
    left: float = 0.0


def show(pool: LocalExecutor, folder: Path, capture: Capture, outlet: Outlet, *, everything: bool) -> Shown:
    """A page as it would be read; `folder` holds the operator's outlet files."""
    try:
        return pool.call(LONGEST, _shown, folder, Task.of(capture, outlet), everything)
    except Stopped as stopped:
        return Shown(Fault(Verdict.UNREADABLE, str(stopped)))


def _shown(folder: Path, task: Task, everything: bool) -> Shown:
    outlet = task.whose(registry(folder))
    judgement, reading = examine(task.capture, outlet)
    if not everything:
        return Shown(judgement, reading)
    page = load(task.capture, outlet.charset)
    return Shown(judgement, reading, account(page, reading), share(page, reading) if reading else 0.0)


def listed(pool: LocalExecutor, find: Find, capture: Capture) -> Discovery:
    """What a feed, sitemap or listing gives that an outlet is searched by."""
    headers = (capture.header("Content-Type"), capture.header("Content-Encoding"))
    try:
        return pool.call(LONGEST, discover, find, capture.landed, capture.body, *headers)
    except Stopped as stopped:
        return Discovery(problem=str(stopped))
