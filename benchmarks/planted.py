"""Looks with known truth: the lists of pairs, and edits planted in and circumstances turned on saved pages.

A page is read once as it is and once as it was made, by the same steps as in a crawl; whether the two would be one
version is what their fingerprints say, and which fields are named is what `palimpsest edits` would name. What was done
to the page (`tests/pairs/made.py`, `tests/pairs/rebuilt.py`) is the truth. Real pages are planted where their
annotation says the text is. Sets named "unknown" are read as though nobody had described their outlets.

Of a page built anew the two are one version, too, where both show the same words (`archive.page_words`), as the archive
tells it; and an edit on such a page must not be taken for that by either layout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

# The lists are part of the tests, which are no installed package.
sys.path.insert(0, str(Path(__file__).parent.parent))

from reading_pages import DEFINED, OWN, Case, Gold, cases
from selectolax.lexbor import LexborHTMLParser

from archive import diff, text, urls
from archive.page_words import Shown, same_words
from archive.records import Capture, Reading, Verdict
from archive.store import texts
from crawler.extract.examine import examine
from crawler.outlets.base import Outlet
from crawler.outlets.expressions import jsonld, meta
from crawler.outlets.registry import ad_hoc, registry
from crawler.parse.page import load
from tests.pairs.lists import pairs, text_of
from tests.pairs.made import Made, Saved, edits, own, rotations
from tests.pairs.rebuilt import rebuilt

__all__ = ["Score", "Wrong", "scores"]


@dataclass(frozen=True, slots=True)
class Score:
    """Of one set: looks at which nothing editorial changed and at how many of them an edit was seen; edits, how many
    were not seen (or the page was refused), and how many were seen with other fields named. `held`: of the looks at
    which nothing changed, those that differ and are in doubt, and wait for another that agrees; `refused`: those that
    are called no article, so that no edit comes of them; `words`: those that differ and show the same words, and are
    looks at what stood; `hidden`: edits on a page built anew that would be taken for the page before the edit, built as
    it was before or as it is now; `unseen`: values that are annotated and that no reader sees as what they are called
    (a title that no heading has, an outlet as its own author), so that no edit was planted in them."""

    set: str
    same: int
    false: int
    edits: int
    missed: int
    misnamed: int
    held: int = 0
    refused: int = 0
    words: int = 0
    hidden: int = 0
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Wrong:
    """One look that came out wrong: of which page, what was done, and what was said."""

    page: str
    what: str
    said: str


def _described(capture: Capture) -> Outlet:
    return registry().for_url(capture.url, capture.fetched_at)


def _unknown(capture: Capture) -> Outlet:
    return ad_hoc(urls.host(capture.url))


Whose = Callable[[Capture], Outlet]

HELD, WORDS = "held", "same-words"


def _read(capture: Capture, whose: Whose = _described) -> tuple[str, Reading | None]:
    judgement, reading = examine(capture, whose(capture))
    return f"{judgement.verdict} {judgement.reason}".strip(), reading


def _named(before: Reading, capture: Capture, whose: Whose = _described) -> tuple[str, ...] | str:
    said, after = _read(capture, whose)
    if after is None:
        return said
    rows = (texts.columns(texts.content(reading)) for reading in (before, after))
    named = tuple(diff.changed_fields(*rows))
    if named and shows(before, after):
        return WORDS
    doubted = {doubt.kind for doubt in after.doubts} - {doubt.kind for doubt in before.doubts}
    return HELD if named and doubted else named


def shows(before: Reading, after: Reading) -> bool:
    """Whether the pages of two readings show the same words."""
    old, new = (
        Shown(one.page_words, texts.columns(texts.content(one))) if one.page_words else None for one in (before, after)
    )
    return bool(old and new and same_words(old, new) is not False)


@dataclass
class _Tally:
    set: str
    wrong: list[Wrong]
    same: int = 0
    false: int = 0
    edits: int = 0
    missed: int = 0
    misnamed: int = 0
    held: int = 0
    refused: int = 0
    words: int = 0
    hidden: int = 0

    def add(self, page: str, made: Made, named: tuple[str, ...] | str) -> None:
        """Count a look. What shows the same words is right where nothing changed, and an edit that is missed else."""
        self.words += named == WORDS
        named = () if named == WORDS else named
        right = not isinstance(named, str) and made.names(named)
        if made.changed:
            self.edits += 1
            missed = isinstance(named, str) or not named
            self.missed += missed
            self.misnamed += not right and not missed
        else:
            self.same += 1
            self.held += named == HELD
            self.refused += isinstance(named, str) and named != HELD
            self.false += not right and not isinstance(named, str)
        if not right:
            self.wrong.append(Wrong(page, made.what, str(named)))

    def score(self) -> Score:
        counted = self.same, self.false, self.edits, self.missed, self.misnamed
        return Score(self.set, *counted, self.held, self.refused, self.words, self.hidden)


def _of_lists(wrong: list[Wrong]) -> Score:
    tally = _Tally("pair lists", wrong)
    for pair in (*pairs("equal"), *pairs("differ")):
        _, before = _read(pair.before)
        if before is not None:
            tally.add(pair.name, Made(pair.why, pair.after, pair.changed), _named(before, pair.after))
    return tally.score()


def _headlines(case: Case, gold: Gold) -> tuple[str, ...]:
    """The annotated headline, where a heading of the page shows it: what only machines or a path to the page are told
    is a circumstance. A page without headings shows it in a line like any other."""
    tree = LexborHTMLParser(text_of(case.capture.body)[0])
    tree.strip_tags(["script", "style", "noscript", "title", "nav"])
    shown = tree.css("h1, h2, h3") or [tree.root]
    told = text.canonical(gold.headline or "")
    return (gold.headline or "",) if any(told in text.canonical(node.text()) for node in shown if node) else ()


def _people(case: Case, gold: Gold) -> tuple[str, ...]:
    """The annotated authors without the outlet itself, as which it may sign what nobody does."""
    page = load(case.capture, "")
    house = {text.canonical(name).casefold() for name in (*meta("og:site_name")(page), *jsonld("publisher.name")(page))}
    return tuple(name for name in gold.authors or () if text.canonical(name).casefold() not in house)


def _annotated(case: Case, gold: Gold, reading: Reading) -> Saved:
    """A real page: the text that annotators say is the article's and readers see, and what is not. Whether a first
    paragraph is a lead or text is a convention (`reading.py` counts it): it is the text's where a page is read so."""
    lead = (gold.lead,) if gold.lead else ()
    fields = {
        "headline": _headlines(case, gold),
        "description": lead if reading.description else (),
        "body": (*(() if reading.description else lead), *(one.text for one in gold.body or () if not one.optional)),
        "authors": _people(case, gold),
        "caption": tuple(caption for caption, _ in gold.images or ()),
        "credit": tuple(credit for _, credit in gold.images or ()),
    }
    date = reading.date_published.raw if reading.date_published else ""
    besides = (*gold.furniture, *(one.text for one in reading.removed), *reading.read_also)
    return Saved(case.name, case.capture, fields, date, besides, reading.read_also)


def _golds(*, described: bool) -> Iterator[tuple[Case, Gold]]:
    """The real pages of the outlets that have a file of their own, or of the others."""
    for case in cases():
        if case.group == OWN or case.gold is None or case.verdicts != {Verdict.ARTICLE}:
            continue
        if (case.group == DEFINED) is described:
            yield case, case.gold


def _real(*, described: bool) -> Iterator[tuple[Saved, Reading]]:
    for case, gold in _golds(described=described):
        _, reading = _read(case.capture)
        if reading is not None:
            yield _annotated(case, gold, reading), reading


def _unseen(*, described: bool) -> int:
    """How many values of these pages are annotated that no reader sees as what they are called."""
    pairs = _golds(described=described)
    return sum(
        (bool(gold.headline) and not _headlines(case, gold)) + len(gold.authors or ()) - len(_people(case, gold))
        for case, gold in pairs
    )


def _of_pages(name: str, pages: Iterable[tuple[Saved, Reading]], many: int, seed: int, wrong: list[Wrong]) -> Score:
    tally = _Tally(name, wrong)
    for saved, before in pages:
        for made in (*rotations(saved, seed, many), *edits(saved, seed, many)):
            tally.add(saved.name, made, _named(before, made.capture))
    return tally.score()


def _of_rebuilt(
    name: str, pages: Iterable[tuple[Saved, Reading]], seed: int, wrong: list[Wrong], whose: Whose = _described
) -> Score:
    """Each page built anew in every way, and a planted edit in each of these."""
    tally = _Tally(name, wrong)
    for saved, _ in pages:
        _, before = _read(saved.capture, whose)
        for made in rebuilt(saved, seed) if before is not None else ():
            assert before is not None
            tally.add(saved.name, made, _named(before, made.capture, whose))
            _, anew = _read(made.capture, whose)
            for edit in edits(replace(saved, capture=made.capture), seed, 1) if anew is not None else ():
                assert anew is not None
                edited = replace(edit, what=f"{made.what}, {edit.what}")
                tally.add(saved.name, edited, _named(anew, edit.capture, whose))
                _, after = _read(edit.capture, whose)
                if after is not None and shows(before, after):
                    tally.hidden += 1
                    wrong.append(Wrong(saved.name, edited.what, "hidden"))
    return tally.score()


def scores(many: int, seed: int, wrong: list[Wrong]) -> Iterator[Score]:
    """A score of each set, with so many looks of each kind a page; what came out wrong is added to `wrong`."""
    yield _of_lists(wrong)
    yield _of_pages("our own pages", own(), many, seed, wrong)
    for name, described in (("real pages, outlets described", True), ("real pages, general reader", False)):
        score = _of_pages(name, _real(described=described), many, seed, wrong)
        yield replace(score, unseen=_unseen(described=described))
    yield _of_rebuilt("own pages built anew", own(), seed, wrong)
    yield _of_rebuilt("real pages built anew", _real(described=True), seed, wrong)
    yield _of_rebuilt("own pages built anew, unknown", own(), seed, wrong, _unknown)
    yield _of_rebuilt(
        "real pages built anew, unknown", [*_real(described=True), *_real(described=False)], seed, wrong, _unknown
    )
