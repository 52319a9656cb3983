"""Which pieces around a text are words of its pictures, or the line that dates it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborNode

from archive.records import BlockType
from crawler.extract.general.walk import ENDS, PICTURE, Piece, Walk
from crawler.parse.blocks import shows
from crawler.parse.bylines import by_line

__all__ = ["mark_captions", "mark_foreign_captions"]

_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?!\d)|\d{1,2}([./-])\d{1,2}\1\d{4}")
_YEAR = re.compile(r"(?:19|20|13|14)\d\d|[۱۲][۰-۹]{3}")
_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 8
"""Words of a line with day and hour that is no sentence, though it may end with an abbreviation."""
_MOST_IN_BOX = 4
_SHORTEST_TITLE = 20
_CAPTIONED = re.compile(
    r"\W*(?:图注|图为|图说|圖說|圖為|写真|사진|photo|foto|fotos|image|picture|imagen|caption|bild(?:unterschrift)?|"
    r"фото|на (?:фото|снимке)|подпись|الصورة|صورة|عکس|ảnh)\s*[:：]",
    re.IGNORECASE,
)


def _is_date_line(piece: Piece) -> bool:
    if piece.units >= 120 or not _CLOCK.search(piece.text) or not _YEAR.search(piece.text):
        return False
    return not ENDS.search(piece.text) or len(_WORD.findall(piece.text)) <= _MOST_WORDS


def _box(walk: Walk, piece: Piece) -> int:
    """The small box with a picture that a piece stands in; -1 where there is none."""
    for _, at in zip(range(4), walk.above(piece.element, -1), strict=False):
        if walk.elements[at].pieces > _MOST_IN_BOX:
            return -1
        if walk.elements[at].node.css_first(PICTURE, default=None) is not None:
            return at
    return -1


def _in_box(walk: Walk, pieces: Sequence[Piece], at: int) -> str:
    """What a line in a small box with a picture is: a part of a card where a title in the box leads elsewhere, who
    wrote the article, or words of the picture; empty where there is no such box."""
    box = _box(walk, pieces[at])
    if box < 0:
        return ""
    beside = pieces[max(0, at - _MOST_IN_BOX) : at + _MOST_IN_BOX]
    if any(walk.within(one, box) and one.linked > 0.8 and one.units >= _SHORTEST_TITLE for one in beside):
        return "read-also"
    return "byline" if by_line(pieces[at].text) and not ENDS.search(pieces[at].text) else "caption"


def _before(node: LexborNode) -> LexborNode | None:
    """The element before one, beside it."""
    before = node.prev
    while before is not None and (before.tag or "-")[0] in "-!":
        before = before.prev
    return before


def _is_below_picture(walk: Walk, piece: Piece) -> bool:
    """Whether a line stands directly below a picture and says that it is about it, or is set in the same way, which
    the text is not."""
    node = walk.elements[piece.element].node
    before = _before(node)
    if before is None or before.css_first(PICTURE, default=None) is None or shows(before, 0):
        return False
    return bool(_CAPTIONED.match(piece.text))


def _kind(walk: Walk, pieces: Sequence[Piece], at: int, *, made: bool) -> str:
    """What a piece is: words of a picture, a line with day and hour; empty where it is neither."""
    piece = pieces[at]
    if piece.type is BlockType.P and _is_below_picture(walk, piece):
        return "caption"
    if made:
        return ""
    if piece.text.startswith("©"):
        return "caption"
    if _is_date_line(piece):
        return "date-line"
    return _in_box(walk, pieces, at) if piece.type is BlockType.P else ""


def mark_captions(walk: Walk, pieces: Sequence[Piece], makes: set[str]) -> None:
    """Give dates and captions their kind. `makes` is how the text is made."""
    for at, piece in enumerate(pieces):
        if piece.kind in {"", "copyright"}:
            piece.kind = _kind(walk, pieces, at, made=walk.make(piece) in makes) or piece.kind


_AWAY = 0.5
"""The part of a figure's words that are a link from which on they are the title of something else."""


def mark_foreign_captions(walk: Walk, pieces: Iterable[Piece]) -> None:
    """Give the words of figures that are a link for the most part, as teasers are made, the kind of these."""
    figures: dict[int, list[Piece]] = {}
    for piece in pieces:
        if piece.kind == "caption":
            figures.setdefault(walk.elements[piece.element].zone, []).append(piece)
    for inside in figures.values():
        whole = sum(piece.units for piece in inside)
        if whole >= _SHORTEST_TITLE and sum(piece.units * piece.linked for piece in inside) > _AWAY * whole:
            for piece in inside:
                piece.kind = "read-also"
