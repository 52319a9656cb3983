"""Questions about one article: what versions it has, and what each look at it came to."""

from __future__ import annotations

from collections.abc import Iterable

from archive.query import articles, every_look
from archive.query.articles import VersionLine
from archive.query.every_look import Look
from archive.questions.question import Asked, Unit, question

__all__ = ["history", "looks"]


@question(31, Unit.VERSION, "volna-en:1", command=True)
def history(asked: Asked, article: str) -> Iterable[VersionLine]:
    """Which versions does an article have: when was each first and last seen, how often, and on what evidence?

    article: its id (rt-fr:41739) or any of its addresses."""
    return articles.history(asked.connection, articles.find(asked.connection, article), asked.filters)


@question(53, Unit.CAPTURE, "volna-en:1", filters=())
def looks(asked: Asked, article: str) -> Iterable[Look]:
    """How was an article looked at: when, what did each look come to, and where are its bytes?

    article: its id (rt-fr:41739) or any of its addresses.

    Also the looks that showed no article (walls, errors, pages of others) and those that are held."""
    return every_look.looks(asked.connection, articles.find(asked.connection, article))
