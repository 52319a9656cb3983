"""What people type, understood: times as they say them, addresses without `https://`. Pure: `now` is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from archive import urls
from archive.errors import BadInput, UsageError

__all__ = ["UNDERSTOOD", "Span", "address", "looks_like_address", "span", "time", "with_scheme"]

UNDERSTOOD = "2026-11-23, 2026-11-23T18:00Z, 2026-11, 2026, now, today, yesterday, or so long ago: 12h, 7d, 2w"
"""The times that are understood, by examples."""

_DAYS = {"today": 0, "yesterday": 1}
_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?")
_AGO = re.compile(r"(\d{1,5}) ?(h|hours?|d|days?|w|weeks?)(?: ago)?")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_WEEK = re.compile(r"\d{4}-?W\d\d")
_WHOLE_DAY = re.compile(r"[\dW-]+")
# A port counts only before a path: ids of outlets nobody has described are `example.org:` and digits.
_HOST = re.compile(
    r"(?:[\w-]+\.)+[^\W\d_][\w-]*(?::\d{1,5}(?=/))?(?:[/?#]\S*)?|\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?/\S*"
)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment to before another, in UTC; both are the same where a moment was named."""

    start: datetime
    end: datetime

    def last_day(self, zone: tzinfo = UTC) -> date:
        """The last day there that is in it."""
        return max(self.start, self.end - timedelta(microseconds=1)).astimezone(zone).date()


def span(words: str, zone: tzinfo, now: datetime) -> Span:
    """The time that is meant: a moment, or a day, month or year in that zone. What has no offset is of that zone.

    Raises ValueError where it is not understood, or before the year 1 or after 9999 in UTC."""
    said = " ".join(words.split()).lower()
    try:
        return _relative(said, zone, now) or _month_or_year(said, zone) or _iso(words.strip(), zone)
    except OverflowError as problem:
        raise ValueError(f"{words} is before the year 1 or after 9999 in UTC") from problem


def time(words: str, option: str, zone: tzinfo, now: datetime) -> Span:
    """The time that is meant by the words of an option (see `span`). Raises UsageError naming the option."""
    try:
        return span(words, zone, now)
    except ValueError:
        between = "" if option.endswith("=") else " "
        raise UsageError(f"{option}{between}{words!r} is no time; understood are {UNDERSTOOD}") from None


def _relative(said: str, zone: tzinfo, now: datetime) -> Span | None:
    if said == "now":
        return Span(now, now)
    if said in _DAYS:
        day = now.astimezone(zone).date() - timedelta(days=_DAYS[said])
        return _days(day, _later(day, 1), zone)
    if found := _AGO.fullmatch(said):
        moment = now - int(found[1]) * _UNITS[found[2][0]]
        return Span(moment, moment)
    return None


def _month_or_year(said: str, zone: tzinfo) -> Span | None:
    found = _MONTH.fullmatch(said)
    if not found:
        return None
    first = date(int(found[1]), int(found[2] or 1), 1)
    # So many days after its first, the next month or year has begun.
    after = _later(first, 31 if found[2] else 366)
    return _days(first, after if after == date.max else after.replace(day=1), zone)


def _iso(words: str, zone: tzinfo) -> Span:
    moment = datetime.fromisoformat(words)
    if _WHOLE_DAY.fullmatch(words):
        first = moment.date()
        return _days(first, _later(first, 7 if _WEEK.fullmatch(words) else 1), zone)
    found = (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)
    return Span(found, found)


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def _days(first: date, after: date, zone: tzinfo) -> Span:
    """From the first moment of a day to that of another."""
    return Span(*(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) for day in (first, after)))


def looks_like_address(words: str) -> bool:
    """Whether words are meant as an address, with a scheme or without: `www.rt.com/news/1-a/`."""
    return "://" in words or words.startswith("urn:") or bool(_HOST.fullmatch(words))


def with_scheme(words: str) -> str:
    """What looks like an address without a scheme, with `https://`; all else as it is."""
    bare = "://" not in words and _HOST.fullmatch(words.strip())
    return f"https://{words.strip()}" if bare else words


def address(words: str, what: str = "") -> str:
    """An address as somebody typed it, in one spelling (see `urls.normal`); `what` names the option it was typed for.

    Raises UsageError where it is none."""
    try:
        return urls.normal(with_scheme(words))
    except BadInput as problem:
        raise UsageError(f"{what} {problem}".lstrip()) from None
