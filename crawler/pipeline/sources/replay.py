"""Pages that were saved from a web archive's replay: looks at the original, at the time the archive took them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from archive import urls
from archive.records import Capture, TimeBasis

__all__ = ["as_shown"]

_FIRST = "00000101000000"
"""What the digits of a time are filled up with: its first moment."""


def as_shown(capture: Capture) -> Capture:
    """The capture under the address and at the time that a replay's address names; as it is where it is none.

    Raises BadInput where the address named is none.
    """
    address, digits = urls.original(capture.url)
    if not address:
        return capture
    try:
        at = datetime.strptime(digits + _FIRST[len(digits) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return capture
    origin = f"{capture.origin}, {capture.url}"
    return replace(
        capture, url=urls.normal(address), final_url="", fetched_at=at, time_basis=TimeBasis.ARCHIVE, origin=origin
    )
