"""A living run is never sealed by another, a dead one always is, whatever host and container either is on."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from archive import db
from archive.errors import Busy
from archive.home import Home
from archive.models import LeaseRow, RunRow
from archive.records import RunKind
from archive.store import runs
from archive.store.leases import Lease
from archive.store.process import lives, this_process
from tests.archive.material import Archive, opened, world
from tests.support import sound

_HERE = this_process().split(" ")


def _named(**changed: str) -> str:
    names = ("host", "boot", "pid", "started", "namespace", "machine")
    return " ".join(changed.get(name, word) for name, word in zip(names, _HERE, strict=True))


ELSEWHERE = {
    "another kernel under the same host name": _named(boot="0b00", pid="1"),
    "a container under the same host name": _named(namespace="pid:[4026539999]", pid="999999"),
    "another machine": _named(host="other", boot="0b00", machine="0m00", pid="999999"),
    "another root file system": _named(machine="0m00"),
    "an older program's": " ".join(_HERE[:4]).replace(_HERE[2], "999999"),
}
ALIVE = {"this one": this_process(), "under a host name it no longer has": _named(host="before")}
DEAD = {"no such number": _named(pid="999999999"), "a later one of its number": _named(started="1")}


@pytest.mark.skipif(_HERE[1] == "-", reason="no /proc here: every process is known by its renewals alone")
def test_what_is_known_of_a_process() -> None:
    assert [lives(name) for name in ALIVE.values()] == [True, True]
    assert [lives(name) for name in DEAD.values()] == [False, False]
    assert {lives(name) for name in (*ELSEWHERE.values(), "", "a b c d e f", _named(boot="-", namespace="-"))} == {None}


def _begin(archive: Archive) -> runs.Run:
    return archive.begin(RunKind.INGEST, datetime(2026, 11, 16, tzinfo=UTC))


def _signed(archive: Archive, run: runs.Run, by: str, until: timedelta) -> None:
    """Let a run be another process's, which has signed for it until so long from now."""
    with db.writing(archive.engine) as connection:
        connection.execute(update(RunRow).where(RunRow.id == run.id).values(process=by))
        signed = {"process": by, "expires_at": datetime.now(UTC) + until}
        connection.execute(update(LeaseRow).where(LeaseRow.name == run.name).values(signed))


def _sealed(archive: Archive, run: runs.Run) -> bool:
    with db.reading(archive.engine) as connection:
        return connection.execute(select(RunRow.killed).where(RunRow.id == run.id)).scalar_one()


SECONDS = timedelta(seconds=1)


@pytest.mark.parametrize("by", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_run_elsewhere_is_closed_once_it_gives_no_sign_of_life(sqlite_home: Home, by: str) -> None:
    with opened(sqlite_home) as archive:
        run = _begin(archive)
        for until, dead in ((59, False), (-50, False), (-61, True)):
            _signed(archive, run, by, until * SECONDS)
            _begin(archive)
            assert _sealed(archive, run) is dead, until
        # Signed by a clock that was a year ahead, and not again since it was set right.
        run = _begin(archive)
        _signed(archive, run, by, timedelta(days=365))
        _begin(archive)
        assert _sealed(archive, run)
        archive.content()


@pytest.mark.skipif(_HERE[1] == "-", reason="no /proc here: every process is known by its renewals alone")
def test_a_run_here_is_closed_if_and_only_if_its_process_ended(home: Home) -> None:
    with opened(home) as archive:
        for signed, dead in ((ALIVE, False), (DEAD, True)):
            for by in signed.values():
                for until in (-3600, 30):
                    run = _begin(archive)
                    _signed(archive, run, by, until * SECONDS)
                    _begin(archive)
                    assert _sealed(archive, run) is dead
        archive.content()


def test_a_run_that_was_closed_all_the_same_stores_nothing_more(home: Home) -> None:
    """Paused for long, say: it must not break the seal that another has set."""
    items = world(home, 3, looks=8)
    with opened(home) as archive:
        run = _begin(archive)
        archive.store.record(run, items[:4])
        _signed(archive, run, ELSEWHERE["another machine"], timedelta(hours=-1))
        other = _begin(archive)
        with pytest.raises(Busy, match="taken for dead"):
            archive.store.record(run, items[4:])
        with pytest.raises(Busy, match="taken for dead"):
            runs.end(archive.engine, run, run.started_at, home.warc, (), {})
        archive.store.record(other, items[4:])
        runs.end(archive.engine, other, other.started_at, home.warc, (), {})
        assert _sealed(archive, run)
    sound(home)


def test_a_lock_is_taken_over_from_the_dead_alone(home: Home) -> None:
    with opened(home) as archive:
        lease = Lease(archive.engine, "site")

        def held(by: str, seconds: int) -> bool:
            with db.writing(archive.engine) as connection:
                signed = {"process": by, "expires_at": datetime.now(UTC) + seconds * SECONDS}
                connection.execute(update(LeaseRow).where(LeaseRow.name == "site").values(signed))
            with suppress(Busy):
                lease.acquire()
                return False
            return True

        lease.acquire()
        for by in ELSEWHERE.values():
            assert [held(by, seconds) for seconds in (50, -1, 3600)] == [True, False, False]
        if _HERE[1] != "-":
            assert not held(DEAD["a later one of its number"], 50)
        assert held(this_process(), 50)
        lease.release()
        lease.acquire()
        assert lease.renew()
        with db.writing(archive.engine) as connection:
            connection.execute(update(LeaseRow).values(process=ELSEWHERE["another machine"]))
        assert not lease.renew()
