"""Which of a page's blocks are the article, and what the others in its midst are.

The article's element is the innermost one in which sentences outweigh labels and links the most. Within it the blocks
made like its sentences (same element, same class) are the text; what is made otherwise is text only between them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from archive import text as same
from archive.records import BlockType
from crawler.extract.general.walk import ENDS, PICTURE, Piece, Walk

__all__ = ["Choice", "choose", "is_lead", "key"]

_MOST = 800
"""Units of one block that count: a single huge block is more often code or a list than the article."""
_MIDDLE = 60
"""Units under which what is made unlike the sentences is a label, unless it ends like a sentence."""
_LEAF = frozenset({"p", "li", "blockquote", "pre", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "tr"})


def key(text: str) -> str:
    """A text without white space, case and what cannot be seen, as stated and shown texts are compared."""
    return "".join(same.canonical(text).split()).casefold()


@dataclass(slots=True)
class Choice:
    """The article's element, and of its pieces the numbers of the first and the last that are text."""

    element: int
    first: int
    last: int


# --- where ----------------------------------------------------------------------------------------------------------


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


_NEVER_TEXT = frozenset({"comments", "consent", "copyright"})
"""What can hold more sentences than a short article."""


def _open_zones(walk: Walk) -> None:
    """Names can mislead: what holds more sentences than the page has without it is its article, whatever its name."""
    held: Counter[int] = Counter()
    for piece in walk.pieces:
        if piece.says:
            held[walk.elements[piece.element].zone if piece.kind else -1] += piece.units
    wrong = {zone for zone, size in held.items() if zone >= 0 and size > held[-1] and _may_open(walk, zone)}
    for piece in walk.pieces if wrong else ():
        if piece.kind and walk.elements[piece.element].zone in wrong:
            piece.kind = ""


def _may_open(walk: Walk, zone: int) -> bool:
    return walk.elements[zone].kind not in _NEVER_TEXT


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


def _best(walk: Walk) -> int:
    """The innermost element with the most of it; without regard to labels where they outweigh the sentences of all."""
    for cost in (0.5, 0.0):
        best, value = -1, 0.0
        for number, element in enumerate(walk.elements):
            if element.tag not in _LEAF and element.good and (own := element.good - cost * element.bad) >= value:
                best, value = number, own
        if best >= 0:
            return best
    return -1


# --- what -----------------------------------------------------------------------------------------------------------


_LEAD = re.compile(
    r"(?:^|[_\W])(?:lead|lede|summary|intro|standfirst|desc|description|chapo|subtitle|sub-?title|subhead(?:er|line)?|"
    r"deck|dek|excerpt|abstract|perex|sapo|vorspann|spot|entradilla|bajada|sommaire|announce|anons|lid|strapline|"
    r"sommario|occhiello|catenaccio|ingress|teasertext)(?:$|[_\W])",
    re.IGNORECASE,
)


def is_lead(walk: Walk, piece: Piece, other: int) -> bool:
    """Whether an element calls itself lead, or one around it that does not hold the piece of another number too."""
    at = piece.element
    for _ in range(3):
        if at < 0 or walk.within(walk.pieces[other], at):
            return False
        if _LEAD.search(walk.elements[at].node.attributes.get("class") or ""):
            return True
        at = walk.elements[at].parent
    return False


def _counts(piece: Piece) -> bool:
    return not piece.kind and piece.says and piece.type is not BlockType.LI


def _makes(walk: Walk, numbers: list[int]) -> tuple[str, set[str]]:
    """(how most sentences of the article are made, how those are made that are many enough to be text as well)."""
    said = [at for at in numbers if _counts(walk.pieces[at])]
    longest = sorted(said, key=lambda at: walk.pieces[at].units)[-2:]
    sizes: Counter[str] = Counter()
    for at in said:
        other = next((each for each in reversed(longest) if each != at), numbers[-1])
        if not is_lead(walk, walk.pieces[at], other):
            sizes[walk.make(walk.pieces[at])] += walk.pieces[at].units
    main, most = next(iter(sizes.most_common(1)), ("", 0))
    return main, {make for make, size in sizes.items() if size >= 0.25 * most}


_RIGHTS = re.compile(
    r"©|\(c\)\s*\d{4}|copyright|all rights reserved|版权所有|著作権|все права защищены|todos los derechos|tous droits|"
    r"alle rechte|tutti i diritti|todos os direitos|tüm hakları|جميع الحقوق|(?:کلیه|تمامی) حقوق",
    re.IGNORECASE,
)


def _end(walk: Walk, numbers: list[int], made: list[int], main: str) -> int:
    """The last piece that is text. What follows the last sentence of the usual make is text where it stands beside such
    sentences; a line about rights that stands elsewhere belongs to the page, and so does what follows it."""
    around = {walk.elements[walk.pieces[at].element].parent for at in made if walk.make(walk.pieces[at]) == main}
    first = next(at for at in made if walk.pieces[at].says)
    home, last = walk.elements[walk.pieces[first].element].parent, first
    for at in (each for each in made if each > first):
        piece = walk.pieces[at]
        parent = walk.elements[piece.element].parent
        if parent != home and _RIGHTS.search(piece.text):
            break
        if parent in around or parent == home:
            last = at
    return _with_lists(walk, numbers, last, around | {home})


def _with_lists(walk: Walk, numbers: list[int], last: int, around: set[int]) -> int:
    """The last piece of the lists and quotations that follow the last sentence beside it."""
    for at in (each for each in numbers if each > last):
        piece = walk.pieces[at]
        outer = walk.elements[walk.elements[piece.element].parent]
        if piece.kind or piece.linked > 0.5 or piece.type is BlockType.H:
            continue
        if piece.type is BlockType.P or outer.parent not in around:
            break
        last = at
    return last


def _judge(walk: Walk, piece: Piece, makes: set[str]) -> str:
    """What a piece between the first and the last sentence is, where it is not the article."""
    if piece.linked > 0.9:
        return "" if piece.type is BlockType.LI and piece.units >= 200 else "read-also"
    if piece.type is not BlockType.P or walk.make(piece) in makes:
        return ""
    if piece.linked > 0.5 or not (piece.says or piece.units >= _MIDDLE):
        return "label"
    return ""


def _is_bold_heading(piece: Piece) -> bool:
    return piece.type is BlockType.P and piece.bold > 0.95 and piece.units < 120 and not ENDS.search(piece.text)


def choose(walk: Walk, stated: str = "", headline_at: int = -1) -> Choice | None:
    """The article's part of a page; None where nothing is a sentence. Pieces that are not the article get a kind.

    `stated` is the key of the text the page states of itself, `headline_at` the number of the headline's piece.
    """
    _open_zones(walk)
    _weigh(walk, stated, headline_at)
    element = _best(walk)
    if element < 0:
        return None
    numbers = [at for at, piece in enumerate(walk.pieces) if at > headline_at and walk.within(piece, element)]
    main, makes = _makes(walk, numbers)
    made = [at for at in numbers if walk.make(walk.pieces[at]) in makes and not walk.pieces[at].kind]
    spoken = next((at for at in made if walk.pieces[at].says), None)
    if spoken is None:
        return None
    first = _begin(walk, made, spoken, max(headline_at, -1))
    last = _end(walk, numbers, made, main)
    _name_others(walk, walk.pieces[max(headline_at, 0) : last + 1], makes)
    _tell_apart(walk, [walk.pieces[at] for at in numbers if first <= at <= last], makes)
    return Choice(element, first, last)


def _name_others(walk: Walk, pieces: Iterable[Piece], makes: set[str]) -> None:
    """Give dates and captions their kind, from the headline on."""
    for piece in pieces:
        if piece.kind in {"", "copyright"} and walk.make(piece) not in makes:
            piece.kind = _date_or_caption(walk, piece) or piece.kind


def _tell_apart(walk: Walk, pieces: Iterable[Piece], makes: set[str]) -> None:
    """Give what is not the article in its midst a kind; what is all in bold is a heading."""
    for piece in pieces:
        if not piece.kind:
            piece.kind = _judge(walk, piece, makes)
            if not piece.kind and _is_bold_heading(piece):
                piece.type = BlockType.H


_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)|\d{1,2}([./-])\d{1,2}\1\d{4}")
_YEAR = re.compile(r"(?:19|20|13|14)\d\d|[۱۲][۰-۹]{3}")
_MOST_IN_BOX = 4


def _date_or_caption(walk: Walk, piece: Piece) -> str:
    """What a piece is that is not made like the sentences: words of a picture, a line with day and hour."""
    if piece.text.startswith("©"):
        return "caption"
    if piece.units < 120 and not ENDS.search(piece.text) and _CLOCK.search(piece.text) and _YEAR.search(piece.text):
        return "date-line"
    at = piece.element
    for _ in range(4):
        if at < 0 or walk.elements[at].pieces > _MOST_IN_BOX:
            return ""
        if walk.elements[at].node.css_first(PICTURE, default=None) is not None:
            return "caption"
        at = walk.elements[at].parent
    return ""


def _begin(walk: Walk, made: list[int], spoken: int, headline_at: int) -> int:
    """The first piece that is text: short ones and headings directly before the first sentence, in its element."""
    first, parent = spoken, walk.elements[walk.pieces[spoken].element].parent
    for at in range(spoken - 1, headline_at, -1):
        piece = walk.pieces[at]
        if piece.kind or piece.linked > 0.5 or walk.elements[piece.element].parent != parent:
            break
        if at not in made and piece.type is not BlockType.H:
            break
        first = at
    return first
