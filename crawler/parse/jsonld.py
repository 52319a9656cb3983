"""JSON-LD as pages hold it -> the objects that describe an article. Pure; never raises.

Templates wrap it in comments or CDATA, escape it, leave a comma too many or two values in one script; search engines
read it all the same, so nobody mends it. References by `@id` (JSON-LD 1.1, section 3.3) are followed: the authors and
the publisher of an article are often nodes of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

__all__ = ["articles_in", "types_of"]

_ARTICLES = re.compile(r"(?:\w*Article|\w*BlogPosting|Report)\Z")
_DEEPEST = 6
_MOST = 200
"""Items of one list that are looked at."""

_DECODER = json.JSONDecoder(strict=False)  # raw line breaks inside strings are common
_BETWEEN = re.compile(r"[\s,;]*+")
_LOOSE = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")|/\*[^*]{0,200}\*/|//\s*(?=<!\[CDATA\[|\]\]>|<!--|-->)|//[^\n]*+|<!--|-->|'
    r"<!\[CDATA\[|\]\]>|,(?=\s*[}\]])",
    re.DOTALL,
)
"""What is left out of a text that is no JSON, outside of its strings."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


# --- values ---------------------------------------------------------------------------------------------------------


def _loose(found: re.Match[str]) -> str:
    string = found["string"] or ""
    return _ESCAPE.sub(lambda each: each[0] if each[1] in '"\\/bfnrtu' else each[1], string)


def _read(text: str) -> Iterator[Any]:
    """The values of a text one after another. Raises ValueError at what is no JSON, RecursionError where it is too
    deep."""
    at = _BETWEEN.match(text).end()  # type: ignore[union-attr]
    while at < len(text):
        value, at = _DECODER.raw_decode(text, at)
        yield value
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]


def _gathered(text: str) -> tuple[bool, list[Any]]:
    """(whether all of a text was understood, the values before the fault)."""
    found: list[Any] = []
    try:
        for value in _read(text):
            found.append(value)  # noqa: PERF402 - what stands before a fault is kept
    except (ValueError, RecursionError):
        return False, found
    return True, found


def _values(script: str) -> list[Any]:
    understood, found = _gathered(script)
    if understood:
        return found
    return _gathered(_LOOSE.sub(_loose, script if '"' in script else unescape(script)))[1]


# --- objects --------------------------------------------------------------------------------------------------------


def _objects(data: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in data[:_MOST]:
            yield from _objects(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(data.get(key), depth + 1)


def types_of(item: dict[str, Any]) -> list[str]:
    """The types of an object, without the address of their vocabulary."""
    types = item.get("@type")
    names = types if isinstance(types, list) else [types]
    return [re.split("[/#:]", name)[-1] for name in names if isinstance(name, str)]


def _nodes(data: object, found: dict[str, dict[str, Any]], depth: int = 0) -> None:
    """Gather the objects that others may refer to: those with an `@id` and more."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in data[:_MOST]:
            _nodes(item, found, depth + 1)
    elif isinstance(data, dict):
        name = data.get("@id")
        if isinstance(name, str) and "name" in data:
            found.setdefault(name, data)
        for value in data.values():
            if isinstance(value, dict | list):
                _nodes(value, found, depth + 1)


def _refers(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_refers, value[:_MOST]))
    return isinstance(value, dict) and "@id" in value and "name" not in value


def _followed(value: Any, nodes: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_followed(item, nodes) for item in value[:_MOST]]
    if _refers(value) and isinstance(value["@id"], str):
        return nodes.get(value["@id"], value)
    return value


def _place(address: object) -> str:
    """An address without what differs between two writings of it."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
    except ValueError:
        return ""
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/") if parts.path.strip("/") else ""


def _is_elsewhere(item: dict[str, Any], url: str) -> bool:
    """Whether an object says that it is about another address."""
    page = item.get("mainEntityOfPage")
    stated = (item.get("url"), *((page.get("@id"), page.get("url")) if isinstance(page, dict) else (page,)))
    places = set(map(_place, stated)) - {""}
    return bool(places) and _place(url) not in places


def articles_in(scripts: Iterable[str], url: str = "") -> tuple[dict[str, Any], ...]:
    """The objects that describe an article, those about another address than `url` last."""
    values = [value for script in scripts for value in _values(script)]
    found = [item for value in values for item in _objects(value) if any(map(_ARTICLES.match, types_of(item)))]
    if any(_refers(value) for item in found for value in item.values()):
        nodes: dict[str, dict[str, Any]] = {}
        _nodes(values, nodes)
        found = [{key: _followed(value, nodes) for key, value in item.items()} for item in found]
    return tuple(sorted(found, key=lambda item: _is_elsewhere(item, url)) if len(found) > 1 else found)
