"""A run on an open archive: who writes, who may be asked, and how it ends."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from archive import clock, db
from archive.home import Home
from archive.masking import masked
from archive.records import RunKind
from archive.store import brake, runs
from archive.store.leases import Lease
from archive.store.lookups import Lookups
from archive.store.runs import FileFacts, Run
from archive.store.seals import Head
from archive.store.writer import Store
from archive.wording import counted
from crawler.outlets.registry import Registry
from crawler.pipeline.outlets import taught

__all__ = ["OpenRun", "opened", "program"]


def program() -> str:
    """The name and version of the program, as runs keep it."""
    return f"palimpsest {version('palimpsest')}"


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has begun: its row, the archive's writer, what may be asked of the archive meanwhile, and the outlets
    with what the archive had learnt of them when it began."""

    home: Home
    run: Run
    now: Callable[[], datetime]
    store: Store
    lookups: Lookups
    outlets: Registry

    def braked(self) -> Iterator[str]:
        """The outlets whose brake is on after it, each in one line."""
        with db.reading(self.store.engine) as connection:
            for outlet, held in brake.of_run(connection, self.run.id):
                articles = counted(held, "article")
                yield (
                    f"{outlet}: the brake is on: {articles} of those looked at last read unlike before, "
                    "and none is believed by repetition until the outlet is as it was. Why: "
                    f"`palimpsest held --outlet {outlet}`. If it means it: `palimpsest release {outlet} --by NAME "
                    "--because WORDS`"
                )

    def end(self, files: Sequence[FileFacts], counts: Counter[str]) -> Head:
        """End and seal it, with the WARC files it wrote; the head of the chain then. Without this the next run seals
        what was committed."""
        return runs.end(self.store.engine, self.run, self.now(), self.home.warc, files, counts)


def _added(outlets: Registry) -> list[str]:
    return sorted(f"{name} {one}" for name, domains in outlets.added.items() for one in domains)


@contextmanager
def opened(
    home: Home,
    kind: RunKind,
    now: Callable[[], datetime],
    *,
    settings: str,
    outlets: Registry,
    create: bool = False,
) -> Iterator[OpenRun]:
    """Open the archive and begin a run; its row keeps digests of the settings and of the revisions that are current,
    what was learnt of outlets included. With `create` an archive that is not there is made."""
    with ExitStack() as stack:
        engine = db.open_writer(home.database_url, home.database_wait)
        stack.callback(engine.dispose)
        db.ready(engine, create=create)
        known = taught(outlets, engine)
        begun = runs.begin(
            engine,
            kind,
            now(),
            home.warc,
            clock.moved(),
            program=program(),
            settings=hashlib.sha256(masked(settings).encode()).digest(),
            outlets=hashlib.sha256("\n".join((*sorted(known.revisions()), *_added(known))).encode()).digest(),
        )
        stack.enter_context(Lease(engine, begun.name).kept())
        reader = db.open_reader(home.database_url, home.database_wait)
        stack.callback(reader.dispose)
        yield OpenRun(home, begun, now, Store(engine), stack.enter_context(Lookups(reader)), known)
