"""Plans of looks: what holds of every one, whatever an outlet does and whatever its requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.planning import AFTER, AGES, Gap, Plan, Seen, read, written
from crawler.planner.choose import Past, chosen, forecast, past
from crawler.planner.lives import lived
from crawler.planner.prior import PRIOR
from crawler.planner.rates import learnt

DAY = 86_400
_RATE = st.floats(1e-6, 200)
_PLANS = st.builds(
    Plan,
    edits=st.tuples(*[_RATE] * (len(AGES) + 1)),
    deletions=st.tuples(*[st.floats(1e-6, 1)] * (len(AGES) + 1)),
    after=st.tuples(*[st.floats(0.1, 10)] * (len(AFTER) + 2)),
    shape=st.floats(0.2, 20),
    due_at=st.floats(1e-4, 100),
    shortest=st.integers(60, DAY),
    longest=st.integers(DAY, 3600 * DAY),
)
_AGE = st.floats(0, 4000 * DAY)
_GAPS = st.lists(
    st.builds(
        Gap,
        age=_AGE,
        since=st.none() | st.floats(0, 400 * DAY),
        edits=st.integers(0, 50),
        length=st.floats(1, 400 * DAY),
        changed=st.booleans(),
        deleted=st.booleans(),
        section=st.sampled_from(["", "news", "opinion"]),
    ),
    min_size=1,
    max_size=30,
)


@given(_PLANS, _AGE, st.none() | _AGE, st.integers(0, 200))
def test_no_article_is_looked_at_too_soon_or_forgotten(plan: Plan, age: float, since: float | None, edits: int) -> None:
    waits = plan.wait(age, since, plan.liveliness(age, edits))
    assert plan.shortest <= waits <= plan.longest


@given(_PLANS, _AGE, st.none() | _AGE, st.integers(0, 200))
def test_more_is_expected_of_whoever_changed_more_and_it_is_looked_at_sooner(
    plan: Plan, age: float, since: float | None, edits: int
) -> None:
    less, more = plan.liveliness(age, edits), plan.liveliness(age, edits + 1)
    assert less < more
    assert plan.wait(age, since, more) <= plan.wait(age, since, less)
    later = replace(plan, due_at=plan.due_at * 2)
    assert plan.wait(age, since, more) <= later.wait(age, since, more)


@given(_PLANS)
def test_a_plan_is_read_as_it_was_written(plan: Plan) -> None:
    assert read(written(plan)) == plan
    long_ago = datetime(1990, 1, 1, tzinfo=UTC)
    assert plan.next_look(Seen(long_ago, long_ago, long_ago)) > long_ago


@settings(max_examples=25, deadline=None)
@given(_GAPS, st.floats(0.1, 1000), st.integers(0, 100_000))
def test_a_budget_is_kept_whatever_was_seen(gaps: list[Gap], looks: float, articles: int) -> None:
    """Half of it, at most, goes to what nothing is expected of; what a plan takes never exceeds what it may."""
    rates = learnt(PRIOR, gaps)
    known = past(rates, gaps, 30)
    plan = chosen(rates, looks, known, articles)
    assert plan.longest * looks >= min(2 * articles, looks * 3600) * DAY * 0.99
    least = sum(one.daily * one.length / plan.longest for one in known)
    assert forecast(plan, known).looks <= max(looks, least) * 1.001


def _seen(plan: Plan, times: float, lives: int) -> list[Gap]:
    """Looks at articles that change so many times as often as a plan says."""
    livelier = replace(plan, edits=tuple(times * rate for rate in plan.edits))
    return list(lived(livelier, lives, Random))


def test_rates_are_learnt_from_looks_alone() -> None:
    quiet, busy = (learnt(PRIOR, _seen(PRIOR, times, 150)) for times in (0.2, 3.0))
    for age in (DAY, 7 * DAY):
        usual = PRIOR.expected(age)
        assert 0.1 < quiet.expected(age) / usual < 0.4
        assert 1.5 < busy.expected(age) / usual < 4.5


def test_what_is_said_of_a_delay_comes_true() -> None:
    """Changes at random moments of the gaps that a plan makes, against what it said before."""
    chance, gaps = Random(5), list(lived(PRIOR, 150, Random))
    known: list[Past] = past(PRIOR, gaps, 100)
    said = forecast(PRIOR, known).stated
    for n, one in enumerate(said[:3]):
        here = [gap for gap in known if gap.band == n]
        came = sorted(
            chance.random() * gap.wait(PRIOR) for gap in chance.choices(here, [gap.edits for gap in here], k=4000)
        )
        assert abs(sum(came) / len(came) / one.edits.mean - 1) < 0.2
        assert abs(came[int(0.95 * len(came))] / one.edits.most - 1) < 0.2


def test_a_section_and_a_look_in_time_tell_more_than_an_age() -> None:
    plan = replace(PRIOR, sections={"live": 5.0})
    assert plan.liveliness(DAY, 0, "live") > plan.liveliness(DAY, 0)
    # Nobody looked while it was young: that it did not change then is not known.
    assert plan.liveliness(300 * DAY, 0, begun=300 * DAY) == 1.0 > plan.liveliness(300 * DAY, 0)
    hour = timedelta(hours=1)
    born = datetime(2026, 1, 1, tzinfo=UTC)
    quiet, busy = (
        Seen(born, born, born + 5 * hour, edits, edited) for edits, edited in ((0, None), (4, born + 4 * hour))
    )
    assert PRIOR.next_look(busy) < PRIOR.next_look(quiet)
