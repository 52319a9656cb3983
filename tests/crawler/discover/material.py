"""Feeds, sitemaps and listings to read, and what is found in them."""

from __future__ import annotations

from pathlib import Path

from crawler.discover import Discovery, discover
from crawler.outlets.find import Feed, Find, JsonList, Sitemap

SAMPLES = Path(__file__).parent
FEED = Feed("https://www.rt.com/rss/")
SITEMAP = Sitemap("https://www.rt.com/sitemap.xml")
CARDS = ".card a"
NODE = JsonList("https://a.example/api/list?node=%22/n%22", "list", "https://{host}/article/{aid}", published="{ctime}")
JSONP = JsonList("https://a.example/news_1.jsonp", items="data.list")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def read_sample(find: Find, name: str) -> Discovery:
    return discover(find, find.url, sample(name))


def rss(items: str) -> bytes:
    return f"<rss><channel>{items}</channel></rss>".encode()


def addresses(found: Discovery) -> list[str]:
    return [one.url for one in found.found]


HUB = JsonList(
    "https://a.example/world/",
    items="datasource",
    address="{publishUrl}",
    published="{publishTime}",
    named=r"datasource:([0-9a-f]{32})",
    lists="ds_{}.json",
)
