"""Feeds and sitemaps that small systems write: bases, placeholders, entries of both kinds, feeds in JSON."""

from __future__ import annotations

import gzip
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


def _item(inside: str) -> str:
    return f"<rss><channel><link>{SITE}</link><item>{inside}</item></channel></rss>"


def _json_feed(**item: object) -> str:
    return json.dumps({"items": [item], "version": "https://jsonfeed.org/version/1.1"})


RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
FEEDS: dict[str, str | bytes] = {
    # As feed readers have them in their trackers; each names one article of the site.
    "relative to the feed": _item("<link>/news/1</link>"),
    "without a scheme, in CDATA": _item("<link><![CDATA[//www.courier.example/news/1]]></link>"),
    "host without a scheme": _item("<link>www.courier.example/news/1</link>"),
    "on lines of its own": _item(f"<link>\n  {SITE}news/1\n </link>"),
    "marks nobody sees around it": _item(f"<link>\u200b{SITE}news/1\ufeff</link>"),
    "a link in HTML as the address": _item(f"<link>&lt;a href='{SITE}news/1'&gt;read&lt;/a&gt;</link>"),
    "the address in quotes": _item(f"<link>“{SITE}news/1”</link>"),
    "escaped twice": _item(f"<link>{SITE}news/1?utm_source=rss&amp;amp;utm_medium=feed</link>"),
    "written as HTML: behind the link": _item(f"<title>x</title><link/>{SITE}news/1<guid>9</guid>"),
    "an Atom link in RSS": _item(f"<a:link xmlns:a='http://www.w3.org/2005/Atom' href='{SITE}news/1'/>"),
    "an Atom link to itself beside it": _item(f"<atom:link rel='self' href='{SITE}x'/><link>{SITE}news/1</link>"),
    "an address in a nested source": _item(
        f"<source><link>https://b.example/</link></source><link>{SITE}news/1</link>"
    ),
    "comments and media beside it": _item(f"<comments>{SITE}c</comments><link>{SITE}news/1</link><enclosure url='x'/>"),
    "a permalink that is a path": _item('<guid isPermaLink="true">/news/1</guid>'),
    "a counter before the own address": _item(
        f"<link>http://feedproxy.example/~r/1</link><feedburner:origLink>{SITE}news/1</feedburner:origLink>"
    ),
    "an item outside the channel": f"<rss><channel/><item><link>{SITE}news/1</link></item></rss>",
    "entities of an old DTD": '<!DOCTYPE rss [<!ENTITY % l PUBLIC "-//W3C//X" "x.ent">]>'
    + _item(f"<link>{SITE}news/1</link>"),
    "a relation as an address": f"<feed {ATOM}><entry><link rel='http://www.iana.org/assignments/relation/alternate'"
    f" href='{SITE}news/1'/></entry></feed>",
    "a relation in capitals": f"<feed {ATOM}><entry><link rel='Alternate' href='{SITE}news/1'/></entry></feed>",
    "nothing but itself": f"<feed {ATOM}><entry><link rel='self' href='{SITE}news/1'/></entry></feed>",
    "replies and enclosures first": f"<feed {ATOM}><entry><link rel='replies' href='{SITE}c'/><link rel='enclosure'"
    f" href='{SITE}x.mp3'/><link href='{SITE}news/1'/></entry></feed>",
    "Atom without its namespace": f"<feed><entry><link href='{SITE}news/1'/></entry></feed>",
    "an Atom link with its address inside": f"<feed {ATOM}><entry><link>{SITE}news/1</link></entry></feed>",
    "a resource in RDF": f"<rdf:RDF {RDF}><item><link rdf:resource='{SITE}news/1'/></item></rdf:RDF>",
    "only what it is about": f"<rdf:RDF {RDF}><item rdf:about='{SITE}news/1'/></rdf:RDF>",
    "an Atom link without its prefix": _item(f'<link rel="alternate" type="text/html" href="{SITE}news/1"></link>'),
    "a related article before it": _item(f"<atom:link href='{SITE}2' rel='related'/><link>\n{SITE}news/1\n</link>"),
    "a namespace of its own": f'<rss xmlns="http://x/rss2"><channel><item><link>{SITE}news/1</link></item></channel></rss>',
    "broken over lines": _item(f"<link>{SITE}news\n/1</link>"),
    "spaces of HTML": _item(f"<link>&nbsp;{SITE}news/1&nbsp;</link>"),
    "in capitals": f"<RSS><CHANNEL><ITEM><LINK>{SITE}news/1</LINK></ITEM></CHANNEL></RSS>",
    "two schemes": _item(f"<link>http://{SITE}news/1</link>"),
    "a scheme that lost its colon": _item("<link>https//www.courier.example/news/1</link>"),
    "packed, and nobody says so": gzip.compress(_item(f"<link>{SITE}news/1</link>").encode()),
    "XML 1.1": '<?xml version="1.1"?>' + _item(f"<link>{SITE}news/1</link>"),
    "UTF-7, it says": '<?xml version="1.0" encoding="utf-7"?>' + _item(f"<link>{SITE}news/1</link>"),
    "an item twice": _item(f"<link>{SITE}news/1</link></item><item><link>{SITE}news/1</link>"),
    "JSON and AMP first": f"<feed {ATOM}><entry><link rel='alternate' type='application/json' href='{SITE}1.json'/>"
    f"<link rel='amphtml' href='{SITE}amp/1'/><link rel='alternate' type='text/html' href='{SITE}news/1'/></entry>"
    "</feed>",
    "JSON Feed: only an id": _json_feed(url=None, id=f"{SITE}news/1"),
    "JSON Feed: a link blog": _json_feed(id=f"{SITE}news/1", external_url="https://b.example/"),
    "JSON Feed: relative": _json_feed(id=1, url="/news/1"),
}


@pytest.mark.parametrize("what", FEEDS)
def test_an_odd_feed_names_its_article(what: str) -> None:
    body = FEEDS[what]
    got = discover(Feed(SITE + "rss"), SITE + "rss", body if isinstance(body, bytes) else body.encode())
    assert (addresses(got), got.problem) == ([SITE + "news/1"], "")


URL = f"<url><loc>{SITE}news/1</loc></url>"
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
SITEMAPS: dict[str, str | bytes] = {
    # As crawlers have them in theirs.
    "another namespace": f'<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9">{URL}</urlset>',
    "an old namespace": f'<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">{URL}</urlset>',
    "a prefix everywhere": f'<s:urlset xmlns:s="http://x"><s:url><s:loc>{SITE}news/1</s:loc></s:url></s:urlset>',
    "a set within a set": f"<urlset><urlset>{URL}</urlset></urlset>",
    "a root around it": f"<sitemaps><urlset>{URL}</urlset></sitemaps>",
    "empty lines before the declaration": f'\n\n <?xml version="1.0"?><urlset>{URL}</urlset>',
    "two marks": "\ufeff\ufeff" + f"<urlset>{URL}</urlset>",
    "UTF-16 that says it is UTF-8": f'<?xml version="1.0" encoding="UTF-8"?><urlset>{URL}</urlset>'.encode("utf-16"),
    "UTF-16 without a mark": f'<?xml version="1.0" encoding="UTF-16"?><urlset>{URL}</urlset>'.encode("utf-16-be"),
    "packed, and nobody says so": gzip.compress(f"<urlset>{URL}</urlset>".encode()),
    "text, packed": gzip.compress(f"{SITE}news/1\n".encode()),
    "text of Windows": b"\xef\xbb\xbf" + f"{SITE}news/1\r\n".encode(),
    "text of old Macs": f"{SITE}news/1\r{SITE}news/1\r",
    "text in UTF-16": f"{SITE}news/1\n".encode("utf-16"),
    "text with a comment": f"# all articles\n\n{SITE}news/1\n# end\n",
    "text with a date behind": f"{SITE}news/1\t2026-11-20\n",
    "a feed": _item(f"<link>{SITE}news/1</link>"),
    "JSON": f'["{SITE}news/1"]',
    "a picture before the address": f"<urlset {IMAGE}><url><image:loc>{SITE}x.jpg</image:loc>{URL[5:]}</urlset>",
    "a picture, its prefix undeclared": f"<urlset><url><image:loc>{SITE}x.jpg</image:loc>{URL[5:]}</urlset>",
    "a link as the address": f"<urlset><url><loc><a href='{SITE}news/1'>{SITE}news/1</a></loc></url></urlset>",
    "the address in quotes": f"<urlset><url><loc>'{SITE}news/1'</loc></url></urlset>",
    "ampersands by number": f"<urlset><url><loc>{SITE}news/1?utm_source=a&amp;#038;fbclid=b</loc></url></urlset>",
    "a style sheet and a comment": f"<?xml-stylesheet href='x.xsl'?><!-- <urlset> --><urlset>{URL}</urlset>",
    "a declared charset that is none": f'<?xml version="1.0" encoding="UTF8"?><urlset>{URL}</urlset>',
    "in capitals": f"<URLSET><URL><LOC>{SITE}news/1</LOC></URL></URLSET>",
    "other languages first": f"<urlset><url><x:link rel='alternate' href='{SITE}de/1'/>{URL[5:]}</urlset>",
    "relative": "<urlset><url><loc>/news/1</loc></url></urlset>",
    "line breaks by number": f"<urlset><url><loc>&#10;{SITE}news/1&#13;&#10;</loc></url></urlset>",
    "something behind the end": f"<urlset>{URL}</urlset><script>x</script>",
    "bare ampersands": f"<urlset><url><loc>{SITE}news/1?utm_source=a&utm_medium=b</loc></url></urlset>",
    "entities of HTML": f"<urlset><url><news:title>caf&eacute;&nbsp;</news:title>{URL[5:]}</urlset>",
    "two schemes": f"<urlset><url><loc>https://{SITE}news/1</loc></url></urlset>",
    "a comment in the address": f"<urlset><url><loc>{SITE}news/1<!-- x --></loc></url></urlset>",
    "a namespace twice": f"<urlset xmlns='a' xmlns='b'>{URL}</urlset>",
    "letters that are not what it says": f"<urlset><url><t>caf\xe9</t>{URL[5:]}</urlset>".encode("latin-1"),
    "sent in chunks that nobody undid": f"3f\r\n<urlset>{URL}</urlset>\r\n0\r\n\r\n",
    "text in quotes": f'"{SITE}news/1"\n',
    "text with a line break of HTML": f"{SITE}news/1<br>\n",
    "behind a warning of a script": f"Warning: x in /y.php\n<urlset>{URL}</urlset>",
}


def test_an_address_within_an_address_stays() -> None:
    listed = f"{SITE}save/https//b.example/1", f"{SITE}save/https://b.example/1"
    entries = "".join(f"<url><loc>{address}</loc></url>" for address in listed)
    assert addresses(discover(MAP, MAP.url, f"<urlset>{entries}</urlset>".encode())) == list(listed)


def test_a_sitemap_without_entries_is_told_where_it_has_addresses() -> None:
    assert "in no entry" in discover(MAP, MAP.url, f"<urlset><loc>{SITE}news/1</loc></urlset>".encode()).problem
    assert not discover(MAP, MAP.url, b"<urlset></urlset>").problem


@pytest.mark.parametrize("what", SITEMAPS)
def test_an_odd_sitemap_names_its_article(what: str) -> None:
    body = SITEMAPS[what]
    got = discover(MAP, MAP.url, body if isinstance(body, bytes) else body.encode())
    assert (addresses(got), got.problem) == ([SITE + "news/1"], "")


@pytest.mark.parametrize(
    ("declared", "header", "escaped"),
    [
        # What a document says its letters are in, they are in, and addresses are asked for in UTF-8.
        ("windows-1251", "", "%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
        ("", "text/xml; charset=windows-1251", "%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
        # Bytes that are nothing of what they are said to be stay what they are.
        ("utf-8", "", "%ED%EE%E2%EE%F1%F2%FC"),
        ("", "", "%ED%EE%E2%EE%F1%F2%FC"),
    ],
)
def test_letters_of_an_address_are_those_that_are_meant(declared: str, header: str, escaped: str) -> None:
    xml = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = f"{xml}<urlset><url><loc>{SITE}новость</loc></url></urlset>".encode("cp1251")
    assert addresses(discover(MAP, MAP.url, body, header)) == [SITE + escaped]
