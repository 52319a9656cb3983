"""Runs and their seals: who wrote what, when, and the chain that shows a later change.

A run's seal is SHA-256 over the seal before it and, in the order of their public ids, the digests of its captures'
rows, its texts and its WARC files. Only evidence is sealed; what is derived is folded again whenever something arrives.
A run that was killed is sealed by the next one, as far as it had committed. It holds a lock (`leases`) of its own name
while it is at work; should it be taken for dead and sealed all the same, it can store nothing more.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, union_all, update
from sqlalchemy.orm import aliased

from archive import failpoints, text
from archive.db import writing
from archive.errors import Busy
from archive.models import (
    AddressRow,
    CaptureRow,
    CircumstancesRow,
    HopRow,
    LeaseRow,
    ReasonRow,
    RemovalSetRow,
    RunRow,
    TextRow,
    VantageRow,
    WarcFileRow,
)
from archive.patience import patient
from archive.records import RunKind
from archive.store import leases
from archive.store.process import this_process

__all__ = ["FileFacts", "Run", "begin", "end", "seal", "sha256_of", "still_open"]


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
    with path.open("rb") as file:
        left = size
        while left and (block := file.read(min(left, 1 << 20))):
            made.update(block)
            left -= len(block)
    return None if left else made.digest()


# --- the seal ---------------------------------------------------------------------------------------------------------

_LANDED = aliased(AddressRow)
_ORIGINAL = aliased(CaptureRow)
_CAPTURES = (
    select(
        CaptureRow.uid,
        AddressRow.url,
        _LANDED.url.label("landed"),
        CaptureRow.fetched_at,
        CaptureRow.status,
        CaptureRow.source,
        CaptureRow.time_basis,
        VantageRow.name.label("vantage"),
        CaptureRow.verdict,
        ReasonRow.text.label("reason"),
        WarcFileRow.name.label("file"),
        CaptureRow.warc_offset,
        CaptureRow.warc_length,
        CaptureRow.digest,
        _ORIGINAL.uid.label("original"),
        CaptureRow.size,
        CircumstancesRow.digest.label("circumstances"),
        RemovalSetRow.digest.label("removals"),
    )
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .join(_LANDED, _LANDED.id == CaptureRow.final_address_id, isouter=True)
    .join(VantageRow, VantageRow.id == CaptureRow.vantage_id)
    .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id, isouter=True)
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .join(_ORIGINAL, _ORIGINAL.id == CaptureRow.revisit_of_id, isouter=True)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    .join(RemovalSetRow, RemovalSetRow.id == CaptureRow.removals_id, isouter=True)
    .order_by(CaptureRow.uid)
)
_HOPS = (
    select(CaptureRow.uid, HopRow.n, AddressRow.url, HopRow.status, WarcFileRow.name, HopRow.warc_offset, HopRow.digest)
    .join(CaptureRow, CaptureRow.id == HopRow.capture_id)
    .join(AddressRow, AddressRow.id == HopRow.address_id)
    .join(WarcFileRow, WarcFileRow.id == HopRow.warc_file_id)
    .order_by(CaptureRow.uid, HopRow.n)
)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return text.iso(value) if isinstance(value, datetime) else value


def _digest(row: Sequence[Any]) -> bytes:
    return hashlib.sha256(json.dumps([_plain(value) for value in row], ensure_ascii=False).encode()).digest()


def _digests(connection: Connection, run: int) -> Iterator[bytes]:
    """The digests of a run's evidence in the order of its public ids; memory does not grow with their number."""
    texts = select(TextRow.digest, TextRow.fingerprint).where(TextRow.run_id == run)
    files = select(WarcFileRow.name, WarcFileRow.size, WarcFileRow.digest).where(WarcFileRow.run_id == run)
    statements: tuple[Any, ...] = (
        _CAPTURES.where(CaptureRow.run_id == run),
        _HOPS.where(CaptureRow.run_id == run),
        texts.order_by(TextRow.digest, TextRow.fingerprint),
        files.order_by(WarcFileRow.name),
    )
    for statement in statements:
        for row in connection.execute(statement, execution_options={"yield_per": 1000}):
            yield _digest(row)


def seal(connection: Connection, run: int, before: bytes) -> bytes:
    """The seal of a run after the seal `before` (empty bytes for the first): 32 bytes."""
    made = hashlib.sha256(before)
    for digest in _digests(connection, run):
        made.update(digest)
    return made.digest()


# --- beginning and ending ---------------------------------------------------------------------------------------------


def _ends_at(connection: Connection, file: int) -> int:
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
        size = _ends_at(connection, file)
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
        _seal(connection, row.id, {"ended_at": now, "killed": True, "counts": counts})
        leases.drop(connection, row.name)


def _counts(connection: Connection, run: int) -> dict[str, int]:
    statement = select(CaptureRow.outcome, func.count()).where(CaptureRow.run_id == run).group_by(CaptureRow.outcome)
    return {outcome.value: number for outcome, number in connection.execute(statement)}


def _close_file(connection: Connection, facts: FileFacts) -> None:
    closed = {"size": facts.size, "digest": facts.digest}
    connection.execute(update(WarcFileRow).where(WarcFileRow.name == facts.name).values(closed))


def _seal(connection: Connection, run: int, values: dict[str, Any]) -> None:
    newest = select(RunRow.place, RunRow.seal).where(RunRow.place.is_not(None)).order_by(RunRow.place.desc()).limit(1)
    place, before = connection.execute(newest).first() or (0, b"")
    made = seal(connection, run, before or b"")
    failpoints.reach("run-sealing")
    connection.execute(update(RunRow).where(RunRow.id == run).values(**values, place=(place or 0) + 1, seal=made))


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
    purpose; `settings` and `outlets` are SHA-256 digests."""
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
        _close_killed(connection, warc, now)
        made = connection.execute(insert(RunRow).values(values)).inserted_primary_key
        leases.sign(connection, name)
    assert made is not None
    return Run(int(made[0]), name, kind, now)


def _ended(connection: Connection, run: Run) -> bool:
    sealed = select(RunRow.id).where(RunRow.id == run.id, RunRow.seal.is_not(None), ~RunRow.killed)
    return connection.execute(sealed).first() is not None


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
) -> None:
    """End a run: its WARC files are closed, its counts written, its seal set. Raises Busy as `still_open`."""
    with writing(engine) as connection:
        if _ended(connection, run):
            return  # The database went away before it could say so.
        still_open(connection, run)
        for facts in files:
            _close_file(connection, facts)
        _close_files(connection, run.id, warc)
        _seal(connection, run.id, {"ended_at": now, "counts": json.dumps(dict(counts))})
        leases.drop(connection, run.name)
