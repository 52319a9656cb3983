"""Rows without their words, and all that is derived of them; and the words put back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, or_, select, update

from archive.models import (
    CaptureRow,
    EditKindRow,
    PageWordsRow,
    RunRow,
    VersionRow,
    WithheldRow,
    table_of,
)
from archive.store import folding, sealed, versions
from archive.store.batch import Later
from archive.store.derived import DERIVED, references
from archive.store.likeness import Likeness
from archive.store.texts import Said
from archive.store.withdrawals import ledger
from archive.store.withdrawals.emptied import COLUMNS, DIGESTS, emptied, no_digest
from archive.store.withdrawals.ledger import Withdrawal

__all__ = ["empty", "keeps_digests", "restore"]

_VERSION, _CAPTURE, _KIND = table_of(VersionRow), table_of(CaptureRow), table_of(EditKindRow)
_WITHHELD = table_of(WithheldRow)
_SHOWING = select(_VERSION.c.id, _VERSION.c.article_id).where(_VERSION.c.text_id == bindparam("text"))


def keeps_digests(connection: Connection) -> bool:
    """Whether seals of the first format stand in the chain: these are made of the digests themselves."""
    older = exists().where(RunRow.seal.is_not(None), RunRow.seal_format.is_(None))
    return bool(connection.execute(select(older)).scalar())


def empty(connection: Connection, withdrawal: Withdrawal) -> None:
    """Empty the rows of a withdrawal, once or again. Words that are withheld are kept aside; others are gone."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    rows = list(ledger.rows_of(connection, withdrawal.id))
    going = set(ledger.named(rows, "version"))
    articles = _articles(connection, rows)
    if withdrawal.kind == "expunge":
        for article in sorted(articles):
            _fold_together(connection, article, going)
        for version in sorted(going):
            connection.execute(delete(PageWordsRow).where(PageWordsRow.version_id == version))
    no_digests = withdrawal.kind == "expunge" and not keeps_digests(connection)
    for name in COLUMNS:
        for key in ledger.named(rows, name):
            _put(connection, withdrawal, name, key, no_digests=no_digests)
    _follow(connection, articles, ledger.named(rows, "text"))


def restore(connection: Connection, withdrawal: Withdrawal) -> None:
    """Put back the words of a withdrawal that were kept aside."""
    rows = list(ledger.rows_of(connection, withdrawal.id))
    for name in COLUMNS:
        for key in ledger.named(rows, name):
            here = _WITHHELD.c.name == name, _WITHHELD.c.key == key
            words = connection.execute(select(_WITHHELD.c.words).where(*here)).scalar()
            if words is not None:
                _set(connection, name, key, json.loads(words))
                connection.execute(delete(_WITHHELD).where(*here))
    _follow(connection, _articles(connection, rows), ledger.named(rows, "text"))


def _articles(connection: Connection, rows: Iterable[Any]) -> set[int]:
    """The articles whose versions or looks are concerned."""
    rows = list(rows)
    found: set[int] = set()
    for name, article, column in (
        ("version", _VERSION.c.article_id, _VERSION.c.id),
        ("capture", _CAPTURE.c.article_id, _CAPTURE.c.id),
        ("circumstances", _CAPTURE.c.article_id, _CAPTURE.c.circumstances_id),
        ("article", _CAPTURE.c.article_id, _CAPTURE.c.article_id),
    ):
        keys = ledger.named(rows, name)
        for n in range(0, len(keys), 500):
            found.update(connection.execute(select(article).where(column.in_(keys[n : n + 500]))).scalars())
    return found - {None}


def _put(connection: Connection, withdrawal: Withdrawal, name: str, key: int, *, no_digests: bool) -> None:
    """Empty a row; what it said is kept aside, or forgotten there, too."""
    table = sealed.table(name)
    row = connection.execute(select(table).where(table.c.id == key)).mappings().one()
    values = emptied(name, {**row}, withdrawal.said)
    if no_digests and name in DIGESTS:
        values["digest"] = no_digest(key)
    here = _WITHHELD.c.name == name, _WITHHELD.c.key == key
    if withdrawal.kind == "expunge":
        connection.execute(delete(_WITHHELD).where(*here))
    elif not connection.execute(select(_WITHHELD.c.key).where(*here)).first():
        words = json.dumps({column: row[column] for column in COLUMNS[name]}, ensure_ascii=False)
        connection.execute(insert(_WITHHELD).values(name=name, key=key, words=words))
    if any(row[column] != value for column, value in values.items()):
        _set(connection, name, key, values)


def _set(connection: Connection, name: str, key: int, values: Mapping[str, Any]) -> None:
    table = sealed.table(name)
    shows = connection.execute(_SHOWING, {"text": key}).all() if name == "text" else []
    before = versions.said(connection, key) if shows else None
    if values:
        connection.execute(update(table).where(table.c.id == key).values(**values))
    if before is None:
        return
    after = Said({**before.row, **values})
    for version in shows:
        versions.show(connection, version.id, key, after)
        for derived in DERIVED:
            derived.replaced(connection, version.id, before, after)


def _follow(connection: Connection, articles: set[int], texts: list[int]) -> None:
    """Let all that is derived of these texts and articles follow."""
    for n in range(0, len(texts), 500):
        some = texts[n : n + 500]
        connection.execute(delete(_KIND).where(or_(_KIND.c.before_id.in_(some), _KIND.c.after_id.in_(some))))
    later = Later(connection)
    for article in sorted(articles):
        references.anew(connection, article)
        folding.again(connection, later, article)
    later.flush()
    for derived in DERIVED:
        derived.grouped(connection, articles)


def _fold_together(connection: Connection, article: int, going: set[int]) -> None:
    """Let versions that go, and show the same words, be one: once the words are gone nobody can tell that they do, and
    an edit would come of it."""
    of = versions.load(connection, article)
    like = Likeness(connection, of)
    for one, other in combinations(sorted(going & of.public.keys(), key=lambda one: of.public[one]), 2):
        into, gone = of.standing(one), of.standing(other)
        if into != gone and (like(one, other) or like(other, one)):
            of.merged[gone] = into
            folded = update(_VERSION).where(_VERSION.c.id == gone).values(merged_into_id=into, number=None)
            connection.execute(folded)
