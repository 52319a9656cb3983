"""A look in doubt makes no version by itself, a lagging mirror narrows no interval, a counter is counted as no edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import DoubtKind, LifeState, Outcome, Source, Verdict
from archive.settling import MOVES, Move, unsettled
from archive.timeline import Look, Sighting, Timeline, fold, follows

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TORN, ODD = DoubtKind.SLOPPY_MARKUP, DoubtKind.UNKNOWN_LAYOUT
SHOWN = {Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.REVERTED}


def look(minutes: float, version: int, *doubts: DoubtKind, host: str = "main", mirror: bool = False) -> Look:
    at = START + timedelta(minutes=minutes)
    uid = f"{minutes:08}/{version}/{host}".encode()
    return Look(
        at, uid, Verdict.ARTICLE, version, 1000, domain=host, asked=host, doubts=frozenset(doubts), mirror=mirror
    )


def outcomes(*looks: Look) -> list[Outcome]:
    found = fold(looks).outcomes
    return [found[one.uid] for one in looks]


def edits(found: Timeline) -> list[tuple[int, int, float, float]]:
    """From, to, and in minutes since the start: after, by."""
    minute = timedelta(minutes=1)
    return [
        (old.version, new.version, ((new.not_before or START) - START) / minute, (new.first.at - START) / minute)
        for old, new in found.passages
    ]


# --- doubts -----------------------------------------------------------------------------------------------------------


def test_a_first_look_in_doubt_is_stored_and_a_look_at_the_same_text_is_a_look() -> None:
    assert outcomes(look(0, 1, TORN), look(60, 1), look(120, 1, ODD)) == ["new", "same", "same"]


def test_another_text_in_doubt_is_held_until_a_clean_look_and_dates_from_the_first() -> None:
    looks = look(0, 1), look(60, 2, TORN), look(61, 2)
    assert outcomes(*looks[:2]) == ["new", "held"]
    assert outcomes(*looks) == ["new", "changed", "same"]
    assert edits(fold(looks)) == [(1, 2, 0, 60)]


def test_a_second_look_in_doubt_agrees_half_an_hour_later_and_no_earlier() -> None:
    looks = look(0, 1), look(60, 2, TORN), look(89, 2, ODD), look(90, 2, TORN)
    assert outcomes(*looks[:3]) == ["new", "held", "held"]
    assert outcomes(*looks) == ["new", "changed", "same", "same"]
    assert edits(fold(looks)) == [(1, 2, 0, 60)]


def test_what_was_damaged_once_leaves_no_trace() -> None:
    looks = look(0, 1), look(60, 2, TORN), look(120, 1), look(180, 2, TORN), look(181, 1)
    assert outcomes(*looks) == ["new", "held", "same", "held", "same"]
    assert edits(fold(looks)) == []


def test_a_doubt_that_the_looks_at_what_stands_had_holds_nothing_back() -> None:
    assert outcomes(look(0, 1, TORN), look(60, 2, TORN)) == ["new", "changed"]
    assert outcomes(look(0, 1), look(10, 1, TORN), look(20, 1), look(60, 2, TORN)) == ["new", "same", "same", "changed"]
    # Another kind is new, and so is the same where what stands was read without it since.
    assert outcomes(look(0, 1, TORN), look(60, 2, TORN, ODD)) == ["new", "held"]
    assert outcomes(look(0, 1, TORN), look(60, 2), look(120, 3, TORN)) == ["new", "changed", "held"]


def test_a_held_look_shows_no_article_to_be_there() -> None:
    gone = replace(look(60, 0), verdict=Verdict.GONE, uid=b"gone")
    later = replace(look(60 * 26, 0), verdict=Verdict.GONE, uid=b"later")
    assert fold([look(0, 1), gone, look(120, 2, TORN), later]).life.state is LifeState.GONE


# --- intervals --------------------------------------------------------------------------------------------------------


def test_a_mirror_that_says_so_itself_narrows_no_interval() -> None:
    looks = look(0, 1), look(1799, 1, host="mirror", mirror=True), look(1800, 2)
    assert edits(fold(looks)) == [(1, 2, 0, 1800)]


def test_nor_does_a_host_that_is_seen_to_lag_whenever_that_is_seen() -> None:
    looks = look(0, 1), look(100, 1, host="slow"), look(200, 2)
    assert edits(fold(looks)) == [(1, 2, 100, 200)]
    assert edits(fold([*looks, look(300, 1, host="slow")])) == [(1, 2, 0, 200)]


def test_the_host_that_showed_the_new_text_narrows_it_even_where_it_is_a_mirror() -> None:
    looks = look(0, 1), look(100, 1, host="mirror", mirror=True), look(200, 2, host="mirror", mirror=True)
    assert edits(fold(looks)) == [(1, 2, 100, 200)]


def test_where_no_look_tells_it_came_after_the_old_text_was_seen_first() -> None:
    looks = look(0, 1, host="mirror", mirror=True), look(50, 1, host="mirror", mirror=True), look(100, 2)
    assert edits(fold(looks)) == [(1, 2, 0, 100)]


# --- at random --------------------------------------------------------------------------------------------------------


@st.composite
def any_looks(draw: st.DrawFn) -> list[Look]:
    found = []
    for n in range(draw(st.integers(0, 14))):
        doubts = draw(st.sets(st.sampled_from([TORN, ODD]), max_size=2))
        host = draw(st.sampled_from(["main", "mirror", "other"]))
        minutes = draw(st.sampled_from([0, 1, 10, 29, 30, 31, 60, 90, 1440, 2880]))
        made = look(minutes, draw(st.integers(1, 4)), *doubts, host=host, mirror=host == "mirror")
        source = draw(st.sampled_from([Source.OWN_HTTP, Source.OWN_HTTP, Source.GIVEN_TEXT]))
        sizes = {1: 1000, 2: 900, 3: 1100, 4: 250}
        found.append(replace(made, uid=bytes([draw(st.integers(0, 255)), n]), source=source, size=sizes[made.version]))
    return found


def _told(found: Timeline) -> object:
    return found, [one.not_before for one in found.sightings]


@given(any_looks(), st.randoms())
def test_any_order_of_arrival_gives_the_same_timeline(looks: list[Look], chance: Random) -> None:
    shuffled = chance.sample(looks, len(looks))
    assert _told(fold(shuffled)) == _told(fold(looks))


@given(any_looks())
def test_what_the_end_tells_is_what_the_whole_fold_comes_to(looks: list[Look]) -> None:
    ordered = sorted(looks, key=lambda one: (one.at, one.uid))
    for end in range(1, len(ordered)):
        before, new = fold(ordered[:end]), ordered[end]
        if not before.sightings or before.sightings[-1].last != ordered[end - 1]:
            continue
        last, fresh = before.sightings[-1], new.version not in {one.version for one in ordered[:end]}
        outcome = follows(last, before.life, new, fresh=fresh)
        if outcome is None:
            continue
        began = Sighting(new.version, new, new, not_before=last.last.at)
        ends = [last.extended(new)] if outcome is Outcome.SAME else [last, began]
        whole = fold(ordered[: end + 1])
        assert whole.outcomes == before.outcomes | {new.uid: outcome}
        assert whole.sightings == (*before.sightings[:-1], *ends)
        assert whole.sightings[-1].not_before == ends[-1].not_before


@given(any_looks())
def test_doubts_only_ever_hold_back(looks: list[Look]) -> None:
    """Without their doubts the same looks show all that they show with them."""
    clean = fold([replace(one, doubts=frozenset()) for one in looks])
    assert {one.version for one in fold(looks).sightings} <= {one.version for one in clean.sightings}


@given(any_looks())
def test_an_interval_ends_no_earlier_than_it_begins(looks: list[Look]) -> None:
    for old, new in fold(looks).passages:
        assert new.not_before is not None
        assert min(one.at for one in looks) <= new.not_before <= new.first.at
        assert new.not_before <= max(old.last.at, new.first.at)


# --- what has not settled ---------------------------------------------------------------------------------------------


def _moves(*moves: tuple[str, int]) -> list[Move]:
    return [Move(n, place, times) for n, (place, times) in enumerate(moves, 1)]


@pytest.mark.parametrize(
    ("moves", "held_back"),
    [
        ([("body 3", 1)] * 2, set()),
        ([("body 3", 1)] * 3, {1, 2, 3}),
        ([("body 3", 1)] * 5, {1, 2, 3, 4, 5}),
        # Settled: it stood still.
        ([("body 3", 1), ("body 3", 1), ("body 3", 2)], set()),
        ([("body 3", 2), ("body 3", 1), ("body 3", 1)], set()),
        # Other places, or more than one.
        ([("body 3", 1), ("body 2", 1), ("body 3", 1)], set()),
        ([("", 1)] * 4, set()),
        # An edit elsewhere settles nothing, and is one.
        ([*[("date_published", 1)] * 3, ("", 1), ("date_published", 1)], {1, 2, 3}),
        ([("", 4), *[("description", 1)] * 3], {2, 3, 4}),
    ],
)
def test_what_moves_at_every_look_has_not_settled(moves: list[tuple[str, int]], held_back: set[int]) -> None:
    assert unsettled(_moves(*moves)) == held_back


@given(st.lists(st.tuples(st.sampled_from(["", "body 1", "body 2"]), st.integers(1, 2)), max_size=12))
def test_only_runs_of_one_place_are_held_back(moves: list[tuple[str, int]]) -> None:
    made = _moves(*moves)
    held_back = unsettled(made)
    places = {one.n: one.place for one in made}
    for n in held_back:
        assert places[n]
        run = {m for m in (n - 2, n - 1, n, n + 1, n + 2) if m in held_back and places[m] == places[n]}
        assert len(run) >= MOVES
