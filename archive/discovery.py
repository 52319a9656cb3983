"""An address as its source named it: the value that travels from where it is found to the archive's memory."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

__all__ = ["Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """An address and what was said of it where it was found: dates as written, the title as one line.

    `published` is never a sitemap's `lastmod` (that stands in `modified`, and may be the day the sitemap was written).
    """

    url: str
    seen_in: str
    title: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""
    guid: str = ""

    def within(self, since: date | None, until: date | None) -> bool:
        """Whether it may be of a window of days; True where its source did not say when it was published."""
        day = _day(self.published)
        # A day more at both ends: an outlet's midnight is not everybody's.
        return day is None or (
            (since is None or day >= since - timedelta(days=1)) and (until is None or day <= until + timedelta(days=1))
        )


def _day(published: str) -> date | None:
    """The day of a date as feeds and sitemaps write it; None where it is none."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, OverflowError):
            return read(published).date()
    return None
