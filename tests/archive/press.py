"""Outlets that print and copy, for tests of near copies."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from archive.home import Home
from archive.records import Domain, OutletFacts, Recordable
from tests.archive.material import Material, reading

__all__ = ["Press", "edited", "words"]

_WORDS = [f"{one}{other}" for one in "ba ce di fo gu la me ni ro su".split() for other in "bar cel din fos gul".split()]


def words(seed: object, count: int) -> list[str]:
    """Words that nobody else wrote."""
    chance = Random(str(seed))
    return [chance.choice(_WORDS) + str(chance.randrange(40)) for _ in range(count)]


def edited(of: Sequence[str], every: int, seed: object) -> list[str]:
    """The same words, one in so many another."""
    chance = Random(str(seed))
    return [f"x{chance.randrange(10**6)}" if chance.randrange(every) == 0 else word for word in of]


class Press:
    """Outlets, and what they print."""

    def __init__(self, home: Home) -> None:
        facts = (OutletFacts(one, one, f"Paper {one} of ours", domains=(Domain(f"{one}.test"),)) for one in "abcde")
        self.materials = {one.name: Material(home, outlet=one) for one in facts}

    def prints(self, article: str, minutes: int, *paragraphs: Sequence[str], **page: Any) -> None:
        """An article by its public id; `page` is what else its reading has."""
        outlet, _, key = article.partition(":")
        headline = f"Headline of {article} at {minutes}"
        said = reading(*(" ".join(one) for one in paragraphs), headline=headline, **page)
        self.materials[outlet].page(minutes, said, key, url=f"https://{outlet}.test/{key}")

    @property
    def made(self) -> list[Recordable]:
        """All of it."""
        for one in self.materials.values():
            one.close()
        return [item for one in self.materials.values() for item in one.made]
