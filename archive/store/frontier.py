"""Discovered addresses and where each stands; requests that ended without an answer; how fast a host is asked.

An address is one discovery of its outlet. It is `captured` only by the transaction that stores its capture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, func, insert, or_, select, update

from archive.db import reading, writing
from archive.discovery import Found
from archive.models import AddressRow, AttemptRow, CaptureRow, DiscoveryRow, OutletRow, PaceRow, RunRow, table_of
from archive.patience import patient
from archive.records import Attempt, DiscoveryState, OutletFacts, Source, Verdict
from archive.store import named as named_changes
from archive.store import planned, recheck, watches
from archive.store.batch import Later
from archive.store.intern import Intern
from archive.store.recheck import Steps
from archive.store.runs import Run

__all__ = ["Discoveries", "Trace", "answered", "stands"]

MOST_ATTEMPTS = 5
"""Attempts without an answer after which an address is given up."""

_PASSING = frozenset({Verdict.ERROR_PAGE, Verdict.CUT, Verdict.CAPTCHA, Verdict.CONSENT})
"""Verdicts that say more of the moment than of the page."""

FIRST_WAIT = timedelta(minutes=10)
"""How long after a failed attempt an address is asked for again; twice as long after each further one."""

LONGEST_WAIT = FIRST_WAIT * 2**MOST_ATTEMPTS
"""What waits for longer was put off by a clock that was ahead."""


class Discoveries:
    """The crawl's memory in the archive. Each call is a transaction of its own; used by one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._intern = Intern()

    @patient
    def add(self, facts: OutletFacts, named: Sequence[Found], at: datetime) -> int:
        """Store what was named and not known yet; returns how many that were."""
        if not named:
            return 0
        with writing(self._engine) as connection:
            self._intern.forget()
            outlet = self._intern.outlet(connection, facts)
            self._intern.addresses(connection, (one.url for one in named))
            rows = {self._intern.address(connection, one.url): one for one in named}
            known = self._known(connection, outlet, rows.keys())
            fresh = [
                {
                    "outlet_id": outlet,
                    "address_id": address,
                    "found_in_id": self._intern.address(connection, one.seen_in) if one.seen_in else None,
                    "found_at": at,
                    "state": DiscoveryState.WAITING,
                    "title": one.title,
                    "published": one.published,
                    "modified": one.modified,
                    "attempts": 0,
                }
                for address, one in rows.items()
                if address not in known
            ]
            if fresh:
                connection.execute(insert(DiscoveryRow), fresh)
            named_changes.note(connection, outlet, {one: rows[one].modified for one in known}, at)
        self._intern.keep()
        return len(fresh)

    @patient
    def again(self, facts: OutletFacts, urls: Sequence[str], at: datetime) -> dict[str, DiscoveryState]:
        """Add what a person hands in; what had been given up waits again. Returns where each address stands now."""
        self.add(facts, [Found(url, "") for url in urls], at)
        states: dict[str, DiscoveryState] = {}
        with writing(self._engine) as connection:
            self._intern.forget()
            outlet = self._intern.outlet(connection, facts)
            for url in urls:
                address = self._intern.address(connection, url)
                here = and_(DiscoveryRow.outlet_id == outlet, DiscoveryRow.address_id == address)
                vain = DiscoveryRow.state.in_((DiscoveryState.GIVEN_UP, DiscoveryState.FAILED))
                connection.execute(update(DiscoveryRow).where(here, vain).values(**_AWAKE))
                states[url] = connection.execute(select(DiscoveryRow.state).where(here)).scalar_one()
        self._intern.keep()
        return states

    @staticmethod
    def _known(connection: Connection, outlet: int, addresses: Collection[int]) -> set[int]:
        found: set[int] = set()
        wanted = list(addresses)
        for start in range(0, len(wanted), 5000):
            some = DiscoveryRow.address_id.in_(wanted[start : start + 5000])
            found |= set(
                connection.execute(
                    select(DiscoveryRow.address_id).where(DiscoveryRow.outlet_id == outlet, some)
                ).scalars()
            )
        return found

    @patient
    def waiting(self, outlet: str, now: datetime, limit: int, skip: Collection[str]) -> list[str]:
        """Addresses of an outlet that wait and are due, the newest first."""
        statement = (
            select(AddressRow.url)
            .join(DiscoveryRow, DiscoveryRow.address_id == AddressRow.id)
            .join(OutletRow, OutletRow.id == DiscoveryRow.outlet_id)
            .where(*_due(outlet, now))
            .order_by(DiscoveryRow.id.desc())
        )
        return self._unasked(statement, limit, skip)

    @patient
    def count(self, outlet: str, now: datetime) -> int:
        """How many addresses of an outlet wait and are due."""
        statement = select(func.count()).select_from(DiscoveryRow)
        with reading(self._engine) as connection:
            joined = statement.join(OutletRow, OutletRow.id == DiscoveryRow.outlet_id).where(*_due(outlet, now))
            return connection.execute(joined).scalar_one()

    @patient
    def asked(self, outlet: str, since: datetime, now: datetime) -> int:
        """How many requests of our own were planned for an outlet since then, answered or not."""
        runs = select(RunRow.id).where(or_(RunRow.ended_at.is_(None), RunRow.ended_at >= since))
        own = CaptureRow.source.in_((Source.OWN_HTTP, Source.OWN_BROWSER))
        captures = select(func.count()).select_from(CaptureRow).where(CaptureRow.fetched_at.between(since, now), own)
        attempts = select(func.count()).select_from(AttemptRow).where(AttemptRow.at.between(since, now))
        with reading(self._engine) as connection:
            whose = select(OutletRow.id).where(OutletRow.name == outlet).scalar_subquery()
            return sum(
                connection.execute(counted.where(row.outlet_id == whose, row.run_id.in_(runs))).scalar_one()
                for row, counted in ((CaptureRow, captures), (AttemptRow, attempts))
            )

    @patient
    def to_recheck(
        self,
        outlet: str,
        now: datetime,
        steps: Steps,
        limit: int,
        skip: Collection[str],
        least: float | None = None,
    ) -> list[str]:
        """Addresses of known articles that are due: those that a person watches; where there is a plan, those that
        their source says have changed, while at least this share of such words is true (`least`), and those that the
        plan wants; then those whose last look is too old for their age, the oldest last look first."""

        def first(connection: Connection, number: int, now: datetime, most: int) -> list[int]:
            found = watches.due(connection, number, now)
            if least is not None:
                found += named_changes.due(connection, number, now, most, least)
                found += planned.due(connection, number, now, most)
            return list(dict.fromkeys(found))

        return recheck.due(self._engine, outlet, now, steps, limit, skip, first)

    def _unasked(self, statement: object, limit: int, skip: Collection[str]) -> list[str]:
        found: list[str] = []
        with reading(self._engine) as connection:
            for (url,) in connection.execute(statement):  # type: ignore[call-overload]
                if url not in skip:
                    found.append(url)
                if len(found) >= limit:
                    break
        return found

    @patient
    def awake(self, outlet: str) -> int:
        """Let addresses that had no browser wait for the next crawl; returns how many."""
        here = select(OutletRow.id).where(OutletRow.name == outlet).scalar_subquery()
        asleep = and_(DiscoveryRow.outlet_id == here, DiscoveryRow.state == DiscoveryState.NO_BROWSER)
        with writing(self._engine) as connection:
            return connection.execute(update(DiscoveryRow).where(asleep).values(_AWAKE)).rowcount

    @patient
    def settle(self, facts: OutletFacts, url: str, state: DiscoveryState) -> None:
        """Put an address into a state."""
        with writing(self._engine) as connection:
            self._set(connection, facts, url, state=state)
        self._intern.keep()

    def _set(self, connection: Connection, facts: OutletFacts, url: str, **values: object) -> None:
        self._intern.forget()
        outlet, address = self._intern.outlet(connection, facts), self._intern.address(connection, url)
        at = and_(DiscoveryRow.outlet_id == outlet, DiscoveryRow.address_id == address)
        connection.execute(update(DiscoveryRow).where(at).values(**values))

    @patient
    def failed(
        self,
        run: Run,
        facts: OutletFacts,
        url: str,
        word: Attempt,
        said: str,
        at: datetime,
        *,
        final: bool,
        asked: bool = True,
    ) -> None:
        """Note a request that ended without an answer; its address waits longer each time, and is given up at last.

        `final` says that asking again would change nothing: the address takes the word as its state. A discovery whose
        host was not `asked` stands as it stood."""
        with writing(self._engine) as connection:
            self._intern.forget()
            outlet, address = self._intern.outlet(connection, facts), self._intern.address(connection, url)
            here = and_(DiscoveryRow.outlet_id == outlet, DiscoveryRow.address_id == address)
            tried = connection.execute(select(DiscoveryRow.attempts).where(here)).scalar()
            if tried is not None and not asked:
                return
            row = {"run_id": run.id, "outlet_id": outlet, "address_id": address, "at": at, "word": word}
            connection.execute(insert(AttemptRow), {**row, "reason_id": self._intern.reason(connection, said)})
            if tried is not None:
                connection.execute(
                    update(DiscoveryRow).where(here).values(**_after(word if final else None, tried + 1, at))
                )
        self._intern.keep()

    @patient
    def pace(self, host: str) -> float | None:
        """Seconds between two requests to a host when it was last asked."""
        with reading(self._engine) as connection:
            found = connection.execute(select(PaceRow.milliseconds).where(PaceRow.host == host)).scalar()
        return None if found is None else found / 1000

    @patient
    def keep_pace(self, host: str, seconds: float, at: datetime) -> None:
        """Remember how fast a host is asked."""
        values = {"milliseconds": round(seconds * 1000), "at": at}
        with writing(self._engine) as connection:
            if not connection.execute(update(PaceRow).where(PaceRow.host == host).values(values)).rowcount:
                connection.execute(insert(PaceRow), {"host": host, **values})


def _due(outlet: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OutletRow.name == outlet,
        DiscoveryRow.state == DiscoveryState.WAITING,
        or_(DiscoveryRow.next_at.is_(None), DiscoveryRow.next_at <= now, DiscoveryRow.next_at > now + LONGEST_WAIT),
    )


_AWAKE = {"state": DiscoveryState.WAITING, "attempts": 0, "next_at": None}
_FINAL = {
    Attempt.ROBOTS: DiscoveryState.ROBOTS,
    Attempt.OFF_LIMITS: DiscoveryState.OFF_LIMITS,
    Attempt.NO_BROWSER: DiscoveryState.NO_BROWSER,
}


def _after(word: Attempt | None, tried: int, at: datetime) -> dict[str, object]:
    """How a discovery stands after its so-manieth attempt without an answer."""
    if word in _FINAL:
        return {"attempts": tried, "state": _FINAL[word], "next_at": None}
    return _after_failing(tried, at, DiscoveryState.GIVEN_UP)


_DISCOVERY = table_of(DiscoveryRow)
_HERE = and_(_DISCOVERY.c.outlet_id == bindparam("outlet"), _DISCOVERY.c.address_id == bindparam("address"))
_CAPTURED = update(_DISCOVERY).where(_HERE).values(state=bindparam("captured"))
_TRIED = select(_DISCOVERY.c.attempts).where(_HERE, _DISCOVERY.c.state == DiscoveryState.WAITING)
_PUT_OFF = (
    update(_DISCOVERY)
    .where(_HERE)
    .values(state=bindparam("new_state"), attempts=bindparam("new_attempts"), next_at=bindparam("new_next_at"))
)


def answered(connection: Connection, later: Later, where: tuple[int, int], verdict: Verdict, at: datetime) -> None:
    """Say of an address (the integers of its outlet and its own) that was answered where its discovery stands: captured
    with this transaction, not before."""
    here = dict(zip(("outlet", "address"), where, strict=True))
    if verdict not in _PASSING:
        later.add(_CAPTURED, {**here, "captured": DiscoveryState.CAPTURED})
        return
    # What passes is asked for again, a few times; an article that is known is looked at again anyway.
    tried = connection.execute(_TRIED, here).scalar()
    if tried is not None:
        stands = _after_failing(tried + 1, at, DiscoveryState.FAILED)
        connection.execute(_PUT_OFF, {**here, **{f"new_{name}": value for name, value in stands.items()}})


def _after_failing(tried: int, at: datetime, at_last: DiscoveryState) -> dict[str, object]:
    """How a discovery stands that was asked for in vain so many times: it waits twice as long each time, and takes a
    state at last."""
    if tried >= MOST_ATTEMPTS:
        return {"attempts": tried, "state": at_last, "next_at": None}
    return {"attempts": tried, "state": DiscoveryState.WAITING, "next_at": at + FIRST_WAIT * 2 ** (tried - 1)}


@dataclass(frozen=True, slots=True)
class Trace:
    """What came of asking for an address: the verdict of a capture, or the word of an attempt without an answer."""

    at: datetime
    verdict: Verdict | None
    word: Attempt | None


def stands(traces: Iterable[Trace]) -> DiscoveryState:
    """Where an address stands after these, in order of time."""
    state = DiscoveryState.WAITING
    for tried, one in enumerate(traces, 1):
        if one.verdict is not None and one.verdict not in _PASSING:
            return DiscoveryState.CAPTURED
        at_last = DiscoveryState.GIVEN_UP if one.verdict is None else DiscoveryState.FAILED
        final = None if one.word is None else _FINAL.get(one.word)
        state = final or (at_last if tried >= MOST_ATTEMPTS else DiscoveryState.WAITING)
    return state
