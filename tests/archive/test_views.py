"""The views `v1_*`: columns that stay, the same rows on both databases, and what each is for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from archive import db, views
from archive.home import Home
from archive.query import articles
from archive.query import passages as edits
from archive.records import Circumstances, Domain, OutletFacts
from archive.store import domains
from tests.archive.material import Material, at, doubted, in_groups, opened, reading, unguarded, world
from tests.support import REPOSITORY, small_archive

# Columns may be added at the end. One that stands here stays: people's analyses name it.
COLUMNS = {
    "v1_outlets": "outlet family title country languages timezone controlled_by",
    "v1_domains": "outlet host since until mirror",
    "v1_articles": (
        "article outlet key url life life_since life_evidence versions edits first_seen last_seen latest_version "
        "headline language date_published section next_look_at"
    ),
    "v1_addresses": "article outlet url first_seen last_seen looks shown",
    "v1_domain_changes": "outlet host since mirror added decided_at",
    "v1_versions": (
        "version article outlet number url headline description body block_types authors date_published "
        "date_published_raw images read_also language section first_seen last_seen sightings looks newest capture "
        "source text_digest"
    ),
    "v1_sightings": "version article outlet n first_seen last_seen times first_capture last_capture",
    "v1_edits": (
        "article outlet url from_version to_version from_number to_number not_before not_after hours_between outcome "
        "headline_before headline_after description_before description_after body_before body_after date_published "
        "language unsettled struck"
    ),
    "v1_captures": (
        "capture outlet article version url final_url fetched_at status source time_basis vantage verdict reason "
        "outcome run warc_file warc_offset warc_length payload_digest revisit_of characters circumstances "
        "clock_ahead"
    ),
    "v1_removed": "capture outlet article fetched_at n rule kind text",
    "v1_discoveries": "outlet url found_in found_at state title published modified attempts next_at",
    "v1_attempts": "outlet url ended_at why reason run",
    "v1_gaps": "outlet since until hours",
    "v1_doubts": "capture outlet article fetched_at kind reason outcome",
    "v1_decisions": "kind outlet article from_version to_version decided_at person reason",
    "v1_copies": (
        "article_a version_a article_b version_b similarity containment_a containment_b exact outlet_a outlet_b "
        "shingles_a shingles_b shared counted quoted"
    ),
    "v1_clusters": "cluster article outlet articles",
    "v1_stories": ("article_a outlet_a language_a at_a article_b outlet_b language_b at_b score evidence"),
    "v1_runs": "run kind started_at ended_at killed program counts place seal clock_ahead clock_moved",
}

# These differ between two archives of the same captures: when and where they were written.
_OWN = {"run", "warc_file", "warc_offset", "warc_length", "counts"}


def rows_of(connection: Connection, view: str) -> list[dict[str, Any]]:
    """What a view says, in one order."""
    found = [dict(row) for row in connection.execute(text(f"SELECT * FROM {view}")).mappings()]
    return sorted(found, key=lambda row: json.dumps(row, ensure_ascii=False))


def _everything(home: Home) -> dict[str, list[dict[str, Any]]]:
    with opened(home) as archive, archive.engine.connect() as connection:
        return {view: rows_of(connection, view) for view in COLUMNS}


def _fill(home: Home) -> None:
    small_archive(home)
    with opened(home) as archive:
        archive.run(*in_groups(doubted(world(home, 3, looks=80)), Random(3)))
        copied = Material(home, outlet=OutletFacts("copier", "copier", "The Copier"))
        for article, last in (("1", "It was a quiet day on the river, said all."), ("2", "It was not.")):
            said = " ".join(f"word{n} of the piece" for n in range(60))
            of = Circumstances(language="en", alternates=("https://copier.test/3",))
            copied.page(9, reading(said, last, circumstances=of), article, url=f"https://copier.test/{article}")
        translated = reading("Un mot.", circumstances=Circumstances(language="fr"))
        copied.page(9, translated, "3", url="https://copier.test/3")
        copied.close()
        archive.run(copied.made, began=at(9))
        archive.find_stories()
        domains.change(archive.engine, copied.outlet, Domain("mirror.test", mirror=True), at(9), added=True)
        with db.writing(archive.engine) as connection:
            # As a hostile page may have it: PostgreSQL knows no NUL.
            guards = unguarded(connection)
            document = json.dumps({"section": "a\0b"})
            connection.execute(
                text("UPDATE circumstances SET document = :document WHERE id = 1"), {"document": document}
            )
            for guard in guards:
                connection.exec_driver_sql(guard)
            connection.execute(
                text(
                    "INSERT INTO discovery (outlet_id, address_id, found_in_id, found_at, state, title) "
                    "SELECT 1, 1, 2, first_seen, 2, 'A title' FROM sighting WHERE article_id = 1 AND n = 0"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO attempt (run_id, outlet_id, address_id, at, word) "
                    "SELECT 1, 1, 1, first_seen, 4 FROM sighting WHERE article_id = 1 AND n = 0"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO decision (kind, outlet_id, article_id, old_digest, new_digest, at, person, reason) "
                    "SELECT 1, 1, 1, b.digest, a.digest, f.first_seen, 'Ann', 'a layout of ours' FROM sighting f "
                    "JOIN sighting s ON s.article_id = f.article_id AND s.n = f.n - 1 "
                    "JOIN version a ON a.id = f.version_id JOIN version b ON b.id = s.version_id WHERE f.n = 1"
                )
            )


def test_the_columns_are_those_that_were_promised(database: str) -> None:
    engine = db.open_reader(database)
    with engine.connect() as connection:
        found = {name: " ".join(connection.execute(text(f"SELECT * FROM {name}")).keys()) for name in COLUMNS}
        assert sorted(COLUMNS) == sorted(inspect(connection).get_view_names())
    engine.dispose()
    assert found == COLUMNS


def test_every_column_has_its_line_in_the_codebook() -> None:
    assert {view.name: " ".join(column.name for column in view.columns) for view in views.VIEWS} == COLUMNS
    assert views.codebook() == (REPOSITORY / "docs" / "codebook.md").read_text(encoding="utf-8"), (
        "python -m archive.views > docs/codebook.md"
    )


def test_both_databases_give_the_same_rows(both_homes: tuple[Home, Home]) -> None:
    for home in both_homes:
        _fill(home)
    found = [_everything(home) for home in both_homes]
    assert [view for view in COLUMNS if not found[0][view]] == []
    for rows in found:
        for row in (row for view in rows.values() for row in view):
            for name in _OWN & row.keys():
                row[name] = None
        rows["v1_runs"] = [row | {"run": "", "seal": ""} for row in rows["v1_runs"]]
    assert found[0] == found[1]


_KINDS: dict[views.Kind, Callable[[Any], bool]] = {
    views.Kind.TEXT: lambda value: isinstance(value, str),
    views.Kind.NUMBER: lambda value: isinstance(value, int),
    views.Kind.DECIMAL: lambda value: isinstance(value, float),
    views.Kind.TIME: lambda value: len(value) == 27 and bool(datetime.fromisoformat(value)),
    views.Kind.FLAG: lambda value: value in {0, 1},
    views.Kind.HEX: lambda value: bytes.fromhex(value).hex() == value,
    views.Kind.JSON: lambda value: bool(json.loads(value)) or value in {"[]", "{}"},
    views.Kind.WORD: lambda value: isinstance(value, str) and not value.isdigit(),
}


def test_the_views_say_what_the_commands_say(home: Home) -> None:
    _fill(home)
    rows = _everything(home)
    for view in views.VIEWS:
        for column in view.columns:
            values = [row[column.name] for row in rows[view.name] if row[column.name] is not None]
            assert all(map(_KINDS[column.kind], values)), f"{view.name}.{column.name}"
    engine = db.open_reader(home.database_url)
    with engine.connect() as connection:
        said = [
            (line.version, line.number, line.headline, line.url, line.first_seen, line.last_seen, len(line.sightings))
            for article in rows["v1_articles"]
            for line in articles.history(connection, articles.find(connection, article["article"]))
        ]
        passages = {(one.old, one.new, one.not_before, one.not_after) for one in edits.edits(connection)}
    engine.dispose()
    assert sorted(said) == sorted(
        (
            *(row["version"], row["number"], row["headline"], row["url"]),
            *(datetime.fromisoformat(row["first_seen"]), datetime.fromisoformat(row["last_seen"]), row["sightings"]),
        )
        for row in rows["v1_versions"]
    )
    assert passages == {
        (
            *(row["from_version"], row["to_version"]),
            *(datetime.fromisoformat(row["not_before"]), datetime.fromisoformat(row["not_after"])),
        )
        for row in rows["v1_edits"]
    }


@pytest.mark.parametrize(
    "view", ["v1_articles", "v1_versions", "v1_edits", "v1_captures", "v1_sightings", "v1_removed"]
)
def test_an_outlet_or_an_article_is_found_by_an_index(view: str, sqlite_home: Home) -> None:
    """Nothing that grows with the archive is read from end to end, but the list of the articles' keys."""
    with opened(sqlite_home) as archive, archive.engine.connect() as connection:
        for condition in ("outlet = 'a'", "article = 'a:b'", "outlet = 'a' AND article = 'a:b'"):
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE {condition}"))
            scans = {row.detail for row in plan if row.detail.startswith("SCAN")}
            assert {one for one in scans if one.split()[1] not in {"o", "CONSTANT"}} == set(), condition
