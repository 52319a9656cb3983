"""What the archive claims, drawn by chance from each class of claims for `archive.audit`.

A draw is the claims whose ids, hashed with the seed, come first: the same archive and seed give the same draw on either
database, and a claim that came later changes no more than the place it takes."""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from archive.audit import Claim, Claimed, Side, case_of
from archive.diff import Change, Mark
from archive.diff.sentence_edits import Sentence
from archive.errors import NotFound
from archive.models import (
    AddressRow,
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    FurnitureRow,
    OutletRow,
    ReasonRow,
    RemovalRow,
    SightingRow,
    TextRow,
    VersionRow,
    WarcFileRow,
)
from archive.query import quarantine
from archive.query.deletions import deletions
from archive.query.passages import passage
from archive.records import Outcome, Place, Verdict

__all__ = ["draw", "known", "of_case"]

_NOT_MODIFIED = 304
"""What an outlet says of a page it does not send: there is nothing to judge."""

_POPULATIONS: dict[Claimed, Select[bytes]] = {
    Claimed.EDIT: select(CaptureRow.uid)
    .join(SightingRow, SightingRow.first_capture_id == CaptureRow.id)
    .where(SightingRow.n > 0),
    Claimed.SAME: select(CaptureRow.uid).where(
        CaptureRow.outcome.in_([Outcome.SAME, Outcome.SAME_WORDS]), CaptureRow.status != _NOT_MODIFIED
    ),
    # Feeds, sitemaps and listings are stored as what they are, and nobody took them for articles.
    Claimed.REFUSED: select(CaptureRow.uid).where(
        CaptureRow.verdict.not_in([Verdict.ARTICLE, Verdict.LISTING]), CaptureRow.version_id.is_(None)
    ),
    Claimed.HELD: select(CaptureRow.uid).where(CaptureRow.outcome == Outcome.HELD),
}


def draw(connection: Connection, many: int, seed: int) -> Iterator[Claim]:
    """So many claims of each class, or all where there are fewer."""
    for kind in Claimed:
        of, drawn = _drawn(_population(connection, kind), many, f"{seed} {kind} ".encode())
        for uid in drawn:
            yield _claim(connection, kind, uid, of)


def of_case(connection: Connection, kind: Claimed, capture: str) -> Claim:
    """The claim of a case. Raises NotFound where the archive has no such capture."""
    return _claim(connection, kind, bytes.fromhex(capture), 1)


def known(connection: Connection, case: str) -> bool:
    """Whether a case speaks of a capture the archive has."""
    return connection.execute(_KNOWN, {"uid": bytes.fromhex(case_of(case)[1])}).first() is not None


def _population(connection: Connection, kind: Claimed) -> Iterator[bytes]:
    if kind is Claimed.DELETION:
        return deletions(connection)
    rows = connection.execute(_POPULATIONS[kind], execution_options={"yield_per": 10_000})
    return iter(rows.scalars())


def _drawn(uids: Iterable[bytes], many: int, salt: bytes) -> tuple[int, list[bytes]]:
    seen = 0

    def counted() -> Iterator[bytes]:
        nonlocal seen
        for uid in uids:
            seen += 1
            yield uid

    drawn = heapq.nsmallest(many, counted(), key=lambda uid: hashlib.sha256(salt + uid).digest())
    return seen, drawn


# --- one claim --------------------------------------------------------------------------------------------------------

_KNOWN = select(CaptureRow.id).where(CaptureRow.uid == bindparam("uid"))
_HOLDER = aliased(CaptureRow)
_LOOKS: Select[*tuple[Any, ...]] = (
    select(
        CaptureRow.uid,
        CaptureRow.fetched_at,
        CaptureRow.article_id,
        CaptureRow.verdict,
        CaptureRow.status,
        CaptureRow.digest,
        CaptureRow.removals_id,
        CaptureRow.version_id,
        AddressRow.url,
        ReasonRow.text.label("reason"),
        CircumstancesRow.document,
        # A revisit holds no bytes: they are with the capture it repeats.
        func.coalesce(_HOLDER.warc_offset, CaptureRow.warc_offset).label("offset"),
        func.coalesce(_HOLDER.warc_length, CaptureRow.warc_length).label("length"),
        WarcFileRow.name.label("file"),
        OutletRow.name.label("outlet"),
        ArticleRow.key,
    )
    .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id, isouter=True)
    .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id, isouter=True)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    .join(_HOLDER, _HOLDER.id == CaptureRow.revisit_of_id, isouter=True)
    .join(WarcFileRow, WarcFileRow.id == func.coalesce(_HOLDER.warc_file_id, CaptureRow.warc_file_id))
)
_OF_UID = _LOOKS.where(CaptureRow.uid == bindparam("uid"))
_EARLIER = or_(
    CaptureRow.fetched_at < bindparam("at"),
    and_(CaptureRow.fetched_at == bindparam("at"), CaptureRow.uid < bindparam("uid")),
)
_BEFORE = (
    _LOOKS.where(CaptureRow.article_id == bindparam("article"), CaptureRow.version_id.is_not(None), _EARLIER)
    .where(CaptureRow.outcome != Outcome.HELD, CaptureRow.status != _NOT_MODIFIED)
    .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid.desc())
    .limit(1)
)
_OLD, _NEW, _FIRST = aliased(SightingRow), aliased(SightingRow), aliased(CaptureRow)
_BEFORE_EDIT = (
    # Not what was captured last before it: a mirror may have lagged between.
    _LOOKS.join(_OLD, _OLD.last_capture_id == CaptureRow.id)
    .join(_NEW, and_(_NEW.article_id == _OLD.article_id, _NEW.n == _OLD.n + 1))
    .join(_FIRST, _FIRST.id == _NEW.first_capture_id)
    .where(_FIRST.uid == bindparam("uid"))
)
_SAYS = (
    select(TextRow.headline, TextRow.body)
    .join(VersionRow, VersionRow.text_id == TextRow.id)
    .where(VersionRow.id == bindparam("version"))
)
_REMOVED = select(FurnitureRow.text).join(RemovalRow, RemovalRow.furniture_id == FurnitureRow.id)


@dataclass(frozen=True, slots=True)
class _Words:
    """A claim in words, and what is to be compared on either side."""

    claim: str
    before: str = ""
    after: str = ""


def _claim(connection: Connection, kind: Claimed, uid: bytes, of: int) -> Claim:
    look = connection.execute(_OF_UID, {"uid": uid}).first()
    if look is None:
        raise NotFound(f"the archive has no capture {uid.hex()}")
    before = _earlier(connection, kind, look)
    words = _WORDS[kind](connection, before, look)
    return Claim(
        kind=kind,
        of=of,
        claim=words.claim,
        article=f"{look.outlet}:{look.key}" if look.key else "",
        before=_side(before, words.before) if before else None,
        after=_side(look, words.after),
    )


def _earlier(connection: Connection, kind: Claimed, look: Row[Any]) -> Row[Any] | None:
    """The look a claim compares with; None where there is none."""
    statement = _BEFORE_EDIT if kind is Claimed.EDIT else _BEFORE
    return connection.execute(statement, {"article": look.article_id, "at": look.fetched_at, "uid": look.uid}).first()


def _side(look: Row[Any], words: str) -> Side:
    place = Place(look.file, look.offset, look.length, look.digest)
    return Side(look.uid.hex(), look.fetched_at, look.url, place, words)


def _edited(connection: Connection, before: Row[Any] | None, look: Row[Any]) -> _Words:
    edit = passage(connection, look.uid)
    if edit is None or before is None:
        return _Words("an edit when it was drawn, none by the captures the archive holds now")
    sides = [[_one(sentence, kept) for sentence in edit.sentences] for kept in (Mark.DELETED, Mark.ADDED)]
    claim = f"changed: {' '.join(edit.changed)}; {' '.join(edit.kinds) or 'live'}; {edit.declared}"
    return _Words(claim, *("\n".join(filter(None, side)) for side in sides))


def _one(sentence: Sentence, side: Mark) -> str:
    if sentence.change is Change.MOVED:
        place = sentence.before if side is Mark.DELETED else sentence.after
        return f"{sentence.field} {place}: {''.join(piece.text for piece in sentence.pieces)}"
    words = "".join(piece.text for piece in sentence.pieces if piece.mark in {Mark.KEPT, side})
    absent = Change.ADDED if side is Mark.DELETED else Change.DELETED
    return "" if sentence.change is absent else f"{sentence.field}: {words}"


def _kept(connection: Connection, before: Row[Any] | None, look: Row[Any]) -> _Words:
    """What differs between two looks and was not counted."""
    if before is None:
        return _Words("nothing editorial changed, but there is no look before it now")
    if before.digest == look.digest:
        return _Words("nothing editorial changed: the same bytes")
    old, new = _uncounted(connection, before), _uncounted(connection, look)
    sides = [[words for words in mine if words not in other] for mine, other in ((old, new), (new, old))]
    return _Words("nothing editorial changed; what did is furniture and circumstance", *map("\n".join, sides))


def _uncounted(connection: Connection, look: Row[Any]) -> dict[str, None]:
    removed = connection.execute(_REMOVED.where(RemovalRow.set_id == look.removals_id).order_by(RemovalRow.n)).scalars()
    circumstances = json.loads(look.document or "{}")
    values = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in circumstances.items())
    return dict.fromkeys((*(f"removed: {words}" for words in removed), *values))


def _beside(connection: Connection, look: Row[Any] | None) -> str:
    """What an article said, for comparison: its headline and beginning."""
    found = connection.execute(_SAYS, {"version": look.version_id}).first() if look else None
    return f"{found.headline}\n{found.body}" if found else ""


def _refused(connection: Connection, before: Row[Any] | None, look: Row[Any]) -> _Words:
    return _Words(f"is {look.verdict}, status {look.status}: {look.reason or ''}", _beside(connection, before))


def _deleted(connection: Connection, before: Row[Any] | None, look: Row[Any]) -> _Words:
    # An emptied article was read, and what is left of it stands there.
    left = _beside(connection, look) if look.version_id else ""
    return _Words(
        f"the article is not there any more: {look.verdict}, status {look.status}", _beside(connection, before), left
    )


def _held(connection: Connection, before: Row[Any] | None, look: Row[Any]) -> _Words:
    found = quarantine.why(connection, look.uid)
    claim = f"not to be believed yet: {found.why} {' '.join(found.others)}" if found else "held when it was drawn"
    return _Words(claim, _beside(connection, before), _beside(connection, look))


_WORDS = {
    Claimed.EDIT: _edited,
    Claimed.DELETION: _deleted,
    Claimed.SAME: _kept,
    Claimed.REFUSED: _refused,
    Claimed.HELD: _held,
}
