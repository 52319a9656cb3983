"""A capture as rows: what is evidence of it in columns, and the responses on the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from archive.models import CaptureRow, HopRow, PartRow, table_of
from archive.records import Recordable
from archive.store.intern import Intern

__all__ = ["Captures"]

_CAPTURE = table_of(CaptureRow)

_STANDS_STILL = select(
    _CAPTURE.c.version_id, _CAPTURE.c.size, _CAPTURE.c.circumstances_id, _CAPTURE.c.removals_id
).where(_CAPTURE.c.uid == bindparam("uid"))
_BY_UID = select(_CAPTURE.c.id).where(_CAPTURE.c.uid == bindparam("uid"))
_ADD_CAPTURE = insert(_CAPTURE)
_ADD_HOP = insert(table_of(HopRow))
_ADD_PART = insert(table_of(PartRow))


def _stored(status: int) -> int:
    """A status as the tables take it: 0 for what no HTTP status can be. The record of the answer has it as it came."""
    return status if 0 <= status <= 999 else 0


@dataclass(frozen=True, slots=True)
class Captures:
    """Where captures of one run are written: `run` is its integer."""

    connection: Connection
    intern: Intern
    run: int

    def columns(self, item: Recordable) -> dict[str, Any]:
        """What is evidence of a capture, as columns."""
        connection, intern = self.connection, self.intern
        capture, place, reading, content = item.capture, item.place, item.reading, item.content
        return {
            "run_id": self.run,
            **self.addresses(item),
            "fetched_at": capture.fetched_at,
            "status": _stored(capture.status),
            "source": capture.source,
            "time_basis": capture.time_basis,
            "vantage_id": intern.vantage(connection, capture.vantage),
            "verdict": item.judgement.verdict,
            "reason_id": intern.reason(connection, item.judgement.reason),
            "warc_file_id": intern.warc_file(connection, place.file, self.run),
            "warc_offset": place.offset,
            "warc_length": place.length,
            "digest": place.digest,
            "revisit_of_id": self._revisited(place.revisit_of),
            "size": content.size if content else 0,
            "circumstances_id": intern.circumstances(connection, content.circumstances) if content else None,
            "removals_id": intern.removals(connection, reading.removed) if reading else None,
            **self._unchanged(item),
        }

    def addresses(self, item: Recordable) -> dict[str, Any]:
        """Whose page it is, what was asked for, and what answered where that is another address."""
        connection, intern, capture = self.connection, self.intern, item.capture
        return {
            "outlet_id": intern.outlet(connection, item.outlet),
            "address_id": intern.address(connection, capture.url),
            "final_address_id": intern.address(connection, capture.landed) if capture.landed != capture.url else None,
        }

    def _unchanged(self, item: Recordable) -> dict[str, Any]:
        """What a page still says that the outlet says has not changed; `version_id` among it."""
        if not item.unchanged:
            return {}
        found = self.connection.execute(_STANDS_STILL, {"uid": bytes.fromhex(item.unchanged)}).mappings().first()
        return dict(found or {})

    def _revisited(self, uid: str) -> int | None:
        return self.connection.execute(_BY_UID, {"uid": bytes.fromhex(uid)}).scalar() if uid else None

    def insert(self, item: Recordable, values: dict[str, Any]) -> int:
        """Write a capture, its hops, and the pages it was read with; its integer."""
        made = self.connection.execute(_ADD_CAPTURE, values).inserted_primary_key
        assert made is not None
        for n, (hop, place) in enumerate(zip(item.capture.hops, item.hop_places, strict=True)):
            row = {
                "capture_id": made[0],
                "n": n,
                "address_id": self.intern.address(self.connection, hop.url),
                "status": _stored(hop.status),
                "warc_file_id": self.intern.warc_file(self.connection, place.file, self.run),
                "warc_offset": place.offset,
                "warc_length": place.length,
                "digest": place.digest,
            }
            self.connection.execute(_ADD_HOP, row)
        for n, uid in enumerate(item.parts, 2):
            self.connection.execute(_ADD_PART, {"capture_id": made[0], "n": n, "uid": bytes.fromhex(uid)})
        return int(made[0])
