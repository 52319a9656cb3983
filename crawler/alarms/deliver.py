"""Messages about alarms: written with what they tell of, tried until they are taken; a digest of all once a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from archive import db
from archive.errors import PalimpsestError
from archive.health import words
from archive.home import Home
from archive.masking import masked
from archive.query import alarms as asked
from archive.store import alarms as kept
from archive.store.alarms import Kept, Waiting
from archive.text import printable
from crawler.alarms import mail, webhook

__all__ = ["post", "send"]

_AT_ONCE = 10
"""Messages tried after one look: a receiver that hangs must not hold up a crawl for long."""


def _channels(home: Home) -> Mapping[str, Callable[[Waiting], None]]:
    """Where messages go, and what sends one there."""
    found: dict[str, Callable[[Waiting], None]] = {}
    if home.alarm_mail:
        found["mail"] = lambda one: mail.send(home, one.subject, words.page(json.loads(one.message)))
    if home.alarm_webhook:
        found["webhook"] = lambda one: webhook.post(home.alarm_webhook, _payload(one))
    return found


def _payload(one: Waiting) -> bytes:
    """`text` is what chat programs show."""
    alarms = json.loads(one.message)
    return json.dumps(
        {"subject": one.subject, "text": f"{one.subject}\n{words.page(alarms)}", "alarms": alarms}
    ).encode()


def post(connection: db.Connection, home: Home, changed: Kept, now: datetime) -> None:
    """Write the messages of a look: what opened and closed, if anything did, and the digest of the day."""
    channels = _channels(home)
    if not channels:
        return
    named = {*changed.opened, *changed.closed}
    every = asked.alarms(connection, named=named)
    news = [words.values(one) for one in every if one.alarm in named]
    still = [words.values(one) for one in every if one.closed_at is None]
    for channel in channels:
        last = kept.last_digest(connection, channel)
        digest = last is None or last.date() < now.date()
        alarms = [*still, *(one for one in news if one["closed_at"])] if digest else news
        if digest or news:
            subject = words.subject(alarms, digest=digest)
            kept.post(connection, channel, subject, json.dumps(alarms), now, digest=digest)


def send(engine: db.Engine, home: Home, now: datetime) -> None:
    """Try what is to be tried; what was not taken waits, and says why."""
    channels = _channels(home)
    if not channels:
        return
    with db.reading(engine) as connection:
        waiting = [one for one in kept.waiting(connection, now, _AT_ONCE) if one.channel in channels]
    failed = set[str]()
    for one in waiting:
        # A receiver that did not take one message is not asked for the next: it may be what makes it wait.
        problem = "" if one.channel not in failed else "not tried: the message before it was not taken"
        problem = problem or "".join(_sent(channels[one.channel], one))
        failed.update([one.channel] if problem else [])
        with db.writing(engine) as connection:
            kept.sent(connection, one, now, problem)


def _sent(channel: Callable[[Waiting], None], one: Waiting) -> Iterator[str]:
    """Why a message was not taken, if it was not."""
    try:
        channel(one)
    except (OSError, PalimpsestError) as problem:
        yield printable(masked(f"{type(problem).__name__}: {problem}"))[:300]
