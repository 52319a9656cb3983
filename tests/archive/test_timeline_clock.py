"""Looks by a clock that was off date nothing: no edit, no sighting, no deletion."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from archive.records import Outcome, Verdict
from archive.timeline import Look, fold, follows

START = datetime(2026, 11, 16, tzinfo=UTC)
_SHOWN = (Verdict.ARTICLE, Verdict.ARTICLE, Verdict.ARTICLE, Verdict.GONE, Verdict.CAPTCHA)


def _looks(chance: Random) -> list[Look]:
    found = []
    for n in range(chance.randrange(1, 12)):
        verdict = chance.choice(_SHOWN)
        shown = chance.randrange(1, 4) if verdict is Verdict.ARTICLE else 0
        at = START + timedelta(hours=13 * n)
        found.append(Look(at, n.to_bytes(), verdict, shown, 500 if shown else 0, domain="a.test", asked="a.test"))
    return found


def _off(look: Look, chance: Random, n: int) -> Look:
    wrong = look.at + chance.choice([-1, 1]) * timedelta(days=chance.randrange(1, 400))
    return replace(look, at=wrong, moment=look.at + timedelta(minutes=1), uid=bytes([200, n]))


def test_what_a_clock_that_was_off_dates_changes_nothing_else() -> None:
    for seed in range(500):
        chance = Random(seed)
        looks = _looks(chance)
        more = [_off(look, chance, n) for n, look in enumerate(_looks(chance))]
        right, both = fold(looks), fold([*more, *looks])
        assert (both.sightings, both.life, both.numbers) == (right.sightings, right.life, right.numbers), seed
        assert {uid: both.outcomes[uid] for uid in right.outcomes} == right.outcomes
        assert both.held_back == right.held_back
        shown = {both.outcomes[look.uid] for look in more if look.version}
        assert shown <= {Outcome.SAME, Outcome.HELD}
        # When it is looked at again follows from when the look was taken, not from what the clock said.
        moments = [look.moment or look.at for look in (*looks, *more)]
        assert both.span == (min(moments), max(moments))


def test_the_end_of_a_timeline_does_not_tell_what_such_a_look_comes_to() -> None:
    look = Look(START, b"1", Verdict.ARTICLE, 1, 500)
    timeline = fold([look])
    late = replace(look, uid=b"2", at=START + timedelta(days=365), moment=START + timedelta(hours=1))
    assert follows(timeline.sightings[-1], timeline.life, late, fresh=False) is None
