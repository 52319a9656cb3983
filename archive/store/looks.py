"""Looks with their addresses and where their bytes are: the SELECT that whoever reads pages again begins with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from archive.models import AddressRow, CaptureRow, WarcFileRow
from archive.records import Place

__all__ = ["LOOKS", "place"]

_LANDED = aliased(AddressRow)
_ORIGINAL = aliased(CaptureRow)

LOOKS = (
    select(
        CaptureRow.uid,
        AddressRow.url,
        func.coalesce(_LANDED.url, "").label("landed"),
        CaptureRow.fetched_at,
        WarcFileRow.name.label("file"),
        # A revisit holds no bytes: they are with the capture it repeats.
        func.coalesce(_ORIGINAL.warc_offset, CaptureRow.warc_offset).label("offset"),
        func.coalesce(_ORIGINAL.warc_length, CaptureRow.warc_length).label("length"),
        CaptureRow.digest,
    )
    .select_from(CaptureRow)
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .join(_LANDED, _LANDED.id == CaptureRow.final_address_id, isouter=True)
    .join(_ORIGINAL, _ORIGINAL.id == CaptureRow.revisit_of_id, isouter=True)
    .join(WarcFileRow, WarcFileRow.id == func.coalesce(_ORIGINAL.warc_file_id, CaptureRow.warc_file_id))
)


def place(row: Row[Any]) -> Place:
    """Where the bytes of a row of `LOOKS` are."""
    return Place(row.file, row.offset, row.length, row.digest)
