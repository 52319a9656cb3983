"""Look at what came in: count the days that changed, find what is wrong, keep it, tell those who want to know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from archive import db, room
from archive.health import at_once, causes
from archive.health.alarm import Alarm
from archive.health.changes import changes, silent_since
from archive.health.series import JUDGED, PAST
from archive.home import Home
from archive.query import alarms as asked
from archive.query import answering
from archive.records import AlarmKind
from archive.store import alarms as kept
from archive.store import daily
from archive.store.alarms import Kept
from crawler.alarms import deliver

__all__ = ["look"]


def look(home: Home, now: datetime) -> Kept:
    """Look for alarms in an archive, keep them, and deliver what is new; which opened, and which closed. Of several
    processes one looks after the other. Raises what opening an archive raises."""
    engine = db.open_writer(home.database_url, home.database_wait)
    try:
        db.ready(engine)
        with db.writing(engine) as connection:
            kept.alone(connection)
            daily.count(connection, now)
        with db.writing(engine) as connection:
            kept.alone(connection)
            found = [(one, asked.examples(connection, one)) for one in _found(connection, home, now)]
            changed = kept.keep(connection, found, now)
            deliver.post(connection, home, changed, now)
        deliver.send(engine, home, now)
    finally:
        engine.dispose()
    return changed


def _found(connection: db.Connection, home: Home, now: datetime) -> Iterator[Alarm]:
    today = now.toordinal()
    numbers = asked.days(connection, today - PAST - JUDGED)
    for outlet in answering.outlets(connection, now):
        at = connection, outlet, now
        others = [
            *at_once.dead(outlet, answering.sources(*at), now),
            *at_once.refused(outlet, answering.all_answers(*at), now),
            *at_once.blocked(outlet, answering.vantages(*at), now),
            *at_once.gone(outlet, answering.hosts(*at), now),
            *at_once.robots(outlet, answering.robots(*at), now),
        ]
        yield from others
        days = numbers.get(outlet, {})
        since = silent_since(days, now)
        yield from causes.alarms(outlet, changes(days, today), others, since)
    free = room.left(home) if home.warc.is_dir() else None
    yield from at_once.machine(answering.machine(connection, now, free), now)
    for channel, since, number, problem in kept.failing(connection):
        yield Alarm(
            AlarmKind.DELIVERY,
            "",
            channel,
            since,
            usual="messages are taken",
            now=f"{number} not taken: {problem}",
            cause="the receiver is away, or refuses them; each is tried again",
            advice="palimpsest doctor",
        )
