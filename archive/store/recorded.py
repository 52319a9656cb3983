"""Whether the record of a look is in the archive already, as a look or on the way to one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Executable, Row, bindparam, func, select

from archive import urls
from archive.models import AddressRow, CaptureRow, HopRow, OutletRow, WarcFileRow
from archive.records import Capture, Place

__all__ = ["Ask", "Dated", "is_recorded"]

Ask = Callable[[Executable, dict[str, Any]], list[Row[Any]]]
Dated = Callable[[Place], datetime | None]
"""The date that the record at a place has."""

_ANSWERED = (
    select(CaptureRow.id)
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .where(OutletRow.name == bindparam("outlet"), CaptureRow.fetched_at == bindparam("at"))
    .where(AddressRow.digest == bindparam("address"), CaptureRow.digest == bindparam("digest"))
    .limit(1)
)
_LONGEST_WAY = timedelta(hours=1)
"""From an answer on the way to the look it led to: a page waits for a browser."""
_LAST = datetime.max.replace(tzinfo=UTC)
_MOST_ON_THE_WAY = 50
_HOPS = (
    select(CaptureRow.fetched_at, WarcFileRow.name, HopRow.warc_offset, HopRow.warc_length, HopRow.digest)
    .join(AddressRow, AddressRow.id == HopRow.address_id)
    .join(CaptureRow, CaptureRow.id == HopRow.capture_id)
    .join(WarcFileRow, WarcFileRow.id == HopRow.warc_file_id)
    .where(AddressRow.digest == bindparam("address"), HopRow.digest == bindparam("digest"))
    .where(CaptureRow.fetched_at.between(bindparam("at"), bindparam("until")))
    .order_by(CaptureRow.fetched_at)
    .limit(_MOST_ON_THE_WAY)
)


def is_recorded(ask: Ask, outlet: str, capture: Capture, dated: Dated) -> bool:
    """Whether the record of a look is stored, as a look of the outlet or on the way to one of any: the same answer of
    the same address at the same time, whatever was asked for."""
    at = capture.fetched_at
    values = {"address": urls.digest(capture.landed), "at": at, "digest": capture.digest}
    if ask(_ANSWERED, {"outlet": outlet, **values}):
        return True
    # Given pages may be of any year, the last that there is among them.
    found = ask(_HOPS, {"until": at + min(_LONGEST_WAY, _LAST - at), **values})
    return any(row.fetched_at == at or dated(_place(row)) == at for row in found)


def _place(row: Row[Any]) -> Place:
    return Place(row.name, row.warc_offset, row.warc_length, row.digest)
