"""What the archive knows of the clocks of runs: which were off, what hosts said of this machine's last, and the latest
time it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from archive.models import RunRow
from archive.timeline import CLOCK_OFF

__all__ = ["KnownClock", "known"]


@dataclass(frozen=True, slots=True)
class KnownClock:
    """The last run of which hosts told how many seconds its clock was ahead (run empty: none), when it began; and the
    latest time of any run, by a clock that was neither moved on purpose nor found to be off."""

    run: str = ""
    ahead: int = 0
    began: datetime | None = None
    newest: datetime | None = None

    @property
    def off(self) -> bool:
        """Whether the clock of that run was off."""
        return abs(self.ahead) > CLOCK_OFF.total_seconds()


def known(connection: Connection) -> KnownClock:
    """What is known of the clock."""
    time = RunRow.started_at.type
    told = select(RunRow.name, RunRow.clock_ahead, RunRow.started_at).where(RunRow.clock_ahead.is_not(None))
    last = connection.execute(told.order_by(RunRow.id.desc()).limit(1)).first()
    sound = func.abs(func.coalesce(RunRow.clock_ahead, 0)) <= CLOCK_OFF.total_seconds()
    latest = func.max(func.coalesce(RunRow.ended_at, RunRow.started_at, type_=time), type_=time)
    newest = connection.execute(select(latest).where(RunRow.clock_moved == 0, sound)).scalar()
    if last is None:
        return KnownClock(newest=newest)
    return KnownClock(last.name, last.clock_ahead or 0, last.started_at, newest)
