"""The way of a back-fill by whole WARC files, where there is no index: Common Crawl's news set above all.

https://commoncrawl.org/blog/news-dataset-available: a list of files for each month (`warc.paths.gz`), files of a
gigabyte. A file is fetched in parts, so that it may be gone on with; what is none of ours is left before it is read.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from archive import warc
from crawler.fetch.bounds import torn
from crawler.fetch.capture import header
from crawler.fetch.failures import Unanswered
from crawler.outlets.base import Outlet
from crawler.pipeline.engines.protocol import Engine
from crawler.pipeline.sources.originals import Originals
from crawler.pipeline.sources.protocol import Item
from crawler.pipeline.sources.warc import Late, Warc
from crawler.pipeline.whole_files import ReadBefore, not_read
from crawler.webarchives.asking import AskingSpider
from crawler.webarchives.errand import SetErrand

__all__ = ["SetSpider"]

_PART = 8_000_000
"""Bytes of a file asked for at once: below what one answer may have."""
_LARGEST = 20_000_000_000
"""Bytes of a file, beyond which it is none of a set."""
_LONGEST_LIST = 50_000_000
_PATIENCE = 50
"""Records that are looked at before others have their turn."""
_BEGUN = re.compile(r"-(\d{14})-\d+\.warc\.gz\Z")
_PER_FILE = timedelta(days=1)
"""How long after the time in its name a file of the news set may go on, at most."""


class SetSpider(AskingSpider):
    """Reads the files of a set, one after the other."""

    errand: SetErrand
    _by: Engine | None

    async def work(self) -> None:
        """All of it."""
        files = list(self.errand.files)
        for month in [] if files else self._months():
            files += await self._listed(month)
        with self.errand.engine.opened() as self._by:
            for number, file in enumerate(files, 1):
                self.backfill.tell(f"{file}: {number} of {len(files)}")
                await self._file(file)

    # --- which files ---------------------------------------------------------------------------------------------

    def _months(self) -> Iterator[date]:
        first, today = self.errand.since or date(2016, 8, 1), self.backfill.now().date()
        last = min(self.errand.until or today, today)
        month = first.replace(day=1)
        while month <= last:
            yield month
            month = (month + timedelta(days=32)).replace(day=1)

    async def _listed(self, month: date) -> list[str]:
        """The files of a month that may hold something of the window."""
        url = f"{self.errand.base}/crawl-data/CC-NEWS/{month:%Y/%m}/warc.paths.gz"
        response = await self.asked(url)
        stats = self.backfill.stats
        if isinstance(response, Unanswered):
            stats.note(f"{url}: {response}")
            return []
        good = response.status == 200 and not torn(response)
        self.backfill.indexed(self.captured(response), self._first(), read=good)
        if not good:
            stats.note(f"{url}: answers {response.status}: no file of {month:%B %Y} is read")
            return []
        try:
            lines = zlib.decompressobj(47).decompress(response.body, _LONGEST_LIST).decode("utf-8", "replace").split()
        except zlib.error as problem:
            stats.note(f"{url}: cannot be unpacked ({problem})")
            return []
        return [line for line in lines if self._may_hold(line)]

    def _may_hold(self, path: str) -> bool:
        found = _BEGUN.search(path)
        try:
            begun = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
        except ValueError:
            return False
        return begun is None or self.errand.within(begun) or self.errand.within(begun + _PER_FILE)

    def _first(self) -> Outlet:
        named = self.errand.outlets
        outlets = self.backfill.outlets
        return outlets.get(named[0]) if named else outlets.for_url(self.errand.base, self.backfill.now())

    # --- a file --------------------------------------------------------------------------------------------------

    async def _file(self, file: str) -> None:
        listing = self.backfill.listing(f"warc:{file}")
        if not listing.due:
            return
        # A list that somebody else wrote names no file of this machine.
        local = _local(file) if file in self.errand.files else None
        if local is not None:
            kept = await self._read(local, local.name)
        elif (part := await self._fetched(file)) is None:
            return
        else:
            kept = await self._read(part, file.rpartition("/")[2])
            part.unlink()
        self.backfill.listings.keep(listing, [], max(kept, 1), "", self.backfill.now())

    async def _fetched(self, file: str) -> Path | None:
        """A file of the set on this machine; None where it did not come whole. What came of it before is kept."""
        url = file if "://" in file else f"{self.errand.base}/{file}"
        part = self.backfill.folder() / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.warc.part"
        while True:
            begin = _size(part)
            response = await self.asked(url, Range=f"bytes={begin}-{begin + _PART - 1}")
            if isinstance(response, Unanswered):
                self.backfill.unanswered(self._first(), url, response)
                self.backfill.stats.note(f"{url}: {response}")
                return None
            if response.status == 416 and begin:
                return part
            whole = response.status == 200 and not begin
            follows = response.status == 206 and header(response, "Content-Range").startswith(f"bytes {begin}-")
            if torn(response) or begin > _LARGEST or not (whole or follows):
                self.backfill.stats.note(f"{url}: answers {response.status}, and no part of the file")
                return None
            _append(part, response.body)
            if whole or len(response.body) < _PART:
                return part

    async def _read(self, path: Path, name: str) -> int:
        """Take what belongs to the outlets; how many captures that were."""
        originals, taken = Originals(), 0
        place = warc.Within(path, name, 0, _size(path))
        with self._engine_reads(place) as read:
            for source in (Warc(place, originals), Late(originals)):
                for number, item in enumerate(source.captures(self.backfill.stored)):
                    if number % _PATIENCE == 0:
                        await asyncio.sleep(0)
                        await self.turn()
                    taken += self._taken(item, read)
        return taken

    @contextmanager
    def _engine_reads(self, place: warc.Within) -> Iterator[ReadBefore]:
        """What an engine reads of a file; nothing where there is none."""
        if self._by is None:
            yield not_read
            return
        with self.backfill.whole_files(self._by, self.errand.whose, [place]) as files:
            yield files.of

    def _taken(self, item: Item, read: ReadBefore) -> bool:
        capture = item.capture
        if capture is None:
            if item.trouble and "revisit" not in item.trouble:
                self.backfill.stats.note(f"{item.where}: {item.trouble}")
            return False
        outlet = self.errand.whose(self.backfill.outlets, capture)
        if outlet is None:
            return False
        self.backfill.given(capture, outlet, partial(read, item))
        return True


def _local(file: str) -> Path | None:
    return Path(file) if "://" not in file and Path(file).is_file() else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as out:
        out.write(data)
