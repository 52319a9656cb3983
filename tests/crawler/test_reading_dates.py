"""Dates as outlets write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text import iso
from crawler.dates import understand

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("2026-05-07T22:03:26+00:00", "", "2026-05-07T22:03:26+00:00"),
        ("2026-05-07T22:03:26Z", "Europe/Moscow", "2026-05-07T22:03:26+00:00"),
        ("2026-05-07 22:03:26", "", "2026-05-07T22:03:26"),
        ("2026-05-07 22:03:26", "UTC", "2026-05-07T22:03:26+00:00"),
        ("2017-08-06 11:42:00+0200", "", "2017-08-06T09:42:00+00:00"),
        ("2017-08-06 11:42:00 +0200", "", "2017-08-06T09:42:00+00:00"),
        ("2026-05-31T10:00:00+03:00 ", "", "2026-05-31T07:00:00+00:00"),
        ("20220611T0924", "Europe/Moscow", "2022-06-11T06:24:00+00:00"),
        ("18 Nov, 2015 15:41", "UTC", "2015-11-18T15:41:00+00:00"),
        ("Published time: 18 Nov, 2015 15:41", "UTC", "2015-11-18T15:41:00+00:00"),
        ("20 Nov, 2019 05:47", "", "2019-11-20T05:47:00"),
        ("7 may 2026 22:03 GMT", "", "2026-05-07T22:03:00+00:00"),
        ("6 août 2017, 11:42", "Europe/Paris", "2017-08-06T09:42:00+00:00"),
        ("1er mars 2018, 09:05", "", None),
        ("1 января 2023, 12:00", "Europe/Moscow", "2023-01-01T09:00:00+00:00"),
        ("1 июля 2012, 12:00", "Europe/Moscow", "2012-07-01T08:00:00+00:00"),
        ("3. März 2021 14:00", "Europe/Berlin", "2021-03-03T13:00:00+00:00"),
        ("19 Feb 2019 00:00 GMT", "", "2019-02-19T00:00:00+00:00"),
        ("October 2, 2025 14:10:20", "", "2025-10-02T14:10:20"),
        ("2022-04-26", "Europe/Moscow", "2022-04-26T00:00:00"),
        ("03.04.2026", "UTC", None),
        ("yesterday", "UTC", None),
        ("", "UTC", None),
        ("1970-01-01T00:00:00Z", "", None),
        ("2026-11-03T00:00:01+00:00", "", None),
        ("2026-11-01T23:00:00+00:00", "", "2026-11-01T23:00:00+00:00"),
        ("31 Feb 2020 10:00", "", None),
        ("0001-01-01T00:00:00+23:59", "", None),
        ("18 Nov, 2015 15:41", "Nowhere/At all", "2015-11-18T15:41:00"),
    ],
)
def test_understood(raw: str, zone: str, expected: str | None) -> None:
    date = understand(raw, "page", AT, zone)
    assert iso(date.instant) == expected
    assert date.raw == raw.strip()


def test_how_says_where_the_zone_comes_from() -> None:
    assert understand("2026-05-07T22:03:26Z", "jsonld", AT, "UTC").how == "jsonld"
    assert understand("2026-05-07 22:03:26", "meta", AT, "UTC").how == "meta, zone of the outlet"
    assert understand("2026-05-07 22:03:26", "meta", AT).how == "meta, zone not stated"


@given(st.text(max_size=300), st.sampled_from(["", "UTC", "Europe/Moscow"]))
def test_never_raises(raw: str, zone: str) -> None:
    understand(raw, "page", AT, zone)
