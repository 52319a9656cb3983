"""Where the bytes of a look stand, by what people call it: a capture's id, an article's or a version's, an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select
from sqlalchemy.orm import aliased

from archive import typed, urls
from archive.errors import NotFound
from archive.models import AddressRow, CaptureRow, OutletRow, WarcFileRow
from archive.query import articles
from archive.records import Place

__all__ = ["StoredLook", "find", "is_id"]

_CAPTURE = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredLook:
    """A look whose bytes the archive holds: whose page it is, what was asked for and what answered, when (aware), the
    capture's public id, and the place of the record that holds its payload."""

    outlet: str
    url: str
    final_url: str
    fetched_at: datetime
    capture: str
    place: Place


_ASKED, _LANDED, _HOLDER = aliased(AddressRow), aliased(AddressRow), aliased(CaptureRow)
_LOOKS: Select[*tuple[Any, ...]] = (
    select(
        OutletRow.name.label("outlet"),
        _ASKED.url,
        _LANDED.url.label("final_url"),
        CaptureRow.fetched_at,
        CaptureRow.uid,
        CaptureRow.digest,
        WarcFileRow.name.label("file"),
        # A revisit holds no bytes: they are with the capture it repeats.
        func.coalesce(_HOLDER.warc_offset, CaptureRow.warc_offset).label("offset"),
        func.coalesce(_HOLDER.warc_length, CaptureRow.warc_length).label("length"),
    )
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(_ASKED, _ASKED.id == CaptureRow.address_id)
    .join(_LANDED, _LANDED.id == CaptureRow.final_address_id, isouter=True)
    .join(_HOLDER, _HOLDER.id == CaptureRow.revisit_of_id, isouter=True)
    .join(WarcFileRow, WarcFileRow.id == func.coalesce(_HOLDER.warc_file_id, CaptureRow.warc_file_id))
    .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid)
    .limit(1)
)


def is_id(name: str) -> bool:
    """Whether a name is formed like the id of a capture, an article or a version."""
    return bool(_CAPTURE.fullmatch(name)) or ":" in name


def _at_address(name: str) -> Select[*tuple[Any, ...]]:
    canonical = urls.digest(urls.canonical(typed.address(name)))[:8]
    return _LOOKS.where(or_(_ASKED.canonical == canonical, _LANDED.canonical == canonical))


def find(connection: Connection, name: str) -> StoredLook:
    """The look with this capture id; the newest at an address, whatever it came to; the look at which a version was
    first read, of an article its newest. Raises NotFound; UsageError where what looks like an address is none."""
    row = None
    if _CAPTURE.fullmatch(name):
        row = connection.execute(_LOOKS.where(CaptureRow.uid == bytes.fromhex(name))).one_or_none()
        if row is None:
            raise NotFound(f"the archive holds no capture {name}: `palimpsest ask looks` lists them")
    elif typed.looks_like_address(name):
        row = connection.execute(_at_address(name)).one_or_none()
    if row is None:
        shown = articles.show(connection, articles.find(connection, name))
        row = connection.execute(_LOOKS.where(CaptureRow.uid == bytes.fromhex(shown.capture))).one()
    place = Place(row.file, row.offset, row.length, row.digest, row.uid.hex())
    return StoredLook(row.outlet, row.url, row.final_url or "", row.fetched_at, row.uid.hex(), place)
