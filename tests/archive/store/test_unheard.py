"""What a group of looks brings that nobody had heard of is asked about, and written, a group at a time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import event

from archive.home import Home
from tests.archive.material import Archive, Material, opened, reading

_OWN = 4
"""Statements of its own that a new article takes: those that give it, its text, its version and its look integers."""


def _statements(archive: Archive, material: Material) -> int:
    """How many it takes to record these in one group."""
    counted: Counter[str] = Counter()

    def count(*words: Any) -> None:
        counted[words[2]] += 1

    event.listen(archive.engine, "before_cursor_execute", count)
    try:
        archive.run(material.made)
    finally:
        event.remove(archive.engine, "before_cursor_execute", count)
    return counted.total()


def _new(home: Home, first: int, number: int) -> Material:
    material = Material(home)
    for n in range(first, first + number):
        said = reading(f"Text {n} that no other says. " * 9, headline=f"Headline {n}")
        material.page(n, said, str(n))
    material.close()
    return material


def test_a_new_article_takes_few_statements_of_its_own(sqlite_home: Home) -> None:
    with opened(sqlite_home) as archive:
        archive.run(_new(sqlite_home, 0, 2).made)
        few = _statements(archive, _new(sqlite_home, 10, 5))
        more = _statements(archive, _new(sqlite_home, 100, 25)) - few
        # Of a larger group more may be asked, but not for each of its articles.
        assert 20 * _OWN <= more < 20 * _OWN + 10


def test_bodies_and_keys_of_one_group_have_heard_of_each_other(home: Home) -> None:
    """A body that three addresses show in one group, and an article that the group looks at twice."""
    same, other = reading("The same text at every address. " * 9), reading("Another text than the first. " * 9)
    with opened(home) as archive:
        material = Material(home)
        for n in (1, 2, 3):
            material.page(n, same, str(n))
        material.page(9, other, "1")
        material.close()
        outcomes = [one.outcome.value for one in archive.run(material.made)]
        assert outcomes == ["new", "new", "held", "changed"]
        said = archive.content()
        archive.forget()
        archive.run(*([one] for one in material.made))
        assert archive.content() == said
