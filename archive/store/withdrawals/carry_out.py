"""Carrying out a withdrawal: put on record, put under seal, rows emptied, records expunged, free pages swept.

Each step can be repeated: killed at any moment, a withdrawal was not begun, or the next call finishes it. It is under
seal before anything goes, so that the seals before it are of what was there, and say for ever what each row was.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from archive import failpoints, warc
from archive.db import explained, reading, writing
from archive.errors import Busy, Damaged, NotFound
from archive.models import CaptureRow, HopRow, WarcFileRow, WithdrawalRow, WithdrawnRow, table_of
from archive.records import RunKind
from archive.search import index
from archive.store import packed, runs, sealed
from archive.store.decisions import Word
from archive.store.leases import Lease
from archive.store.withdrawals import ledger, rows
from archive.store.withdrawals.ledger import DONE, OPEN, PLANNED, Withdrawal
from archive.store.withdrawals.plan import Going
from archive.warc import cold

__all__ = ["alone", "begun", "finish", "put_on_record", "take_back"]

_WITHDRAWAL, _WITHDRAWN = table_of(WithdrawalRow), table_of(WithdrawnRow)
_FILE = table_of(WarcFileRow)


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """One withdraws at a time. Raises Busy."""
    lease = Lease(engine, "withdrawals")
    lease.acquire()
    try:
        with lease.kept():
            yield
    finally:
        lease.release()


def put_on_record(engine: Engine, kind: str, target: str, word: Word, going: Going) -> int:
    """Put on record what is to go, with the digests that stand for it; the integer of the withdrawal. Raises Busy where
    a run still writes to a file that is concerned."""
    with writing(engine) as connection:
        if kind == "expunge":
            _refuse_open_files(connection, {file for file, _ in going.records})
        values = {"kind": kind, "target": target, "at": word.at, "person": word.person, "reason": word.reason}
        made = connection.execute(insert(_WITHDRAWAL).values(**values, state=PLANNED)).inserted_primary_key
        assert made is not None
        rows_ = (*_digests(connection, going, again=kind == "expunge"), *_payloads(connection, going))
        told = [{"withdrawal_id": made[0], **row} for row in rows_]
        if told:
            connection.execute(insert(_WITHDRAWN), told)
    failpoints.reach("withdrawal-planned")
    return int(made[0])


def _refuse_open_files(connection: Connection, files: set[int]) -> None:
    unfinished = select(_FILE.c.name).where(_FILE.c.id.in_(files), _FILE.c.digest.is_(None))
    if name := connection.execute(unfinished).scalar():
        raise Busy(f"a run still writes to warc/{name}, which holds some of it: expunge it when that has ended")


def _digests(connection: Connection, going: Going, *, again: bool) -> Iterator[dict[str, Any]]:
    """The digests that seals have of the rows; those of rows that are withdrawn already where they go `again`."""
    for name, ids in sorted(going.rows.items()):
        of, known = sealed.table(name), ledger.kept(connection, name)
        wanted = sorted(ids)
        for n in range(0, len(wanted), 500):
            statement = sealed.rows(name, connection.dialect.name).where(of.c.id.in_(wanted[n : n + 500]))
            for row in connection.execute(statement).all():
                before = known.get((row[0], 0))
                if before and not again:
                    continue
                digest = before.digest if before else sealed.digest((name, *row))
                yield {"name": name, "key": row[0], "other": 0, "digest": digest}


def _payloads(connection: Connection, going: Going) -> Iterator[dict[str, Any]]:
    """The digests that rows have of the payloads of records; of a record that no row speaks of, none."""
    by_file: defaultdict[int, set[int]] = defaultdict(set)
    for file, offset in going.records:
        by_file[file].add(offset)
    for file, offsets in sorted(by_file.items()):
        known: dict[int, bytes] = {}
        for row in (CaptureRow, HopRow):
            told = select(row.warc_offset, row.digest).where(row.warc_file_id == file)
            known.update((one.warc_offset, one.digest) for one in connection.execute(told))
        for offset in sorted(offsets):
            yield {"name": "record", "key": file, "other": offset, "digest": known.get(offset, bytes(32))}


# --- carried out ------------------------------------------------------------------------------------------------------


def begun(engine: Engine) -> list[Withdrawal]:
    """What is on record and not done yet."""
    with reading(engine) as connection:
        return [one for one in ledger.all_of(connection) if one.state in {PLANNED, OPEN}]


def finish(engine: Engine, folder: Path, now: datetime, program: str) -> list[Withdrawal]:
    """Carry out whatever is on record and not done yet; which that was. Raises DiskFull, Busy, Damaged: the next call
    goes on."""
    found = begun(engine)
    for one in found:
        if one.state == PLANNED:
            _seal(engine, folder, now, program)
            _set(engine, one, OPEN)
        failpoints.reach("withdrawal-open")
        with writing(engine) as connection:
            rows.empty(connection, one)
        failpoints.reach("withdrawal-emptied")
        if one.kind == "expunge":
            _expunge(engine, folder, one)
            sweep(engine)
        _set(engine, one, DONE)
    if found:
        _seal(engine, folder, now, program)
    return found


def take_back(engine: Engine, target: str) -> None:
    """Show again what was withheld, on record. Raises NotFound."""
    with writing(engine) as connection:
        withheld = [one for one in ledger.all_of(connection) if (one.kind, one.state) == ("withhold", DONE)]
        found = [one for one in withheld if one.target == target]
        if not found:
            raise NotFound(f"{target} is not withheld: `palimpsest withhold` lists what is")
        for one in found:
            _to(connection, one.id, OPEN)
            rows.restore(connection, one)
            _to(connection, one.id, ledger.TAKEN_BACK)


def _seal(engine: Engine, folder: Path, now: datetime, program: str) -> None:
    nothing = hashlib.sha256().digest()
    kind, moved = RunKind.WITHDRAW, timedelta(0)
    run = runs.begin(engine, kind, now, folder, moved, program=program, settings=nothing, outlets=nothing)
    runs.end(engine, run, now, folder, (), {})


def _set(engine: Engine, withdrawal: Withdrawal, state: str) -> None:
    with writing(engine) as connection:
        _to(connection, withdrawal.id, state)


def _to(connection: Connection, withdrawal: int, state: str) -> None:
    connection.execute(update(_WITHDRAWAL).where(_WITHDRAWAL.c.id == withdrawal).values(state=state))


def _expunge(engine: Engine, folder: Path, withdrawal: Withdrawal) -> None:
    """Write tombstones for the records, in every file that holds one."""
    with reading(engine) as connection:
        told = [row for row in ledger.rows_of(connection, withdrawal.id) if row.name == "record"]
        files = connection.execute(select(_FILE).order_by(_FILE.c.id)).all()
    places: defaultdict[int, set[int]] = defaultdict(set)
    for row in told:
        places[row.key].add(row.other)
    for file in files:
        if not places[file.id]:
            continue
        path = folder / file.name
        # One that was moved away is written anew in its old place, and goes where it was moved to.
        cold.bring_back(path)
        if not path.is_file():
            raise Damaged(f"{path} is missing, and records of it are to go: bring it back, and run the same again")
        digest = warc.expunge(path, places[file.id], file.size, withdrawal.day, withdrawal.reason)
        failpoints.reach("withdrawal-expunged")
        with writing(engine) as connection:
            connection.execute(update(_FILE).where(_FILE.c.id == file.id).values(digest=digest))
            packed.back(connection, file.id)
        cold.forget(path)


# --- free pages -------------------------------------------------------------------------------------------------------

_SWEPT = ("text", "circumstances", "furniture", "discovery", "address", "reason", "removal_set", "version", "edit_kind")
_DERIVED = ("page_words", "sketch", "shingles", "copy_key", "story_facts", "story_key", "story", "story_vector", "link")


def sweep(engine: Engine) -> None:
    """Leave nothing of what went in free pages, the write-ahead log or the search index. Raises Busy where somebody
    reads meanwhile."""
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "postgresql":
        with explained(), alone.connect() as connection:
            for name in (*_SWEPT, *_DERIVED, "picture", "withheld", "tokens"):
                connection.exec_driver_sql(f"VACUUM (FULL) {name}")
        return
    with writing(engine) as connection:
        index.merge(connection)
    with explained(), alone.connect() as connection:
        connection.exec_driver_sql("VACUUM")
        busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    if busy:
        raise Busy(
            "somebody reads the archive, so what went is still in its log: run the same again when they are done"
        )
