"""What is here, what is missing, and what to type."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from archive import db
from archive.errors import BadInput, NoArchive, PalimpsestError
from archive.home import Home
from archive.masking import masked
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


def examine(home: Home) -> list[Line]:
    """Look at the program, the archive and what they stand on."""
    return [
        Line("Python", sys.version.split()[0], fine=sys.version_info >= (3, 11), needed=True),
        *(_package(name) for name in ("palimpsest", "scrapy", "scrapy-playwright", "sqlalchemy", "alembic")),
        _sqlite(),
        Line("home", str(home.folder), fine=True),
        _database(home),
        _space(home),
        _outlets(home),
        _browser(home),
        _contact(home),
    ]
