"""The lead: what stands between headline and text and sums it up, by where it stands and what the page states."""

from __future__ import annotations

from archive.records import BlockType
from crawler.extract.general.body import Choice, is_lead
from crawler.extract.general.element import key
from crawler.extract.general.notes import is_note
from crawler.extract.general.walk import Piece, Walk
from crawler.extract.general.zones import UNSPOKEN
from crawler.outlets.expressions import jsonld, meta
from crawler.parse.page import Page

__all__ = ["before", "lead"]

_BEGIN = 80
"""Characters by which a text is told to be the one the page states as its description."""
_LEAST = 40
"""Units from which on what stands between headline and text is a lead, or the beginning of it."""
_MOST = 5
_MAY_LEAD = frozenset({"", "read-also", "promo", UNSPOKEN})
"""Kinds by whose names (teaser, promo) outlets call their leads as well."""
_PASSED = frozenset({"hidden", "comments", "consent", "date-line", "byline"})


def _can_be_text(piece: Piece) -> bool:
    long = piece.units >= _LEAST and (piece.says or piece.type is BlockType.H)
    return piece.kind in _MAY_LEAD and piece.linked < 0.5 and long


def before(walk: Walk, headline_at: int, choice: Choice) -> list[int]:
    """The numbers of the sentences between headline and text; what has a faint name is among them."""
    above = range(headline_at + 1, choice.first) if headline_at >= 0 else ()
    able = (at for at in above if _can_be_text(walk.pieces[at]) and not _is_others(walk, walk.pieces[at]))
    found = [at for at in able if not _is_caption(walk, walk.pieces[at])]
    title = key(walk.pieces[headline_at].text) if headline_at >= 0 else ""
    found = [at for at in found if key(walk.pieces[at].text) != title]
    for at in found:
        walk.pieces[at].kind = ""
    return found


def _is_others(walk: Walk, piece: Piece) -> bool:
    return walk.is_foreign(piece) or walk.is_asking(piece)


def _is_caption(walk: Walk, piece: Piece) -> bool:
    return any(walk.elements[number].kind == "caption" for number in walk.above(piece.element))


def _described(page: Page) -> set[str]:
    stated = (*meta("og:description", "description", "twitter:description")(page), *jsonld("description")(page))
    return {key(text)[:_BEGIN] for text in stated}


def _parent(walk: Walk, at: int) -> int:
    return walk.home(walk.pieces[at])


def lead(page: Page, walk: Walk, headline_at: int, choice: Choice) -> list[int]:
    """The numbers of the pieces that are the lead, in page order; none where nothing stands apart from the text."""
    above = before(walk, headline_at, choice)
    described = _described(page)
    if (at := _stated(walk, described, headline_at, choice)) >= 0:
        return _with_next(walk, at, choice)
    near = [at for at in above[:_MOST] if not is_note(walk, walk.pieces[at], (page.language,))]
    named = (at for at in near if walk.pieces[at].type is BlockType.H or is_lead(walk, walk.pieces[at], choice.first))
    at = next(named, near[0] if len(near) == 1 and _stands_apart(walk, near[0], choice) else -1)
    if at >= 0:
        return _with_next(walk, at, choice)
    return [choice.first] if _opens_as_lead(walk, choice, described) else []


def _stated(walk: Walk, described: set[str], headline_at: int, choice: Choice) -> int:
    """The piece between headline and text that is what the page states as its description, whatever it is called."""
    for at in range(headline_at + 1, choice.first) if headline_at >= 0 else ():
        piece = walk.pieces[at]
        said = piece.kind not in _PASSED and not walk.is_foreign(piece) and piece.units >= _LEAST and piece.linked < 0.5
        if said and key(piece.text)[:_BEGIN] in described and _stands_apart(walk, at, choice):
            piece.kind = ""
            return at
    return -1


def _stands_apart(walk: Walk, at: int, choice: Choice) -> bool:
    """Whether a piece stands in another element than the text does, or is made otherwise."""
    first = walk.pieces[choice.first]
    return _parent(walk, at) != _parent(walk, choice.first) or walk.make(walk.pieces[at]) != walk.make(first)


def _with_next(walk: Walk, at: int, choice: Choice) -> list[int]:
    """A lead of several headings: those that stand beside the first and are made like it."""
    found = [at]
    for other in range(at + 1, choice.first):
        same = walk.make(walk.pieces[other]) == walk.make(walk.pieces[at]) and _parent(walk, other) == _parent(walk, at)
        if walk.pieces[at].type is not BlockType.H or not same or walk.pieces[other].kind:
            break
        found.append(other)
    return found


def _opens_as_lead(walk: Walk, choice: Choice, described: set[str]) -> bool:
    """Whether the first paragraph of the text is its lead: it says so, or it is what the page states and something
    stands between it and the rest, or it alone is made so while all that follows is made alike."""
    rest = [at for at in range(choice.first + 1, choice.last + 1) if not walk.pieces[at].kind]
    if not rest:
        return False
    first = walk.pieces[choice.first]
    if not first.says:
        return False
    if is_lead(walk, first, rest[0]):
        return True
    apart = _parent(walk, choice.first) != _parent(walk, rest[0])
    if apart and rest[0] > choice.first + 1 and key(first.text)[:_BEGIN] in described:
        return True
    plain = [at for at in rest if walk.pieces[at].says and walk.pieces[at].type is BlockType.P]
    names, (tag, name) = {walk.name(walk.pieces[at]) for at in plain}, walk.name(first)
    alike = len(plain) > 1 and len(names) == 1 and {own for own, _ in names} == {tag}
    return alike and bool(name) and (tag, name) not in names
