"""Alarms as they are kept, with the captures that show each; and the numbers of days they are told by."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, or_, select, true

from archive.errors import NotFound
from archive.health.alarm import Alarm, Example, KeptAlarm
from archive.models import (
    AddressRow,
    AlarmRow,
    CaptureRow,
    DailyRow,
    OutletRow,
    TextRow,
    VersionRow,
    WarcFileRow,
)
from archive.records import AlarmKind, Outcome

__all__ = ["alarm", "alarms", "before", "days", "examples", "of_alarm"]

_EXAMPLES = 3


def alarms(connection: Connection, *, closed: bool = False, named: Collection[str] = ()) -> list[KeptAlarm]:
    """The alarms that are open, those of the machine first, then by outlet; those that are named, too; with `closed`
    all, the newest last."""
    wanted = AlarmRow.closed_at.is_(None) | AlarmRow.name.in_(named)
    found = _kept_alarms(connection, true() if closed else wanted)
    return found if closed else sorted(found, key=lambda one: one.outlet)


def alarm(connection: Connection, name: str) -> KeptAlarm:
    """One alarm by its public id. Raises NotFound."""
    for one in _kept_alarms(connection, AlarmRow.name == name):
        return one
    raise NotFound(f"there is no alarm {name!r}: `palimpsest alarms --all` lists them")


def _kept_alarms(connection: Connection, which: ColumnElement[bool]) -> list[KeptAlarm]:
    statement = (
        select(AlarmRow.__table__, OutletRow.name.label("outlet"))
        .outerjoin(OutletRow, OutletRow.id == AlarmRow.outlet_id)
        .where(which)
        .order_by(AlarmRow.opened_at, AlarmRow.id)
    )
    return [_kept(connection, row) for row in connection.execute(statement).all()]


def _kept(connection: Connection, row: Row[Any]) -> KeptAlarm:
    return KeptAlarm(
        alarm=row.name,
        kind=row.kind,
        outlet=row.outlet or "",
        about=row.about,
        since=row.since,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        closed_at=row.closed_at,
        usual=row.usual,
        now=row.now,
        cause=row.cause,
        advice=row.advice,
        measures=tuple(json.loads(row.measures)),
        examples=_shown(connection, json.loads(row.examples)),
        acknowledged_at=row.acknowledged_at,
        note=row.note,
    )


def _shown(connection: Connection, uids: Sequence[str]) -> tuple[Example, ...]:
    if not uids:
        return ()
    statement = (
        select(AddressRow.url, CaptureRow.fetched_at, CaptureRow.uid, WarcFileRow.name, CaptureRow.warc_offset)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
        .where(CaptureRow.uid.in_([bytes.fromhex(uid) for uid in uids]))
        .order_by(CaptureRow.fetched_at.desc())
    )
    return tuple(Example(row[0], row[1], row[2].hex(), row[3], row[4]) for row in connection.execute(statement))


def days(connection: Connection, since: int) -> dict[str, dict[int, dict[str, int]]]:
    """The numbers of each day from one on (an ordinal), by outlet and day."""
    statement = select(OutletRow.name.label("outlet"), DailyRow.day, DailyRow.name, DailyRow.number).join(
        OutletRow, OutletRow.id == DailyRow.outlet_id
    )
    found = defaultdict[str, dict[int, dict[str, int]]](lambda: defaultdict(dict))
    for row in connection.execute(statement.where(DailyRow.day >= since)):
        found[row.outlet][row.day][row.name] = row.number
    return found


# --- what shows an alarm ----------------------------------------------------------------------------------------------


def examples(connection: Connection, found: Alarm) -> list[str]:
    """Captures that show what was found, the newest first (public ids): new articles that lack what is missing, looks
    that came to what is more than usual, answers of the source."""
    return [uid.hex() for uid in connection.execute(_looks(found, found.since, None).limit(_EXAMPLES)).scalars()]


def of_alarm(connection: Connection, kept: KeptAlarm, most: int) -> Iterator[str]:
    """More captures than the examples that show an alarm, its examples first (public ids)."""
    found = Alarm(kept.kind, kept.outlet, kept.about, kept.since, "", "", "", "", kept.measures)
    more = connection.execute(_looks(found, kept.since, kept.closed_at).limit(most)).scalars()
    yield from list(dict.fromkeys([*(one.capture for one in kept.examples), *(uid.hex() for uid in more)]))[:most]


def before(connection: Connection, kept: KeptAlarm, most: int) -> Iterator[str]:
    """New articles of an outlet from before an alarm of it, the latest first (public ids)."""
    statement = (
        select(CaptureRow.uid)
        .where(CaptureRow.outlet_id == select(OutletRow.id).where(OutletRow.name == kept.outlet).scalar_subquery())
        .where(CaptureRow.fetched_at < kept.since, CaptureRow.outcome == Outcome.NEW)
        .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid)
    )
    yield from (uid.hex() for uid in connection.execute(statement.limit(most)).scalars())


def _looks(found: Alarm, since: datetime, until: datetime | None) -> Select[bytes]:
    statement = (
        select(CaptureRow.uid)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .outerjoin(VersionRow, VersionRow.id == CaptureRow.version_id)
        .outerjoin(TextRow, TextRow.id == VersionRow.text_id)
        .where(CaptureRow.outlet_id == select(OutletRow.id).where(OutletRow.name == found.outlet).scalar_subquery())
        .where(CaptureRow.fetched_at >= since, or_(*_conditions(found), false()))
        .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid)
    )
    return statement if until is None else statement.where(CaptureRow.fetched_at <= until)


_EMPTY: dict[str, ColumnElement[bool]] = {
    "headline": TextRow.headline == "",
    "description": TextRow.description == "",
    "body": TextRow.body == "",
    "authors": TextRow.authors == "[]",
    "date_published": TextRow.date_published.is_(None),
    "images": TextRow.images == "[]",
}


def _conditions(found: Alarm) -> Iterator[ColumnElement[bool]]:
    new = CaptureRow.outcome == Outcome.NEW
    for name in found.measures:
        word, _, about = name.partition("/")
        if word == "outcome":
            yield CaptureRow.outcome == Outcome(about)
        elif word == "field":
            yield new & _EMPTY[about]
        elif word == "language":
            yield new & (TextRow.language == about)
        elif word == "found":
            yield AddressRow.url.like(about.replace("%", "_").replace("#", "%"))
        elif word != "unanswered":
            yield new
    if found.kind is AlarmKind.REFUSED:
        yield CaptureRow.status >= 400
    elif found.kind in {AlarmKind.SOURCE, AlarmKind.ROBOTS}:
        yield AddressRow.url == found.about
