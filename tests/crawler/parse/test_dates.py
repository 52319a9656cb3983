"""Dates as outlets write them."""

from __future__ import annotations

import time
import tomllib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from babel import Locale, localedata
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Date
from archive.text import iso
from crawler.parse import date_names
from crawler.parse.dates import agreed, understand

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        # ISO 8601 and other forms of machines.
        ("2026-05-07T22:03:26+00:00", "", "2026-05-07T22:03:26+00:00"),
        ("2026-05-07T22:03:26Z", "Europe/Moscow", "2026-05-07T22:03:26+00:00"),
        ("2026-05-07 22:03:26", "", "2026-05-07T22:03:26"),
        ("2026-05-07 22:03:26", "UTC", "2026-05-07T22:03:26+00:00"),
        ("2026-04-20T14:15:30.813", "", "2026-04-20T14:15:30.813000"),
        ("2017-08-06 11:42:00+0200", "", "2017-08-06T09:42:00+00:00"),
        ("2017-08-06 11:42:00 +0200", "", "2017-08-06T09:42:00+00:00"),
        ("2026-05-31T10:00:00+03:00 ", "", "2026-05-31T07:00:00+00:00"),
        ("20220611T0924", "Europe/Moscow", "2022-06-11T06:24:00+00:00"),
        ("202206110924", "Europe/Moscow", "2022-06-11T06:24:00+00:00"),
        ("2022-04-26", "Europe/Moscow", "2022-04-26T00:00:00"),
        ("2020-02-18 T 07:20:50 +0330", "", "2020-02-18T03:50:50+00:00"),
        ("Sat, 09 May 2020 14:53:00 +0200", "", "2020-05-09T12:53:00+00:00"),
        ("Sat, 09 May 2020 14:53:00 EST", "", "2020-05-09T19:53:00+00:00"),
        ("1593378975", "Europe/Moscow", "2020-06-28T21:16:15+00:00"),
        ("1791112175453", "", "2026-10-04T11:09:35.453000+00:00"),
        ("1999999999", "", None),
        # Names of months, in their cases and short forms.
        ("18 Nov, 2015 15:41", "UTC", "2015-11-18T15:41:00+00:00"),
        ("Published time: 18 Nov, 2015 15:41", "UTC", "2015-11-18T15:41:00+00:00"),
        ("20 Nov, 2019 05:47", "", "2019-11-20T05:47:00"),
        ("7 may 2026 22:03 GMT", "", "2026-05-07T22:03:00+00:00"),
        ("19 Feb 2019 00:00 GMT", "", "2019-02-19T00:00:00+00:00"),
        ("Published: Jul 21, 2026", "Asia/Shanghai", "2026-07-21T00:00:00"),
        ("Published: Jul 21, 2026 10:12 PM", "Asia/Shanghai", "2026-07-21T14:12:00+00:00"),
        ("Opinion 16:15, 07-Oct-2026", "Asia/Shanghai", "2026-10-07T08:15:00+00:00"),
        ("october 2, 2026 14:10:20", "", "2026-10-02T14:10:20"),
        ("02 October 2026, 11:54", "Europe/Minsk", "2026-10-02T08:54:00+00:00"),
        ("Monday, 05 October 2026 4:12 PM", "", "2026-10-05T16:12:00"),
        ("Oct 5th, 2026 at 12:05 a.m.", "", "2026-10-05T00:05:00"),
        ("Apr 20, 2020 09:23 UTC", "", "2020-04-20T09:23:00+00:00"),
        ("6 août 2017, 11:42", "Europe/Paris", "2017-08-06T09:42:00+00:00"),
        ("mar. 1er févr. 2022 à 9h05", "Europe/Paris", "2022-02-01T08:05:00+00:00"),
        ("3. März 2021 14.00 Uhr", "Europe/Berlin", "2021-03-03T13:00:00+00:00"),
        ("Miércoles 27 abril 2022 | 02:26:59 am.", "America/Havana", "2022-04-27T06:26:59+00:00"),
        ("4 de octubre de 2026 a las 16:15 horas", "", "2026-10-04T16:15:00"),
        ("5 de março de 2026 às 8h30", "America/Sao_Paulo", "2026-03-05T11:30:00+00:00"),
        ("1 января 2023, 12:00", "Europe/Moscow", "2023-01-01T09:00:00+00:00"),
        ("5 окт. 2026 г. в 14:10", "", "2026-10-05T14:10:00"),
        ("5 октября 2026 года, 14:10 мск", "", "2026-10-05T11:10:00+00:00"),
        ("Октябрь 5, 2026", "", "2026-10-05T00:00:00"),
        ("5. октобар 2026. 14:10", "Europe/Belgrade", "2026-10-05T12:10:00+00:00"),
        ("5. okt 2026. u 14:10", "Europe/Belgrade", "2026-10-05T12:10:00+00:00"),
        ("5 Ağustos 2025 Salı 14:30 TSİ", "", "2025-08-05T11:30:00+00:00"),
        ("5 NİSAN 2025, 14:30", "Europe/Istanbul", "2025-04-05T11:30:00+00:00"),
        ("5 ARALIK 2025", "", "2025-12-05T00:00:00"),
        ("٥ كانون الثاني ٢٠٢٦", "", "2026-01-05T00:00:00"),
        ("5 تشرين الأول/أكتوبر 2026 الساعة 14:10", "", "2026-10-05T14:10:00"),
        ("5 اكتوبر 2026 - 4:12 م", "", "2026-10-05T16:12:00"),
        ("2 gennaio 2026 alle 9:05", "", "2026-01-02T09:05:00"),
        # Bare numbers that can be read in one way only.
        ("2026.09.29 14:15", "", "2026-09-29T14:15:00"),
        ("Updated 2026.09.29 14:15 GMT+8", "", "2026-09-29T06:15:00+00:00"),
        ("2024年04月24日23:52", "Asia/Shanghai", "2024-04-24T15:52:00+00:00"),
        ("2024年4月24日 星期三 下午4:12 北京时间", "", "2024-04-24T08:12:00+00:00"),
        ("2024年4月24日 16时12分30秒", "", "2024-04-24T16:12:30"),
        ("2026년 10월 5일 오후 4:12", "Asia/Seoul", "2026-10-05T07:12:00+00:00"),
        ("10:36 20.06.2019", "UTC", "2019-06-20T10:36:00+00:00"),
        ("20:10 25/10/2026 (GMT+7)", "", "2026-10-25T13:10:00+00:00"),
        ("03.03.2026", "", "2026-03-03T00:00:00"),
        ("03.04.2026", "UTC", None),
        ("3/9/2026 11:50:13 AM", "", None),
        ("30-09-26 02:56", "", None),
        # Other calendars.
        ("۱۳۹۹/۰۲/۲۱ - ۱۸:۵۹", "Asia/Tehran", "2020-05-10T14:29:00+00:00"),
        ("1399-02-21T18:59:01+04:30", "", "2020-05-10T14:29:01+00:00"),
        ("۲۹ بهمن ۱۳۹۸ - ۰۶:۵۵", "Asia/Tehran", "2020-02-18T03:25:00+00:00"),
        ("سه‌شنبه ۲۱ اردیبهشت ۱۴۰۰ ساعت ۱۹:۲۴", "", "2021-05-11T19:24:00"),
        ("مهر ۱۲, ۱۴۰۵ ۱۹:۲۴ Asia/Tehran", "", "2026-10-04T15:54:00+00:00"),
        ("۳۰ اسفند ۱۴۰۳", "", "2025-03-20T00:00:00"),
        ("۳۰ اسفند ۱۴۰۴", "", None),
        ("12 مهر 2026", "", None),
        ("www.kcna.kp (2025.12.14.)", "", "2025-12-14T00:00:00"),
        ("(Juche113.3.9.)", "", "2024-03-09T00:00:00"),
        ("주체113(2024)년 3월 9일", "", "2024-03-09T00:00:00"),
        # What only looks like a date, or like an hour of it.
        ("yesterday", "UTC", None),
        ("", "UTC", None),
        ("5 mayor 2026", "", None),
        ("31 Feb 2020 10:00", "", None),
        ("2020-02-31", "", None),
        ("2021-02-29T10:00:00Z", "", None),
        ("0000-01-01T10:00:00", "", None),
        ("0001-01-01T00:00:00+23:59", "", None),
        ("2020-01-01T24:00:00Z", "", None),
        ("5 May 2026 13:10 AM", "", None),
        ("5 May 2026 10:75", "", None),
        ("2020-01-01T10:00:00+25:00", "", None),
        ("2020-01-01T10:00:00-16:00", "", None),
        ("05.04.2025 - 25.04.2025", "", None),
        ("15.04.2025 - 25.04.2025", "", "2025-04-15T00:00:00"),
        ("07 Oct 2026, updated 14:10", "", "2026-10-07T00:00:00"),
        ("1989-12-31T23:00:00Z", "", None),
        ("1970-01-01T00:00:00Z", "", None),
        ("2026-11-03T00:00:01+00:00", "", None),
        ("2026-11-01T23:00:00+00:00", "", "2026-11-01T23:00:00+00:00"),
        ("18 Nov, 2015 15:41", "Nowhere/At all", "2015-11-18T15:41:00"),
        ("18 Nov, 2015 15:41 Nowhere/City", "", "2015-11-18T15:41:00"),
    ],
)
def test_understood(raw: str, zone: str, expected: str | None) -> None:
    date_ = understand(raw, "page", AT, zone)
    assert iso(date_.instant) == expected
    assert date_.raw == raw.strip()


@pytest.mark.parametrize(
    ("raw", "hints", "expected"),
    [
        ("3/9/2026 11:50:13 AM", {"order": "mdy"}, "2026-03-09T11:50:13"),
        ("3/9/2026 11:50:13 AM", {"order": "dmy"}, "2026-09-03T11:50:13"),
        ("3/9/2026 11:50:13 AM", {"language": "en"}, None),
        ("25/9/2026", {"order": "mdy"}, None),
        ("Source:Xinhua    30-09-26 02:56  Updated BJT", {"order": "dmy"}, "2026-09-29T18:56:00+00:00"),
        ("26-09-30 02:56", {"order": "ymd"}, "2026-09-30T02:56:00"),
        ("30-09-26 02:56", {"language": "ru"}, None),
        ("03.04.2026 10:00", {"language": "ru"}, "2026-04-03T10:00:00"),
        ("03.04.2026 10:00", {"language": "pt-BR"}, "2026-04-03T10:00:00"),
        ("05.10.2026. 14:10", {"language": "sr-Latn"}, "2026-10-05T14:10:00"),
        ("09:24 11.06.2022 (обновлено: 09:28 11.06.2022)", {"language": "ru"}, "2022-06-11T09:24:00"),
        ("05.04.2025 - Güncelleme : 05.04.2025", {"language": "tr"}, "2025-04-05T00:00:00"),
        ("03/04/2026", {"language": "zh-Hant"}, None),
    ],
)
def test_the_order_of_bare_numbers_is_said_not_guessed(raw: str, hints: Any, expected: str | None) -> None:
    found = understand(raw, "page", AT, **hints)
    assert iso(found.instant) == expected
    assert found.instant or found.how in {"page, day or month first?", "page, not understood"}


@pytest.mark.parametrize(
    ("raw", "hints", "how"),
    [
        ("2026-05-07T22:03:26Z", {"zone": "UTC"}, "jsonld"),
        ("2026-05-07 22:03:26", {"zone": "UTC"}, "jsonld, zone of the outlet"),
        ("2026-05-07 22:03:26", {}, "jsonld, zone not stated"),
        ("2026-05-07", {"zone": "UTC"}, "jsonld, day only"),
        ("2026-12-07", {}, "jsonld, not believable"),
        ("soon", {}, "jsonld, not understood"),
        *((raw, {}, "jsonld, no year stated") for raw in ("September 10", "le 3 mars à 14:00", "9월 10일", "10月3日")),
        (
            "2022-04-26T15:35:23-04:00",
            {"zone": "UTC", "relabel": True},
            "jsonld, labelled with a wrong zone: it is UTC",
        ),
    ],
)
def test_how_says_where_the_zone_comes_from(raw: str, hints: Any, how: str) -> None:
    assert understand(raw, "jsonld", AT, **hints).how == how


def test_a_value_labelled_with_the_wrong_zone_is_read_in_its_own() -> None:
    found = understand("2022-04-26T15:35:23-04:00", "meta", AT, "UTC", relabel=True)
    assert iso(found.instant) == "2022-04-26T15:35:23+00:00"


def test_an_hour_that_stands_twice_is_the_first_and_one_that_never_was_has_no_zone() -> None:
    twice = understand("2020-10-25 02:30", "page", AT, "Europe/Berlin")
    assert (iso(twice.instant), twice.how) == (
        "2020-10-25T00:30:00+00:00",
        "page, zone of the outlet, an hour that stood twice: the first",
    )
    never = understand("2020-03-29 02:30", "page", AT, "Europe/Berlin")
    assert (iso(never.instant), never.how) == (
        "2020-03-29T02:30:00",
        "page, zone of the outlet, an hour the clocks skipped, zone not known",
    )


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Moscow", "2010-07-01 12:00", "2010-07-01T08:00:00+00:00"),
        ("Europe/Moscow", "2012-01-01 12:00", "2012-01-01T08:00:00+00:00"),
        ("Europe/Moscow", "2014-10-25 12:00", "2014-10-25T08:00:00+00:00"),
        ("Europe/Moscow", "2014-10-27 12:00", "2014-10-27T09:00:00+00:00"),
        ("Asia/Tehran", "2022-07-01 12:00", "2022-07-01T07:30:00+00:00"),
        ("Asia/Tehran", "2023-07-01 12:00", "2023-07-01T08:30:00+00:00"),
        ("America/Havana", "2022-07-01 12:00", "2022-07-01T16:00:00+00:00"),
        ("Europe/Istanbul", "2016-01-15 12:00", "2016-01-15T10:00:00+00:00"),
        ("Europe/Istanbul", "2017-01-15 12:00", "2017-01-15T09:00:00+00:00"),
        ("Asia/Pyongyang", "2016-01-15 12:00", "2016-01-15T03:30:00+00:00"),
    ],
)
def test_zones_as_they_were_at_the_time(zone: str, local: str, utc: str) -> None:
    assert iso(understand(local, "page", AT, zone).instant) == utc


def test_the_new_year_of_iran_falls_on_the_equinox() -> None:
    on_the_20th = {1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403}
    for year in range(1369, 1406):
        day = 20 if year in on_the_20th else 21
        assert iso(understand(f"{year}/01/01", "page", AT).instant) == f"{year + 621}-03-{day}T00:00:00"


def test_every_day_of_the_solar_hijri_calendar_follows_the_one_before() -> None:
    day = date(1990, 3, 21)
    for year in range(1369, 1405):
        for month in range(1, 13):
            for number in range(1, 32):
                found = understand(f"{year}/{month}/{number}", "page", AT).instant
                if found is not None:
                    assert found.date() == day
                    day += timedelta(days=1)
    assert day == date(2026, 3, 21)


LANGUAGES = "en fr es pt it de nl ro tr id el ru uk be sr sr_Latn pl cs ar fa".split()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
@pytest.mark.parametrize("context", ["format", "stand-alone"])
def test_months_by_every_name_unicode_knows(language: str, width: Any, context: Any) -> None:
    # Babel hands names of one language to others that borrow them, once it was asked for both in one process.
    localedata._cache.clear()
    for number, name in get_month_names(width, context, language).items():
        for raw in (f"5 {name} 2025", f"5 {name.upper()} 2025", f"{name} 5, 2025"):
            assert understand(raw, "page", AT).instant == datetime(2025, number, 5), raw


def test_a_name_stands_for_one_month_only() -> None:
    names: dict[str, int] = {}
    for line in tomllib.loads(date_names.NAMES.read_text(encoding="utf-8"))["gregorian"].values():
        for name, number in date_names._numbered(line):
            assert names.setdefault(name, number) == number, name


def test_languages_that_put_the_day_first_do_so_by_unicode() -> None:
    for language in date_names._names().day_first:
        assert str(Locale.parse(language).date_formats["short"]).lstrip("\u200f").startswith("d"), language


# --- several dates --------------------------------------------------------------------------------------------------


def _of(raw: str, how: str, zone: str = "") -> Date:
    return understand(raw, how, AT, zone)


def test_of_two_that_disagree_the_more_trusted_wins_and_says_so() -> None:
    first = _of("2026-04-20T14:09:42.493", "jsonld", "Europe/Istanbul")
    second = _of("2026-04-20T14:15:30.813", "meta article:published_time", "Europe/Istanbul")
    found = agreed([first, second])
    assert found is not None
    assert found.instant == first.instant
    assert found.how == (
        "jsonld, zone of the outlet; meta article:published_time says 2026-04-20T14:15:30.813 (6 min later)"
    )


@pytest.mark.parametrize(
    ("trusted", "other", "won", "against"),
    [
        # The same, said more exactly.
        ("2026-05-07", "2026-05-07 22:03:26", "2026-05-07T22:03:26", ""),
        ("2026-05-07 22:03:26", "2026-05-07T22:03:26Z", "2026-05-07T22:03:26+00:00", ""),
        ("2026-05-07 18:59", "2026-05-07T18:59:01+04:30", "2026-05-07T14:29:01+00:00", ""),
        ("2026-05-07T22:03:26Z", "2026-05-08", "2026-05-07T22:03:26+00:00", ""),
        ("2026-05-07T22:03:26Z", "8 May 2026", "2026-05-07T22:03:26+00:00", ""),
        # Something else.
        ("2026-05-07", "2026-05-09T10:00:00Z", "2026-05-07T00:00:00", "other says 2026-05-09T10:00:00Z (2 days later)"),
        ("2026-05-07", "2026-05-08", "2026-05-07T00:00:00", "other says 2026-05-08 (24 h later)"),
        (
            "2026-05-07 22:03",
            "2026-05-07T22:10:26Z",
            "2026-05-07T22:03:00",
            "other says 2026-05-07T22:10:26Z (7 min later)",
        ),
        (
            "2026-05-07T10:00Z",
            "2026-05-07T06:00Z",
            "2026-05-07T10:00:00+00:00",
            "other says 2026-05-07T06:00Z (4 h earlier)",
        ),
        (
            "2026-05-07T10:00Z",
            "2025-05-07T10:00Z",
            "2026-05-07T10:00:00+00:00",
            "other says 2025-05-07T10:00Z (365 days earlier)",
        ),
        # Nothing understood is no witness.
        ("soon", "2026-05-07", "2026-05-07T00:00:00", ""),
        ("2026-05-07", "soon", "2026-05-07T00:00:00", ""),
    ],
)
def test_two_sources(trusted: str, other: str, won: str, against: str) -> None:
    found = agreed([_of(trusted, "first"), _of(other, "other")])
    assert found is not None
    assert iso(found.instant) == won
    assert found.how.partition("; ")[2] == against


def test_none_and_nothing_understood() -> None:
    assert agreed([]) is None
    assert agreed([_of("soon", "a"), _of("later", "b")]) == Date("soon", None, "a, not understood")


# --- hostile values and speed ---------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *"0123456789 .,:/-()|TZ",
        "2026",
        "may",
        "مهر",
        "\x02",
        "\x03",
        "年",
        "GMT+",
        "am",
        "Asia/Tehran",
        "Juche",
        "٣",
        "\ufdfa",
    ]
)


@given(
    st.text(max_size=300) | st.lists(_PIECES, max_size=60).map("".join), st.sampled_from(["", "UTC", "Europe/Moscow"])
)
def test_never_raises(raw: str, zone: str) -> None:
    for order in ("", "dmy", "mdy", "ymd"):
        found = understand(raw, "page", AT, zone, order=order)
        assert found.instant is None or found.instant.year >= 1990
    assert agreed([understand(raw, "page", AT, zone), understand(raw[::-1], "page", AT)]) is not None


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 10, 31)), st.timezones())
def test_iso_values_come_back(moment: datetime, zone: Any) -> None:
    stated = moment.replace(tzinfo=zone, microsecond=0)
    offset = stated.utcoffset()
    assert offset is not None
    found = understand(stated.isoformat(), "page", AT).instant
    if offset % timedelta(minutes=1) == timedelta() and found is not None:
        assert found == stated.astimezone(UTC)


@pytest.mark.parametrize(
    "piece",
    ["1", "1.", "1 ", " ", "may ", "a", "1 may ", "\x021\x03", "年1", "1:", "(", "\u064b", "\ufdfa", "é", "12:34 "],
)
def test_a_long_value_takes_no_longer_than_a_short_one(piece: str) -> None:
    raw = piece * (100_000 // len(piece))
    start = time.process_time()
    for _ in range(10):
        understand(raw, "page", AT, "UTC", order="dmy")
    assert (time.process_time() - start) / 10 < 0.02


def test_an_iso_date_is_understood_in_microseconds() -> None:
    for raw in ("2026-05-07T22:03:26+00:00", "2026-05-07 22:03:26"):
        times = []
        for _ in range(20):
            start = time.process_time()
            for _ in range(100):
                understand(raw, "page", AT, "Europe/Moscow")
            times.append((time.process_time() - start) / 100)
        print(f"{raw} understood in {min(times) * 1e6:.1f} µs")
        assert min(times) < 20e-6
