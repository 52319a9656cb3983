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

__all__ = ["Holdings"]

_GOOD_ROBOTS = timedelta(hours=24)
"""How long the last good copy of a robots.txt stands in for one that cannot be read."""


class Holdings:
    """An outlet's captures, asked by address."""

    def __init__(self, outlet: Outlet, lookups: Lookups, warc_folder: Path, now: Callable[[], datetime]) -> None:
        self._outlet, self._lookups, self._folder, self._now = outlet, lookups, warc_folder, now

    def conditions(self, url: str) -> dict[str, str]:
        """Headers that ask for a page only if it changed since the archive last held it."""
        latest = self._latest(url)
        # That the first page stands says nothing of the others.
        if latest is None or self._lookups.parts(bytes.fromhex(latest.original.capture_uid)):
            return {}
        with suppress(Damaged):
            held = warc.capture_from(warc.read_at(self._folder, latest.place))
            asked = (("If-None-Match", held.header("ETag")), ("If-Modified-Since", held.header("Last-Modified")))
            return {name: value for name, value in asked if value}
        return {}

    def seen_by_browser(self, url: str) -> bool:
        """Whether the last full answer came through a browser."""
        latest = self._latest(url)
        return latest is not None and latest.source is Source.OWN_BROWSER

    def last_robots(self, url: str) -> bytes | None:
        """The last good robots.txt of the past day, as received."""
        since = self._now() - _GOOD_ROBOTS
        place = self._lookups.unread(self._outlet.name, address_key(self._outlet, url), since)
        if place is None:
            return None
        with suppress(Damaged):
            return warc.read_at(self._folder, place).body
        return None

    def _latest(self, url: str) -> Latest | None:
        return self._lookups.latest(self._outlet.name, address_key(self._outlet, url), url)
