"""What stands around the headline and at the ends of the text: where an article says who wrote it and when.

A line above the headline counts only where it stands in one box with it: what stands higher is the site's own, such as
today's date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborNode

from crawler.extract.general.body import Choice
from crawler.extract.general.walk import Piece, Walk

__all__ = ["Near"]

_ABOVE = 6
_BELOW = 30
_BEHIND = 4
"""Pieces looked at on each side."""
_SMALL = 4
"""Pieces that a box of one of them may hold."""
_OTHERS = frozenset(
    {"hidden", "navigation", "comments", "consent", "read-also", "advertising", "promo", "subscribe", "copyright"}
    | {"app", "caption", "embed", "follow-us"}
)
"""Kinds of what is not said of the article itself."""


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

    def _is_own(self, piece: Piece) -> bool:
        return piece.kind not in _OTHERS

    @property
    def below(self) -> list[Piece]:
        """The pieces between headline and text, or before the text where no headline is shown."""
        if self.at < 0:
            return self._before_text()
        last = self.choice.first if self.choice else self.at + _ABOVE
        pieces = self.walk.pieces[self.at + 1 : max(self.at + 1, min(last, self.at + 1 + _BELOW))]
        return [piece for piece in pieces if self._is_own(piece)]

    def _before_text(self) -> list[Piece]:
        """What stands before the text in one box with it that is not the whole page."""
        if self.choice is None:
            return []
        first, pieces = self.choice.first, self.walk.pieces
        before = [at for at in range(max(0, first - _ABOVE), first) if self._is_own(pieces[at])]
        return [pieces[at] for at in before if self._around(pieces[first].element, at) > 0]

    @property
    def above(self) -> list[Piece]:
        """The pieces above the headline in one box with it, the nearest first. A box is smaller than the article, or
        it is the article."""
        if self.at < 0:
            return []
        pieces = self.walk.pieces
        around = (at for at in range(self.at - 1, max(-1, self.at - 1 - _ABOVE), -1) if self._is_own(pieces[at]))
        return [pieces[at] for at in around if self._is_box(self._around(pieces[self.at].element, at))]

    def _is_box(self, element: int) -> bool:
        found = self.walk.elements[element]
        itself = found.tag == "article" or "Article" in (found.node.attributes.get("itemtype") or "")
        return itself or (element > 0 and not self._holds_text(element))

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
        pieces = self.walk.pieces[self.choice.last + 1 : self.choice.last + 1 + _BEHIND]
        return [piece for piece in pieces if self._is_own(piece) and self.walk.within(piece, self.element)]

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
