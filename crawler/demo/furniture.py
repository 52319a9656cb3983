"""What stands around and among the texts of the demo family, and turns over at each step. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from crawler.demo.editions import EDITIONS, Edition
from crawler.demo.html import tag, text
from crawler.demo.stories import Story, stories

__all__ = ["Turn", "banner", "counters", "footer", "navigation", "related", "turn", "weave"]


@dataclass(frozen=True, slots=True)
class Turn:
    """The furniture of one page at one step: other articles, tags, and what was counted."""

    words: dict[str, str]
    others: tuple[Story, ...]
    tags: tuple[str, ...]
    views: int
    comments: int
    shares: int
    chance: Random


def turn(one: Story, step: int, host: str) -> Turn:
    """What a page carries at a step. The mirror draws its own."""
    edition = EDITIONS[one.edition]
    # Chance that must come out alike every time is no matter of secrets.
    chance = Random(f"{one.edition}:{one.id}:{step}:{host.partition(':')[0]}")  # noqa: S311
    others = chance.sample([other for other in stories(one.edition) if other.place != one.place], 9)
    trends, first = edition.words["trends"], one.place + 3 * step
    return Turn(
        edition.words,
        tuple(others),
        (*one.tags, *(trends[n % len(trends)] for n in range(first, first + 3))),
        views=chance.randrange(900, 90_000),
        comments=chance.randrange(0, 400),
        shares=chance.randrange(5, 5_000),
        chance=chance,
    )


def weave(blocks: list[str], cards: list[str], chance: Random) -> str:
    """Cards put among the paragraphs, never before the first, at places that are others at each step."""
    places = sorted(chance.choices(range(1, len(blocks) + 1), k=len(cards)), reverse=True)
    woven = list(blocks)
    for place, card in zip(places, reversed(cards), strict=True):
        woven.insert(place, card)
    return "\n".join(woven)


def navigation(edition: Edition) -> str:
    """The head of every page: home and sections."""
    sections = dict.fromkeys((topic["path"], topic["section"]) for topic in edition.texts["topic"])
    links = (tag("li", tag("a.nav__link", text(name), href=f"/{path}")) for path, name in sections)
    logo = tag("a.header__logo", text(edition.words["house"]), href="/")
    return tag("header.header", logo, tag("span", text(edition.words["tagline"])), tag("ul.nav", *links))


def banner(edition: Edition) -> str:
    """The bar that asks for consent; it covers nothing."""
    asked = tag("p.cookies__banner-text", text(edition.words["consent"]))
    return tag("div.cookies.cookies__banner", asked, tag("button.cookies__button", text(edition.words["accept"])))


def related(found: Turn) -> str:
    """The list beside every article."""
    links = (tag("a.link.link_hover", text(other.headline), href=other.path) for other in found.others[4:])
    items = (tag("li.related__item", link) for link in links)
    return tag("aside.related", tag("h3", text(found.words["related"])), tag("ul", *items))


def counters(found: Turn) -> str:
    """How often it was read and talked about."""
    views = tag("span.counters__views", f"{found.views} {text(found.words['views'])}")
    return tag("div.counters", views, " ", tag("span", f"{found.comments} {text(found.words['comments'])}"))


def footer(edition: Edition) -> str:
    """The foot of every page."""
    return tag("footer.footer", tag("p", text(edition.words["copyright"])), tag("p", "18+"))
