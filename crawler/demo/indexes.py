"""Where the demo outlets say what they have: home and listing pages, RSS, sitemaps, robots.txt. Pure.

Not every article stands everywhere: one is found by links only, one is missing in the listings, one in the sitemaps,
and one lies in a folder that robots.txt closes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape

from archive.records import BlockType
from crawler.demo.editions import LOOKS, Edition
from crawler.demo.furniture import banner, footer, navigation
from crawler.demo.html import tag, text
from crawler.demo.layouts.common import local
from crawler.demo.plot import carried, told
from crawler.demo.stories import LINKED_ONLY, Story, reserved

__all__ = ["PER_PAGE", "feed", "home", "listing", "news_sitemap", "robots", "sitemap", "sitemaps"]

PER_PAGE = 8
"""Articles on one page of a listing."""

UNLISTED, UNMAPPED = 17, 18
"""The places of the article that no listing names, and of the one no sitemap names."""

_IN_FEED = 12
_NEWS = timedelta(hours=48)
_TRACKING = "?utm_source=rss&utm_medium=rss&utm_campaign=RSS"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _all(edition: Edition, step: int, *, mirror: bool, without: int) -> list[Story]:
    places = {LINKED_ONLY, without}
    found = (one for one in carried(edition.name, mirror=mirror) if one.place not in places)
    return [told(edition.name, one.id, step, mirror=mirror) for one in found]


# --- pages ----------------------------------------------------------------------------------------------------------


def _page(edition: Edition, title: str, *body: str) -> str:
    head = tag("head", tag("meta", charset="UTF-8"), tag("title", text(title)))
    around = tag("body", navigation(edition), banner(edition), *body, footer(edition))
    return f"<!DOCTYPE html>\n{tag('html', head, around, lang=edition.language)}\n"


def _rows(found: Iterable[Story]) -> str:
    links = (tag("a.link.link_hover", text(one.headline), href=one.path) for one in found)
    rows = (tag("li.listing__row", tag("div.card", tag("strong.card__header", link))) for link in links)
    return tag("ul.listing__rows", *rows)


def home(edition: Edition, step: int, *, mirror: bool = False) -> str:
    """The home page: the newest articles, and the one in the closed folder."""
    found = _all(edition, step, mirror=mirror, without=UNLISTED)[:10]
    return _page(edition, edition.words["house"], _rows([*found, reserved(edition.name)]))


def _paged(edition: Edition, base: str, number: int) -> str:
    # The English robots.txt closes every address with a question mark.
    return f"{base}/page/{number}" if edition.name == "demo-en" else f"{base}?page={number}"


def listing(edition: Edition, step: int, base: str, number: int, *, mirror: bool = False) -> str | None:
    """A page of the listing of everything (`edition.latest`) or of a section; None where there is none."""
    found = _all(edition, step, mirror=mirror, without=UNLISTED)
    if base == edition.latest:
        found.append(reserved(edition.name))
    else:
        found = [one for one in found if one.folder == base]
    rows = found[(number - 1) * PER_PAGE : number * PER_PAGE] if number > 0 else []
    if not rows:
        return None
    more = ""
    if len(found) > number * PER_PAGE:
        address = _paged(edition, base, number + 1)
        more = tag("div.listing__button", tag("a.button__item", "+", href=address, data_href=address, rel="next"))
    return _page(edition, base.strip("/"), tag("div.listing", _rows(rows), more))


# --- RSS ------------------------------------------------------------------------------------------------------------

_RSS = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'


def _whole(one: Story) -> str:
    """The text as feeds carry it: the lead first."""
    texts = (tag("p", text(block.text)) for block in one.body if block.type is BlockType.P)
    return tag("p", tag("strong", text(one.lead))) + "".join(texts)


def _date(edition: Edition, one: Story) -> str:
    moment = local(one, one.published) if edition.language == "fr" else one.published
    return f"{moment:%a, %d %b %Y %H:%M:%S %z}"


def _item(edition: Edition, one: Story, host: str) -> str:
    address = f"http://{host}{one.path}"
    described = f"{tag('img', src=one.images[0].address, alt='Preview')} {text(one.lead)}"
    return tag(
        "item",
        tag("title", text(one.headline)),
        f"<link>{escape(address + _TRACKING)}</link>",
        tag("guid", address, isPermaLink="true"),
        tag("pubDate", _date(edition, one)),
        f"<description>{escape(described)}</description>",
        f"<content:encoded><![CDATA[{_whole(one)}]]></content:encoded>",
    )


def feed(edition: Edition, step: int, host: str, *, mirror: bool = False) -> str:
    """RSS of the newest articles: `link` carries tracking, `guid` does not."""
    found = _all(edition, step, mirror=mirror, without=-1)[:_IN_FEED]
    items = "\n".join(_item(edition, one, host) for one in found)
    about = tag("title", text(edition.words["house"])) + f"<link>http://{host}/</link>"
    return f"{_XML}{_RSS}{tag('channel', about, tag('language', edition.language), items)}</rss>\n"


# --- sitemaps -------------------------------------------------------------------------------------------------------


def sitemaps(edition: Edition, step: int, *, mirror: bool = False) -> dict[str, list[Story]]:
    """The yearly sitemaps by name, with the articles in each; the running year has a second part.

    The Spanish edition packs the year before.
    """
    found = _all(edition, step, mirror=mirror, without=UNMAPPED)
    year = LOOKS[0].year
    this = [one for one in found if one.published.year == year]
    half = (len(this) + 1) // 2
    packed = ".gz" * (edition.language == "es")
    return {
        f"sitemap_{year - 1}.xml{packed}": [one for one in found if one.published.year < year],
        f"sitemap_{year}.xml": this[half:],
        f"sitemap_{year}_2.xml": this[:half],
    }


def _urls(found: Sequence[tuple[str, str]], root: str, entry: str, more: str = "") -> str:
    entries = "\n".join(tag(entry, tag("loc", text(address)), inner) for address, inner in found)
    return f'{_XML}<{root} xmlns="{_SITEMAPS}"{more}>\n{entries}\n</{root}>\n'


def _regenerated(step: int) -> str:
    """`lastmod` is when the sitemap was written, whatever the age of the articles."""
    return tag("lastmod", LOOKS[step].replace(hour=3, minute=0).isoformat())


def sitemap(edition: Edition, step: int, host: str, name: str, *, mirror: bool = False) -> bytes | None:
    """The index (`sitemap.xml`) or a yearly sitemap; None where there is none. The Spanish index forgets the part."""
    parts, lastmod = sitemaps(edition, step, mirror=mirror), _regenerated(step)
    if name == "sitemap.xml":
        named = [part for part in parts if edition.language != "es" or "_2." not in part]
        return _urls([(f"http://{host}/{part}", lastmod) for part in named], "sitemapindex", "sitemap").encode()
    if name not in parts:
        return None
    data = _urls([(f"http://{host}{one.path}", lastmod) for one in parts[name]], "urlset", "url").encode()
    return gzip.compress(data, 6, mtime=0) if name.endswith(".gz") else data


def _news(edition: Edition, one: Story) -> str:
    name = tag("news:name", text(edition.words["house"])) + tag("news:language", edition.language)
    dated = tag("news:publication_date", one.published.isoformat())
    return tag("news:news", tag("news:publication", name), dated, tag("news:title", text(one.headline)))


def news_sitemap(edition: Edition, step: int, host: str, *, mirror: bool = False) -> str:
    """The news sitemap: what was published within 48 hours of the first look."""
    found = _all(edition, step, mirror=mirror, without=UNMAPPED)
    fresh = [one for one in found if _is_fresh(one.published)]
    pairs = [(f"http://{host}{one.path}", _news(edition, one)) for one in fresh]
    return _urls(pairs, "urlset", "url", ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"')


def _is_fresh(published: datetime) -> bool:
    return LOOKS[0] - published <= _NEWS


# --- robots.txt -----------------------------------------------------------------------------------------------------


def robots(edition: Edition, host: str) -> str:
    """Closes one folder with an article in it, and the search; the English one every address with a question mark."""
    closed = [f"Disallow: {edition.reserved}/", "Disallow: /search"]
    if edition.name == "demo-en":
        closed.append("Disallow: /*?")
    lines = ["User-agent: *", *closed, "Crawl-delay: 0", "", f"Sitemap: http://{host}/sitemap.xml"]
    return "\n".join(lines) + "\n"
