"""From where a reading has a text that the page does not show: its head, its JSON-LD, a script of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from crawler.parse.page import Page

__all__ = ["source_of"]

_SURE = 60
"""Characters of a text that are looked for: white space and markup are not the same in two places for long."""


def _metas(page: Page) -> Iterator[str]:
    yield from (value for values in page.meta_lists.values() for value in values)


def _title(page: Page) -> Iterator[str]:
    yield from (node.text() for node in page.in_head("title"))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _stated(page: Page) -> Iterator[str]:
    yield from (text for item in page.jsonld for text in _strings(item))


def _templates(page: Page) -> Iterator[str]:
    yield from (node.html or "" for node in page.tree.css("template"))


def _fields(page: Page) -> Iterator[str]:
    yield from (node.attributes.get("value") or node.text() for node in page.tree.css("input[value], textarea"))


def _scripts(page: Page) -> Iterator[str]:
    yield from (node.text() for node in page.tree.css("script"))


def _attributes(page: Page) -> Iterator[str]:
    marked = page.tree.css("[alt], [title], [content], [datetime], [aria-label]")
    yield from (value for node in marked for value in node.attributes.values() if value)


_SOURCES: tuple[tuple[str, Callable[[Page], Iterator[str]]], ...] = (
    ("meta", _metas),
    ("title", _title),
    ("json-ld", _stated),
    ("template", _templates),
    ("form field", _fields),
    ("attribute", _attributes),
    ("script", _scripts),
)


_CODED = re.compile(r"\\u([0-9a-fA-F]{4})")
_ESCAPED = re.compile(r"\\([nrt\"'/\\])")
"""How letters, quotes and line ends are written in a script."""


def _plain(value: str) -> str:
    """A value as a reader takes it: entities and markup undone, without white space."""
    text = unescape(value)
    if "<" in text:
        text = LexborHTMLParser(text).text()
    text = _CODED.sub(lambda found: chr(int(found[1], 16)), text)
    return "".join(_ESCAPED.sub(lambda found: "" if found[1] in "nrt" else found[1], text).split())


def source_of(page: Page, key: str) -> str:
    """Where a text stands (its first characters, without white space) that no line of the page shows: `meta`, `title`,
    `json-ld`, `template`, `form field`, `attribute`, `script`; `made` where it stands nowhere as it is."""
    wanted = key[:_SURE]
    return next((name for name, values in _SOURCES if any(wanted in _plain(value) for value in values(page))), "made")
