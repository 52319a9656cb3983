"""The `article__…` family as RT's French edition has it: the lead inside the body, the date in `publish-date`. Pure."""

from __future__ import annotations

from archive.records import Image
from crawler.demo.editions import EDITIONS, beside
from crawler.demo.furniture import Turn, banner, counters, related, turn, weave
from crawler.demo.html import spaced, tag, text
from crawler.demo.layouts.article import big_card, breadcrumbs, shares, trends
from crawler.demo.layouts.common import PIXEL, blocks, embedded, head, line_card, linked, local, meta, neighbour, tweets
from crawler.demo.stories import Story

__all__ = ["parts"]

_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def _date(one: Story) -> str:
    moment = local(one, one.published)
    shown = f"{moment.day} {_MONTHS[moment.month - 1]} {moment:%Y, %H:%M}"
    return tag("div.article__date", tag("span.date.date_article-header", shown))


def _media(image: Image) -> str:
    owner, source, agency = image.credit.partition("Source:")
    words = [owner.strip(), f" {source} {agency.strip()}"] if source else [owner.strip()]
    credit = tag("small.media__copyright", *(tag("span.media__copyright-part", text(part)) for part in words))
    picture = tag("img.media__item", data_src=image.address, src=PIXEL, alt=image.alternative)
    return tag("div.media", tag("div.media__image", picture, credit), tag("div.media__title", text(image.caption)))


def _cards(found: Turn) -> list[str]:
    plain = tag("a", text(found.others[1].headline), href=found.others[1].path)
    return [
        big_card(found.others[0], found),
        tag("div.read-more-text-only", plain),
        line_card(found.others[2], found),
        tag("p", text(found.words["share_prompt"])),
    ]


def _text(one: Story, found: Turn, host: str) -> str:
    # RT's texts link to their mirrors.
    target = f"http://{beside(host, EDITIONS[one.edition].mirror)}{neighbour(one)}"
    body = embedded(linked(blocks(one), target), *tweets(one, "div.rtcode"), *map(_media, one.images[1:]))
    return tag(
        "div.article__text.text",
        tag("p.text__summary", spaced(one.lead, "fr")),
        weave(body, _cards(found), found.chance),
        tag("div.article__follow", text(found.words["follow"]), " ", tag("a", "Telegram", href="#")),
        *(tag("p", text(found.words[name])) for name in ("consent_more", "subscribe")),
        tag("p", "&nbsp;"),
    )


def parts(one: Story, step: int, host: str) -> tuple[str, str]:
    """Head and body of a page."""
    found = turn(one, step, host)
    article = tag(
        "div.article",
        breadcrumbs(one),
        tag("h1.article__heading", "\n   ", spaced(one.headline, "fr"), "\n"),
        _date(one),
        *(tag("span.blog-autor__name", text(name)) for name in one.authors),
        tag("div.article__cover", _media(one.images[0])),
        shares(found),
        _text(one, found, host),
        trends(found),
        counters(found),
    )
    published = meta("publish-date", f"{local(one, one.published):%Y-%m-%d %H:%M:%S%z}")
    return head(one, host, published), "\n".join((banner(EDITIONS[one.edition]), article, related(found)))
