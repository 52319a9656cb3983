"""Whatever the bytes where articles are found: never an exception, never for long, never much memory."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import urls
from archive.errors import BadInput
from crawler.discover import MOST_ENTRIES, discover
from crawler.discover import found as module
from crawler.outlets.find import Find, Listing
from tests.crawler.discover.material import CARDS, FEED, HUB, JSONP, NODE, SITEMAP, rss, sample


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
    body = rss(item * 100)
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
    body = bytearray(sample(name))
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
