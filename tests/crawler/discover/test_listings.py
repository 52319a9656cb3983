"""Listing pages, lists in JSON, and links between articles."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.records import Capture, Source
from crawler.discover import Discovery, Found, discover, links
from crawler.outlets.base import Domain, Outlet
from crawler.outlets.find import DayArchive, Listing
from crawler.outlets.registry import registry
from crawler.parse.page import Page, load
from tests.crawler.discover.material import CARDS, HUB, JSONP, NODE, addresses, read_sample, sample

AT = datetime(2026, 10, 7, tzinfo=UTC)


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


def test_a_listing() -> None:
    find = Listing("https://www.rt.com/russia/", CARDS)
    read = read_sample(find, "listing.html")
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
    assert discover(find, url, sample("listing.html")).more == more


def test_a_listing_without_articles_says_so_on_its_first_page_only() -> None:
    find = Listing("https://www.rt.com/russia/", ".gone a")
    assert read_sample(find, "listing.html").problem == "no link on the page is found by '.gone a'"
    assert discover(find, "https://www.rt.com/russia/page/9/", sample("listing.html")) == Discovery()
    by_day = DayArchive("https://www.rt.com/{date:%Y}/", "2020-01-01", ".gone a")
    assert discover(by_day, "https://www.rt.com/2020/", sample("listing.html")) == Discovery()


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
    assert addresses(read) == ["https://b.example/x/1", "https://c.example/2"]


@pytest.mark.parametrize(
    ("file", "selector", "mark", "least"),
    [
        ("gazeta_ru/2017-09-home", 'a[href^="http://www.gazeta.ru/"][href*="/2017/09/"]', "//www.gazeta.ru/", 60),
        ("irna_en/2026-home", 'a[href^="/news/"]', "https://www.example.org/news/8", 45),
        ("presstv/2026-home", 'a[href^="/Detail/"]', "https://www.example.org/Detail/202", 100),
    ],
)
def test_real_home_pages_are_listings(shared: Path, file: str, selector: str, mark: str, least: int) -> None:
    body = (shared / f"pages/{file}.html.gz").read_bytes()
    read = discover(Listing("https://www.example.org/", selector), "https://www.example.org/", body)
    assert len(read.found) >= least
    assert all(mark in url for url in addresses(read))
    assert sum(bool(one.title) for one in read.found) > 0.9 * len(read.found)
    assert "�" not in "".join(one.title for one in read.found)


def _page(url: str, body: bytes) -> Page:
    return load(Capture(url, AT, body, source=Source.GIVEN_PAGE))


def test_links_between_articles_stay_with_the_outlet() -> None:
    rt = registry().get("rt-en")
    page = _page("https://www.rt.com/russia/600002-ferry/", sample("listing.html"))
    assert links(page, rt) == (
        "https://www.rt.com/russia/600001-bridge-reopens/",
        "https://swentr.site/russia/600002-ferry/",  # the mirror of the page is another address
    )
    assert links(_page("https://www.rt.com/russia/600001-bridge-reopens/", sample("listing.html")), rt) == (
        "https://swentr.site/russia/600002-ferry/",
    )


def test_without_a_pattern_no_link_is_an_article() -> None:
    outlet = Outlet("x", "x", "x", (Domain("www.rt.com"),))
    assert links(_page("https://www.rt.com/russia/", sample("listing.html")), outlet) == ()
    assert links(_page("https://www.rt.com/russia/", b"%PDF"), registry().get("rt-en")) == ()
