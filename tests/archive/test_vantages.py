"""What one place shows and another does not is no edit and no deletion; what changes in time is one, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from archive.records import LifeState, Outcome, Source, Verdict
from archive.timeline import Look, Timeline, fold
from archive.vantages import DEFAULT, at

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def look(hours: float, said: int | Verdict, vantage: str = DEFAULT) -> Look:
    """A look at a version, or at what is no article."""
    verdict, version = (said, 0) if isinstance(said, Verdict) else (Verdict.ARTICLE, said)
    uid = f"{hours:08}/{vantage}".encode()
    when, domain = START + timedelta(hours=hours), at("a.test", vantage)
    size = 1000 if version else 0
    return Look(when, uid, verdict, version, size, domain=domain, asked="a.test", vantage=vantage)


def told(*looks: Look) -> tuple[Timeline, list[tuple[int, int]], list[Outcome]]:
    """The timeline, its edits, and what each look came to; in any order of arrival the same."""
    found = fold(looks)
    shuffled = list(looks)
    Random(7).shuffle(shuffled)
    assert fold(shuffled) == found
    edits = [(old.version, new.version) for old, new in found.passages]
    return found, edits, [found.outcomes[one.uid] for one in looks]


def test_two_vantages_that_are_shown_two_texts_never_alternate() -> None:
    looks = [look(n, 1 + n % 2, ("default", "berlin")[n % 2]) for n in range(40)]
    found, edits, outcomes = told(*looks)
    assert edits == []
    assert set(outcomes[1::2]) == {Outcome.HELD}
    assert found.life.state is LifeState.LIVE
    assert found.held_back == frozenset()


def test_an_edit_that_both_see_in_their_own_words_is_one() -> None:
    texts = {"default": (1, 3), "berlin": (2, 4)}
    looks = [look(n, texts[name][n >= 20], name) for n in range(40) for name in (("default", "berlin")[n % 2],)]
    assert told(*looks)[1] == [(1, 3)]


def test_where_the_usual_vantage_is_shut_out_edits_are_those_another_sees_against_what_it_saw_itself() -> None:
    looks = [look(0, 1), *(look(n, Verdict.CAPTCHA) for n in (1, 2, 3))]
    looks += [look(1.1, 2, "berlin"), look(2.1, 2, "berlin"), look(3.1, 3, "berlin")]
    found, edits, _ = told(*looks)
    assert edits == [(1, 3)]
    last = found.sightings[-1]
    assert (last.compared, last.not_before) == (2, START + timedelta(hours=2.1))
    # It comes back with the text it had, or with the same edit in its own words: no edits of each other.
    assert told(*looks, look(4, 1), look(5, 1))[1] == [(1, 3)]
    _, edits, outcomes = told(*looks, look(4, 4), look(5, 4))
    assert (edits, outcomes[-2:]) == ([(1, 3)], [Outcome.HELD, Outcome.HELD])
    # From then on it is the one that tells.
    found, edits, _ = told(*looks, look(4, 4), look(5, 4), look(6, 5))
    assert edits == [(1, 3), (3, 5)]
    assert found.sightings[-1].compared == 4


def test_a_text_that_another_vantage_alone_shows_waits_for_the_usual_one() -> None:
    same = look(0, 1), look(0.1, 1, "berlin"), look(5, 1)
    assert told(*same, look(5.1, 2, "berlin"))[1] == []
    assert told(*same, look(5.1, 2, "berlin"), look(6, 2))[1] == [(1, 2)]
    # The usual one is silent: what both showed at first is another text at two looks from there.
    assert told(*same, look(5.1, 2, "berlin"), look(6.1, 2, "berlin"))[1] == [(1, 2)]


@pytest.mark.parametrize("first", [Verdict.GONE, Verdict.CAPTCHA, Verdict.CONSENT, Verdict.GEO_BLOCKED])
def test_what_one_vantage_is_not_shown_is_live_where_another_is(first: Verdict) -> None:
    looks = [look(0, 1), *(look(30 * n, first) for n in (1, 2)), *(look(30 * n + 0.1, 1, "berlin") for n in (1, 2))]
    assert told(*looks)[0].life.state is LifeState.LIVE
    assert told(*looks, look(90, first))[0].life.state is LifeState.LIVE
    # The usual one is shut out for good, and the other tells when it goes.
    gone = [look(30 * n, first) for n in (3, 4)] + [look(30 * n + 0.1, Verdict.GONE, "berlin") for n in (3, 4)]
    assert told(*looks, *gone)[0].life.state is LifeState.GONE


def test_an_article_that_all_vantages_lose_is_gone_and_a_wall_before_one_says_nothing() -> None:
    looks = [look(0, 1), look(30, Verdict.GONE), look(30.1, Verdict.GONE, "berlin")]
    assert told(*looks)[0].life.state is LifeState.SUSPECTED
    assert told(*looks, look(60, Verdict.GONE), look(60.1, Verdict.GONE, "berlin"))[0].life.state is LifeState.GONE
    # At one that never showed it, a 404 says nothing.
    walled = [look(0, 1), *(look(n, Verdict.CAPTCHA) for n in (30, 60))]
    walled += [look(n + 0.1, Verdict.GONE, "berlin") for n in (30, 60)]
    assert told(*walled)[0].life.state is LifeState.BLOCKED_HERE


def test_a_look_from_elsewhere_narrows_no_interval() -> None:
    looks = look(0, 1), look(5, 1, "berlin"), look(10, 2)
    assert told(*looks)[0].sightings[-1].not_before == START


def test_a_page_as_it_was_fetched_and_as_a_browser_rendered_it_make_no_edits_of_each_other() -> None:
    ways = (Source.OWN_BROWSER, Source.OWN_HTTP)
    looks = [
        replace(look(n, 1 + n % 2), source=ways[n % 2], domain=at("a.test", DEFAULT, rendered=n % 2 == 0))
        for n in range(20)
    ]
    found, edits, _ = told(*looks)
    assert edits == []
    gone = [look(n, Verdict.GONE) for n in (48, 96)]
    assert (found.life.state, told(*looks, *gone)[0].life.state) == (LifeState.LIVE, LifeState.GONE)
