"""What the archive holds already of an address that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from archive import warc
from archive.errors import Damaged
from archive.records import Source
from archive.store.lookups import Latest, Lookups
from crawler.outlets.base import Outlet
from crawler.pipeline.steps import address_key
from crawler.spiders.known import MOST_UNCHANGED, Answered, Known, wants_all

__all__ = ["Holdings"]

_GOOD_ROBOTS = timedelta(hours=24)
"""How long the last good copy of a robots.txt stands in for one that cannot be read."""


class Holdings:
    """An outlet's captures, asked by address."""

    def __init__(
        self, outlet: Outlet, lookups: Lookups, warc_folder: Path, now: Callable[[], datetime], *, trusting: bool
    ) -> None:
        self._outlet, self._lookups, self._folder, self._now = outlet, lookups, warc_folder, now
        self._trusting = trusting

    def distrust(self) -> bool:
        """Ask for every page whole from now on; False where that is done already."""
        trusted, self._trusting = self._trusting, False
        return trusted

    def known(self, url: str, vantage: str) -> Known | None:
        """What the last whole answer of a page says of itself; None where the archive has none that says anything, or
        has it from another vantage."""
        latest = self._latest(url)
        if latest is None or latest.vantage != vantage:
            return None
        # That the first page stands says nothing of the others.
        if self._lookups.parts(bytes.fromhex(latest.original.capture_uid)):
            return None
        with suppress(Damaged):
            held = warc.capture_from(warc.read_at(self._folder, latest.place))
            etag, modified = held.header("ETag"), held.header("Last-Modified")
            return self._known(url, etag, modified, latest.original.digest) if etag or modified else None
        return None

    def _known(self, url: str, etag: str, modified: str, digest: bytes) -> Known:
        key = address_key(self._outlet, url)
        rows = self._lookups.answers(self._outlet.name, key, url, MOST_UNCHANGED + 1)
        answers = tuple(Answered(status, at) for status, at in rows)
        whole = not self._trusting or wants_all(url, answers, self._now())
        return Known(etag, modified, digest, answers, whole)

    def seen_by_browser(self, url: str) -> bool:
        """Whether the last full answer came through a browser."""
        latest = self._latest(url)
        return latest is not None and latest.source is Source.OWN_BROWSER

    def last_robots(self, url: str, vantage: str) -> bytes | None:
        """The last good robots.txt of the past day, as received at a vantage."""
        now, key = self._now(), address_key(self._outlet, url)
        place = self._lookups.unread(self._outlet.name, key, now - _GOOD_ROBOTS, now, vantage)
        if place is None:
            return None
        with suppress(Damaged):
            return warc.read_at(self._folder, place).body
        return None

    def _latest(self, url: str) -> Latest | None:
        return self._lookups.latest(self._outlet.name, address_key(self._outlet, url), url)
