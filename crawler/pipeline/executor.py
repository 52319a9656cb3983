"""Reading captures wherever that is done: what is asked, what comes of it, and what an engine has to do that takes the
place of this machine's processes (`workers`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from archive.records import Capture, Content, Domain, Judgement, Reading, ReadingId
from crawler.extract.examine import Fault, examine
from crawler.outlets.base import Outlet
from crawler.outlets.learnt import NOTHING, Learnt
from crawler.outlets.registry import Registry, registry

__all__ = ["Executor", "Pending", "Read", "Result", "Task", "one_by_one", "read_all", "read_one"]


@dataclass(frozen=True, slots=True)
class Task:
    """A capture to read, the name of the outlet it is of, and what was learnt of that, and which domains it had been
    given, when the run began; the readings that are known of what its address names; and the reader its article is
    read by since its first look (empty: that is not decided yet)."""

    capture: Capture
    outlet: str
    learnt: Learnt = NOTHING
    added: tuple[Domain, ...] = ()
    known: frozenset[ReadingId] = frozenset()
    reader: str = ""

    @classmethod
    def of(cls, capture: Capture, outlet: Outlet, known: frozenset[ReadingId] = frozenset(), reader: str = "") -> Task:
        """A capture to read as a page of an outlet."""
        return cls(capture, outlet.name, outlet.learnt, outlet.added, known, reader)

    def whose(self, outlets: Registry) -> Outlet:
        """The outlet as the run knows it."""
        known = replace(outlets, added={self.outlet: self.added}) if self.added else outlets
        return replace(known.named(self.outlet, self.capture.url, self.capture.fetched_at), learnt=self.learnt)


@dataclass(frozen=True, slots=True)
class Result:
    """What a page is judged to be, and of an article its reading, also as it is stored."""

    judgement: Judgement
    reading: Reading | None = None
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Results that are there or will be: `get` waits for them, `ready` says whether it would not have to."""

    get: Callable[[], list[Result]]
    ready: Callable[[], bool] = lambda: True


Read = Callable[[Capture, Outlet, str], Result]
"""Reads one page as an outlet's, by a reader (empty: that is not decided), within the bounds of whoever reads."""


class Executor(Protocol):
    """Has captures read: `read_all` is pure, and it and all it takes and gives can be pickled."""

    def submit(self, tasks: Sequence[Task]) -> Pending:
        """Begin to read captures: one result for each, in the same order, whatever becomes of a page."""

    def close(self) -> None:
        """Read nothing more; what has not been got is let go."""


def read_all(folder: Path, tasks: Sequence[Task]) -> list[Result]:
    """Read captures; `folder` holds the operator's outlet files."""
    outlets = registry(folder)
    return [read_one(task, task.whose(outlets)) for task in tasks]


def one_by_one(executor: Executor) -> Read:
    """Reading one page after another, each where an executor reads."""
    return partial(_by, executor)


def _by(executor: Executor, capture: Capture, outlet: Outlet, reader: str) -> Result:
    return executor.submit([Task.of(capture, outlet, reader=reader)]).get()[0]


def read_one(task: Task, outlet: Outlet) -> Result:
    """Read a capture, and bring its reading into the form in which it is stored. Never raises."""
    # What stores texts is loaded by whoever stores one: to look into a page needs none of it.
    from archive.store.texts import content

    judgement, reading = examine(task.capture, outlet, task.reader, task.known)
    try:
        # What a page shows is packed in the content; it need not travel twice.
        return Result(judgement, replace(reading, page_words=None), content(reading)) if reading else Result(judgement)
    except Exception as problem:  # noqa: BLE001 - what is read may be what cannot be stored
        return Result(Fault.of(problem))
