"""Feeds of every kind, charset and degree of damage give addresses, titles and dates, and no bodies."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.discover import Discovery, Found, discover
from crawler.outlets.find import Feed
from crawler.outlets.registry import registry
from tests.crawler.discover.material import FEED, addresses, read_sample, rss, sample


def test_rss_gives_addresses_titles_and_dates_and_no_bodies() -> None:
    bridge, ferry = read_sample(FEED, "rt-en.rss").found
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
    read = read_sample(FEED, "rt-en.rss")
    assert read.refused == 1
    assert read.problem.startswith("1 without an address to fetch, the first: not an http(s) address")


def test_atom() -> None:
    read = read_sample(Feed("https://news.example/feed.atom"), "blog.atom")
    first, second = read.found
    assert (first.url, first.title) == ("https://news.example/a/1-puente", "Puente «abierto»")
    assert (first.published, first.modified) == ("2026-10-06T10:00:00-05:00", "2026-10-07T10:00:00Z")
    assert (first.language, first.guid) == ("es", "tag:news.example,2026:1")
    assert (second.url, second.title, second.language) == ("https://news.example/b/2-segunda", "Segunda nota", "qu")
    assert (second.published, read.problem) == ("", "")


def test_rdf() -> None:
    read = read_sample(Feed("https://news.example/rdf"), "old.rdf")
    assert addresses(read) == ["https://news.example/1.html", "https://news.example/2.html"]
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
        Feed("https://a.example/rss"), "https://a.example/rss", rss(f"<item><link>{link}</link>{guid}</item>")
    )
    assert addresses(read) == [url if url.startswith("https") else f"https://a.example{url}"]


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
    read = discover(FEED, FEED.url, rss("\n".join(items)))
    titles = {one.url[-1]: one.title for one in read.found}
    assert titles["0"] == "0"
    assert fault == "<![CDATA[A" or (titles["2"], titles["3"]) == ("2", "3")
    assert read.problem


def test_a_bare_ampersand_stays_in_its_address() -> None:
    read = discover(FEED, FEED.url, rss("<item><link>https://a.example/?id=1&cat=2&copy=3</link></item>"))
    assert addresses(read) == ["https://a.example/?id=1&cat=2&copy=3"]


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
    whole = sample("rt-en.rss")
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
    assert all("?" not in url and outlet.own_id(url) for url in addresses(read))
    assert read.found[0].title == "La Grande Guerre Patriotique : un combat pour la vie et la liberté"
    assert [one.published for one in read.found[:3]] == [
        "Sat, 09 May 2020 14:53:00 +0200",
        "Sat, 09 May 2020 14:40:00 +0200",
        "Sat, 09 May 2020 13:48:49 +0200",
    ]
    assert {(one.language, one.modified) for one in read.found} == {("fr", "")}
