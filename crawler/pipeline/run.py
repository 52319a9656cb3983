"""A run on an open archive: who writes, who may be asked, and how it ends."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from archive import db
from archive.home import Home
from archive.records import RunKind
from archive.store import runs
from archive.store.lookups import Lookups
from archive.store.runs import FileFacts, Run
from archive.store.writer import Store

__all__ = ["OpenRun", "opened", "program"]


def program() -> str:
    """The name and version of the program, as runs keep it."""
    return f"palimpsest {version('palimpsest')}"


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has begun: its row, the archive's writer, and what may be asked of the archive meanwhile."""

    home: Home
    run: Run
    now: Callable[[], datetime]
    store: Store
    lookups: Lookups

    def end(self, files: Sequence[FileFacts], counts: Counter[str]) -> None:
        """End and seal it, with the WARC files it wrote. Without this the next run seals what was committed."""
        runs.end(self.store.engine, self.run, self.now(), self.home.warc, files, counts)


@contextmanager
def opened(
    home: Home,
    kind: RunKind,
    now: Callable[[], datetime],
    *,
    settings: str,
    revisions: frozenset[str],
    create: bool = False,
) -> Iterator[OpenRun]:
    """Open the archive and begin a run; its row keeps digests of the settings and of the revisions that are current.
    With `create` an archive that is not there is made."""
    with ExitStack() as stack:
        engine = db.open_writer(home.database_url)
        stack.callback(engine.dispose)
        db.ready(engine, create=create)
        begun = runs.begin(
            engine,
            kind,
            now(),
            home.warc,
            program=program(),
            settings=hashlib.sha256(settings.encode()).digest(),
            outlets=hashlib.sha256("\n".join(sorted(revisions)).encode()).digest(),
        )
        reader = db.open_reader(home.database_url)
        stack.callback(reader.dispose)
        yield OpenRun(home, begun, now, Store(engine), stack.enter_context(Lookups(reader)))
