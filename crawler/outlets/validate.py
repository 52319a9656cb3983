"""Is an outlet's file fit for use? Its selectors, patterns, zones and words are tried when it is loaded. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archive.errors import BadInput
from crawler.outlets.base import MONITOR, Outlet
from crawler.parse.date_names import is_zone
from crawler.parse.roles import is_whole

__all__ = ["validate"]

_SELECTORS = frozenset(
    {"marks", "article", "body", "lead_inside", "embeds", "notices", "summaries", "quotes"}
    | {"selector", "titles", "below", "links", "dates"}
)
_PATTERNS = frozenset({"byline", "ends", "heads", "says"})
_ZONES = frozenset({"zone", "timezone"})
_DAYS = frozenset({"since", "until"})
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """(place, text) of the texts in a value and its parts that are not empty.

    A place is written `readers[web].published[0].zone`: what has no name is called by its number.
    """
    if isinstance(value, str):
        yield from [(place, value)] * bool(value)
    elif isinstance(value, tuple):
        for at, each in enumerate(value):
            yield from _texts(each, f"{place}[{getattr(each, 'name', at)}]")
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name), f"{place}.{each.name}".lstrip("."))


def _fault(name: str, text: str) -> str:
    """What is wrong with a field's text; empty where nothing is."""
    if name in _SELECTORS:
        return "" if _is_selector(text) else "not a CSS selector"
    if name in _PATTERNS:
        return _not_a_pattern(text)
    if name in _DAYS:
        return "" if _DAY.fullmatch(text) else "not a day such as 2026-10-03"
    return "no time zone is called so" if name in _ZONES and not is_zone(text) else ""


@lru_cache(maxsize=2_048)
def _is_selector(text: str) -> bool:
    try:
        LexborHTMLParser("<p>").css(text)
    except SelectolaxError:
        return False
    return is_whole(text)


def _not_a_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as problem:
        return f"not a pattern ({problem})"
    return ""


def _article(pattern: str) -> str:
    broken = _not_a_pattern(pattern)
    return broken or ("" if "id" in re.compile(pattern).groupindex else "the article pattern has no named id")


def _path(path: str) -> str:
    return "" if re.fullmatch(r"(?:/[^/?#]+)+", path) else "not the beginning of a path, such as /en"


def _monitor(word: str) -> str:
    return "" if word in MONITOR else f"no type is called so; there are {', '.join(MONITOR)}"


_OF_OUTLET = {"article": _article, "path": _path, "monitor": _monitor}
"""What the fields of an outlet itself must be; its parts have fields of these names too."""


def validate(outlet: Outlet, path: Path) -> None:
    """Raises BadInput with file, line, field and expression for the first thing in an outlet that cannot be."""
    for place, text in _texts(outlet, ""):
        asked = _OF_OUTLET.get(place) or partial(_fault, place.rpartition(".")[2])
        if why := asked(text):
            raise BadInput(f"{_where(path, text)}: outlet {outlet.name}: {place}: {why}: {text!r}")


def _where(path: Path, text: str) -> str:
    """The file, and the line where the text begins; the file alone where the text was put together."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next((number for number, line in enumerate(lines, 1) if text in line), None)
    return f"{path}:{at}" if at else str(path)
