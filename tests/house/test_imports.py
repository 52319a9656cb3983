"""Who imports whom: which room may know which other, and what from outside. Imports inside functions count too."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import REPOSITORY

ROOMS = ("archive", "crawler", "migrations")

PURE = (
    *(
        "crawler.discover",
        "crawler.discover.*",
        "crawler.page",
        "crawler.verdict",
        "crawler.read",
        "crawler.dates",
        "crawler.furniture",
    ),
    *(
        "crawler.blocks",
        "crawler.decode",
        "crawler.given",
        "crawler.language",
        "crawler.mojibake",
        "crawler.raw",
        "crawler.revision",
    ),
    *("crawler.robots", "crawler.schedule"),
    *("crawler.walls", "crawler.damage"),
    "crawler.guard",
    *("crawler.general", "crawler.general.*", "crawler.outlets", "crawler.outlets.*"),
)
"""Reading: bytes, address, time and rules in, values out."""


CRAWLING = (
    *("crawler.addon", "crawler.commands", "crawler.commands.*", "crawler.crawling"),
    *("crawler.bounds", "crawler.middlewares", "crawler.pace", "crawler.resolver", "crawler.session"),
    *("crawler.browser", "crawler.rendering", "crawler.visit"),
    *("crawler.spiders", "crawler.spiders.*", "crawler.demo", "crawler.demo.*"),
)
"""What runs inside Scrapy: nothing else may import it."""

COMING = frozenset({"archive.clock", "crawler.discover", "crawler.robots", *CRAWLING})
"""Modules whose rule stands here before they do."""


class May(NamedTuple):
    """What the modules of a pattern may import of ours and from outside; the first pattern that fits decides."""

    pattern: str
    ours: tuple[str, ...]
    outside: frozenset[str]


def _may(patterns: str | tuple[str, ...], ours: str, outside: str = "") -> list[May]:
    names = (patterns,) if isinstance(patterns, str) else patterns
    return [May(name, tuple(ours.split()), frozenset(outside.split())) for name in names]


_VALUES = "archive.records archive.errors archive.timeline"
_SAME = "archive.text archive.urls"

HOUSE = [
    *_may("archive", "archive.notebook"),
    *_may("archive.notebook", f"{_VALUES} archive.db archive.home archive.questions* archive.views"),
    *_may(("archive.records", "archive.errors", "archive.timeline"), _VALUES),
    *_may(("archive.text", "archive.urls"), f"{_VALUES} {_SAME}", "w3lib publicsuffixlist regex"),
    *_may(("archive.home", "archive.failpoints", "archive.clock"), f"{_VALUES} archive.home"),
    *_may(("archive.warc", "archive.warc.*"), f"{_VALUES} {_SAME} archive.failpoints archive.warc*", "isal"),
    *_may("archive.diff", f"{_VALUES} {_SAME}", "regex rapidfuzz"),
    *_may("archive.languages", "", "babel regex"),
    *_may("archive.sentences", "archive.languages", "regex sentencex"),
    *_may("archive.kinds", f"{_VALUES} {_SAME} archive.languages", "regex rapidfuzz"),
    *_may("archive.live", "archive.kinds archive.languages", "regex"),
    *_may(
        "archive.changes",
        f"{_VALUES} {_SAME} archive.diff archive.kinds archive.languages archive.live archive.sentences",
    ),
    *_may("archive.sheet", f"{_VALUES} {_SAME} archive.diff"),
    *_may(("archive.audit", "archive.citing"), f"{_VALUES} {_SAME}"),
    *_may("archive.models", _VALUES, "sqlalchemy"),
    *_may("archive.views", ""),
    *_may("archive.db", f"{_VALUES} archive.search", "sqlalchemy alembic"),
    *_may("archive.search", ""),
    *_may(
        ("archive.search.analyser", "archive.search.query", "archive.search.reading"),
        f"{_VALUES} {_SAME} archive.languages archive.search.analyser archive.search.query",
        "regex Stemmer",
    ),
    *_may("archive.search.*", "archive.search*", "sqlalchemy"),
    *_may(
        ("archive.store", "archive.store.*"),
        f"{_VALUES} {_SAME} archive.clock archive.db archive.failpoints archive.files archive.models archive.search* "
        "archive.store* archive.warc*",
        "sqlalchemy",
    ),
    *_may(
        ("archive.questions", "archive.questions.*"),
        f"{_VALUES} {_SAME} archive.audit archive.changes archive.citing archive.db archive.diff archive.kinds "
        "archive.languages archive.live archive.models archive.questions* archive.search* "
        "archive.sheet archive.store.then",
        "sqlalchemy regex",
    ),
    *_may(
        ("archive.verify", "archive.verify.*"),
        f"{_VALUES} {_SAME} archive.db archive.models archive.search* archive.store* archive.verify* archive.warc*",
        "sqlalchemy",
    ),
    *_may("archive.output", f"{_VALUES} {_SAME} archive.diff", "rich"),
    *_may("archive.files", f"{_VALUES} archive.failpoints"),
    *_may(
        ("archive.export", "archive.export.*"),
        f"{_VALUES} archive.text archive.db archive.export* archive.files archive.questions*",
    ),
    *_may("archive.browsers", "archive.home"),
    *_may("archive.doctor", f"{_VALUES} archive.browsers archive.db archive.home"),
    *_may(("archive.cli", "archive.commands", "archive.commands.*"), "archive*", "typer"),
    *_may("crawler", ""),
    *_may(
        PURE,
        f"{_VALUES} {_SAME} " + " ".join(PURE),
        # `compression` is the standard library's from Python 3.14 on.
        "selectolax lxml protego regex w3lib langdetect trafilatura htmldate brotli backports compression",
    ),
    *_may("crawler.settings", "archive"),
    *_may(CRAWLING, "archive* crawler*", "scrapy scrapy_playwright playwright twisted"),
    # The commands and the one path.
    *_may(("crawler.cli", "crawler.auditing", "crawler.outlet_commands"), "archive* crawler*", "typer"),
    *_may("crawler.sketch", f"{_VALUES} {_SAME} " + " ".join(PURE), "selectolax"),
    *_may(
        (
            "crawler.adding",
            "crawler.cases",
            "crawler.checking",
            "crawler.intake",
            "crawler.pipelines",
            "crawler.readers",
            "crawler.rereading",
            "crawler.sources",
            "crawler.given_files",
        ),
        "archive* crawler*",
    ),
    *_may(("migrations", "migrations.versions", "migrations.versions.*"), "", "sqlalchemy alembic"),
    *_may("migrations.env", "archive.db archive.home archive.models", "sqlalchemy alembic"),
]

SQL_ONLY_IN = (
    "archive.models",
    "archive.db",
    "archive.store*",
    "archive.search.condition",
    "archive.search.table",
    "archive.questions*",
    "archive.verify*",
)

IMPURE = frozenset(
    {
        *("asyncio", "ftplib", "http", "multiprocessing", "secrets", "select", "selectors", "smtplib", "socket"),
        *("random", "socketserver", "sqlite3", "ssl", "subprocess", "telnetlib", "threading", "time", "urllib.request"),
    }
)
"""Of the standard library: clock, network, databases, other processes, chance."""

CLOCKS = frozenset({"now", "utcnow", "today"})


def _name_of(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _modules() -> dict[str, ast.Module]:
    paths = [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py"))]
    return {_name_of(path): ast.parse(path.read_bytes(), str(path)) for path in paths}


def _imported(tree: ast.Module) -> Iterator[str]:
    """Every module a module imports, wherever in it the statement stands."""
    known = _modules()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole module"
            base = node.module or ""
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in known else base


@cache
def _graph() -> dict[str, frozenset[str]]:
    return {name: frozenset(_imported(tree)) - {name} for name, tree in _modules().items()}


def _ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in ROOMS


def _outside(name: str) -> bool:
    return not _ours(name) and name.split(".", maxsplit=1)[0] not in sys.stdlib_module_names


def _rule(name: str) -> May | None:
    return next((may for may in HOUSE if fnmatchcase(name, may.pattern)), None)


@pytest.mark.parametrize("name", sorted(_modules()))
def test_a_module_imports_only_what_its_room_may(name: str) -> None:
    may = _rule(name)
    assert may is not None, f"say in this test what {name} may import"
    wrong = {one for one in _graph()[name] if _ours(one) and not any(fnmatchcase(one, fine) for fine in may.ours)}
    wrong |= {one for one in _graph()[name] if _outside(one) and one.split(".")[0] not in may.outside}
    assert not wrong


def test_the_archive_knows_nothing_of_the_crawler() -> None:
    banned = {"crawler", "scrapy", "scrapy_playwright", "twisted", "playwright", "tests"}
    archive = {name: imported for name, imported in _graph().items() if name.split(".")[0] == "archive"}
    assert {name for name, imported in archive.items() if {one.split(".")[0] for one in imported} & banned} == set()


def test_the_archive_is_lazy() -> None:
    ask = "import sys, archive; print(*(name for name in sys.modules if name.startswith('archive.')))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == []


def test_tables_are_spoken_to_in_few_places() -> None:
    speaks = {name for name, imported in _graph().items() if any(one.split(".")[0] == "sqlalchemy" for one in imported)}
    allowed = (*SQL_ONLY_IN, "migrations*")
    assert {name for name in speaks if not any(fnmatchcase(name, pattern) for pattern in allowed)} == set()


def _pure() -> list[str]:
    return sorted(name for name in _modules() if any(fnmatchcase(name, pattern) for pattern in PURE))


@pytest.mark.parametrize("name", _pure())
def test_reading_is_pure(name: str) -> None:
    impure = {one for one in _graph()[name] if one in IMPURE or one.split(".")[0] in IMPURE}
    assert not impure, "no clock, no network, no database"
    clocks = [
        ast.unparse(node)
        for node in ast.walk(_modules()[name])
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]
    assert not clocks, "the time comes in as an argument"


def _cycle() -> list[str]:
    """Modules that import each other in a circle; empty where there are none."""
    graph, done = _graph(), set[str]()

    def walk(name: str, way: tuple[str, ...]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for imported in sorted(graph[name] & graph.keys()):
            if found := walk(imported, (*way, name)):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, ()))), [])


def test_nothing_imports_itself_in_a_circle() -> None:
    assert _cycle() == []


def test_every_rule_is_needed() -> None:
    used = {may.pattern for name in _modules() if (may := _rule(name))}
    assert {may.pattern for may in HOUSE} - used <= COMING


def _declared() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = (re.split(r"[\[<>=;! ]", one)[0] for one in project["dependencies"])
    return {name.lower().replace("-", "_").split(".")[0] for name in names}


def test_what_is_imported_is_declared() -> None:
    outside = {one.split(".")[0].lower() for imported in _graph().values() for one in imported if _outside(one)}
    # Of the standard library from Python 3.14 on; and PyStemmer's module has another name than its package.
    assert "pystemmer" in _declared()
    assert outside - {"compression", "stemmer"} - _declared() == set()
