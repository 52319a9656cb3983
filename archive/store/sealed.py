"""What a seal covers, as rows: which tables, which columns of them, and the digest of each row.

A seal covers whatever the archive holds by then that no seal before it does. A row is told by its columns in a fixed
order; of those that may change, by what they said first. Every later change is a row of `journal`, written by triggers
of the database, and covered like any other. `docs/seals.md` writes it down for whoever wants to compute it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Select,
    Table,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy import Text as SqlText

from archive import text
from archive.models import Base, Instant, JournalRow, table_of

__all__ = ["CHANGING", "COVERED", "Covered", "digest", "entries", "over", "plain", "rows", "said", "table", "upto"]

FORMAT = 2
"""Of the seals that are made today. Other columns below are another format; what was sealed is checked by its own."""

COVERED: Mapping[str, Sequence[str]] = {
    name: columns.split()
    for name, columns in {
        "address": "id digest",
        "article": "id outlet_id key",
        "attempt": "id run_id outlet_id address_id at word reason_id",
        "capture": (
            "id uid run_id outlet_id address_id final_address_id fetched_at status source time_basis vantage_id "
            "verdict reason_id warc_file_id warc_offset warc_length digest revisit_of_id size circumstances_id "
            "removals_id"
        ),
        "circumstances": "id digest",
        "decision": "id kind outlet_id article_id old_digest new_digest at person reason",
        "discovery": "id outlet_id address_id found_in_id found_at title published modified",
        "domain_change": "id outlet_id host since mirror added at",
        "furniture": "id digest",
        "hop": "capture_id n address_id status warc_file_id warc_offset warc_length digest",
        "journal": "id name key other was now",
        "learnt": "id outlet_id number kept_at kept_by looks rules",
        "outlet": "id name family title country languages timezone controlled_by",
        "reason": "id text",
        "removal_set": "id digest",
        "revision": "id name",
        "rule": "id name kind",
        "run": "id name kind started_at program settings_digest outlets_digest",
        "stamp": "id run_id authority stated_at digest",
        "text": "id run_id fingerprint digest",
        "vantage": "id name",
        "version": "id article_id digest body",
        "warc_file": "id run_id name",
        "withdrawal": "id kind target at person reason",
        "withdrawn": "id withdrawal_id name key other digest",
    }.items()
}
"""The columns by which a row is told; the first is what rows are counted by."""

CHANGING: Mapping[str, Sequence[str]] = {
    name: columns.split()
    for name, columns in {
        "address": "canonical",
        "article_address": "",
        "capture": "article_id version_id awaits",
        "discovery": "state attempts next_at",
        "domain": "outlet_id host since until mirror",
        "doubt": "reason_id",
        "joined": "into_id keyed_at",
        "outlet": "schedule",
        "part": "uid",
        "version": "merged_into_id",
        "version_text": "text_id capture_id",
        "warc_file": "size digest",
        "withdrawal": "state",
    }.items()
}
"""The columns that may change, and of which `journal` has every change. Rows of a table that is not in `COVERED` are in
the journal from their first."""

_JOURNAL = table_of(JournalRow)


def table(name: str) -> Table:
    """A table of ours."""
    return Base.metadata.tables[name]


# --- rows -------------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A value as JSON has it: bytes in lower-case hexadecimal, times in ISO 8601 with microseconds where there are any,
    words of closed lists as words."""
    if isinstance(value, bytes):
        return value.hex()
    return text.iso(value) if isinstance(value, datetime) else value


def digest(values: Sequence[Any]) -> bytes:
    """SHA-256 of values as JSON without spaces, UTF-8."""
    made = json.dumps([plain(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(made.encode(errors="surrogatepass")).digest()


def _as_text(column: Any, dialect: str) -> ColumnElement[str]:
    """A column as the journal's triggers write it."""
    on_postgresql, kind = dialect == "postgresql", column.type
    if isinstance(kind, LargeBinary):
        column = func.encode(column, "hex") if on_postgresql else func.lower(func.hex(column))
    elif isinstance(kind, Instant) and on_postgresql:
        column = cast(func.extract("epoch", column) * 1_000_000, BigInteger)
    elif isinstance(kind, Boolean):
        column = cast(column, Integer)
    return func.coalesce(cast(column, SqlText), "")


def said(name: str, dialect: str) -> ColumnElement[str]:
    """What the columns of a row that may change say, a space between: as the journal has it."""
    made: ColumnElement[str] | None = None
    for column in CHANGING[name]:
        one = _as_text(table(name).c[column], dialect)
        made = one if made is None else made + " " + one
    return literal("") if made is None else made


def entries(name: str, after: int = 0) -> Select[Any]:
    """The journal of a table behind an entry, in order of its rows' keys, of each row the oldest first."""
    where = _JOURNAL.c.name == name, _JOURNAL.c.id > after
    return select(_JOURNAL).where(*where).order_by(_JOURNAL.c.key, _JOURNAL.c.other, _JOURNAL.c.id)


def rows(name: str, dialect: str, after: int = 0, journal: int = 0) -> Select[Any]:
    """The rows of a table that were written after its row `after`, when the journal's last entry was `journal`."""
    of = table(name)
    columns: list[Any] = [of.c[column] for column in COVERED[name]]
    statement = select(*columns).where(columns[0] > after).order_by(*of.primary_key.columns)
    if name not in CHANGING:
        return statement
    first = (
        select(func.min(_JOURNAL.c.id).label("id"))
        .where(_JOURNAL.c.name == name, _JOURNAL.c.id > journal, _JOURNAL.c.key > after)
        .group_by(_JOURNAL.c.key)
        .subquery()
    )
    was = select(_JOURNAL.c.key, _JOURNAL.c.was).join(first, first.c.id == _JOURNAL.c.id).subquery()
    return statement.join(was, was.c.key == of.c.id, isouter=True).add_columns(
        func.coalesce(was.c.was, said(name, dialect))
    )


# --- what a seal covers of a table ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Covered:
    """What a seal covers of a table: its rows up to that one, and SHA-256 over their digests, in order."""

    table: str
    upto: int
    digest: bytes


_NONE: Mapping[int, bytes] = {}


def over(name: str, rows: Iterable[Sequence[Any]], instead: Mapping[int, bytes] = _NONE) -> bytes:
    """SHA-256 over the digests of these rows of a table, in order. What was withdrawn has a digest `instead`, by the
    row's integer."""
    made = hashlib.sha256()
    for row in rows:
        made.update(instead.get(row[0]) or digest((name, *row)))
    return made.digest()


def upto(connection: Connection, before: Mapping[str, int]) -> Iterator[Covered]:
    """What there is now behind the rows `before`, by table: what a seal made now covers. Memory does not grow."""
    for name in COVERED:
        after = before.get(name, 0)
        last = connection.execute(select(func.max(table(name).c[COVERED[name][0]]))).scalar() or 0
        if last > after:
            statement = rows(name, connection.dialect.name, after, before.get("journal", 0))
            made = over(name, connection.execute(statement, execution_options={"yield_per": 1000}))
            yield Covered(name, last, made)
