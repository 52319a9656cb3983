"""Sitemaps and indexes of them, in XML, JSON and plain text."""

from __future__ import annotations

import gzip
import json

import pytest

from crawler.discover import Discovery, Found, discover
from crawler.outlets.find import MOST_PARTS, Sitemap
from tests.crawler.discover.material import SITEMAP, addresses, read_sample, sample


def test_a_news_sitemap() -> None:
    read = read_sample(SITEMAP, "newssitemap.xml")
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
    read = read_sample(Sitemap("https://russian.rt.com/sitemap.xml"), "index.xml")
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
    plain = sample("newssitemap.xml")
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
    assert addresses(read) == [f"https://www.rt.com/news/{end}" for end in ("1/a", "2/b", "3")]
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
    assert addresses(read) == ["https://a.example/1", "https://a.example/%C3%A9"]
    assert read.refused == 1
