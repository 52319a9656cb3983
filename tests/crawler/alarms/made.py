"""A made-up outlet of a few weeks, kept as any is: what alarms are looked for in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from archive import warc
from archive.records import Capture, Circumstances, Date, Reading, Source, TimeBasis, Verdict
from tests.archive.material import START, Archive, Material, reading

__all__ = ["BEGAN", "DAYS", "FEED", "article", "weeks"]

BEGAN = START - timedelta(hours=12)
DAYS = 32
FEED = "https://paper.test/feed.xml"
_HOURS = (7, 10, 13, 16)


def article(day: int, hour: int) -> Reading:
    """What an article of that hour says."""
    at = BEGAN + timedelta(days=day, hours=hour)
    told = f"The council of the town met on day {day} at {hour} to speak of the bridge and of the road to the hills."
    more = f"It decided that {day * 31 + hour} million are needed, and nobody voted against it."
    said = reading(told, more, headline=f"Council meets on day {day} at {hour}", authors=("Ann Author",))
    return replace(said, date_published=Date(at.isoformat(), at, "meta"), circumstances=Circumstances(language="en"))


def weeks(
    archive: Archive, first: int, last: int, said: Callable[[int, int], Reading] = article, feed: bool = True
) -> None:
    """The looks from one day to another: at the feed and at what is new, every third hour by day."""
    material = Material(archive.home)
    material._writer = warc.Writer(archive.home.warc, f"day-{first}", START, "tests")
    for day in range(first, last):
        for hour in _HOURS:
            at = BEGAN + timedelta(days=day, hours=hour, minutes=20)
            listed = _capture(FEED, at, f"<rss>{day} {hour}</rss>", 200 if feed else 404)
            item = material.take(listed, "feed", None, Verdict.LISTING if feed else Verdict.GONE)
            material.made[-1] = replace(item, judgement=replace(item.judgement, reason=""))
            if feed:
                page, key = said(day, hour), f"{day}-{hour}"
                material.take(_capture(f"https://paper.test/{key}-title", at, repr(page)), key, page)
    material.close()
    archive.run(material.made, began=BEGAN + timedelta(days=first))


def _capture(url: str, at: datetime, body: str, status: int = 200) -> Capture:
    return Capture(url, at, body.encode(), status, source=Source.OWN_HTTP, time_basis=TimeBasis.OWN_CLOCK)
