"""Questions about the editions of a story: what stands in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from archive import urls
from archive.models import AddressRow, ArticleAddressRow, ArticleRow, OutletRow, TextRow, VersionRow
from archive.query import articles, near
from archive.query.articles import main_address
from archive.query.filters import BY_NAME, Which, narrow
from archive.questions.looks import BEGAN, pages
from archive.questions.question import Asked, Unit, question

__all__ = ["editions"]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a story: the article, what its latest text says, and how long that is."""

    article: str
    url: str
    outlet: str
    language: str
    headline: str
    description: str
    published: str
    first_seen: datetime
    paragraphs: int
    words: int


@question(11, Unit.ARTICLE, "volna-en:1")
def editions(asked: Asked, article: str, similarity: float = 1) -> Iterator[Edition]:
    """What do the editions of one story look like side by side?

    article: its id or one of its addresses, in any edition.
    similarity: least similarity of near copies, which are editions too (0.5); 1: only what pages name.

    Editions are what the article's pages name as their alternates in other languages, and what those name in turn;
    --as-of, --outlet and --lang narrow it. A translation that no page names is not found."""
    known, waiting = dict[int, Any](), [articles.find(asked.connection, article).id]
    while waiting:
        one = waiting.pop()
        if one not in known:
            known[one] = None
            waiting += _alternates(asked, one)
            if similarity < 1:
                waiting += [copy.other for copy in near.around(asked.connection, [one], similarity)]
    filters = replace(asked.filters, version=asked.filters.version or Which.LATEST)
    statement = (
        select(
            OutletRow.name,
            ArticleRow.key,
            main_address().scalar_subquery().label("url"),
            TextRow,
            VersionRow.words,
            BEGAN.label("first_seen"),
        )
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(ArticleRow.id.in_(known))
        .order_by(*BY_NAME)
    )
    for row in asked.connection.execute(narrow(statement, filters)).mappings():
        yield Edition(
            article=f"{row['name']}:{row['key']}",
            url=row["url"],
            outlet=row["name"],
            language=row["language"],
            headline=row["headline"],
            description=row["description"],
            published=row["date_published"] or row["date_published_raw"] or "",
            first_seen=row["first_seen"],
            paragraphs=len(row["block_types"].split()),
            words=row["words"],
        )


def _alternates(asked: Asked, article: int) -> list[int]:
    """The articles that stood where an article's pages say it has alternates."""
    named = {address for _, page in pages(asked, article) for address in page.get("alternates", ())}
    canonical = [urls.digest(urls.canonical(address))[:8] for address in sorted(named)]
    stood = (
        select(ArticleAddressRow.article_id)
        .join(AddressRow, AddressRow.id == ArticleAddressRow.address_id)
        .where(AddressRow.canonical.in_(canonical))
    )
    return list(asked.connection.execute(stood).scalars())
