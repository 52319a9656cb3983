"""What was fetched where articles are found -> addresses of articles. Pure; never raises, whatever the bytes.

Feeds (RSS 0.9 to 2.0, RDF, Atom), sitemaps (XML, JSON, plain text; packed or not; indexes of them), listing pages and
lists in JSON.
Nothing here is content: a feed's full text is never an article's body, it gives a variant of the title and a date.
Alternates of other languages (`xhtml:link`), media and pictures are left out: they are not this outlet's articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archive import urls
from archive.errors import BadInput
from crawler.discover.found import MOST_ENTRIES, Discovery, Found, Gathered, normal
from crawler.discover.listings import addresses, read_listing_page
from crawler.discover.lists import read_json, read_lines, read_list
from crawler.discover.markup import read_xml
from crawler.outlets.base import Outlet
from crawler.outlets.find import Feed, Find, JsonList, Sitemap
from crawler.parse.decode import LONGEST_BODY, Opened, decode, open_body
from crawler.parse.page import Page

__all__ = ["MOST_ENTRIES", "Discovery", "Found", "discover", "links"]

_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""")
_JSON_FEED = "jsonfeed.org/version/"
"""What every feed in JSON says of itself (https://www.jsonfeed.org/version/1.1/)."""
_FAULTS = {
    "torn": "the compressed body ends before its end mark",
    "too-big": f"more than {LONGEST_BODY:,} bytes",
    "unknown": "unknown content encoding",
    "damaged": "damaged content encoding",
}


def _opened(body: bytes, content_encoding: str) -> Opened:
    opened = open_body(body, content_encoding)
    if opened.fault == "damaged" and opened.body is body and body[:2] != b"\x1f\x8b":
        opened = open_body(body, "")  # whoever fetched it has undone the encoding and kept the header
    if not opened.fault and opened.body[:2] == b"\x1f\x8b":
        opened = open_body(opened.body, "")  # sitemap.xml.gz, packed once more on the way
    return opened


def _read(got: Gathered, find: Feed | Sitemap, body: bytes, content_type: str) -> None:
    stated = _ENCODING.search(body, 0, 1_000)
    decoded = decode(body, content_type, stated[1].decode("ascii") if stated else "")
    start = decoded.text[:1_000].lstrip("\ufeff \t\r\n")
    if isinstance(find, Sitemap) and start.startswith(("{", "[")):
        read_json(got, decoded.text.lstrip("\ufeff \t\r\n"))
    elif start.startswith("{") and _JSON_FEED in decoded.text:
        read_list(got, JsonList(got.url, "items", published="{date_published}"), decoded.text)
    elif isinstance(find, Sitemap) and start.startswith(("http://", "https://")):
        read_lines(got, decoded.text)
    else:
        read_xml(got, decoded, body)
    if isinstance(find, Sitemap) and got.found and (after := find.next_part(got.url)):
        got.follow(after)


def discover(find: Find, url: str, body: bytes, content_type: str = "", content_encoding: str = "") -> Discovery:
    """The addresses in what was fetched at `url` for one of an outlet's finds.

    `body` is as received; a body whose encoding was undone already, and one packed twice, are taken too. Of a sitemap
    that gave articles, the part that may continue it is among `more`: that it does not exist is no error. How deep
    indexes are followed is the caller's matter, and so is what lies outside the outlet. Never raises.
    """
    got = Gathered(url)
    opened = _opened(body, content_encoding)
    if opened.fault:
        got.words.append(opened.detail or _FAULTS[opened.fault])
        got.too_big = opened.fault == "too-big"
    elif isinstance(find, JsonList):
        read_list(got, find, decode(opened.body, content_type).text)
    elif isinstance(find, Feed | Sitemap):
        _read(got, find, opened.body, content_type)
    else:
        read_listing_page(got, find, opened, content_type)
    return got.discovery()


def _own(addresses: Iterable[str], outlet: Outlet) -> Iterator[str]:
    for address in addresses:
        if outlet.own_id(address) and outlet.has_host(urls.host(address)):
            try:
                yield normal(address)
            except BadInput:
                continue


def links(page: Page, outlet: Outlet) -> tuple[str, ...]:
    """The articles of an outlet that a page of it links to: on its hosts (mirrors included), of its own pattern of
    addresses, without tracking, in page order, each once, the page itself left out. None for an outlet without a
    pattern: nothing would tell an article from a section.
    """
    own = _own((address for address, _ in addresses(page, "a[href]")), outlet)
    found = dict.fromkeys(own)
    found.pop(page.url, None)
    return tuple(found)[:MOST_ENTRIES]
