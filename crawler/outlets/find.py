"""Where an outlet's articles are: its feeds, sitemaps, listing pages and archives by day. Data, and the addresses that
follow from it; `crawler.discover` reads what is fetched there.

Days are the outlet's own: `today` is the day in its time zone. A window without a beginning and an end is an ordinary
crawl, which wants what is new; what holds the past is asked for with a window only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin

__all__ = ["DayArchive", "Feed", "Find", "JsonList", "Listing", "Sitemap", "page_after"]

MOST_PARTS = 50
"""Parts of one sitemap that are tried at most."""

_DAY = timedelta(days=1)
_DATED = re.compile(r"\{date:([^}]*)\}")
_PART = re.compile(r"(?:_(?P<number>\d{1,3}))?(?P<ending>(?:\.[a-z]{2,4}){0,2})")


def _days(first: str, since: date | None, until: date | None, today: date) -> Iterator[date]:
    """The days of a window, the newest first. Without a window today and yesterday, so that midnight loses nothing."""
    day = min(until or today, today)
    start = since or (day - _DAY if until is None else date.min if first else day)
    if first:
        start = max(start, date.fromisoformat(first))
    for number in range(day.toordinal(), start.toordinal() - 1, -1):
        yield date.fromordinal(number)


def _on(url: str, day: date) -> str:
    return _DATED.sub(lambda found: day.strftime(found[1]), url)


def _dated(url: str, days: Iterator[date]) -> tuple[str, ...]:
    """An address for each day, or for each month or year where it names no day; itself where it names nothing."""
    return tuple(dict.fromkeys(_on(url, day) for day in days)) if _DATED.search(url) else (url,)


@dataclass(frozen=True, slots=True)
class Feed:
    """An RSS, RDF or Atom feed: the newest articles only."""

    url: str

    def starts(self, since: date | None, until: date | None, today: date) -> tuple[str, ...]:  # noqa: ARG002
        """The addresses to fetch first for a window of days: the feed itself, whatever the window."""
        return (self.url,)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap, or an index of them. `url` may hold `{date:%Y}`, with any marks of `strftime`.

    `parts` is a pattern that finds the address of a sitemap up to where `_2`, `_3`, … stand in those that continue it
    and that no index lists. `period` finds the groups `year`, `month`, `day` in an address: what it holds. `past`:
    this is the whole past, asked for with a window only. `since` is the first day (ISO) it holds anything of.
    Raises ValueError for what is no pattern or no day.
    """

    url: str
    parts: str = ""
    period: str = ""
    past: bool = False
    since: str = ""

    def __post_init__(self) -> None:
        _check(self.since, self.parts, self.period)

    def starts(self, since: date | None, until: date | None, today: date) -> tuple[str, ...]:
        """The addresses to fetch first for a window of days, the newest first."""
        if self.past and since is None and until is None:
            return ()
        if self.since and until is not None and until < date.fromisoformat(self.since):
            return ()
        return _dated(self.url, _days(self.since, since, until, today))

    def next_part(self, url: str) -> str:
        """The address that may continue this sitemap: `…_2023.xml` -> `…_2023_2.xml` -> `…_2023_3.xml`; else empty."""
        stem = re.search(self.parts, url) if self.parts else None
        rest = _PART.fullmatch(url, stem.end()) if stem else None
        number = int(rest["number"] or 1) + 1 if rest else 0
        if stem is None or rest is None or number > MOST_PARTS:
            return ""
        return f"{url[: stem.end()]}_{number}{rest['ending']}"

    def covers(self, url: str, since: date | None, until: date | None) -> bool:
        """Whether a sitemap of the index may hold articles of the window; True where its address does not tell."""
        held = _held(self.period, url) if self.period else None
        if held is None:
            return True
        # A day more at both ends: an outlet's midnight is not everybody's.
        return (since is None or held[1] >= since - _DAY) and (until is None or held[0] <= until + _DAY)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that links to articles. `links` is a CSS selector of elements with `href` (or `data-href`); empty: all.

    `next` finds the next page: a selector, or an address with `{page}`, which is 2 on the second page (`{page:02}` is
    02 there); it may be relative to the page (`?page={page}`). Of a template no more than `pages` pages are named; with
    a selector the caller counts. `dates` finds the day of an article within its link: no part of its title.
    """

    url: str
    links: str = ""
    next: str = ""
    pages: int = 1
    dates: str = ""

    def starts(self, since: date | None, until: date | None, today: date) -> tuple[str, ...]:  # noqa: ARG002
        """The addresses to fetch first for a window of days: the first page, whatever the window."""
        return (self.url,)


@dataclass(frozen=True, slots=True)
class DayArchive:
    """Listing pages by day: `url` holds `{date:%Y/%m/%d}`, with any marks of `strftime`; `first` is the first day (ISO)
    there is. `links`, `next`, `pages`, `dates` as in `Listing`; a template in `next` is best relative, to fit each day.

    Raises ValueError for what is no day and for an address without a date.
    """

    url: str
    first: str
    links: str = ""
    next: str = ""
    pages: int = 1
    dates: str = ""

    def __post_init__(self) -> None:
        _check(self.first)
        if not _DATED.search(self.url):
            raise ValueError(f"an archive by day without {{date:…}} in its address: {self.url!r}")

    def starts(self, since: date | None, until: date | None, today: date) -> tuple[str, ...]:
        """The addresses to fetch first for a window of days, the newest first."""
        return _dated(self.url, _days(self.first, since, until, today))


@dataclass(frozen=True, slots=True)
class JsonList:
    """A list of articles as JSON (or JSON handed to a function), which pages of the outlet fill themselves from.

    `items` is the dotted path of the list in it; `address`, `title` and `published` are names of an item's values, or a
    text with such names: `https://{host}/article/{id}`. Where a page names its lists, `url` is that page, `named` finds
    them in it (a pattern with one group) and `lists` is their address relative to the page: `ds_{}.json`.

    Raises ValueError for what is no pattern with one group.
    """

    url: str
    items: str
    address: str = "{url}"
    title: str = "{title}"
    published: str = ""
    named: str = ""
    lists: str = "{}"

    def __post_init__(self) -> None:
        _check("", self.named)
        if self.named and re.compile(self.named).groups != 1:
            raise ValueError(f"a pattern without one group: {self.named!r}")

    def starts(self, since: date | None, until: date | None, today: date) -> tuple[str, ...]:  # noqa: ARG002
        """The addresses to fetch first for a window of days: the list, or the page that names it."""
        return (self.url,)


def page_after(find: Listing | DayArchive, url: str) -> str:
    """What a template in `next` names after the page at an address; empty where it is the last, or no template."""
    if "{page" not in find.next:
        return ""
    pages = [urljoin(url, find.next.format(page=number)) for number in range(2, find.pages + 1)]
    place = pages.index(url) + 1 if url in pages else 0
    return pages[place] if place < len(pages) else ""


Find = Feed | Sitemap | Listing | DayArchive | JsonList
"""One way in which articles of an outlet are found."""


def _check(day: str, *patterns: str) -> None:
    if day:
        date.fromisoformat(day)
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as problem:
            raise ValueError(f"not a pattern: {pattern!r} ({problem})") from None


def _held(period: str, url: str) -> tuple[date, date] | None:
    """The first and the last day of the period an address names."""
    found = re.search(period, url)
    if found is None:
        return None
    year, month, day = (int(found.groupdict().get(name) or 0) for name in ("year", "month", "day"))
    try:
        start = date(year, month or 1, day or 1)
        after = start + _DAY if day else (start.replace(day=28) + 4 * _DAY).replace(day=1)
        return start, (after if month else date(year + 1, 1, 1)) - _DAY
    except (ValueError, OverflowError):
        return None
