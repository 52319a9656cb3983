"""Dates as outlets write them -> instants. Pure; never raises; what is not understood stays as written.

ISO 8601 is tried first, because it is nearly always right and costs a microsecond. Everything else is brought into one
form (ASCII digits, no accents, months as numbers), in which a few patterns find the day, the hour beside it and the
zone behind it. Nothing is guessed: 03/04/2026 is understood where the outlet or the language says which comes first,
and a value without a zone stays without one unless the outlet says which it means. Names are known by `date_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from archive import text as same
from archive.records import Date
from crawler.parse.date_names import FURTHEST, JALALI, fold, marked, puts_day_first, zone_behind, zone_of

__all__ = ["Order", "agreed", "names_offset", "understand"]

Order = Literal["", "dmy", "mdy", "ymd"]
"""How an outlet orders the numbers of a date; with it a year of two digits is understood too."""

_LONGEST = 200
_DAY_ONLY = "day only"


# --- days and hours -------------------------------------------------------------------------------------------------

_MONTH = r"\x02(\d+)\x03"
_GAP = r"[\s.,/-]{0,4}"
_OF = r"(?:(?:de|del|of|d)\W)?"
_DAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(r"(?<!\d)(\d{4})\)?\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)\s?[日号號일]?")),
    (
        "",
        re.compile(
            r"(?<![\d./-])(?<!\d:)(\d{1,2})(?:[-./]\s?|\s\|\s)(\d{1,2})(?:[-./]\s?|\s\|\s)(\d{4}|\d\d)(?!\d|[:/]\d)"
        ),
    ),
    (
        "dmy",
        re.compile(
            rf"(?<!\d)(?<!\d:)(\d{{1,2}})(?:st|nd|rd|th|er|re|-?го|[oae])?{_GAP}{_OF}{_MONTH}{_GAP}{_OF}(\d{{4}})(?!\d)"
        ),
    ),
    ("mdy", re.compile(rf"{_MONTH}{_GAP}(\d{{1,2}})(?:st|nd|rd|th)?[\s.,/-]{{1,4}}(\d{{4}})(?!\d)")),
    ("ymd", re.compile(rf"(?<!\d)(\d{{4}}){_GAP}{_MONTH}{_GAP}(\d{{1,2}})(?!\d)")),
)
"""Where the day stands in a folded and marked text, and the order of its three numbers (empty: it depends)."""
_YEARLESS = re.compile(
    rf"{_MONTH}{_GAP}\d{{1,2}}(?!\d)|(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?{_GAP}{_OF}{_MONTH}"
    r"|(?<!\d)\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
)

_ERAS = {
    "juche": 1911,
    "주체": 1911,
    "主体": 1911,
    "民國": 1911,
    "民国": 1911,
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
}
"""The year before the first of each: North Korea's, Taiwan's, and those of Japan's emperors."""
_ERA = re.compile(rf"({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)(?!\d)\s?(?:[(（]\s?\d{{4}}\s?[)）]\s?)?([.年년/-]?)")
_BUDDHIST = range(2450, 2700)
"""Years that are 543 ahead."""

_CHANGED = r"(?:upd|edit|modif|mise|maj|actu|atua|aggi|gunc|aktu|azur|izm|обн|изм|ажур|онов|更新|تحديث|تعديل|بروز)"
_BETWEEN = rf"[^\w\x02]{{0,5}}(?:(?!{_CHANGED})[^\W\d_]{{1,12}}[^\w\x02]{{0,3}}){{0,2}}?"
"""What may stand between a day and its hour: signs and two words, but none that begins the date of a change."""

_HALF = r"\s?(?P<half>[ap]\.?\s?m(?![^\W\d_])|[صم](?![^\W\d_])|صباحا|مساء|[قب]\.?ظ|[πμ]\.\s?μ)"
_HOUR = (
    r"(?P<half_first>上午|凌晨|早上|오전|下午|晚上|中午|오후)?\s?(?<![\d:])(?P<hour>\d{1,2})(?:"
    r"\s?[:.h時时点點시]\s?(?P<minute>\d{2})(?:(?:[:.m]|\s?[分분]\s?)(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    rf"(?![\d:]|\.\d)\s?[分분秒초]?(?:{_HALF})?|{_HALF.replace('half', 'half_only')})"
)
_AFTER = re.compile(_BETWEEN + _HOUR)
_BEFORE = re.compile(_HOUR + _BETWEEN + r"\Z")
_MORNING = frozenset({"上午", "凌晨", "早上", "오전", "ص", "صباحا", "πμ"})


@dataclass(frozen=True, slots=True)
class _Written:
    """What a value says: the moment without a zone, the zone it names, whether it says an hour at all."""

    moment: datetime
    zone: tzinfo | None = None
    has_hour: bool = True


def _from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian day of a Solar Hijri one. In each 33 years from 1343 to 1501 the same eight are leap years, as the
    equinox has it; the 2820-year cycle of many libraries is a day off in 1404. Raises ValueError for no such day."""
    leap = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
    longest = 31 if month < 7 else 30 if month < 12 or year % 33 in leap else 29
    if not (1343 <= year <= 1501 and 1 <= month <= 12 and 1 <= day <= longest):
        raise ValueError("no such day")
    days = (year - 1343) * 365 + sum(each % 33 in leap for each in range(1343, year))
    return date(1964, 3, 21) + timedelta(days=days + 31 * (month - 1) - max(0, month - 7) + day - 1)


def _day(order: str, numbers: Iterable[str]) -> date:
    """Raises ValueError where there is no such day."""
    named = dict(zip(order, numbers, strict=True))
    month, day = int(named["m"]), int(named["d"])
    year = int(named["y"])
    if len(named["y"]) == 2:
        year += 2000 if year < 90 else 1900
    year -= 543 if year in _BUDDHIST else 0
    if month > JALALI or 1300 <= year < 1500:
        return _from_jalali(year, month % JALALI, day)
    return date(year, month, day)


def _in_our_era(found: re.Match[str]) -> str:
    year = 1 if found[2] == "元" else int(found[2])
    return f" {_ERAS[found[1]] + year}{found[3] or '.'}"


def _order(numbers: tuple[str, ...], stated: str, language: str, *, hyphens: bool) -> str:
    """The order of three bare numbers of which the year stands at an end; empty where nothing settles it."""
    if stated:
        return stated
    first, second = int(numbers[0]), int(numbers[1])
    if len(numbers[2]) < 4:
        # With hyphens the year may stand first everywhere.
        settled = not hyphens and second <= 12 and puts_day_first(language)
        return "dmy" if settled else ""
    if first == second or max(first, second) > 12:
        return "mdy" if second > 12 else "dmy"
    return "dmy" if puts_day_first(language) else ""


def _clock(found: re.Match[str]) -> time:
    """Raises ValueError where there is no such hour."""
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = re.sub(r"\W", "", found["half_first"] or found["half"] or found["half_only"] or "")
    if not half:
        return time(hour, minute, second)
    if half in _MORNING or half[0] in "aق":
        if hour > 12:
            raise ValueError("a morning hour after noon")
        return time(hour % 12, minute, second)
    return time(hour % 12 + 12 if hour <= 12 else hour, minute, second)


def _hour(text: str, start: int, end: int) -> tuple[time | None, str]:
    """The hour right before or right behind the day at a place, and what follows it."""
    before = text[max(0, start - 40) : start]
    if found := _BEFORE.search(before):
        behind = max(found.end(name) for name in ("hour", "minute", "second", "half", "half_only"))
        return _clock(found), f"{before[behind:].strip()} {text[end:]}"
    if found := _AFTER.match(text, end):
        return _clock(found), text[found.end() :]
    return None, ""


class _YearNotStatedError(ValueError):
    """A day and a month: of which year, only whoever has seen it appear can tell."""


def _read(text: str, order: Order, language: str) -> _Written | None:
    """What any other text says, by the first day in it; None where it is not told which number is the month.

    Raises ValueError where it is no date.
    """
    text = marked(_ERA.sub(_in_our_era, fold(text)))
    days = ((found, known) for known, pattern in _DAYS if (found := pattern.search(text)))
    found, known = min(days, key=lambda each: each[0].start(), default=(None, ""))
    if found is None:
        raise _YearNotStatedError if _YEARLESS.search(text) else ValueError("no date")
    settled = known or _order(found.groups(), order, language, hyphens="-" in found[0])
    if not settled:
        return None
    day = _day(settled, found.groups())
    clock, rest = _hour(text, found.start(), found.end())
    if clock is None:
        return _Written(datetime.combine(day, time()), has_hour=False)
    return _Written(datetime.combine(day, clock), zone_behind(rest))


# --- forms of one machine -------------------------------------------------------------------------------------------

_ISO = re.compile(
    r"(?:19|20)[0-9]{2}(-?)[0-9]{2}\1[0-9]{2}(?:[T ](?:[01][0-9]|2[0-3])(?::?[0-5][0-9]){1,2}(?:[.,][0-9]{1,9})?"
    r"(?: ?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-9]{2})?))?)?"
)
_RUN_TOGETHER = re.compile(r"((?:19|20)[0-9]{6})([0-9]{4}(?:[0-9]{2})?)")
_UNIX = re.compile(r"(1[0-9]{9})(?:\.?([0-9]{3}))?")


def _machine(text: str) -> _Written | None:
    """ISO 8601, its digits run together, and unix time in seconds or milliseconds, which its length tells apart.

    The pattern comes before the parser, because the parser's tastes change with the version of Python.
    """
    if _ISO.fullmatch(text):
        moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
        return _Written(moment.replace(tzinfo=None), moment.tzinfo, len(text) > 10)
    if found := _RUN_TOGETHER.fullmatch(text):
        return _Written(datetime.fromisoformat(f"{found[1]}T{found[2]}"))
    if found := _UNIX.fullmatch(text):
        moment = datetime.fromtimestamp(int(found[1]), UTC) + timedelta(milliseconds=int(found[2] or 0))
        return _Written(moment.replace(tzinfo=None), UTC)
    return None


# --- instants -------------------------------------------------------------------------------------------------------


def _placed(moment: datetime, zone: tzinfo, how: str) -> tuple[datetime, str]:
    """A moment without a zone, put into one: an hour that stands twice is the first, one that never was stays bare."""
    first, second = moment.replace(tzinfo=zone), moment.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after or before is None or after is None:
        return first.astimezone(UTC), how
    if before < after:
        return moment, f"{how}, an hour the clocks skipped, zone not known"
    return first.astimezone(UTC), f"{how}, an hour that stood twice: the first"


def _instant(written: _Written, zone: str, how: str, *, relabel: bool) -> tuple[datetime, str]:
    if not written.has_hour:
        return written.moment, f"{how}, {_DAY_ONLY}"  # no hour, so no zone can move it
    if written.zone is not None and not relabel:
        return _placed(written.moment, written.zone, how)
    place = zone_of(zone) if zone else None
    if place is None:
        return written.moment, f"{how}, zone not stated"
    mark = f"labelled with a wrong zone: it is {zone}" if relabel and written.zone else "zone of the outlet"
    return _placed(written.moment, place, f"{how}, {mark}")


def _believable(moment: datetime, at: datetime) -> bool:
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return moment.year >= 1990 and aware - at < timedelta(days=1)


def understand(
    raw: str,
    how: str,
    at: datetime,
    zone: str = "",
    *,
    order: Order = "",
    language: str = "",
    relabel: bool = False,
) -> Date:
    """A date as written on a page captured at `at` (aware).

    `zone` is the IANA zone of values that name none; with `relabel` also of those that name another, wrongly. `order`
    says how this outlet orders a date of bare numbers, `language` (BCP 47) how its readers do. The instant is aware
    UTC, naive where the zone is not known, None where the value is not understood or not believable: before 1990, or
    more than a day after the capture. `how` says which.
    """
    raw = same.fold_space(same.clean(raw[: 10 * _LONGEST]))[:_LONGEST]
    try:
        written = _machine(raw) or _read(same.canonical(raw), order, language)
        if written is None:
            return Date(raw, None, f"{how}, day or month first?")
        instant, told = _instant(written, zone, how, relabel=relabel)
    except _YearNotStatedError:
        return Date(raw, None, f"{how}, no year stated")
    except (ValueError, OverflowError):
        return Date(raw, None, f"{how}, not understood")
    return Date(raw, instant, told) if _believable(instant, at) else Date(raw, None, f"{how}, not believable")


# --- several dates --------------------------------------------------------------------------------------------------


_NEVER = timedelta()
_MINUTE = timedelta(minutes=1)
_QUARTER = timedelta(minutes=15)


def _precision(date: Date) -> int:
    """0 where there is no instant, 1 for a day, 2 for an hour, 3 for an hour in a zone."""
    if date.instant is None:
        return 0
    return 3 if date.instant.tzinfo else 1 if date.how.endswith(_DAY_ONLY) else 2


def _apart(one: Date, other: Date) -> timedelta:
    """How far another date lies behind this one, beyond what a missing hour or zone can explain."""
    if one.instant is None or other.instant is None:
        return _NEVER
    apart = other.instant.replace(tzinfo=None) - one.instant.replace(tzinfo=None)
    kinds = sorted((_precision(one), _precision(other)))
    if kinds[0] == 1 < kinds[1]:
        from_midnight = apart if _precision(one) == 1 else -apart
        return _NEVER if -FURTHEST <= from_midnight <= timedelta(hours=36) else apart
    if kinds == [2, 3] and abs(apart) <= FURTHEST + _MINUTE:
        apart -= round(apart / _QUARTER) * _QUARTER  # zones are quarters of an hour apart
    return apart if abs(apart) >= _MINUTE else _NEVER


def _in_words(apart: timedelta) -> str:
    minutes = round(abs(apart) / timedelta(minutes=1))
    size = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
    return f"{size} {'later' if apart > timedelta() else 'earlier'}"


_ENDS_IN_OFFSET = re.compile(r"[T:]\d{2,6}(?:[.,]\d{1,9})?\s?([+-]\d{1,2}):?(\d{2})?\Z")


def _offset(date: Date) -> timedelta:
    """The offset from UTC that a date names behind its hour, as written; zero where it names none."""
    found = _ENDS_IN_OFFSET.search(date.raw)
    zone = zone_of(f"{found[1][0]}{found[1][1:]:0>2}:{found[2] or '00'}") if found else None
    return (zone.utcoffset(None) or _NEVER) if zone is not None else _NEVER


def names_offset(date: Date) -> bool:
    """Whether a date names an offset that is not zero."""
    return bool(_offset(date))


def _mended(believed: Date, given: Iterable[Date]) -> Date:
    """A date whose hour is that of UTC under another offset, put right: another one, in words for people and without a
    zone, is later by just that offset."""
    offset = _offset(believed)
    if not offset or believed.instant is None or believed.instant.tzinfo is None:
        return believed
    local = believed.instant.replace(tzinfo=None) + 2 * offset
    for other in given:
        if _precision(other) == 2 and other.instant is not None and _NEVER <= local - other.instant < _MINUTE:
            told = f"{believed.how}, labelled with a wrong zone: {other.how.split(',')[0]} says {other.raw}"
            return replace(believed, instant=believed.instant + offset, how=told)
    return believed


def agreed(dates: Iterable[Date]) -> Date | None:
    """One date of several that should be the same, the most trusted first.

    The first that is understood is believed; where others say the same more exactly (an hour, a zone), the first of the
    most exact stands for it. Its `how` also says which contradict it, as written, and by how much. Where one shows that
    the hour of the first is that of UTC whatever offset it names, that is said, and the hour is right. Where none is
    understood, the first as written.
    """
    given = tuple(dates)
    believed = next((each for each in given if each.instant is not None), None)
    if believed is None:
        return next(iter(given), None)
    if (mended := _mended(believed, given)) is not believed:
        return mended
    apart = [(each, _apart(believed, each)) for each in given]
    won = max((each for each, gap in apart if not gap), key=_precision)
    against = (f"{each.how.split(',')[0]} says {each.raw} ({_in_words(gap)})" for each, gap in apart if gap)
    return replace(won, how="; ".join((won.how, *dict.fromkeys(against))))
