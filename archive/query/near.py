"""Near copies as they are stored: pairs of articles that share text, and what hangs together by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, union_all
from sqlalchemy.orm import aliased

from archive.copies.clusters import components
from archive.models import ArticleRow, CopyRow, VersionRow

__all__ = ["Near", "around", "copied_from", "pairs", "stories"]

_AT_ONCE = 500
_A, _B = aliased(VersionRow), aliased(VersionRow)


@dataclass(frozen=True, slots=True)
class Near:
    """Two articles and the versions of theirs that share most, by their integers (and numbers). `similarity` is the
    Jaccard of their shingles, `inside` the share of the article's that stands in the other, `holds` of the other's in
    the article; `quotation`: a quotation is all they share, which is no copy; `exact`: the bodies are the same."""

    article: int
    version: int
    number: int
    other: int
    other_version: int
    other_number: int
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
            number=self.other_number,
            other=self.article,
            other_version=self.version,
            other_number=self.number,
            similarity=self.similarity,
            inside=self.holds,
            holds=self.inside,
            quotation=self.quotation,
            exact=self.exact,
        )


def pairs(
    connection: Connection, similarity: float, *where: ColumnElement[bool], quotations: bool = False
) -> Iterator[Near]:
    """The pairs of at least that similarity (0: every one that counts), each once, in no order."""
    union = CopyRow.size_a + CopyRow.size_b - CopyRow.shared
    wanted = [CopyRow.shared >= similarity * union, *where]
    if not quotations:
        wanted.append(~CopyRow.quotation)
    statement = (
        select(CopyRow.__table__, _A.number.label("number_a"), _B.number.label("number_b"))
        .add_columns((_A.body == _B.body).label("exact"))
        .join(_A, _A.id == CopyRow.version_a_id)
        .join(_B, _B.id == CopyRow.version_b_id)
        .where(*wanted)
    )
    for row in connection.execute(statement):
        yield _near(row)


def _near(row: Any) -> Near:
    return Near(
        article=row.article_a_id,
        version=row.version_a_id,
        number=row.number_a,
        other=row.article_b_id,
        other_version=row.version_b_id,
        other_number=row.number_b,
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


def copied_from(outlets: Sequence[int], similarity: float) -> Any:
    """The versions that are near copies of texts of these outlets, as a statement."""
    theirs = select(ArticleRow.id).where(ArticleRow.outlet_id.in_(outlets))
    close = CopyRow.shared >= similarity * (CopyRow.size_a + CopyRow.size_b - CopyRow.shared), ~CopyRow.quotation
    return union_all(
        select(CopyRow.version_b_id).where(CopyRow.article_a_id.in_(theirs), *close),
        select(CopyRow.version_a_id).where(CopyRow.article_b_id.in_(theirs), *close),
    )


def stories(connection: Connection, similarity: float) -> Iterator[list[int]]:
    """What hangs together by pairs of at least that similarity, in no order: of each article the first of its versions
    that takes part, as their integers."""
    first: dict[int, tuple[int, int]] = {}
    joined = []
    for one in pairs(connection, similarity):
        joined.append((one.article, one.other))
        for side in (one, one.turned):
            part = side.number, side.version
            first[side.article] = min(part, first.get(side.article, part))
    for members in components(joined):
        yield [first[article][1] for article in members]
