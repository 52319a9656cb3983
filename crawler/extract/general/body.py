"""Which of the pieces in an article's element are its text, and what the others in its midst are.

What is made like most of the sentences (same element, same class) is text. What is made otherwise is text where it
stands beside such sentences and says something, and nothing it is made of speaks against it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from archive.records import BlockType
from crawler.extract.general.boxes import mark_boxes, mark_counters, mark_headings
from crawler.extract.general.captions import mark_captions, mark_foreign_captions
from crawler.extract.general.element import best
from crawler.extract.general.opening import open_beside, open_zones
from crawler.extract.general.others import strangers
from crawler.extract.general.walk import ENDS, Piece, Walk

__all__ = ["Choice", "choose", "is_lead"]

_MIDDLE = 60
"""Units under which what is made unlike the sentences is a label, unless it ends like a sentence."""
_MUCH = 0.15
"""The part of the article's sentences that makes an element one of those the text stands in."""
_ROWS = frozenset({"dt", "dd", "tr", "pre", "figcaption"})
"""Elements that say little each, and are text as part of a table or a list of terms."""


@dataclass(slots=True)
class Choice:
    """The article's element, and of its pieces the numbers of the first and the last that are text."""

    element: int
    first: int
    last: int


# --- how the text is made -------------------------------------------------------------------------------------------


_LEAD = re.compile(
    r"(?:^|[_\W])(?:lead|lede|summary|intro|standfirst|desc|description|chapo|subtitle|sub-?title|subhead(?:er|line)?|"
    r"deck|dek|excerpt|abstract|perex|sapo|vorspann|spot|entradilla|bajada|sumario|sommaire|announce|anons|lid|strapline|"
    r"sommario|occhiello|catenaccio|ingress|teasertext)(?:$|[_\W])",
    re.IGNORECASE,
)


def is_lead(walk: Walk, piece: Piece, other: int) -> bool:
    """Whether an element calls itself lead, or one around it that does not hold the piece of another number too."""
    at = piece.element
    for _ in range(3):
        if at < 0 or walk.within(walk.pieces[other], at):
            return False
        marks = walk.elements[at].node.attributes
        if _LEAD.search(f"{marks.get('class') or ''} {marks.get('id') or ''}"):
            return True
        at = walk.elements[at].parent
    return False


def _spoken(walk: Walk, numbers: list[int]) -> list[int]:
    """The sentences by which it is told how the text is made: paragraphs, or else whatever says something."""
    said = [at for at in numbers if walk.pieces[at].says and not walk.pieces[at].kind]
    said = [at for at in said if not walk.is_asking(walk.pieces[at])] or said
    plain = [at for at in said if walk.pieces[at].type is not BlockType.LI]
    long = sum(walk.pieces[at].units for at in plain)
    return plain if 4 * long > sum(walk.pieces[at].units for at in said) else said


def _makes(walk: Walk, numbers: list[int]) -> tuple[str, set[str]]:
    """(how most sentences of the article are made, how those are made that are many enough to be text as well)."""
    said = _spoken(walk, numbers)
    longest = sorted(said, key=lambda at: walk.pieces[at].units)[-2:]
    sizes: Counter[str] = Counter()
    for at in said:
        other = next((each for each in reversed(longest) if each != at), numbers[-1])
        if len(said) == 1 or not is_lead(walk, walk.pieces[at], other):
            sizes[walk.make(walk.pieces[at])] += walk.pieces[at].units
    if not sizes:
        sizes.update(walk.make(walk.pieces[at]) for at in said)
    main, most = next(iter(sizes.most_common(1)), ("", 0))
    return main, {make for make, size in sizes.items() if size >= 0.25 * most}


def _unwrapped(walk: Walk, numbers: list[int], article: int) -> None:
    """A list item or a quotation around the whole article is the page's, not the text's."""
    for at in numbers:
        piece = walk.pieces[at]
        tag = {BlockType.LI: "li", BlockType.QUOTE: "blockquote"}.get(piece.type)
        if tag and all(walk.elements[number].tag != tag for number in walk.above(piece.element, article)):
            piece.type = BlockType.P


# --- where it begins and ends ---------------------------------------------------------------------------------------


_RIGHTS = re.compile(
    r"©|\(c\)\s*\d{4}|copyright|all rights reserved|版权所有|著作权|все права защищены|todos los derechos|tous droits|"
    r"alle rechte|tutti i diritti|todos os direitos|tüm hakları|جميع الحقوق|(?:کلیه|تمامی) حقوق",
    re.IGNORECASE,
)
_LONGEST_RIGHTS = 400


def _homes(walk: Walk, made: list[int], main: str) -> set[int]:
    """The elements the text stands in: those around sentences of the usual make; those around several sentences beside
    or within one of these; those within one of these around a good part of all that is said."""
    said = [at for at in made if walk.pieces[at].says]
    count, size = Counter[int](), Counter[int]()
    for at in said:
        count[_home(walk, at)] += 1
        size[_home(walk, at)] += walk.pieces[at].units
    usual = {_home(walk, at) for at in made if walk.make(walk.pieces[at]) == main}
    beside = {walk.elements[number].parent for number in usual}
    within = {number for number in size if _around(walk, number) in usual}
    much = _MUCH * sum(size.values())
    several = {number for number in size if count[number] > 1 and walk.elements[number].parent in beside}
    return usual | several | {number for number in within if count[number] > 1 or size[number] >= much}


def _around(walk: Walk, number: int) -> int:
    """The element around one: what is only wrapped around it does not count."""
    at = walk.elements[number].parent
    while at > 0 and walk.elements[at].pieces == walk.elements[number].pieces:
        at = walk.elements[at].parent
    return at


def _called_alike(walk: Walk, numbers: list[int], made: list[int]) -> list[int]:
    """The pieces whose elements are called like the text's, whatever they are wrapped in."""
    names = {walk.name(walk.pieces[at]) for at in made}
    return [at for at in numbers if not walk.pieces[at].kind and walk.name(walk.pieces[at]) in names]


def _end(walk: Walk, numbers: list[int], made: set[int], homes: set[int], first: int) -> int:
    """The last piece that is text. A line about rights that stands in another element than the first sentence belongs
    to the page, and so does what follows it."""
    home, own, last = walk.elements[walk.pieces[first].element].parent, walk.make(walk.pieces[first]), first
    for at in (each for each in numbers if each > first):
        piece = walk.pieces[at]
        if piece.kind:
            continue
        other = walk.elements[piece.element].parent != home and walk.make(piece) != own
        if other and piece.units < _LONGEST_RIGHTS and _RIGHTS.search(piece.text):
            break
        if (at in made and _home(walk, at) in homes) or _is_beside(walk, piece, homes):
            last = at
    return last


def _is_beside(walk: Walk, piece: Piece, homes: set[int]) -> bool:
    """Whether what is not made like the text stands beside it as a part of it: sentences, lists, quotations, tables."""
    if piece.linked > 0.5:
        return False
    around = [number for _, number in zip(range(3), walk.above(walk.home(piece), -1), strict=False)]
    if piece.type in {BlockType.LI, BlockType.QUOTE} or walk.elements[piece.element].tag in _ROWS:
        return any(number in homes for number in around)
    return piece.says and around[0] in homes


def _begin(walk: Walk, made: list[int], spoken: int, headline_at: int) -> int:
    """The first piece that is text: short ones, headings and items directly before the first sentence, beside it."""
    first, home = spoken, _home(walk, spoken)
    for at in range(spoken - 1, headline_at, -1):
        piece = walk.pieces[at]
        element = walk.elements[piece.element]
        if piece.kind or piece.linked > 0.5 or home not in {_home(walk, at), walk.elements[_home(walk, at)].parent}:
            break
        if at not in made and piece.type not in {BlockType.H, BlockType.LI} and element.tag not in _ROWS:
            break
        first = at
    return first


# --- what stands between --------------------------------------------------------------------------------------------


def _judge(walk: Walk, piece: Piece, *, made: bool) -> str:
    """What a piece between the first and the last sentence is, where it is not the article."""
    if piece.linked > 0.9:
        return "" if piece.type is BlockType.LI and piece.units >= 200 else "read-also"
    if piece.type is not BlockType.P or made or walk.elements[piece.element].tag in _ROWS:
        return ""
    if piece.linked > 0.5 or not (piece.says or piece.units >= _MIDDLE):
        return "label"
    return ""


def _is_bold_heading(piece: Piece) -> bool:
    return piece.type is BlockType.P and piece.bold > 0.95 and piece.units < 120 and not ENDS.search(piece.text)


def _tell_apart(walk: Walk, numbers: Iterable[int], made: set[int]) -> None:
    """Give what is not the article in its midst a kind; what is all in bold is a heading."""
    for at in numbers:
        piece = walk.pieces[at]
        if not piece.kind:
            piece.kind = _judge(walk, piece, made=at in made)
            if not piece.kind and _is_bold_heading(piece):
                piece.type = BlockType.H


# --- the choice -----------------------------------------------------------------------------------------------------


def _below(walk: Walk, article: int, headline_at: int) -> list[int]:
    """The numbers of the article's pieces: those below the headline, unless most of the text stands above it, or
    several sentences of the text do."""
    inside = [at for at, piece in enumerate(walk.pieces) if walk.within(piece, article)]
    said = [at for at in inside if walk.pieces[at].says and not walk.pieces[at].kind]
    below, above = (sum(walk.pieces[at].units for at in said if (at > headline_at) is way) for way in (True, False))
    homes = {_kind_of_home(walk, at) for at in said if at > headline_at}
    among = sum(_kind_of_home(walk, at) in homes for at in said if at < headline_at)
    return inside if above > below or among > 1 else [at for at in inside if at > headline_at]


def _home(walk: Walk, at: int) -> int:
    """The element a piece stands in."""
    return walk.home(walk.pieces[at])


def _kind_of_home(walk: Walk, at: int) -> tuple[int, str]:
    return _home(walk, at), walk.make(walk.pieces[at])


def choose(walk: Walk, stated: str = "", headline_at: int = -1, titles: str = "") -> Choice | None:
    """The article's part of a page; None where nothing is a sentence. Pieces that are not the article get a kind.

    `stated` is the key of the text the page states of itself, `headline_at` the number of the headline's piece,
    `titles` the key of all the page says that it is called.
    """
    open_zones(walk)
    others = strangers(walk, headline_at, titles)
    if walk.foreign:
        open_zones(walk)
    _mark_strangers(walk, others)
    element = best(walk, stated, headline_at)
    if element < 0:
        return None
    open_beside(walk, element)
    _mark_strangers(walk, others)
    numbers = _below(walk, element, headline_at)
    pieces = [walk.pieces[at] for at in numbers]
    _unwrapped(walk, numbers, element)
    headline = walk.pieces[headline_at].element if headline_at >= 0 else -1
    main, _ = _makes(walk, numbers)
    mark_boxes(walk, pieces, element, headline, main)
    mark_foreign_captions(walk, pieces)
    return _chosen(walk, element, numbers, headline)


def _mark_strangers(walk: Walk, others: set[int]) -> None:
    theirs = walk.inside(others)
    for piece in walk.pieces:
        if theirs[piece.element] and not piece.kind:
            piece.kind = "read-also"


def _top(walk: Walk, numbers: list[int], headline: int) -> int:
    """The first piece that may be a caption or a date: that of the headline, where the text stands below it."""
    heads = (at for at in range(numbers[0]) if walk.pieces[at].element == headline)
    return next(heads, numbers[0])


def _chosen(walk: Walk, element: int, numbers: list[int], headline: int) -> Choice | None:
    """The choice among the article's pieces, boxes known. `headline` is the element of the headline."""
    main, makes = _makes(walk, numbers)
    mark_captions(walk, walk.pieces[_top(walk, numbers, headline) : numbers[-1] + 1], makes)
    mark_counters(walk, [walk.pieces[at] for at in numbers], makes)
    made = [at for at in numbers if walk.make(walk.pieces[at]) in makes and not walk.pieces[at].kind]
    spoken = next((at for at in made if walk.pieces[at].says), None)
    if spoken is None:
        return None
    first = _begin(walk, made, spoken, numbers[0] - 1)
    called = _called_alike(walk, numbers, made)
    homes = _homes(walk, called, main) | {_home(walk, spoken)}
    alike = {*made, *(at for at in called if _home(walk, at) in homes)}
    last = _end(walk, numbers, alike, homes, spoken)
    mark_headings(walk, first, last, headline)
    _tell_apart(walk, [at for at in numbers if first <= at <= last], alike)
    return Choice(element, first, last)
