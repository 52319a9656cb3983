"""The looks at an article, as questions use them: when it was first seen, and what its pages named beside its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from archive.models import ArticleRow, CaptureRow, CircumstancesRow, SightingRow
from archive.questions.question import Asked

__all__ = ["BEGAN", "pages"]

BEGAN = (
    select(SightingRow.first_seen)
    .where(SightingRow.article_id == ArticleRow.id, SightingRow.n == 0)
    .correlate(ArticleRow)
    .scalar_subquery()
)
"""When the article of a statement was first seen."""


def pages(asked: Asked, article: int) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """The circumstances an article's pages had, in order of time, from which look on."""
    statement = (
        select(CaptureRow.fetched_at, CircumstancesRow.document)
        .join(CaptureRow, CaptureRow.circumstances_id == CircumstancesRow.id)
        .where(CaptureRow.article_id == article)
        .order_by(CaptureRow.fetched_at, CaptureRow.uid)
    )
    for document, same in groupby(asked.connection.execute(statement), key=lambda row: row.document):
        yield next(same).fetched_at, json.loads(document)
