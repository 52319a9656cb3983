"""Questions about one story in several languages: a guess with its reasons, by which nothing else counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.models import ArticleRow
from archive.query import articles, tellings
from archive.query.articles import version_name
from archive.query.bodies import name_of
from archive.query.filters import narrow
from archive.questions.question import Asked, Unit, question
from archive.records import LifeState
from archive.stories.evidence import LEAST, Evidence

__all__ = ["stories"]


@dataclass(frozen=True, slots=True)
class ToldElsewhere:
    """An article in another language that tells the story of the one asked about: by its first version, which appeared
    at `at` (the date it states, if not after the first look), so many hours after the other (less than 0: before).
    `score` is how likely it is one story, from 0 to 1. `why`, null unless asked for, is what speaks for it and against:
    each piece with its kind, value, weight in the score, and the words it rests on in both."""

    article: str
    url: str
    outlet: str
    language: str
    version: str
    headline: str
    at: datetime
    first_seen: datetime
    hours_later: float
    life: LifeState
    score: float
    why: tuple[Evidence, ...] | None


@question(36, Unit.ARTICLE, "volna-en:1", command=True)
def stories(asked: Asked, article: str, at_least: float = LEAST, why: bool = False) -> Iterator[ToldElsewhere]:
    """Which articles in other languages tell the story of an article, the likeliest first?

    article: its id or one of its addresses.
    at_least: least score; links of less than 0.7 are not kept.
    why: what speaks for each and against it: translations the pages name, pictures, numbers, names, places, topics.

    Articles within three days of each other are compared by their first versions. It is a guess: see docs/stories.md
    for how often it is right."""
    tellings.ready(asked.connection)
    meant = articles.find(asked.connection, article)
    found = {
        (link.other if link.article == meant.id else link.article): link
        for link in tellings.links(asked.connection, tellings.of_article(meant.id))
        if link.score >= at_least
    }
    own = asked.connection.execute(tellings.TOLD.where(ArticleRow.id == meant.id)).first()
    if own is None:
        return
    statement = narrow(tellings.TOLD.where(ArticleRow.id.in_(found)), asked.filters)
    for row in sorted(asked.connection.execute(statement), key=lambda row: -found[row.id].score):
        yield ToldElsewhere(
            article=name_of(row),
            url=row.url,
            outlet=row.name,
            language=row.language,
            version=version_name(name_of(row), row.digest),
            headline=row.headline,
            at=row.at,
            first_seen=row.first_seen,
            hours_later=round((row.at - own.at).total_seconds() / 3600, 2),
            life=row.life,
            score=found[row.id].score,
            why=found[row.id].evidence if why else None,
        )
