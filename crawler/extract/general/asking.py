"""What on a page asks for consent, and is anything else on it? Told by what is said, in whatever element it stands.

Whoever asks names a thing (cookies, personal data) and speaks of `we` and `you` in the same line; what stands beside
that in its box only needs to name such a thing. The words are in `walls.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from crawler.extract.general import titles
from crawler.extract.general.opening import open_zones
from crawler.extract.general.walk import Walk, walk
from crawler.parse.page import Page

__all__ = ["Beside", "mark_asking"]

_FILE = Path(__file__).parent.parent / "walls.toml"
_CUT = re.compile(r"(?:…|\.\.\.)\W*\Z")
_SENTENCES = re.compile(r"[.!?؟۔।](?=\s)|[。！？\n]")
_LONGEST = 2_000
_LEAST = 60
"""Units of sentences that are an article without a headline to tell it."""


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, ...], tuple[str, ...], re.Pattern[str]]:
    """(the things consent is asked for, these and what is asked, how both sides are called)."""
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))["consent"]
    sides = "|".join(map(re.escape, said["sides"]))
    return tuple(said["things"]), (*said["things"], *said["asked"]), re.compile(rf"(?<![^\W\u3040-\u9fff])(?:{sides})")


def _names(text: str, words: tuple[str, ...]) -> bool:
    folded = text[:_LONGEST].casefold()
    return any(word in folded for word in words)


def _asks(text: str) -> bool:
    things, _, sides = _words()
    said = _SENTENCES.split(text[:_LONGEST].casefold()) if _names(text, things) else ()
    return any(sides.search(sentence) and _names(sentence, things) for sentence in said)


# --- what asks, and where -------------------------------------------------------------------------------------------


def _about(walk: Walk) -> set[int]:
    """The numbers of the pieces that name what consent is asked for, where any piece asks."""
    # Most pages name nothing of the kind: one look at all of their text is a tenth of one at each piece.
    whole = "\n".join(piece.text[:_LONGEST] for piece in walk.pieces).casefold()
    if not any(thing in whole for thing in _words()[0]) or not any(_asks(piece.text) for piece in walk.pieces):
        return set()
    named = tuple(word for word in _words()[1] if word in whole)
    return {at for at, piece in enumerate(walk.pieces) if _names(piece.text, named)}


def _boxes(walk: Walk, headline_at: int, about: set[int]) -> set[int]:
    """The outermost elements around what asks that hold neither the headline nor a sentence about anything else."""
    others = (at for at, piece in enumerate(walk.pieces) if at == headline_at or (piece.says and at not in about))
    firm = [walk.pieces[at].element for at in others]
    found = set()
    for at in (each for each in about if _asks(walk.pieces[each].text)):
        outer = -1
        for number in walk.above(walk.pieces[at].element):
            if any(number <= element < walk.elements[number].end for element in firm):
                break
            outer = number
        found.add(outer)
    return found - {-1}


def mark_asking(walk: Walk, headline_at: int) -> None:
    """Give boxes that ask for consent their kind, but for those made like other sentences of the page."""
    if not (about := _about(walk)):
        return
    makes = {walk.make(piece) for at, piece in enumerate(walk.pieces) if piece.says and at not in about}
    for box in _boxes(walk, headline_at, about):
        if not any(piece.says and walk.make(piece) in makes for piece in walk.pieces if walk.within(piece, box)):
            walk.elements[box].kind = "consent"
            walk.foreign.add(box)
    walk.settle()


# --- what else is there ---------------------------------------------------------------------------------------------


class Beside:
    """What a page shows beside what a wall says."""

    def __init__(self, page: Page) -> None:
        self._walk = walk(page.tree.body) if page.tree.body else Walk()
        open_zones(self._walk)
        self._about = _about(self._walk)
        at = titles.headline(self._walk, titles.stated(page), page)[1]
        self._headline_at = at if at < 0 or not _asks(self._walk.pieces[at].text) else -1

    @property
    def asks(self) -> bool:
        """Whether anything on the page asks for consent."""
        return bool(self._about)

    def has_article(self, behind: int = -1) -> bool:
        """Whether there is a text besides what asks for consent: whole sentences below the headline (and behind a
        piece), more of them than ask in the same elements."""
        walked, first = self._walk, max(self._headline_at, behind)
        pieces = (piece for at, piece in enumerate(walked.pieces) if at > first and at not in self._about)
        rest = [piece for piece in pieces if piece.says and not piece.kind and not _CUT.search(piece.text)]
        homes = {walked.elements[piece.element].parent for piece in rest}
        asking = (walked.pieces[at] for at in self._about)
        beside = sum(piece.units for piece in asking if walked.elements[piece.element].parent in homes)
        least = beside if self._headline_at >= 0 else max(beside, _LEAST)
        return sum(piece.units for piece in rest) > least

    def is_boxed(self, text: str) -> bool:
        """Whether a text stands in a box of its own beside an article, before the end of it."""
        pieces = enumerate(self._walk.pieces)
        at, piece = next(((at, one) for at, one in pieces if one.text == text), (-1, None))
        return piece is not None and bool(piece.kind) and self._headline_at >= 0 and self.has_article(at)
