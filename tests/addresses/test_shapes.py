"""Other shapes of a page (AMP, mobile, print) that say a little less make no edits by turns with the page itself."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import text

from archive import naming
from archive.home import Home
from tests.archive.material import Material, in_groups, opened, reading

SAID = ("The first thing that was said at length, so that a page has a size.", "The second thing, with 12 people.")


@pytest.mark.parametrize(
    ("url", "shape"),
    [
        ("https://a.example/news/41-bridge", ""),
        ("https://amp.a.example/news/41-bridge", "amp"),
        ("https://a.example/news/41-bridge/amp/", "amp"),
        ("https://a.example/amp/41-bridge", "amp"),
        ("https://m.a.example/41", "m"),
        ("https://a.example/41?outputType=amp", "amp"),
        ("https://a.example/41?print=1", "print"),
        ("https://a.example/print-is-dead-amp-fans-say", ""),
    ],
)
def test_an_address_says_which_shape_of_an_article_it_shows(url: str, shape: str) -> None:
    assert naming.shape(url) == shape


def test_looks_at_amp_and_page_by_turns_make_no_edit(sqlite_home: Home) -> None:
    made = Material(sqlite_home)
    cut = (*SAID[:1], "The second thing.")
    for n in range(4):
        made.page(1000 * n, reading(*SAID))
        made.page(1000 * n + 300, reading(*cut), url="https://paper.test/amp/1-title")
    edited = (*SAID, "And a third that nobody expected.")
    made.page(5000, reading(*edited))
    made.page(5300, reading(*cut), url="https://paper.test/amp/1-title")
    made.page(6000, reading(*edited))
    made.close()
    for seed in range(2):
        with opened(sqlite_home) as archive:
            archive.run(*in_groups(made.made, Random(seed)))
            with archive.engine.connect() as connection:
                numbers = connection.execute(text("SELECT number FROM v1_versions WHERE number > 0")).scalars().all()
                assert sorted(numbers) == [1, 2]
                assert len(connection.execute(text("SELECT * FROM v1_edits")).all()) == 1
            archive.content()
