"""ArticleView, as RT's Spanish edition has it: cards inside the text, an unmarked promo as its end. Pure."""

from __future__ import annotations

from archive.records import Image
from crawler.demo.editions import EDITIONS
from crawler.demo.furniture import Turn, banner, counters, related, turn, weave
from crawler.demo.html import tag, text
from crawler.demo.layouts.common import PIXEL, blocks, embedded, head, house, line_card, linked, meta, neighbour, tweets
from crawler.demo.stories import Story

__all__ = ["parts"]

_MONTHS = "ene feb mar abr may jun jul ago sep oct nov dic".split()
_TEXT = "div.Text-root.Text-type_5.ArticleView-text.ViewText-root"


def _timestamp(one: Story, words: dict[str, str]) -> str:
    shown = f"{one.published.day} {_MONTHS[one.published.month - 1]} {one.published:%Y %H:%M} GMT"
    time = tag("time.Timestamp-root", shown, datetime=one.published.isoformat())
    authors = tag("div.ArticleView-authors", *(tag("a", text(name), href="#") for name in one.authors))
    stamp = tag("div.ArticleView-timestamp", tag("span", text(words["published"])), " ", time)
    return tag("div.ArticleView-timestamp-and-authors", authors, stamp)


def _cover(image: Image) -> str:
    owner, _, agency = image.credit.partition(" / ")
    picture = tag("picture.Picture-root", tag("img", data_src=image.address, src=PIXEL, alt=image.alternative))
    items = (tag("span.Cover-captionItem", text(owner)), tag("span.Cover-captionItem", f" /  {text(agency)} "))
    caption = tag("span.Cover-caption", tag("span.Cover-captionItem", text(image.caption)))
    foot = tag("figcaption.Cover-footer", caption, tag("span.Cover-source", *items))
    return tag("div.ArticleView-coverWrap", tag("figure.Cover-root", tag("div.Cover-image", picture), foot))


def _figure(image: Image) -> str:
    caption = tag("span.RTImage-caption", text(image.caption))
    source = tag("span.RTImage-source", text(image.credit))
    picture = tag("img", src=image.address, alt=image.alternative)
    return tag("figure.RTImage-root", picture, tag("figcaption", caption, source))


def _card(other: Story) -> str:
    link = tag("a.Link-root.Link-isFullCard", text(other.headline), href=other.path)
    time = tag("time.Timestamp-root", f"{other.published:%H:%M}", datetime=other.published.isoformat())
    card = tag("article.Card-root", tag("div.Card-title", link), time)
    return tag("div.ReadMore-root.Section-root", tag("div.Section-container", card))


def _promo(other: Story, host: str) -> str:
    link = tag("a", text(other.headline), href=f"http://{host}{other.path}")
    return tag("p", tag("strong", tag("em", link)))


def _text(one: Story, found: Turn, host: str) -> str:
    body = linked(blocks(one, "h3"), neighbour(one))
    body = embedded(body, *tweets(one, "div.TwitterEmbed"), *map(_figure, one.images[1:]))
    cards = [_card(found.others[0]), line_card(found.others[1], found), tag("p", text(found.words["consent_more"]))]
    last = [tag("p", text(found.words["subscribe"]))]
    if one.place % 2:
        last.append(_promo(found.others[2], host))
    text_ = tag(_TEXT, weave(body, cards, found.chance), *last)
    return tag("div", text_, itemprop="articleBody")


def _after(one: Story, found: Turn) -> list[str]:
    """What follows the text inside the article's own element; the addresses for endless scroll leak as text."""
    tags = (tag("li", tag("a.Tags-link", text(name), href=f"/tag/{n}")) for n, name in enumerate(found.tags))
    ahead = (tag("span", text(other.path)) for other in found.others[6:])
    disabled = "You use your browser with disabled JavaScript. Please enable JavaScript for comments."
    return [
        tag("div.ArticleView-sharesInline", text(found.words["share"]), f" {found.shares}"),
        tag("div.ArticleView-tags", tag("ul", *tags)),
        banner(EDITIONS[one.edition]).replace("cookies__banner", "CookiesBanner-isReact"),
        tag("div.ArticleView-comments", counters(found), tag("noscript", disabled)),
        tag("div.articles-listing", *ahead, hidden=""),
    ]


def _metas(one: Story) -> list[str]:
    return [
        # No zone is named here; it is GMT.
        meta("publish-date", f"{one.published:%Y-%m-%d %H:%M:%S}"),
        meta("mediator_published_time", one.published.isoformat()),
        meta("published_time_telegram", one.published.isoformat()),
        meta("article:modified_time", f"{one.modified:%Y-%m-%dT%H:%M:%SZ}"),
        meta("article:section", one.section),
        meta("article:author", house(one)),
    ]


def parts(one: Story, step: int, host: str) -> tuple[str, str]:
    """Head and body of a page."""
    found = turn(one, step, host)
    block = tag(
        "div.ArticleView-block",
        tag("div.ArticleView-title", tag("h1.HeadLine-root.HeadLine-type_2", text(one.headline))),
        _timestamp(one, found.words),
        tag("div.ArticleView-summary", tag("div.Text-root.Text-type_1", text(one.lead))),
        _cover(one.images[0]),
        _text(one, found, host),
        *_after(one, found),
    )
    article = tag("div.ArticleView-root.ArticleView-is1to1", tag("div.ArticleView-container", block))
    others = tag("div.follow", text(found.words["follow"]), " ", tag("a", "X", href="#"))
    return head(one, host, *_metas(one)), "\n".join((article, others, related(found)))
