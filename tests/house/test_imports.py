"""Who imports whom: which room may know which other, and what from outside. Imports inside functions count too."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

import pytest

from tests.house.rooms import HOUSE, PURE, PURE_MODULES, ROOMS, SQL_ONLY_IN, May, inside
from tests.support import REPOSITORY

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
    """A package by itself is no room of its modules: `archive` speaks of `archive/__init__.py` alone."""
    fitting = [may for may in HOUSE if (name == may.room if may.room in ROOMS[:2] else inside(name, may.room))]
    return max(fitting, key=lambda may: len(may.room), default=None)


@pytest.mark.parametrize("name", sorted(_modules()))
def test_a_module_imports_only_what_its_room_may(name: str) -> None:
    may = _rule(name)
    assert may is not None, f"say in this test what {name} may import"
    fine = (may.room, *may.ours)
    wrong = {one for one in _graph()[name] if _ours(one) and not any(inside(one, room) for room in fine)}
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
    assert {name for name in speaks if not any(inside(name, room) for room in SQL_ONLY_IN)} == set()


def _pure() -> list[str]:
    return sorted(name for name in _modules() if any(inside(name, room) for room in (*PURE, *PURE_MODULES)))


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


def test_there_is_one_clock() -> None:
    """Whoever moves `archive.clock` moves every command: crawls, and what is ingested, added, exported, backed up."""
    asks = {
        name
        for name, tree in _modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and name != "archive.clock"
        if ast.unparse(node.value).split(".")[-1] in {"datetime", "date", "time"}
    }
    assert asks == set()


def _cycle(graph: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Names that import each other in a circle; empty where there are none."""
    done = set[str]()

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


def _box(name: str) -> str:
    return ".".join(name.split(".")[:2])


def _boxes() -> dict[str, set[str]]:
    """Packages and loose modules, and which of them each imports."""
    found: dict[str, set[str]] = {}
    for name, imported in _graph().items():
        found.setdefault(_box(name), set()).update({_box(one) for one in imported if _ours(one)} - {_box(name)})
    return found


def test_nothing_imports_itself_in_a_circle() -> None:
    assert _cycle(_graph()) == []
    assert _cycle(_boxes()) == []


def test_the_rooms_of_the_crawler_use_only_those_above_them() -> None:
    above: list[str] = []
    for may in HOUSE:
        ours = [one for one in may.ours if inside(one, "crawler") and one != "crawler"]
        assert [one for one in ours if not any(inside(one, room) for room in above)] == [], may.room
        above.append(may.room)


def test_every_rule_is_needed() -> None:
    used = {may.room for name in _modules() if (may := _rule(name))}
    assert {may.room for may in HOUSE} == used


def _declared() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = (one for name in ("backup", "s3", "dask", "spark", "oidc") for one in extras[name])
    ours = (*project["dependencies"], *optional)
    names = (re.split(r"[\[<>=;! ]", one)[0] for one in ours)
    return {name.lower().replace("-", "_").split(".")[0] for name in names}


def test_what_is_imported_is_declared() -> None:
    outside = {one.split(".")[0].lower() for imported in _graph().values() for one in imported if _outside(one)}
    # Of the standard library from Python 3.14 on; and modules that have another name than their package.
    assert {"pystemmer", "pyopenssl", "argon2_cffi"} <= _declared()
    assert outside - {"compression", "stemmer", "openssl", "argon2"} - _declared() == set()
