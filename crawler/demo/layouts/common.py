"""What the layouts share: heads, paragraphs, embedded messages, dates as shown. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from archive.records import Block, BlockType
from crawler.demo.editions import EDITIONS
from crawler.demo.furniture import Turn, footer, navigation
from crawler.demo.html import spaced, tag, text
from crawler.demo.stories import LINKED_FROM, LINKED_ONLY, Story, stories

__all__ = [
    "PIXEL",
    "blocks",
    "document",
    "embedded",
    "head",
    "house",
    "line_card",
    "linked",
    "local",
    "meta",
    "neighbour",
]

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
"""What stands in `src` until a picture is scrolled to."""

_FIRST_WORDS = re.compile(r"(?<=^<p>)\w+(?: \w+)?")


def house(one: Story) -> str:
    """The edition's name for itself."""
    name: str = EDITIONS[one.edition].words["house"]
    return name


def local(one: Story, moment: datetime) -> datetime:
    """A moment on the edition's own clock."""
    return moment.astimezone(ZoneInfo(EDITIONS[one.edition].zone))


# --- heads ----------------------------------------------------------------------------------------------------------


def meta(name: str, value: str) -> str:
    """A `<meta>`: Open Graph's and the articles' go by `property`, the others by `name`."""
    if name.startswith(("og:", "article:")):
        return tag("meta", property=name, content=value)
    return tag("meta", name=name, content=value)


def head(one: Story, host: str, *more: str) -> str:
    """The head of an article's page, with what only its layout has."""
    address = f"http://{host}{one.path}"
    common = (
        tag("meta", charset="UTF-8"),
        tag("title", f"{text(one.headline)} — {text(house(one))}"),
        meta("description", one.lead),
        meta("og:title", one.headline),
        meta("og:type", "article"),
        meta("og:url", address),
        meta("og:image", f"http://{host}{one.images[0].address}"),
        meta("og:site_name", house(one)),
        tag("link", rel="canonical", href=address),
    )
    return tag("head", "\n", "\n".join((*common, *more)), "\n")


def document(one: Story, head_: str, body: str) -> str:
    """The whole page around an article."""
    edition = EDITIONS[one.edition]
    around = tag("body", "\n", "\n".join((navigation(edition), body, footer(edition))), "\n")
    way = {"dir": "rtl"} if edition.language == "ar" else {}
    whole = tag("html", "\n", head_, "\n", around, "\n", lang=edition.language, **way)
    return f"<!DOCTYPE html>\n{whole}\n"


# --- texts ----------------------------------------------------------------------------------------------------------


def _block(block: Block, language: str, heading: str) -> str:
    said = spaced(block.text, language)
    if block.type is BlockType.H:
        return tag(heading, said)
    if block.type is BlockType.QUOTE:
        return tag("blockquote", tag("p", said))
    return tag("p", tag("em", said) if block.type is BlockType.NOTICE else said)


def blocks(one: Story, heading: str = "h2") -> list[str]:
    """The body as HTML, list items together."""
    language = EDITIONS[one.edition].language
    found: list[str] = []
    for is_item, run in groupby(one.body, lambda block: block.type is BlockType.LI):
        if is_item:
            found.append(tag("ul", *(tag("li", spaced(block.text, language)) for block in run)))
        else:
            found += [_block(block, language, heading) for block in run]
    return found


def neighbour(one: Story) -> str:
    """The path of the article its text links to, always the same."""
    place = LINKED_ONLY if one.place == LINKED_FROM else (one.place + 4) % LINKED_ONLY
    return stories(one.edition)[place].path


def linked(found: list[str], target: str) -> list[str]:
    """The first words of the text as a link."""
    first, *rest = found
    link = _FIRST_WORDS.sub(lambda words: tag("a", words[0], href=target, target="_blank"), first, count=1)
    return [link, *rest]


def embedded(found: list[str], *more: str) -> list[str]:
    """Embeds and pictures stand where the outlet put them: their places do not turn over."""
    at = len(found) // 2
    return [*found[:at], *more, *found[at:]]


def tweets(one: Story, around: str) -> list[str]:
    """An embedded message, which has a paragraph of its own."""
    if not one.tweet:
        return []
    said = tag("p", text(one.tweet), lang=EDITIONS[one.edition].language, dir="auto")
    return [tag(around, tag("blockquote.twitter-tweet", said, "&mdash; @passer_by ", tag("a", one.id, href="#")))]


def line_card(other: Story, found: Turn) -> str:
    """ "Read also" as a paragraph like any other, known by its words alone."""
    link = tag("a", text(other.headline), href=other.path)
    return tag("p", tag("strong", text(found.words["read_also"]), "&nbsp;", link))
