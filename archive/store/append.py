"""The newest look at an article, entered by the end of its timeline alone: what nearly every look is, and what must not
cost more the longer an article is watched. Wherever the end does not tell, the whole is folded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from archive import naming
from archive.models import (
    AddressRow,
    ArticleRow,
    CaptureRow,
    OutletRow,
    SightingRow,
    TextRow,
    VantageRow,
    VersionRow,
    VersionTextRow,
    table_of,
)
from archive.records import Content, Outcome, Verdict
from archive.store import folding, likeness, recheck, versions
from archive.store.batch import Later
from archive.store.likeness import Likeness
from archive.store.recheck import Steps
from archive.timeline import BACK, Life, Look, Sighting

__all__ = ["Ending", "has", "keep", "of", "shows_known_words"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an article's timeline ends: its last sighting, that one's place in order, and its life; when it was looked at
    first, and by which schedule it is again."""

    article: int
    n: int
    sighting: Sighting
    life: Life
    first_look: datetime
    steps: Steps


_SIGHTING = table_of(SightingRow)
_FIRST, _LAST, _LATER = aliased(CaptureRow), aliased(CaptureRow), aliased(CaptureRow)
# Anything at the same moment counts as later: which of them comes first is for the fold to say.
_SINCE = exists().where(
    _LATER.article_id == ArticleRow.id, _LATER.fetched_at >= _LAST.fetched_at, _LATER.id != _LAST.id
)
_OF = (
    select(
        ArticleRow.life,
        ArticleRow.life_since,
        ArticleRow.first_look_at,
        OutletRow.schedule,
        SightingRow.n,
        SightingRow.version_id,
        SightingRow.times,
        *(
            column.label(f"{side}_{name}")
            for side, look in (("first", _FIRST), ("last", _LAST))
            for name, column in (
                ("uid", look.uid),
                ("at", look.fetched_at),
                ("size", look.size),
                ("source", look.source),
            )
        ),
        AddressRow.url,
        VantageRow.name.label("vantage"),
        _SINCE.label("since"),
    )
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(SightingRow, SightingRow.article_id == ArticleRow.id)
    .join(_FIRST, _FIRST.id == SightingRow.first_capture_id)
    .join(_LAST, _LAST.id == SightingRow.last_capture_id)
    .join(AddressRow, AddressRow.id == func.coalesce(_LAST.final_address_id, _LAST.address_id))
    .join(VantageRow, VantageRow.id == _LAST.vantage_id)
    .where(ArticleRow.id == bindparam("article"))
    .order_by(SightingRow.n.desc())
    .limit(1)
)
_HAS = (
    select(VersionRow.id)
    .join(VersionTextRow, VersionTextRow.version_id == VersionRow.id)
    .join(TextRow, TextRow.id == VersionTextRow.text_id)
    .where(VersionRow.article_id == bindparam("article"))
    .where(or_(TextRow.fingerprint == bindparam("fingerprint"), VersionRow.digest == bindparam("fingerprint")))
    .limit(1)
)
_STOOD = (
    select(_SIGHTING.c.version_id)
    .where(_SIGHTING.c.article_id == bindparam("article"))
    .order_by(_SIGHTING.c.n.desc())
    .limit(BACK)
)
_LENGTHEN = (
    update(_SIGHTING)
    .where(and_(_SIGHTING.c.article_id == bindparam("article"), _SIGHTING.c.n == bindparam("at_n")))
    .values(last_capture_id=bindparam("capture"), last_seen=bindparam("at"), times=_SIGHTING.c.times + 1)
)


def of(connection: Connection, article: int) -> Ending | None:
    """How an article's timeline ends; None where anything was captured of it since its last sighting."""
    row = connection.execute(_OF, {"article": article}).first()
    if row is None or row.since:
        return None
    domain = naming.seen_at(row.url, row.vantage, row.last_source)
    first, last = (
        Look(at, uid, Verdict.ARTICLE, row.version_id, size, source, domain=domain, vantage=row.vantage)
        for uid, at, size, source in (
            (row.first_uid, row.first_at, row.first_size, row.first_source),
            (row.last_uid, row.last_at, row.last_size, row.last_source),
        )
    )
    sighting = Sighting(row.version_id, first, last, row.times)
    life, steps = Life(row.life, row.life_since), recheck.steps_of(row.schedule)
    return Ending(article, row.n, sighting, life, row.first_look_at, steps)


def has(connection: Connection, article: int, fingerprint: bytes) -> bool:
    """Whether any version of an article ever said this, at whatever revision."""
    return connection.execute(_HAS, {"article": article, "fingerprint": fingerprint}).first() is not None


def shows_known_words(connection: Connection, article: int, content: Content | None) -> bool:
    """Whether what is read of a page may be no new version, but show the words of one that stood of late: then the
    whole is folded. So it is where anything was read that never stood."""
    page = likeness.new(0, content)
    if page is None:
        return False
    of = versions.load(connection, article)
    if any(number is None and version not in of.merged for version, number in of.numbers.items()):
        return True
    like = Likeness(connection, of, page)
    stood = connection.execute(_STOOD, {"article": article}).scalars()
    return any(like(version, 0) is not False for version in set(stood))


def keep(connection: Connection, later: Later, ending: Ending, outcome: Outcome, look: Look, capture: int) -> None:
    """Write what follows: the last sighting is one look longer, or another begins; the next look is another."""
    folding.looked(later, ending.article, ending.first_look, look.at, ending.steps)
    if outcome is Outcome.SAME:
        values = {"article": ending.article, "at_n": ending.n, "capture": capture, "at": look.at}
        connection.execute(_LENGTHEN, values)
    else:
        # The same host showed the older text last (`timeline.follows`).
        begun = Sighting(look.version, look, look, not_before=ending.sighting.last.at)
        folding.begin(later, ending.article, ending.n + 1, begun, {look.uid: capture})
