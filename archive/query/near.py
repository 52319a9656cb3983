"""Near copies as they are stored: pairs of articles that share text, and what hangs together by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from archive.models import CopyRow, VersionRow

__all__ = ["Near", "around", "pairs", "stories"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Near:
    """Two articles and the versions of theirs that share most, by their integers. `similarity` is the Jaccard of their
    shingles, `inside` the share of the article's that stands in the other, `holds` of the other's in the article;
    `quotation`: a quotation is all they share, which is no copy; `exact`: the bodies are the same, word for word."""

    article: int
    version: int
    other: int
    other_version: int
    similarity: float
    inside: float
    holds: float
    quotation: bool
    exact: bool

    @property
    def turned(self) -> Near:
        """The same, told of the other."""
        return Near(
            article=self.other,
            version=self.other_version,
            other=self.article,
            other_version=self.version,
            similarity=self.similarity,
            inside=self.holds,
            holds=self.inside,
            quotation=self.quotation,
            exact=self.exact,
        )


def pairs(
    connection: Connection, similarity: float, *where: ColumnElement[bool], quotations: bool = False
) -> Iterator[Near]:
    """The pairs of at least that similarity (0: every one that counts), each once, by integers."""
    union = CopyRow.size_a + CopyRow.size_b - CopyRow.shared
    wanted = [CopyRow.shared >= similarity * union, *where]
    if not quotations:
        wanted.append(~CopyRow.quotation)
    bodies = (
        select(VersionRow.body).where(VersionRow.id == side) for side in (CopyRow.version_a_id, CopyRow.version_b_id)
    )
    body_a, body_b = (one.scalar_subquery() for one in bodies)
    statement = select(CopyRow.__table__, (body_a == body_b).label("exact")).where(*wanted)
    for row in connection.execute(statement.order_by(CopyRow.article_a_id, CopyRow.article_b_id)):
        yield _near(row)


def _near(row: Any) -> Near:
    return Near(
        article=row.article_a_id,
        version=row.version_a_id,
        other=row.article_b_id,
        other_version=row.version_b_id,
        similarity=row.shared / (row.size_a + row.size_b - row.shared),
        inside=row.shared / row.size_a,
        holds=row.shared / row.size_b,
        quotation=row.quotation,
        exact=bool(row.exact),
    )


def around(
    connection: Connection, articles: Iterable[int], similarity: float, *, quotations: bool = False
) -> Iterator[Near]:
    """The pairs of these articles, told of each of them."""
    wanted = sorted(set(articles))
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        either = or_(CopyRow.article_a_id.in_(some), CopyRow.article_b_id.in_(some))
        for one in pairs(connection, similarity, either, quotations=quotations):
            yield from (side for side in (one, one.turned) if side.article in some)


def stories(connection: Connection, similarity: float) -> Iterator[dict[int, int]]:
    """What hangs together by pairs of at least that similarity: by article the earliest of its versions in them, as
    their integers are in order."""
    from archive.copies.clusters import components

    found: dict[int, int] = {}
    joined = []
    for one in pairs(connection, similarity):
        joined.append((one.article, one.other))
        for article, version in ((one.article, one.version), (one.other, one.other_version)):
            found[article] = min(version, found.get(article, version))
    for members in components(joined):
        yield {article: found[article] for article in members}
