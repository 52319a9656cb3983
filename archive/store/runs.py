"""Runs: who wrote what, when, and how each ends in the chain of seals.

A run that was killed is sealed by the next one, as far as it had committed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select, union_all, update

from archive.db import reading, writing
from archive.models import CaptureRow, HopRow, RunRow, WarcFileRow
from archive.records import RunKind
from archive.store import seals
from archive.store.seals import Head

__all__ = ["FileFacts", "Run", "begin", "cover", "end", "is_dead", "sha256_of", "this_process"]


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


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


def _started(pid: int) -> str:
    """When a process started, in clock ticks since boot: tells a process from a later one of the same number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def this_process() -> str:
    """Host, boot id, process number and its start: what tells a run that was killed from one at work."""
    return f"{socket.gethostname()} {_boot()} {os.getpid()} {_started(os.getpid())}"


def is_dead(process: str) -> bool:
    """Whether a process (as `this_process` names it) is known to have ended; one on another host is not known to."""
    host, boot, pid, started = (process.split(" ") + [""] * 4)[:4]
    if host != socket.gethostname():
        return False
    if boot != _boot():
        return True
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return True
    except PermissionError:
        return False
    return bool(started) and _started(int(pid)) != started


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
    open_runs = connection.execute(select(RunRow.id, RunRow.process).where(RunRow.seal.is_(None)).order_by(RunRow.id))
    for run, process in list(open_runs):
        if is_dead(process):
            _close_files(connection, run, warc)
            counts = json.dumps(_counts(connection, run))
            seals.append(connection, run, {"ended_at": now, "killed": True, "counts": counts})


def _counts(connection: Connection, run: int) -> dict[str, int]:
    statement = select(CaptureRow.outcome, func.count()).where(CaptureRow.run_id == run).group_by(CaptureRow.outcome)
    return {outcome.value: number for outcome, number in connection.execute(statement)}


def _close_file(connection: Connection, facts: FileFacts) -> None:
    closed = {"size": facts.size, "digest": facts.digest}
    connection.execute(update(WarcFileRow).where(WarcFileRow.name == facts.name).values(closed))


def begin(
    engine: Engine, kind: RunKind, now: datetime, warc: Path, *, program: str, settings: bytes, outlets: bytes
) -> Run:
    """Begin a run; runs that were killed are closed and sealed first. `settings` and `outlets` are SHA-256 digests."""
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
    }
    with writing(engine) as connection:
        _close_killed(connection, warc, now)
        made = connection.execute(insert(RunRow).values(values)).inserted_primary_key
    assert made is not None
    return Run(int(made[0]), name, kind, now)


def end(
    engine: Engine, run: Run, now: datetime, warc: Path, files: Sequence[FileFacts], counts: Mapping[str, int]
) -> Head:
    """End a run: its WARC files are closed, its counts written, its seal set, which is the head of the chain now."""
    with writing(engine) as connection:
        for facts in files:
            _close_file(connection, facts)
        _close_files(connection, run.id, warc)
        return seals.append(connection, run.id, {"ended_at": now, "counts": json.dumps(dict(counts))})


def cover(engine: Engine, now: datetime, warc: Path, program: str) -> Head | None:
    """Put under a seal of today's format whatever older ones leave out: a run that does nothing else. None where there
    is nothing of that kind."""
    with reading(engine) as connection:
        if seals.is_current(connection):
            return None
    nothing = hashlib.sha256().digest()
    run = begin(engine, RunKind.UPGRADE, now, warc, program=program, settings=nothing, outlets=nothing)
    return end(engine, run, now, warc, (), {})
