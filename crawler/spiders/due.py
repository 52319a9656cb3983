"""Which outlet's turn it is: of those that are enabled and not quiet, the one whose last turn is longest ago."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from archive import clock, db
from archive.errors import Busy, UsageError
from archive.home import Home
from archive.store.jobs import Jobs, Turn
from archive.store.leases import RENEW, of_host
from crawler.outlets.registry import registry
from crawler.spiders.loader import OutletLoader
from crawler.spiders.turn import Ended

__all__ = ["EVERY", "Due"]

EVERY = timedelta(hours=1)
"""How often an outlet has its turn at a worker that stays, where the settings file does not say."""


def opened(home: Home, *, create: bool) -> db.Engine:
    """The archive, to be written; with `create` one that is not there is made. Raises NoArchive."""
    if create:
        home.make()
    else:
        db.open_reader(home.database_url).dispose()  # which a writer would make, empty
    engine = db.open_writer(home.database_url, home.database_wait)
    try:
        db.ready(engine, create=create)
    except BaseException:
        engine.dispose()
        raise
    return engine


class Due:
    """The turns of enabled outlets (`only` these, where it names some), on a database that workers share, by the
    settings of that moment.

    With `stay` an outlet comes again and again; else each once that has had no turn since this was begun, or whose time
    has come, if the settings file says how often."""

    def __init__(self, settings: Callable[[], Home], only: Collection[str], *, stay: bool) -> None:
        home = settings()
        self._settings, self._only, self._stay = settings, frozenset(only), stay
        self._outlets = registry(home.outlets)
        for name in only:
            self._outlets.get(name)
        self._crawlable = frozenset(OutletLoader(home.outlets).list())
        self._began, self._tried = clock.now(), set[str]()
        self._renewed = 0.0
        create = bool(only) or any(one.enabled for one in home.schedules.values())
        self._engine = opened(home, create=create)
        self._jobs = Jobs(self._engine)
        if not self.enabled() and not only:
            self.close()
            raise UsageError("no outlet is enabled yet: begin with `palimpsest outlets enable OUTLET`")

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def enabled(self) -> list[str]:
        """The outlets that have turns: those the archive holds or a person enabled, but for those that a person or the
        settings file took out; of those that were named, whether the archive holds them or not."""
        said = dict.fromkeys(self._only, True) | self._jobs.said()
        said |= {name: one.enabled for name, one in self._settings().schedules.items() if one.enabled is not None}
        among = self._only or said.keys()
        return sorted(name for name in among if said[name] and name in self._crawlable)

    def next(self, skip: set[str]) -> str | None:
        """The outlet whose turn is due longest, and claim it."""
        now = clock.now()
        turns = {name: self._turn(name) for name in self.enabled() if not self._quiet(name, now)}
        skip = skip | self._tried | (self._elsewhere(turns) if self._stay else set())
        name = self._jobs.claim(turns, now, skip)
        if name is not None and not self._stay:
            self._tried.add(name)
        # A fork must not hold its parent's connections.
        self._engine.dispose()
        return name

    def _turn(self, name: str) -> Turn:
        every = self._settings().schedule(name).every or self._settings().every
        return Turn(every or (EVERY if self._stay else None), self._began)

    def _quiet(self, name: str, now: datetime) -> bool:
        zone = ZoneInfo(self._outlets.get(name).timezone or "UTC")
        return self._settings().schedule(name).quiet_until(now, zone) is not None

    def _elsewhere(self, names: Collection[str]) -> set[str]:
        """Those that another process is crawling, or a host of theirs."""
        held = self._jobs.held_elsewhere()
        hosts = {name: [of_host(domain.host) for domain in self._outlets.get(name).domains] for name in names}
        return {name for name in names if any(lock in held for lock in (name, *hosts[name]))}

    def tick(self, names: Sequence[str]) -> None:
        """Keep the claims of outlets that are at work."""
        if names and time.monotonic() > self._renewed + RENEW:
            self._renewed = time.monotonic()
            self._jobs.renew(names)

    def ended(self, name: str, ended: Ended, *, whole: bool) -> None:
        """Give back the claim; where another was crawling it, it is due as before."""
        whole = whole and not isinstance(ended.result.failure, Busy)
        self._jobs.end(name, clock.now(), whole=whole, read_by=ended.read_by or None)
