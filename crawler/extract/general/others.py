"""Other articles on the page: cards and teasers beside the article, and the next one below it on endless pages.

The headline anchors: what begins with a heading of its own and does not hold it is another article.
"""

from __future__ import annotations

import re
from collections import Counter

from archive.records import BlockType
from crawler.extract.general.element import key
from crawler.extract.general.walk import Piece, Walk
from crawler.extract.general.zones import EMBED

__all__ = ["strangers"]

_HEAD = 4
"""Pieces at the beginning of an article among which it says when, or who wrote it."""
_SHORT = 80
_SEVERAL = 3
_MAY_BE_TEXT = frozenset({"", EMBED})
"""Kinds of what shows that the text has begun: a text may be called after its films."""
_DATED = re.compile(r"(?:19|20|13|14)\d\d|[۱۲][۰-۹]{3}|\d{1,2}[:.]\d{2}(?!\d)")


def _firsts(walk: Walk) -> dict[int, int]:
    """The number of the first piece in each element."""
    first: dict[int, int] = {}
    for at, piece in enumerate(walk.pieces):
        for number in walk.above(piece.element, -1):
            if number in first:
                break
            first[number] = at
    return first


def _begun_by(walk: Walk, at: int, home: int, first: dict[int, int]) -> int:
    """The outermost element that a heading is the first piece of, and that does not hold the headline."""
    found = -1
    for number in walk.above(walk.pieces[at].element):
        if first[number] != at or _holds(walk, number, home):
            break
        found = number
    return found


def _holds(walk: Walk, outer: int, inner: int) -> bool:
    return outer <= inner < walk.elements[outer].end


def _is_title(piece: Piece) -> bool:
    return piece.type is BlockType.H and piece.linked > 0.8 and piece.units >= 20 and not piece.kind


# --- the next article ----------------------------------------------------------------------------------------------


def _is_signed(walk: Walk, at: int) -> bool:
    """Whether a line or two behind a heading say when, or who wrote what follows."""
    behind = walk.pieces[at + 1 : at + 1 + _HEAD]
    short = (piece for piece in behind if piece.units < _SHORT and not piece.says and piece.kind in {"", "byline"})
    return any(piece.kind == "byline" or _DATED.search(piece.text) for piece in short)


def _heads_another(walk: Walk, at: int, headline_at: int, titles: str) -> bool:
    """Whether a heading heads an article of its own: it leads there, it is made as the headline is, or it ranks with
    the headline and is signed or dated as that is. `titles` is the key of all the page says that it is called."""
    piece, own = walk.pieces[at], walk.pieces[headline_at]
    if piece.type is not BlockType.H or piece.kind or key(piece.text) in titles:
        return False
    if headline_at < 0:
        return _is_title(piece)
    is_dated = _is_ranked(walk, at, headline_at) and _is_signed(walk, at)
    return is_dated or _is_title(piece) or _is_twin(walk, piece, own)


def _is_ranked(walk: Walk, at: int, headline_at: int) -> bool:
    own, other = (walk.elements[walk.pieces[each].element].tag for each in (headline_at, at))
    return other <= own


def _is_twin(walk: Walk, piece: Piece, own: Piece) -> bool:
    """Whether a heading is the one other that has the headline's name: of several, each heads a part of the text."""
    name = walk.name(own)
    return bool(name[1]) and walk.name(piece) == name and walk.headings[name] == 2


def _next(walk: Walk, headline_at: int, titles: str, first: dict[int, int]) -> set[int]:
    """The elements that hold an article beside the one the headline heads, whatever they say: the text has begun before
    them, and no sentence of it stands beside them, unless they are an `article`."""
    home, found = walk.pieces[headline_at].element if headline_at >= 0 else -1, set[int]()
    makes = Counter(walk.make(piece) for piece in walk.pieces if piece.says)
    homes: set[int] = set()
    listed: set[tuple[int, str, str]] = set()
    for at in range(headline_at + 1, len(walk.pieces)):
        piece = walk.pieces[at]
        if any(number in found for number in walk.above(piece.element)):
            continue
        if piece.says and piece.kind in _MAY_BE_TEXT:
            # What a wrapper stands around each paragraph of is beside them all.
            alone = makes[walk.make(piece)] < _SEVERAL
            homes.add(walk.elements[piece.element].parent if alone else walk.home(piece))
        elif _heads_another(walk, at, headline_at, titles):
            outer = _begun_by(walk, at, home, first)
            if not homes:
                listed.add(_kind_of(walk, outer))
            if _kind_of(walk, outer) not in listed or walk.elements[outer].tag == "article":
                found |= _begun(walk, outer, homes, at, headline_at)
    return found if homes else set()


def _kind_of(walk: Walk, number: int) -> tuple[int, str, str]:
    """Where an element stands and what it is called: the cards that an article is made of have this in common."""
    one = walk.elements[number]
    return one.parent, one.tag, one.node.attributes.get("class") or ""


def _begun(walk: Walk, outer: int, homes: set[int], at: int, headline_at: int) -> set[int]:
    """The elements of an article that a heading begins: the one around it, or those behind it where none is."""
    if outer > 0 and walk.elements[outer].pieces > 1:
        is_apart = homes and walk.elements[outer].parent not in homes
        return {outer} if is_apart or (_is_article(walk, outer) and (homes or headline_at >= 0)) else set()
    if not homes or headline_at < 0 or not (_is_ranked(walk, at, headline_at) and _is_signed(walk, at)):
        return set()
    own = walk.pieces[at].element
    above = walk.elements[own].parent
    return {number for number in range(own, walk.elements[above].end) if walk.elements[number].parent == above}


def _is_article(walk: Walk, number: int) -> bool:
    """Whether an element says that it is an article, and is not one of several that a list is made of."""
    one = walk.elements[number]
    return one.tag == "article" and walk.articles[one.parent] < _SEVERAL


def strangers(walk: Walk, headline_at: int, titles: str = "") -> set[int]:
    """The elements that hold another article: they begin with a heading that is a link, or are an `article` beside the
    one the headline stands in. None of them holds most of the page's sentences, nor all of them together, but for the
    next article below this one. `titles` is the key of all the page says that it is called."""
    first = _firsts(walk)
    behind = _next(walk, headline_at, titles, first)
    walk.foreign |= behind
    return _beside(walk, headline_at, first) | behind


def _beside(walk: Walk, headline_at: int, first: dict[int, int]) -> set[int]:
    said = [size for size, _ in walk.said(walk.pieces)]
    home = walk.pieces[headline_at].element if headline_at >= 0 else -1
    heads = (at for at, piece in enumerate(walk.pieces) if _is_title(piece) and at != headline_at)
    found = {_begun_by(walk, at, home, first) for at in heads} - {-1}
    own = set(walk.above(home)) if home >= 0 else set()
    around = {number for number in own if walk.elements[number].tag in {"article", "main"}}
    beside = {number for number in found if around and not any(_holds(walk, outer, number) for outer in around)}
    if any(walk.elements[number].tag == "article" for number in around):
        others = (number for number, one in enumerate(walk.elements) if one.tag == "article")
        beside |= {number for number in others if not any(_holds(walk, outer, number) for outer in around)}
    home_says = max((said[number] for number in around), default=0)
    beside = {number for number in beside - own if said[number] < 3 * home_says}
    few = beside | {number for number in found - own if number > 0 and 3 * said[number] < said[0]}
    outer = [number for number in few if not any(above in few for above in walk.above(walk.elements[number].parent))]
    return few if sum(said[number] for number in outer) < 0.8 * said[0] else set()
