"""Locks as rows: who holds what until when. A holder renews; one that is dead on this machine is taken over at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from archive.db import writing
from archive.errors import Busy
from archive.models import LeaseRow
from archive.store.runs import is_dead, this_process

__all__ = ["RENEW", "Lease"]

LENGTH = timedelta(seconds=60)
"""How long a lease holds without being renewed."""

RENEW = 15.0
"""Seconds between renewals."""


class Lease:
    """The lock of a name, held from `acquire` to `release` as long as it is renewed."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._process = this_process()

    def acquire(self, now: datetime) -> None:
        """Take the lock. Raises Busy where a living process holds it."""
        at = LeaseRow.name == self._name
        with writing(self._engine) as connection:
            held = connection.execute(select(LeaseRow.process, LeaseRow.expires_at).where(at)).first()
            if held is not None and held.expires_at > now and not is_dead(held.process):
                host, _, pid, *_ = held.process.split(" ")
                raise Busy(
                    f"{self._name} is being crawled by process {pid} on {host} (its lock holds until "
                    f"{held.expires_at:%H:%M:%S} UTC); wait for it or stop it"
                )
            connection.execute(delete(LeaseRow).where(at))
            row = {"name": self._name, "process": self._process, "expires_at": now + LENGTH}
            connection.execute(insert(LeaseRow), row)

    def renew(self, now: datetime) -> None:
        """Hold the lock for another while. Raises Busy where another has taken it over."""
        at = (LeaseRow.name == self._name) & (LeaseRow.process == self._process)
        with writing(self._engine) as connection:
            if not connection.execute(update(LeaseRow).where(at).values(expires_at=now + LENGTH)).rowcount:
                raise Busy(f"the lock of {self._name} was taken over by another process")

    def release(self) -> None:
        """Give the lock back."""
        at = (LeaseRow.name == self._name) & (LeaseRow.process == self._process)
        with writing(self._engine) as connection:
            connection.execute(delete(LeaseRow).where(at))
