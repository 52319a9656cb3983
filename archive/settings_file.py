"""The settings file `palimpsest.toml`: read and checked as a whole, with the line of each mistake in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive import schedules
from archive.errors import BadInput
from archive.schedules import Schedule
from archive.vantages import DEFAULT
from archive.wording import instead

__all__ = ["NUMBERS", "OUTLET", "RUN", "VANTAGES", "Stated", "read"]

_LONGEST = 200_000
"""Bytes of the file that are read: five thousand outlets have room in it."""

NUMBERS = frozenset(
    {"budget", "longest_delay", "database_wait", "warc_size", "warc_hours", "disk_budget", "disk_reserve"}
)
"""The settings outside any table that are numbers; the others are words."""

RUN = {
    "every": "the least time between two turns of an outlet that says nothing else, such as 30m, 6h or 2d",
    "at_once": "how many outlets one machine crawls side by side, each in a process of some 150 MB (default 4)",
}
"""What the table `[run]` may say."""

OUTLET = {
    "enabled": "false: `palimpsest run` leaves it alone; true: it crawls it, from the first turn on",
    "every": "the least time between two of its turns",
    "budget": "the most requests to it within 24 hours, whoever asks",
    "quiet": "hours at which nothing is asked of it, in its time zone: `22:00-06:00`, or a list of such",
    "vantages": "from where it is asked, a list of names: the first is the usual one, each further one is asked what "
    "those before it are not shown. `default` is this machine itself",
}
"""What a table `[outlets.NAME]` may say."""

VANTAGES = {
    "NAME": "the address of a proxy, `http://USER:PASSWORD@proxy.example:3128` or `socks5://…`; the archive knows it "
    "by this name alone, of lower-case letters, digits and dashes",
}
"""What the table `[vantages]` may say."""

_VANTAGE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_SCHEMES = ("http", "socks5")


@dataclass(frozen=True, slots=True)
class Stated:
    """What the file says: settings outside any table as words by name, `every` and `at_once` of `[run]` (None, 0: not
    said), schedules by outlet, proxies by the name of their vantage. `path` and `text` are the file's, for whoever
    finds more mistakes in it."""

    path: Path
    text: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    every: timedelta | None = None
    at_once: int = 0
    outlets: Mapping[str, Schedule] = field(default_factory=dict)
    vantages: Mapping[str, str] = field(default_factory=dict)

    def wrong(self, mistakes: Mapping[tuple[str, ...], str]) -> BadInput:
        """An error that names the line of each mistake: what is wrong, by the names that lead to it."""
        lines = _lines(self.text, mistakes)
        said = (f"{self.path}, line {lines[place]}: {'.'.join(place)} {words}" for place, words in mistakes.items())
        return BadInput("\n".join((*said, "Correct the file, or take the lines out.")))


def read(path: Path, known: tuple[str, ...]) -> Stated:
    """What a file says; `known` are the settings that may stand outside any table. Raises BadInput, which names file,
    line and setting of all that is wrong, each in a line."""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST + 1).decode()
        if len(text) > _LONGEST:
            raise BadInput(f"{path} is longer than {_LONGEST:,} characters: that is no file of settings")
        stated = tomllib.loads(text)
    except FileNotFoundError:
        return Stated(path)
    except OSError as problem:
        said = f"{path} cannot be read ({problem.strerror}): PALIMPSEST_HOME, or --home, is the folder of an archive"
        raise BadInput(said) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise BadInput(f"{path}: {problem}. Correct that line or remove the file.") from None
    mistakes: dict[tuple[str, ...], str] = {}
    found = _stated(Stated(path, text), stated, known, mistakes)
    if mistakes:
        raise found.wrong(mistakes)
    return found


def _stated(of: Stated, stated: dict[str, Any], known: tuple[str, ...], mistakes: dict[tuple[str, ...], str]) -> Stated:
    """What was read, with what is wrong in it put to the mistakes."""
    tables = {name: stated.pop(name, {}) for name in ("run", "outlets", "vantages")}
    for name, table in tables.items():
        if not isinstance(table, dict):
            mistakes[(name,)] = f"is a table, [{name}]"
            tables[name] = {}
    _unknown((), stated, (*known, *tables), mistakes)
    settings = {name: _values(name, value, (name,), mistakes) for name, value in stated.items() if name in known}
    run = _table(("run",), tables["run"], RUN, mistakes)
    outlets = {name: _table(("outlets", name), table, OUTLET, mistakes) for name, table in tables["outlets"].items()}
    for name, proxy in tables["vantages"].items():
        _vantage(name, proxy, mistakes)
    _known_vantages(outlets, (DEFAULT, *tables["vantages"]), mistakes)
    if mistakes:
        return of
    words = {name: str(value) for name, value in settings.items()}
    made = {name: Schedule(**table) for name, table in outlets.items()}
    return Stated(of.path, of.text, words, run.get("every"), run.get("at_once", 0), made, tables["vantages"])


def _vantage(name: str, proxy: Any, mistakes: dict[tuple[str, ...], str]) -> None:
    """Check one vantage. What is wrong is said without the address: it holds a password."""
    if name == DEFAULT or not _VANTAGE.fullmatch(name):
        mistakes["vantages", name] = f"is no name for a vantage: lower-case letters, digits, dashes, not {DEFAULT!r}"
        return
    try:
        parts = urlsplit(proxy if isinstance(proxy, str) else "")
        is_one = parts.scheme in _SCHEMES and bool(parts.hostname and parts.port) and parts.path in {"", "/"}
    except ValueError:
        is_one = False
    if not is_one:
        mistakes["vantages", name] = "is the address of a proxy with its port, such as http://proxy.example:3128"


def _known_vantages(
    outlets: Mapping[str, Mapping[str, Any]], known: tuple[str, ...], mistakes: dict[tuple[str, ...], str]
) -> None:
    for outlet, table in outlets.items():
        for name in table.get("vantages") or ():
            if name not in known:
                mistakes["outlets", outlet, "vantages"] = f"names {name!r}: {instead(name, known)}"


def _unknown(
    place: tuple[str, ...], table: Mapping[str, Any], known: tuple[str, ...], mistakes: dict[tuple[str, ...], str]
) -> None:
    for name in table:
        if name not in known:
            mistakes[(*place, name)] = f"is no setting: {instead(name, known)}"


def _table(
    place: tuple[str, ...], table: Any, known: Mapping[str, str], mistakes: dict[tuple[str, ...], str]
) -> dict[str, Any]:
    if not isinstance(table, dict):
        mistakes[place] = f"is a table, [{'.'.join(place)}]"
        return {}
    _unknown(place, table, tuple(known), mistakes)
    return {name: _values(name, value, (*place, name), mistakes) for name, value in table.items() if name in known}


def _values(name: str, value: Any, place: tuple[str, ...], mistakes: dict[tuple[str, ...], str]) -> Any:
    try:
        return _value(name, value)
    except ValueError as problem:
        mistakes[place] = f"{problem}, not {value!r}"
        return None


def _value(name: str, value: Any) -> Any:
    """A value as it is meant. Raises ValueError, which says what it should be."""
    if name == "enabled":
        if not isinstance(value, bool):
            raise ValueError("is true or false")
        return value
    if name in NUMBERS or name == "at_once":
        return _number(value, least=int(name == "at_once"))
    if name == "quiet":
        hours = value if isinstance(value, list) else [value]
        return tuple(schedules.quiet(one if isinstance(one, str) else "") for one in hours)
    if name == "vantages":
        return _names(value)
    if isinstance(value, str):
        return schedules.span(value) if name == "every" else value
    raise ValueError("is words in quotes")


def _names(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(one, str) for one in names) or len(set(names)) < len(names):
        raise ValueError("is a list of names, each once")
    return tuple(names)


def _number(value: Any, least: int) -> int:
    # In quotes too, as the environment has it.
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
    if not isinstance(number, int) or isinstance(number, bool) or number < least:
        raise ValueError(f"is a number from {least} on")
    return number


# --- where it stands --------------------------------------------------------------------------------------------------


def _lines(text: str, places: Mapping[tuple[str, ...], str]) -> dict[tuple[str, ...], int]:
    """The line at which the statement begins that makes each of these be there: the parser does not tell, but whatever
    it takes of the file up to some line ends with a whole statement."""
    lines, begins, found = text.split("\n"), 1, dict.fromkeys(places, 1)
    missing = set(places)
    for n in range(1, len(lines) + 1):
        try:
            stated = tomllib.loads("\n".join(lines[:n]))
        except tomllib.TOMLDecodeError:
            continue
        for place in [one for one in missing if _has(stated, one)]:
            missing.remove(place)
            found[place] = begins
        begins = n + 1
        if not missing:
            break
    return found


def _has(stated: Any, place: tuple[str, ...]) -> bool:
    for name in place:
        if not isinstance(stated, dict) or name not in stated:
            return False
        stated = stated[name]
    return True


def settings_lines() -> Iterator[tuple[str, str, str]]:
    """Table, key and meaning of what the tables may say: `docs/settings.md` is made from this."""
    yield from (("[run]", name, words) for name, words in RUN.items())
    yield from (("[outlets.NAME]", name, words) for name, words in OUTLET.items())
    yield from (("[vantages]", name, words) for name, words in VANTAGES.items())
