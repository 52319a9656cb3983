"""A bare text that some tool saved, as a source of one capture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import urls
from archive.records import Capture, Source
from crawler.pipeline.sources.files import content, saved_at
from crawler.pipeline.sources.protocol import Item, Stored

__all__ = ["Text", "text"]


def text(path: Path, url: str | None, at: datetime | None) -> Capture:
    """A bare text; without an address it is named by its digest. Raises BadInput."""
    body, torn = content(path)
    when, basis = saved_at(path, at)
    return Capture(
        url=urls.normal(url) if url else f"urn:sha256:{hashlib.sha256(body).hexdigest()}",
        fetched_at=when,
        body=body,
        headers=(("Content-Type", "text/plain; charset=utf-8"),),
        source=Source.GIVEN_TEXT,
        time_basis=basis,
        origin=path.name,
        truncated=torn,
    )


@dataclass(frozen=True, slots=True)
class Text:
    """One text, its address where it has one, and when it was saved where somebody said so."""

    path: Path
    url: str | None = None
    at: datetime | None = None

    def check(self) -> None:
        """Raise BadInput where the file or the address cannot be taken."""
        text(self.path, self.url, self.at)

    def captures(self, _stored: Stored) -> Iterator[Item]:
        """The text."""
        yield Item(text(self.path, self.url, self.at))
