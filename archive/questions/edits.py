"""Edits: the passages from one version to the next, and what changed in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import aliased

from archive import diff
from archive.errors import NotFound
from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow, VersionTextRow
from archive.questions.articles import Article, history, main_address, version_name

__all__ = ["Edit", "between", "edits"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage. It happened after `not_before` (the last look at the old) and by `not_after` (the first look at the
    new, also `seen_at`). `headline` is the new version's."""

    url: str
    article: str
    outlet: str
    old: str
    new: str
    not_before: datetime
    not_after: datetime
    seen_at: datetime
    changed: tuple[str, ...]
    headline: str


_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_NEW_VERSION, _OLD_VERSION = aliased(VersionRow), aliased(VersionRow)
_PASSAGES = (
    select(
        main_address().scalar_subquery().label("url"),
        OutletRow.name.label("outlet"),
        ArticleRow.key,
        _OLD.version_id.label("old"),
        _NEW.version_id.label("new"),
        _OLD_VERSION.digest.label("old_digest"),
        _NEW_VERSION.digest.label("new_digest"),
        _OLD.last_seen.label("not_before"),
        _NEW.first_seen.label("not_after"),
        TextRow.headline,
    )
    .select_from(_NEW)
    .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
    .join(_NEW_VERSION, _NEW_VERSION.id == _NEW.version_id)
    .join(_OLD_VERSION, _OLD_VERSION.id == _OLD.version_id)
    .join(TextRow, TextRow.id == _NEW_VERSION.text_id)
    .join(ArticleRow, ArticleRow.id == _NEW.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .order_by(_NEW.first_seen, OutletRow.name, ArticleRow.key, _NEW.n)
)


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


def edits(
    connection: Connection,
    outlet: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Edit]:
    """All edits seen in [since, until), in order of time. Raises NotFound for an outlet the archive does not know."""
    statement = _PASSAGES
    if outlet:
        if connection.execute(select(func.count()).where(OutletRow.name == outlet)).scalar() == 0:
            raise NotFound(f"the archive knows no outlet {outlet!r}: `palimpsest status` lists those it does")
        statement = statement.where(OutletRow.name == outlet)
    if since:
        statement = statement.where(_NEW.first_seen >= since)
    if until:
        statement = statement.where(_NEW.first_seen < until)
    for row in connection.execute(statement):
        before, after = texts_of(connection, row.old, row.new)
        article = f"{row.outlet}:{row.key}"
        yield Edit(
            url=row.url,
            article=article,
            outlet=row.outlet,
            old=version_name(article, row.old_digest),
            new=version_name(article, row.new_digest),
            not_before=row.not_before,
            not_after=row.not_after,
            seen_at=row.not_after,
            changed=tuple(diff.changed_fields(before, after)),
            headline=row.headline,
        )


@dataclass(frozen=True, slots=True)
class Between:
    """Two versions of an article side by side."""

    article: str
    old: str
    new: str
    changed: tuple[str, ...]
    paragraphs: tuple[diff.Paragraph, ...]


def between(connection: Connection, article: Article, old: int | None = None, new: int | None = None) -> Between:
    """Two versions by their numbers; without numbers the last two. Raises NotFound."""
    lines = {line.number: line for line in history(connection, article)}
    if len(lines) < 2:
        raise NotFound(f"{article.name} has {len(lines)} version: there is nothing to compare it with")
    numbers = (old or max(lines) - 1, new or max(lines))
    for number in numbers:
        if number not in lines:
            raise NotFound(f"{article.name} has no version number {number}; it has 1 to {max(lines)}")
    of = select(VersionRow.id).where(VersionRow.article_id == article.id)
    before, after = (connection.execute(of.where(VersionRow.number == number)).scalar_one() for number in numbers)
    texts = texts_of(connection, before, after)
    fields = [diff.editorial(text) for text in texts]
    paragraphs = [one for name in fields[0] for one in diff.compare(name, fields[0][name], fields[1][name])]
    return Between(
        article=article.name,
        old=lines[numbers[0]].version,
        new=lines[numbers[1]].version,
        changed=tuple(diff.changed_fields(*texts)),
        paragraphs=tuple(paragraphs),
    )
