"""The demo family: its articles are found in feeds, sitemaps, listings and links."""

from __future__ import annotations

import gzip
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree  # type: ignore[import-untyped] # it ships no types

from crawler.demo import indexes, plot
from crawler.demo.editions import EDITIONS, LOOKS, beside
from crawler.demo.plot import TRUTH, Kind
from crawler.demo.routes import answer
from crawler.demo.stories import COUNT, LINKED_ONLY, reserved, stories
from crawler.discover import discover, links
from crawler.outlets.base import Outlet
from crawler.outlets.find import Feed, Listing, Sitemap
from crawler.parse.page import load
from tests.crawler.demo.material import HOSTS, captured, edition_of, host_of, outlet_of


def _ids(outlet: Outlet, addresses: list[str]) -> set[str]:
    return {outlet.own_id(address) for address in addresses if outlet.own_id(address)}


def _walk(outlet: Outlet, kinds: tuple[type, ...], step: int = 0) -> set[str]:
    """The ids of the articles that an outlet's feeds, sitemaps or listings name, every page of them read."""
    found: set[str] = set()
    for find in outlet.find:
        waiting = list(find.starts(None, None, LOOKS[0].date())) if isinstance(find, kinds) else []
        while waiting:
            url = waiting.pop()
            parts = urlsplit(url)
            response = answer(step, parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
            if response.status != 200:
                continue  # the part after the last
            got = discover(find, url, response.body, response.header("content-type"))
            found |= _ids(outlet, [one.url for one in got.found])
            waiting += got.more
    return found


@pytest.mark.parametrize("edition", EDITIONS)
def test_articles_are_found_in_feeds_sitemaps_and_listings(edition: str) -> None:
    outlet, published = outlet_of(edition), stories(edition)
    closed = reserved(edition).id
    names = {one.id for one in published} - {published[LINKED_ONLY].id}
    # The mirror's feed reaches further back, because it carries less.
    assert len(_walk(outlet, (Feed,))) == 12 + 3 * (edition == "demo-fr")
    assert _walk(outlet, (Sitemap,)) == names - {published[indexes.UNMAPPED].id}
    assert _walk(outlet, (Listing,)) == names - {published[indexes.UNLISTED].id} | {closed}


@pytest.mark.parametrize("edition", EDITIONS)
def test_one_article_is_found_by_a_link_only(edition: str) -> None:
    outlet, one = outlet_of(edition), stories(edition)[LINKED_ONLY]
    everywhere = _walk(outlet, (Feed, Sitemap, Listing))
    assert one.id not in everywhere
    linked = set()
    for place in range(COUNT):
        host = host_of(edition)
        capture = captured(plot.page(edition, stories(edition)[place].id, 0, host), f"http://{host}/x", 0)
        linked |= _ids(outlet, list(links(load(capture), outlet)))
    assert one.id in linked


def test_french_texts_link_to_the_mirror() -> None:
    page = plot.page("demo-fr", stories("demo-fr")[0].id, 0, host_of("demo-fr")).body.decode()
    assert f"http://{host_of('mirror')}/" in page


@pytest.mark.parametrize("edition", EDITIONS)
def test_sections_are_listed_with_paging(edition: str) -> None:
    host = host_of(edition)
    for folder in {one.folder for one in stories(edition)}:
        assert answer(0, host, folder).status == 200
    paged = "/page/2" if edition == "demo-en" else "?page=2"
    assert answer(0, host, EDITIONS[edition].latest + paged).status == 200
    assert answer(0, host, f"{EDITIONS[edition].latest}?page=99").status == 404
    assert answer(0, host, f"{EDITIONS[edition].latest}?page=x").status == 404


@pytest.mark.parametrize("name", HOSTS)
def test_feeds_name_clean_guids_beside_tracked_links(name: str) -> None:
    edition, host = EDITIONS[edition_of(name)], host_of(name)
    root = etree.fromstring(answer(0, host, edition.feed).body)
    items = root.findall(".//item")
    assert items
    for item in items:
        assert "utm_source=rss" in item.findtext("link", "")
        assert item.findtext("guid", "") == item.findtext("link", "").partition("?")[0]
        assert urlsplit(item.findtext("guid", "")).netloc == host
        assert answer(0, host, urlsplit(item.findtext("link", "")).path + "?utm_source=rss").status == 200


@pytest.mark.parametrize("name", HOSTS)
def test_sitemaps_are_well_formed(name: str) -> None:
    host = host_of(name)
    index = etree.fromstring(answer(0, host, "/sitemap.xml").body)
    parts = [urlsplit(found).path for found in index.xpath("//*[local-name()='loc']/text()")]
    assert len(parts) == 2 + (name != "demo-es")
    for path in (*parts, "/sitemap_2026_2.xml"):
        body = answer(0, host, path).body
        data = gzip.decompress(body) if path.endswith(".gz") else body
        assert etree.fromstring(data).tag.endswith("}urlset")
    news = etree.fromstring(answer(0, host, "/newssitemap.xml").body)
    assert news.xpath("count(//*[local-name()='title'])") >= 4


def test_headlines_in_feeds_follow_the_edits() -> None:
    event = next(one for one in TRUTH[1] if one.kind is Kind.HEADLINE)
    feeds = [answer(step, host_of("demo-fr"), "/rss").body.decode() for step in (0, 1)]
    assert [event.before in feeds[0], event.after in feeds[1]] == [True, True]
    assert event.after not in answer(1, host_of("mirror"), "/rss").body.decode()


def test_robots_closes_a_folder_with_an_article_in_it() -> None:
    for name, edition in EDITIONS.items():
        host, one = host_of(name), reserved(name)
        rules = answer(0, host, "/robots.txt").body.decode()
        assert f"Disallow: {edition.reserved}/" in rules
        assert "Crawl-delay: 0" in rules
        assert one.path.startswith(edition.reserved)
        assert answer(0, host, one.path).status == 200
        assert one.path in answer(0, host, "/").body.decode()


def test_other_addresses() -> None:
    host, one = host_of("demo-en"), stories("demo-en")[0]
    moved = answer(0, host, f"{one.folder}/{one.id}-another-slug/")
    assert (moved.status, moved.header("location")) == (302, f"http://{host}{one.path}")
    assert answer(0, host, unquote(stories("demo-ar")[0].path)).status == 404
    assert answer(0, host_of("demo-ar"), unquote(stories("demo-ar")[0].path)).status == 200
    assert [answer(0, host, path).status for path in ("/news/9999999-x/", "/api/article/9999999", "/nothing/here")] == [
        404
    ] * 3
    assert answer(0, "elsewhere.test", "/").status == 421
    assert answer(0, host_of("mirror"), stories("demo-fr")[1].path).status == 404
    assert beside("fr.demo.test:81", "x.test") == "x.test:81"
