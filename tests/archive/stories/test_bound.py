"""What is passed over without being compared could never have been linked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from archive.stories.evidence import LEAST, Side, compare, may_be_linked, score
from archive.stories.facts import Fact, Facts

_AT = datetime(2026, 3, 1, tzinfo=UTC)


def _side(chance: Random) -> Side:
    weight = {"number": (0.1, 3.0), "name": (0.2, 3.5), "place": (0.5, 1.8), "topic": (1.0, 1.0)}
    # In order: that of a set is another in every process.
    told = sorted({(chance.choice(list(weight)), str(chance.randrange(5))) for _ in range(chance.randrange(12))})
    facts = (
        Fact(kind, value, value, chance.random() < 0.5, round(chance.uniform(*weight[kind]), 2)) for kind, value in told
    )
    own, ids, named, links, shown = (frozenset(chance.sample(range(400), 2)) for _ in range(5))
    at = _AT + timedelta(hours=chance.randrange(72))
    return Side(Facts(chance.choice(("en", "ru")), tuple(facts)), at, own, ids, named, links, shown)


def test_what_is_passed_over_could_not_be_linked() -> None:
    chance, passed, linked = Random(4), 0, 0
    for _ in range(4000):
        one, other = _side(chance), _side(chance)
        likely = score(compare(one, other)) >= LEAST
        assert may_be_linked(one, other) or not likely
        passed += not may_be_linked(one, other)
        linked += likely
    assert passed > 2000
    assert linked > 50
