"""Looks at articles, as far as something can be learnt from them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from archive.records import Capture, Judgement, Verdict
from crawler.extract import layout
from crawler.extract.furniture import match
from crawler.extract.raw import RawReading
from crawler.extract.taught import parts
from crawler.extract.verdict import judge
from crawler.outlets.base import Outlet
from crawler.outlets.learnt import Learnt, LearntRule, as_said
from crawler.parse.page import load

__all__ = ["Look", "Part", "look", "parts_of", "still", "taking"]


@dataclass(frozen=True, slots=True)
class Part:
    """A text of a page at its place (see `RawBlock.place`), as learnt rules compare it."""

    place: str
    said: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look at an article: the page, and what it says with furniture still inside."""

    capture: Capture
    raw: RawReading


def look(capture: Capture, outlet: Outlet) -> Look | None:
    """A capture as a look; None where it is no article, or our own code fails over it."""
    try:
        page = load(capture, outlet.charset)
        if judge(capture, page, outlet).verdict is not Verdict.ARTICLE:
            return None
        raw = layout.read(page, outlet, capture.fetched_at)
    except Exception:  # noqa: BLE001 - whatever a page holds: `examine` says what is wrong with it
        return None
    return None if isinstance(raw, Judgement) else Look(capture, raw)


def parts_of(raw: RawReading, family: str) -> list[Part]:
    """What learnt rules may take of a page: that no phrase rule knows, in page order."""
    known = (part for part in parts(raw) if match(part.text, raw.languages, family) is None)
    return [Part(part.place, said) for part in known if (said := as_said(part.text))]


def taking(rules: Iterable[LearntRule]) -> Callable[[Part], bool]:
    """Whether one of these rules takes a part: found out once for each that is said at many looks."""
    learnt = Learnt(rules=tuple(rules))

    @cache
    def takes(part: Part) -> bool:
        return learnt.match(part.place, part.said) is not None

    return takes


_STANDS = 0.7


def still(before: Sequence[Part], after: Sequence[Part]) -> bool:
    """Whether most of a text stands from one look to the next: what moves then moves alone."""
    both = {part.said for part in before} & {part.said for part in after}
    return _size(both) >= _STANDS * max(_size(part.said for part in before), _size(part.said for part in after))


def _size(texts: Iterable[str]) -> int:
    return sum(map(len, texts))
