"""Locks as rows: who holds what until when. A holder renews for as long as it is at work.

One that is dead where it can be told (`process`) is taken over at once; of any other only the time tells. The time is
that of the clock the holders share: the database server's, or the machine's where the database is a file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, literal_column, select, update

from archive.db import writing
from archive.errors import Busy, PalimpsestError
from archive.models import Instant, LeaseRow
from archive.store.process import lives, shown, this_process

__all__ = ["LENGTH", "RENEW", "Lease", "at_work", "drop", "holds", "of_host", "shared_time", "sign", "taken"]

LENGTH = timedelta(seconds=60)
"""How long a lease holds without being renewed."""

RENEW = 15.0
"""Seconds between renewals."""

LATE = timedelta(seconds=60)
"""How late a renewal may come: it waits for its turn to write (`db.BUSY_SECONDS`)."""


_TIME = {
    "postgresql": literal_column("clock_timestamp()", Instant),
    # Its microseconds since 1970.
    "sqlite": literal_column("CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)", Instant),
}


def shared_time(connection: Connection) -> datetime:
    """The time by the clock that all processes at this database share; no demonstration moves it."""
    return connection.execute(select(_TIME[connection.dialect.name])).scalar_one()


def sign(connection: Connection, name: str) -> None:
    """Take a lock that nobody else wants."""
    row = {"name": name, "process": this_process(), "expires_at": shared_time(connection) + LENGTH}
    connection.execute(insert(LeaseRow), row)


def drop(connection: Connection, name: str) -> None:
    """Forget a lock, whoever holds it."""
    connection.execute(delete(LeaseRow).where(LeaseRow.name == name))


def holds(process: str, expires_at: datetime, now: datetime) -> bool:
    """Whether a lock that somebody signed until then is theirs."""
    # Nobody signs for longer: then the clock was set back, and who lives has signed anew before long.
    return lives(process) is not False and now < expires_at <= now + LENGTH


def at_work(process: str, expires_at: datetime, now: datetime) -> bool:
    """Whether who signed is at work: it is known to live; or nothing is known and it has renewed, however late."""
    known = lives(process)
    return now - LATE < expires_at <= now + LENGTH if known is None else known


_HOST = "host "


def of_host(host: str) -> str:
    """The name of the lock of a host that outlets share."""
    return f"{_HOST}{host}"


def taken(connection: Connection) -> dict[str, str]:
    """The locks that other processes hold: by whom, by name."""
    now, rows = shared_time(connection), select(LeaseRow.name, LeaseRow.process, LeaseRow.expires_at)
    others = connection.execute(rows.where(LeaseRow.process != this_process()))
    return {name: process for name, process, until in others if holds(process, until, now)}


def _refused(connection: Connection, wanted: str) -> Busy | None:
    held = connection.execute(select(LeaseRow.process, LeaseRow.expires_at).where(LeaseRow.name == wanted)).first()
    if held is None or not holds(held.process, held.expires_at, shared_time(connection)):
        return None
    what = f"{wanted.removeprefix(_HOST)} is being {'asked' if wanted.startswith(_HOST) else 'crawled'}"
    until = f"its lock holds until {held.expires_at:%H:%M:%S} UTC"
    return Busy(f"{what} by {shown(held.process)} ({until}); wait for it or stop it")


class Lease:
    """The lock of a name, and of the hosts that are asked under it, held from `acquire` to `release` as long as it is
    renewed."""

    def __init__(self, engine: Engine, name: str, hosts: Sequence[str] = ()) -> None:
        self._engine = engine
        self._name = name
        self._names = (name, *map(of_host, dict.fromkeys(hosts)))
        self._ours = LeaseRow.name.in_(self._names) & (LeaseRow.process == this_process())

    def acquire(self) -> None:
        """Take the lock, whole or not at all. Raises Busy where a living process holds it, or one of the hosts."""
        with writing(self._engine) as connection:
            for name in self._names:
                if refused := _refused(connection, name):
                    raise refused
            for name in self._names:
                drop(connection, name)
                sign(connection, name)

    def renew(self) -> bool:
        """Hold the lock for another while; False where another has taken it over."""
        with writing(self._engine) as connection:
            until = shared_time(connection) + LENGTH
            renewed = connection.execute(update(LeaseRow).where(self._ours).values(expires_at=until))
            return bool(renewed.rowcount == len(self._names))

    def release(self) -> None:
        """Give the lock back."""
        with writing(self._engine) as connection:
            connection.execute(delete(LeaseRow).where(self._ours))

    @contextmanager
    def kept(self, lost: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Renew the lock meanwhile, by a thread: a process that is busy for long is at work nevertheless. `lost` is
        called by it, once, where another process has taken the lock over."""
        over = threading.Event()
        thread = threading.Thread(target=self._keep, args=(over, lost), name=f"lease {self._name}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(RENEW)

    def _keep(self, over: threading.Event, lost: Callable[[], None]) -> None:
        while not over.wait(RENEW):
            try:
                if not self.renew():
                    lost()
                    return
            except PalimpsestError:
                continue  # The database is busy or away: there is time for some more attempts.
