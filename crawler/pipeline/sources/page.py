"""A page that somebody saved, as a source of one capture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import urls
from archive.errors import UsageError
from archive.records import Capture, Source, TimeBasis
from crawler.parse.saved import unpacked
from crawler.pipeline.sources.files import content, saved_at
from crawler.pipeline.sources.protocol import Item, Stored
from crawler.pipeline.sources.replay import as_shown

__all__ = ["Page", "page", "states_address"]


def page(path: Path, url: str | None, at: datetime | None) -> Capture:
    """A saved page. Its address and time are those given; else those that the file states, as MHTML does; else its time
    is the file's. Raises BadInput, and UsageError where nobody says its address."""
    body, torn = content(path)
    saved = unpacked(body)
    url = url or saved.address
    if not url:
        raise UsageError(f"{path} is no web archive; a page needs its address: give --url URL")
    when, basis = saved_at(path, at) if at or saved.at is None else (saved.at, TimeBasis.ARCHIVE)
    found = Capture(
        url=urls.normal(url),
        fetched_at=when,
        body=body,
        source=Source.GIVEN_PAGE,
        time_basis=basis,
        origin=path.name,
        truncated=torn,
    )
    return as_shown(found)


def states_address(path: Path) -> bool:
    """Whether a file is a page that states its address. Raises BadInput."""
    return bool(unpacked(content(path)[0]).address)


@dataclass(frozen=True, slots=True)
class Page:
    """One saved page, its address where it does not state it itself, and when it was saved where somebody said so."""

    path: Path
    url: str | None = None
    at: datetime | None = None

    def check(self) -> None:
        """Raise BadInput where the file or the address cannot be taken."""
        page(self.path, self.url, self.at)

    def captures(self, _stored: Stored) -> Iterator[Item]:
        """The page."""
        yield Item(page(self.path, self.url, self.at))
