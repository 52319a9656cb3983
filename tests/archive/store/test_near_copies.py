"""Near copies as they are recorded: what is stored is what the texts give, in any order, on either database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from archive.home import Home
from archive.records import OutletFacts, Recordable
from tests.archive.material import Archive, Material, in_groups, opened, reading

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
        self.materials = {name: Material(home, outlet=OutletFacts(name, name, name)) for name in "abcde"}

    def prints(self, article: str, minutes: int, *paragraphs: Sequence[str], **more: Any) -> None:
        """An article by its public id."""
        outlet, _, key = article.partition(":")
        said = reading(*(" ".join(one) for one in paragraphs), headline=f"Headline of {article} at {minutes}")
        self.materials[outlet].page(minutes, said, key, url=f"https://{outlet}.test/{key}", **more)

    @property
    def made(self) -> list[Recordable]:
        """All of it."""
        for one in self.materials.values():
            one.close()
        return [item for one in self.materials.values() for item in one.made]


def pairs(archive: Archive) -> list[dict[str, Any]]:
    """What `v1_copies` says, in order."""
    with archive.engine.connect() as connection:
        found = connection.execute(text("SELECT * FROM v1_copies")).mappings()
        return sorted(map(dict, found), key=lambda row: (row["article_a"], row["article_b"]))


def clusters(archive: Archive) -> dict[str, list[str]]:
    """What `v1_clusters` says."""
    found: dict[str, list[str]] = {}
    with archive.engine.connect() as connection:
        for cluster, article in connection.execute(text("SELECT cluster, article FROM v1_clusters")):
            found.setdefault(cluster, []).append(article)
    return {cluster: sorted(articles) for cluster, articles in found.items()}


def _year(press: Press) -> None:
    story, other, boilerplate = words("story", 300), words("other", 300), words("boilerplate", 50)
    press.prints("a:1", 0, story, boilerplate)
    press.prints("a:1", 600, edited(story, 8, "later"), boilerplate)
    press.prints("b:1", 60, edited(story, 30, "b"))
    press.prints("c:1", 700, edited(edited(story, 8, "later"), 40, "c"))
    press.prints("d:1", 90, words("d", 120), story[100:200], words("e", 120))
    press.prints("e:1", 95, story[:150], other[:150])
    press.prints("b:2", 100, other)
    press.prints("c:2", 110, [*other[:100], *edited(other[100:], 20, "c2")])
    for n in range(40):
        press.prints(f"a:w{n}", 200 + n, words(f"weather {n}", 60), boilerplate)


def _all(archive: Archive) -> Iterator[Any]:
    yield pairs(archive)
    yield clusters(archive)


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_arrival_gives_the_same(both_homes: tuple[Home, Home], seed: int) -> None:
    found = []
    for n, home in enumerate(both_homes):
        press = Press(home)
        _year(press)
        with opened(home) as archive:
            archive.run(*in_groups(press.made, Random(f"{seed}{n}")))
            archive.content()
            found.append(list(_all(archive)))
    assert found[0] == found[1]
    near, groups = found[0]
    assert {(one["article_a"], one["article_b"]) for one in near} >= {("a:1", "b:1"), ("a:1", "c:1"), ("a:1", "d:1")}
    assert groups == {"a:1": ["a:1", "b:1", "c:1"], "b:2": ["b:2", "c:2"]}
