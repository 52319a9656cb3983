"""Feeds and sitemaps that small systems write: bases, placeholders, entries of both kinds, feeds in JSON."""

from __future__ import annotations

import json

import pytest

from crawler.discover import discover
from crawler.outlets.find import Feed, Sitemap
from tests.crawler.discover.material import addresses, rss

FEED = Feed("https://feeds.courier.example/rss/news.xml")
MAP = Sitemap("https://www.courier.example/sitemap.xml")
SITE = "https://www.courier.example/"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


@pytest.mark.parametrize(
    ("feed", "found"),
    [
        (f'<feed {ATOM} xml:base="{SITE}"><entry><link href="news/1"/></entry></feed>', "news/1"),
        (f'<feed {ATOM} xml:base="{SITE}news/"><entry xml:base="a/"><link href="1"/></entry></feed>', "news/a/1"),
        (f'<feed {ATOM}><entry><link xml:base="{SITE}" href="/news/1"/></entry></feed>', "news/1"),
        (f'<rss><channel xml:base="{SITE}x/"><item><link>../news/1</link></item></channel></rss>', "news/1"),
        (f'<rss xml:base="{SITE}"><channel><item><link xml:base="news/">1</link></item></channel></rss>', "news/1"),
        (f'<rss xml:base="https://x.example/"><channel><item><link>{SITE}1</link></item></channel></rss>', "1"),
    ],
)
def test_addresses_are_relative_to_the_base_they_inherit(feed: str, found: str) -> None:
    got = discover(FEED, FEED.url, feed.encode())
    assert (addresses(got), got.problem) == ([SITE + found], "")


@pytest.mark.parametrize("link", ["N/A", "n/a", "", "none", "-", "#", " NULL "])
def test_where_a_link_is_a_word_for_nothing_the_id_is_taken(link: str) -> None:
    item = f'<item><link>{link}</link><guid isPermaLink="false">{SITE}news/1</guid></item>'
    got = discover(FEED, FEED.url, rss(item))
    assert (addresses(got), got.problem) == ([SITE + "news/1"], "")
    entry = f'<feed {ATOM}><entry><link href="{link}"/><id>{SITE}news/1</id></entry></feed>'
    assert addresses(discover(FEED, FEED.url, entry.encode())) == [SITE + "news/1"]


def test_an_atom_entry_may_name_where_its_text_stands() -> None:
    entry = f'<feed {ATOM}><entry><id>tag:x,1</id><content type="text/html" src="{SITE}news/1"/></entry></feed>'
    assert addresses(discover(FEED, FEED.url, entry.encode())) == [SITE + "news/1"]


def test_an_id_elsewhere_is_no_address() -> None:
    item = '<item><link>N/A</link><guid isPermaLink="false">https://ids.example/1</guid></item>'
    got = discover(FEED, FEED.url, rss(item))
    assert not got.found
    assert got.refused == 1


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
def test_entries_of_both_kinds_stand_in_either_root(root: str) -> None:
    entries = f"<url><loc>{SITE}news/1</loc></url><sitemap><loc>{SITE}a.xml</loc><loc>{SITE}b.xml</loc></sitemap>"
    got = discover(MAP, MAP.url, f"<{root}>{entries}<sitemap>{SITE}c.xml</sitemap></{root}>".encode())
    assert addresses(got) == [SITE + "news/1"]
    assert got.more == (SITE + "a.xml", SITE + "b.xml", SITE + "c.xml")
    assert not got.problem


@pytest.mark.parametrize("before", ["", "\ufeff", "\n "])
def test_a_feed_in_json(before: str) -> None:
    item = {"id": "1", "url": SITE + "news/1", "title": "Ferry", "date_published": "2026-11-20T08:15:00+01:00"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": [item]}
    (found,) = discover(FEED, FEED.url, (before + json.dumps(feed)).encode(), "application/feed+json").found
    assert (found.url, found.title, found.published) == (item["url"], "Ferry", item["date_published"])


def test_json_that_is_no_feed_is_told() -> None:
    assert "no feed" in discover(FEED, FEED.url, b'{"error": 1}').problem
    empty = b'{"version": "https://jsonfeed.org/version/1", "items": []}'
    assert "no article" in discover(FEED, FEED.url, empty).problem
