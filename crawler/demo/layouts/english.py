"""The `article__…` family as RT's English edition has it: the lead outside of the body, JSON-LD. Pure."""

from __future__ import annotations

import json

from archive.records import Image
from crawler.demo.editions import EDITIONS
from crawler.demo.furniture import Turn, banner, counters, related, turn, weave
from crawler.demo.html import tag, text
from crawler.demo.layouts.article import big_card, breadcrumbs, shares, trends
from crawler.demo.layouts.common import PIXEL, blocks, embedded, head, house, line_card, linked, meta, neighbour, tweets
from crawler.demo.stories import Story

__all__ = ["parts"]


def _jsonld(one: Story) -> str:
    data = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "headline": one.headline,
        "datePublished": one.published.isoformat(),
        "dateModified": one.modified.isoformat(),
        "author": {"@type": "Organization", "name": house(one)},
    }
    return tag("script", json.dumps(data, ensure_ascii=False), type="application/ld+json")


def _date(one: Story) -> str:
    shown = tag("span.date.date_article-header", f"{one.published.day} {one.published:%b, %Y %H:%M} ")
    return tag("div.article__date", shown, tag("span.update_date_visible", f"Updated {one.modified:%H:%M}"))


def _cover(image: Image) -> str:
    sign, _, owner = image.credit.partition(" ")
    spans = (
        tag("span", text(image.caption), data_role="title"),
        tag("span", sign, "&nbsp;", data_role="copyright-symbol"),
        tag("span", "   ", text(owner), data_role="copyright"),
    )
    picture = tag("img.media__item.lazyload", alt=image.alternative, src=PIXEL, data_src=image.address)
    title = tag("div.media__title.media__title_arcticle", " ".join(spans))
    media = tag("div.media", tag("picture", picture))
    return tag("div.article__cover", media, tag("div.media__footer.media__footer_bottom", title))


def _inner_cover(image: Image) -> str:
    title = tag("div.media__title.media__title_footer", text(image.credit).replace(" ", "&nbsp; ", 1))
    picture = tag("img.read-more__cover", src=image.address, alt=image.alternative)
    return tag("div.article__cover", tag("div.media", picture, tag("div.media__footer", title)))


def _cards(found: Turn) -> list[str]:
    plain = tag("a.read-more__link", text(found.others[2].headline), href=found.others[2].path)
    return [
        big_card(found.others[0], found),
        line_card(found.others[1], found),
        tag("div.read-more", plain),
        tag("p", text(found.words["consent_more"])),
    ]


def _text(one: Story, found: Turn) -> str:
    body = linked(blocks(one), neighbour(one))
    body = embedded(body, *tweets(one, "div.rtcode"), *map(_inner_cover, one.images[1:]))
    return tag(
        "div.article__text.text",
        weave(body, _cards(found), found.chance),
        *(tag("p", tag("em", text(found.words["disclaimer"]))) for _ in one.authors),
        tag("p", tag("strong", tag("em", text(found.words["share_prompt"])))),
        tag("div.article__follow", text(found.words["follow"]), " ", tag("a", "Telegram", href="#")),
        tag("p", "&nbsp;"),
    )


def parts(one: Story, step: int, host: str) -> tuple[str, str]:
    """Head and body of a page."""
    found = turn(one, step, host)
    short = tag("a.short-url__link", text(found.words["short_url"]), href="#")
    article = tag(
        "div.article",
        breadcrumbs(one),
        tag("h1.article__heading", "\n   ", text(one.headline), "\n"),
        _date(one),
        tag("div.article__short-url", tag("div.short-url", short)),
        _cover(one.images[0]),
        shares(found),
        *(tag("div.article__author-text", tag("p", tag("em", tag("strong", text(name))))) for name in one.authors),
        tag("div.article__summary.summary", text(one.lead)),
        _text(one, found),
        trends(found),
        counters(found),
    )
    metas = (meta("published_time_telegram", one.published.isoformat()), _jsonld(one))
    amp = tag("link", rel="amphtml", href=f"http://{host}{one.path}amp/")
    body = tag("div.columns__column.static-66_high-100", article)
    return head(one, host, *metas, amp), "\n".join((banner(EDITIONS[one.edition]), body, related(found)))
