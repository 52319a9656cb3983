"""What the edit from one text to another comes to. Texts never change, so neither does that, but with its rules: what
folds otherwise asks for other pairs, and what is not stored is told when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select, text
from sqlalchemy.orm import aliased

from archive.models import (
    CaptureRow,
    CircumstancesRow,
    EditKindRow,
    SightingRow,
    TextRow,
    VersionRow,
    VersionTextRow,
    table_of,
)
from archive.store.derived.form import MANY, Numbered, Unlike
from archive.store.texts import Said

__all__ = ["EditKinds"]

_KIND, _TEXT = table_of(EditKindRow), table_of(TextRow)
_COLUMNS = _KIND.c.keys()
# Of other rules, or of a page that is marked otherwise now: replaced. The same words on either database.
_PUT = text(
    f"INSERT INTO edit_kind ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)}) "  # noqa: S608
    "ON CONFLICT (before_id, after_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if not name.endswith("_id"))
)

_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_AFTER, _BEFORE = aliased(VersionRow), aliased(VersionRow)
_READ_AFTER, _READ_BEFORE = aliased(VersionTextRow), aliased(VersionTextRow)
# Where what is shown of both was read at one revision, as it mostly is; else both are told of other texts.
_ALIKE = exists().where(
    _READ_BEFORE.version_id == _BEFORE.id,
    _READ_BEFORE.text_id == _BEFORE.text_id,
    _READ_AFTER.version_id == _AFTER.id,
    _READ_AFTER.text_id == _AFTER.text_id,
    _READ_AFTER.revision_id == _READ_BEFORE.revision_id,
)


def _missing(rules: int, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The edits of which nothing is stored by the rules of this number: both texts, and the page of the first look at
    the newer."""
    known = exists().where(
        _KIND.c.before_id == _BEFORE.text_id, _KIND.c.after_id == _AFTER.text_id, _KIND.c.rules == rules
    )
    return (
        select(_BEFORE.text_id.label("before"), _AFTER.text_id.label("after"), CircumstancesRow.document)
        .select_from(_NEW)
        .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
        .join(_AFTER, _AFTER.id == _NEW.version_id)
        .join(_BEFORE, _BEFORE.id == func.coalesce(_NEW.compared_id, _OLD.version_id))
        .join(CaptureRow, CaptureRow.id == _NEW.first_capture_id)
        .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
        .where(_ALIKE, ~known, *where)
        .order_by(_NEW.first_seen)
    )


class EditKinds(Numbered):
    """A row for each pair of texts that an edit leads from and to."""

    name, about, moves = "kinds", "what edits come to", True

    def grouped(self, connection: Connection, articles: Collection[int]) -> None:
        """Tell what the edits of these articles come to, where that is not stored."""
        _tell(connection, _NEW.article_id.in_(articles))

    def make(self, connection: Connection, versions: Sequence[tuple[int, Said]]) -> None:
        """Tell it of every edit that led to one of these versions."""
        _tell(connection, _NEW.version_id.in_([version for version, _ in versions]))

    def upto(self, connection: Connection) -> int | None:
        """None where it is told of every edit."""
        return None if connection.execute(_missing(_rules()).limit(1)).first() is None else 0

    def unlike_in_all(self, connection: Connection) -> Iterator[Unlike]:
        """Tells every stored one again."""
        stored = select(_KIND).where(_KIND.c.rules == _rules()).order_by(_KIND.c.after_id, _KIND.c.before_id)
        with connection.execute(stored, execution_options=MANY) as rows:
            for some in rows.mappings().partitions(_AT_ONCE):
                texts = _texts(connection, {row[side] for row in some for side in ("before_id", "after_id")})
                for row in some:
                    if dict(row) != _row(row["before_id"], row["after_id"], texts, grows=row["grows"]):
                        where = f"edit from text {row['before_id']} to {row['after_id']}"
                        yield Unlike("version", where, "does not come to what is stored")


_AT_ONCE = 200
"""Edits whose texts are held at once."""


def _rules() -> int:
    # In functions, here and below: who records no edit loads no words of any language.
    from archive.diff.summary import RULES

    return RULES


def _tell(connection: Connection, *where: ColumnElement[bool]) -> None:
    from archive.diff.liveblog import grows

    rows = connection.execute(_missing(_rules(), *where)).all()
    for n in range(0, len(rows), _AT_ONCE):
        some = rows[n : n + _AT_ONCE]
        texts = _texts(connection, {one for row in some for one in (row.before, row.after)})
        made = {}
        for row in some:
            page = json.loads(row.document or "{}")
            growing = grows(page, texts[row.after]["language"])
            made[row.before, row.after] = _row(row.before, row.after, texts, grows=growing)
        connection.execute(_PUT, list(made.values()))


def _texts(connection: Connection, ids: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    rows = connection.execute(select(_TEXT).where(_TEXT.c.id.in_(list(ids)))).mappings()
    return {row["id"]: {str(key): value for key, value in row.items()} for row in rows}


def _row(before: int, after: int, texts: Mapping[int, Mapping[str, Any]], *, grows: bool) -> dict[str, Any]:
    from archive.diff.place import place
    from archive.diff.summary import summary

    found = asdict(summary(texts[before], texts[after], grows=grows))
    kinds = " ".join(found.pop("kinds"))
    where = place(texts[before], texts[after])
    of = {"before_id": before, "after_id": after, "rules": _rules(), "grows": grows, "place": where}
    return {**of, "kinds": kinds, **found}
