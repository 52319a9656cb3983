"""Groups of captures on their way into the archive: evidence synced, then rows committed, off the caller's thread.

One writer thread per process. What was added is safe when `flush` has returned; a failure of the writer is raised at
the next call, and nothing is taken after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Self

from archive.patience import patient
from archive.records import Capture, Place, Recordable
from archive.store.runs import FileFacts, Run
from archive.store.writer import Recorded, Store
from archive.warc import Original, Writer

__all__ = ["Recorder"]

GROUP = 50
"""Captures that commit together."""

_AHEAD = 2
"""Groups that may wait for the writer: memory stays flat however fast they come."""


class Recorder:
    """Writes evidence as it comes and rows in groups. `told` is called for each capture once it is committed, from the
    writer's thread."""

    def __init__(self, store: Store, run: Run, writer: Writer, told: Callable[[Recordable, Recorded], None]) -> None:
        self._store = store
        self._run = run
        self._writer = writer
        self._told = told
        self._lock = Lock()
        self._group: list[Recordable] = []
        self._waiting: list[Future[None]] = []
        self._failed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def evidence(
        self, capture: Capture, original: Original | None, made_of: str = ""
    ) -> tuple[Place, tuple[Place, ...]]:
        """Write a capture's WARC records; they are synced before any row speaks of them. `made_of` is the id of the
        record a rendered page was made of."""
        with self._lock:
            return self._writer.write(capture, original, made_of)

    def add(self, item: Recordable) -> None:
        """Take a capture; its group commits when it is full."""
        self._group.append(item)
        if len(self._group) >= GROUP:
            self._send()

    def hurry(self) -> None:
        """Send on a group that is not full, where the writer is idle. Raises what the writer raised."""
        self._settle_done()
        if not self._waiting:
            self._send()

    def _settle_done(self) -> None:
        while self._waiting and self._waiting[0].done():
            self._waiting.pop(0).result()

    def flush(self) -> None:
        """Return when everything added is committed. Raises what the writer raised."""
        self._send()
        self._settle(0)

    def files(self) -> tuple[FileFacts, ...]:
        """Close the WARC files and tell what was written."""
        with self._lock:
            self._writer.close()
            return tuple(FileFacts(file.name, file.size, file.sha256) for file in self._writer.files)

    def _send(self) -> None:
        group, self._group = self._group, []
        if group:
            self._waiting.append(self._thread.submit(self._commit, group))
        self._settle(_AHEAD)

    def _settle(self, left: int) -> None:
        while len(self._waiting) > left:
            self._waiting.pop(0).result()

    def _commit(self, group: list[Recordable]) -> None:
        if self._failed:
            return
        self._failed = True
        with self._lock:
            self._writer.sync()
        stored = patient(self._store.record)(self._run, group)
        self._failed = False
        for item, recorded in zip(group, stored, strict=True):
            if not recorded.known:
                self.counts[recorded.outcome.value] += 1
            self._told(item, recorded)
