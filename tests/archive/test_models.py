"""What goes into a column comes out of it, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from archive import db
from archive.home import Home
from archive.models import WORD_LISTS, Instant, Word, WordRow
from archive.query import articles
from archive.records import Block, BlockType, Circumstances, Date, Image, Reading, Removal
from archive.text import clean, fold_space, iso
from tests.archive.material import Archive, Material, opened

_TABLE = Table(
    "tried",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Instant),
    *(Column(name, Word(words)) for name, words in WORD_LISTS.items()),
    prefixes=["TEMPORARY"],
)
_SAME_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    engine = db.open_writer(database)
    with engine.connect() as made:
        _TABLE.create(made)
        yield made
        made.rollback()
    engine.dispose()


def _through(connection: Connection, **values: Any) -> Any:
    made = connection.execute(insert(_TABLE).values(values)).inserted_primary_key
    assert made is not None
    return connection.execute(select(_TABLE).where(_TABLE.c.id == made[0])).one()


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.timezones()))
@_SAME_DATABASE
def test_a_moment_keeps_its_microsecond_and_comes_back_as_utc(connection: Connection, moment: datetime) -> None:
    found = _through(connection, at=moment).at
    assert found == moment.astimezone(UTC)
    assert found.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused_and_none_is_none(connection: Connection) -> None:
    assert _through(connection, at=None).at is None
    with pytest.raises(StatementError, match="without a zone"):
        _through(connection, at=datetime(2026, 3, 1))


def test_every_word_of_every_list_comes_back_and_can_be_read_in_sql(connection: Connection) -> None:
    for name, words in WORD_LISTS.items():
        for word in words:
            assert getattr(_through(connection, **{name: word}), name) is word
        rows = select(WordRow.word).where(WordRow.list == name).order_by(WordRow.number)
        assert list(connection.execute(rows).scalars()) == list(words)
    assert set(connection.execute(select(WordRow.list)).scalars()) == set(WORD_LISTS)


# --- whole readings ---------------------------------------------------------------------------------------------------

LINE = st.text(max_size=30).map(clean).map(fold_space)
FILLED = LINE.filter(bool)
BLOCKS = st.builds(Block, st.sampled_from(BlockType), st.lists(FILLED, min_size=1, max_size=3).map("\n".join))
DATES = st.builds(
    Date,
    LINE,
    st.none() | st.datetimes(datetime(1990, 1, 1), timezones=st.sampled_from([UTC, None])),
    st.just("meta"),
)
READINGS = st.builds(
    Reading,
    headline=LINE,
    description=LINE,
    body=st.lists(BLOCKS, max_size=4).map(tuple),
    authors=st.lists(FILLED, max_size=3).map(tuple),
    date_published=st.none() | DATES,
    images=st.lists(st.builds(Image, LINE, LINE), max_size=2).map(tuple),
    circumstances=st.builds(
        Circumstances,
        section=LINE,
        tags=st.lists(LINE, max_size=2).map(tuple),
        date_modified=st.none() | DATES,
        titles=st.lists(st.tuples(st.just("og"), LINE), max_size=1).map(tuple),
        language=st.sampled_from(["", "fr", "zh"]),
    ),
    read_also=st.lists(LINE, max_size=2).map(tuple),
    removed=st.lists(st.builds(Removal, FILLED, FILLED, LINE), max_size=3).map(tuple),
    revision=st.just("reader@1"),
)


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    with opened(home) as made:
        yield made
        made.content()


def _date(date: Date | None) -> tuple[str | None, str | None]:
    return (iso(date.instant), date.raw) if date else (None, None)


@given(st.lists(READINGS, min_size=1, max_size=5))
@settings(_SAME_DATABASE, max_examples=20)
def test_what_was_read_is_what_is_shown(archive: Archive, readings: list[Reading]) -> None:
    material = Material(archive.home)
    for n, each in enumerate(readings):
        material.page(n, each, str(n))
    material.close()
    archive.forget()
    assert [one.outcome for one in archive.run(material.made)] == ["new"] * len(readings)
    with archive.engine.connect() as connection:
        for n, each in enumerate(readings):
            shown = articles.as_object(articles.show(connection, articles.find(connection, f"paper:{n}")))
            assert (shown["headline"], shown["description"]) == (each.headline, each.description)
            assert shown["body"] == [{"type": block.type, "text": block.text} for block in each.body]
            assert shown["authors"] == list(each.authors)
            assert (shown["date_published"], shown["date_published_raw"]) == _date(each.date_published)
            assert shown["images"] == [{"caption": image.caption, "credit": image.credit} for image in each.images]
            assert shown["read_also"] == list(each.read_also)
            assert shown["furniture"] == [{"rule": one.rule, "text": one.text} for one in each.removed]
            assert shown["circumstances"].get("section", "") == each.circumstances.section
            assert shown["circumstances"].get("tags", []) == list(each.circumstances.tags)
            assert shown["in_language"] == each.circumstances.language
