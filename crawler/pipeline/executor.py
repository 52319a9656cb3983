"""Reading captures wherever that is done: what is asked, what comes of it, and what an engine has to do that takes the
place of this machine's processes (`workers`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from archive.records import Capture, Content, Domain, Judgement, Reading, ReadingId
from archive.store.texts import content
from crawler.extract.examine import Fault, examine
from crawler.outlets.base import Outlet
from crawler.outlets.learnt import NOTHING, Learnt
from crawler.outlets.registry import registry

__all__ = ["Executor", "Pending", "Result", "Task", "read", "read_all"]


@dataclass(frozen=True, slots=True)
class Task:
    """A capture to read, the name of the outlet it is of, and what was learnt of that, and which domains it had been
    given, when the run began; and the readings that are known of what its address names."""

    capture: Capture
    outlet: str
    learnt: Learnt = NOTHING
    added: tuple[Domain, ...] = ()
    known: frozenset[ReadingId] = frozenset()

    def taught(self, outlet: Outlet) -> Outlet:
        """The outlet as the run knows it."""
        return replace(outlet.with_domains(self.added) if self.added else outlet, learnt=self.learnt)


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


class Executor(Protocol):
    """Has captures read: `read_all` is pure, and it and all it takes and gives can be pickled."""

    def submit(self, tasks: Sequence[Task]) -> Pending:
        """Begin to read captures: one result for each, in the same order, whatever becomes of a page."""

    def close(self) -> None:
        """Read nothing more; what has not been got is let go."""


def read_all(folder: Path, tasks: Sequence[Task]) -> list[Result]:
    """Read captures; `folder` holds the operator's outlet files."""
    outlets = registry(folder)
    named = (outlets.named(task.outlet, task.capture.url, task.capture.fetched_at) for task in tasks)
    return [
        read(task.capture, task.taught(outlet), known=task.known) for task, outlet in zip(tasks, named, strict=True)
    ]


def read(capture: Capture, outlet: Outlet, reader: str = "", known: frozenset[ReadingId] = frozenset()) -> Result:
    """Read a capture, and bring its reading into the form in which it is stored; `reader` and `known` as for `examine`.
    Never raises."""
    judgement, reading = examine(capture, outlet, reader, known)
    try:
        # What a page shows is packed in the content; it need not travel twice.
        return Result(judgement, replace(reading, page_words=None), content(reading)) if reading else Result(judgement)
    except Exception as problem:  # noqa: BLE001 - what is read may be what cannot be stored
        return Result(Fault.of(problem))
