"""What the steps before the last ask the archive, on a connection that only reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, Executable, Row, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from archive import urls
from archive.db import explained
from archive.errors import BadInput
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    JoinedRow,
    OutletRow,
    PartRow,
    RevisionRow,
    SightingRow,
    TextRow,
    VantageRow,
    VersionRow,
    VersionTextRow,
    WarcFileRow,
)
from archive.patience import patient
from archive.records import Capture, Outcome, Place, ReadingId, Source, Verdict
from archive.store.looks import LOOKS
from archive.store.looks import place as place_of
from archive.store.recorded import Dated, is_recorded
from archive.store.told import Latest, Refused, Stale, Standing
from archive.store.withdrawals import ledger
from archive.vantages import DEFAULT
from archive.warc import Original

__all__ = ["Latest", "Lookups", "Refused", "Stale", "Standing"]


_MOST_READINGS = 8
"""Of an article's readings so many of the newest are told: a look mostly reads as the one before it."""

_FIRST_PAGE = select(CaptureRow.id).where(CaptureRow.uid == bindparam("uid")).scalar_subquery()
_PARTS = LOOKS.join(PartRow, PartRow.uid == CaptureRow.uid).where(PartRow.capture_id == _FIRST_PAGE).order_by(PartRow.n)
_KNOWN = select(CaptureRow.id).where(CaptureRow.uid == bindparam("uid"))
_MEANT = (
    select(func.coalesce(JoinedRow.into_id, ArticleRow.id))
    .select_from(ArticleRow)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(JoinedRow, JoinedRow.article_id == ArticleRow.id, isouter=True)
    .where(OutletRow.name == bindparam("outlet"), ArticleRow.key == bindparam("key"))
    .scalar_subquery()
)
"""The article that goes by a key, or to which that leads."""
_NAMED = select(_MEANT)
_OF_ARTICLE = (
    select(CaptureRow.uid, CaptureRow.fetched_at, CaptureRow.digest, AddressRow.url)
    .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .where(CaptureRow.article_id == _MEANT)
    .where(CaptureRow.digest == bindparam("digest"), CaptureRow.revisit_of_id.is_(None))
    .order_by(CaptureRow.fetched_at.desc())
    .limit(1)
)
_LATEST = (
    select(
        *(CaptureRow.uid, CaptureRow.fetched_at, CaptureRow.digest, CaptureRow.source, CaptureRow.warc_offset),
        *(CaptureRow.warc_length, WarcFileRow.name, AddressRow.url, VantageRow.name.label("vantage")),
    )
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .join(VantageRow, VantageRow.id == CaptureRow.vantage_id)
    .where(CaptureRow.article_id == _MEANT)
    .where(AddressRow.digest == bindparam("address"), CaptureRow.status == 200, CaptureRow.revisit_of_id.is_(None))
    .where(CaptureRow.version_id.is_not(None), CaptureRow.final_address_id.is_(None))
    # What is held has to be sent again, whole: that it has not changed since says nothing of how it came.
    .where(CaptureRow.outcome != Outcome.HELD, CaptureRow.fetched_at <= bindparam("until"))
    .order_by(CaptureRow.fetched_at.desc())
    .limit(1)
)
_LATEST_OF = _LATEST.where(CaptureRow.digest == bindparam("digest"))
_END = datetime.max.replace(tzinfo=UTC)
_ANSWERS = (
    select(CaptureRow.status, CaptureRow.fetched_at)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .where(OutletRow.name == bindparam("outlet"), ArticleRow.key == bindparam("key"))
    .where(AddressRow.digest == bindparam("address"), CaptureRow.source == Source.OWN_HTTP)
    .order_by(CaptureRow.fetched_at.desc())
    .limit(bindparam("limit"))
)
_UNREAD = (
    select(WarcFileRow.name, CaptureRow.warc_offset, CaptureRow.warc_length, CaptureRow.digest)
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .where(OutletRow.name == bindparam("outlet"), CaptureRow.awaits == bindparam("key"))
    .where(CaptureRow.article_id.is_(None), CaptureRow.status == 200)
    .where(CaptureRow.fetched_at.between(bindparam("since"), bindparam("until")))
    .join(VantageRow, VantageRow.id == CaptureRow.vantage_id)
    .where(VantageRow.name == bindparam("vantage"))
    # What broke off may lack the line that forbids.
    .where(CaptureRow.verdict != Verdict.CUT)
    .order_by(CaptureRow.fetched_at.desc())
    .limit(1)
)
_NEWEST = (
    select(WarcFileRow.name, CaptureRow.warc_offset, CaptureRow.warc_length, CaptureRow.digest, CaptureRow.uid)
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .where(OutletRow.name == bindparam("outlet"), CaptureRow.version_id.is_not(None))
    .where(CaptureRow.revisit_of_id.is_(None), CaptureRow.source != Source.GIVEN_TEXT)
    .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid)
    .limit(bindparam("limit"))
)
# `capture` has no index of its own by address: an address leads to its article, and that to its captures.
_WHOLE = (
    select(WarcFileRow.name, CaptureRow.warc_offset, CaptureRow.warc_length, CaptureRow.digest, CaptureRow.uid)
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .where(CaptureRow.revisit_of_id.is_(None))
)
_AT = (
    _WHOLE.join(ArticleAddressRow, ArticleAddressRow.article_id == CaptureRow.article_id)
    .join(AddressRow, AddressRow.id == ArticleAddressRow.address_id)
    .where(AddressRow.digest == bindparam("address"), CaptureRow.fetched_at == bindparam("at"))
    .limit(1)
)
_MOST_AT = 16
"""Answers of an address that are looked through for one of a digest we do not keep."""
_ALL_AT = (
    _WHOLE.join(ArticleAddressRow, ArticleAddressRow.article_id == CaptureRow.article_id)
    .join(AddressRow, AddressRow.id == ArticleAddressRow.address_id)
    .where(AddressRow.digest == bindparam("address"))
    .order_by(CaptureRow.fetched_at.desc())
    .limit(_MOST_AT)
)
_OF_UID = _WHOLE.where(CaptureRow.uid == bindparam("uid"))
_ORIGINAL = aliased(CaptureRow)
_STANDING = (
    select(
        VersionRow.id,
        VersionRow.merged_into_id,
        RevisionRow.name,
        WarcFileRow.name.label("file"),
        # A revisit holds no bytes: they are with the capture it repeats.
        func.coalesce(_ORIGINAL.warc_offset, CaptureRow.warc_offset).label("warc_offset"),
        func.coalesce(_ORIGINAL.warc_length, CaptureRow.warc_length).label("warc_length"),
        CaptureRow.digest,
        CaptureRow.uid,
    )
    .join(VersionTextRow, VersionTextRow.version_id == VersionRow.id)
    .join(RevisionRow, RevisionRow.id == VersionTextRow.revision_id)
    .join(CaptureRow, CaptureRow.id == VersionTextRow.capture_id)
    .join(_ORIGINAL, _ORIGINAL.id == CaptureRow.revisit_of_id, isouter=True)
    .join(WarcFileRow, WarcFileRow.id == func.coalesce(_ORIGINAL.warc_file_id, CaptureRow.warc_file_id))
    .where(VersionRow.article_id == _MEANT)
    .order_by(VersionRow.id, CaptureRow.source == Source.GIVEN_TEXT, CaptureRow.fetched_at, CaptureRow.uid)
)
_READINGS = (
    select(RevisionRow.name, TextRow.fingerprint)
    .select_from(VersionRow)
    .join(VersionTextRow, VersionTextRow.version_id == VersionRow.id)
    .join(RevisionRow, RevisionRow.id == VersionTextRow.revision_id)
    .join(TextRow, TextRow.id == VersionTextRow.text_id)
    .join(CaptureRow, CaptureRow.id == VersionTextRow.capture_id)
    .where(VersionRow.article_id == _MEANT, VersionRow.merged_into_id.is_(None))
    .where(CaptureRow.fetched_at < bindparam("at"), CaptureRow.source != Source.GIVEN_TEXT)
    # Of what is taken for another version, each page has to tell whether it still shows the words of that.
    .where(exists().where(SightingRow.version_id == VersionRow.id, SightingRow.first_seen < bindparam("at")))
    .order_by(CaptureRow.fetched_at.desc())
    .limit(_MOST_READINGS)
)
_REVISIONS, _OUTLETS = select(RevisionRow.name), select(OutletRow.name)
_REFUSED = (
    LOOKS.add_columns(CaptureRow.id, OutletRow.name, CaptureRow.verdict)
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    # Feeds and listings are what they are, and no rule of ours makes an article of what a server calls an error.
    .where(CaptureRow.verdict.not_in([Verdict.ARTICLE, Verdict.LISTING]), CaptureRow.status < 400)
    .where(CaptureRow.version_id.is_(None), CaptureRow.id > bindparam("after"))
    .where(~ledger.is_withdrawn("capture", CaptureRow.id))
    .order_by(CaptureRow.id)
    .limit(500)
)


_READ_NOW = (
    select(VersionTextRow.version_id)
    .join(RevisionRow, RevisionRow.id == VersionTextRow.revision_id)
    .where(VersionTextRow.version_id == VersionRow.id, RevisionRow.name.in_(bindparam("current", expanding=True)))
)
_STALE = (
    select(OutletRow.name, ArticleRow.key, ArticleRow.id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .where(
        # Those that were folded into others, too: by today's rules they may stand again.
        exists().where(
            VersionRow.article_id == ArticleRow.id, ~_READ_NOW.exists(), ~ledger.is_withdrawn("version", VersionRow.id)
        ),
        # What goes by another article's key is read again as that.
        ~exists().where(JoinedRow.article_id == ArticleRow.id, JoinedRow.into_id != ArticleRow.id),
    )
    .order_by(OutletRow.name, ArticleRow.key)
)
_SHOWN = (
    select(VersionRow.digest.label("public"), TextRow)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .where(VersionRow.id == bindparam("version"))
)


def _place(row: Row[Any]) -> Place:
    return Place(row.name, row.warc_offset, row.warc_length, row.digest, revisit_of=row.uid.hex())


class Lookups:
    """Questions of the steps, each answered from what is committed at that moment. Not for several threads at once."""

    def __init__(self, engine: Engine) -> None:
        with explained():
            self._connection = engine.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self._connection.close()

    @patient
    def _rows(self, statement: Executable, values: dict[str, Any]) -> list[Row[Any]]:
        with explained():
            try:
                return list(self._connection.execute(statement, values))
            finally:
                # Let the snapshot go: the next question wants what was committed since. And a connection that died.
                self._connection.rollback()

    def known(self, uid: bytes) -> bool:
        """Whether a capture is stored."""
        return bool(self._rows(_KNOWN, {"uid": uid}))

    def is_recorded(self, outlet: str, capture: Capture, dated: Dated) -> bool:
        """See `archive.store.recorded`."""
        return is_recorded(self._rows, outlet, capture, dated)

    def has(self, outlet: str, key: str) -> bool:
        """Whether a key names an article."""
        return self._rows(_NAMED, {"outlet": outlet, "key": key})[0][0] is not None

    def parts(self, uid: bytes) -> list[Place]:
        """Where the further pages stand that a capture was read with, in their order."""
        return [place_of(row) for row in self._rows(_PARTS, {"uid": uid})]

    def original(self, outlet: str, key: str, digest: bytes) -> Original | None:
        """The newest capture of an article that holds the same payload."""
        rows = self._rows(_OF_ARTICLE, {"outlet": outlet, "key": key, "digest": digest})
        return Original(rows[0].url, rows[0].fetched_at, digest, rows[0].uid.hex()) if rows else None

    def latest(self, outlet: str, key: str, url: str, until: datetime = _END, digest: bytes = b"") -> Latest | None:
        """The newest capture of an article at an address until then that has a payload (of a digest) and a version."""
        asked = {"outlet": outlet, "key": key, "address": urls.digest(url), "until": until}
        rows = self._rows(_LATEST_OF, asked | {"digest": digest}) if digest else self._rows(_LATEST, asked)
        if not rows:
            return None
        row = rows[0]
        original = Original(row.url, row.fetched_at, row.digest, row.uid.hex())
        return Latest(original, Place(row.name, row.warc_offset, row.warc_length, row.digest), row.source, row.vantage)

    def answers(self, outlet: str, key: str, url: str, limit: int) -> list[tuple[int, datetime]]:
        """How an article's address was answered when we asked it last (status, when), the newest first."""
        rows = self._rows(_ANSWERS, {"outlet": outlet, "key": key, "address": urls.digest(url), "limit": limit})
        return [(row.status, row.fetched_at) for row in rows]

    def unread(
        self, outlet: str, key: str, since: datetime, until: datetime = _END, vantage: str = DEFAULT
    ) -> Place | None:
        """Where the newest whole answer stands (200, between these times, at a vantage) to an address that is no
        article's (robots.txt)."""
        values = {"outlet": outlet, "key": key, "since": since, "until": until, "vantage": vantage}
        rows = self._rows(_UNREAD, values)
        return next((Place(row.name, row.warc_offset, row.warc_length, row.digest) for row in rows), None)

    def newest(self, outlet: str, limit: int) -> list[Place]:
        """Where the newest pages of an outlet's articles stand; `revisit_of` is the public id of each capture."""
        rows = self._rows(_NEWEST, {"outlet": outlet, "limit": limit})
        return [Place(row.name, row.warc_offset, row.warc_length, row.digest, row.uid.hex()) for row in rows]

    def place(self, url: str, at: datetime) -> Place | None:
        """Where the payload stands that was captured at an address of an article at that time; its `revisit_of` is the
        public id of the capture it belongs to."""
        return next(iter(self._places(_AT, url, at=at)), None)

    def places(self, url: str) -> list[Place]:
        """Where the payloads stand that were captured at an address of an article, the newest first, not many; as
        `place`."""
        return self._places(_ALL_AT, url)

    def place_of(self, uid: bytes) -> Place | None:
        """Where the payload of a capture stands; None where it is not stored or repeats another's."""
        return next(map(_place, self._rows(_OF_UID, {"uid": uid})), None)

    def _places(self, statement: Executable, url: str, **values: Any) -> list[Place]:
        try:
            address = urls.digest(urls.normal(url))
        except BadInput:
            return []
        return list(map(_place, self._rows(statement, {"address": address, **values})))

    def standing(self, outlet: str, key: str) -> list[Standing]:
        """The versions of an article with the revisions they were read at, those folded into others, too."""
        found: dict[int, Standing] = {}
        for row in self._rows(_STANDING, {"outlet": outlet, "key": key}):
            before = found.get(row.id)
            place = before.place if before else Place(row.file, row.warc_offset, row.warc_length, row.digest)
            revisions = frozenset({row.name, *(before.revisions if before else ())})
            uid = before.uid if before else row.uid
            found[row.id] = Standing(row.id, revisions, place, row.merged_into_id or 0, uid)
        return list(found.values())

    def readings(self, outlet: str, key: str, at: datetime) -> frozenset[ReadingId]:
        """How pages of an article were read that stood by some time: of these it is stored what they show around that,
        or told by an earlier look."""
        rows = self._rows(_READINGS, {"outlet": outlet, "key": key, "at": at})
        return frozenset(ReadingId(row.name, row.fingerprint) for row in rows)

    def outlets(self) -> list[str]:
        """The names of the outlets the archive holds, in their order."""
        return sorted(row.name for row in self._rows(_OUTLETS, {}))

    def stale(self, current: frozenset[str], outlet: str, since: datetime | None) -> list[Stale]:
        """The articles of an outlet with a version that was read at none of these revisions; captured since then."""
        statement = _STALE.where(OutletRow.name == outlet)
        if since:
            captured = exists().where(CaptureRow.article_id == ArticleRow.id, CaptureRow.fetched_at >= since)
            statement = statement.where(captured)
        return [Stale(row.name, row.key, row.id) for row in self._rows(statement, {"current": list(current)})]

    def refused(self, outlet: str | None, since: datetime | None) -> Iterator[Refused]:
        """The captures that were not read as articles, in the order in which they came; of an outlet, since then."""
        statement = _REFUSED.where(OutletRow.name == outlet) if outlet else _REFUSED
        if since:
            statement = statement.where(CaptureRow.fetched_at >= since)
        after = 0
        while rows := self._rows(statement, {"after": after}):
            for row in rows:
                addresses = row.url, row.landed
                yield Refused(row.id, row.uid, row.name, row.verdict, *addresses, row.fetched_at, place_of(row))
            after = rows[-1].id

    def shown(self, version: int) -> Row[Any]:
        """What is shown of a version: the columns of its text, and its fingerprint when first read as `public`."""
        return self._rows(_SHOWN, {"version": version})[0]

    def revisions(self) -> frozenset[str]:
        """The revisions anything in the archive was read at."""
        return frozenset(row.name for row in self._rows(_REVISIONS, {}))
