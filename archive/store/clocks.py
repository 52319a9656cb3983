"""What is known of the clocks of runs. No life state and no interval rests on looks by a clock that was off
(`timeline.Look.off`); a clock that was moved on purpose is a demonstration's, and not off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, update

from archive.db import writing
from archive.models import CaptureRow, OutletRow, RunRow
from archive.patience import patient
from archive.records import RunKind
from archive.store import folding
from archive.store.batch import Later
from archive.store.derived import DERIVED, held
from archive.store.runs import Run, still_open
from archive.timeline import CLOCK_OFF

__all__ = ["agreed_last", "ahead", "is_off", "keep"]

_SECONDS = CLOCK_OFF.total_seconds()


def is_off(ahead: int | None) -> bool:
    """Whether a clock that is so many seconds ahead is off."""
    return abs(ahead or 0) > _SECONDS


def ahead(connection: Connection, run: Run) -> int | None:
    """How many seconds the clock of a run was found to be ahead; None where nobody told."""
    return connection.execute(select(RunRow.clock_ahead).where(RunRow.id == run.id)).scalar()


@patient
def keep(engine: Engine, run: Run, seconds: int) -> None:
    """Keep what most hosts say of the clock of a run that is open. Where that changes whether it was off, what the run
    has looked at is folded again."""
    with writing(engine) as connection:
        still_open(connection, run)
        was = ahead(connection, run)
        connection.execute(update(RunRow).where(RunRow.id == run.id).values(clock_ahead=seconds))
        if is_off(was) or is_off(seconds):
            _fold_again(connection, run)


def _fold_again(connection: Connection, run: Run) -> None:
    outlets = select(CaptureRow.outlet_id).where(CaptureRow.run_id == run.id).distinct()
    held.looked_anew(connection, connection.execute(outlets).scalars().all())
    later, edited = Later(connection), set[int]()
    looked_at = select(CaptureRow.article_id, CaptureRow.outlet_id, func.min(CaptureRow.fetched_at)).where(
        CaptureRow.run_id == run.id, CaptureRow.article_id.is_not(None)
    )
    since: dict[int, datetime] = {}
    for article, outlet, at in connection.execute(
        looked_at.group_by(CaptureRow.article_id, CaptureRow.outlet_id).order_by(CaptureRow.article_id)
    ).all():
        assert article is not None, "so it was asked"
        folding.again(connection, later, article)
        edited.add(article)
        since[outlet] = min(at, since.get(outlet, at))
    later.flush()
    for outlet, at in since.items():
        edited |= folding.settle(connection, later, outlet, at)
    for derived in DERIVED:
        derived.grouped(connection, edited)


def agreed_last(connection: Connection, outlet: str) -> bool:
    """Whether the hosts of an outlet agreed with the clock of the last crawl of which that is known."""
    of_outlet = (
        select(CaptureRow.id)
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .where(CaptureRow.run_id == RunRow.id, OutletRow.name == outlet)
    )
    last = (
        select(RunRow.clock_ahead)
        .where(RunRow.clock_ahead.is_not(None), RunRow.kind.in_((RunKind.CRAWL, RunKind.RECHECK)), of_outlet.exists())
        .order_by(RunRow.id.desc())
        .limit(1)
    )
    found = connection.execute(last).scalar()
    return found is not None and not is_off(found)
