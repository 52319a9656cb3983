"""What is here, what is missing, and what to type."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from archive import clock, db
from archive.errors import BadInput, NoArchive, PalimpsestError
from archive.home import Home
from archive.masking import masked
from archive.query import clocks, health
from archive.timeline import CLOCK_OFF
from archive.wording import counted
from crawler.fetch import browsers
from crawler.outlets.registry import registry

__all__ = ["Line", "examine"]

_LITTLE_SPACE = 5_000_000_000
_ELSEWHERE = "correct DATABASE_URL, or name another archive by PALIMPSEST_HOME"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; `advice` is what to type where it is missing, `needed` whether nothing works
    without it."""

    what: str
    found: str
    fine: bool
    advice: str = ""
    needed: bool = False


def _package(name: str) -> Line:
    try:
        return Line(name, version(name), fine=True, needed=True)
    except PackageNotFoundError:
        return Line(name, "not installed", fine=False, advice="pip install palimpsest", needed=True)


def _sqlite() -> Line:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
        return Line("SQLite", f"{sqlite3.sqlite_version} with FTS5", fine=True, needed=True)
    except sqlite3.OperationalError:
        advice = "use a Python whose SQLite has FTS5, or PostgreSQL by DATABASE_URL"
        return Line("SQLite", f"{sqlite3.sqlite_version} without FTS5", fine=False, advice=advice, needed=True)
    finally:
        connection.close()


def _database(home: Home) -> Line:
    shown = masked(home.database_url).split("@")[-1]
    try:
        engine = db.open_reader(home.database_url)
        try:
            db.ready(engine)
        finally:
            engine.dispose()
    except NoArchive as problem:
        return Line("archive", str(problem), fine=False, advice="palimpsest ingest FILE --url URL")
    except PalimpsestError as problem:
        return Line("archive", f"{shown}: {problem}", fine=False, advice=_ELSEWHERE, needed=True)
    return Line("archive", f"{shown}, schema {db.head()}", fine=True)


def _clock(home: Home) -> Line:
    try:
        engine = db.open_reader(home.database_url)
        try:
            with db.reading(engine) as connection:
                known = clocks.known(connection)
        finally:
            engine.dispose()
    except PalimpsestError:
        return Line("clock", "nothing to compare it with yet", fine=True)
    return _compared(known, clock.machine())


def _compared(known: clocks.KnownClock, now: datetime) -> Line:
    advice = "set this machine's clock, and let NTP keep it; then crawl again"
    if known.newest is not None and known.newest > now + CLOCK_OFF:
        said = f"{now:%Y-%m-%d %H:%M} UTC, earlier than the archive's latest run ({known.newest:%Y-%m-%d %H:%M})"
        return Line("clock", said, fine=False, advice=advice)
    if not known.run:
        return Line("clock", "no host was asked that tells the time", fine=True)
    if known.off:
        side = "ahead" if known.ahead > 0 else "behind"
        said = f"{timedelta(seconds=abs(known.ahead))} {side} in {known.run}, by the word of most hosts"
        return Line("clock", said, fine=False, advice=advice)
    return Line("clock", f"most hosts agreed with it on {known.began:%Y-%m-%d}", fine=True)


def _space(home: Home) -> Line:
    place = next(folder for folder in (home.folder, *home.folder.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    advice = "" if free > _LITTLE_SPACE else "make space before a long crawl"
    return Line("disk", f"{free / 1e9:.1f} GB free at {place}", fine=free > _LITTLE_SPACE, advice=advice)


def _browser(home: Home) -> Line:
    found = browsers.find(home)
    if found is not None:
        return Line("browser", found.path, fine=True)
    said = f"{browsers.absence(home)} (only pages that need JavaScript want one)"
    return Line("browser", said, fine=False, advice=browsers.INSTALL)


def _contact(home: Home) -> Line:
    if home.contact:
        return Line("contact", home.contact, fine=True)
    advice = "set PALIMPSEST_CONTACT to an address outlets can complain to, before crawling"
    return Line("contact", "not set", fine=False, advice=advice)


def _outlets(home: Home) -> Line:
    try:
        known = registry(home.outlets)
    except BadInput as problem:
        return Line("outlets", str(problem), fine=False, advice="correct that file, or remove it", needed=True)
    own = sum(outlet != registry().outlets.get(name) for name, outlet in known.outlets.items())
    said = "; ".join((f"{counted(len(known.outlets), 'outlet')}, {own} of your own", *known.remarks))
    return Line("outlets", said, fine=not known.remarks)


def _health(home: Home) -> Iterator[Line]:
    """The outlets that are not believed when they say that nothing has changed."""
    try:
        engine = db.open_reader(home.database_url)
        try:
            db.ready(engine)
            with db.reading(engine) as connection:
                doubted = health.disbelieved_until(connection, clock.now())
        finally:
            engine.dispose()
    except PalimpsestError:
        return
    for outlet, until in sorted(doubted.items()):
        said = f"{outlet}: pages changed behind its 304 (not modified); asked for whole until {until:%Y-%m-%d}"
        yield Line("not modified", said, fine=True)


def examine(home: Home) -> list[Line]:
    """Look at the program, the archive and what they stand on."""
    return [
        Line("Python", sys.version.split()[0], fine=sys.version_info >= (3, 11), needed=True),
        *(_package(name) for name in ("palimpsest", "scrapy", "scrapy-playwright", "sqlalchemy", "alembic")),
        _sqlite(),
        Line("home", str(home.folder), fine=True),
        _database(home),
        *_health(home),
        _clock(home),
        _space(home),
        _outlets(home),
        _browser(home),
        _contact(home),
    ]
