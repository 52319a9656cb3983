"""What the French and the English form of the `article__…` family share. Pure."""

from __future__ import annotations

from crawler.demo.editions import EDITIONS
from crawler.demo.furniture import Turn
from crawler.demo.html import tag, text
from crawler.demo.stories import Story

__all__ = ["big_card", "breadcrumbs", "shares", "trends"]


def breadcrumbs(one: Story) -> str:
    """Where the article stands in the site."""
    home = tag("a.breadcrumbs__links", text(EDITIONS[one.edition].words["home"]), href="/")
    section = tag("a.breadcrumbs__links", text(one.section), href=one.folder)
    return tag("div.article__breadcrumbs", tag("div.breadcrumbs", home, section))


def big_card(other: Story, found: Turn) -> str:
    """A "read also" card among the paragraphs."""
    label = tag("span.read-more-big__subtitle", text(found.words["read_also_label"]))
    title = tag("span.read-more-big__title", text(other.headline))
    content = tag("span.read-more-big__content", label, " ", title)
    return tag("a.read-more-big", tag("span.read-more-big__container", content), href=other.path, target="_blank")


def shares(found: Turn) -> str:
    """The row of share buttons, with its count."""
    return tag("div.article__share", tag("div.social-container", f"{text(found.words['share'])} {found.shares}"))


def trends(found: Turn) -> str:
    """Tags under the text."""
    links = (tag("a.tags-trends__link", text(name), href=f"/trends/{n}") for n, name in enumerate(found.tags))
    return tag("div.article__tags-trends", text(found.words["tags"]), " ", " ".join(links))
