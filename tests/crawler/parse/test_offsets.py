"""What a date says of an offset from UTC, told apart from the rest of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Date
from crawler.parse.date_names import zone_of
from crawler.parse.dates import agreed, names_offset, understand

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["09:02, 09-Mar-2021", "09:02 09-03-2021", "9:02, 12-Oct-14", "2021-03-09T09:02:00+00:00", "2021-03-09"]
)
def test_a_year_behind_a_hyphen_is_no_offset(raw: str) -> None:
    date = understand(raw, "text of .date", AT, "Asia/Shanghai", order="dmy")
    assert not names_offset(date)
    assert agreed((date, understand("2021-03-09 09:02", "meta", AT))) is not None


@pytest.mark.parametrize(
    "raw", ["2021-03-09T09:02:00+08:00", "2021-03-09T0902+0800", "2021-03-09 09:02:11.250 +08", "2021-03-09T09:02-3:30"]
)
def test_an_offset_stands_behind_the_hour(raw: str) -> None:
    assert names_offset(Date(raw))


@pytest.mark.parametrize("name", ["-20:21", "+99:00", "+ab:cd", "-", "Nowhere/Atall"])
def test_what_is_no_zone_on_earth_is_none(name: str) -> None:
    assert zone_of(name) is None
