"""Sitemaps that are not XML, and lists in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from archive import urls
from crawler.discover.found import MOST_ENTRIES, Gathered, as_title, short
from crawler.outlets.find import JsonList

__all__ = ["read_json", "read_json_feed", "read_lines", "read_list"]

_MOST_VALUES = 1_000_000


def _json_entries(data: object, *names: str) -> Iterator[tuple[str, dict[str, Any]]]:
    values = data if isinstance(data, list) else []
    if isinstance(data, dict):
        values = next((data[name] for name in names if isinstance(data.get(name), list)), [])
    for value in values[: MOST_ENTRIES + 1]:
        entry = value if isinstance(value, dict) else {"loc": value}
        address = entry.get("loc") or entry.get("url")
        yield (address if isinstance(address, str) else ""), entry


def _json_text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _take_json(got: Gathered, data: object) -> None:
    for address, entry in _json_entries(data, "urls", "url", "urlset"):
        got.entries += 1
        if got.full:
            return
        got.add(address, title=as_title(_json_text(entry, "title")), modified=short(_json_text(entry, "lastmod")))
    if isinstance(data, dict):
        for address, _ in _json_entries(data, "sitemaps", "sitemap"):
            got.follow(address)


def _json(got: Gathered, text: str) -> object:
    """The value a JSON text stands for; None, with the reason in words, where it cannot be read."""
    if sum(map(text.count, "[{,")) > _MOST_VALUES:
        got.words.append(f"JSON of more than {_MOST_VALUES:,} values: not read")
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as problem:
        got.words.append(f"broken JSON: {short(str(problem))}")
        return None


def read_json(got: Gathered, text: str) -> None:
    data = _json(got, text)
    if data is None:
        return
    _take_json(got, data)
    if not got.found and not got.more:
        got.words.append("JSON without any address")


def read_lines(got: Gathered, text: str) -> None:
    # Line by line without a list of them all: there may be millions.
    for found in re.finditer(r"(?<![^\r\n])[ \t]*([^\s#]\S*)", text):
        got.entries += 1
        if got.full:
            return
        got.add(found[1])


def read_json_feed(got: Gathered, text: str) -> None:
    """A JSON Feed (https://www.jsonfeed.org/version/1.1/): the address of an item, else an id or another's address that
    is one of this site."""
    data = _json(got, text)
    items = _at(data, "items")
    for item in (each for each in items if isinstance(each, dict)):
        got.entries += 1
        if got.full:
            return
        address = next(filter(None, (_json_text(item, "url"), *_own_addresses(got, item))), "")
        title, published = (_json_text(item, name) for name in ("title", "date_published"))
        modified, language = (short(_json_text(item, name)) for name in ("date_modified", "language"))
        got.add(
            address,
            title=as_title(title),
            published=short(published),
            modified=modified,
            language=language or short(_json_text(data, "language") if isinstance(data, dict) else ""),
        )
    if not items and not got.words:
        got.words.append("no article in the items of the feed")


def _own_addresses(got: Gathered, item: dict[str, Any]) -> Iterator[str]:
    for name in ("id", "external_url"):
        address = _json_text(item, name)
        if urls.host(address) and urls.domain(address) == urls.domain(got.url):
            yield address


_FUNCTION = re.compile(r"[\w.$]{1,60}\s?")
_NAME = re.compile(r"\{(\w{1,40})\}")
_MOST_LISTS = 100


def _value(item: dict[str, Any], template: str) -> str:
    """A template with an item's values in place of their names; empty where one of them is missing."""
    values = {name: item.get(name) for name in _NAME.findall(template)}
    if not all(isinstance(value, str | int) and str(value).strip() for value in values.values()):
        return ""
    return _NAME.sub(lambda found: str(values[found[1]]).strip(), template)


def _at(data: object, path: str) -> list[object]:
    """The list at the end of a dotted path."""
    for name in filter(None, path.split(".")):
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, list) else []


def _take_items(got: Gathered, find: JsonList, data: object) -> None:
    # Some lists end with an item that is nothing.
    for item in (each for each in _at(data, find.items) if isinstance(each, dict) and each):
        got.entries += 1
        if got.full:
            return
        title, published = (_value(item, template) for template in (find.title, find.published))
        got.add(_value(item, find.address), title=as_title(title), published=short(published))


def _follow_lists(got: Gathered, find: JsonList, text: str) -> None:
    for name in list(dict.fromkeys(re.findall(find.named, text)))[:_MOST_LISTS]:
        got.follow(find.lists.replace("{}", name))
    if not got.more:
        got.words.append(f"the page names no list by {find.named!r}")


def _argument(text: str) -> str:
    """What a script hands to a function, where it does nothing else; else the text as it is."""
    function, _, rest = text.partition("(")
    end = rest.rfind(")")
    return rest[:end] if end >= 0 and _FUNCTION.fullmatch(function) else text


def read_list(got: Gathered, find: JsonList, text: str) -> None:
    text = _argument(text.lstrip("\ufeff \t\r\n"))
    if find.named and not text.startswith(("{", "[")):
        _follow_lists(got, find, text)
    else:
        _take_items(got, find, _json(got, text))
        if not got.found and not got.words:
            got.words.append(f"no article in {find.items!r} of the JSON")
