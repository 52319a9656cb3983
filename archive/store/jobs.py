"""Whose turn it is: the outlets that `palimpsest run` crawls, shared by any number of workers on one database.

A worker claims an outlet for its turn and renews the claim while that lasts. One that died lets it lapse, and the turn,
which did not come to its end, is due at once. A claim spares two workers the same errand; that no outlet and no host is
asked by two is the lock's doing, which a crawl takes (`leases`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update

from archive.db import explained, reading, writing
from archive.models import JobRow, OutletRow
from archive.patience import patient
from archive.store import leases
from archive.store.process import this_process

__all__ = ["Jobs", "Turn"]

_WRONG_CLOCK = timedelta(minutes=5)
"""What began so much later than now began by a clock that was ahead."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When an outlet's turn is due: `every` so often, or where `since` then none has begun."""

    every: timedelta | None
    since: datetime

    def before(self, now: datetime) -> datetime:
        """A last turn that began before this is long enough ago."""
        return self.since if self.every is None else now - self.every


class Jobs:
    """The turns of an archive's outlets. Each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @patient
    def say(self, outlet: str, *, enabled: bool) -> None:
        """Let an outlet be crawled by `run`, or not, from now on."""
        with writing(self._engine) as connection:
            _ensure(connection, [outlet])
            connection.execute(update(JobRow).where(JobRow.name == outlet).values(enabled=enabled))

    @patient
    def said(self) -> dict[str, bool]:
        """What persons said of outlets; of those that are only held: that they are enabled."""
        with reading(self._engine) as connection:
            held = dict.fromkeys(connection.execute(select(OutletRow.name)).scalars(), True)
            rows = select(JobRow.name, JobRow.enabled).where(JobRow.enabled.is_not(None))
            return held | {name: bool(enabled) for name, enabled in connection.execute(rows)}

    @patient
    def held_elsewhere(self) -> Mapping[str, str]:
        """The locks that others hold: by whom, by name; those of hosts among them (`leases.of_host`)."""
        with reading(self._engine) as connection:
            return leases.taken(connection)

    @patient
    def claim(self, turns: Mapping[str, Turn], now: datetime, skip: Collection[str] = ()) -> str | None:
        """Claim the outlet whose turn is due longest; None where none is, or others are claiming it just now."""
        wanted = [name for name in turns if name not in skip]
        if not wanted:
            return None
        self._know(wanted)
        with _claiming(self._engine) as connection:
            for seen in self._due(connection, {name: turns[name] for name in wanted}, now):
                if _claimed(connection, seen, now):
                    return str(seen.name)
        return None

    def _know(self, names: Sequence[str]) -> None:
        with reading(self._engine) as connection:
            known = set(connection.execute(select(JobRow.name).where(JobRow.name.in_(names))).scalars())
        if unknown := [name for name in names if name not in known]:
            with writing(self._engine) as connection:
                _ensure(connection, unknown)

    @staticmethod
    def _due(connection: Connection, turns: Mapping[str, Turn], now: datetime) -> Sequence[Any]:
        by: dict[datetime, list[str]] = {}
        for name, turn in turns.items():
            by.setdefault(turn.before(now), []).append(name)
        due = or_(*(and_(JobRow.name.in_(names), JobRow.begun_at < before) for before, names in by.items()))
        wrong = JobRow.begun_at > now + _WRONG_CLOCK
        asked = _STANDING.where(JobRow.name.in_(turns), or_(due, wrong, _unfinished()))
        return connection.execute(asked.order_by(JobRow.begun_at.asc().nulls_first(), JobRow.name)).all()

    @patient
    def renew(self, names: Collection[str]) -> None:
        """Keep what this worker has claimed for another while."""
        with _claiming(self._engine) as connection:
            until = leases.shared_time(connection) + leases.LENGTH
            connection.execute(update(JobRow).where(_ours(names)).values(claimed_until=until))

    @patient
    def end(self, name: str, now: datetime, *, whole: bool, read_by: str | None = None) -> None:
        """Give a claim back; a turn that was not `whole` is due again."""
        values: dict[str, object] = {"process": "", "claimed_until": None}
        if read_by is not None:
            values["read_by"] = read_by
        with _claiming(self._engine) as connection:
            begun = connection.execute(select(JobRow.begun_at).where(JobRow.name == name)).scalar()
            if whole:
                # A clock that was set back meanwhile must not make it look unfinished.
                values["ended_at"] = max(now, begun or now)
            connection.execute(update(JobRow).where(_ours([name])).values(values))

    @patient
    def read_by(self, name: str) -> str:
        """The digest of the revisions an outlet's pages were last read again by; empty: they never were."""
        with reading(self._engine) as connection:
            return connection.execute(select(JobRow.read_by).where(JobRow.name == name)).scalar() or ""


def _unfinished() -> ColumnElement[bool]:
    return or_(JobRow.begun_at.is_(None), JobRow.ended_at.is_(None), JobRow.ended_at < JobRow.begun_at)


def _ours(names: Collection[str]) -> ColumnElement[bool]:
    return and_(JobRow.name.in_(names), JobRow.process == this_process())


def _ensure(connection: Connection, names: Sequence[str]) -> None:
    known = set(connection.execute(select(JobRow.name).where(JobRow.name.in_(names))).scalars())
    if rows := [{"name": name, "process": "", "read_by": ""} for name in names if name not in known]:
        connection.execute(insert(JobRow), rows)


@contextmanager
def _claiming(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes claims alone. On PostgreSQL it does not wait for whoever writes to the archive."""
    if engine.dialect.name == "sqlite":
        with writing(engine) as connection:
            yield connection
    else:
        with explained(), engine.begin() as connection:
            yield connection


_STANDING = select(JobRow.name, JobRow.begun_at, JobRow.ended_at, JobRow.process, JobRow.claimed_until)


def _claimed(connection: Connection, seen: Any, now: datetime) -> bool:
    """Whether an outlet could be claimed: nobody else is claiming it, or has, or has ended its turn since it was seen
    to be due."""
    name = seen.name
    held = connection.execute(_STANDING.where(JobRow.name == name).with_for_update(skip_locked=True)).first()
    if held is None or (held.begun_at, held.ended_at) != (seen.begun_at, seen.ended_at):
        return False
    clock = leases.shared_time(connection)
    if held.process and leases.holds(held.process, held.claimed_until or clock, clock):
        return False
    values = {"process": this_process(), "claimed_until": clock + leases.LENGTH, "begun_at": now}
    connection.execute(update(JobRow).where(JobRow.name == name).values(values))
    return True
