"""What a person decides of what the archive holds, on record: nothing is taken away, and the last word is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select

from archive.db import writing
from archive.errors import NotFound
from archive.models import ArticleRow, CaptureRow, DecisionRow, OutletRow, VersionRow, table_of
from archive.records import DecisionKind
from archive.store import folding
from archive.store.batch import Later
from archive.store.derived import DERIVED

__all__ = ["Word", "release", "strike"]

_ADD = insert(table_of(DecisionRow))
_VERSIONS = (
    select(VersionRow.digest, ArticleRow.id, ArticleRow.outlet_id)
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .where(OutletRow.name == bindparam("outlet"), ArticleRow.key == bindparam("key"))
)


@dataclass(frozen=True, slots=True)
class Word:
    """Who decides, why, and when."""

    person: str
    reason: str
    at: datetime


def strike(engine: Engine, edits: Iterable[tuple[str, str]], word: Word, *, back: bool = False) -> int:
    """Strike edits (each by the public ids of its older and its newer version), or with `back` let them count again;
    how many. Raises NotFound."""
    kind = DecisionKind.RESTORED if back else DecisionKind.STRUCK
    with writing(engine) as connection:
        rows = [_edit(connection, old, new) | _row(kind, word) for old, new in edits]
        if rows:
            connection.execute(_ADD, rows)
    return len(rows)


def release(engine: Engine, outlet: str, word: Word) -> None:
    """Let the looks at an outlet up to now be believed as if its brake had never been on. Raises NotFound."""
    with writing(engine) as connection:
        known = connection.execute(select(OutletRow.id).where(OutletRow.name == outlet)).scalar()
        if known is None:
            raise NotFound(f"the archive knows no outlet {outlet!r}: `palimpsest status` lists those it has")
        none = {"article_id": None, "old_digest": None, "new_digest": None}
        connection.execute(_ADD, {"outlet_id": known, **none, **_row(DecisionKind.RELEASED, word)})
        first = select(func.min(CaptureRow.fetched_at)).where(CaptureRow.outlet_id == known)
        since = connection.execute(first).scalar()
        articles = folding.settle(connection, Later(connection), known, since) if since else set()
        for derived in DERIVED:
            derived.grouped(connection, articles)


def _row(kind: DecisionKind, word: Word) -> dict[str, Any]:
    return {"kind": kind, "at": word.at, "person": word.person, "reason": word.reason}


def _edit(connection: Connection, old: str, new: str) -> dict[str, Any]:
    article, _, _ = new.partition("@")
    outlet, _, key = article.partition(":")
    rows = connection.execute(_VERSIONS, {"outlet": outlet, "key": key}).all()
    found = {f"{article}@{row.digest.hex()[:12]}": row for row in rows}
    for name in (old, new):
        if name not in found:
            raise NotFound(f"the archive has no version {name!r}: `palimpsest history {article}` lists them")
    digests = {"old_digest": found[old].digest, "new_digest": found[new].digest}
    return {"outlet_id": found[new].outlet_id, "article_id": found[new].id, **digests}
