"""Pages of a site that list articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from selectolax.lexbor import LexborNode, SelectolaxError

from archive.records import Capture
from crawler.discover.found import Gathered, as_title
from crawler.outlets.find import DayArchive, Listing, page_after
from crawler.parse import dates
from crawler.parse.blocks import line
from crawler.parse.decode import Opened
from crawler.parse.page import Page, absolute, load

__all__ = ["addresses", "read_listing_page"]

_MOST_PAGE_TAGS = 200_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a page's time says nothing about its links
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # nor about their days


def _href(node: LexborNode) -> str:
    return node.attributes.get("href") or node.attributes.get("data-href") or ""


def addresses(page: Page, selector: str) -> Iterator[tuple[str, LexborNode]]:
    """What the elements a selector finds link to, absolute; what is no page (a mail address, a script) is left out.

    Raises SelectolaxError for what is no selector."""
    for node in page.tree.css(selector):
        if address := absolute(page.base, _href(node)):
            yield address, node


def _day(link: LexborNode, selector: str) -> str:
    """The ISO day that stands within a link, taken out of it; empty where none is understood."""
    said = [(node, line(node)) for node in link.css(selector)]
    for node, _ in said:
        node.decompose()
    days = (dates.understand(text, "listing", _LATEST).instant for _, text in said)
    return next((day.date().isoformat() for day in days if day), "")


def _read_listing(got: Gathered, find: Listing | DayArchive, page: Page) -> None:
    for address, node in addresses(page, find.links or "a[href]"):
        got.entries += 1
        if got.full:
            return
        day = _day(node, find.dates) if find.dates else ""
        got.add(address, title=as_title(line(node)), published=day)
    if after := page_after(find, got.url):
        got.follow(after)
    elif find.next and "{page" not in find.next:
        for address, _ in list(addresses(page, find.next))[:1]:
            got.follow(address)


def read_listing_page(got: Gathered, find: Listing | DayArchive, opened: Opened, content_type: str) -> None:
    if opened.body.count(b"<") > _MOST_PAGE_TAGS:
        got.words.append(f"more than {_MOST_PAGE_TAGS:,} tags: not read")
        return
    headers = (("content-type", content_type),) if content_type else ()
    page = load(Capture(got.url, _EPOCH, opened.body, headers=headers))
    if page.problem:
        got.words.append(f"{page.problem.reason or page.problem.verdict} instead of a listing")
        return
    try:
        _read_listing(got, find, page)
    except SelectolaxError:
        got.words.append(f"not a CSS selector: {find.links!r} or {find.next!r}")
    # A day may be without articles, and so may the page after the last.
    if not got.found and not got.words and isinstance(find, Listing) and got.url == find.url:
        got.words.append(f"no link on the page is found by {find.links or 'a[href]'!r}")
