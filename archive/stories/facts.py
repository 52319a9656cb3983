"""What stories are compared by: the facts a text states, the same in every language. Pure.

A fact is a kind and a value. Headline and lead say what a story is; of the body the first part is read."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, islice

from archive.stories import names, numbers, places, topics

__all__ = ["RULES", "Fact", "Facts", "found_by", "key", "pack", "read", "unpack"]

RULES = 1
"""The number of the rules: another wherever a text may have other facts by them."""

_BODY = 3000
"""Characters of the body that are read."""
_MANY = 48
"""Facts of a kind that are kept, the first."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: its kind (number, name, place, topic), its value, how it is written, whether headline or lead have it,
    and how much it weighs where two texts share it."""

    kind: str
    value: str
    written: str
    ahead: bool
    weight: float


@dataclass(frozen=True)
class Facts:
    """What a text states, in order, each fact once; its language is the first part of its tag."""

    language: str
    facts: tuple[Fact, ...]

    @cached_property
    def by_value(self) -> dict[tuple[str, str], Fact]:
        """The facts, found by what they are."""
        return {(one.kind, one.value): one for one in self.facts}

    @cached_property
    def _kinds(self) -> dict[str, list[Fact]]:
        kinds: dict[str, list[Fact]] = {}
        for one in self.facts:
            kinds.setdefault(one.kind, []).append(one)
        return kinds

    def of(self, kind: str) -> list[Fact]:
        """The facts of a kind."""
        return self._kinds.get(kind, [])


def read(headline: str, description: str, body: str, tag: str) -> Facts:
    """The facts of a text in a language (BCP 47)."""
    language = tag.partition("-")[0].lower()
    ahead = {(one.kind, one.value): one for one in _stated(f"{headline}.\n{description}"[:_BODY], language, ahead=True)}
    behind = {(one.kind, one.value): one for one in _stated(body[:_BODY], language, ahead=False)}
    found = {**behind, **ahead}
    order = sorted(found.values(), key=lambda one: (one.kind, not one.ahead))
    kinds = (islice(of, _MANY) for _, of in groupby(order, key=lambda one: one.kind))
    return Facts(language, tuple(one for kind in kinds for one in kind))


def _stated(text: str, language: str, *, ahead: bool) -> Iterator[Fact]:
    found = list(places.places(text, language))
    known = {written.casefold() for _, written in found}
    for value in numbers.numbers(text, language):
        yield Fact("number", value, value, ahead, round(numbers.weight(value), 2))
    for value, written in found:
        yield Fact("place", value, written, ahead, places.weight(value))
    for value, written in topics.topics(text, language):
        yield Fact("topic", value, written, ahead, 1.0)
    surely: dict[str, Fact] = {}
    for value, written, sure in names.names(text):
        # Below headline and lead there are so many words that some sound like any name.
        counted = ahead or (sure and len(value) > names.LEAST)
        if counted and written.casefold() not in known and (sure or value not in surely):
            surely[value] = Fact("name", value, written, ahead, round(names.weight(value, sure=sure), 2))
    yield from surely.values()


def pack(facts: Facts) -> bytes:
    """As it is stored: deflated JSON."""
    rows = [[one.kind, one.value, one.written, int(one.ahead), one.weight] for one in facts.facts]
    return zlib.compress(json.dumps([facts.language, rows], ensure_ascii=False, separators=(",", ":")).encode())


def unpack(packed: bytes) -> Facts:
    """The same; of what is damaged nothing: `verify` says so."""
    try:
        language, rows = json.loads(zlib.decompress(packed))
    except (zlib.error, ValueError):
        return Facts("", ())
    return Facts(
        language, tuple(Fact(kind, value, written, bool(n), weight) for kind, value, written, n, weight in rows)
    )


@lru_cache(maxsize=30_000)
def key(kind: str, value: str) -> int:
    """What a fact is found by: 63 bits of SHA-256."""
    return int.from_bytes(hashlib.sha256(f"{kind}:{value}".encode()).digest()[:8]) >> 1


_TELLING = 2.0
"""The weight of what two texts need not share more than to be compared."""
_FOUND_BY = frozenset({"name", "number", "place"})


def found_by(facts: Facts) -> dict[int, bool]:
    """The keys a text is found by, and whether one that two share makes them worth comparing; else it takes two. Of
    topics and of numbers that say next to nothing there are none: too many texts have them."""
    return {
        key(one.kind, one.value): _most(one) >= _TELLING
        for one in facts.facts
        if one.kind in _FOUND_BY and (one.kind != "number" or one.weight >= 1)
    }


def _most(fact: Fact) -> float:
    """What a fact weighs where it is sure: the same in every text."""
    return names.weight(fact.value, sure=True) if fact.kind == "name" else fact.weight
