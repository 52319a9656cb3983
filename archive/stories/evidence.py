"""What speaks for it, and against, that two articles in two languages tell one story; and the score it comes to. Pure.

The score is a logistic sum: each piece of evidence has a value and a weight, chosen on made-up stories of which others
are kept for reporting (`benchmarks/stories.py`)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.stories.facts import Fact, Facts, key
from archive.stories.vectors import likeness

__all__ = ["LEAST", "WINDOW", "Evidence", "Side", "compare", "may_be_linked", "score"]

WINDOW = timedelta(hours=72)
"""How far apart two articles on one story may be."""
LEAST = 0.7
"""The score from which two articles are linked."""

_BIAS = -5.7
_WEIGHTS = {
    "alternate": 9.0,
    "id": 4.0,
    "picture": 4.0,
    "link": 2.5,
    "number": 0.8,
    "name": 1.1,
    "place": 2.6,
    "topic": 2.3,
    "number against": -2.1,
    "place against": -0.8,
    "topic against": -0.3,
    "days apart": -0.5,
}
_WITH_LIKENESS = {
    **_WEIGHTS,
    "number": 0.9,
    "name": 0.2,
    "place": 0.9,
    "topic": 0.1,
    "topic against": -0.4,
    "likeness": 20.0,
}
_BIAS_WITH_LIKENESS = -9.0
"""The same where a model has read both: what it likens has most of the names and the topics in it."""
_AT_MOST = {"number": 6.0, "name": 5.0, "place": 3.0, "topic": 3.0}
"""What many facts of one kind come to at most."""
_OFTEN = 0.3
"""What is left of the weight of a fact that many articles of those days have."""
_AHEAD = (0.15, 0.6, 1.0)
"""What counts of it where neither, one or both have it in headline or lead: long texts share much by chance."""
_STRONG = 1.5
"""The weight from which a fact ahead would be expected in the other text too."""

_Piece = tuple[str, float, tuple[str, ...]]
"""Of evidence: its kind, its value, what it rests on."""


@dataclass(frozen=True, slots=True)
class Side:
    """An article as it is compared: its facts, when it appeared; the keys of its addresses and of its own id, of what
    its page names as alternates, of what it links to, and of the pictures it shows. `vector` has the model's 8 bytes in
    front, and is empty where none has read it."""

    facts: Facts
    at: datetime
    own: frozenset[int] = frozenset()
    ids: frozenset[int] = frozenset()
    alternates: frozenset[int] = frozenset()
    links: frozenset[int] = frozenset()
    pictures: frozenset[int] = frozenset()
    vector: bytes = b""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind of evidence, its value, what that weighs in the score, and what it rests on, as each article writes it."""

    kind: str
    value: float
    weight: float
    what: tuple[str, ...] = ()


def compare(one: Side, other: Side, often: Collection[int] = ()) -> tuple[Evidence, ...]:
    """The evidence on two articles, in a fixed order, the same whichever comes first. `often` are the keys of facts
    that many articles of those days have."""
    liked = bool(one.vector) and one.vector[:8] == other.vector[:8]
    weights = _WITH_LIKENESS if liked else _WEIGHTS
    like = [("likeness", likeness(one.vector[8:], other.vector[8:]), ())] if liked else []
    return tuple(
        Evidence(kind, round(value, 2), round(value * weights[kind], 2), what)
        for kind, value, what in (
            *_by_pages(one, other, often),
            *_by_facts(one.facts, other.facts, often),
            *_apart(one, other),
            *like,
        )
        if value
    )


def score(evidence: Collection[Evidence]) -> float:
    """From 0 to 1: how likely it is one story."""
    bias = _BIAS_WITH_LIKENESS if any(one.kind == "likeness" for one in evidence) else _BIAS
    return 1 / (1 + math.exp(-bias - sum(one.weight for one in evidence)))


_ENOUGH = math.log(LEAST / (1 - LEAST)) - 0.1
"""What the sum must come to, less what rounding may add to it."""


def may_be_linked(one: Side, other: Side) -> bool:
    """Whether the score of two articles can be that of a link, told at a fraction of what comparing them costs: False
    for most that share a fact or two."""
    if one.vector and one.vector[:8] == other.vector[:8]:
        return True
    if any(_page_keys(one, other)):
        return True
    here, there = one.facts.by_value, other.facts.by_value
    both = here.keys() & there.keys()
    shared = (_WEIGHTS.get(kind, 0.0) * _weight(here[kind, value], there[kind, value], ()) for kind, value in both)
    return _BIAS + sum(shared) >= _ENOUGH


def _page_keys(one: Side, other: Side) -> Iterator[frozenset[int]]:
    """What the pages of two articles share, or name of each other."""
    yield from (one.alternates & other.own, other.alternates & one.own, one.links & other.own, other.links & one.own)
    yield from (one.ids & other.ids, one.pictures & other.pictures)


def _apart(one: Side, other: Side) -> Iterator[_Piece]:
    yield "days apart", abs(one.at - other.at) / timedelta(days=1), ()


def _by_pages(one: Side, other: Side, often: Collection[int]) -> Iterator[_Piece]:
    named = (one.alternates & other.own) | (other.alternates & one.own)
    linked = (one.links & other.own) | (other.links & one.own)
    for kind, shared in (
        ("alternate", named),
        ("id", one.ids & other.ids),
        ("picture", one.pictures & other.pictures),
        ("link", linked - named),
    ):
        yield kind, float(bool(shared.difference(often))), ()


def _by_facts(one: Facts, other: Facts, often: Collection[int]) -> Iterator[_Piece]:
    for kind, most in _AT_MOST.items():
        pairs = [(fact, other.by_value.get((kind, fact.value))) for fact in one.of(kind)]
        shared = [(fact, its) for fact, its in pairs if its is not None]
        # In an order that does not change with who comes first: what floats add up to depends on it.
        weights = sorted((_weight(fact, its, often) for fact, its in shared), reverse=True)
        what = {" = ".join(sorted({fact.written, its.written})) for fact, its in shared}
        yield kind, min(most, sum(weights)), tuple(sorted(what))
        if kind != "name":
            yield f"{kind} against", _against(one, other, kind, shared=bool(shared)), ()


def _weight(a: Fact, b: Fact, often: Collection[int]) -> float:
    there = _AHEAD[a.ahead + b.ahead]
    return there * min(a.weight, b.weight) * (_OFTEN if key(a.kind, a.value) in often else 1.0)


def _against(one: Facts, other: Facts, kind: str, *, shared: bool) -> float:
    """Whether both say ahead what they are about, and nothing of it is the same."""
    if shared:
        return 0.0
    least = 1.0 if kind == "topic" else 1.2 if kind == "place" else _STRONG
    return float(all(any(fact.ahead and fact.weight >= least for fact in facts.of(kind)) for facts in (one, other)))
