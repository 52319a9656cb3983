"""Articles that go by several keys, because pages showed that what went by them is one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import aliased

from archive.models import ArticleRow, JoinedRow, OutletRow, TextRow, VersionRow, VersionTextRow

__all__ = ["by_key", "stands", "version"]


def stands() -> ColumnElement[bool]:
    """Whether an article is one of its own, and not another's by one of its keys."""
    elsewhere = JoinedRow.article_id == ArticleRow.id, JoinedRow.into_id != ArticleRow.id
    return ~exists().where(*elsewhere).correlate(ArticleRow)


def by_key(outlet: str, key: str) -> ScalarSelect[int]:
    """The article that goes by a key, or that what went by it was found to be."""
    of = aliased(ArticleRow)
    return (
        select(func.coalesce(JoinedRow.into_id, of.id))
        .select_from(of)
        .join(OutletRow, OutletRow.id == of.outlet_id)
        .join(JoinedRow, JoinedRow.article_id == of.id, isouter=True)
        .where(OutletRow.name == outlet, of.key == key)
        .scalar_subquery()
    )


def version(connection: Connection, article: int, begins: str) -> int | None:
    """The version of an article (its integer) that stands for one of another article, which was found to be this one;
    `begins` is how that one's digest begins."""
    theirs, says, here, said = aliased(VersionRow), aliased(VersionTextRow), aliased(VersionTextRow), aliased(TextRow)
    texts = (
        select(here.version_id, theirs.digest)
        .join(TextRow, TextRow.id == here.text_id)
        .join(said, said.fingerprint == TextRow.fingerprint)
        .join(says, says.text_id == said.id)
        .join(theirs, theirs.id == says.version_id)
        .join(JoinedRow, JoinedRow.article_id == theirs.article_id)
        .join(VersionRow, and_(VersionRow.id == here.version_id, VersionRow.article_id == JoinedRow.into_id))
        .where(JoinedRow.into_id == article)
    )
    rows = connection.execute(texts)
    return next((row.version_id for row in rows if row.digest.hex().startswith(begins)), None)
