"""What was fetched where articles are found -> addresses of articles. Pure; never raises, whatever the bytes.

Feeds (RSS 0.9 to 2.0, RDF, Atom), sitemaps (XML, JSON, plain text; packed or not; indexes of them), listing pages and
lists in JSON.
Nothing here is content: a feed's full text is never an article's body, it gives a variant of the title and a date.
Alternates of other languages (`xhtml:link`), media and pictures are left out: they are not this outlet's articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from archive import urls
from archive.errors import BadInput
from crawler.discover.found import MOST_ENTRIES, Discovery, Found, Gathered, normal
from crawler.discover.listings import addresses, read_listing_page
from crawler.discover.lists import read_json, read_json_feed, read_lines, read_list
from crawler.discover.markup import read_xml
from crawler.outlets.base import Outlet
from crawler.outlets.find import Feed, Find, JsonList, Sitemap
from crawler.parse.decode import LONGEST_BODY, Decoded, Opened, decode, open_body
from crawler.parse.page import Page

__all__ = ["MOST_ENTRIES", "Discovery", "Found", "discover", "links"]

_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_LINES = re.compile(r"(?:#[^\r\n]*[\r\n]+\s*)*[\"'<]?https?://")
_BEYOND = re.compile(rb"https?://[^\s<>\"'\]\x80-\xff]{0,500}+[\x80-\xff][^\s<>\"'\]]{0,2000}+")
_JSON_FEED = "jsonfeed.org/version/"
"""What every feed in JSON says of itself (https://www.jsonfeed.org/version/1.1/)."""
_ONE_BYTE = re.compile(r"(?:windows-|cp)125\d|koi8-[ru]|iso-8859-(?:[1-9]|1[013-6])", re.IGNORECASE)
_MANY = 200
_UTF_8 = ("utf-8", "utf8")
_ASCII = bytes(range(128))
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0")
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


def _escaped(body: bytes) -> bytes:
    """A document with the bytes of its addresses escaped as they are, where they are no UTF-8 as they are meant to be:
    read in another charset they would name other pages."""

    def each(found: re.Match[bytes]) -> bytes:
        return found[0] if _is_utf_8(found[0]) else quote(found[0], safe=_ASCII).encode()

    return body if body.startswith(_MARKS) or _is_utf_8(body) else _BEYOND.sub(each, body)


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _declared(body: bytes, charset: str) -> Decoded | None:
    """The text of a document in the charset it declares, where it has too few letters beyond ASCII to tell another one,
    as addresses have; None where that is to be found out."""
    few = 0 < len(body.translate(None, _ASCII)) < _MANY and _ONE_BYTE.fullmatch(charset) and not _is_utf_8(body)
    return Decoded(body.decode(charset, "replace"), charset) if few else None


def _read(got: Gathered, find: Feed | Sitemap, body: bytes, content_type: str) -> None:
    stated, header = _ENCODING.search(body, 0, 1_000), _CHARSET.search(content_type)
    charset = stated[1].decode("ascii") if stated else header[1] if header else ""
    if not charset or charset.lower() in _UTF_8:
        body = _escaped(body)
    decoded = _declared(body, charset) or decode(body, content_type, charset if stated else "")
    start = decoded.text[:1_000].lstrip("\ufeff \t\r\n")
    if isinstance(find, Sitemap) and start.startswith(("{", "[")):
        read_json(got, decoded.text.lstrip("\ufeff \t\r\n"))
    elif start.startswith("{") and _JSON_FEED in decoded.text:
        read_json_feed(got, decoded.text.lstrip("\ufeff \t\r\n"))
    elif isinstance(find, Sitemap) and _LINES.match(start):
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
