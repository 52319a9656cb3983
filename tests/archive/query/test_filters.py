"""Each filter means one thing, on either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import typer
from sqlalchemy import Connection, literal, select, union_all
from typer.main import get_command

from archive.commands.filters import filtered
from archive.errors import NotFound, UsageError
from archive.home import Home
from archive.models import ArticleRow, OutletRow, VersionRow
from archive.query.filters import Evidence, Filters, Which, bytewise, known, narrow
from archive.questions.ask import asking
from archive.questions.options import zone_of
from archive.records import Circumstances, Date, OutletFacts, Reading, Source, TimeBasis
from tests.archive.material import OUTLET, START, Material, at, opened, reading

_DAY = 24 * 60
_OTHER = OutletFacts("courier", "courier", "Courier", country="DE", languages=("de",))


def _said(words: str, language: str, section: str, published: Date | None = None) -> Reading:
    page = Circumstances(language=language, section=section)
    return reading(words, circumstances=page, date_published=published)


def _fill(home: Home) -> None:
    """`paper:1` went a-b-a; `paper:2` was given as a WARC of last year; `courier:3` came in a run a day later."""
    paper, other = Material(home), Material(home, outlet=_OTHER)
    zoneless = Date("noon", START.replace(tzinfo=None))
    for minute, words in ((0, "a"), (60, "b"), (3 * _DAY, "a")):
        paper.page(minute, _said(f"Text {words}.", "sr-Latn", "News", Date("noon", START)))
    paper.close()
    old = {"source": Source.GIVEN_WARC, "time_basis": TimeBasis.ARCHIVE}
    paper.page(-365 * _DAY, _said("Old text.", "sr", "Sport", zoneless), "2", **old)
    other.page(_DAY, _said("Ein Text.", "de", "News"), "3", url="https://courier.test/3-title")
    for material in (paper, other):
        material.close()
    with opened(home) as archive:
        archive.run(paper.made)
        archive.run(other.made, began=at(_DAY))
        archive.content()


def _found(connection: Connection, wanted: Filters) -> list[str]:
    statement = (
        select(OutletRow.name, ArticleRow.key, VersionRow.number)
        .join(ArticleRow, ArticleRow.outlet_id == OutletRow.id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .order_by(ArticleRow.key, VersionRow.number)
    )
    return [f"{row.key}.{row.number}" for row in connection.execute(narrow(statement, wanted))]


_CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "1.1 1.2 2.1 3.1"),
    ({"version": Which.ALL}, "1.1 1.2 2.1 3.1"),
    ({"version": Which.FIRST}, "1.1 2.1 3.1"),
    # What stands is the one seen last, here again the first.
    ({"version": Which.LATEST}, "1.1 2.1 3.1"),
    ({"version": Which.AT, "at": at(90)}, "1.2 2.1"),
    ({"version": Which.AT, "at": at(-1)}, "2.1"),
    ({"published_since": START}, "1.1 1.2 2.1"),
    ({"published_since": START, "published_until": START + timedelta(seconds=1)}, "1.1 1.2 2.1"),
    ({"published_until": START}, ""),
    ({"published_since": START + timedelta(microseconds=1)}, ""),
    ({"seen_since": at(90)}, "1.1 3.1"),
    ({"seen_until": at(60)}, "1.1 2.1"),
    ({"seen_since": at(30), "seen_until": at(90)}, "1.2"),
    ({"changed_since": at(0)}, "1.1 1.2"),
    ({"changed_until": at(61)}, "1.2"),
    ({"evidence": Evidence.OWN}, "1.1 1.2 3.1"),
    ({"evidence": Evidence.ARCHIVE}, "2.1"),
    ({"outlets": ("paper",)}, "1.1 1.2 2.1"),
    ({"outlets": ("paper", "courier")}, "1.1 1.2 2.1 3.1"),
    ({"families": ("courier",)}, "3.1"),
    ({"countries": ("de",)}, "3.1"),
    ({"languages": ("sr",)}, "1.1 1.2 2.1"),
    ({"languages": ("SR-latn",)}, "1.1 1.2"),
    ({"languages": ("d",)}, ""),
    ({"sections": ("Sport",)}, "2.1"),
    ({"sections": ("News",), "outlets": ("paper",)}, "1.1 1.2"),
]
_THEN: list[tuple[datetime, dict[str, Any], str]] = [
    # The WARC of last year arrived with the run that began at the start.
    (at(-1), {}, ""),
    (at(30), {}, "1.1 2.1"),
    (at(2 * _DAY), {"version": Which.LATEST}, "1.2 2.1 3.1"),
    (at(90), {"version": Which.FIRST, "outlets": ("paper",)}, "1.1 2.1"),
]


def test_each_filter_means_what_it_says(home: Home) -> None:
    _fill(home)
    with opened(home) as archive, archive.engine.connect() as connection:
        for wanted, found in _CASES:
            assert _found(connection, Filters(**wanted)) == found.split(), wanted
        for as_of, wanted, found in _THEN:
            with asking(archive.engine, Filters(**wanted, as_of=as_of)) as asked:
                assert _found(asked.connection, asked.filters) == found.split(), (as_of, wanted)


def test_names_are_in_the_order_of_their_bytes_whatever_the_language_of_the_database(home: Home) -> None:
    names = [select(literal(name)) for name in ("rtd", "rt-en", "RT")]
    with opened(home) as archive, archive.engine.connect() as connection:
        name = union_all(*names).subquery().c[0]
        assert list(connection.execute(select(name).order_by(bytewise(name))).scalars()) == ["RT", "rt-en", "rtd"]
        if connection.dialect.name == "postgresql":
            # One made for English puts them the other way round.
            assert 'COLLATE "C"' in str(select(bytewise(name)).compile(connection))


def test_what_the_archive_does_not_know_is_said(home: Home) -> None:
    _fill(home)
    with opened(home) as archive, archive.engine.connect() as connection:
        known(connection, Filters(outlets=(OUTLET.name,), countries=("de",)))
        for wanted, said in (
            (Filters(outlets=("papr",)), "no outlet 'papr': did you mean paper"),
            (Filters(families=("x",)), "no family 'x': it has "),
            (Filters(countries=("xx",)), "no country 'XX'"),
        ):
            with pytest.raises(NotFound, match=said):
                known(connection, wanted)


def _given(*words: str) -> dict[str, Any]:
    """What a command is given for these options."""
    found: dict[str, Any] = {}

    @filtered
    def command(name: str, filters: Filters, zone: Any) -> None:
        found.update(name=name, filters=filters, zone=zone)

    app = typer.Typer()
    app.command()(command)
    get_command(app).main(["x", *words], standalone_mode=False)
    return found


def test_options_become_filters_and_times_without_an_offset_are_of_the_zone_asked_for() -> None:
    found = _given(
        *("--changed-since", "2026-07-01T02:00", "--as-of", "2026-07-01T02:00Z", "--tz", "Europe/Paris"),
        *("--outlet", "a", "--outlet", "b", "--version", "at:2026-07-02", "--evidence", "own"),
    )
    assert found["filters"] == Filters(
        changed_since=datetime(2026, 7, 1, tzinfo=UTC),
        as_of=datetime(2026, 7, 1, 2, tzinfo=UTC),
        version=Which.AT,
        at=datetime(2026, 7, 1, 22, tzinfo=UTC),
        evidence=Evidence.OWN,
        outlets=("a", "b"),
    )
    assert found["zone"] == zone_of("Europe/Paris")


@pytest.mark.parametrize(
    "words", [("--tz", "Mars"), ("--version", "at"), ("--version", "at:x"), ("--version", "3"), ("--seen-since", "x")]
)
def test_what_makes_no_sense_is_said_in_words(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=words[0]):
        _given(*words)
