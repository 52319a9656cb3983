"""The headline as the page displays it, told by the titles the page states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from archive import text as same
from archive.records import BlockType
from crawler.extract.general.element import key
from crawler.extract.general.walk import Walk
from crawler.outlets.expressions import jsonld, meta
from crawler.parse.blocks import line
from crawler.parse.page import Page

__all__ = ["headline", "stated"]

_MARKS = (" | ", " - ", " – ", " — ", " :: ", " • ", "_", "-", "--", "｜", "|")
_WORD = re.compile(r"\w+")
_LONGEST = 400


def _shorter(title: str) -> Iterator[str]:
    """What is left of a title when a site's name behind a mark is taken away, the least first."""
    parts = (title.rpartition(mark) for mark in _MARKS)
    yield from sorted((head.strip() for head, found, _ in parts if found and head.strip()), key=len, reverse=True)


def stated(page: Page) -> tuple[str, ...]:
    """The titles a page states of itself, the best first."""
    found = (*meta("og:title")(page), *jsonld("headline")(page), *meta("twitter:title")(page))
    return (*dict.fromkeys(found), *filter(None, map(line, page.in_head("title")[:1])))


def _near(one: str, other: str) -> bool:
    """Whether two titles are the same but for a word or two."""
    first, second = (set(_WORD.findall(same.canonical(text).casefold())) for text in (one, other))
    return len(first & second) >= 0.75 * max(len(first | second), 1)


def _repeats(text: str, titles: Sequence[str]) -> bool:
    """Whether a heading is a title, a good part of one, or nearly one."""
    own = key(text)
    return len(own) > 5 and any(
        (own in (whole := key(title)) and len(own) > 0.35 * len(whole)) or _near(text, title) for title in titles
    )


def _places(walk: Walk, titles: Sequence[str]) -> Iterator[list[int]]:
    """The pieces that can be the headline, the most certain kind first."""
    texts = {at: piece.text for at, piece in enumerate(walk.pieces) if len(piece.text) <= _LONGEST}
    heads = [at for at in texts if walk.pieces[at].type is BlockType.H]
    first = [at for at in heads if walk.elements[walk.pieces[at].element].tag == "h1"]
    free = {at for at in heads if not walk.pieces[at].kind}
    matching = [at for at in heads if _repeats(texts[at], titles)]
    yield [at for at in matching if at in first and at in free]
    yield [at for at in matching if at in first or at in free]
    exact = {key(each) for title in titles for each in (title, *_shorter(title))}
    yield [at for at, text in texts.items() if key(text) in exact]
    yield [at for at in first if at in free and len(texts[at]) > 10][:1]


def headline(walk: Walk, titles: Sequence[str]) -> tuple[str, int]:
    """(headline, the number of its piece, -1 where the page does not show it).

    A title is often shown more than once: the last one that still has most of the sentences behind it is the headline.
    """
    behind = list(accumulate(piece.units * piece.says for piece in reversed(walk.pieces)))[::-1]
    for places in _places(walk, titles):
        if places:
            at = next((at for at in reversed(places) if 2 * behind[at] >= behind[0]), places[0])
            return " ".join(walk.pieces[at].text.split()), at
    return next(iter(titles), ""), -1
