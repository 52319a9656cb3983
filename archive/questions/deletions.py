"""Questions about what is not there any more: how long it lived, what came back, where its text survives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from archive.models import ArticleRow, CaptureRow, OutletRow, TextRow, VersionRow
from archive.query.articles import main_address, version_name
from archive.query.deletions import missing
from archive.query.filters import BY_NAME, Which, known, narrow
from archive.questions.looks import BEGAN
from archive.questions.question import Asked, Unit, question
from archive.records import AWAY, LifeState
from archive.timeline import CONFIRM_GONE

__all__ = ["gone"]


@dataclass(frozen=True, slots=True)
class Gone:
    """An article that is not shown any more, or that came back: when it was first and last seen, `since` when it was
    not, how many days it had lived, and when it was back (none: it is not)."""

    article: str
    url: str
    outlet: str
    life: LifeState
    first_seen: datetime
    last_seen: datetime
    since: datetime
    days_lived: float
    back: datetime | None
    headline: str
    version: str
    leads_to: str


_DAY = timedelta(days=1)


def _days(first: datetime, last: datetime) -> float:
    return round((last - first) / _DAY, 2)


@question(5, Unit.ARTICLE)
def gone(asked: Asked) -> Iterator[Gone]:
    """What disappeared, when was it last alive, how long had it lived, and what came back?

    An article is gone when two looks a day apart did not find it while others of its outlet showed; `suspected` until
    the second. Outages of a whole outlet are none: `palimpsest gone` lists them."""
    known(asked.connection, asked.filters)
    for one in missing(asked.connection, asked.filters):
        yield Gone(
            article=one.article,
            url=one.url,
            outlet=one.outlet,
            life=one.life,
            first_seen=one.first_seen,
            last_seen=one.last_seen,
            since=one.since,
            days_lived=_days(one.first_seen, one.last_seen),
            back=None,
            headline=one.headline,
            version=one.version,
            leads_to=one.leads_to,
        )
    yield from _came_back(asked)


_BACK = (
    select(
        ArticleRow.id,
        ArticleRow.key,
        ArticleRow.life_since,
        OutletRow.name,
        main_address().scalar_subquery().label("url"),
        BEGAN.label("began"),
        VersionRow.digest,
        TextRow.headline,
    )
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(VersionRow, VersionRow.article_id == ArticleRow.id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    # An article that never was away has been live since its first look.
    .where(ArticleRow.life == LifeState.LIVE, ArticleRow.life_since > BEGAN)
    .order_by(ArticleRow.life_since.desc(), *BY_NAME)
)


def _came_back(asked: Asked) -> Iterator[Gone]:
    filters = replace(asked.filters, version=asked.filters.version or Which.LATEST)
    for row in asked.connection.execute(narrow(_BACK, filters)).all():
        last_seen, since = _absence(asked, row)
        if last_seen is None or since is None:
            continue
        article = f"{row.name}:{row.key}"
        yield Gone(
            article=article,
            url=row.url,
            outlet=row.name,
            life=LifeState.LIVE,
            first_seen=row.began,
            last_seen=last_seen,
            since=since,
            days_lived=_days(row.began, last_seen),
            back=row.life_since,
            headline=row.headline,
            version=version_name(article, row.digest),
            leads_to="",
        )


def _absence(asked: Asked, article: Any) -> tuple[datetime | None, datetime | None]:
    """When an article was last seen before it came back, and from when on it was not; nothing where it was not away for
    as long as a deletion takes to be believed."""
    of_article = (CaptureRow.article_id == article.id, CaptureRow.fetched_at < article.life_since)
    shown = select(func.max(CaptureRow.fetched_at)).where(*of_article, CaptureRow.version_id.is_not(None))
    last_seen = asked.connection.execute(shown).scalar()
    if last_seen is None:
        return None, None
    failing = select(func.min(CaptureRow.fetched_at), func.max(CaptureRow.fetched_at)).where(
        *of_article, CaptureRow.verdict.in_(AWAY), CaptureRow.fetched_at > last_seen
    )
    found: Any = asked.connection.execute(failing).one()
    since, last = found
    return (last_seen, since) if since and last - since >= CONFIRM_GONE else (None, None)
