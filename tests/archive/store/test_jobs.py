"""Turns: each outlet is claimed by one worker, when its time has come, and again when that worker is dead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from archive import db
from archive.home import Home
from archive.models import JobRow
from archive.store.jobs import Jobs, Turn
from tests.archive.material import Archive, opened

_NOW = datetime(2026, 11, 16, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_ELSEWHERE = "other 0b00 1 1 pid:[1] 0m00"


def _claims(archive: Archive, names: list[str]) -> list[str | None]:
    """Claim one after the other, over a connection of one's own, until nothing is left."""
    engine, found = db.open_writer(archive.home.database_url), list[str | None]()
    try:
        for _ in range(2 * len(names)):
            found.append(Jobs(engine).claim({name: Turn(None, _NOW) for name in names}, _NOW))
    finally:
        engine.dispose()
    return found


def test_an_outlet_is_claimed_once_by_workers_that_ask_at_the_same_moment(home: Home) -> None:
    names = [f"o{n}" for n in range(12)]
    with opened(home) as archive, ThreadPoolExecutor(4) as workers:
        claimed = [name for found in workers.map(lambda _: _claims(archive, names), range(4)) for name in found if name]
        assert sorted(claimed) == sorted(names)
        archive.content()


def test_a_turn_is_due_when_its_time_has_come_or_who_had_it_is_dead(home: Home) -> None:
    with opened(home) as archive:
        jobs = Jobs(archive.engine)

        def claim(hours: float, every: timedelta | None = _HOUR) -> bool:
            now = _NOW + hours * _HOUR
            return jobs.claim({"paper": Turn(every, now)}, now) is not None

        def signed(seconds: float) -> None:
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            with db.writing(archive.engine) as connection:
                connection.execute(update(JobRow).values(process=_ELSEWHERE, claimed_until=until))

        assert [claim(0), claim(0), claim(2)] == [True, False, False], "it is at work"
        jobs.end("paper", _NOW, whole=True)
        assert [claim(0.9), claim(1.1)] == [False, True]
        # Its machine dies: nobody takes it before the claim lapses, and then at once.
        signed(50)
        assert not claim(1.2)
        signed(-1)
        assert claim(1.2)
        jobs.end("paper", _NOW, whole=False)
        assert claim(1.3), "it did not come to its end"
        jobs.end("paper", _NOW, whole=True)
        # Begun by a clock that was a year ahead.
        assert claim(24 * 365)
        jobs.end("paper", _NOW, whole=True)
        assert [claim(1.5), claim(1.6, None)] == [True, False]
        jobs.end("paper", _NOW, whole=True)
        assert [claim(1.6, None), jobs.said()] == [True, {}]
        jobs.say("paper", enabled=False)
        assert jobs.said() == {"paper": False}
        archive.content()
