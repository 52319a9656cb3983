"""Where articles are found: feeds, sitemaps, listings; whatever the bytes, never an exception, never for long."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import urls
from archive.errors import BadInput
from archive.records import Capture, Source
from crawler.discover import MOST_ENTRIES, Discovery, Found, discover, links
from crawler.discover import found as module
from crawler.outlets.base import Domain, Outlet
from crawler.outlets.find import MOST_PARTS, DayArchive, Feed, Find, JsonList, Listing, Sitemap
from crawler.outlets.registry import registry
from crawler.parse.page import Page, load

SAMPLES = Path(__file__).parent
AT = datetime(2026, 10, 7, tzinfo=UTC)
TODAY = date(2026, 10, 7)

FEED = Feed("https://www.rt.com/rss/")
SITEMAP = Sitemap("https://www.rt.com/sitemap.xml")
CARDS = ".card a"


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def _read(find: Find, name: str) -> Discovery:
    return discover(find, find.url, _sample(name))


def _rss(items: str) -> bytes:
    return f"<rss><channel>{items}</channel></rss>".encode()


def _urls(found: Discovery) -> list[str]:
    return [one.url for one in found.found]


# --- feeds ------------------------------------------------------------------------------------------------------------


def test_rss_gives_addresses_titles_and_dates_and_no_bodies() -> None:
    bridge, ferry = _read(FEED, "rt-en.rss").found
    assert bridge == Found(
        "https://www.rt.com/news/600001-bridge-reopens/",
        "https://www.rt.com/rss/",
        title="Bridge ‘reopens’ after repairs – mayor & council",
        published="Wed, 07 Oct 2026 14:15:00 +0000",
        language="en",
        guid="https://www.rt.com/news/600001-bridge-reopens/",
    )
    assert (ferry.url, ferry.title) == ("https://www.rt.com/business/600002-ferry/?id=7", "Ferry timetable changed")
    assert (ferry.modified, ferry.language, ferry.guid) == ("2026-10-07T13:30:00Z", "ru", "600002")


def test_what_cannot_be_fetched_is_counted_and_named() -> None:
    read = _read(FEED, "rt-en.rss")
    assert read.refused == 1
    assert read.problem.startswith("1 without an address to fetch, the first: not an http(s) address")


def test_atom() -> None:
    read = _read(Feed("https://news.example/feed.atom"), "blog.atom")
    first, second = read.found
    assert (first.url, first.title) == ("https://news.example/a/1-puente", "Puente «abierto»")
    assert (first.published, first.modified) == ("2026-10-06T10:00:00-05:00", "2026-10-07T10:00:00Z")
    assert (first.language, first.guid) == ("es", "tag:news.example,2026:1")
    assert (second.url, second.title, second.language) == ("https://news.example/b/2-segunda", "Segunda nota", "qu")
    assert (second.published, read.problem) == ("", "")


def test_rdf() -> None:
    read = _read(Feed("https://news.example/rdf"), "old.rdf")
    assert _urls(read) == ["https://news.example/1.html", "https://news.example/2.html"]
    assert (read.found[0].published, read.found[0].language) == ("2004-05-09T14:53:00+02:00", "fr")


@pytest.mark.parametrize(
    ("link", "guid", "url"),
    [
        ("https://a.example/1/?utm_source=rss", '<guid isPermaLink="true">https://a.example/1/</guid>', "/1/"),
        # A parameter nobody knows: only the guid tells that it is none of the article's.
        ("https://a.example/1/?from=rss", "<guid>https://www.a.example/1/</guid>", "https://www.a.example/1/"),
        ("https://a.example/1/?utm_source=rss", '<guid isPermaLink="false">https://a.example/?p=1</guid>', "/1/"),
        ("https://a.example/1/", "<guid>https://a.example/?p=1</guid>", "/1/"),
        ("https://a.example/1/", "<guid>http://a.example/1/</guid>", "/1/"),
        ("https://a.example/1/", "<guid>https://b.example/1/</guid>", "/1/"),
        ("https://a.example/1/", "<guid>1</guid>", "/1/"),
        ("", "<guid>https://a.example/1/</guid>", "/1/"),
        ("/1/?fbclid=x&amp;id=2", "", "/1/?id=2"),
        # A counter on another host leads to the article; the guid, or FeedBurner's own field, names it.
        ("https://feeds.example/~r/1", "<guid>https://a.example/1/</guid>", "/1/"),
        ("https://feeds.example/~r/1", '<o:origLink xmlns:o="o">https://a.example/1/</o:origLink>', "/1/"),
    ],
)
def test_the_guid_is_the_address_where_it_is_a_permalink_of_the_outlet(link: str, guid: str, url: str) -> None:
    read = discover(
        Feed("https://a.example/rss"), "https://a.example/rss", _rss(f"<item><link>{link}</link>{guid}</item>")
    )
    assert _urls(read) == [url if url.startswith("https") else f"https://a.example{url}"]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("\n <br/><b>Warning</b>: x <?xml version='1.0'?><rss><item><title>A</title><link>/1</link></item></rss>", "A"),
        ("<rss><item><title>Caf&eacute; & bar &copy;</title><link>/1</link></item></rss>", "Café & bar ©"),
        ("<rss><item><title>A &nosuchthing; b</title><link>/1</link></item></rss>", "A &nosuchthing; b"),
        ("<rss><item><title>A\x0b\x1b B</title><link>/1</link></item></rss>", "A B"),
        ("<rss><item><title>&amp;lt;b&gt;A</title><link>/1</link></item></rss>", "A"),
        ('<!DOCTYPE rss SYSTEM "http://x.example/d"><rss><item><title>A</title><link>/1</link></item></rss>', "A"),
        ('<?xml version="1.0"?><!-- <rss> --><rss><item><title>A</title><link>/1</link></item></rss>', "A"),
        ("<rss><item><title><![CDATA[A & B &lt; C]]></title><link>/1</link></item></rss>", "A & B < C"),
    ],
)
def test_broken_feeds_are_read(body: str, title: str) -> None:
    read = discover(FEED, FEED.url, body.encode())
    assert [(one.url, one.title) for one in read.found] == [("https://www.rt.com/1", title)]


@pytest.mark.parametrize("fault", ["A</b>", "<b>A", "</item>A", "<item>A", "<![CDATA[A"])
def test_a_broken_entry_costs_itself_alone(fault: str) -> None:
    items = [f"<item><title>{title}</title><link>/{n}</link></item>" for n, title in enumerate(("0", fault, "2", "3"))]
    read = discover(FEED, FEED.url, _rss("\n".join(items)))
    titles = {one.url[-1]: one.title for one in read.found}
    assert titles["0"] == "0"
    assert fault == "<![CDATA[A" or (titles["2"], titles["3"]) == ("2", "3")
    assert read.problem


def test_a_bare_ampersand_stays_in_its_address() -> None:
    read = discover(FEED, FEED.url, _rss("<item><link>https://a.example/?id=1&cat=2&copy=3</link></item>"))
    assert _urls(read) == ["https://a.example/?id=1&cat=2&copy=3"]


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-8-sig", "utf-16"])
def test_charsets(charset: str) -> None:
    body = (
        f'<?xml version="1.0" encoding="{charset}"?><rss><item><title>Мост открыт</title><link>/1</link></item></rss>'
    )
    read = discover(FEED, FEED.url, body.encode(charset))
    assert [one.title for one in read.found] == ["Мост открыт"]


def test_the_header_states_a_charset_where_the_document_does_not() -> None:
    body = "<rss><item><title>Мост открыт</title><link>/1</link></item></rss>".encode("cp1251")
    assert discover(FEED, FEED.url, body, "text/xml; charset=windows-1251").found[0].title == "Мост открыт"


def test_a_feed_that_ends_early_gives_what_it_has_and_says_so() -> None:
    whole = _sample("rt-en.rss")
    read = discover(FEED, FEED.url, whole[: whole.index(b"Ferry again")])
    assert (len(read.found), read.problem) == (2, "the document ends before its end")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "an empty document"),
        (b"<!DOCTYPE html><html><body>Sorry <rss></body></html>", "an HTML page instead of a feed or sitemap"),
        (b"<html><body>captcha", "an HTML page instead of a feed or sitemap"),
        (b"404 not found", "no feed or sitemap: it begins with '404 not found'"),
        (b'{"items": []}', "no feed or sitemap: it begins with '{\"items\": []}'"),
        (b"<rss><channel></channel></rss>", "a feed without entries"),
        (b"\x1f\x8b\x08\x00", "the compressed body ends before its end mark"),
    ],
)
def test_what_is_no_feed_is_a_problem_in_words(body: bytes, problem: str) -> None:
    assert discover(FEED, FEED.url, body) == Discovery(problem=problem)


def test_a_real_feed(shared: Path) -> None:
    packed = (shared / "pages/rt_fr/2020-05-rss-francais.xml.gz").read_bytes()
    read = discover(Feed("https://francais.rt.com/rss"), "https://francais.rt.com/rss", packed)
    outlet = registry().get("rt-fr")
    assert (len(read.found), read.problem, read.more) == (10, "", ())
    assert all("?" not in url and outlet.own_id(url) for url in _urls(read))
    assert read.found[0].title == "La Grande Guerre Patriotique : un combat pour la vie et la liberté"
    assert [one.published for one in read.found[:3]] == [
        "Sat, 09 May 2020 14:53:00 +0200",
        "Sat, 09 May 2020 14:40:00 +0200",
        "Sat, 09 May 2020 13:48:49 +0200",
    ]
    assert {(one.language, one.modified) for one in read.found} == {("fr", "")}


# --- sitemaps ---------------------------------------------------------------------------------------------------------


def test_a_news_sitemap() -> None:
    read = _read(SITEMAP, "newssitemap.xml")
    bridge, ferry = read.found
    assert bridge == Found(
        "https://www.rt.com/news/600001-bridge-reopens/",
        SITEMAP.url,
        title="Bridge reopens after repairs",
        published="2026-10-07T14:15:00+00:00",
        modified="2026-10-07T15:00:00+00:00",
        language="en",
    )
    # `lastmod` alone is no publication date.
    assert (ferry.url, ferry.published) == ("https://www.rt.com/business/600002-ferry/?a=1&b=2", "")
    assert (read.refused, read.more) == (1, ())


def test_an_index_never_names_itself() -> None:
    read = _read(Sitemap("https://russian.rt.com/sitemap.xml"), "index.xml")
    assert read.more == ("https://russian.rt.com/sitemap_2026.xml", "https://russian.rt.com/sitemap_2025.xml")
    assert (read.found, read.problem) == ((), "")


@pytest.mark.parametrize(
    ("url", "after"),
    [
        ("https://a.example/sitemap_2023.xml", "https://a.example/sitemap_2023_2.xml"),
        ("https://a.example/sitemap_2023_2.xml", "https://a.example/sitemap_2023_3.xml"),
        ("https://a.example/sitemap_2023_9.xml.gz", "https://a.example/sitemap_2023_10.xml.gz"),
        ("https://a.example/sitemap_2023", "https://a.example/sitemap_2023_2"),
        ("https://a.example/sitemap.xml", ""),
        ("https://a.example/sitemap_2023_b.xml", ""),
        (f"https://a.example/sitemap_2023_{MOST_PARTS}.xml", ""),
    ],
)
def test_the_part_that_may_continue_a_sitemap(url: str, after: str) -> None:
    assert Sitemap("https://a.example/sitemap.xml", parts=r"/sitemap_\d{4}").next_part(url) == after


def test_the_next_part_is_asked_for_while_there_are_articles() -> None:
    find = Sitemap("https://a.example/sitemap.xml", parts=r"/sitemap_\d{4}")
    url = "https://a.example/sitemap_2023.xml"
    full, empty = b"<urlset><url><loc>/1</loc></url></urlset>", b"<urlset></urlset>"
    assert discover(find, url, full).more == ("https://a.example/sitemap_2023_2.xml",)
    assert discover(find, url, empty) == Discovery()


def test_sitemaps_by_content_whatever_the_header_says() -> None:
    plain = _sample("newssitemap.xml")
    once, twice = gzip.compress(plain), gzip.compress(gzip.compress(plain))
    expected = discover(SITEMAP, SITEMAP.url, plain)
    for body, encoding in ((once, ""), (once, "gzip"), (twice, "gzip"), (plain, "gzip"), (plain, "br")):
        assert discover(SITEMAP, SITEMAP.url, body, "application/octet-stream", encoding) == expected


def test_json_sitemaps() -> None:
    entries = [
        {"loc": "/news/1/a", "lastmod": "2026-10-07"},
        {"url": "/news/2/b", "title": "B"},
        "/news/3",
        4,
        {"loc": 5},
    ]
    read = discover(SITEMAP, SITEMAP.url, json.dumps({"urls": entries, "sitemaps": ["/s/1", {"loc": "/s/2"}]}).encode())
    assert _urls(read) == [f"https://www.rt.com/news/{end}" for end in ("1/a", "2/b", "3")]
    assert (read.found[0].modified, read.found[1].title, read.refused) == ("2026-10-07", "B", 2)
    assert read.more == ("https://www.rt.com/s/1", "https://www.rt.com/s/2")


@pytest.mark.parametrize("body", [b'{"urls": [', b"[" * 100_000, b'{"pages": 3}', b"[]", b"{}", b'{"urls": {}}'])
def test_json_that_is_no_sitemap(body: bytes) -> None:
    read = discover(SITEMAP, SITEMAP.url, body)
    assert (read.found, "JSON" in read.problem) == ((), True)


def test_plain_text_sitemaps() -> None:
    read = discover(
        SITEMAP, SITEMAP.url, "\ufeffhttps://a.example/1\r\n\r\nhttps://a.example/é \nnonsense:1\n".encode()
    )
    assert _urls(read) == ["https://a.example/1", "https://a.example/%C3%A9"]
    assert read.refused == 1


# --- lists in JSON ----------------------------------------------------------------------------------------------------

HUB = JsonList(
    "https://a.example/world/",
    items="datasource",
    address="{publishUrl}",
    published="{publishTime}",
    named=r"datasource:([0-9a-f]{32})",
    lists="ds_{}.json",
)
NODE = JsonList("https://a.example/api/list?node=%22/n%22", "list", "https://{host}/article/{aid}", published="{ctime}")
JSONP = JsonList("https://a.example/news_1.jsonp", items="data.list")


def test_a_page_names_the_lists_it_fills_itself_from() -> None:
    page = f"<html><ul data='datasource:{'a1' * 16}'></ul><i data='datasource:{'b2' * 16}'>{'datasource:x'}</i></html>"
    read = discover(HUB, HUB.url, page.encode())
    assert read.more == tuple(f"https://a.example/world/ds_{name * 16}.json" for name in ("a1", "b2"))
    assert (read.found, read.problem) == ((), "")
    assert discover(HUB, HUB.url, b"<html>nothing</html>").problem.startswith("the page names no list by")


def test_a_list_in_json_is_articles_with_titles_and_dates() -> None:
    items = [
        {
            "publishUrl": "../world/20261007/0f/c.html",
            "title": "Br\u00fccke &amp; Weg",
            "publishTime": "2026-10-07 09:00",
        },
        {"publishUrl": None, "title": "B"},
    ]
    read = discover(HUB, "https://a.example/world/ds_1.json", json.dumps({"datasource": items}).encode())
    assert read.found == (
        Found(
            "https://a.example/world/20261007/0f/c.html",
            "https://a.example/world/ds_1.json",
            title="Brücke & Weg",
            published="2026-10-07 09:00",
        ),
    )
    assert read.refused == 1


def test_an_address_is_put_together_from_the_values_of_an_item() -> None:
    items = [{"aid": "4Tx", "host": "w.a.example", "ctime": "1790521556447"}, {"aid": "", "host": "x"}, {}]
    read = discover(NODE, NODE.url, json.dumps({"list": items}).encode())
    assert [(one.url, one.published) for one in read.found] == [("https://w.a.example/article/4Tx", "1790521556447")]
    assert read.refused == 1


def test_a_list_handed_to_a_function_is_read() -> None:
    body = 'news({"data":{"list":[{"url":"https:\\/\\/a.example\\/1.shtml","title":"A (b)"}]}});\n'
    assert [(one.url, one.title) for one in discover(JSONP, JSONP.url, body.encode()).found] == [
        ("https://a.example/1.shtml", "A (b)")
    ]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html>gone</html>", "broken JSON"),
        (b'{"list": {}}', "no article in 'list' of the JSON"),
        (b'{"list": [1, [], null, {}]}', "no article in"),
        (b"f(" + b"[" * 100_000 + b")", "broken JSON"),
        (b"null", "no article in"),
        (b"", "broken JSON"),
    ],
)
def test_what_is_no_list_is_a_problem_in_words(body: bytes, problem: str) -> None:
    read = discover(NODE, NODE.url, body)
    assert read.found == ()
    assert problem in read.problem


# --- listings ---------------------------------------------------------------------------------------------------------


def test_a_listing() -> None:
    find = Listing("https://www.rt.com/russia/", CARDS)
    read = _read(find, "listing.html")
    assert [(one.url, one.title) for one in read.found] == [
        ("https://www.rt.com/russia/600001-bridge-reopens/", "Bridge reopens"),
        ("https://swentr.site/russia/600002-ferry/", "Ferry timetable"),
        ("https://elsewhere.example/russia/600003-partner/", "Partner"),
    ]
    assert (read.more, read.problem, read.refused) == ((), "", 0)


@pytest.mark.parametrize(
    ("following", "url", "more"),
    [
        (".button a", "https://www.rt.com/russia/", ("https://www.rt.com/russia/page/2/",)),
        (".button a", "https://www.rt.com/russia/page/2/", ()),  # it names itself
        (".absent a", "https://www.rt.com/russia/", ()),
        ("/russia/page/{page}/", "https://www.rt.com/russia/", ("https://www.rt.com/russia/page/2/",)),
        ("/russia/page/{page}/", "https://www.rt.com/russia/page/2/", ("https://www.rt.com/russia/page/3/",)),
        ("/russia/page/{page}/", "https://www.rt.com/russia/page/3/", ()),  # the limit
        ("?page={page}", "https://www.rt.com/russia/?page=2", ("https://www.rt.com/russia/?page=3",)),
        ("n_{page:02}.html", "https://www.rt.com/n_01.html", ("https://www.rt.com/n_02.html",)),
    ],
)
def test_the_next_page(following: str, url: str, more: tuple[str, ...]) -> None:
    find = Listing("https://www.rt.com/russia/", CARDS, next=following, pages=3)
    assert discover(find, url, _sample("listing.html")).more == more


def test_a_listing_without_articles_says_so_on_its_first_page_only() -> None:
    find = Listing("https://www.rt.com/russia/", ".gone a")
    assert _read(find, "listing.html").problem == "no link on the page is found by '.gone a'"
    assert discover(find, "https://www.rt.com/russia/page/9/", _sample("listing.html")) == Discovery()
    by_day = DayArchive("https://www.rt.com/{date:%Y}/", "2020-01-01", ".gone a")
    assert discover(by_day, "https://www.rt.com/2020/", _sample("listing.html")) == Discovery()


@pytest.mark.parametrize(
    ("links_by", "body", "problem"),
    [
        (CARDS, b"<rss></rss>", "a feed or sitemap instead of a listing"),
        (CARDS, b"%PDF-1.4", "a PDF document instead of a listing"),
        ("a[[", b"<html><body><a href=/1>x</a>", "not a CSS selector: 'a[[' or ''"),
        (CARDS, b"<html>" + b"<a>" * 300_000, "more than 200,000 tags: not read"),
    ],
)
def test_what_is_no_listing(links_by: str, body: bytes, problem: str) -> None:
    assert discover(Listing("https://a.example/", links_by), "https://a.example/", body).problem == problem


def test_links_are_relative_to_the_base_of_the_page() -> None:
    body = b'<html><head><base href="https://b.example/x/"></head><body><a href="1">A</a><a href="//c.example/2">B</a>'
    read = discover(Listing("https://a.example/"), "https://a.example/", body)
    assert _urls(read) == ["https://b.example/x/1", "https://c.example/2"]


@pytest.mark.parametrize(
    ("file", "selector", "mark", "least"),
    [
        ("gazeta_ru/2017-09-home", 'a[href^="/web/"][href*="/2017/09/"]', "/http://www.gazeta.ru/", 60),
        ("irna_en/2026-home", 'a[href^="/news/"]', "https://www.example.org/news/8", 45),
        ("presstv/2026-home", 'a[href^="/Detail/"]', "https://www.example.org/Detail/202", 100),
    ],
)
def test_real_home_pages_are_listings(shared: Path, file: str, selector: str, mark: str, least: int) -> None:
    body = (shared / f"pages/{file}.html.gz").read_bytes()
    read = discover(Listing("https://www.example.org/", selector), "https://www.example.org/", body)
    assert len(read.found) >= least
    assert all(mark in url for url in _urls(read))
    assert sum(bool(one.title) for one in read.found) > 0.9 * len(read.found)
    assert "�" not in "".join(one.title for one in read.found)


# --- links between articles -------------------------------------------------------------------------------------------


def _page(url: str, body: bytes) -> Page:
    return load(Capture(url, AT, body, source=Source.GIVEN_PAGE))


def test_links_between_articles_stay_with_the_outlet() -> None:
    rt = registry().get("rt-en")
    page = _page("https://www.rt.com/russia/600002-ferry/", _sample("listing.html"))
    assert links(page, rt) == (
        "https://www.rt.com/russia/600001-bridge-reopens/",
        "https://swentr.site/russia/600002-ferry/",  # the mirror of the page is another address
    )
    assert links(_page("https://www.rt.com/russia/600001-bridge-reopens/", _sample("listing.html")), rt) == (
        "https://swentr.site/russia/600002-ferry/",
    )


def test_without_a_pattern_no_link_is_an_article() -> None:
    outlet = Outlet("x", "x", "x", (Domain("www.rt.com"),))
    assert links(_page("https://www.rt.com/russia/", _sample("listing.html")), outlet) == ()
    assert links(_page("https://www.rt.com/russia/", b"%PDF"), registry().get("rt-en")) == ()


# --- what to fetch first ----------------------------------------------------------------------------------------------

BY_DAY = DayArchive("https://a.example/{date:%Y/%m%d}/n.shtml", "2008-08-01")


@pytest.mark.parametrize(
    ("find", "since", "until", "starts"),
    [
        (FEED, None, None, ["https://www.rt.com/rss/"]),
        (Listing("https://a.example/x"), "2020-01-01", "2020-01-02", ["https://a.example/x"]),
        (SITEMAP, None, None, [SITEMAP.url]),
        (Sitemap("https://a.example/s", past=True), None, None, []),
        (Sitemap("https://a.example/s", past=True), "2020-01-01", None, ["https://a.example/s"]),
        (Sitemap("https://a.example/s", since="2010-01-01"), None, "2009-12-31", []),
        (Sitemap("https://a.example/{date:%Y}"), None, None, ["https://a.example/2026"]),
        (Sitemap("https://a.example/{date:%Y}"), None, "2020-03-01", ["https://a.example/2020"]),
        (
            Sitemap("https://a.example/{date:%Y}"),
            "2025-02-01",
            None,
            ["https://a.example/2026", "https://a.example/2025"],
        ),
        (BY_DAY, None, None, ["https://a.example/2026/1007/n.shtml", "https://a.example/2026/1006/n.shtml"]),
        (BY_DAY, "2026-10-07", "2030-01-01", ["https://a.example/2026/1007/n.shtml"]),
        (BY_DAY, None, "2008-08-02", ["https://a.example/2008/0802/n.shtml", "https://a.example/2008/0801/n.shtml"]),
        (BY_DAY, "2020-01-02", "2020-01-01", []),
        (BY_DAY, "2027-01-01", None, []),
    ],
)
def test_starts(find: Find, since: str | None, until: str | None, starts: list[str]) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    assert list(find.starts(first, last, TODAY)) == starts


def test_a_long_past_is_many_days() -> None:
    assert len(BY_DAY.starts(date.min, None, TODAY)) == (TODAY - date(2008, 8, 1)).days + 1


@pytest.mark.parametrize(
    ("url", "since", "until", "covers"),
    [
        ("/sitemap_2025.xml", "2025-12-31", None, True),
        ("/sitemap_2025.xml", "2026-01-01", None, True),  # a midnight elsewhere
        ("/sitemap_2025.xml", "2026-01-02", None, False),
        ("/sitemap_2025_3.xml", None, "2024-12-30", False),
        ("/sitemap_2025.xml", None, None, True),
        ("/other.xml", "2026-01-02", None, True),
        ("/sitemap_2025-12.xml", "2025-12-31", None, True),
        ("/sitemap_2025-11.xml", "2025-12-31", None, False),
        ("/sitemap_2025-13.xml", "2030-12-31", None, True),  # no month: it does not tell
        ("/sitemap_0000.xml", "2030-12-31", None, True),
    ],
)
def test_which_sitemaps_may_hold_a_window(url: str, since: str | None, until: str | None, covers: bool) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    find = Sitemap("https://a.example/s", period=r"/sitemap_(?P<year>\d{4})(?:-(?P<month>\d\d))?")
    assert find.covers(url, first, last) is covers


@given(st.dates(date(1, 1, 1), date(9998, 12, 1)))
def test_a_month_covers_its_days(day: date) -> None:
    find = Sitemap("https://a.example/s", period=r"(?P<year>\d{4})-(?P<month>\d\d)")
    assert find.covers(f"{day:%Y}".zfill(4) + f"-{day:%m}", day, day)


def test_what_an_outlet_file_states_wrongly_is_an_error() -> None:
    wrong: list[Callable[[], object]] = [
        lambda: Sitemap("https://a.example/s", parts="("),
        lambda: Sitemap("https://a.example/s", since="2010"),
        lambda: DayArchive("https://a.example/", "2010-01-01"),
        lambda: DayArchive("https://a.example/{date:%Y}", "soon"),
        lambda: JsonList("https://a.example/", "list", named="("),
        lambda: JsonList("https://a.example/", "list", named="ds_1"),
    ]
    for make in wrong:
        with pytest.raises(ValueError, match=r"pattern|isoformat|by day"):
            make()


def test_every_edition_of_rt_that_can_be_crawled_is_asked_at_its_own_hosts() -> None:
    known = registry()
    outlets = [known.get(name) for name in known.names() if name.startswith("rt-")]
    finds = [(outlet, find) for outlet in outlets for find in outlet.find]
    assert {outlet.name for outlet, _ in finds} >= {"rt-en", "rt-fr", "rt-es", "rt-de", "rt-ar", "rt-ru", "rt-rs"}
    for outlet, find in finds:
        starts = find.starts(TODAY - timedelta(days=400), None, TODAY)
        assert starts
        assert all(outlet.has_host(urls.host(url)) and urls.normal(url) == url for url in starts)


# --- hostile ----------------------------------------------------------------------------------------------------------


def _lol() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}]><rss><item><title>&l9;</title></item></rss>'.encode()


def _xxe() -> bytes:
    inner = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return f"<?xml version='1.0'?>{inner}<rss><item><title>&x;</title><link>/1</link></item></rss>".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "billion laughs": _lol,
    "outside entity": _xxe,
    "a million empty items": lambda: b"<rss>" + b"<item/>" * 1_000_000,
    "a million items": lambda: b"<rss>" + b"<item><link>/1</link></item>" * 640_000,
    "a million urls": lambda: b"<urlset>" + b"<url><loc>/1</loc></url>" * 660_000,
    "elements nobody reads": lambda: b"<rss>" + b"<x/>" * 1_900_000,
    "elements in an item": lambda: b"<rss><item>" + b"<x/>" * 1_900_000,
    "many names": lambda: b"<rss>" + b"".join(b"<n%d/>" % n for n in range(1_000_000)),
    "attributes": lambda: b"<rss " + b" ".join(b'a%d=""' % n for n in range(1_500_000)) + b">",
    "attributes with tags": lambda: b"<rss " + b" ".join(b'a%d=">"' % n for n in range(1_000_000)) + b">",
    "namespaces": lambda: b"<rss " + b" ".join(b'xmlns:a%d="u"' % n for n in range(1_000_000)) + b">",
    "depth": lambda: b"<rss>" + b"<a>" * 1_900_000,
    "ampersands": lambda: b"<rss>" + b"&" * 10_000_000,
    "half references": lambda: b"<rss>" + b"&a" * 240_000,
    "open CDATA": lambda: b"<rss>" + b"<![CDATA[" * 1_500_000,
    "open comments": lambda: b"<!--" * 2_000_000,
    "open declarations": lambda: b"<!DOCTYPE a [" * 1_000_000,
    "instructions": lambda: b"<?a?>" * 3_000_000,
    "one text": lambda: b"<rss><item><title>" + b"a" * 18_000_000,
    "packed nothing": lambda: gzip.compress(b"\0" * 100_000_000),
    "packed twice": lambda: gzip.compress(gzip.compress(b"a" * 100_000_000)),
    "lines": lambda: b"https://a.example/1\n" * 900_000,
    "json values": lambda: b'{"urls":[' + b"[]," * 3_000_000,
    "json depth": lambda: b"[" * 1_000_000,
    "json strings": lambda: b'["' + b'ab","' * 900_000 + b'"]',
    "html": lambda: b"<html><body>" + b'<a href="/1">x</a>' * 500_000,
}
LISTS: dict[str, Callable[[], bytes]] = {
    "names": lambda: b"<html>" + b"datasource:" * 1_000_000,
    "lists": lambda: b"<html>" + b"".join(b"datasource:%032x " % n for n in range(300_000)),
    "an open function": lambda: b"f(" + b")" * 5_000_000 + b" " * 5_000_000 + b"x",
    "items": lambda: b'{"datasource":[' + b'{"publishUrl":"/1"},' * 400_000 + b"{}]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_cost_little(name: str) -> None:
    body = HOSTILE[name]()
    started = time.process_time()
    read = discover(SITEMAP, SITEMAP.url, body)
    spent = time.process_time() - started
    # A second on an ordinary machine; this one may be busy.
    assert spent < 3
    assert len(read.found) <= 1
    assert read.problem
    assert "root:" not in repr(read)


@pytest.mark.parametrize("name", LISTS)
def test_hostile_lists_cost_little(name: str) -> None:
    body = LISTS[name]()
    started = time.process_time()
    read = discover(HUB, HUB.url, body)
    assert time.process_time() - started < 3
    assert (len(read.found) <= 1, len(read.more) <= 100) == (True, True)


def test_of_very_many_entries_the_first_are_read() -> None:
    body = b"<urlset>" + b"".join(b"<url><loc>/%d</loc></url>" % n for n in range(MOST_ENTRIES + 10)) + b"</urlset>"
    read = discover(SITEMAP, SITEMAP.url, body)
    assert len(read.found) == MOST_ENTRIES
    assert read.problem == "more than 50,000 entries: the rest was not read"


def test_what_was_read_is_let_go() -> None:
    full_text = "<p>" + "word " * 20_000 + "</p>"
    item = f"<item><link>/1</link><encoded><![CDATA[{full_text}]]></encoded></item>"
    body = _rss(item * 100)
    tracemalloc.start()
    discover(FEED, FEED.url, body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5 * len(body)


_ALL: tuple[tuple[Find, str], ...] = (
    (FEED, "rt-en.rss"),
    (FEED, "blog.atom"),
    (FEED, "old.rdf"),
    (SITEMAP, "newssitemap.xml"),
    (SITEMAP, "index.xml"),
    (Listing("https://www.rt.com/russia/", CARDS, next=".button a"), "listing.html"),
)


@given(st.sampled_from(_ALL), st.data())
@settings(max_examples=300, deadline=None)
def test_cuts_and_flips_never_raise(case: tuple[Find, str], data: st.DataObject) -> None:
    find, name = case
    body = bytearray(_sample(name))
    for _ in range(data.draw(st.integers(0, 20))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    read = discover(find, find.url, bytes(body[:cut]), data.draw(st.sampled_from(("", "text/xml; charset=gbk"))))
    assert all(one.url.startswith(("http://", "https://")) and urls.normal(one.url) == one.url for one in read.found)
    assert len({one.url for one in read.found}) == len(read.found)
    assert find.url not in read.more


@given(
    st.sampled_from([*(find for find, _ in _ALL), HUB, NODE, JSONP]),
    st.text(max_size=40),
    st.binary(max_size=200),
    st.text(max_size=20),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_never_raise(find: Find, url: str, body: bytes, encoding: str) -> None:
    discover(find, url, body, encoding, encoding)
    discover(find, f"https://{url}", b"<rss><item><link>" + body + b"</link><guid>" + body + b"</guid></item></rss>")
    discover(find, find.url, b"<html><base href='" + body + b"'><a href='" + body + b"'>")


_SEGMENT = st.text("abcXYZ019-._~%/?=&#: é日", max_size=20)


@given(st.sampled_from(["https://", "http://", "HTTP://"]), _SEGMENT, _SEGMENT)
@settings(max_examples=1_000)
def test_the_short_way_to_an_address_is_the_long_way(scheme: str, host: str, rest: str) -> None:
    address = f"{scheme}a{host}.example/{rest}"
    try:
        long = urls.normal(address)
    except BadInput:
        with pytest.raises(BadInput):
            module.normal(address)
    else:
        assert module.normal(address) == module._without_tracking(long)
