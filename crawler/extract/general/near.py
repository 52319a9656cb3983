"""What stands around the headline and at the ends of the text: where an article says who wrote it and when.

A line above the headline counts only where it stands in one box with it: what stands higher is the site's own, such as
today's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborNode

from crawler.extract.general.body import Choice
from crawler.extract.general.walk import Piece, Walk

__all__ = ["Near", "names_of"]

_ABOVE = 6
_BELOW = 30
_BEHIND = 4
"""Pieces looked at on each side."""
_SMALL = 4
"""Pieces that a box of one of them may hold."""
_BESIDE = 3
_SHORT = 80
_WITHIN = 6
"""Pieces of the text among which, behind a lead, an article still says who wrote it and when."""
_SIGNS = frozenset({"byline", "date-line"})
_OTHERS = frozenset(
    {"hidden", "navigation", "comments", "consent", "read-also", "advertising", "promo", "subscribe", "copyright"}
    | {"app", "caption", "embed", "follow-us"}
)
"""Kinds of what is not said of the article itself."""
_NEVER = frozenset({"hidden", "comments", "navigation"})
_SITE = re.compile(
    r"(?:\A|[^a-z])(?:to-?day|current|now|clock|masthead|top-?(?:bar|line|header)|weather|meteo|ticker|site-?(?:header|date))",
    re.IGNORECASE,
)
"""Names of what the site says of today."""


def names_of(node: LexborNode) -> str:
    """The names of an element: its classes and its id."""
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"[:400]


_MORE = re.compile(r"[|•·:：]|\s/\s|\d[h時시]\d")


def _says_more(piece: Piece) -> bool:
    """Whether a line says more than which day it is, as the head of an article does and that of a site does not."""
    return _MORE.search(piece.text) is not None


@dataclass(frozen=True)
class Near:
    """The surroundings of an article: `at` is the number of the headline's piece (-1: not shown), `choice` where the
    text is."""

    walk: Walk
    at: int
    choice: Choice | None

    @property
    def element(self) -> int:
        """The number of the innermost element that holds headline and text; of the body where there is no text."""
        if self.choice is None:
            return 0
        return self._around(self.choice.element, self.at) if self.at >= 0 else self.choice.element

    def _around(self, element: int, at: int) -> int:
        """The innermost element around an element that also holds a piece."""
        while not self.walk.within(self.walk.pieces[at], element):
            element = self.walk.elements[element].parent
        return element

    def _is_own(self, at: int) -> bool:
        """Whether a piece is said of the article: it is in no box of others, or the headline is in that box too, or the
        box is a few short lines beside the headline, whatever its name."""
        piece = self.walk.pieces[at]
        if piece.kind not in _OTHERS:
            return True
        if piece.kind in _NEVER:
            return False
        zone = self.walk.elements[piece.element].zone
        # What has a kind without a zone, as words beside a picture have, stands for itself.
        box = max(zone, piece.element) if zone <= 0 else zone
        is_small = self.walk.elements[box].pieces <= _SMALL and piece.units < _SHORT and piece.linked < 0.5
        return self.holds_headline(zone) or (is_small and self.at >= 0 and abs(at - self.at) <= _BESIDE)

    @property
    def below(self) -> list[Piece]:
        """The pieces between headline and text, or before the text where no headline is shown, and those behind a lead
        that are called by-line or date."""
        if self.at < 0:
            return [*self._before_text(), *self._behind_lead()]
        pieces = self.walk.pieces
        last = self._first_sentence() if self.choice else self.at + _ABOVE
        numbers = range(self.at + 1, min(last, self.at + 1 + _BELOW, len(pieces)))
        return [*(pieces[at] for at in numbers if self._is_own(at)), *self._behind_lead()]

    @property
    def opening(self) -> str:
        """The first sentences of the text; empty where there is none."""
        pieces = self.walk.pieces[self.choice.first : self.choice.last + 1] if self.choice is not None else []
        return next((piece.text for piece in pieces if piece.says), "")

    def _behind_lead(self) -> list[Piece]:
        if self.choice is None:
            return []
        first = max(self._first_sentence(), self.at + 1)
        pieces = self.walk.pieces[first : min(first + _WITHIN, self.choice.last) + 1]
        items = self._items(self.walk.pieces[self._first_sentence()])
        signs = [piece for piece in pieces if piece.kind in _SIGNS and self.walk.within(piece, self.choice.element)]
        # An item of a list says when something in the list was.
        return [piece for piece in signs if self._items(piece) <= items]

    def _items(self, piece: Piece) -> set[int]:
        """The items of lists that a piece stands in."""
        return {number for number in self.walk.above(piece.element) if self.walk.elements[number].tag == "li"}

    def _first_sentence(self) -> int:
        """The number of the first piece of the text that is not by-line or date."""
        if self.choice is None:
            return 0
        numbers = range(self.choice.first, self.choice.last)
        return next((at for at in numbers if self.walk.pieces[at].kind not in _SIGNS), self.choice.last)

    def _before_text(self) -> list[Piece]:
        """What stands before the text in one box with it that is not the whole page."""
        if self.choice is None:
            return []
        first, pieces = self.choice.first, self.walk.pieces
        before = [at for at in range(max(0, first - _ABOVE), first) if self._is_own(at)]
        return [pieces[at] for at in before if self._around(pieces[first].element, at) > 0 and _says_more(pieces[at])]

    @property
    def above(self) -> list[Piece]:
        """The pieces above the headline in one box with it, the nearest first. A box is smaller than the article, or
        it is the article."""
        if self.at < 0:
            return []
        pieces = self.walk.pieces
        around = (at for at in range(self.at - 1, max(-1, self.at - 1 - _ABOVE), -1) if self._is_own(at))
        return [pieces[at] for at in around if self._is_box(at)]

    def _is_box(self, at: int) -> bool:
        """Whether the box around the headline and a piece above it is an article's head, or an article that begins
        there. What begins with more than a line or two is the page."""
        element = self._around(self.walk.pieces[self.at].element, at)
        found = self.walk.elements[element]
        if element > 0 and (found.tag == "article" or "Article" in (found.node.attributes.get("itemtype") or "")):
            return True
        if element <= 0 or any(_SITE.search(names_of(node)) for node in self.boxes(self.walk.pieces[at])):
            return False
        if not self._holds_text(element):
            return True
        begins_here = self.at - at <= 2 and not self.walk.within(self.walk.pieces[max(self.at - 3, 0)], element)
        return begins_here and _says_more(self.walk.pieces[at])

    def _holds_text(self, element: int) -> bool:
        return self.choice is None or self.walk.within(self.walk.pieces[self.choice.first], element)

    @property
    def ends(self) -> list[Piece]:
        """The first and the last piece of the text."""
        if self.choice is None:
            return []
        return [self.walk.pieces[self.choice.first], self.walk.pieces[self.choice.last]]

    @property
    def behind(self) -> list[Piece]:
        """The pieces right behind the text, in the element that holds it and the headline."""
        if self.choice is None:
            return []
        pieces, last = self.walk.pieces, self.choice.last + 1
        around = (
            at
            for at in range(last, min(last + _BEHIND, len(pieces)))
            if self._is_own(at) or self.is_foot(pieces[at].element)
        )
        return [pieces[at] for at in around if self.walk.within(pieces[at], self.element)]

    def is_foot(self, number: int) -> bool:
        """Whether an element stands in the foot of the article, which is no foot of the page."""
        own = self.element
        return self.walk.kind_of(number) == "copyright" and 0 < own <= number < self.walk.elements[own].end

    def boxes(self, piece: Piece) -> Iterator[LexborNode]:
        """The element of a piece and those around it that hold little else, the innermost first."""
        at = piece.element
        for _ in range(3):
            if at <= 0 or self.walk.elements[at].pieces > _SMALL:
                return
            yield self.walk.elements[at].node
            at = self.walk.elements[at].parent

    def element_of(self, node: LexborNode) -> int:
        """The number of the innermost walked element around a node; -1 for what was not walked, such as the head."""
        around: LexborNode | None = node
        while around is not None:
            if (found := self._numbers.get(around.mem_id)) is not None:
                return found
            around = around.parent
        return -1

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {element.node.mem_id: number for number, element in enumerate(self.walk.elements)}

    def holds_headline(self, element: int) -> bool:
        """Whether an element holds the headline."""
        return self.at >= 0 and self.walk.within(self.walk.pieces[self.at], element)

    def is_within_article(self, element: int) -> bool:
        """Whether an element stands before the text in the element that holds headline and text."""
        if self.choice is None:
            return False
        own, first = self.element, self.walk.pieces[self.choice.first].element
        return own <= element <= first and element < self.walk.elements[own].end
