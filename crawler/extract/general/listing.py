"""Is this one article, or a page of many: a front page, a section, a list of results?

No single mark tells them apart. Front pages have running text too, and articles are surrounded by more links than
text; so signs are counted. What a page says of itself (its own address, what it calls itself in its markup) weighs
most, but templates get that wrong on whole sites, so none of it decides alone. The weights were rounded from a
logistic regression over 240 saved front pages and 1,000 articles; what they do elsewhere is for other pages to show.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile

from selectolax.lexbor import LexborNode

from archive import urls
from archive.records import BlockType, Judgement, Verdict
from crawler.extract.general.body import Choice
from crawler.extract.general.walk import Piece, Walk, units
from crawler.parse.blocks import line
from crawler.parse.page import Page, absolute

__all__ = ["Sight", "listing"]

_MANY = 7
"""Points from which on a page is one of many articles."""
_LINKED = 0.8
"""Share of a piece that is link from which on it is one."""
_SHORTEST_NAME = 3
_NEAR = 5
"""Pieces between a headline and the text that it heads."""
_FEW = 3
"""Links below which nothing is a list."""
_MOST = 0.6
"""Share of a page that one text is at least where nothing else matters."""
_CARDS = 4
_OF_CARDS = 5
_DEEPEST = 6
"""Elements around a sentence that can be an item of a list."""
_LONGEST_DAY = 30
_TITLE = 20
"""Units from which on a link is the title of an article."""
_SMALL = 1_500
"""Units to be read on a page below which it is hardly one of many articles."""
_MOST_LINKS = 2_000


@dataclass(frozen=True)
class Sight:
    """What is seen of a page: `at` is the number of the headline's piece (-1: not shown), `choice` where its text is;
    `is_dated` and `is_signed` say whether a date and an author were found."""

    page: Page
    walk: Walk
    headline: str
    at: int
    choice: Choice | None
    is_dated: bool
    is_signed: bool

    @cached_property
    def own(self) -> list[str]:
        """The addresses the page calls its own."""
        marks = [node.attributes.get("href") for node in self.page.in_head('link[rel="canonical"]')[:1]]
        found = (absolute(self.page.url, address or "") for address in (*marks, self.page.metas.get("og:url")))
        return list(filter(None, found))

    @cached_property
    def all(self) -> int:
        """How much is to be read on the page, in units."""
        return sum(piece.units for piece in self.walk.pieces) or 1

    @cached_property
    def running(self) -> int:
        """The most text that stands in one element, in units; a wrapper around a sentence is none."""
        sizes: Counter[int] = Counter()
        for piece in self.walk.pieces:
            if piece.says:
                sizes[self.walk.home(piece)] += piece.units
        return max(sizes.values(), default=0)

    @cached_property
    def within(self) -> list[Piece]:
        """The pieces from the first to the last of the text."""
        return [piece for _, piece in self.numbered] if self.choice is not None else []

    @cached_property
    def is_carded(self) -> bool:
        """Whether most sentences of the text stand in cards: elements side by side, each headed by a link, as only the
        beginnings of other articles are."""
        own = {at for at, piece in self.numbered if piece.says}
        return any(4 * sum(len(own.intersection(said)) for said in row) > 3 * len(own) for row in _rows(self))

    @cached_property
    def numbered(self) -> list[tuple[int, Piece]]:
        """The pieces of the text with their numbers; all of the page where it has none."""
        pieces = list(enumerate(self.walk.pieces))
        if self.choice is None:
            return pieces
        own = pieces[self.choice.first : self.choice.last + 1]
        return [each for each in own if self.walk.within(each[1], self.choice.element)]


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


# --- what the page calls itself -------------------------------------------------------------------------------------

_ARTICLE = "[itemprop=articleBody], [itemtype*=Article], [itemtype$=BlogPosting]"


def _claims(page: Page) -> bool:
    """Whether the page says that it is an article."""
    stated = page.metas.get("og:type", "").lower() == "article" or any(
        name.startswith("article:") for name in page.metas
    )
    return stated or bool(page.jsonld) or page.one(_ARTICLE) is not None


_WORD = re.compile(r"[a-z]+")
_FRONT = frozenset({"home", "homepage", "front", "frontpage", "index", "mainpage", "landing"})
_STORY = frozenset({"article", "single", "post", "story", "postid", "artikel", "detail", "node"})
_NOT = frozenset({"not", "no", "non"})


def _body_words(page: Page) -> Iterator[str]:
    """The words that the names of the whole page are made of: content systems say there which template it is."""
    for node in filter(None, (page.tree.body, page.tree.root)):
        for name in f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower().split():
            words = _WORD.findall(name)
            yield from words if not _NOT & set(words[:1]) else ()


def _is_called_front(page: Page) -> bool:
    words = set(_body_words(page))
    return bool(words & _FRONT) and not words & _STORY


# --- is its headline the name of the site? --------------------------------------------------------------------------


def _label(address: str) -> str:
    return _key(urls.registrable(urls.host(address)).partition(".")[0])


def _leads_home(link: LexborNode, page: Page) -> bool:
    address = absolute(page.url, link.attributes.get("href") or "")
    return bool(address) and urls.is_home(address)


def _home_texts(page: Page) -> Iterator[str]:
    """What links to the home page say, or their pictures."""
    for link in page.tree.css("a[href]")[:_MOST_LINKS]:
        if _leads_home(link, page):
            yield line(link)
            yield from (image.attributes.get("alt") or "" for image in link.css("img[alt]"))


def _stated_names(sight: Sight) -> set[str]:
    metas = sight.page.metas
    said = (_key(metas.get(name, "")) for name in ("og:site_name", "application-name", "apple-mobile-web-app-title"))
    found = {*map(_label, (sight.page.url, *sight.own)), *said}
    return {name for name in found if len(name) >= _SHORTEST_NAME}


def _begins_with(page: Page, names: Iterable[str]) -> bool:
    """Whether the page's title begins with the name of the site."""
    title = "".join(_key(line(node)) for node in page.in_head("title")[:1])
    return any(title.startswith(name) for name in names)


# --- the points -----------------------------------------------------------------------------------------------------


def _of_address(sight: Sight) -> int:
    """What the page says of itself, and whether it says anything that only articles do."""
    calls_home = any(map(urls.is_home, sight.own))
    speaks = _claims(sight.page) or (bool(sight.own) and not calls_home)
    proven = _claims(sight.page) and sight.is_dated and sight.is_signed
    anonymous = not (speaks or sight.is_dated or sight.is_signed)
    return 6 * calls_home - 4 * speaks - 2 * proven + 2 * anonymous + 4 * _is_called_front(sight.page)


_SLIGHT = 600
"""Units up to which a text that nothing says is an article's is hardly one."""


def _of_nothing(sight: Sight) -> int:
    """Of a page that nothing says is an article: whether it shows its title, and how little text it has."""
    if _claims(sight.page) or sight.is_dated or sight.is_signed:
        return 0
    chosen = sum(piece.units for piece in sight.within if not piece.kind)
    return 2 * (sight.at < 0) + 2 * (chosen < _SLIGHT)


_MOST_OF_HEADLINE = 4


def _of_headline(sight: Sight) -> int:
    names, headline = _stated_names(sight), _key(sight.headline)
    named = any(name in headline for name in names) or headline in set(map(_key, _home_texts(sight.page)))
    return 2 * named + (sight.at < 0) + _begins_with(sight.page, names)


def _begins_with_link(walk: Walk, piece: Piece) -> bool:
    """Whether a block begins with a link that is a title, a date before it left out."""
    link = walk.elements[piece.element].node.css_first("a[href]", default=None) if piece.linked else None
    title = line(link) if link is not None else ""
    return units(title) >= _TITLE and 0 <= piece.text.find(title) <= _LONGEST_DAY


def _is_headed(sight: Sight, at: int, item: int) -> bool:
    """Whether what stands in an item before its first sentence is a link that is a title, or begins it."""
    pieces, walk = sight.walk.pieces, sight.walk
    before = (pieces[number] for number in range(at - 1, max(-1, at - 1 - _NEAR), -1))
    inside = takewhile(lambda piece: walk.within(piece, item), before)
    return any(piece.linked > _LINKED and piece.units >= _TITLE for piece in inside) or _begins_with_link(
        walk, pieces[at]
    )


def _rows(sight: Sight) -> Iterator[list[list[int]]]:
    """Of each element in which cards stand side by side, the numbers of the sentences in each of these."""
    walk, rows = sight.walk, defaultdict[int, dict[int, list[int]]](dict)
    for at, piece in enumerate(walk.pieces):
        for number in islice(walk.above(piece.element), _DEEPEST) if piece.says else ():
            rows[walk.elements[number].parent].setdefault(number, []).append(at)
    for row in rows.values():
        if len(row) >= _CARDS:
            headed = [said for number, said in row.items() if _is_headed(sight, said[0], number)]
            # Parts of one piece say more than cards do; so do whole texts below each other, but not under a title.
            is_piece = sum(map(len, headed)) >= 2 * len(headed) and units(sight.headline) >= _TITLE
            if len(headed) >= max(_CARDS, 0.8 * len(row)) and not is_piece:
                yield headed


def _of_text(sight: Sight) -> int:
    """How little text there is beside the rest, how late it comes, how it is spread. A headline that heads it speaks
    against, and a page too small to be of many."""
    pieces, choice, walk = sight.walk.pieces, sight.choice, sight.walk
    above = pieces[: choice.first] if choice else pieces
    # A column that says it is beside the article may be written before it.
    before = sum(piece.units for piece in above if walk.kind_of(piece.element) != "navigation")
    chosen = sum(piece.units for piece in sight.within if not piece.kind)
    sentences = [piece for piece in sight.within if piece.says]
    places = {walk.home(piece) for piece in sentences}
    is_headed = choice is not None and 0 <= sight.at < choice.first <= sight.at + _NEAR and len(sentences) > 1
    is_beside = sight.running < 0.4 * sight.all
    return (
        2 * (is_beside and sight.running < 600)
        + 2 * (is_beside and sight.running < 1_200)
        + (sight.running < 0.2 * sight.all)
        + 2 * (before > 0.4 * sight.all)
        + (len(sentences) >= 4 and len(places) >= 0.6 * len(sentences))
        + (_OF_CARDS if sight.is_carded else -2 * is_headed - 2 * (chosen >= _MOST * sight.all))
        - 3 * (sight.all < _SMALL)
    )


def _of_links(sight: Sight) -> int:
    linked = sum(piece.units * piece.linked for piece in sight.walk.pieces) / sight.all
    heads = [piece for piece in sight.walk.pieces if piece.type is BlockType.H and piece.linked > _LINKED]
    inner = [piece for piece in sight.within if piece.type is BlockType.H and piece.linked > _LINKED]
    return (linked > 0.4) + 2 * (linked > 0.7) + (len(heads) >= 6) + (len(inner) >= 3)


def _is_home(sight: Sight) -> bool:
    return any(map(urls.is_home, sight.own)) or _is_called_front(sight.page)


def _is_one_text(sight: Sight) -> bool:
    """Whether most of the page is one text without a line that leads elsewhere: what lists articles links to them."""
    chosen = sum(piece.units for piece in sight.within if not piece.kind)
    return chosen >= _MOST * sight.all and not any(piece.linked > _LINKED for piece in sight.within)


def listing(sight: Sight) -> Judgement | None:
    """What a page of many articles is judged to be; None where it is one article, or nothing."""
    is_home = _is_home(sight)
    linked = sum(piece.linked > _LINKED for piece in sight.walk.pieces)
    if not is_home and (linked < _FEW or _is_one_text(sight)) and not sight.is_carded:
        return None
    points = (
        _of_text(sight)
        + _of_links(sight)
        + _of_address(sight)
        + _of_nothing(sight)
        + 2 * (not sight.is_dated or sight.is_carded)  # a card has a date of its own
    )
    # What costs the most is looked at where it can still decide.
    if points < _MANY - _MOST_OF_HEADLINE or points + _of_headline(sight) < _MANY:
        return None
    found = f"{sight.running:,} units of running text among {sight.all:,}"
    return Judgement(Verdict.HOME, f"a front page: {found}") if is_home else Judgement(Verdict.LISTING, found)
