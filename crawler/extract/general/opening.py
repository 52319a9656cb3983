"""Names can mislead: which elements hold the article's text although they are called after something else.

An element is told by what it holds before it is believed what it is called: full sentences, hardly a link, nothing to
fill in. How many it takes depends on where it stands: next to the text a single one, else most of the page's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from archive.records import BlockType
from crawler.extract.general.walk import ENDS, Piece, Walk
from crawler.extract.general.zones import FAINT, NEVER_TEXT

__all__ = ["open_beside", "open_zones"]

_SENTENCES = 3
_SAID = 300
"""Sentences, and units of them, from which on an element that holds nothing else is text wherever it stands."""
_ROUNDS = 3


@dataclass(slots=True)
class _Held:
    """What a zone holds, in units: all, in sentences, in links; how many sentences, and of those with an end; whether a
    heading in it is a link."""

    total: float = 0
    said: float = 0
    linked: float = 0
    sentences: int = 0
    ended: int = 0
    leads_away: bool = False

    def add(self, piece: Piece) -> None:
        self.total += piece.units
        self.linked += piece.linked * piece.units
        self.leads_away = self.leads_away or (piece.type is BlockType.H and piece.linked > 0.8)
        if piece.says:
            self.said += piece.units
            self.sentences += 1
            self.ended += ENDS.search(piece.text) is not None

    @property
    def is_prose(self) -> bool:
        """Whether there is hardly anything but sentences."""
        return self.said >= 0.75 * self.total and self.linked <= 0.15 * self.total and not self.leads_away


def _zones(walk: Walk, pieces: Iterable[Piece]) -> dict[int, _Held]:
    """What each zone holds; what stands in none under -1. What another article holds outweighs nothing."""
    held: dict[int, _Held] = defaultdict(_Held)
    theirs = walk.inside(walk.foreign)
    for piece in (each for each in pieces if not theirs[each.element]):
        held[walk.elements[piece.element].zone].add(piece)
    return held


def _has_fields(walk: Walk, zone: int) -> bool:
    return any(element.fields for element in walk.elements[zone : walk.elements[zone].end])


def _open(walk: Walk, zones: Iterable[int]) -> None:
    """Open zones, and those of the same name with them."""
    wrong = {_name(walk, zone) for zone in zones}
    for number, element in enumerate(walk.elements):
        if element.kind and not element.opened and _name(walk, number) in wrong:
            element.opened = True
    walk.settle()


def _name(walk: Walk, number: int) -> tuple[str, str, str]:
    element = walk.elements[number]
    return element.kind, element.tag, element.node.attributes.get("class") or f"#{number}"


def open_zones(walk: Walk) -> None:
    """Open what holds more sentences than the page has without it, and what has a faint name and holds a text. What
    was closed within it stays so."""
    for _ in range(_ROUNDS):
        held = _zones(walk, walk.pieces)
        rest = held[-1].said
        wrong = [zone for zone, inside in held.items() if zone >= 0 and _is_wrong(walk, zone, inside, rest)]
        if not wrong:
            return
        _open(walk, wrong)


def _is_wrong(walk: Walk, zone: int, held: _Held, rest: float) -> bool:
    element = walk.elements[zone]
    if zone in walk.foreign:
        return False
    if element.tag == "form":
        return held.said > 3 * rest
    if held.said > rest and element.kind not in NEVER_TEXT:
        return True
    faint = element.kind in {*FAINT, "subscribe", "share"} - {"navigation"} and element.tag != "aside"
    much = held.sentences >= _SENTENCES and held.said >= _SAID
    return faint and much and held.is_prose and not _has_fields(walk, zone)


def open_beside(walk: Walk, article: int) -> None:
    """Open what has a faint name, stands next to the article's sentences and holds nothing else."""
    inside = [piece for piece in walk.pieces if walk.within(piece, article)]
    around = {
        number
        for piece in inside
        if piece.says and not piece.kind
        for number in walk.above(walk.elements[piece.element].parent, article - 1)
    }
    wrong = [
        zone
        for zone, held in _zones(walk, inside).items()
        if zone >= 0 and walk.elements[zone].parent in around and _is_text_beside(walk, zone, held)
    ]
    if wrong:
        _open(walk, wrong)


def _is_text_beside(walk: Walk, zone: int, held: _Held) -> bool:
    if walk.elements[zone].kind not in FAINT or not held.sentences or held.ended < held.sentences:
        return False
    return held.is_prose and not _has_fields(walk, zone)
