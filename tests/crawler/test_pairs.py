"""What is an edit and what is not: the two lists that pull against each other, through the whole path."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive import db
from archive.home import Home
from archive.questions.edits import edits
from archive.records import Outcome, RunKind
from crawler.intake import Intake, Taken
from tests.pairs.lists import Pair, pairs
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
