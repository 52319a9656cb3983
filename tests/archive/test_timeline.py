"""The timeline follows from the captures alone, whatever their order; and only the outlet can make or end anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from archive.records import LifeState, Outcome, Source, Verdict
from archive.timeline import Look, Sighting, Timeline, fold, follows

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIZES = {1: 1000, 2: 900, 3: 1100, 4: 250, 5: 40}
"""Versions 4 and 5 are under 30 % of the others; 5 is under 30 % of 4."""

WALLS = [Verdict.CONSENT, Verdict.CAPTCHA, Verdict.PAYWALL, Verdict.GEO_BLOCKED]
FAILURES = [Verdict.GONE, Verdict.SOFT_404, Verdict.HOME, Verdict.REDIRECTED, Verdict.EMPTY_SHELL]
PAGE, TEXT = Source.OWN_HTTP, Source.GIVEN_TEXT
SHOWN = {Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.REVERTED}


def look(minutes: float, version: int = 0, verdict: Verdict | None = None, **more: object) -> Look:
    """A look at that minute: at a version, or (0) at a page that is not the article."""
    at = START + timedelta(minutes=minutes)
    word = verdict or (Verdict.ARTICLE if version else Verdict.GONE)
    uid = f"{minutes}/{version}/{word}/{more}".encode()
    return Look(at=at, uid=uid, verdict=word, version=version, size=SIZES.get(version, 0), **more)  # type: ignore[arg-type]


def text(minutes: float, version: int) -> Look:
    return look(minutes, version, source=TEXT)


def spans(timeline: Timeline) -> list[tuple[int, int]]:
    """(version, times) of the sightings in order."""
    return [(sighting.version, sighting.times) for sighting in timeline.sightings]


def outcomes(timeline: Timeline, *looks: Look) -> list[Outcome]:
    return [timeline.outcomes[one.uid] for one in looks]


@st.composite
def any_looks(draw: st.DrawFn, domains: int = 3, texts: bool = True) -> list[Look]:
    """Up to 14 looks, many of them at the same minute, some exactly at the limits of confirmation."""
    minutes = st.sampled_from([0, 1, 10, 29, 30, 31, 60, 90, 1439, 1440, 1441, 1500, 2880, 5000])
    versions = st.sampled_from([0, 1, 2, 3, 4, 5])
    foreign = draw(st.sets(versions))
    found = []
    for n in range(draw(st.integers(0, 14))):
        version = draw(versions)
        verdict = Verdict.ARTICLE if version else draw(st.sampled_from([one for one in Verdict if one != "article"]))
        source = draw(st.sampled_from([PAGE, TEXT])) if texts else PAGE
        found.append(
            Look(
                at=START + timedelta(minutes=draw(minutes)),
                uid=bytes([draw(st.integers(0, 255)), n]),
                verdict=verdict,
                version=version,
                size=SIZES.get(version, 0),
                source=source,
                domain=f"domain{draw(st.integers(1, domains))}",
                foreign=version in foreign and source is PAGE,
            )
        )
    return found


@given(any_looks(), st.randoms())
def test_any_order_of_arrival_gives_the_same_timeline(looks: list[Look], chance: Random) -> None:
    shuffled = list(looks)
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(looks)


@given(any_looks())
def test_every_look_comes_to_exactly_one_outcome(looks: list[Look]) -> None:
    found = fold(looks).outcomes
    assert found.keys() == {one.uid for one in looks}
    for one in looks:
        if one.verdict is Verdict.ARTICLE:
            assert found[one.uid] in SHOWN | {Outcome.HELD}
        else:
            assert found[one.uid].value == one.verdict.value


@given(any_looks(domains=1, texts=False))
def test_the_times_of_the_sightings_add_up(looks: list[Look]) -> None:
    found = fold(looks)
    shown = [one for one in looks if found.outcomes[one.uid] in SHOWN]
    assert sum(sighting.times for sighting in found.sightings) == len(shown)
    beginnings = [one for one in shown if found.outcomes[one.uid] is not Outcome.SAME]
    assert {one.uid for one in beginnings} == {sighting.first.uid for sighting in found.sightings}


@given(any_looks())
def test_sightings_follow_one_another_and_versions_are_numbered_by_first_seen(looks: list[Look]) -> None:
    found = fold(looks)
    for old, new in found.passages:
        assert old.version != new.version
        assert (old.first.at, old.last.at) <= (old.last.at, new.first.at)
    first_seen = list(dict.fromkeys(sighting.version for sighting in found.sightings))
    assert found.numbers == {version: number for number, version in enumerate(first_seen, 1)}
    begun: set[int] = set()
    for sighting in found.sightings:
        word = Outcome.REVERTED if sighting.version in begun else Outcome.CHANGED if begun else Outcome.NEW
        assert found.outcomes[sighting.first.uid] is word
        begun.add(sighting.version)


@given(any_looks())
def test_what_is_held_or_is_no_article_leaves_no_trace_in_the_sightings(looks: list[Look]) -> None:
    found = fold(looks)
    counted = [one for one in looks if found.outcomes[one.uid] in SHOWN]
    assert fold(counted).sightings == found.sightings


@given(any_looks(texts=False), st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 5))))
def test_given_texts_change_nothing_of_what_pages_show(looks: list[Look], given_: list[tuple[int, int]]) -> None:
    pages = fold(looks)
    texts = [text(minutes, version) for minutes, version in dict(given_).items() if version]
    texts += [look(minutes, 0, Verdict.EMPTY_SHELL, source=TEXT) for minutes, version in given_ if not version][:1]
    both = fold([*looks, *texts])
    assert {uid: both.outcomes[uid] for uid in pages.outcomes} == pages.outcomes
    if pages.sightings:
        assert (both.sightings, both.numbers) == (pages.sightings, pages.numbers)
    if pages.life.since:
        assert both.life == pages.life
    assert both.life.state is pages.life.state


@given(any_looks())
def test_walls_never_make_an_article_gone(looks: list[Look]) -> None:
    walled = [one for one in looks if one.verdict not in FAILURES]
    # A stub in place of the text is the outlet's doing, and no wall.
    assert fold(walled).life.state in {LifeState.LIVE, LifeState.BLOCKED_HERE, LifeState.EMPTIED}
    whole = [one for one in walled if one.version not in {4, 5}]
    assert fold(whole).life.state in {LifeState.LIVE, LifeState.BLOCKED_HERE}


def test_a_headline_that_flips_is_two_versions_and_three_sightings() -> None:
    looks = look(0, 1), look(1, 1), look(2, 2), look(3, 1), look(4, 1)
    found = fold(looks)
    assert outcomes(found, *looks) == ["new", "same", "changed", "reverted", "same"]
    assert spans(found) == [(1, 2), (2, 1), (1, 2)]
    assert found.numbers == {1: 1, 2: 2}
    assert [(old.last.at, new.first.at) for old, new in found.passages] == [
        (looks[1].at, looks[2].at),
        (looks[2].at, looks[3].at),
    ]


def test_a_mirror_that_lags_is_no_edit_until_the_original_goes_back() -> None:
    looks = [
        look(0, 1, domain="rt"),
        look(1, 2, domain="rt"),
        look(2, 1, domain="mirror"),
        look(3, 2, domain="mirror"),
        look(4, 1, domain="mirror"),
    ]
    found = fold(looks)
    assert outcomes(found, *looks) == ["new", "changed", "same", "same", "reverted"]
    assert spans(found) == [(1, 1), (2, 2), (1, 1)], "a lagging look is counted in no sighting"
    assert fold([*looks[:3], look(3, 3, domain="mirror")]).numbers == {1: 1, 2: 2, 3: 3}, "news may come by the mirror"


def test_a_shrunken_text_waits_for_a_second_look_half_an_hour_later() -> None:
    first, early, second = look(10, 4), look(39, 4), look(40, 4)
    held = fold([look(0, 1), first, early])
    assert outcomes(held, first, early) == ["held", "held"]
    assert spans(held) == [(1, 1)]
    found = fold([look(0, 1), first, early, second])
    assert outcomes(found, first, early, second) == ["changed", "same", "same"]
    assert spans(found) == [(1, 1), (4, 3)]
    assert found.sightings[1].first is first, "it was first seen when it was first held"


def test_a_shrunken_text_is_dropped_where_the_old_one_returns_or_another_comes_between() -> None:
    back = fold([look(0, 1), look(10, 4), look(20, 1), look(45, 4)])
    assert spans(back) == [(1, 2)]
    other = fold([look(0, 1), look(10, 4), look(20, 5), look(45, 4)])
    assert spans(other) == [(1, 1)], "two looks agree only where they are neighbours"
    assert spans(fold([look(0, 1), look(10, 4), look(20, 2), look(45, 2)])) == [(1, 1), (2, 2)]
    assert spans(fold([look(0, 1), look(1, 4), look(40, 4), look(41, 5)])) == [(1, 1), (4, 2)], "by what stands now"


def test_a_deletion_needs_two_failures_a_day_apart_and_can_be_taken_back() -> None:
    day = 24 * 60
    seen, lost, still, sure = look(0, 1), look(60), look(day), look(60 + day)
    assert fold([seen, lost, still]).life.state is LifeState.SUSPECTED
    gone = fold([seen, lost, still, sure]).life
    assert (gone.state, gone.since, gone.evidence) == (LifeState.GONE, lost.at, lost)
    back = fold([seen, lost, sure, look(3 * day, 1)])
    assert (back.life.state, back.life.since) == (LifeState.LIVE, START + timedelta(days=3))
    assert spans(back) == [(1, 2)], "an article that returns unchanged was not edited"
    again = fold([seen, lost, look(120, 1), sure]).life
    assert (again.state, again.since) == (LifeState.SUSPECTED, sure.at), "a look in between begins the count anew"


def test_each_failure_has_its_own_word_and_a_wall_has_none() -> None:
    words = {
        Verdict.GONE: LifeState.GONE,
        Verdict.SOFT_404: LifeState.GONE,
        Verdict.HOME: LifeState.REDIRECTED,
        Verdict.REDIRECTED: LifeState.REDIRECTED,
        Verdict.EMPTY_SHELL: LifeState.EMPTIED,
    }
    for verdict in Verdict:
        if verdict is Verdict.ARTICLE:
            continue
        life = fold([look(0, 1), look(1, 0, verdict), look(5000, 0, verdict)]).life
        assert life.state is words.get(verdict, LifeState.BLOCKED_HERE if verdict in WALLS else LifeState.LIVE)


def test_a_text_replaced_by_a_stub_is_emptied_until_a_text_is_back() -> None:
    stub = [look(0, 1), look(60, 5), look(100, 5), look(2000, 5)]
    assert fold(stub[:2]).life.state is LifeState.LIVE  # held: one look is not enough
    emptied = fold(stub)
    assert (emptied.life.state, emptied.life.evidence) == (LifeState.EMPTIED, stub[1])
    assert spans(emptied) == [(1, 1), (5, 3)]  # the stub is what the outlet published
    lagging = look(2100, 1, domain="mirror.test", asked="mirror.test")
    assert fold([*stub, lagging]).life == emptied.life
    back = fold([*stub, lagging, look(3000, 2)])
    assert (back.life.state, back.life.since) == (LifeState.LIVE, START + timedelta(minutes=3000))
    short = fold([look(0, 1), look(60, 5), look(100, 5), look(2000), look(4000)]).life
    assert short.state is LifeState.GONE
    brief = [look(0, 5), look(60, 5)]
    assert fold(brief).life.state is LifeState.LIVE  # an article that was short from the beginning


def test_a_wall_says_nothing_about_an_article_that_vanished_behind_it() -> None:
    vanished = [look(0, 1), look(60), look(2000)]
    assert fold([*vanished, look(3000, 0, Verdict.GEO_BLOCKED)]).life == fold(vanished).life
    assert fold([*vanished[:2], look(90, 0, Verdict.CAPTCHA), vanished[2]]).life == fold(vanished).life


def test_texts_alone_have_a_track_of_their_own_that_a_page_ends() -> None:
    first, same, other = text(0, 1), text(10, 1), text(20, 2)
    alone = fold([first, same, other])
    assert outcomes(alone, first, same, other) == ["new", "same", "held"]
    assert (spans(alone), alone.life.state) == ([(1, 2)], LifeState.LIVE)
    page = look(100, 2)
    found = fold([first, same, other, page])
    assert outcomes(found, first, same, other, page) == ["held", "held", "same", "new"]
    assert spans(found) == [(2, 1)]


def test_a_given_text_never_ends_or_makes_a_deletion() -> None:
    lost = [look(60), look(2000)]
    assert fold([text(0, 1), *lost, text(3000, 1)]).life.state is LifeState.GONE
    assert fold([text(0, 1), lost[0], text(1000, 1), lost[1]]).life.since == lost[0].at
    empty = [look(minutes, 0, Verdict.EMPTY_SHELL, source=TEXT) for minutes in (60, 2000)]
    assert fold([text(0, 1), *empty]).life.state is LifeState.LIVE


def test_a_failure_where_an_article_was_never_seen_is_no_deletion() -> None:
    begun = datetime(2026, 3, 1, tzinfo=UTC)
    main = Look(begun, b"1", Verdict.ARTICLE, 1, 100, domain="main.test", asked="main.test")
    mirror = [
        Look(begun + timedelta(days=day), bytes([day]), Verdict.GONE, domain="mirror.test", asked="mirror.test")
        for day in (2, 4)
    ]
    assert fold([main, *mirror]).life.state is LifeState.LIVE
    carried = replace(main, uid=b"2", domain="mirror.test", asked="mirror.test")
    assert fold([main, carried, *mirror]).life.state is LifeState.LIVE, "the original still shows it"
    gone = [replace(look, uid=look.uid + b"m", asked="main.test") for look in mirror]
    assert fold([main, carried, *mirror, *gone]).life.state is LifeState.GONE


def test_a_body_two_others_had_is_believed_when_a_look_a_day_later_agrees() -> None:
    first, soon, later = (look(minutes, 1, foreign=True) for minutes in (0, 90, 1440))
    held = fold([first, soon])
    assert (held.sightings, held.numbers, held.life.since) == ((), {}, None)
    assert outcomes(held, first, soon) == [Outcome.HELD, Outcome.HELD]
    believed = fold([first, soon, later])
    assert outcomes(believed, first, soon, later) == [Outcome.NEW, Outcome.SAME, Outcome.SAME]
    assert believed.sightings[0].first == first, "it stood there when it was first held"


def test_a_server_that_shows_another_article_for_a_day_leaves_no_trace() -> None:
    trouble = [look(minutes, 2, foreign=True) for minutes in (10, 70, 1400)]
    looks = [look(0, 1), *trouble, look(1500, 1), look(3000, 2, foreign=True)]
    found = fold(looks)
    assert spans(found) == [(1, 2)]
    assert outcomes(found, *trouble) == [Outcome.HELD] * 3
    assert found.life.state is LifeState.LIVE


def test_a_given_text_confirms_no_body_that_is_held() -> None:
    page = look(0, 1, foreign=True)
    found = fold([page, text(1500, 1)])
    assert outcomes(found, page) == [Outcome.HELD]
    assert found.sightings[0].first.source is TEXT


@given(any_looks())
def test_what_the_end_of_a_timeline_tells_is_what_the_whole_fold_comes_to(looks: list[Look]) -> None:
    ordered = sorted(looks, key=lambda one: (one.at, one.uid))
    for end in range(1, len(ordered)):
        before, new = fold(ordered[:end]), ordered[end]
        if not before.sightings or before.sightings[-1].last != ordered[end - 1]:
            continue
        last, fresh = before.sightings[-1], new.version not in {one.version for one in ordered[:end]}
        outcome = follows(last, before.life, new, fresh=fresh)
        if outcome is None:
            continue
        whole = fold(ordered[: end + 1])
        more = [last.extended(new)] if outcome is Outcome.SAME else [last, Sighting(new.version, new, new)]
        assert whole.outcomes == {**before.outcomes, new.uid: outcome}
        assert whole.sightings == (*before.sightings[:-1], *more)
        assert whole.life == before.life
        assert whole.numbers == before.numbers | {new.version: whole.numbers[new.version]}
        assert whole.numbers[new.version] == before.numbers.get(new.version, len(before.numbers) + 1)


def test_the_end_tells_of_what_is_looked_at_every_day() -> None:
    before = fold([look(0, 1), look(60, 1)])
    last = before.sightings[-1]
    assert follows(last, before.life, look(120, 1), fresh=False) is Outcome.SAME
    assert follows(last, before.life, look(120, 2), fresh=True) is Outcome.CHANGED
    # A return, a shrunken page, a failure, a body of two others: for the fold.
    assert follows(last, before.life, look(120, 2), fresh=False) is None
    assert follows(last, before.life, look(120, 4), fresh=True) is None
    assert follows(last, before.life, look(120), fresh=False) is None
    assert follows(last, before.life, look(120, 2, foreign=True), fresh=True) is None
