"""Are the stored texts what was read, the public ids theirs?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select, text

from archive import page_words, urls
from archive.models import (
    AddressRow,
    Base,
    CaptureRow,
    CircumstancesRow,
    FurnitureRow,
    LostWordsRow,
    PageWordsRow,
    RemovalRow,
    RemovalSetRow,
    RuleRow,
    TextRow,
    VersionRow,
    VersionTextRow,
)
from archive.store import texts
from archive.store.intern import short
from archive.store.withdrawals import ledger
from archive.verify.finding import MANY, Finding
from archive.wording import counted

__all__ = ["PARTS"]


def _database(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        yield from _orphans(connection)
        return
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Finding("database", "SQLite", str(row[0]))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding("row", f"{row[0]} {row[1]}", f"points to a row of {row[2]} that is not there")


def _orphans(connection: Connection) -> Iterator[Finding]:
    """PostgreSQL holds its foreign keys by triggers, which somebody may have turned off."""
    for table in Base.metadata.sorted_tables:
        for key in (key for column in table.c for key in column.foreign_keys):
            of = key.column.table.alias("meant")
            there = exists().where(of.c[key.column.name] == key.parent)
            lost = select(func.count()).select_from(table).where(key.parent.is_not(None), ~there)
            if count := connection.execute(lost).scalar():
                where = f"to a row of {key.column.table.name} that is not there"
                yield Finding("row", table.name, f"{counted(count, 'row')} point by {key.parent.name} {where}")


def _texts(connection: Connection) -> Iterator[Finding]:
    gone = ledger.kept(connection, "text")
    with connection.execute(select(TextRow), execution_options=MANY) as rows:
        for row in rows.mappings():
            if (row["id"], 0) not in gone and texts.digest({str(key): value for key, value in row.items()}) != row[
                "digest"
            ]:
                yield Finding("text", f"text {row['id']}", f"is not what was read: {str(row['headline'])[:80]}")


def _page_words(connection: Connection) -> Iterator[Finding]:
    """What pages showed around the texts can be unpacked, and is of a version as it was read."""
    read = VersionTextRow.version_id == PageWordsRow.version_id, VersionTextRow.revision_id == PageWordsRow.revision_id
    statement = (
        select(PageWordsRow.version_id, PageWordsRow.packed, TextRow)
        .join(VersionTextRow, and_(*read), isouter=True)
        .join(TextRow, TextRow.id == VersionTextRow.text_id, isouter=True)
    )
    gone = ledger.kept(connection, "text")
    with connection.execute(statement, execution_options=MANY) as rows:
        for row in rows.mappings():
            version = f"version {row['version_id']}"
            if (row["id"], 0) in gone:
                continue
            if row["id"] is None:
                yield Finding("text", version, "what its page showed is of a revision that did not read it")
                continue
            try:
                page_words.unpack(row["packed"], {str(key): value for key, value in row.items()})
            except ValueError as problem:
                yield Finding("text", version, str(problem))


def _lost_words(connection: Connection) -> Iterator[Finding]:
    """A look that lost words of a version is one at the article of that version."""
    statement = (
        select(LostWordsRow.capture_id)
        .join(CaptureRow, CaptureRow.id == LostWordsRow.capture_id)
        .join(VersionRow, VersionRow.id == LostWordsRow.version_id)
        .where(CaptureRow.article_id.is_distinct_from(VersionRow.article_id))
    )
    with connection.execute(statement, execution_options=MANY) as rows:
        for row in rows:
            yield Finding("text", f"capture {row.capture_id}", "has lost words of a version of another article")


def _small_texts(connection: Connection) -> Iterator[Finding]:
    checks: tuple[tuple[str, Any, Any, Callable[[str], bytes]], ...] = (
        ("address", AddressRow.digest, AddressRow.url, urls.digest),
        ("furniture", FurnitureRow.digest, FurnitureRow.text, short),
        ("circumstances", CircumstancesRow.digest, CircumstancesRow.document, short),
    )
    for name, digest, words, made in checks:
        gone = ledger.kept(connection, name)
        with connection.execute(select(digest, words, digest.class_.id), execution_options=MANY) as rows:
            for row in rows:
                if (row[2], 0) not in gone and made(row[1]) != row[0]:
                    yield Finding("text", name, f"is not what was stored: {row[1][:80]}")
    yield from _removals(connection)


def _removals(connection: Connection) -> Iterator[Finding]:
    statement = (
        select(RemovalSetRow.id, RemovalSetRow.digest, RemovalRow.n, RuleRow.name, FurnitureRow.text)
        .join(RemovalRow, RemovalRow.set_id == RemovalSetRow.id, isouter=True)
        .join(RuleRow, RuleRow.id == RemovalRow.rule_id, isouter=True)
        .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id, isouter=True)
        .order_by(RemovalSetRow.id, RemovalRow.n)
    )
    gone = ledger.kept(connection, "removal_set")
    with connection.execute(statement, execution_options=MANY) as rows:
        for (set_id, digest), group in groupby(rows, key=lambda row: (row.id, row.digest)):
            members = [(row.n, [row.name, row.text]) for row in group]
            same = short(json.dumps([removed for _, removed in members], ensure_ascii=False)) == digest
            if (not same and (set_id, 0) not in gone) or [n for n, _ in members] != [*range(len(members))]:
                yield Finding("text", f"removal set {set_id}", "is not the set of removed blocks that was stored")


def _public_ids(connection: Connection) -> Iterator[Finding]:
    """A version's public id is the fingerprint of one of its texts."""
    of = (VersionTextRow.version_id == VersionRow.id, VersionTextRow.text_id == TextRow.id)
    its_own = exists().where(*of, TextRow.fingerprint == VersionRow.digest)
    strange = select(VersionRow.id, VersionRow.digest).where(~its_own)
    with connection.execute(strange, execution_options=MANY) as rows:
        for row in rows:
            what = f"{row.digest.hex()[:12]} is the fingerprint of none of its texts"
            yield Finding("version", f"version {row.id}", what)


PARTS = (_database, _texts, _page_words, _lost_words, _small_texts, _public_ids)
