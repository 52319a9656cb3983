"""A page that somebody saved, as a source of one capture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import urls
from archive.records import Capture, Source
from crawler.pipeline.sources.files import content, saved_at
from crawler.pipeline.sources.protocol import Item, Stored

__all__ = ["Page", "page"]


def page(path: Path, url: str, at: datetime | None) -> Capture:
    """A saved page. Without `at` its time is the file's. Raises BadInput."""
    body, torn = content(path)
    when, basis = saved_at(path, at)
    return Capture(
        url=urls.normal(url),
        fetched_at=when,
        body=body,
        source=Source.GIVEN_PAGE,
        time_basis=basis,
        origin=path.name,
        truncated=torn,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One saved page, its address, and when it was saved where somebody said so."""

    path: Path
    url: str
    at: datetime | None = None

    def check(self) -> None:
        """Raise BadInput where the file or the address cannot be taken."""
        page(self.path, self.url, self.at)

    def captures(self, _stored: Stored) -> Iterator[Item]:
        """The page."""
        yield Item(page(self.path, self.url, self.at))
