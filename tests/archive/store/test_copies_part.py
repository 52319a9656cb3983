"""What hung together parts again where the evidence of it changes: here, by our own reading of it."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

from sqlalchemy import select

from archive.home import Home
from archive.models import TextRow, VersionRow
from archive.records import Reread
from archive.store.derived import copies_clusters
from tests.archive.material import TODAY, in_groups, opened, reading
from tests.archive.press import Press, edited, words
from tests.archive.store.test_near_copies import clusters, pairs


def test_a_text_that_is_read_again_without_what_it_shared_leaves_its_cluster(both_homes: tuple[Home, Home]) -> None:
    for home in both_homes:
        press = Press(home)
        parts = [words(n, 60) for n in range(6)]
        for n, article in enumerate(("a:1", "b:1", "c:1")):
            press.prints(article, n, *parts[n : n + 4], revision="reader@000000000000")
        with opened(home) as archive:
            archive.run(press.made)
            assert clusters(archive) == {"a:1": ["a:1", "b:1", "c:1"]}
            with archive.engine.connect() as connection:
                of_b = select(VersionRow.id).join(TextRow).where(TextRow.headline == "Headline of b:1 at 1")
                version = connection.execute(of_b).scalar_one()
            today = reading(*map(" ".join, parts[2:5]), headline="Headline of b:1 at 1", revision=TODAY)
            look = press.materials["b"].page(600, today, "1", url="https://b.test/1")
            press.materials["b"].close()
            archive.run([replace(look, rereads=(Reread(version, today),))])
            assert clusters(archive) == {"b:1": ["b:1", "c:1"]}
            assert [(one["article_a"], one["article_b"]) for one in pairs(archive)] == [
                ("a:1", "b:1"),
                ("a:1", "c:1"),
                ("b:1", "c:1"),
            ]
            archive.content()


def test_boilerplate_bridges_and_edits_in_any_order_give_the_same(both_homes: tuple[Home, Home]) -> None:
    chance, found = Random(0), list[Any]()
    stories, frame = [words(f"story {n}", 160) for n in range(6)], words("frame", 60)
    plan: list[tuple[str, int, tuple[list[str], ...]]] = []
    for n in range(45):
        outlet, story, minutes = chance.choice("abcde"), chance.randrange(6), chance.randrange(5000)
        said = edited(stories[story], chance.choice((6, 15, 60, 1000)), n)[: chance.choice((60, 110, 160))]
        more = [frame] * (outlet == "a") + [words(f"own {n}", chance.choice((20, 90, 200)))] * (n % 2)
        plan.append((f"{outlet}:{chance.randrange(16)}", minutes, (said, *more)))
    for n, home in enumerate(both_homes):
        press = Press(home)
        for article, minutes, paragraphs in plan:
            press.prints(article, minutes, *paragraphs)
        with opened(home) as archive:
            archive.run(*in_groups(press.made, Random(n)))
            archive.content()
            found.append((pairs(archive), clusters(archive)))
    assert found[0] == found[1]
    assert len(found[0][0]) > 10


def test_a_cluster_of_a_hundred_thousand_is_numbered_in_bounded_time() -> None:
    began = time.process_time()
    numbered = copies_clusters._numbered(pairwise(range(1, 100_001)))
    assert (len(numbered), set(numbered.values())) == (100_000, {1})
    assert time.process_time() - began < 10
