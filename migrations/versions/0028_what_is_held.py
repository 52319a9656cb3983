"""What is held of each outlet, kept instead of counted: rows by state, what was new each day, when nobody looked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _outlet(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f(f"fk_{table}_outlet_id_outlet"))
    return sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"), key


def _tables() -> None:
    day = "of UTC, 1 is 1 January of the year 1"
    articles, edits = "articles that were first seen on it", "passages to another version that were"
    of_outlet, key = _outlet("ledger")
    op.create_table(
        "ledger",
        of_outlet,
        sa.Column("name", sa.Text(), nullable=False, comment="captures or articles"),
        sa.Column("state", sa.SmallInteger(), nullable=False, comment="one of outcome, or of life_state"),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="how many; of articles: those that stand"),
        key,
        sa.PrimaryKeyConstraint("outlet_id", "name", "state", name=op.f("pk_ledger")),
        sqlite_with_rowid=False,
    )
    of_outlet, key = _outlet("new_on_day")
    op.create_table(
        "new_on_day",
        of_outlet,
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False, comment=day),
        sa.Column("articles", sa.BigInteger(), nullable=False, comment=articles),
        sa.Column("edits", sa.BigInteger(), nullable=False, comment=edits),
        key,
        sa.PrimaryKeyConstraint("outlet_id", "day", name=op.f("pk_new_on_day")),
        sqlite_with_rowid=False,
    )
    of_outlet, key = _outlet("look_span")
    op.create_table(
        "look_span",
        of_outlet,
        sa.Column("first_look", _INSTANT, nullable=False, comment="by a clock that was not off"),
        sa.Column("last_look", _INSTANT, nullable=False, comment="by a clock that was not off"),
        key,
        sa.PrimaryKeyConstraint("outlet_id", name=op.f("pk_look_span")),
    )
    of_outlet, key = _outlet("gap")
    op.create_table(
        "gap",
        of_outlet,
        sa.Column("since", _INSTANT, nullable=False, comment="a look, by a clock that was not off"),
        sa.Column("until", _INSTANT, nullable=False, comment="the next, more than a day later"),
        key,
        sa.PrimaryKeyConstraint("outlet_id", "since", name=op.f("pk_gap")),
        sqlite_with_rowid=False,
    )


# --- counted by triggers: what they count changes in many places, and no writer may forget one ------------------------


def _ledger(outlet: str, name: str, state: str, more: str, source: str = "") -> str:
    """A statement that counts so many more in a state."""
    rows = f"SELECT {outlet}, '{name}', {state}, {more} {source or 'WHERE true'}"
    changed = "number = ledger.number + excluded.number"
    return f"INSERT INTO ledger {rows} ON CONFLICT (outlet_id, name, state) DO UPDATE SET {changed};"


def _day(first_seen: str) -> str:
    if _on_postgresql():
        return f"({first_seen} AT TIME ZONE 'UTC')::date - DATE '0001-01-01' + 1"
    return f"({first_seen} + 62135596800000000) / 86400000000 + 1"


def _new(row: str, sign: str) -> str:
    """A statement that counts a sighting on its day, or takes it off."""
    articles, edits = (f"CASE WHEN {row}.n {which} 0 THEN {sign}1 ELSE 0 END" for which in ("=", ">"))
    day = _day(f"{row}.first_seen")
    rows = f"SELECT outlet_id, {day}, {articles}, {edits} FROM article WHERE id = {row}.article_id"
    changed = "articles = new_on_day.articles + excluded.articles, edits = new_on_day.edits + excluded.edits"
    return f"INSERT INTO new_on_day {rows} ON CONFLICT (outlet_id, day) DO UPDATE SET {changed};"


_ELSEWHERE = "EXISTS (SELECT 1 FROM joined WHERE article_id = NEW.id AND into_id <> article_id)"
_GOES, _COMES = "NEW.into_id <> NEW.article_id", "OLD.into_id <> OLD.article_id"


def _of_joined(row: str, more: str) -> str:
    return _ledger("outlet_id", "articles", "life", more, f"FROM article WHERE id = {row}.article_id")


def _counting() -> tuple[tuple[str, str, str, str, str], ...]:
    """Triggers: table, name, after what, when, and what they do."""
    of_capture, of_article = ("NEW.outlet_id", "captures"), ("NEW.outlet_id", "articles")
    came = _ledger(*of_capture, "OLD.outcome", "-1") + _ledger(*of_capture, "NEW.outcome", "1")
    lives = _ledger(*of_article, "OLD.life", "-1") + _ledger(*of_article, "NEW.life", "1")
    moved = "OLD.first_seen <> NEW.first_seen"
    return (
        ("capture", "is_counted", "INSERT", "true", _ledger(*of_capture, "NEW.outcome", "1")),
        ("capture", "comes_to", "UPDATE OF outcome", "OLD.outcome <> NEW.outcome", came),
        ("article", "is_counted", "INSERT", "true", _ledger(*of_article, "NEW.life", "1")),
        ("article", "lives", "UPDATE OF life", f"OLD.life <> NEW.life AND NOT {_ELSEWHERE}", lives),
        ("joined", "goes", "INSERT", _GOES, _of_joined("NEW", "-1")),
        ("joined", "turns", "UPDATE OF into_id", f"({_GOES}) <> ({_COMES})", _of_joined("NEW", _TURNS)),
        ("joined", "comes", "DELETE", _COMES, _of_joined("OLD", "1")),
        ("sighting", "is_counted", "INSERT", "true", _new("NEW", "")),
        ("sighting", "moves", "UPDATE OF first_seen", moved, _new("OLD", "-") + _new("NEW", "")),
        ("sighting", "goes", "DELETE", "true", _new("OLD", "-")),
    )


_TURNS = f"CASE WHEN {_GOES} THEN -1 ELSE 1 END"


def _trigger(table: str, name: str, after: str, when: str, do: str) -> None:
    name = f"{table}_{name}"
    if not _on_postgresql():
        op.execute(f"CREATE TRIGGER {name} AFTER {after} ON {table} WHEN {when} BEGIN {do} END")
        return
    # There a condition may not ask other tables: it stands within.
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN {do} END IF; RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} AFTER {after} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


# --- what is there already --------------------------------------------------------------------------------------------

_OFF = "SELECT id FROM run WHERE abs(clock_ahead) > 300"
_ARTICLES = (
    "INSERT INTO ledger SELECT outlet_id, 'articles', life, count(*) FROM article WHERE NOT EXISTS (SELECT 1 FROM "
    "joined WHERE article_id = article.id AND into_id <> article_id) GROUP BY outlet_id, life"
)
_CAPTURES = (
    "INSERT INTO ledger SELECT outlet_id, 'captures', outcome, count(*) FROM capture GROUP BY outlet_id, outcome"
)
_SPANS = (
    "INSERT INTO look_span SELECT outlet_id, min(fetched_at), max(fetched_at) FROM capture "
    f"WHERE run_id NOT IN ({_OFF}) GROUP BY outlet_id"
)
_GAPS = (
    "INSERT INTO gap SELECT outlet_id, at, next FROM (SELECT outlet_id, fetched_at AS at, "
    f"lead(fetched_at) OVER (PARTITION BY outlet_id ORDER BY fetched_at) AS next FROM capture "
    f"WHERE run_id NOT IN ({_OFF})) looks WHERE next - at > {{day}}"
)


def _fill() -> None:
    for statement in (_CAPTURES, _ARTICLES, _SPANS):
        op.execute(statement)
    op.execute(_GAPS.format(day="interval '1 day'" if _on_postgresql() else "86400000000"))
    op.execute(
        f"INSERT INTO new_on_day SELECT outlet_id, {_day('first_seen')} AS day, "
        "sum(CASE WHEN n > 0 THEN 0 ELSE 1 END), sum(CASE WHEN n > 0 THEN 1 ELSE 0 END) "
        "FROM sighting JOIN article ON article.id = sighting.article_id GROUP BY outlet_id, day"
    )


_INDEXES = (
    ("ix_capture_not_shown", "capture", "outlet_id run_id verdict", "article_id IS NOT NULL AND verdict <> 1"),
    ("ix_article_away", "article", "life_since", "life <> 1"),
    ("ix_article_back", "article", "life_since", "life = 1 AND life_since > first_look_at"),
)
"""Of what is seldom: name, table, columns, which rows."""


def upgrade() -> None:
    """Make the tables, fill them, and let triggers keep the counts."""
    _tables()
    _fill()
    for name, table, columns, rows in _INDEXES:
        which = sa.text(rows)
        op.create_index(name, table, columns.split(), sqlite_where=which, postgresql_where=which)
    for one in _counting():
        _trigger(*one)


def downgrade() -> None:
    """Undo it."""
    on_postgresql = _on_postgresql()
    for table, name, *_ in _counting():
        op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{f' ON {table}' if on_postgresql else ''}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION {table}_{name}()")
    for name, of_table, *_ in _INDEXES:
        op.drop_index(name, of_table)
    for table in ("gap", "look_span", "new_on_day", "ledger"):
        op.drop_table(table)
