"""The entries of feeds: RSS 0.9 to 2.0, RDF and Atom. Nothing here is content: a full text in a feed is not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from archive import urls
from crawler.discover.found import Gathered, as_title, short
from crawler.parse.page import absolute

__all__ = ["LANGUAGE", "feed_entry", "name_of", "text_of"]


def name_of(element: Any) -> str:
    """The local name of an element, its prefix declared or not; empty for what is none (an undeclared entity)."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def text_of(element: Any) -> str:
    text = element.text or ""
    return "".join(element.itertext()) if len(element) else text


_MEDIA = ("{http://search.yahoo.com/mrss", "{http://www.itunes.com", "media:", "itunes:")
_FIELDS = {
    "title": ("title",),
    "published": ("pubDate", "published", "issued", "date", "created"),
    "modified": ("updated", "modified"),
    "language": ("language",),
    "guid": ("guid", "id"),
}
_WANTED = frozenset({"link", "origLink", "content", *(name for names in _FIELDS.values() for name in names)})
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


_PLACEHOLDER = re.compile(r"\W*(?:n/?a|none|null|nil|undefined|unknown)?\W*", re.IGNORECASE)
"""What stands where an address is wanted and there is none."""


def _based(element: Any, address: str, feed: str) -> str:
    """An address resolved by the `xml:base` that the element has or inherits; as written where there is none."""
    base = element.base
    return (absolute(absolute(feed, base) or feed, address) or address) if base else address


def _links_of(element: Any) -> Iterator[tuple[int, str]]:
    """The address of a link to the article, with how good it is (less is better)."""
    href = element.get("href") or element.get(_RESOURCE)
    if name_of(element) == "content":
        yield 4, element.get("src", "")  # Atom: the text stands elsewhere
    elif name_of(element) == "origLink":
        yield 0, text_of(element)  # FeedBurner's own link leads over its counter
    elif href is None:
        # Written as in HTML, the element is empty and the address stands behind it.
        yield 1, text_of(element) or element.tail or ""
    else:
        # A relation may be written as an address (RFC 4287, 4.2.7.2); some entries name nothing but themselves.
        relation = element.get("rel", "").strip().lower().rpartition("/")[2]
        if relation in {"", "alternate"}:
            yield (2 if element.get("type", "") in _PAGES else 3), href
        elif relation == "self":
            yield 5, href


def _as_address(element: Any) -> str:
    guid = text_of(element).strip()
    return guid if guid.startswith(("http://", "https://")) else ""


def _permalink(element: Any) -> str:
    if name_of(element) != "guid" or element.get("isPermaLink", "true").strip().lower() == "false":
        return ""
    return _as_address(element)


def _permalink_path(element: Any) -> str:
    """A guid that says it is a permalink, and is the path of one."""
    says = element.get("isPermaLink", "").strip().lower() == "true"
    guid = text_of(element).strip()
    return guid if says and guid.startswith("/") else ""


def _house(url: str) -> str:
    return urls.registrable(urls.host(url))


def _of_the_outlet(guid: str, link: str, feed: str) -> bool:
    """Whether a permalink is the article's own address: on the outlet's hosts, with a path, no less safe."""
    if not link:
        return True
    try:
        path = urlsplit(guid).path.strip("/")
    except ValueError:
        return False
    safe = guid.startswith("https:") or not link.startswith("https:")
    return bool(path) and safe and _house(guid) in {_house(link), _house(feed)}


def _parts_of(entry: Any) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = {}
    for child in entry:
        name = name_of(child)
        if name in _WANTED and not child.tag.startswith(_MEDIA):
            parts.setdefault(name, []).append(child)
    return parts


def _feed_address(parts: dict[str, list[Any]], entry: Any, feed: str) -> str:
    elements = parts.get("link", []) + parts.get("origLink", []) + parts.get("content", [])
    written = ((element, rank, text.strip()) for element in elements for rank, text in _links_of(element))
    found = [(rank, _based(element, text, feed)) for element, rank, text in written if not _PLACEHOLDER.fullmatch(text)]
    link = min(found, key=lambda each: each[0])[1] if found else ""
    guid = next((guid for guid in map(_permalink, parts.get("guid", ())) if guid), "")
    if guid and _of_the_outlet(guid, link, feed):
        return guid
    # An id that looks like an address of the outlet's is better than none, even one that says it is no permalink.
    ids = (_as_address(element) for element in parts.get("guid", []) + parts.get("id", []))
    named = next((each for each in ids if each and _house(each) == _house(feed)), "")
    return link or entry.get(_ABOUT, "") or named or next(map(_permalink_path, parts.get("guid", ())), "")


def _first_text(parts: dict[str, list[Any]], names: tuple[str, ...]) -> str:
    texts = (text_of(element) for name in names for element in parts.get(name, ()))
    return next((text for text in texts if text.strip()), "")


def feed_entry(got: Gathered, entry: Any) -> None:
    parts = _parts_of(entry)
    facts = {name: _first_text(parts, names) for name, names in _FIELDS.items()}
    facts = {name: as_title(text) if name == "title" else short(text) for name, text in facts.items() if text}
    facts.setdefault("language", short(entry.get(LANGUAGE, "")) or got.language)
    got.add(_feed_address(parts, entry, got.url), **facts)
