"""Are the stored texts what was read, the public ids theirs, the seals unbroken?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, exists, select, text

from archive import page_words, urls
from archive.models import (
    AddressRow,
    CircumstancesRow,
    FurnitureRow,
    PageWordsRow,
    RemovalRow,
    RemovalSetRow,
    RuleRow,
    RunRow,
    TextRow,
    VersionRow,
    VersionTextRow,
)
from archive.store import runs, texts
from archive.store.intern import short
from archive.verify.finding import MANY, Finding

__all__ = ["PARTS"]


def _database(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL holds its foreign keys and checksums itself.
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Finding("database", "SQLite", str(row[0]))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding("row", f"{row[0]} {row[1]}", f"points to a row of {row[2]} that is not there")


def _texts(connection: Connection) -> Iterator[Finding]:
    for row in connection.execute(select(TextRow), execution_options=MANY).mappings():
        if texts.digest({str(key): value for key, value in row.items()}) != row["digest"]:
            yield Finding("text", f"text {row['id']}", f"is not what was read: {str(row['headline'])[:80]}")


def _page_words(connection: Connection) -> Iterator[Finding]:
    """What pages showed around the texts can be unpacked."""
    read = VersionTextRow.version_id == PageWordsRow.version_id, VersionTextRow.revision_id == PageWordsRow.revision_id
    statement = (
        select(PageWordsRow.version_id, PageWordsRow.packed, TextRow)
        .join(VersionTextRow, and_(*read))
        .join(TextRow, TextRow.id == VersionTextRow.text_id)
    )
    for row in connection.execute(statement, execution_options=MANY).mappings():
        try:
            page_words.unpack(row["packed"], {str(key): value for key, value in row.items()})
        except ValueError as problem:
            yield Finding("text", f"version {row['version_id']}", str(problem))


def _small_texts(connection: Connection) -> Iterator[Finding]:
    checks: tuple[tuple[str, Any, Any, Callable[[str], bytes]], ...] = (
        ("address", AddressRow.digest, AddressRow.url, urls.digest),
        ("furniture", FurnitureRow.digest, FurnitureRow.text, short),
        ("circumstances", CircumstancesRow.digest, CircumstancesRow.document, short),
    )
    for name, digest, words, made in checks:
        for row in connection.execute(select(digest, words), execution_options=MANY):
            if made(row[1]) != row[0]:
                yield Finding("text", name, f"is not what was stored: {row[1][:80]}")
    yield from _removals(connection)


def _removals(connection: Connection) -> Iterator[Finding]:
    statement = (
        select(RemovalSetRow.id, RemovalSetRow.digest, RuleRow.name, FurnitureRow.text)
        .join(RemovalRow, RemovalRow.set_id == RemovalSetRow.id)
        .join(RuleRow, RuleRow.id == RemovalRow.rule_id)
        .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id)
        .order_by(RemovalSetRow.id, RemovalRow.n)
    )
    rows = connection.execute(statement, execution_options=MANY)
    for (set_id, digest), members in groupby(rows, key=lambda row: (row.id, row.digest)):
        if short(json.dumps([[row.name, row.text] for row in members], ensure_ascii=False)) != digest:
            yield Finding("text", f"removal set {set_id}", "is not the set of removed blocks that was stored")


def _public_ids(connection: Connection) -> Iterator[Finding]:
    """A version's public id is the fingerprint of one of its texts."""
    of = (VersionTextRow.version_id == VersionRow.id, VersionTextRow.text_id == TextRow.id)
    its_own = exists().where(*of, TextRow.fingerprint == VersionRow.digest)
    for row in connection.execute(select(VersionRow.id, VersionRow.digest).where(~its_own), execution_options=MANY):
        yield Finding(
            "version", f"version {row.id}", f"{row.digest.hex()[:12]} is the fingerprint of none of its texts"
        )


def _seals(connection: Connection) -> Iterator[Finding]:
    before = b""
    sealed = select(RunRow.id, RunRow.name, RunRow.place, RunRow.seal).where(RunRow.seal.is_not(None))
    for place, row in enumerate(connection.execute(sealed.order_by(RunRow.place)).all(), 1):
        if row.place != place:
            yield Finding("seal", row.name, f"place {place} of the chain is missing")
            return
        if runs.seal(connection, row.id, before) != row.seal:
            yield Finding("seal", row.name, "broken: what this run stored is not what was sealed")
        before = row.seal or b""


PARTS = (_database, _texts, _page_words, _small_texts, _public_ids, _seals)
