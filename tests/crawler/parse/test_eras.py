"""Years that are not counted from Christ, offsets of hours only, and hours under a wrong offset."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.dates import agreed, understand

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "language", "instant"),
    [
        ("Juche 114 (2025) May 4", "en", datetime(2025, 5, 4)),
        ("주체114(2025)년 5월 4일", "ko", datetime(2025, 5, 4)),
        ("主体114(2025)年5月4日 10:20", "zh", datetime(2025, 5, 4, 10, 20)),
        ("中華民國114年5月4日", "zh", datetime(2025, 5, 4)),
        ("民國 114/5/4", "zh", datetime(2025, 5, 4)),
        ("令和7年5月4日 09:15", "ja", datetime(2025, 5, 4, 9, 15)),
        ("令和元年12月3日", "ja", datetime(2019, 12, 3)),
        ("平成３０年１月２日", "ja", datetime(2018, 1, 2)),
        ("14/5/2568", "th", datetime(2025, 5, 14)),
        ("2568-05-04", "th", datetime(2025, 5, 4)),
        ("Datum:4. Mai 2025", "de", datetime(2025, 5, 4)),
    ],
)
def test_years_of_other_eras(raw: str, language: str, instant: datetime) -> None:
    assert understand(raw, "page", AT, language=language).instant == instant


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("2025-05-04 08:15:00+00", 8),
        ("2025-05-04T08:15+01", 7),
        ("2025-05-04T08:15:00-5", 13),
        ("2025-05-04T08:15:00-500", 13),
        ("4 May 2025 08:15 +0300", 5),
    ],
)
def test_an_offset_is_obeyed_however_short(raw: str, hour: int) -> None:
    assert understand(raw, "page", AT, "Asia/Tehran").instant == datetime(2025, 5, 4, hour, 15, tzinfo=UTC)


def test_what_follows_an_hour_is_no_offset() -> None:
    assert understand("4 May 2025 08:15 - 3 comments", "page", AT).instant == datetime(2025, 5, 4, 8, 15)
    assert understand("4 May 2025 08:15 -10:30", "page", AT, "UTC").instant is not None


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1)),
    st.sampled_from(["+03:00", "-05:00", "+05:30", "+0900", "-03"]),
)
def test_an_hour_of_utc_under_an_offset_is_found_out_by_the_local_one(moment: datetime, offset: str) -> None:
    moment = moment.replace(microsecond=0)
    stated = understand(f"{moment:%Y-%m-%dT%H:%M:%S}{offset}", "meta", AT)
    assert stated.instant is not None
    local = moment + (moment - stated.instant.replace(tzinfo=None))
    shown = understand(f"{local:%Y-%m-%d %H:%M}", "page", AT)
    found = agreed([stated, shown])
    assert found is not None
    assert found.instant == moment.replace(tzinfo=UTC)
    assert agreed([found, found]) == found
    honest = understand(f"{moment:%Y-%m-%d %H:%M}", "page", AT)
    assert agreed([stated, honest]) == stated


def test_a_year_behind_an_hour_is_no_offset() -> None:
    for raw in ("10:20, 03-May-2025", "10:20 3-5-2025", "2025-05-04T10:20:00+99:99"):
        agreed([understand(raw, "page", AT), understand("4 May 2025 10:20", "page", AT)])
