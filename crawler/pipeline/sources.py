"""What a command was given: a page, a WARC, a manifest or a text; checked as a whole before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import text, warc
from archive.errors import BadInput, UsageError
from archive.records import Block, Capture, Judgement, Place, Reading
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.pipeline import given_files
from crawler.pipeline.given_files import Trouble

__all__ = ["Given", "described"]


@dataclass(frozen=True, slots=True)
class Given:
    """The files and words of one command; exactly one of `file`, `manifest`, `text_file` is meant to be there."""

    file: Path | None = None
    manifest: Path | None = None
    text_file: Path | None = None
    url: str | None = None
    at: datetime | None = None
    outlet: str | None = None

    def check(self) -> None:
        """Raise UsageError where the words do not fit together."""
        if sum(one is not None for one in (self.file, self.manifest, self.text_file)) != 1:
            raise UsageError("give one of: a FILE, --manifest FILE, --text FILE")
        if self.manifest and (self.url or self.at or self.outlet):
            raise UsageError("a manifest says url and time of each page itself: leave out --url, --at and --outlet")
        if self.text_file and not self.outlet:
            raise UsageError("a bare text does not say whose it is: give --outlet NAME")
        if self.file and not self.url and not given_files.is_warc(self.file):
            raise UsageError(f"{self.file} is no WARC; a page needs its address: give --url URL")

    def check_whole(self) -> None:
        """Check what can be checked before anything is stored. Raises UsageError and BadInput."""
        self.check()
        if self.manifest:
            given_files.check_manifest(self.manifest)

    def captures(
        self,
        stored: Callable[[warc.Foreign], bytes | None],
        repeated: Callable[[warc.StoredRecord], tuple[bytes, str] | None],
        own: Path,
    ) -> Iterator[Capture | tuple[Capture, Place] | Trouble]:
        """What was given, as captures; records of a WARC in the folder `own` come with their place, because they need
        no copy. `stored` finds the payload of a revisit in the archive, `repeated` that of one of our own. Raises
        BadInput."""
        if self.file and self.file.resolve().is_relative_to(own.resolve()):
            yield from given_files.own_records(own.resolve(), self.file.resolve(), repeated)
        elif self.text_file:
            yield given_files.text_file(self.text_file, self.url, self.at)
        elif self.manifest:
            yield from given_files.manifest(self.manifest)
        elif self.file and self.url and not given_files.is_warc(self.file):
            yield given_files.page(self.file, self.url, self.at)
        elif self.file:
            yield from given_files.records(self.file, stored)


def _to_read(given: Given) -> Iterator[tuple[str, Capture]]:
    if given.manifest:
        for name, path, url in given_files.pages(given.manifest):
            yield name, given_files.page(path, url, given.at)
    elif given.text_file:
        yield str(given.text_file), given_files.text_file(given.text_file, given.url, given.at)
    elif given.file:
        if given.url is None:
            raise BadInput(f"{given.file} is a WARC; `palimpsest ingest` reads those")
        yield str(given.file), given_files.page(given.file, given.url, given.at)


def described(given: Given, folder: Path) -> Iterator[dict[str, Any]]:
    """What would be stored of each page, as JSON objects; `folder` holds the operator's outlet files."""
    outlets = registry(folder)
    for name, capture in _to_read(given):
        outlet = outlets.get(given.outlet) if given.outlet else outlets.for_url(capture.url, capture.fetched_at)
        judgement, reading = examine(replace(capture, outlet=outlet.name), outlet)
        yield _described(name, capture.url, outlet.name, judgement, reading)


def _described(name: str, url: str, outlet: str, judgement: Judgement, reading: Reading | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "file": name,
        "url": url,
        "outlet": outlet,
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "headline": None,
        "description": None,
        "body": [],
        "authors": [],
        "date_published": None,
        "date_published_raw": None,
        "date_modified": None,
        "in_language": None,
        "images": [],
        "read_also": [],
        "furniture": [],
        "revision": None,
    }
    return row if reading is None else row | _read(reading)


def _block(block: Block) -> dict[str, str]:
    return {"type": block.type, "text": block.text}


def _read(reading: Reading) -> dict[str, Any]:
    published, modified = reading.date_published, reading.circumstances.date_modified
    return {
        "headline": reading.headline,
        "description": reading.description or None,
        "body": [_block(block) for block in reading.body],
        "authors": list(reading.authors),
        "date_published": text.iso(published.instant) if published else None,
        "date_published_raw": published.raw if published else None,
        "date_modified": text.iso(modified.instant) if modified else None,
        "in_language": reading.circumstances.language or None,
        "images": [{"caption": image.caption or None, "credit": image.credit or None} for image in reading.images],
        "read_also": list(reading.read_also),
        "furniture": [{"rule": removal.rule, "text": removal.text} for removal in reading.removed],
        "revision": reading.revision,
    }
