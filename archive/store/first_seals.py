"""Seals of the first format, which no run makes any more: over a run's captures, hops, texts and WARC files alone.

Such a seal is SHA-256 over the seal before it and, in the order of their public ids, the digests of those rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from archive.models import (
    AddressRow,
    CaptureRow,
    CircumstancesRow,
    HopRow,
    JournalRow,
    ReasonRow,
    RemovalSetRow,
    TextRow,
    VantageRow,
    WarcFileRow,
    table_of,
)
from archive.store.sealed import plain
from archive.store.withdrawals import ledger

__all__ = ["seal"]

_LANDED = aliased(AddressRow)
_ORIGINAL = aliased(CaptureRow)
_CAPTURES = (
    select(
        CaptureRow.uid,
        AddressRow.url,
        _LANDED.url.label("landed"),
        CaptureRow.fetched_at,
        CaptureRow.status,
        CaptureRow.source,
        CaptureRow.time_basis,
        VantageRow.name.label("vantage"),
        CaptureRow.verdict,
        ReasonRow.text.label("reason"),
        WarcFileRow.name.label("file"),
        CaptureRow.warc_offset,
        CaptureRow.warc_length,
        CaptureRow.digest,
        _ORIGINAL.uid.label("original"),
        CaptureRow.size,
        CircumstancesRow.digest.label("circumstances"),
        RemovalSetRow.digest.label("removals"),
    )
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .join(_LANDED, _LANDED.id == CaptureRow.final_address_id, isouter=True)
    .join(VantageRow, VantageRow.id == CaptureRow.vantage_id)
    .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id, isouter=True)
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .join(_ORIGINAL, _ORIGINAL.id == CaptureRow.revisit_of_id, isouter=True)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    .join(RemovalSetRow, RemovalSetRow.id == CaptureRow.removals_id, isouter=True)
    .order_by(CaptureRow.uid)
)
_HOPS = (
    select(CaptureRow.uid, HopRow.n, AddressRow.url, HopRow.status, WarcFileRow.name, HopRow.warc_offset, HopRow.digest)
    .join(CaptureRow, CaptureRow.id == HopRow.capture_id)
    .join(AddressRow, AddressRow.id == HopRow.address_id)
    .join(WarcFileRow, WarcFileRow.id == HopRow.warc_file_id)
    .order_by(CaptureRow.uid, HopRow.n)
)


def _digest(row: Sequence[Any]) -> bytes:
    return hashlib.sha256(json.dumps([plain(value) for value in row], ensure_ascii=False).encode()).digest()


def _digests(connection: Connection, run: int) -> Iterator[bytes]:
    """The digests of a run's evidence in the order of its public ids; memory does not grow with their number."""
    texts = select(TextRow.digest, TextRow.fingerprint).where(TextRow.run_id == run)
    statements: tuple[Any, ...] = (
        _CAPTURES.where(CaptureRow.run_id == run),
        _HOPS.where(CaptureRow.run_id == run),
        texts.order_by(TextRow.digest, TextRow.fingerprint),
    )
    for statement in statements:
        for row in connection.execute(statement, execution_options={"yield_per": 1000}):
            yield _digest(row)
    files = select(table_of(WarcFileRow)).where(WarcFileRow.run_id == run).order_by(WarcFileRow.name)
    expunged = {file for file, _ in ledger.kept(connection, "record")}
    for file in connection.execute(files):
        was = _first_closed(connection, file.id) if file.id in expunged else None
        yield _digest((file.name, file.size, was or file.digest))


def _first_closed(connection: Connection, file: int) -> bytes | None:
    """The digest of a file before records of it were expunged, as the journal has it."""
    entries = select(JournalRow.was).where(JournalRow.name == "warc_file", JournalRow.key == file)
    said = (was.split() for was in connection.execute(entries.order_by(JournalRow.id)).scalars() if was)
    return next((bytes.fromhex(one[1]) for one in said if len(one) == 2), None)


def seal(connection: Connection, run: int, before: bytes) -> bytes:
    """The seal of a run after the seal `before` (empty bytes for the first): 32 bytes."""
    made = hashlib.sha256(before)
    for digest in _digests(connection, run):
        made.update(digest)
    return made.digest()
