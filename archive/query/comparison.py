"""Two versions of an article side by side, read by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import aliased

from archive import diff
from archive.errors import NotFound
from archive.models import SightingRow, TextRow, VersionRow, VersionTextRow
from archive.query.articles import Article, VersionLine, history

__all__ = ["Between", "between", "compared", "texts_of"]


_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_COMPARED = (
    select(_NEW.compared_id)
    .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
    .where(_NEW.version_id == bindparam("after"), _OLD.version_id == bindparam("before"))
    .where(_NEW.compared_id.is_not(None))
    .order_by(_NEW.n)
    .limit(1)
)
"""The reading of a version that the one which followed it is compared with, where that is not its own."""


def texts_of(connection: Connection, old: int, new: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The texts of two versions at a revision both were read at, so that our own changes are not edits: those that are
    shown where they share one, else those of the newest they share.

    Where they share none (bytes were missing when the rules changed), those that are shown."""
    before, after = aliased(VersionTextRow), aliased(VersionTextRow)
    shown = {
        row.id: row.text_id
        for row in connection.execute(select(VersionRow.id, VersionRow.text_id).where(VersionRow.id.in_((old, new))))
    }
    shared = (
        select(before.text_id, after.text_id)
        .join(after, and_(after.version_id == new, after.revision_id == before.revision_id))
        .where(before.version_id == old)
        .order_by(before.revision_id.desc())
    )
    pairs: list[tuple[int, int]] = [(row[0], row[1]) for row in connection.execute(shared)]
    pair = shown[old], shown[new]
    if pairs and pair not in pairs:
        pair = pairs[0]
    return _text(connection, pair[0]), _text(connection, pair[1])


def _text(connection: Connection, text_id: int) -> Mapping[str, Any]:
    found = connection.execute(select(TextRow).where(TextRow.id == text_id)).mappings().one()
    return {str(key): value for key, value in found.items()}


@dataclass(frozen=True, slots=True)
class Between:
    """Two versions of an article side by side."""

    article: str
    old: str
    new: str
    changed: tuple[str, ...]
    paragraphs: tuple[diff.Paragraph, ...]


def _pair(connection: Connection, article: Article, old: int | None, new: int | None) -> tuple[VersionLine, ...]:
    lines = {line.number: line for line in history(connection, article)}
    if len(lines) < 2:
        raise NotFound(f"{article.name} has {len(lines)} version: there is nothing to compare it with")
    numbers = (max(lines) - 1 if old is None else old, max(lines) if new is None else new)
    for number in numbers:
        if number not in lines:
            raise NotFound(f"{article.name} has no version number {number}; it has 1 to {max(lines)}")
    return tuple(lines[number] for number in numbers)


def compared(
    connection: Connection, article: Article, old: int | None = None, new: int | None = None
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The texts of two versions by their numbers; without numbers the last two. Raises NotFound."""
    of = select(VersionRow.id).where(VersionRow.article_id == article.id)
    numbers = [line.number for line in _pair(connection, article, old, new)]
    before, after = (connection.execute(of.where(VersionRow.number == number)).scalar_one() for number in numbers)
    compared = connection.execute(_COMPARED, {"before": before, "after": after}).scalar()
    return texts_of(connection, compared or before, after)


def between(connection: Connection, article: Article, old: int | None = None, new: int | None = None) -> Between:
    """Two versions by their numbers; without numbers the last two. Raises NotFound."""
    older, newer = _pair(connection, article, old, new)
    texts = compared(connection, article, older.number, newer.number)
    fields = [diff.editorial(text) for text in texts]
    paragraphs = [one for name in fields[0] for one in diff.compare(name, fields[0][name], fields[1][name])]
    return Between(
        article=article.name,
        old=older.version,
        new=newer.version,
        changed=tuple(diff.changed_fields(*texts)),
        paragraphs=tuple(paragraphs),
    )
