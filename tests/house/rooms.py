"""The rooms: what each is for and what it may use. `make pages` writes the page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support import REPOSITORY

__all__ = ["HOUSE", "PURE", "PURE_MODULES", "ROOMS", "SQL_ONLY_IN", "May", "inside", "page"]

ROOMS = ("archive", "crawler", "migrations")

PURE = ("crawler.parse", "crawler.outlets", "crawler.extract", "crawler.discover", "crawler.learn", "crawler.planner")
"""Rooms of bytes, address, time and rules in, values out; and of `fetch` what only decides."""

PURE_MODULES = ("crawler.fetch.guard", "crawler.fetch.robots")


class May(NamedTuple):
    """What the modules of a room may import of ours and from outside; the longest room that fits decides."""

    room: str
    ours: tuple[str, ...]
    outside: frozenset[str]


def _may(room: str, ours: str = "", outside: str = "") -> May:
    return May(room, tuple(ours.split()), frozenset(outside.split()))


_VALUES = (
    "archive.fields archive.page_words archive.planning archive.readings archive.records archive.settling "
    "archive.errors archive.looks archive.masking archive.timeline archive.vantages archive.wording"
)
_SAME = "archive.naming archive.text archive.urls"
_KNOWN = f"{_VALUES} {_SAME}"

HOUSE = [
    # The archive, from its values to its commands.
    _may("archive", "archive.notebook"),
    _may("archive.enums"),
    _may("archive.fields"),
    _may("archive.page_words"),
    _may("archive.readings"),
    _may("archive.settling"),
    _may("archive.vantages"),
    _may("archive.looks", "archive.records archive.vantages"),
    _may("archive.planning"),
    _may("archive.records", "archive.fields archive.enums archive.page_words"),
    _may("archive.discovery"),
    _may("archive.errors", "archive.masking"),
    _may("archive.masking"),
    _may("archive.timeline", _VALUES),
    _may("archive.text", _KNOWN, "w3lib publicsuffixlist regex"),
    _may("archive.urls", _KNOWN, "w3lib publicsuffixlist regex"),
    _may("archive.naming", _KNOWN),
    _may("archive.wording"),
    _may("archive.typed", _KNOWN),
    _may("archive.schedules"),
    _may("archive.settings_file", f"{_VALUES} archive.schedules"),
    _may("archive.home", f"{_VALUES} archive.schedules archive.settings_file"),
    _may("archive.clock"),
    _may("archive.failpoints", _VALUES),
    _may("archive.formulas"),
    _may("archive.logs", _VALUES),
    _may("archive.half_written", _VALUES),
    _may("archive.files", f"{_VALUES} archive.failpoints archive.home archive.half_written"),
    _may("archive.loopback", "archive.errors"),
    _may("archive.views"),
    _may("archive.audit", f"{_KNOWN} archive.formulas"),
    _may(
        "archive.warc",
        f"{_KNOWN} archive.failpoints archive.half_written archive.storage",
        "isal backports compression",
    ),
    _may("archive.diff", _KNOWN, "regex rapidfuzz babel sentencex"),
    _may("archive.copies", _KNOWN, "regex"),
    _may("archive.stories", _KNOWN, "regex babel anyascii"),
    _may("archive.proof", _KNOWN, "cryptography rfc3161_client"),
    _may("archive.health", _KNOWN),
    _may("archive.models", _VALUES, "sqlalchemy"),
    _may("archive.gaps", f"{_VALUES} archive.models", "sqlalchemy"),
    _may("archive.patience", _VALUES, "sqlalchemy"),
    _may("archive.sqlite", "archive.errors", "sqlalchemy"),
    _may(
        "archive.db",
        f"{_VALUES} archive.half_written archive.patience archive.search archive.sqlite",
        "sqlalchemy alembic",
    ),
    _may("archive.search", f"{_KNOWN} archive.diff.languages", "regex Stemmer sqlalchemy"),
    _may(
        "archive.store",
        f"{_KNOWN} archive.copies archive.db archive.diff archive.discovery archive.failpoints archive.half_written "
        "archive.gaps archive.health archive.models archive.patience archive.search archive.stories archive.warc",
        "sqlalchemy",
    ),
    _may("archive.as_of", f"{_KNOWN} archive.db archive.models archive.store", "sqlalchemy"),
    _may(
        "archive.query",
        f"{_KNOWN} archive.audit archive.copies archive.db archive.diff archive.gaps archive.health archive.models "
        "archive.proof archive.search archive.stories archive.typed",
        "sqlalchemy regex",
    ),
    _may(
        "archive.questions",
        f"{_KNOWN} archive.as_of archive.copies archive.db archive.diff archive.gaps archive.models archive.query "
        "archive.search archive.stories archive.clock archive.typed",
        "sqlalchemy regex",
    ),
    _may(
        "archive.export",
        f"{_KNOWN} archive.charts archive.db archive.diff archive.failpoints archive.files archive.formulas "
        "archive.health archive.models archive.proof archive.query archive.questions archive.search archive.store "
        "archive.warc",
        "sqlalchemy cryptography",
    ),
    _may(
        "archive.verify",
        f"{_KNOWN} archive.db archive.models archive.search archive.store archive.warc",
        "sqlalchemy",
    ),
    _may("archive.room", "archive.home"),
    _may("archive.sql_reader", f"{_VALUES} archive.db archive.views", "sqlalchemy"),
    _may("archive.charts", _KNOWN),
    _may("archive.agreement", "archive.audit"),
    _may("archive.desk", f"{_KNOWN} archive.agreement archive.audit", "argon2"),
    _may("archive.storage", f"{_VALUES} archive.half_written", "s3fs"),
    _may(
        "archive.backup",
        f"{_KNOWN} archive.db archive.failpoints archive.files archive.half_written archive.home archive.models "
        "archive.storage archive.store archive.warc",
        "isal pyrage sqlalchemy",
    ),
    _may(
        "archive.packing",
        f"{_VALUES} archive.backup archive.db archive.failpoints archive.files archive.home archive.storage "
        "archive.store archive.warc",
    ),
    _may("archive.notebook", f"{_VALUES} archive.db archive.home archive.query archive.questions archive.views"),
    _may("archive.screen", "", "rich"),
    _may("archive.output", f"{_KNOWN} archive.diff archive.screen"),
    _may("archive.web", "archive", "starlette jinja2 markupsafe uvicorn authlib joserfc requests"),
    _may("archive.commands", "archive", "typer"),
    _may("archive.cli", "archive", "typer"),
    # The crawler, bottom to top: each room may use only those above its line.
    _may("crawler"),
    _may("crawler.parse", _KNOWN, "selectolax w3lib langdetect brotli backports compression"),
    _may("crawler.outlets", f"{_KNOWN} crawler.parse", "selectolax"),
    _may("crawler.extract", f"{_KNOWN} crawler.parse crawler.outlets", "selectolax trafilatura"),
    _may("crawler.discover", f"{_KNOWN} archive.discovery crawler.parse crawler.outlets", "lxml selectolax"),
    _may("crawler.planner", _VALUES),
    _may("crawler.learn", f"{_KNOWN} crawler.parse crawler.outlets crawler.extract"),
    _may(
        "crawler.pipeline",
        "archive crawler.parse crawler.outlets crawler.extract crawler.learn crawler.discover",
        "cryptography",
    ),
    _may("crawler.pipeline.engines", "archive.errors crawler.pipeline.workers", "dask distributed pyspark py4j"),
    _may(
        "crawler.fetch",
        f"{_KNOWN} archive.home archive.store crawler.parse crawler.outlets",
        "scrapy scrapy_playwright playwright twisted protego OpenSSL service_identity",
    ),
    _may(
        "crawler.spiders",
        f"{_KNOWN} archive.clock archive.db archive.discovery archive.home archive.patience archive.query archive.room "
        "archive.store archive.warc crawler.parse crawler.outlets crawler.discover crawler.planner crawler.pipeline "
        "crawler.fetch",
        "scrapy twisted",
    ),
    _may(
        "crawler.webarchives",
        f"{_KNOWN} archive.clock archive.db archive.home archive.output archive.store archive.warc crawler.settings "
        "crawler.parse crawler.outlets crawler.fetch crawler.pipeline crawler.spiders",
        "scrapy",
    ),
    _may(
        "crawler.authoring",
        f"{_KNOWN} archive.db archive.health archive.home archive.query archive.store archive.warc "
        "crawler.parse crawler.outlets crawler.extract crawler.discover crawler.pipeline",
        "selectolax",
    ),
    _may(
        "crawler.alarms",
        f"{_KNOWN} archive.clock archive.db archive.files archive.health archive.home archive.query archive.room "
        "archive.store crawler.fetch.post",
        "prometheus_client",
    ),
    _may(
        "crawler.stamping",
        f"{_KNOWN} archive.db archive.home archive.proof archive.store crawler.alarms.mail crawler.fetch.post",
    ),
    _may("crawler.demo", "archive crawler", "scrapy twisted"),
    _may(
        "crawler.doctor",
        f"{_VALUES} archive.clock archive.db archive.home archive.query crawler.fetch.browsers crawler.outlets",
    ),
    _may("crawler.settings", "archive"),
    _may("crawler.scrapy_commands", "archive.errors archive.output crawler.spiders", "scrapy"),
    _may("crawler.commands", "archive crawler", "typer"),
    _may("crawler.cli", "archive crawler", "typer"),
    _may("migrations", "archive.db archive.home archive.models", "sqlalchemy alembic"),
]

SQL_ONLY_IN = (
    *("archive.patience", "archive.sqlite", "archive.sql_reader"),
    *(
        "archive.models",
        "archive.gaps",
        "archive.db",
        "archive.store",
        "archive.as_of",
        "archive.search.sql",
        "archive.search.index",
        "archive.search.integrity",
    ),
    *(
        "archive.query",
        "archive.questions",
        "archive.verify",
        "archive.export.rows",
        "archive.export.pairs",
        "archive.export.tellings",
        "archive.export.bundle",
        "archive.export.proven",
        "archive.export.publish",
        "archive.export.transfer",
        "archive.backup.database",
        "archive.backup.facts",
    ),
    "migrations",
)


def inside(name: str, room: str) -> bool:
    """Whether a module is a room or stands in it."""
    return name == room or name.startswith(f"{room}.")


_HEAD = """# Rooms

What each room is for, in its own words, and which others of ours it may use: a test holds both against the code. The
plan they follow is [architecture.md](architecture.md). Made by `make pages`.

In the last column, *values* are the modules of `archive/` that everything speaks of: {known}; *plain values* are those
among them that know the standard library alone: {plain}. `archive` or `crawler` alone is all of it. What may be used
from outside stands in `tests/house/rooms.py`.
"""

_ABOUT = {
    "archive": "how it is kept and read. It never imports the crawler",
    "crawler": "how an article gets here, bottom to top",
}

_MIGRATIONS = """
`migrations/` — the only thing that ever changes tables. It may use {uses}.
Each revision has its types frozen in it:

| revision | is for |
|---|---|
"""


def _summary(path: Path) -> str:
    """The first paragraph of a module's docstring, on one line."""
    said = ast.get_docstring(ast.parse(path.read_bytes())) or ""
    return " ".join(said.partition("\n\n")[0].split()).replace("|", "\\|")


def _holds_code(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def _modules(folder: Path) -> str:
    found = [path for path in sorted(folder.iterdir()) if not path.name.startswith("_")]
    return " ".join(f"`{path.name}/`" if path.is_dir() else f"`{path.stem}`" for path in found if _holds_code(path))


def _uses(room: str) -> str:
    """What a room may use: of the other package by its whole name, of its own by the room's."""
    may = next((one for one in HOUSE if one.room == room), None)
    ours = [name for name in may.ours if name != room] if may else []
    for words, modules in (("*values*", set(_KNOWN.split())), ("*plain values*", set(_VALUES.split()))):
        if modules <= {*ours, room}:
            ours = [words, *(name for name in ours if name not in modules)]
    return ", ".join(name.removeprefix(f"{room.partition('.')[0]}.") for name in ours)


def _listed(modules: str) -> str:
    return ", ".join(f"`{name.removeprefix('archive.')}`" for name in modules.split())


def _rows(package: str) -> Iterator[str]:
    """A row a room; the order of the rules is that of the floors."""
    order = {may.room: place for place, may in enumerate(HOUSE)}
    paths = [path for path in (REPOSITORY / package).iterdir() if not path.name.startswith("_")]
    rooms = {f"{package}.{path.stem}": path for path in paths if _holds_code(path)}
    for room in sorted(rooms, key=lambda room: order.get(room, len(order))):
        path = rooms[room]
        if path.is_dir():
            yield f"| `{path.name}/` | {_summary(path / '__init__.py')} | {_modules(path)} | {_uses(room)} |"
        else:
            yield f"| `{path.name}` | {_summary(path)} | | {_uses(room)} |"


def page() -> str:
    """The page of rooms."""
    parts = [_HEAD.format(known=_listed(_KNOWN), plain=_listed(_VALUES))]
    for package, about in _ABOUT.items():
        rows = "\n".join(_rows(package))
        parts.append(f"\n`{package}/` — {about}:\n\n| room | is for | holds | may use |\n|---|---|---|---|\n{rows}\n")
    revisions = [REPOSITORY / "migrations" / "env.py", *sorted((REPOSITORY / "migrations" / "versions").glob("0*.py"))]
    parts.append(_MIGRATIONS.format(uses=_uses("migrations")))
    parts += [f"| `{path.stem}` | {_summary(path)} |\n" for path in revisions]
    return "".join(parts)


if __name__ == "__main__":
    print(page(), end="")
