"""Runs: who wrote what, when, and how each ends in the chain of seals.

A run that was killed is sealed by the next one, as far as it had committed. A run holds a lock (`leases`) of its own
name while it is at work; should it be taken for dead and sealed all the same, it can store nothing more.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select, union_all, update

from archive.db import reading, writing
from archive.errors import Busy
from archive.models import CaptureRow, HopRow, LeaseRow, RunRow, WarcFileRow
from archive.patience import patient
from archive.records import RunKind
from archive.store import folders, leases, seals
from archive.store.process import this_process
from archive.store.seals import Head
from archive.warc import cold

__all__ = ["FileFacts", "Run", "begin", "cover", "end", "ends_at", "sha256_of", "still_open"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run in progress: its integer, public name, kind and start."""

    id: int
    name: str
    kind: RunKind
    started_at: datetime


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A WARC file as it was closed: name relative to `warc/`, bytes, SHA-256 of them."""

    name: str
    size: int
    digest: bytes


def sha256_of(path: Path, size: int) -> bytes | None:
    """SHA-256 of the first `size` bytes of a file; None where it does not have as many."""
    made = hashlib.sha256()
    with cold.opened(path) as file:
        left = size
        while left and (block := file.read(min(left, 1 << 20))):
            made.update(block)
            left -= len(block)
    return None if left else made.digest()


# --- beginning and ending ---------------------------------------------------------------------------------------------


def ends_at(connection: Connection, file: int) -> int:
    """Where the last record ends that a committed row speaks of, in bytes."""
    ends = union_all(
        select((CaptureRow.warc_offset + CaptureRow.warc_length).label("at")).where(CaptureRow.warc_file_id == file),
        select((HopRow.warc_offset + HopRow.warc_length).label("at")).where(HopRow.warc_file_id == file),
    )
    return int(connection.execute(select(func.max(ends.subquery().c.at))).scalar() or 0)


def _close_files(connection: Connection, run: int, warc: Path) -> None:
    """Close the files no writer closed: those of a killed run, and those whose records a run took in."""
    unfinished = select(WarcFileRow.id, WarcFileRow.name).where(WarcFileRow.run_id == run, WarcFileRow.digest.is_(None))
    for file, name in list(connection.execute(unfinished)):
        size = ends_at(connection, file)
        digest = sha256_of(warc / name, size) if (warc / name).is_file() else None
        if digest is not None:
            _close_file(connection, FileFacts(name, size, digest))


def _close_killed(connection: Connection, warc: Path, now: datetime) -> None:
    unsealed = (
        select(RunRow.id, RunRow.name, RunRow.process, RunRow.started_at, LeaseRow.expires_at)
        .join(LeaseRow, LeaseRow.name == RunRow.name, isouter=True)
        .where(RunRow.seal.is_(None))
        .order_by(RunRow.id)
    )
    clock = leases.shared_time(connection)
    for row in connection.execute(unsealed).all():
        if leases.at_work(row.process, row.expires_at or row.started_at + leases.LENGTH, clock):
            continue
        _close_files(connection, row.id, warc)
        counts = json.dumps(_counts(connection, row.id))
        seals.append(connection, row.id, {"ended_at": now, "killed": True, "counts": counts})
        leases.drop(connection, row.name)


def _counts(connection: Connection, run: int) -> dict[str, int]:
    statement = select(CaptureRow.outcome, func.count()).where(CaptureRow.run_id == run).group_by(CaptureRow.outcome)
    return {outcome.value: number for outcome, number in connection.execute(statement)}


def _close_file(connection: Connection, facts: FileFacts) -> None:
    closed = {"size": facts.size, "digest": facts.digest}
    connection.execute(update(WarcFileRow).where(WarcFileRow.name == facts.name).values(closed))


@patient
def begin(
    engine: Engine,
    kind: RunKind,
    now: datetime,
    warc: Path,
    moved: timedelta,
    *,
    program: str,
    settings: bytes,
    outlets: bytes,
) -> Run:
    """Begin a run; runs that were killed are closed and sealed first. `moved` is by how much the clock was moved on
    purpose; `settings` and `outlets` are SHA-256 digests. Raises Mismatch where `warc` is not the archive's folder."""
    name = f"{kind}-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    values = {
        "name": name,
        "kind": kind,
        "started_at": now,
        "killed": False,
        "program": program,
        "settings_digest": settings,
        "outlets_digest": outlets,
        "process": this_process(),
        "counts": "{}",
        "clock_moved": round(moved.total_seconds()),
    }
    with writing(engine) as connection:
        folders.settle(connection, warc, now)
        _close_killed(connection, warc, now)
        made = connection.execute(insert(RunRow).values(values)).inserted_primary_key
        leases.sign(connection, name)
    assert made is not None
    return Run(int(made[0]), name, kind, now)


def _ended(connection: Connection, run: Run) -> Head | None:
    sealed = select(RunRow.place, RunRow.seal).where(RunRow.id == run.id, RunRow.seal.is_not(None), ~RunRow.killed)
    row = connection.execute(sealed).first()
    return Head(int(row[0] or 0), bytes(row[1] or b"")) if row else None


def still_open(connection: Connection, run: Run) -> None:
    """Raises Busy where another process has taken a run for dead and sealed it: nothing can be added to it any more."""
    if connection.execute(select(RunRow.seal).where(RunRow.id == run.id)).scalar() is not None:
        raise Busy(
            f"the run {run.name} was taken for dead and closed by another process, since it gave no sign of life for "
            "long; what it had stored is kept: run the same command again"
        )


@patient
def end(
    engine: Engine, run: Run, now: datetime, warc: Path, files: Sequence[FileFacts], counts: Mapping[str, int]
) -> Head:
    """End a run: its WARC files are closed, its counts written, its seal set, which is the head of the chain now.
    Raises Busy as `still_open`."""
    with writing(engine) as connection:
        if ended := _ended(connection, run):
            return ended  # The database went away before it could say so.
        still_open(connection, run)
        for facts in files:
            _close_file(connection, facts)
        _close_files(connection, run.id, warc)
        leases.drop(connection, run.name)
        return seals.append(connection, run.id, {"ended_at": now, "counts": json.dumps(dict(counts))})


def cover(engine: Engine, now: datetime, warc: Path, program: str) -> Head | None:
    """Put under a seal of today's format whatever older ones leave out: a run that does nothing else. None where there
    is nothing of that kind."""
    with reading(engine) as connection:
        if seals.is_current(connection):
            return None
    nothing = hashlib.sha256().digest()
    run = begin(engine, RunKind.UPGRADE, now, warc, timedelta(0), program=program, settings=nothing, outlets=nothing)
    return end(engine, run, now, warc, (), {})
