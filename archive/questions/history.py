"""The question what versions an article has."""

from __future__ import annotations

from collections.abc import Iterable

from archive.query import articles
from archive.query.articles import VersionLine
from archive.questions.question import Asked, Unit, question

__all__ = ["history"]


@question(31, Unit.VERSION, "volna-en:1", command=True)
def history(asked: Asked, article: str) -> Iterable[VersionLine]:
    """Which versions does an article have: when was each first and last seen, how often, and on what evidence?

    article: its id (rt-fr:41739) or any of its addresses."""
    return articles.history(asked.connection, articles.find(asked.connection, article), asked.filters)
