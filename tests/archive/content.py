"""All an archive says, wherever its bytes and rows stand: what must be the same on both databases, in any order."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    DoubtRow,
    FurnitureRow,
    HopRow,
    LinkRow,
    OutletRow,
    PictureRow,
    ReasonRow,
    RemovalRow,
    RuleRow,
    VersionRow,
)
from archive.query import articles, deletions, ledgers, passages

__all__ = ["asked_for", "content", "evidence_columns"]

_LANDED = aliased(AddressRow)
_CAPTURES = (
    select(
        CaptureRow.uid,
        AddressRow.url,
        _LANDED.url.label("landed"),
        CaptureRow.fetched_at,
        CaptureRow.status,
        CaptureRow.source,
        CaptureRow.time_basis,
        CaptureRow.verdict,
        ReasonRow.text,
        CaptureRow.digest,
        CaptureRow.size,
        CircumstancesRow.document,
        CaptureRow.outcome,
        OutletRow.name,
        ArticleRow.key,
        VersionRow.digest.label("version"),
    )
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(_LANDED, _LANDED.id == CaptureRow.final_address_id, isouter=True)
    .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id, isouter=True)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id, isouter=True)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id, isouter=True)
    .order_by(CaptureRow.uid)
)
_REMOVED = (
    select(CaptureRow.uid, RemovalRow.n, RuleRow.name, RuleRow.kind, FurnitureRow.text)
    .join(RemovalRow, RemovalRow.set_id == CaptureRow.removals_id)
    .join(RuleRow, RuleRow.id == RemovalRow.rule_id)
    .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id)
    .order_by(CaptureRow.uid, RemovalRow.n)
)
_HOPS = (
    select(CaptureRow.uid, HopRow.n, AddressRow.url, HopRow.status, HopRow.digest)
    .join(HopRow, HopRow.capture_id == CaptureRow.id)
    .join(AddressRow, AddressRow.id == HopRow.address_id)
    .order_by(CaptureRow.uid, HopRow.n)
)
_ARTICLES = (
    select(
        OutletRow.name, ArticleRow.key, ArticleRow.id, ArticleRow.life, ArticleRow.life_since, ArticleRow.life_evidence
    )
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .order_by(OutletRow.name, ArticleRow.key)
)
_INSIDE = {"warc_file", "warc_offset", "warc_length"}
"""Where bytes stand is this archive's own affair: a capture may be a revisit in one and whole in another."""


_DOUBTS = (
    select(CaptureRow.uid, DoubtRow.kind, ReasonRow.text)
    .join(DoubtRow, DoubtRow.capture_id == CaptureRow.id)
    .join(ReasonRow, ReasonRow.id == DoubtRow.reason_id)
    .order_by(CaptureRow.uid, DoubtRow.kind)
)


def _rows(connection: Connection, statement: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(statement)]


def _versions(connection: Connection, article: int, name: str) -> dict[str, Any]:
    """Every version of an article that can be asked for, held and folded ones included."""
    public = connection.execute(select(VersionRow.digest).where(VersionRow.article_id == article)).scalars()
    found = {}
    for digest in sorted(public):
        asked = articles.version_name(name, digest)
        shown = articles.as_object(articles.show(connection, articles.find(connection, asked)))
        hops = [{key: value for key, value in hop.items() if key not in _INSIDE} for hop in shown["hops"]]
        found[asked] = {key: value for key, value in shown.items() if key not in _INSIDE} | {"hops": hops}
    return found


def _article(connection: Connection, row: Any) -> dict[str, Any]:
    name = f"{row.name}:{row.key}"
    stood = (
        select(AddressRow.url)
        .join(ArticleAddressRow, ArticleAddressRow.address_id == AddressRow.id)
        .where(ArticleAddressRow.article_id == row.id)
        .order_by(AddressRow.url)
    )
    found = articles.find(connection, name)
    return {
        "life": (row.life, row.life_since, row.life_evidence),
        "url": found.url,
        "addresses": _rows(connection, stood),
        "history": [asdict(line) for line in articles.history(connection, found)],
        "versions": _versions(connection, row.id, name),
    }


_OF_ARTICLE = (OutletRow.name, ArticleRow.key)


def asked_for(connection: Connection) -> dict[str, Any]:
    """What is kept beside the evidence so that questions need not read texts."""
    links, pictures = (
        select(*_OF_ARTICLE, *row.__table__.c[1:])
        .join(ArticleRow, ArticleRow.id == row.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .order_by(*_OF_ARTICLE, *row.__table__.c[1:])
        for row in (LinkRow, PictureRow)
    )
    lean = (
        select(*_OF_ARTICLE, VersionRow.digest, VersionRow.published, VersionRow.language, VersionRow.words)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .order_by(*_OF_ARTICLE, VersionRow.digest)
    )
    return {
        "links": _rows(connection, links),
        "pictures": _rows(connection, pictures),
        "lean": _rows(connection, lean),
    }


def content(connection: Connection) -> dict[str, Any]:
    """Everything an archive says, without the integers that are its own."""
    return {
        "articles": {f"{row.name}:{row.key}": _article(connection, row) for row in connection.execute(_ARTICLES).all()},
        "edits": [asdict(edit) for edit in passages.edits(connection)],
        "captures": _rows(connection, _CAPTURES),
        "doubts": _rows(connection, _DOUBTS),
        "removed": _rows(connection, _REMOVED),
        "hops": _rows(connection, _HOPS),
        **asked_for(connection),
        "gone": [asdict(one) for one in deletions.vanished(connection)],
        "status": [(asdict(one), one.adds_up) for one in ledgers.status(connection)],
    }


_EVIDENCE = [column for column in CaptureRow.__table__.c if not (column.comment or "").startswith("derived")]


def evidence_columns(connection: Connection) -> dict[bytes, tuple[Any, ...]]:
    """The columns of the captures that never change, by public id."""
    rows = connection.execute(select(*_EVIDENCE))
    return {row.uid: tuple(row) for row in rows}
