"""Where on a page its article is: the innermost element in which sentences outweigh labels and links the most."""

from __future__ import annotations

from archive import text as same
from archive.records import BlockType
from crawler.extract.general.walk import Piece, Walk

__all__ = ["best", "key", "strangers"]

_MOST = 800
"""Units of one block that count: a single huge block is more often code or a list than the article."""
_LEAF = frozenset({"p", "li", "blockquote", "pre", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "tr"})


def key(text: str) -> str:
    """A text without white space, case and what cannot be seen, as stated and shown texts are compared."""
    return "".join(same.canonical(text).split()).casefold()


# --- other articles on the page -------------------------------------------------------------------------------------


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


def strangers(walk: Walk, headline_at: int) -> set[int]:
    """The elements that hold another article: they begin with a heading that is a link, or are an `article` beside the
    one the headline stands in. None of them holds most of the page's sentences, nor all of them together."""
    said, first = [size for size, _ in walk.said(walk.pieces)], _firsts(walk)
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


# --- the article ----------------------------------------------------------------------------------------------------


def _is_teaser(walk: Walk, at: int) -> bool:
    """Whether a paragraph only introduces a link: the heading before it, in the same element, is one."""
    piece = walk.pieces[at]
    before = walk.pieces[at - 1] if at else None
    if before is None or before.linked < 0.8 or before.kind:
        return False
    after = walk.pieces[at + 1] if at + 1 < len(walk.pieces) else None
    near = walk.elements[piece.element].parent
    more = after is not None and after.says and walk.within(after, near)
    return walk.within(before, near) and (before.type is BlockType.H or before.units >= 20) and not more


def _weigh(walk: Walk, stated: str, headline_at: int) -> None:
    for at, piece in enumerate(walk.pieces):
        element = walk.elements[piece.element]
        element.pieces += 1
        if piece.kind:
            continue
        if piece.says and not _is_teaser(walk, at):
            weight = min(piece.units, _MOST) * (0.3 if at < headline_at else 1.0)
            element.good += weight * ((2.0 if key(piece.text) in stated else 0.5) if stated else 1.0)
        elif piece.linked > 0.95:
            # Links between the paragraphs are common; lists of them are other parts of the page.
            element.bad += piece.units
        elif piece.linked < 0.1:
            element.bad += 0.3 * piece.units
    for number in range(len(walk.elements) - 1, -1, -1):
        here = walk.elements[number]
        if here.parent >= 0:
            walk.elements[here.parent].good += here.good
            walk.elements[here.parent].bad += here.bad
            walk.elements[here.parent].pieces += here.pieces


def best(walk: Walk, stated: str, headline_at: int) -> int:
    """The number of the article's element; -1 where nothing is a sentence. `stated` is the key of the text the page
    states of itself. Without regard to labels where they outweigh the sentences of all."""
    _weigh(walk, stated, headline_at)
    for cost in (0.5, 0.0):
        found, value = -1, 0.0
        for number, element in enumerate(walk.elements):
            if element.tag not in _LEAF and element.good and (own := element.good - cost * element.bad) >= value:
                found, value = number, own
        if found >= 0:
            return found
    return -1
