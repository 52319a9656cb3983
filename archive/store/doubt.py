"""What makes the reading of a capture doubtful, as the rules that read it last say: kept for those that have any."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from archive.models import CaptureRow, DoubtRow, ReasonRow, table_of
from archive.records import Doubt, DoubtKind, Source
from archive.store.intern import Intern
from archive.timeline import Look

__all__ = ["add", "any_lacks", "kinds", "lacking", "lacks", "lacks_of_article", "of_article", "replace"]

_DOUBT = table_of(DoubtRow)
_CAPTURE = table_of(CaptureRow)
_REASON = table_of(ReasonRow)
_ADD = insert(_DOUBT)
_FORGET = delete(_DOUBT).where(_DOUBT.c.capture_id == bindparam("capture"))
_LACKS = (
    select(_DOUBT.c.capture_id, _REASON.c.text)
    .join(_CAPTURE, _CAPTURE.c.id == _DOUBT.c.capture_id)
    .join(_REASON, _REASON.c.id == _DOUBT.c.reason_id, isouter=True)
    .where(_CAPTURE.c.article_id == bindparam("article"), _DOUBT.c.kind == DoubtKind.MISSING_PART)
)
_OF_ARTICLE = (
    select(_DOUBT.c.capture_id, _DOUBT.c.kind)
    .join(_CAPTURE, _CAPTURE.c.id == _DOUBT.c.capture_id)
    .where(_CAPTURE.c.article_id == bindparam("article"))
)


def kinds(doubts: Iterable[Doubt]) -> frozenset[DoubtKind]:
    """The kinds of doubts, as the fold takes them."""
    return frozenset(doubt.kind for doubt in doubts)


def of_article(connection: Connection, article: int) -> dict[int, frozenset[DoubtKind]]:
    """The kinds of doubts of an article's captures (their integers); captures without any are left out."""
    found: dict[int, frozenset[DoubtKind]] = {}
    for capture, kind in connection.execute(_OF_ARTICLE, {"article": article}):
        found[capture] = found.get(capture, frozenset()) | {kind}
    return found


def lacks(doubts: Iterable[Doubt]) -> str:
    """Which pages of the article a look has not, in words; empty where it has all."""
    return next((doubt.reason for doubt in doubts if doubt.kind is DoubtKind.MISSING_PART), "")


def lacks_of_article(connection: Connection, article: int) -> dict[int, str]:
    """The same of the captures of an article (their integers) that lack any."""
    return {row.capture_id: row.text or "" for row in connection.execute(_LACKS, {"article": article})}


def lacking(looks: Iterable[Look]) -> frozenset[bytes]:
    """The looks (their public ids) that lack a page of the article and are no state of it: others had all pages, or,
    where none had, the first lacked others."""
    pages = (look for look in looks if look.version and look.source is not Source.GIVEN_TEXT)
    shown = sorted(pages, key=lambda look: (look.at, look.uid))
    best = min((look.lacks for look in shown), key=bool, default="")
    states = {look.version for look in shown if look.lacks == best}
    return frozenset(look.uid for look in shown if look.lacks != best and look.version not in states)


def any_lacks(connection: Connection, article: int) -> bool:
    """Whether a look at an article lacks a page of it."""
    return connection.execute(_LACKS, {"article": article}).first() is not None


def add(connection: Connection, intern: Intern, capture: int, doubts: Iterable[Doubt]) -> None:
    """Keep the doubts of a capture that has none yet."""
    reasons = {doubt.kind: intern.reason(connection, doubt.reason) for doubt in doubts}
    if reasons:
        rows = [{"capture_id": capture, "kind": kind, "reason_id": reason} for kind, reason in reasons.items()]
        connection.execute(_ADD, rows)


def replace(connection: Connection, intern: Intern, capture: int, doubts: Iterable[Doubt]) -> None:
    """Keep those of another reading of it: it was read again."""
    connection.execute(_FORGET, {"capture": capture})
    add(connection, intern, capture, doubts)
