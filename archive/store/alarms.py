"""Alarms as they are kept: opened once, brought up to date, closed when it is so no more; and their delivery."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from archive.errors import NotFound
from archive.health.alarm import Alarm
from archive.health.causes import NAME
from archive.models import AlarmRow, CertificateRow, DeliveryRow, OutletRow

__all__ = [
    "Kept",
    "Waiting",
    "acknowledge",
    "alone",
    "failing",
    "keep",
    "last_digest",
    "post",
    "sent",
    "show_certificates",
    "waiting",
]

_FORGOTTEN = timedelta(days=90)
"""How long a message that was sent is kept."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Kept:
    """The public ids of alarms that were opened, and that closed."""

    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def alone(connection: Connection) -> None:
    """Let no other process look for alarms until this transaction ends. On SQLite none can write anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE alarm IN SHARE ROW EXCLUSIVE MODE")


def _name(alarm: Alarm, now: datetime) -> str:
    told = json.dumps([alarm.kind, alarm.outlet, alarm.about, now.isoformat()])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def keep(connection: Connection, found: Sequence[tuple[Alarm, Sequence[str]]], now: datetime) -> Kept:
    """Keep what is so now, each with the captures that show it (public ids): all else that is open closes."""
    outlets: dict[str, int] = {row.name: row.id for row in connection.execute(select(OutletRow.id, OutletRow.name))}
    names = {number: name for name, number in outlets.items()}
    rows = connection.execute(select(AlarmRow.__table__).where(AlarmRow.closed_at.is_(None))).all()
    is_open = {(row.kind, names.get(row.outlet_id, ""), row.about): row for row in rows}
    opened = []
    for alarm, examples in found:
        before = is_open.pop(alarm.key, None)
        if before is None:
            opened.append(_open(connection, alarm, examples, outlets, now))
        else:
            told = examples or json.loads(before.examples)
            values = {**_told(alarm, before.name, told), "seen_at": now}
            connection.execute(update(AlarmRow).where(AlarmRow.id == before.id).values(values))
    for row in is_open.values():
        connection.execute(update(AlarmRow).where(AlarmRow.id == row.id).values(closed_at=now))
    return Kept(tuple(opened), tuple(row.name for row in is_open.values()))


def _told(alarm: Alarm, name: str, examples: Sequence[str]) -> dict[str, Any]:
    return {
        "usual": alarm.usual,
        "now": alarm.now,
        "cause": alarm.cause,
        "advice": alarm.advice.replace(NAME, name),
        "measures": json.dumps(alarm.measures),
        "examples": json.dumps(list(examples)),
    }


def _open(
    connection: Connection, alarm: Alarm, examples: Sequence[str], outlets: Mapping[str, int], now: datetime
) -> str:
    name = _name(alarm, now)
    values = {
        "name": name,
        "kind": alarm.kind,
        "outlet_id": outlets.get(alarm.outlet),
        "about": alarm.about,
        "since": alarm.since,
        "opened_at": now,
        "seen_at": now,
    }
    connection.execute(insert(AlarmRow), {**values, **_told(alarm, name, examples)})
    return name


def acknowledge(connection: Connection, name: str, note: str, now: datetime) -> None:
    """Note that a person knows of an alarm. Raises NotFound."""
    values = {"acknowledged_at": now, "note": note}
    if not connection.execute(update(AlarmRow).where(AlarmRow.name == name).values(values)).rowcount:
        raise NotFound(f"there is no alarm {name!r}: `palimpsest alarms --all` lists them")


# --- delivery ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that has not been taken yet: its integer, channel, subject, alarms (JSON) and attempts in vain."""

    id: int
    channel: str
    subject: str
    message: str
    attempts: int


def post(connection: Connection, channel: str, subject: str, message: str, now: datetime, *, digest: bool) -> None:
    """Put a message up for delivery; what was delivered long ago is forgotten."""
    connection.execute(delete(DeliveryRow).where(DeliveryRow.sent_at < now - _FORGOTTEN))
    values = {"channel": channel, "subject": subject, "message": message, "digest": digest}
    connection.execute(insert(DeliveryRow), {**values, "made_at": now, "next_at": now})


def last_digest(connection: Connection, channel: str) -> datetime | None:
    """When the last digest was written for a channel."""
    made = func.max(DeliveryRow.made_at, type_=DeliveryRow.made_at.type)
    return connection.execute(select(made).where(DeliveryRow.channel == channel, DeliveryRow.digest)).scalar()


def waiting(connection: Connection, now: datetime, most: int) -> list[Waiting]:
    """The messages that are to be tried now, the oldest first."""
    due = select(
        DeliveryRow.id, DeliveryRow.channel, DeliveryRow.subject, DeliveryRow.message, DeliveryRow.attempts
    ).where(DeliveryRow.sent_at.is_(None), DeliveryRow.next_at <= now)
    return [Waiting(*row) for row in connection.execute(due.order_by(DeliveryRow.id).limit(most))]


def sent(connection: Connection, message: Waiting, now: datetime, problem: str = "") -> None:
    """Say what became of a message: taken, or why not; then it is tried again, after twice as long each time."""
    if problem:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(message.attempts, 10))
        values = {"attempts": min(message.attempts + 1, 30_000), "next_at": now + pause, "problem": problem[:500]}
    else:
        values = {"sent_at": now, "problem": ""}
    connection.execute(update(DeliveryRow).where(DeliveryRow.id == message.id).values(values))


def failing(connection: Connection) -> list[tuple[str, datetime, int, str]]:
    """The channels that do not take what waits: since when, how many messages wait, and why."""
    oldest = func.min(DeliveryRow.made_at, type_=DeliveryRow.made_at.type)
    statement = (
        select(DeliveryRow.channel, oldest, func.count(), func.max(DeliveryRow.problem))
        .where(DeliveryRow.sent_at.is_(None), DeliveryRow.attempts > 0)
        .group_by(DeliveryRow.channel)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(statement)]


# --- certificates -----------------------------------------------------------------------------------------------------


def show_certificates(connection: Connection, outlet: str, ends: Mapping[str, datetime], now: datetime) -> None:
    """Keep until when the certificates of hosts hold that were asked for an outlet."""
    of = connection.execute(select(OutletRow.id).where(OutletRow.name == outlet)).scalar()
    if of is not None:
        connection.execute(delete(CertificateRow).where(CertificateRow.host.in_(list(ends))))
        rows = [{"host": host, "outlet_id": of, "ends_at": at, "seen_at": now} for host, at in ends.items()]
        connection.execute(insert(CertificateRow), rows)
