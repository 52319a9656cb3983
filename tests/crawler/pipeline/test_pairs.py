"""What is an edit and what is not: the two lists that pull against each other, through the whole path."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive import db, diff, text
from archive.home import Home
from archive.query.passages import edits
from archive.records import Outcome, Reading, RunKind
from archive.store import texts
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.pipeline.intake import Intake, Taken
from tests.archive.material import THOROUGH
from tests.pairs.lists import Pair, pairs
from tests.pairs.made import Made, own, rotations
from tests.pairs.made import edits as planted
from tests.support import sound

_NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _outcomes(home: Home, listed: list[Pair]) -> dict[tuple[str, datetime], Outcome]:
    """What the looks came to, by address and time."""
    told: list[Taken] = []
    with Intake(home, RunKind.INGEST, lambda: _NOW, told.append) as intake:
        for pair in listed:
            intake.take(pair.before)
            intake.take(pair.after)
    return {(one.url, one.fetched_at): one.recorded.outcome for one in told}


def _named(home: Home) -> dict[tuple[str, datetime], tuple[str, ...]]:
    """The fields each edit names, by article's address and time."""
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            return {(edit.url, edit.seen_at): edit.changed for edit in edits(connection)}
    finally:
        engine.dispose()


def _of(home: Home, name: str) -> list[Pair]:
    """A list; on PostgreSQL, where nothing of this depends on the database, a tenth of it."""
    return list(pairs(name))[:: 1 if home.database_url.startswith("sqlite") else 10]


@pytest.mark.parametrize("name", ["equal", "differ"])
def test_each_list_is_long_and_gives_reasons(name: str) -> None:
    listed = list(pairs(name))
    assert len(listed) >= 40
    assert all(
        len(pair.why) > 5 and (pair.before.body, pair.before.url) != (pair.after.body, pair.after.url)
        for pair in listed
    )
    assert all(bool(pair.changed) == (name == "differ") for pair in listed)


def test_pairs_that_must_be_equal_are_the_same(home: Home) -> None:
    listed = _of(home, "equal")
    came = _outcomes(home, listed)
    assert [(pair.name, pair.why, came[pair.after.url, pair.after.fetched_at]) for pair in listed] == [
        (pair.name, pair.why, Outcome.SAME) for pair in listed
    ]
    assert _named(home) == {}
    sound(home)


def test_pairs_that_must_differ_are_changed_and_the_fields_are_named(home: Home) -> None:
    listed = _of(home, "differ")
    came, named = _outcomes(home, listed), _named(home)
    keys = [(pair.after.url, pair.after.fetched_at) for pair in listed]
    found = [(pair.name, pair.why, came[key], named.get(key)) for pair, key in zip(listed, keys, strict=True)]
    assert found == [(pair.name, pair.why, Outcome.CHANGED, pair.changed) for pair in listed]
    sound(home)


MANY = 20 if THOROUGH else 6
"""Looks made up of each page."""

BY_WORDS = ("cctv-", "chinanews-", "huanqiu/", "people-", "xinhua-")
"""Outlets that tell captions and by-lines from text by words in them: where a letter of these words changes, more
fields are named than that one."""

BY_LIKENESS = "generic/"
"""The general reader tells headline, lead and text apart by how they agree with what the page says to machines."""

LEANED_ON = frozenset({"title", "og:description", "an invisible character"})
"""What on such a page is no mere circumstance therefore."""


def _named_now(base: Reading, made: Made) -> tuple[str, ...] | str:
    """The fields that differ from the page as it was; or why it cannot be read."""
    outlet = registry().for_url(made.capture.url, made.capture.fetched_at)
    judgement, reading = examine(made.capture, outlet)
    if reading is None:
        return f"{judgement.verdict}: {judgement.reason}"
    rows = (texts.columns(texts.content(one)) for one in (base, reading))
    named = tuple(diff.changed_fields(*rows))
    assert bool(named) == (text.fingerprint(base) != text.fingerprint(reading)), made.what
    return named


def test_any_visible_character_of_any_editorial_field_is_an_edit() -> None:
    """On every page of ours, in every script; the field it stands in is named."""
    wrong, count = [], 0
    for saved, base in own():
        loose = saved.name.startswith((*BY_WORDS, BY_LIKENESS))
        for made in planted(saved, 5, MANY):
            named, count = _named_now(base, made), count + 1
            if not named or isinstance(named, str) or not (made.names(named) or loose):
                wrong.append((saved.name, made.what, named, made.changed))
    assert wrong == []
    assert count > 3 * 156


def test_any_circumstance_may_change_without_an_edit() -> None:
    wrong, count = [], 0
    for saved, base in own():
        for made in rotations(saved, 5, 2 * MANY):
            count += 1
            leans = saved.name.startswith(BY_LIKENESS) and made.what in LEANED_ON
            if not leans and (named := _named_now(base, made)):
                wrong.append((saved.name, made.what, named))
    assert wrong == []
    assert count > 3 * 156
