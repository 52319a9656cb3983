"""What stands among an article's sentences and is none of it: boxes to fill in, cards and lists that lead elsewhere,
pagers, counters, headings over nothing. Told by what they are made of, never by what they are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from archive.records import BlockType
from crawler.extract.general.walk import ENDS, Element, Piece, Walk

__all__ = ["mark_boxes", "mark_counters", "mark_headings"]

_BOX_SAYS = 500
"""Units of sentences a box holds at most; what says more is text with a box in it."""
_SHARE = 0.34
"""The part of the article's sentences a box holds at most."""
_TITLE = 12
"""Units from which on a link is the title of something."""
_WORD = re.compile(r"[^\W\d_]")
_COUNT = re.compile(r"(?<![\d:/.,-])\d+(?:[\s.,'’]\d{3})*(?![\d:/-]|[.,]\d)")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_LONGEST_COUNTER = 90


@dataclass(slots=True)
class _Inside:
    """An article's element and that of its headline (-1: not shown), how most of its sentences are made, and the pieces
    in it; of each element (units, number) of the sentences in it, where its pieces begin and end, and whether one of
    them is made like the text. A page may have a box for every piece: nothing looks through all of them for one."""

    walk: Walk
    article: int
    headline: int
    main: str
    pieces: list[Piece]
    said: list[tuple[int, int]] = field(init=False)
    spans: list[tuple[int, int]] = field(init=False)
    alike: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.said = self.walk.said(self.pieces)
        elements = self.walk.elements
        self.alike, spans = [False] * len(elements), [(len(self.pieces), 0)] * len(elements)
        for at, piece in enumerate(self.pieces):
            self.alike[piece.element] |= self.walk.make(piece) == self.main
            spans[piece.element] = min(at, spans[piece.element][0]), at + 1
        for number in range(len(elements) - 1, 0, -1):
            above = elements[number].parent
            self.alike[above] |= self.alike[number]
            spans[above] = min(spans[above][0], spans[number][0]), max(spans[above][1], spans[number][1])
        self.spans = spans

    def box(self, inner: int, sentences: int, share: float = _SHARE) -> int:
        """The outermost element around one that holds but few of the article's sentences, all from the first element
        on that has one; -1 where there is none."""
        most, found, before = min(_BOX_SAYS, share * self.said[self.article][0]), -1, 0
        for number in self.walk.above(inner, self.article):
            said, count = self.said[number]
            if count > (before or sentences) or said > most or self._holds_headline(number):
                break
            found, before = number, count
        return found if found < 0 or not self.alike[found] else self._narrowed(inner, found)

    def _holds_headline(self, number: int) -> bool:
        return number <= self.headline < self.walk.elements[number].end

    def _narrowed(self, inner: int, outer: int) -> int:
        """The outermost element around one, within another, that holds nothing of the text; -1 where none is."""
        way = [number for number in self.walk.above(inner, outer) if not self.alike[number]]
        return way[-1] if way else -1

    def within(self, box: int) -> list[Piece]:
        """The pieces in an element."""
        first, end = self.spans[box]
        return [piece for piece in self.pieces[first:end] if self.walk.within(piece, box)]


# --- to fill in, to go elsewhere ------------------------------------------------------------------------------------


def _forms(inside: _Inside) -> set[int]:
    """The boxes in which something is to be filled in."""
    elements = inside.walk.elements
    below = range(inside.article + 1, elements[inside.article].end)
    inner = [number for number in below if elements[number].fields and _is_free(inside.walk, elements[number])]
    # Whoever asks for an address may say more than a short article does.
    return {box for number in inner if (box := inside.box(number, 3, 1.0)) >= 0}


def _is_free(walk: Walk, element: Element) -> bool:
    """Whether nothing but the form itself says what an element is for."""
    return element.zone < 0 or walk.elements[element.zone].tag == "form"


def _is_title(piece: Piece) -> bool:
    return piece.linked > 0.8 and piece.units >= _TITLE and not piece.kind


def _cards(inside: _Inside) -> set[int]:
    """The boxes that begin with a linked title and say a sentence or two about where it leads."""
    inner = {piece.element for piece in inside.pieces if _is_title(piece)}
    boxes = {inside.box(number, 2) for number in inner} - {-1}
    found = {box for box in boxes if _begins_linked(inside.within(box))}
    # Where most of the text is made of them, they are what the article lists.
    said = sum(inside.said[box][0] for box in found)
    return found if 2 * said <= inside.said[inside.article][0] else set()


def _begins_linked(pieces: Sequence[Piece]) -> bool:
    spoken = next((at for at, piece in enumerate(pieces) if piece.says and not piece.kind), len(pieces))
    return any(map(_is_title, pieces[:spoken])) and spoken < len(pieces)


def _lists(inside: _Inside) -> Iterator[list[Piece]]:
    """The lists in which every item is a link, with a label at most."""
    elements = inside.walk.elements

    def outer(piece: Piece) -> int:
        return elements[piece.element].parent if elements[piece.element].tag == "li" else -1

    items = (piece for piece in inside.pieces if piece.type is BlockType.LI and not piece.kind)
    for parent, group in groupby(items, outer):
        pieces = list(group)
        own, whole = sum(piece.units * (1 - piece.linked) for piece in pieces), sum(piece.units for piece in pieces)
        linked = all(piece.linked >= 0.4 and not piece.says for piece in pieces)
        if parent > inside.article and linked and 2 * own < whole:
            yield pieces


def mark_boxes(walk: Walk, pieces: list[Piece], article: int, headline: int, main: str) -> None:
    """Give the pieces of boxes, cards and lists of links their kind. `article` and `headline` are elements, `main` is
    how most sentences are made."""
    inside = _Inside(walk, article, headline, main, pieces)
    for kind, boxes in (("subscribe", _forms(inside)), ("read-also", _cards(inside))):
        for piece in (each for box in boxes for each in inside.within(box)):
            piece.kind = piece.kind or kind
    for piece in (each for items in _lists(inside) for each in items):
        piece.kind = "read-also"
    for piece in pieces:
        if not piece.kind and piece.linked and not _WORD.search(piece.text):
            piece.kind = "navigation"


# --- lines ----------------------------------------------------------------------------------------------------------


def _is_count(piece: Piece) -> bool:
    """Whether a line says no more than how many there are of something: a number stands at its beginning or end."""
    text = piece.text
    if piece.units > _LONGEST_COUNTER or piece.linked > 0.5 or _YEAR.search(text):
        return False
    if piece.type is not BlockType.P and (piece.type is BlockType.H or _WORD.search(text)):
        return False
    found = _COUNT.search(text)
    if found is None or text[:1] in "\"“„«'‘[(":
        return False
    before, after = (len(_WORD.findall(part)) for part in (text[: found.start()], text[found.end() :]))
    return before <= 2 or after <= 2


def mark_counters(walk: Walk, pieces: list[Piece], makes: set[str]) -> None:
    """Give lines that count something, and are made like nothing else, their kind."""
    for piece in pieces:
        if not piece.kind and walk.make(piece) not in makes and _is_count(piece):
            piece.kind = "share"


def _names_the_whole(walk: Walk, at: int, headline: int) -> bool:
    """Whether a heading is there to name, for readers of screens, an element that holds the headline as well."""
    own = walk.elements[walk.pieces[at].element]
    identity = own.node.attributes.get("id")
    around = (
        walk.elements[number] for number in walk.above(own.parent) if number <= headline < walk.elements[number].end
    )
    labels = ((one.node.attributes.get("aria-labelledby") or "").split() for one in around)
    return bool(identity) and any(identity in label for label in labels)


def _heads_nothing(walk: Walk, at: int, last: int) -> bool:
    """Whether a heading, or a line with a colon, only stands over links, of which there are several."""
    behind = 0
    for piece in walk.pieces[at + 1 : last + 1]:
        if piece.kind != "read-also":
            break
        behind += 1
    text = walk.pieces[at].text
    return behind > 1 or (behind == 1 and text.rstrip().endswith((":", "：")))


def mark_headings(walk: Walk, first: int, last: int, headline: int) -> None:
    """Give headings that only stand over links the kind of these, but for those made like others of the text; and those
    that name the whole article a label's. `headline` is the element of the article's."""
    heads = [at for at in range(first, last + 1) if _is_heading(walk.pieces[at])]
    idle = {at for at in heads if _heads_nothing(walk, at, last)}
    makes = {walk.make(walk.pieces[at]) for at in heads if at not in idle}
    for at in heads:
        if at in idle and walk.make(walk.pieces[at]) not in makes:
            walk.pieces[at].kind = "read-also"
        elif _names_the_whole(walk, at, headline):
            walk.pieces[at].kind = "label"


def _is_heading(piece: Piece) -> bool:
    short = piece.units < 60 and (piece.text.rstrip().endswith((":", "：")) or not ENDS.search(piece.text))
    return not piece.kind and (piece.type is BlockType.H or (piece.type is BlockType.P and short))
