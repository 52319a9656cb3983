"""Where on a page its article is: the innermost element in which sentences outweigh labels and links the most."""

from __future__ import annotations

from archive import text as same
from archive.records import BlockType
from crawler.extract.general.walk import Walk

__all__ = ["best", "key"]

_MOST = 800
"""Units of one block that count: a single huge block is more often code or a list than the article."""
_LEAF = frozenset({"p", "li", "blockquote", "pre", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "tr"})


def key(text: str) -> str:
    """A text without white space, case and what cannot be seen, as stated and shown texts are compared."""
    return "".join(same.canonical(text).split()).casefold()


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
