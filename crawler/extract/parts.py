"""A piece that goes over several pages, read as one: its pages in order, what they repeat once. Pure.

Which pages there are is told by their pagers (`pager`). A page belongs to the piece where it has the same headline and
says something more; one that repeats the first (comments, a gallery over the same text) is passed over. What should be
there and is not is said as a doubt: the text that lacks it is no state of the article.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from archive import naming, urls
from archive import text as same
from archive.errors import BadInput
from archive.page_words import PageWords
from archive.records import Block, BlockType, Capture, Circumstances, Doubt, DoubtKind, Hop, Judgement, Reading, Verdict
from archive.wording import counted
from crawler.extract.pager import MOST, Pager, pager
from crawler.parse.page import Page

__all__ = ["Part", "Read", "part", "whole"]


@dataclass(frozen=True, slots=True)
class Part(Judgement):
    """The judgement of a further page of an article: `first` is the address of the first."""

    first: str = ""


Read = Callable[[Capture, str], tuple[Page, Reading | Judgement]]
"""Reads a page alone, by the reader of that name."""

_REPEATED = 20
"""Characters of a block from which on it is not said twice."""


def part(found: Pager | None) -> Judgement | None:
    """What a further page of an article is judged to be, by where it stands among others; None where it is no such."""
    if found is None or found.number == 1:
        return None
    return Part(Verdict.PART, f"page {found.number} of {found.first}", found.first)


def _spelt(url: str) -> str:
    try:
        return urls.canonical(urls.normal(url))
    except BadInput:
        return ""


@dataclass(slots=True)
class _Whole:
    """A piece as far as it was put together: where its pages are, which of them are here, and what they say."""

    reading: Reading
    at: dict[int, str]
    given: dict[str, Hop]
    here: set[int] = field(default_factory=lambda: {1})
    lost: dict[int, str] = field(default_factory=dict)

    def next(self) -> int:
        """The next page that is known and was not looked at; 0 where there is none."""
        seen = self.here | self.lost.keys()
        return min((number for number in self.at if number not in seen), default=0)

    def learn(self, found: Pager | None) -> None:
        """Take what another page says of where the pages are."""
        known = {_spelt(url) for url in self.at.values()}
        if found is not None and _spelt(found.first) in known:
            for number, url in found.others:
                self.at.setdefault(number, url)

    def add(self, more: Reading) -> bool:
        """Take what a further page says, where it belongs here; whether it does."""
        said = {block.text for block in self.reading.body if len(block.text) >= _REPEATED}
        said |= {self.reading.description, self.reading.headline}
        lead = Block(BlockType.P, more.description)
        blocks = [block for block in ((lead, *more.body) if more.description else more.body) if block.text not in said]
        if not _one_piece(self.reading, more) or not any(len(block.text) >= _REPEATED for block in blocks):
            return False
        self.reading = replace(
            self.reading,
            body=(*self.reading.body, *blocks),
            images=(*self.reading.images, *(image for image in more.images if image not in self.reading.images)),
            removed=(*self.reading.removed, *(one for one in more.removed if one not in self.reading.removed)),
            read_also=tuple(dict.fromkeys((*self.reading.read_also, *more.read_also))),
            doubts=tuple({doubt.kind: doubt for doubt in (*more.doubts, *self.reading.doubts)}.values()),
            circumstances=_both(self.reading, more),
            page_words=_shown(self.reading.page_words, more.page_words),
        )
        return True


def _shown(one: PageWords | None, more: PageWords | None) -> PageWords | None:
    """What two pages show, one behind the other; None where it is not known of both."""
    if one is None or more is None:
        return None
    return PageWords(one.lines + more.lines, one.unshown + more.unshown, tuple(sorted({*one.stated, *more.stated})))


def _both(one: Reading, more: Reading) -> Circumstances:
    first, then = one.circumstances, more.circumstances
    return replace(
        first,
        links=tuple(dict.fromkeys((*first.links, *then.links))),
        images=tuple(dict.fromkeys((*first.images, *then.images))),
        embeds=tuple(dict.fromkeys((*first.embeds, *then.embeds))),
        videos=tuple(dict.fromkeys((*first.videos, *then.videos))),
    )


def _one_piece(one: Reading, more: Reading) -> bool:
    """Whether two pages have the headline of one piece: the same, or with the number of the page beside it."""
    left, right = (same.canonical(reading.headline).casefold() for reading in (one, more))
    return left == right or left in right or right in left or naming.words(left) == naming.words(right)


def whole(url: str, found: Pager | None, capture: Capture, reading: Reading, read: Read) -> Reading:
    """The reading of a piece from its first page, with those of its further pages that the capture holds; what it lacks
    is in its doubts, and its address in `missing`. `found` is where the page at `url` stands among them."""
    if found is None or found.number != 1:
        return reading
    piece = _Whole(reading, {1: url, **dict(found.others)}, {_spelt(one.url): one for one in capture.parts})
    strange: set[int] = set()
    while number := piece.next():
        why = _take(piece, capture, number, read, strange)
        if why:
            piece.lost[number] = why
    missing = [number for number in sorted(piece.lost) if number not in strange]
    return _said(piece, missing)


def _take(piece: _Whole, capture: Capture, number: int, read: Read, strange: set[int]) -> str:
    """Add a page; why it is not there, where it is not. Pages that belong to something else are `strange`."""
    hop = piece.given.get(_spelt(piece.at[number]))
    if hop is None or number > MOST:
        return piece.at[number]
    of = replace(capture, url=hop.url, final_url="", status=hop.status, headers=hop.headers, body=hop.body, parts=())
    page, more = read(of, piece.reading.reader)
    if isinstance(more, Judgement):
        return f"{piece.at[number]} ({more.verdict})"
    if not piece.add(more):
        strange.add(number)
        return "another piece"
    piece.here.add(number)
    piece.learn(pager(page))
    return ""


def _said(piece: _Whole, missing: list[int]) -> Reading:
    if not missing:
        return piece.reading
    several = counted(len(missing), "page")
    why = f"{several} of {max(piece.at)} missing: {', '.join(piece.lost[number] for number in missing[:5])}"
    doubt = Doubt(DoubtKind.MISSING_PART, why)
    addresses = tuple(piece.at[number] for number in missing if number <= MOST)
    return replace(piece.reading, doubts=(doubt, *piece.reading.doubts), missing=addresses)
