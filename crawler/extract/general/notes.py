"""Corrections and notes of the editors: text of the article in whatever element of their own they stand."""

from __future__ import annotations

import re

from crawler.extract.furniture import match
from crawler.extract.general.body import Choice
from crawler.extract.general.walk import Piece, Walk

__all__ = ["is_called_note", "is_note", "notes"]

_LONGEST = 1_500
_NAMED = re.compile(
    r"correct(?:ion|ed)|corrigend|clarif|errat|retract|editors?'?s?[-_]?note|update[-_]?note|rectific|aclara|"
    r"berichtig|korrektur|richtigstell|correctif|rettelse|rättelse|sprostowan|correcao|nota[-_]?(?:de[-_])?(?:la[-_])?redac|"
    r"poprav|düzeltme",
    re.IGNORECASE,
)
_CLOSED = frozenset({"hidden", "comments", "consent", "read-also"})
_AROUND = 3
"""Elements around a piece whose names may say that it is a note."""


def is_note(walk: Walk, piece: Piece, languages: tuple[str, ...]) -> bool:
    """Whether a text is a note of the editors, by its own words or by what its element is called."""
    if piece.kind in _CLOSED or piece.units > _LONGEST or not piece.says:
        return False
    hit = match(piece.text, languages, "")
    return (hit is not None and hit.kind == "notice") or is_called_note(walk, piece)


def is_called_note(walk: Walk, piece: Piece) -> bool:
    """Whether a small element around a text is called a note of the editors."""
    near = (walk.elements[at] for _, at in zip(range(_AROUND), walk.above(piece.element), strict=False))
    marks = (one.node.attributes for one in near if one.pieces <= _AROUND)
    return any(_NAMED.search(f"{mark.get('class') or ''} {mark.get('id') or ''}") for mark in marks)


def notes(walk: Walk, headline_at: int, choice: Choice, languages: tuple[str, ...]) -> list[int]:
    """The numbers of the notes before and behind a text, within the element that holds it and its headline."""
    scope = choice.element
    while headline_at >= 0 and not walk.within(walk.pieces[headline_at], scope):
        scope = walk.elements[scope].parent
    found = []
    for at, piece in enumerate(walk.pieces):
        outside = at > headline_at and not choice.first <= at <= choice.last
        if outside and walk.within(piece, scope) and is_note(walk, piece, languages):
            piece.kind = ""
            found.append(at)
    return found
