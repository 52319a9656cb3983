"""A stretch of a WARC file, read whole: the task of an engine. Pure: the same file and rules give the same readings."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive import warc
from archive.errors import BadInput
from archive.records import Capture
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry
from crawler.pipeline.executor import Task, read_one
from crawler.pipeline.rules import Rules, here, within_bounds
from crawler.pipeline.sources.originals import Originals
from crawler.pipeline.sources.warc import Warc

__all__ = ["LENGTH", "Chosen", "Readings", "Stretch", "cut", "fact_of", "read_stretch", "whose"]

LENGTH = 16_000_000
"""Bytes of a file that are one task: some thousand pages, half a minute, a few megabytes of readings."""

_LONGEST = 64_000_000
"""Bytes of a record beyond which it is passed over, packed or not."""

MOST = 100_000_000
"""Bytes of readings that a task gives back; what is behind these is read by whoever asked."""

Chosen = Callable[[Registry, Capture], Outlet | None]
"""Whose page a capture is, or that it is not wanted; goes to the workers."""


def whose(name: str | None, outlets: Registry, capture: Capture) -> Outlet:
    """Whose page a capture is: of the outlet that is named, else as its addresses say."""
    return outlets.get(name) if name else outlets.for_capture(capture)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The records of a file that begin from one byte on and before another."""

    file: warc.Within
    start: int
    end: int

    def captures(self) -> Iterator[Capture]:
        """The captures that have a payload here, each with its digest. Raises BadInput."""
        for item in Warc(self.file, Originals(), self.start, self.end).captures(_Nothing()):
            if item.capture is not None:
                yield replace(item.capture, digest=hashlib.sha256(item.capture.body).digest())


class _Nothing:
    """What the archive holds, for whoever may not ask it."""

    def payload(self, _revisit: warc.Foreign) -> bytes | None:
        """Nothing is known."""
        return None

    def repeated(self, _revisit: warc.StoredRecord) -> tuple[bytes, str] | None:
        """Nothing is known."""
        return None

    def settle(self) -> None:
        """Nothing was given."""


def cut(file: Path | warc.Within) -> Iterator[Stretch]:
    """A file as stretches, in their order, under a name that holds in any process; of each, the first true start of a
    record is looked for. Where bytes only look like one, what is read there is asked for by nobody. Raises BadInput."""
    try:
        whole = file if isinstance(file, warc.Within) else warc.Within(file, file.name, 0, file.stat().st_size)
    except OSError as problem:
        raise BadInput(f"{file} cannot be read: {problem.strerror}") from None
    for start in range(0, max(whole.end - whole.start, 1), LENGTH):
        # Where nothing begins, no more is looked through than the longest record that is taken.
        end = min(whole.end, whole.start + start + LENGTH + _LONGEST)
        yield Stretch(replace(whole, path=whole.path.absolute(), end=end), start, start + LENGTH)


@dataclass(frozen=True, slots=True)
class Readings:
    """What captures were read as: each `Result`, packed, by the fact of its capture."""

    packed: dict[bytes, bytes]


def fact_of(task: Task) -> bytes:
    """What tells a capture from all others, and whose page it is taken for: a digest over all that is known of it."""
    bare = replace(task.capture, body=b"")
    return hashlib.sha256(repr((bare, task.outlet)).encode("utf-8", "surrogatepass")).digest()


def read_stretch(rules: Rules, stretch: Stretch, chosen: Chosen) -> Readings:
    """Read what stands in a stretch. Raises BadInput where the file cannot be read here, and Mismatch."""
    outlets = rules.outlets()
    found: dict[bytes, bytes] = {}
    size = 0
    try:
        for capture in stretch.captures():
            outlet = chosen(outlets, capture)
            if outlet is None:
                continue
            task = Task.of(capture, outlet)
            with within_bounds():
                packed = pickle.dumps(read_one(task, task.whose(outlets)))
            size += len(packed)
            if size > MOST:
                break
            found[fact_of(task)] = packed
    except BadInput as problem:
        raise BadInput(f"{here()} cannot read it: {problem}; a file must have the same name on every machine") from None
    return Readings(found)
