"""The editorial fields stand in one table, and what is made of them is what it always was."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

from archive.fields import COLUMNS, EDITORIAL_FIELDS, FIELDS, READ, SEARCHED, Holds
from archive.models import TextRow, table_of
from archive.records import Block, BlockType, Circumstances, Date, Image, Reading
from archive.search import index
from archive.store import texts
from crawler.authoring import cases
from crawler.commands import read

READING = Reading(
    headline="A  head\u00adline",
    description="The lead",
    body=(Block(BlockType.P, "One\n\ntwo"), Block(BlockType.EMBED, "a video"), Block(BlockType.QUOTE, "three")),
    authors=("Ann", " ", "Bob"),
    date_published=Date("1 March", datetime(2026, 3, 1, 12, tzinfo=UTC), "jsonld"),
    images=(Image("a caption", "a credit", "alt", "https://x.test/a.jpg"), Image()),
    circumstances=Circumstances(language="en"),
    read_also=("Another",),
)


def test_a_reading_is_stored_and_told_as_ever() -> None:
    """Digests as they were made of this reading when archives were first written."""
    stored = texts.content(READING)
    assert stored.fingerprint.hex() == "c7b0fe7db030f8c687d606a06b6fa9394afeff249cd9f9f22f297933532cbe18"
    assert stored.digest.hex() == "9e0d6dd4a4c84a6f9068e1d1de4b0c424d2e84f86ce8b66d04b3cdf5225ae3dc"


def test_the_names_are_those_of_the_promise() -> None:
    assert EDITORIAL_FIELDS == ("headline", "description", "body", "authors", "date_published", "caption", "credit")
    assert SEARCHED == {"headline": "headline", "lead": "description", "body": "body", "byline": "authors"}


def test_every_field_is_read_and_stored() -> None:
    assert set(READ) <= {field.name for field in fields(Reading)}
    assert set(COLUMNS) <= set(table_of(TextRow).c.keys())
    assert len(index.MOST) == len(SEARCHED)


def test_whatever_shows_a_reading_shows_every_field_of_it() -> None:
    given = read._read(READING)
    assert set(READ) <= cases.values(READING).keys() & given.keys()
    assert set(given["images"][0]) == {field.name for field in FIELDS if field.holds is Holds.IMAGES}
