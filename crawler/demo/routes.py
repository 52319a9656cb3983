"""From a host and an address to an answer of the demo family at one step. Pure: no sockets, no clock."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.demo import indexes, plot
from crawler.demo.editions import LOOKS, Edition, edition_of
from crawler.demo.response import Response, nothing, redirect, text
from crawler.demo.stories import story

__all__ = ["answer"]

_HTML = "text/html; charset=utf-8"
_RSS = "application/rss+xml; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_GIF = base64.b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAA=")

_ARTICLE = re.compile(r"/[\w-]+/(\d{4,})-")
_API = re.compile(r"/api/article/(\d{4,})")
_PAGED = re.compile(r"(/[\w-]+)/page/(\d{1,3})")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request, understood."""

    edition: Edition
    mirror: bool
    host: str
    step: int
    path: str
    query: str

    def at(self, body: str | bytes | None, kind: str) -> Response | None:
        return None if body is None else text(body, kind, LOOKS[self.step])


def _article(asked: _Asked) -> Response | None:
    """An article by its id; an address with another slug is led to the right one."""
    found = _ARTICLE.match(asked.path)
    if found is None:
        return None
    try:
        one = story(asked.edition.name, found[1])
    except KeyError:
        return None
    if unquote(one.path) != unquote(asked.path):
        return redirect(f"http://{asked.host}{one.path}")
    return plot.page(asked.edition.name, one.id, asked.step, asked.host)


def _api(asked: _Asked) -> Response | None:
    found = _API.fullmatch(asked.path)
    try:
        return plot.api(asked.edition.name, found[1], asked.step, asked.host) if found else None
    except KeyError:
        return None


def _listing(asked: _Asked) -> Response | None:
    base, number = asked.path.rstrip("/"), parse_qs(asked.query).get("page", ["1"])[0]
    if found := _PAGED.fullmatch(base):
        base, number = found[1], found[2]
    if not base or not (number.isascii() and number.isdigit()):
        return None
    return asked.at(indexes.listing(asked.edition, asked.step, base, int(number[:3]), mirror=asked.mirror), _HTML)


def _sitemap(asked: _Asked) -> Response | None:
    name = asked.path[1:]
    kind = "application/gzip" if name.endswith(".gz") else _XML
    return asked.at(indexes.sitemap(asked.edition, asked.step, asked.host, name, mirror=asked.mirror), kind)


def _files(asked: _Asked) -> Response | None:
    """What stands at one address only."""
    edition, step, host, mirror = asked.edition, asked.step, asked.host, asked.mirror
    files: dict[str, tuple[str, Callable[[], str]]] = {
        "/": (_HTML, lambda: indexes.home(edition, step, mirror=mirror)),
        "/robots.txt": ("text/plain; charset=utf-8", lambda: indexes.robots(edition, host)),
        "/newssitemap.xml": (_XML, lambda: indexes.news_sitemap(edition, step, host, mirror=mirror)),
        edition.feed: (_RSS, lambda: indexes.feed(edition, step, host, mirror=mirror)),
    }
    if asked.path not in files:
        return None
    kind, write = files[asked.path]
    return asked.at(write(), kind)


def _media(asked: _Asked) -> Response | None:
    return asked.at(_GIF, "image/gif") if asked.path.startswith("/media/") else None


_WAYS = (_files, _article, _api, _sitemap, _media, _listing)


def answer(step: int, host: str, target: str) -> Response:
    """What the family answers at a step. `host` is the Host header, `target` the path with its query."""
    found = edition_of(host)
    if found is None:
        return nothing(421, "421")
    parts = urlsplit(target)
    asked = _Asked(*found, host, step, parts.path or "/", parts.query)
    return next((response for way in _WAYS if (response := way(asked)) is not None), nothing(404, "404"))
