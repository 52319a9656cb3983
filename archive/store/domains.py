"""What a person said of the domains of outlets, on record, and the looks that a change of it concerns: that one is an
outlet's, or is so no more. The last word on a domain is in force (`archive.query.added`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, delete, exists, insert, select, update

from archive import urls
from archive.db import writing
from archive.models import (
    ArticleRow,
    CaptureRow,
    DomainChangeRow,
    DomainRow,
    JoinedRow,
    OutletRow,
    VersionRow,
    table_of,
)
from archive.records import Domain, OutletFacts, Place
from archive.store import folding, joining
from archive.store.batch import Later
from archive.store.derived import DERIVED, bodies
from archive.store.intern import Intern
from archive.store.looks import LOOKS, place

__all__ = ["Look", "change", "follow", "looks", "part"]

_DOMAIN = table_of(DomainRow)
_CAPTURE = table_of(CaptureRow)
_JOINED = table_of(JoinedRow)


def change(engine: Engine, outlet: OutletFacts, domain: Domain, at: datetime, *, added: bool) -> None:
    """Keep that a domain is an outlet's, or is so no more, for whatever is begun from now on."""
    with writing(engine) as connection:
        of = Intern().outlet(connection, outlet)
        here = _DOMAIN.c.outlet_id == of, _DOMAIN.c.host == domain.host, _DOMAIN.c.since == domain.since
        row = {"outlet_id": of, "host": domain.host, "since": domain.since, "mirror": domain.mirror}
        connection.execute(insert(DomainChangeRow), row | {"added": added, "at": at})
        if not added:
            connection.execute(delete(_DOMAIN).where(*here))
        elif not connection.execute(select(exists().where(*here))).scalar():
            connection.execute(insert(_DOMAIN), row | {"until": ""})


# --- the looks it concerns --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """A look that showed an article: its public id, its article's integer and the version it shows, the addresses asked
    and answered, when, and where its bytes are."""

    uid: bytes
    article: int
    version: int
    url: str
    final_url: str
    fetched_at: datetime
    place: Place


_OF = (
    LOOKS.add_columns(CaptureRow.article_id, CaptureRow.version_id)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .where(OutletRow.name == bindparam("outlet"), CaptureRow.version_id.is_not(None))
    .order_by(CaptureRow.fetched_at, CaptureRow.uid)
)


def looks(connection: Connection, outlet: str, host: str) -> Iterator[Look]:
    """The looks that a host answered and that show articles of an outlet, in order of time."""
    for row in connection.execute(_OF, {"outlet": outlet}).all():
        if urls.within(urls.host(row.landed or row.url), host):
            addresses = row.url, row.landed
            yield Look(row.uid, row.article_id, row.version_id, *addresses, row.fetched_at, place(row))


_OF_OUTLET = select(ArticleRow.id).join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
_THEIRS = _OF_OUTLET.where(OutletRow.name == bindparam("outlet"))
_OURS = _OF_OUTLET.where(OutletRow.name == bindparam("into"))
_PART_ALL = delete(_JOINED).where(_JOINED.c.article_id.in_(_THEIRS), _JOINED.c.into_id.in_(_OURS))
_PART = delete(_JOINED).where(_JOINED.c.article_id == bindparam("article"))
_LEAD_ON = update(_JOINED).where(_JOINED.c.into_id == bindparam("article")).values(into_id=bindparam("into"))


def part(engine: Engine, outlet: str, into: str) -> None:
    """Let the keys of one outlet lead to articles of another no more: looks that go by them come back."""
    with writing(engine) as connection:
        connection.execute(_PART_ALL, {"outlet": outlet, "into": into})


_SHOWS = select(exists().where(CaptureRow.article_id == bindparam("article"), CaptureRow.version_id.is_not(None)))
_FOLLOW = update(_CAPTURE).where(_CAPTURE.c.article_id == bindparam("article")).values(article_id=bindparam("into"))
_BODIES = select(VersionRow.body).where(VersionRow.article_id == bindparam("article"), VersionRow.body.is_not(None))


def follow(connection: Connection, article: int, into: int) -> None:
    """See to an article from which a look has gone to another: where none is left that shows it, the rest follows, and
    its key leads there."""
    later = Later(connection)
    if not connection.execute(_SHOWS, {"article": article}).scalar():
        connection.execute(_FOLLOW, {"article": article, "into": into})
        connection.execute(_PART, {"article": article})
        connection.execute(_LEAD_ON, {"article": article, "into": into})
        connection.execute(insert(_JOINED), {"article_id": article, "into_id": into, "keyed_at": None})
    told_by = [body for body in connection.execute(_BODIES, {"article": article}).scalars() if body]
    for one in (article, into):
        joining.anew(connection, one)
    changed = {article, into} | bodies.anew(connection, article, told_by) | bodies.anew(connection, into, told_by)
    for one in sorted(changed):
        folding.again(connection, later, one)
    later.flush()
    for derived in DERIVED:
        derived.grouped(connection, changed)
