"""Dates as outlets write them -> instants. Pure; never raises; what is not understood stays as written.

ISO 8601 is tried first, because it is nearly always right and a thousand times faster than anything else. A value
without a zone stays without one unless the outlet says which zone it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive import text as same
from archive.records import Date

__all__ = ["understand"]

_LONGEST = 200
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "sr": "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "sr-latn": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
}
# Shortened as outlets shorten them; three letters are not enough everywhere (juin, juillet).
_SHORT = {
    "en": "jan feb mar apr - jun jul aug sep oct nov dec",
    "en ": "- - - - - - - - sept - - -",
    "fr": "janv févr - avr - - juil - - - - déc",
    "es": "ene - - abr - - - ago set - - dic",
    "pt": "- fev - - - - - - - out - dez",
    "de": "jän - mär - - - - - - okt - -",
    "de ": "- - mrz - - - - - - - - -",
    "ru": "янв фев мар апр - июн июл авг сен окт ноя дек",
    "ru ": "- - - - - - - - сент - - -",
}
_ZONES = {"gmt": "UTC", "utc": "UTC", "z": "UTC", "msk": "Europe/Moscow", "мск": "Europe/Moscow"}

_DAY_MONTH = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(?P<year>\d{4})(?!\d)"
    r"(?:\D{0,5}?\s(?P<time>\d{1,2}[:.h]\d{2}(?::\d{2})?)(?:\s*(?P<zone>gmt|utc|msk|мск)\b)?)?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"(?<!\w)(?P<month>[^\W\d_]{3,12})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})(?!\d)"
    r"(?:\D{0,5}?\s(?P<time>\d{1,2}[:.h]\d{2}(?::\d{2})?)(?:\s*(?P<zone>gmt|utc|msk|мск)\b)?)?",
    re.IGNORECASE,
)
_DAY_ONLY = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}\Z)")


@lru_cache(maxsize=1)
def _month_numbers() -> dict[str, int]:
    tables = (*_SHORT.values(), *_MONTHS.values())
    return {name: number for names in tables for number, name in enumerate(names.split(), 1) if name != "-"}


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _iso(raw: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_SPACED_OFFSET.sub("", raw))
    except ValueError:
        return None


def _named_month(pattern: re.Pattern[str]) -> Callable[[str], datetime | None]:
    def parse(raw: str) -> datetime | None:
        found = pattern.search(raw)
        month = _month_numbers().get(found["month"].casefold()) if found else None
        if found is None or month is None:
            return None
        hour, minute, second, *_ = (*map(int, re.split(r"\D", found["time"] or "0:0")), 0)
        zone = _zone(_ZONES.get((found["zone"] or "").casefold(), ""))
        try:
            return datetime(int(found["year"]), month, int(found["day"]), hour, minute, second, tzinfo=zone)
        except ValueError:
            return None

    return parse


# In this order; the first that understands the value wins. An outlet's own notation is one more line here.
_FORMATS: tuple[Callable[[str], datetime | None], ...] = (_iso, _named_month(_DAY_MONTH), _named_month(_MONTH_DAY))


def _in_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _zoned(raw: str, moment: datetime, zone: str, how: str) -> tuple[datetime | None, str]:
    if _DAY_ONLY.fullmatch(raw):
        return moment, f"{how}, day only"  # no hour, so no zone can move it
    if moment.tzinfo is not None:
        return _in_utc(moment), how
    place = _zone(zone) if zone else None
    if place is None:
        return moment, f"{how}, zone not stated"
    return _in_utc(moment.replace(tzinfo=place)), f"{how}, zone of the outlet"


def _believable(moment: datetime | None, at: datetime) -> bool:
    if moment is None or moment.year < 1990:
        return False
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return aware - at < timedelta(days=1)


def understand(raw: str, how: str, at: datetime, zone: str = "") -> Date:
    """A date as written on a page captured at `at` (aware). `zone` is the IANA zone of values that name none.

    The instant is aware UTC, naive where the zone is not known, None where the value is not understood or lies more
    than a day after the capture.
    """
    raw = same.fold_space(same.clean(raw))[:_LONGEST]
    moment = next((found for parse in _FORMATS if (found := parse(raw)) is not None), None)
    if moment is None:
        return Date(raw, None, how)
    instant, how = _zoned(raw, moment, zone, how)
    if not _believable(instant, at):
        return Date(raw, None, f"{how}, not believable")
    return Date(raw, instant, how)
