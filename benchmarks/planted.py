"""Looks with known truth: the lists of pairs, and edits planted in and circumstances turned on saved pages.

A page is read once as it is and once as it was made, by the same steps as in a crawl; whether the two would be one
version is what their fingerprints say, and which fields are named is what `palimpsest edits` would name. What was done
to the page (`tests/pairs/made.py`) is the truth. Real pages are planted where their annotation says the text is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# The lists are part of the tests, which are no installed package.
sys.path.insert(0, str(Path(__file__).parent.parent))

from reading_pages import DEFINED, OWN, Case, Gold, cases

from archive import diff
from archive.records import Capture, Reading, Verdict
from archive.store import texts
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.pairs.lists import pairs
from tests.pairs.made import Made, Saved, edits, own, rotations

__all__ = ["Score", "Wrong", "scores"]


@dataclass(frozen=True, slots=True)
class Score:
    """Of one set: looks at which nothing editorial changed and at how many of them an edit was seen; edits, how many
    were not seen (or the page was refused), and how many were seen with other fields named."""

    set: str
    same: int
    false: int
    edits: int
    missed: int
    misnamed: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """One look that came out wrong: of which page, what was done, and what was said."""

    page: str
    what: str
    said: str


def _read(capture: Capture) -> tuple[str, Reading | None]:
    judgement, reading = examine(capture, registry().for_url(capture.url, capture.fetched_at))
    return f"{judgement.verdict} {judgement.reason}".strip(), reading


def _named(before: Reading, capture: Capture) -> tuple[str, ...] | str:
    said, after = _read(capture)
    if after is None:
        return said
    rows = (texts.columns(texts.content(reading)) for reading in (before, after))
    return tuple(diff.changed_fields(*rows))


@dataclass
class _Tally:
    set: str
    wrong: list[Wrong]
    same: int = 0
    false: int = 0
    edits: int = 0
    missed: int = 0
    misnamed: int = 0

    def add(self, page: str, made: Made, named: tuple[str, ...] | str) -> None:
        right = not isinstance(named, str) and made.names(named)
        if made.changed:
            self.edits += 1
            missed = isinstance(named, str) or not named
            self.missed += missed
            self.misnamed += not right and not missed
        else:
            self.same += 1
            self.false += not right
        if not right:
            self.wrong.append(Wrong(page, made.what, str(named)))

    def score(self) -> Score:
        return Score(self.set, self.same, self.false, self.edits, self.missed, self.misnamed)


def _of_lists(wrong: list[Wrong]) -> Score:
    tally = _Tally("pair lists", wrong)
    for pair in (*pairs("equal"), *pairs("differ")):
        _, before = _read(pair.before)
        if before is not None:
            tally.add(pair.name, Made(pair.why, pair.after, pair.changed), _named(before, pair.after))
    return tally.score()


def _annotated(case: Case, gold: Gold, reading: Reading) -> Saved:
    """A real page: the text that annotators say is the article's, and what is not."""
    fields = {
        "headline": (gold.headline or "",),
        "description": (gold.lead or "",),
        "body": tuple(one.text for one in gold.body or () if not one.optional),
        "authors": tuple(gold.authors or ()),
        "caption": tuple(caption for caption, _ in gold.images or ()),
        "credit": tuple(credit for _, credit in gold.images or ()),
    }
    date = reading.date_published.raw if reading.date_published else ""
    besides = (*gold.furniture, *(one.text for one in reading.removed), *reading.read_also)
    return Saved(case.name, case.capture, fields, date, besides, reading.read_also)


def _real(*, described: bool) -> Iterator[tuple[Saved, Reading]]:
    """The real pages of the outlets that have a file of their own, or of the others."""
    for case in cases():
        if case.group == OWN or case.gold is None or case.verdicts != {Verdict.ARTICLE}:
            continue
        if (case.group == DEFINED) is not described:
            continue
        _, reading = _read(case.capture)
        if reading is not None:
            yield _annotated(case, case.gold, reading), reading


def _of_pages(name: str, pages: Iterable[tuple[Saved, Reading]], many: int, seed: int, wrong: list[Wrong]) -> Score:
    tally = _Tally(name, wrong)
    for saved, before in pages:
        for made in (*rotations(saved, seed, many), *edits(saved, seed, many)):
            tally.add(saved.name, made, _named(before, made.capture))
    return tally.score()


def scores(many: int, seed: int, wrong: list[Wrong]) -> Iterator[Score]:
    """A score of each set, with so many looks of each kind a page; what came out wrong is added to `wrong`."""
    yield _of_lists(wrong)
    yield _of_pages("our own pages", own(), many, seed, wrong)
    yield _of_pages("real pages, outlets described", _real(described=True), many, seed, wrong)
    yield _of_pages("real pages, general reader", _real(described=False), many, seed, wrong)
