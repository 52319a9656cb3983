"""Is what was withdrawn by a person's word empty, and what is withheld still what it was? Names each withdrawal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from archive.models import CaptureRow, VersionRow, WithdrawnRow, WithheldRow, table_of
from archive.store import sealed, texts
from archive.store.intern import short
from archive.store.withdrawals import ledger, rows
from archive.store.withdrawals.emptied import COLUMNS, DIGESTS, emptied, no_digest
from archive.store.withdrawals.ledger import DONE, TAKEN_BACK, Kept, Withdrawal
from archive.verify.finding import Finding
from archive.wording import counted

__all__ = ["PARTS"]

_WITHHELD, _WITHDRAWN = table_of(WithheldRow), table_of(WithdrawnRow)


def _named(connection: Connection) -> Iterator[Finding]:
    """What is withheld or gone by a person's word is lawful, and named."""
    for one in ledger.all_of(connection):
        if one.state == TAKEN_BACK:
            continue
        word = "withheld" if one.kind == "withhold" else "expunged"
        what = f"{word} by {one.person} on {one.day}: {one.reason}"
        if one.state != DONE:
            what += f"; that was interrupted, and `palimpsest {one.kind}` finishes it"
        yield Finding("withdrawal", one.target, what + _since(connection, one), damage=False)


def _since(connection: Connection, one: Withdrawal) -> str:
    """What came in since that is not withdrawn, in words."""
    keys = select(_WITHDRAWN.c.key)
    articles, versions = (
        keys.where(_WITHDRAWN.c.withdrawal_id == one.id, _WITHDRAWN.c.name == name) for name in ("article", "version")
    )
    gone = {name: keys.where(_WITHDRAWN.c.name == name) for name in ("version", "capture")}
    came = {
        "version": (VersionRow.article_id.in_(articles), VersionRow.id.not_in(gone["version"])),
        "look": (CaptureRow.version_id.in_(versions), CaptureRow.id.not_in(gone["capture"])),
    }
    found = []
    for what, where in came.items():
        of = VersionRow if what == "version" else CaptureRow
        if many := connection.execute(select(func.count()).select_from(of).where(*where)).scalar_one():
            found.append(counted(many, what))
    return f"; {' and '.join(found)} came in since: the same again takes them along" if found else ""


def _empty(connection: Connection) -> Iterator[Finding]:
    """Rows that were withdrawn say what stands in the place of words, and nothing else."""
    with_digests = rows.keeps_digests(connection)
    for name in COLUMNS:
        table = sealed.table(name)
        for (key, _), kept in ledger.kept(connection, name).items():
            if kept.by.state != DONE:
                continue
            row = connection.execute(select(table).where(table.c.id == key)).mappings().first()
            wanted = emptied(name, {**row}, kept.by.said) if row else {}
            if kept.by.kind == "expunge" and name in DIGESTS and not with_digests:
                wanted["digest"] = no_digest(key)
            if row is None or any(row[column] != value for column, value in wanted.items()):
                yield Finding("withdrawal", f"{name} {key}", f"was withdrawn, and is not empty ({kept.by.target})")


def _withheld(connection: Connection) -> Iterator[Finding]:
    """What is kept aside is what the rows said."""
    withheld = {
        (name, key): one
        for name in COLUMNS
        for (key, _), one in ledger.kept(connection, name).items()
        if one.by.kind == "withhold"
    }
    aside = {(row.name, row.key): row for row in connection.execute(select(_WITHHELD))}
    for at in sorted(withheld.keys() | aside.keys()):
        row, kept = aside.get(at), withheld.get(at)
        where = f"{at[0]} {at[1]}"
        if kept is None:
            yield Finding("withdrawal", where, "is kept aside, and nobody had it withheld")
        elif row is None:
            if kept.by.state == DONE:
                yield Finding("withdrawal", where, "was withheld, and what it said is gone")
        elif not _says(connection, row, kept):
            yield Finding("withdrawal", where, "what is kept aside is not what was withheld")


def _says(connection: Connection, row: Any, kept: Kept) -> bool:
    """Whether words that are kept aside give the digest that seals have of their row."""
    table = sealed.table(row.name)
    stands = connection.execute(select(table).where(table.c.id == row.key)).mappings().one()
    try:
        said = {**stands, **json.loads(row.words)}
        if row.name in _TOLD_BY and _TOLD_BY[row.name](said) != stands["digest"]:
            return False
    except (ValueError, TypeError, KeyError):
        return False
    statement = sealed.rows(row.name, connection.dialect.name).where(table.c.id == row.key)
    (sealed_row,) = connection.execute(statement).all()
    told = [said.get(column, value) for column, value in zip(sealed.COVERED[row.name], sealed_row, strict=False)]
    return sealed.digest((row.name, *told, *sealed_row[len(told) :])) == kept.digest


_TOLD_BY: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "text": texts.digest,
    "circumstances": lambda said: short(said["document"]),
    "furniture": lambda said: short(said["text"]),
}

PARTS = (_named, _empty, _withheld)
