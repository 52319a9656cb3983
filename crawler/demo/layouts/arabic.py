"""RT's Arabic layout: `js-mediator-article`, the lead as `p.intro` inside it, pictures in `.photo`. Pure."""

from __future__ import annotations

from archive.records import Image
from crawler.demo.editions import EDITIONS
from crawler.demo.furniture import Turn, banner, counters, related, turn, weave
from crawler.demo.html import tag, text
from crawler.demo.layouts.common import PIXEL, blocks, embedded, head, line_card, linked, local, meta, neighbour, tweets
from crawler.demo.stories import Story

__all__ = ["parts"]


def _photo(image: Image) -> str:
    picture = tag("img", data_src=image.address, src=PIXEL, alt=image.alternative)
    return tag(
        "div.photo", picture, tag("span.caption", text(image.caption)), tag("span.copyright", text(image.credit))
    )


def _cards(found: Turn) -> list[str]:
    plain = tag("a.read-more__link", text(found.others[0].headline), href=found.others[0].path)
    return [
        plain,
        line_card(found.others[1], found),
        tag("p", text(found.words["consent_more"])),
        tag("p", text(found.words["subscribe"])),
    ]


def _text(one: Story, found: Turn) -> str:
    body = linked(blocks(one), neighbour(one))
    body = embedded(body, *tweets(one, "div.rtcode"), *map(_photo, one.images[1:]))
    return tag(
        "div.js-mediator-article",
        _photo(one.images[0]),
        tag("p.intro", text(one.lead)),
        weave(body, _cards(found), found.chance),
        tag("p", text(found.words["follow"]), " ", tag("a", "تلغرام", href="#")),
        tag("p", text(found.words["share_prompt"])),
        tag("p", "&nbsp;"),
    )


def _above(one: Story, found: Turn) -> str:
    shown = f"{text(found.words['published'])} {local(one, one.published):%d.%m.%Y | %H:%M} GMT"
    section = tag("a", text(one.section), href=one.folder)
    return tag("div.time-public", tag("span", shown), " | ", section)


def parts(one: Story, step: int, host: str) -> tuple[str, str]:
    """Head and body of a page."""
    found = turn(one, step, host)
    tags = (tag("a", text(name), href=f"/tags/{n}") for n, name in enumerate(found.tags))
    article = tag(
        "div.main-article",
        tag("h1.heading", text(one.headline)),
        _above(one, found),
        _text(one, found),
        tag("div.news-tags", " ".join(tags)),
        tag("div.share", text(found.words["share"]), f" {found.shares}"),
        counters(found),
    )
    metas = [
        meta("published_time_telegram", one.published.isoformat()),
        meta("publish-date", f"{local(one, one.published):%Y-%m-%d %H:%M:%S}"),
        meta("category", one.section),
        *(meta("mediator_author", name) for name in one.authors),
    ]
    return head(one, host, *metas), "\n".join((banner(EDITIONS[one.edition]), article, related(found)))
