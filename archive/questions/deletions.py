"""Questions about what is not there any more: how long it lived, what came back, where its text survives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from archive.gaps import OFF
from archive.models import ArticleRow, CaptureRow, OutletRow, TextRow, VersionRow, Word
from archive.query import deletions
from archive.query.articles import main_address, version_name
from archive.query.filters import BY_NAME, Which, narrow
from archive.questions.looks import BEGAN
from archive.questions.question import Asked, Unit, question
from archive.records import AWAY, LifeState
from archive.timeline import CONFIRM_GONE

__all__ = ["gone"]


@dataclass(frozen=True, slots=True)
class Gone:
    """An article that is not shown any more, or that came back: from when to when it was seen, `since` when it was not,
    by which look (`evidence`), its last text (`version`), where its address leads, which other articles hold its
    longest paragraph (`elsewhere`), how many days it had lived, and when it was back (none: it is not).

    Or an event of a whole outlet (`life` is outlet-wide): from when to when most of its pages failed at once, in which
    run first (`evidence`), and how many `articles`."""

    article: str | None
    url: str | None
    outlet: str
    life: str
    since: datetime
    evidence: str
    version: str | None
    headline: str
    first_seen: datetime
    last_seen: datetime
    leads_to: str | None
    elsewhere: tuple[str, ...]
    articles: int
    days_lived: float | None
    back: datetime | None


_DAY = timedelta(days=1)


def _days(first: datetime, last: datetime) -> float:
    return round((last - first) / _DAY, 2)


@question(5, Unit.ARTICLE, command=True)
def gone(asked: Asked) -> Iterator[Gone]:
    """What disappeared, when was it last alive, how long had it lived, and what came back?

    An article is gone when two looks a day apart did not find it while others of its outlet showed; `suspected` until
    the second. An outage, a redesign or a wall in which most pages of an outlet failed at once is one line, an
    `outlet-wide` event, and the articles it hit are not listed until a later look says more. Events come first; they
    are narrowed by outlets and `--seen-…`, and left out where a text is asked for by anything else."""
    for event in deletions.events(asked.connection, asked.filters):
        yield _wide(event)
    for one in deletions.vanished(asked.connection, asked.filters):
        yield _vanished(one)
    yield from _came_back(asked)


def _wide(event: deletions.Event) -> Gone:
    return Gone(
        article=None,
        url=None,
        outlet=event.outlet,
        life="outlet-wide",
        since=event.first,
        evidence=event.run,
        version=None,
        headline=f"{event.articles} of {event.looked} articles: {event.verdict}",
        first_seen=event.first,
        last_seen=event.last,
        leads_to=None,
        elsewhere=(),
        articles=event.articles,
        days_lived=None,
        back=None,
    )


def _vanished(one: deletions.Vanished) -> Gone:
    return Gone(
        article=one.article,
        url=one.url,
        outlet=one.outlet,
        life=one.life,
        since=one.since,
        evidence=one.evidence,
        version=one.version,
        headline=one.headline,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        leads_to=one.leads_to,
        elsewhere=one.elsewhere,
        articles=1,
        days_lived=_days(one.first_seen, one.last_seen),
        back=None,
    )


_LIVE = ArticleRow.life == bindparam(None, LifeState.LIVE, Word(LifeState), literal_execute=True)
_BACK = (
    select(
        ArticleRow.id,
        ArticleRow.key,
        ArticleRow.life_since,
        ArticleRow.life_evidence,
        OutletRow.name,
        main_address().scalar_subquery().label("url"),
        BEGAN.label("began"),
        VersionRow.digest,
        TextRow.headline,
        TextRow.body,
    )
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(VersionRow, VersionRow.article_id == ArticleRow.id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    # An article that never was away has been live since its first look: an index holds the others, by this condition.
    .where(_LIVE, ArticleRow.life_since > ArticleRow.first_look_at, ArticleRow.life_since > BEGAN)
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
            since=since,
            evidence=row.life_evidence.hex(),
            version=version_name(article, row.digest),
            headline=row.headline,
            first_seen=row.began,
            last_seen=last_seen,
            leads_to="",
            elsewhere=deletions.elsewhere(asked.connection, article, row.body),
            articles=1,
            days_lived=_days(row.began, last_seen),
            back=row.life_since,
        )


_SOUND = CaptureRow.run_id.not_in(OFF)


def _absence(asked: Asked, article: Any) -> tuple[datetime | None, datetime | None]:
    """When an article was last seen before it came back, and from when on it was not; nothing where it was not away for
    as long as a deletion takes to be believed."""
    of_article = (CaptureRow.article_id == article.id, CaptureRow.fetched_at < article.life_since, _SOUND)
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
