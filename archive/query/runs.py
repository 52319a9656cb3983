"""Runs: what ran, when, why it ended, what it came to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from archive.models import LeaseRow, RunEndRow, RunRow, table_of
from archive.records import RunKind

__all__ = ["RanRun", "runs"]

RUNNING = "running"


@dataclass(frozen=True, slots=True)
class RanRun:
    """A run: its outlet (None: of none alone, or not kept), why it ended (`running`, `killed`, `done`, or in words),
    captures by outcome, attempts without an answer by word, problems and remarks, how many addresses were left waiting,
    and the machine it ran on."""

    run: str
    kind: RunKind
    outlet: str | None
    started_at: datetime
    ended_at: datetime | None
    why: str
    captures: dict[str, int]
    attempts: dict[str, int]
    problems: list[str]
    remarks: list[str]
    waiting: int
    host: str


def runs(
    connection: Connection, outlet: str | None, since: datetime | None, limit: int | None, lapsed: datetime
) -> Iterator[RanRun]:
    """The runs that began since then, the newest first, `limit` of them at most; of one outlet where it is named. Whose
    lock ran out before `lapsed` (or that has none) and has not ended was killed."""
    statement = (
        select(table_of(RunRow), RunEndRow.outlet, RunEndRow.why, RunEndRow.came_to, LeaseRow.expires_at)
        .join(RunEndRow, RunEndRow.run_id == RunRow.id, isouter=True)
        .join(LeaseRow, LeaseRow.name == RunRow.name, isouter=True)
        .order_by(RunRow.started_at.desc(), RunRow.id.desc())
        .limit(limit)
    )
    if outlet is not None:
        statement = statement.where(RunEndRow.outlet == outlet)
    if since is not None:
        statement = statement.where(RunRow.started_at >= since)
    for row in connection.execute(statement):
        told = json.loads(row.came_to or "{}")
        yield RanRun(
            run=row.name,
            kind=row.kind,
            outlet=row.outlet,
            started_at=row.started_at,
            ended_at=row.ended_at,
            why=_why(row, lapsed),
            captures=json.loads(row.counts),
            attempts=told.get("attempts", {}),
            problems=told.get("problems", []),
            remarks=told.get("remarks", []),
            waiting=told.get("waiting", 0),
            host=row.process.partition(" ")[0],
        )


def _why(row: Any, lapsed: datetime) -> str:
    if row.why not in {None, RUNNING}:
        return str(row.why)
    if row.ended_at is not None and not row.killed:
        return "done"
    return RUNNING if not row.killed and row.expires_at is not None and row.expires_at >= lapsed else "killed"
