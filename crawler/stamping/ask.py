"""Authorities asked to stamp the head of the chain: each once a day, and again as long as it has not answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from archive import db
from archive.errors import PalimpsestError
from archive.home import Home
from archive.store import stamps
from archive.store.seals import Head

__all__ = ["after_run", "authorities", "stamp"]


def authorities(home: Home) -> list[str]:
    """The addresses of the authorities that the operator has named."""
    return [one for one in home.stamps.replace(",", " ").split() if one]


def stamp(home: Home, now: datetime, *, at_once: bool = False) -> Iterator[str]:
    """Ask whoever is to be asked; what came of it, line by line. With `at_once` also whoever was asked today. One that
    is down is told of, and asked again after the next run."""
    named = authorities(home)
    if not named:
        return
    engine = db.open_writer(home.database_url, home.database_wait)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            head, due = stamps.due(connection, named, now + stamps.DAY if at_once else now)
        for authority in due:
            assert head is not None
            yield _asked(engine, authority, head)
    finally:
        engine.dispose()


def after_run(home: Home, now: datetime) -> Iterator[str]:
    """The same after a run, which nothing of it may fail."""
    try:
        yield from stamp(home, now)
    except (PalimpsestError, OSError) as problem:
        yield f"no seal was stamped: {problem}"


def _asked(engine: db.Engine, authority: str, head: Head) -> str:
    from archive.proof.stamps import QUERY_TYPE, Wrong, query, stated
    from crawler.fetch.post import post

    try:
        asked = query(str(head))
        answer = post(authority, asked.data, QUERY_TYPE, "PALIMPSEST_STAMPS")
        at = stated(answer, str(head), asked.nonce)
    except (PalimpsestError, OSError, Wrong) as problem:
        return f"not stamped by {authority}: {problem}; it is asked again after the next run"
    stamps.keep(engine, authority, head, at, answer)
    return f"stamped by {authority}: seal {head.place} was there at {at:%Y-%m-%d %H:%M:%S} UTC"
