"""How much room there is for what comes: on the disks, and within what the operator gives the archive of them."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from archive.home import Home

__all__ = ["Room", "left"]

_EVERY, _EVERY_BY_FILE = 1.0, 60.0
"""Seconds for which an answer holds, and one for which every file was asked: less comes meanwhile than is left free."""


def left(home: Home) -> int:
    """Bytes that may still come before crawls stop; less than nothing where they have to. Raises OSError."""
    database = home.database_file
    places = [home.warc, *([database.parent] if database else ())]
    free = min(shutil.disk_usage(place).free for place in places) - home.disk_reserve * 1_000_000
    if not home.disk_budget:
        return free
    files = _taken(home.warc) + (database.stat().st_size if database and database.exists() else 0)
    return min(free, home.disk_budget * 1_000_000_000 - files)


def _taken(folder: Path) -> int:
    """What files take on the disk they are on."""
    return sum(Path(at, name).stat().st_size for at, _, names in os.walk(folder) for name in names)


class Room:
    """The room of an archive, asked now and then."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._full, self._until = False, 0.0

    def is_full(self) -> bool:
        """Whether nothing more may come."""
        if not self._full and time.monotonic() >= self._until:
            self._full = left(self._home) <= 0
            self._until = time.monotonic() + (_EVERY_BY_FILE if self._home.disk_budget else _EVERY)
        return self._full
