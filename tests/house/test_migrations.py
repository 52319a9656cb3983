"""The migrations make exactly the tables that are meant, on both databases, and can be undone and done again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from archive import db, naming
from archive.home import Home
from archive.models import WORD_LISTS, Base
from archive.store.derived.anew import is_current, make_anew
from archive.store.refold import Timelines
from tests.archive.content import asked_for
from tests.archive.example import build
from tests.archive.material import Material, opened, reading
from tests.support import REPOSITORY

# `?` marks what may be null. Whoever changes the schema changes it here too, knowing that it does.
SCHEMA = {
    "address": "id url digest canonical",
    "alarm": (
        "id name kind outlet_id? about since opened_at seen_at closed_at? usual now cause advice measures examples "
        "acknowledged_at? note"
    ),
    "alembic_version": "version_num",
    "analyser": "number upto?",
    "article": (
        "id outlet_id key life life_since? life_evidence? first_look_at? last_look_at? next_look_at? look_step? "
        "awaited_at?"
    ),
    "article_address": "address_id article_id",
    "body": "outlet_id digest article_id seen_at uid",
    "capture": (
        "id uid run_id outlet_id address_id final_address_id? fetched_at status source time_basis vantage_id verdict "
        "reason_id? warc_file_id warc_offset warc_length digest revisit_of_id? size circumstances_id? removals_id? "
        "article_id? awaits? version_id? outcome"
    ),
    "certificate": "host outlet_id ends_at seen_at",
    "circumstances": "id digest document",
    "counted": "outlet_id upto",
    "daily": "outlet_id day name number",
    "delivery": "id channel made_at subject message digest attempts next_at sent_at? problem",
    "cluster": "article_id cluster_id",
    "story": "article_id version_id at digest hashes",
    "story_facts": "version_id rules packed",
    "story_key": "hash day article_id",
    "story_link": "article_a_id article_b_id score evidence",
    "story_often": "hash day",
    "story_vector": "version_id model vector",
    "common_key": "hash",
    "copy": ("article_a_id article_b_id version_a_id version_b_id size_a size_b shared counted quoted quotation"),
    "copy_key": "hash article_id outlet_id short",
    "edit_kind": "before_id after_id rules grows kinds added deleted live told place",
    "decision": "id kind outlet_id article_id? old_digest? new_digest? at person reason",
    "discovery": "id outlet_id address_id found_in_id? found_at state title published modified attempts next_at?",
    "doubt": "capture_id kind reason_id?",
    "domain_change": "id outlet_id host since mirror added at",
    "joined": "article_id into_id keyed_at?",
    "link": "article_id host first_seen",
    "part": "capture_id n uid",
    "picture": "article_id address first_seen",
    "learnt": "id outlet_id number kept_at kept_by looks rules",
    "held_back": "outlet_id capture_id",
    "journal": "id name key other was? now?",
    "lost_words": "capture_id version_id",
    "page_words": "version_id revision_id packed",
    "lease": "name process expires_at",
    "listing": "id archive pattern since until resume_key asked_at? rows state",
    "memento": "id listing_id outlet_id address_id at digest state attempts next_at?",
    "named_change": "article_id outlet_id at",
    "pace": "host milliseconds at",
    "plan": "id outlet_id made_at learnt_from rates forecast",
    "planned_look": "article_id outlet_id next_at",
    "watch": "id article_id every until at",
    "attempt": "id run_id outlet_id address_id at word reason_id?",
    "domain": "id outlet_id host since until mirror",
    "backup": "name place at complete_at?",
    "packed": "warc_file_id place name size digest at",
    "folder": "name host path at",
    "furniture": "id digest text",
    "gap": "outlet_id since until",
    "job": "name enabled? begun_at? ended_at? process claimed_until? read_by",
    "ledger": "outlet_id name state number",
    "look_span": "outlet_id first_look last_look",
    "new_on_day": "outlet_id day articles edits",
    "hop": "capture_id n address_id status warc_file_id warc_offset warc_length digest",
    "outlet": "id name family title country languages timezone controlled_by schedule?",
    "reason": "id text",
    "removal": "set_id n furniture_id rule_id",
    "removal_set": "id digest",
    "revision": "id name",
    "rule": "id name kind",
    "run": (
        "id name kind started_at ended_at? killed program settings_digest outlets_digest process counts place? seal? "
        "clock_ahead? clock_moved seal_format?"
    ),
    "run_end": "run_id outlet why came_to",
    "sealed": "run_id name upto digest",
    "sighting": (
        "article_id n version_id first_capture_id last_capture_id first_seen last_seen times not_before? compared_id?"
    ),
    "shingles": "version_id hashes",
    "stamp": "id run_id authority stated_at digest answer",
    "withdrawal": "id kind target at person reason state",
    "withdrawn": "id withdrawal_id name key other digest",
    "withheld": "name key words",
    "sketch": "version_id rules counted hashes",
    "text": (
        "id run_id fingerprint digest headline description body block_types authors date_published? "
        "date_published_raw? date_published_how? images read_also language"
    ),
    "unsettled": "article_id n",
    "vantage": "id name",
    "version": "id article_id digest text_id number? merged_into_id? published? language words body?",
    "version_text": "version_id revision_id text_id capture_id",
    "warc_file": "id run_id name size? digest?",
    "word": "list number word",
}

# What may change in rows of evidence: what is folded again, and keys, which other rows hold in place.
CHANGEABLE = {
    "capture": {"id", "article_id", "awaits", "version_id", "outcome"},
    "hop": set[str](),
    "text": {"id"},
}


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = db.open_writer(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _migrate(url: str, target: str = "head") -> None:
    engine = db.open_writer(url)
    try:
        db.migrate(engine, target)
    finally:
        engine.dispose()


def _schema(url: str) -> dict[str, str]:
    with _connected(url) as connection:
        found = inspect(connection)
        # SQLite's token table comes with tables of its own.
        tables = [name for name in found.get_table_names() if not name.startswith("tokens")]
        return {
            name: " ".join(f"{one['name']}{'?' if one['nullable'] else ''}" for one in found.get_columns(name))
            for name in sorted(tables)
        }


def _revisions() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    return ScriptDirectory.from_config(config)


def _check(url: str) -> None:
    """What `alembic check` does: raises where models and tables differ."""
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    with _connected(url) as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_there_is_one_head() -> None:
    assert _revisions().get_heads() == [db.head()]


def test_the_tables_are_those_that_are_meant(database: str) -> None:
    assert _schema(database) == SCHEMA


def test_the_tokens_have_a_column_for_each_field(database: str) -> None:
    with _connected(database) as connection:
        columns = connection.execute(text("SELECT * FROM tokens")).keys()
    assert set(columns) - {"version_id"} == {"headline", "description", "body", "authors"}


def test_models_and_tables_do_not_differ(database: str) -> None:
    _check(database)


def test_up_down_and_up_again(empty_database: str) -> None:
    _migrate(empty_database)
    first = _schema(empty_database)
    _migrate(empty_database, "base")
    with _connected(empty_database) as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    _migrate(empty_database)
    assert _schema(empty_database) == first == SCHEMA
    _check(empty_database)


def test_the_closed_lists_stand_in_the_database(database: str) -> None:
    with _connected(database) as connection:
        rows = connection.execute(text("SELECT list, number, word FROM word ORDER BY list, number")).all()
    wanted = [(name, number, word.value) for name, words in WORD_LISTS.items() for number, word in enumerate(words, 1)]
    assert [tuple(row) for row in rows] == sorted(wanted)


def test_every_column_says_what_it_is() -> None:
    silent = [f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.c]
    silent = [name for name in silent if not Base.metadata.tables[name.split(".")[0]].c[name.split(".")[1]].comment]
    assert silent == []


def _refused(connection: Connection, statement: str) -> bool:
    said = ""
    savepoint = connection.begin_nested()
    try:
        connection.execute(text(statement))
    except DBAPIError as problem:
        said = str(problem.orig)
    savepoint.rollback()
    return "rows are evidence and never change" in said


@pytest.mark.parametrize("table", CHANGEABLE)
def test_evidence_can_neither_be_changed_nor_forgotten(table: str, small_home: Home) -> None:
    columns = [column.removesuffix("?") for column in SCHEMA[table].split()]
    with _connected(small_home.database_url) as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
        allowed = {name for name in columns if not _refused(connection, f'UPDATE {table} SET "{name}" = "{name}"')}
        assert allowed == CHANGEABLE[table]
        assert _refused(connection, f"DELETE FROM {table}")


def _back(url: str, target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    engine = db.open_writer(url)
    with db.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, target)
    engine.dispose()


def test_what_is_derived_is_filled_as_the_writer_would(home: Home) -> None:
    """An archive from before has what one that was written today has."""
    build(home)
    with _connected(home.database_url) as connection:
        written = asked_for(connection)
    assert all(written.values())
    _back(home.database_url, "0003")
    _migrate(home.database_url)
    with _connected(home.database_url) as connection:
        assert asked_for(connection) == written


def test_what_an_older_program_folded_by_every_shape_of_a_page_is_folded_again(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`upgrade` finds it by what the migration marks."""
    made = Material(sqlite_home)
    for n in range(4):
        made.page(1000 * n, reading("The first thing that was said at length.", "The second, with 12 people."))
        amp = reading("The first thing that was said at length.", "The second.")
        made.page(1000 * n + 300, amp, url="https://paper.test/amp/1-title")
    made.close()
    with opened(sqlite_home) as archive:
        with monkeypatch.context() as older:
            older.setattr(naming, "shape", lambda _url: "")
            archive.run(made.made)
        assert len(_edits(sqlite_home)) > 1
        _back(sqlite_home.database_url, "0021")
        _migrate(sqlite_home.database_url)
        assert not is_current(archive.engine, Timelines())
        make_anew(archive.engine, Timelines(), lambda _done, _total: None)
        assert is_current(archive.engine, Timelines())
        assert _edits(sqlite_home) == []
        archive.content()


def _edits(home: Home) -> list[Any]:
    with _connected(home.database_url) as connection:
        return list(connection.execute(text("SELECT * FROM v1_edits")))
