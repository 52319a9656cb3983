"""Questions about copies: articles whose bodies are the same, letter by letter once spaces are folded, or nearly.

Texts too short to say that two are copies have no body to be compared by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from archive import text, urls
from archive.copies.limits import limits
from archive.models import ArticleRow, OutletRow, TextRow, VersionRow
from archive.query import articles, near
from archive.query.articles import version_name
from archive.query.bodies import HOUR, SHARED, WITH_BODY, earliest, name_of
from archive.query.deletions import Vanished, missing
from archive.query.filters import narrow
from archive.query.near import Near
from archive.questions import evidence
from archive.questions.evidence import Why
from archive.questions.links import publisher_of
from archive.questions.publishers import Publisher
from archive.questions.question import Asked, Unit, question
from archive.records import LifeState

__all__ = ["carriers", "copies", "survives"]


def _bodies(article: int) -> Any:
    """The bodies an article ever had."""
    return select(VersionRow.body).where(VersionRow.article_id == article, VersionRow.body.is_not(None))


# --- one article ------------------------------------------------------------------------------------------------------


def _near(asked: Asked, article: int, similarity: float) -> list[int]:
    """The versions of others that are near copies of an article's."""
    if similarity >= 1:
        return []
    return [one.other_version for one in near.around(asked.connection, [article], similarity)]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A deleted article and another that has, or had, its last text: from when to when that was seen there."""

    article: str
    url: str
    life: LifeState
    since: datetime
    headline: str
    copy: str
    copy_url: str
    copy_headline: str
    copy_life: LifeState
    first_seen: datetime
    last_seen: datetime


@question(6, Unit.ARTICLE)
def survives(asked: Asked, similarity: float = 1) -> Iterator[Survivor]:
    """Which deleted articles survive, word for word, elsewhere in the archive?

    similarity: least similarity of near copies (0.5); 1: the same body word for word, 0: every pair that counts.

    Word for word is their last text, nearly may be any. The deleted ones are those of `gone`, which the filters narrow;
    the copy may be any outlet's."""
    for one in missing(asked.connection, asked.filters):
        yield from _survivors(asked, one, similarity)


def _survivors(asked: Asked, one: Vanished, similarity: float) -> Iterator[Survivor]:
    article = articles.find(asked.connection, one.version)
    meant = select(VersionRow.digest, VersionRow.body).where(VersionRow.article_id == article.id)
    bodies = [
        row.body for row in asked.connection.execute(meant) if version_name(one.article, row.digest) == one.version
    ]
    alike = or_(VersionRow.body.in_(bodies), VersionRow.id.in_(_near(asked, article.id, similarity)))
    statement = WITH_BODY.where(alike, ArticleRow.id != article.id)
    for row in earliest(asked.connection.execute(statement.where(VersionRow.number.is_not(None)))):
        yield Survivor(
            article=one.article,
            url=one.url,
            life=one.life,
            since=one.since,
            headline=one.headline,
            copy=name_of(row),
            copy_url=row.url,
            copy_headline=row.headline,
            copy_life=row.life,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
        )


@dataclass(frozen=True, slots=True)
class Copy:
    """An article with a body the one asked about had, or nearly: in which version, when it was first and last seen,
    whether the headline is the same, and how many hours after the earliest it was first seen. `kind` is exact, near or
    quotation (a quotation is all they share: no copy); `similarity` the Jaccard of their shingles, `holds` the share of
    the article's text that stands in it, `inside` the share of its text that stands in the article. `boilerplate`
    is the share of its keys that so many articles have that nothing is told of what they stand for, `limits` says in
    words what else of its text is not compared; both are null unless near copies are asked for, and so is `why`."""

    article: str
    url: str
    outlet: str
    version: str
    headline: str
    same_headline: bool
    first_seen: datetime
    last_seen: datetime
    hours_later: float
    life: LifeState
    kind: str
    similarity: float
    holds: float
    inside: float
    why: Why | None
    boilerplate: float | None
    limits: tuple[str, ...] | None


@question(7, Unit.ARTICLE, "volna-en:2", command=True)
def copies(asked: Asked, article: str, similarity: float = 1, why: bool = False) -> Iterator[Copy]:
    """Where do copies of an article stand, by first seen, and under which headlines?

    article: its id or one of its addresses; any body it ever had counts, and it is listed too.
    similarity: least similarity of near copies (0.5); 1: the same body word for word, 0: every pair that counts.
    why: all near copies and shared quotations: with the passages, side by side, who was first, and who names whom.

    `same_headline` compares with the version of the article that has the same body, or nearly."""
    meant = articles.find(asked.connection, article)
    pairs = _pairs(asked, meant.id, 0 if why else similarity, quotations=why)
    had = list(asked.connection.execute(WITH_BODY.where(VersionRow.article_id == meant.id)))
    versions = [one.other_version for one in pairs.values()]
    alike = or_(VersionRow.body.in_(_bodies(meant.id)), VersionRow.id.in_(versions))
    rows = list(earliest(asked.connection.execute(narrow(WITH_BODY.where(alike), asked.filters))))
    for row in rows:
        pair = pairs.get(row.id)
        of = _compared(had, row, pair)
        made = _copy(row, of, pair, rows[0].first_seen)
        if why or similarity < 1:
            made = replace(made, **_compared_by(asked, row))
        yield replace(made, why=evidence.why(asked, of, row)) if why and of is not None else made


def _pairs(asked: Asked, article: int, similarity: float, *, quotations: bool) -> dict[int, Near]:
    """The near copies of an article, by the other."""
    if similarity >= 1:
        return {}
    found = near.around(asked.connection, [article], similarity, quotations=quotations)
    return {one.other: one for one in found}


def _compared(had: Sequence[Any], row: Any, pair: Near | None) -> Any:
    """The version of the article asked about with which a copy is compared; None for one of its own."""
    if any(row.id == one.id for one in had):
        return None
    same = next((one for one in had if one.body == row.body), None)
    return same or next(one for one in had if pair is not None and one.version == pair.version)


def _compared_by(asked: Asked, row: Any) -> dict[str, Any]:
    """What of a version is not compared."""
    share = round(near.boilerplate(asked.connection, row.version), 4)
    return {"boilerplate": share, "limits": limits(evidence.blocks_of(asked, row.version))}


def _copy(row: Any, of: Any, pair: Near | None, first: datetime) -> Copy:
    exact = of is None or of.body == row.body
    near_by = None if exact else pair
    return Copy(
        article=name_of(row),
        url=row.url,
        outlet=row.name,
        version=version_name(name_of(row), row.digest),
        headline=row.headline,
        same_headline=of is None or text.canonical(row.headline) == text.canonical(of.headline),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        hours_later=round((row.first_seen - first) / HOUR, 2),
        life=row.life,
        kind="exact" if exact else "quotation" if near_by and near_by.quotation else "near",
        similarity=round(near_by.similarity, 4) if near_by else 1.0,
        holds=round(near_by.inside, 4) if near_by else 1.0,
        inside=round(near_by.holds, 4) if near_by else 1.0,
        why=None,
        boilerplate=None,
        limits=None,
    )


# --- a publisher ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Carrier:
    """A domain of another outlet that carried so many texts of the publisher: how many of them name it in headline,
    lead or links, how many do not; first and last seen there."""

    domain: str
    outlet: str
    texts: int
    naming: int
    not_naming: int
    first_seen: datetime
    last_seen: datetime


_THEIRS = aliased(VersionRow)


@question(8, Unit.ARTICLE, "volna", "at_least=1")
def carriers(asked: Asked, of: str, at_least: int = 3, similarity: float = 1) -> Iterator[Carrier]:
    """Which domains carry at least so many texts of a publisher, with or without naming it?

    of: a family of outlets (`rt`), or one of its outlets.
    at_least: texts a domain must carry.
    similarity: least similarity of near copies (0.5); 1: the same body word for word, 0: every pair that counts.

    A text is carried where the whole body is the same, or nearly; which of the two had it first is not asked. It names
    the publisher where headline or lead has the title or a domain of one of its outlets, or the page links there."""
    publisher = publisher_of(asked, of)
    ids = [row.id for row in publisher]
    theirs = (
        select(_THEIRS.body)
        .join(ArticleRow, ArticleRow.id == _THEIRS.article_id)
        .where(ArticleRow.outlet_id.in_(ids), _THEIRS.body.in_(SHARED))
    )
    statement = WITH_BODY.add_columns(TextRow.description).where(OutletRow.id.not_in(ids))
    same = narrow(statement.where(VersionRow.body.in_(theirs)), asked.filters)
    rows = list(earliest(asked.connection.execute(same)))
    if similarity < 1:
        nearly = narrow(statement.where(VersionRow.id.in_(near.copied_from(ids, similarity))), asked.filters)
        known = {row.id for row in rows}
        rows += {row.id: row for row in asked.connection.execute(nearly) if row.id not in known}.values()
    whom = Publisher(asked, of)
    naming = whom.linked_by() | {row.id for row in rows if whom.is_named((row.headline, row.description))}
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[urls.domain(row.url), row.name].append(row)
    for (domain, outlet), found in sorted(groups.items()):
        if len(found) >= at_least:
            named = sum(row.id in naming for row in found)
            first, last = min(row.first_seen for row in found), max(row.last_seen for row in found)
            yield Carrier(domain, outlet, len(found), named, len(found) - named, first, last)
