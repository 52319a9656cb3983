"""What makes the reading of a capture doubtful, as the rules that read it last say: kept for those that have any."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from archive.models import CaptureRow, DoubtRow, table_of
from archive.records import Doubt, DoubtKind
from archive.store.intern import Intern
from archive.timeline import Look

__all__ = ["add", "any_lacks", "kinds", "lacking", "of_article", "replace"]

_DOUBT = table_of(DoubtRow)
_CAPTURE = table_of(CaptureRow)
_ADD = insert(_DOUBT)
_FORGET = delete(_DOUBT).where(_DOUBT.c.capture_id == bindparam("capture"))
_LACKS = (
    select(_DOUBT.c.capture_id)
    .join(_CAPTURE, _CAPTURE.c.id == _DOUBT.c.capture_id)
    .where(_CAPTURE.c.article_id == bindparam("article"), _DOUBT.c.kind == DoubtKind.MISSING_PART)
    .limit(1)
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


def lacking(looks: Iterable[Look]) -> frozenset[bytes]:
    """The looks (their public ids) that lack a page of the article and are no state of it: others had all pages, or,
    where none had, the first that lacked some said something else."""
    shown = sorted((look for look in looks if look.version), key=lambda look: (look.at, look.uid))
    lacks = [look for look in shown if DoubtKind.MISSING_PART in look.doubts]
    states = {look.version for look in shown if look not in lacks} or {look.version for look in lacks[:1]}
    return frozenset(look.uid for look in lacks if look.version not in states)


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
