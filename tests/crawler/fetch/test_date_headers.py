"""Hosts tell whether this machine's clock is right: most of them, never one that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.fetch.date_headers import Witnesses, stated

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
YEAR = 365 * 86400.0


def _headers(behind: float, **more: str) -> list[tuple[str, str]]:
    return [("date", format_datetime(NOW - timedelta(seconds=behind), usegmt=True)), *more.items()]


@pytest.mark.parametrize(
    ("by_host", "off"),
    [
        ([0, 2, 4], False),
        ([YEAR], True),
        ([YEAR, 0], False),
        ([YEAR, YEAR + 3], True),
        ([-YEAR, 1, 3], False),
        ([YEAR, -YEAR, 0], False),
        ([YEAR, -YEAR], True),  # None of both agrees.
        ([600, 610, 0], True),
        ([-600, -610, -605, 0, YEAR], True),
        ([250, 280, 290], False),
        ([], False),
    ],
)
def test_most_hosts_are_believed(by_host: list[float], off: bool) -> None:
    hosts = Witnesses()
    for number, behind in enumerate(by_host):
        hosts.hear(f"{number}.example", _headers(behind), NOW)
    heard = hosts.heard()
    assert (heard.off, heard.hosts) == (off, len(by_host))


def test_a_cache_makes_no_host_slow() -> None:
    hosts = Witnesses()
    for behind in (7200, 1, 5000):
        hosts.hear("cached.example", _headers(behind), NOW)
    hosts.hear("told.example", _headers(9000, age="8999"), NOW)
    assert not hosts.heard().off
    # Set right meanwhile: what was heard long ago is forgotten.
    for _ in range(5):
        hosts.hear("cached.example", _headers(7200), NOW)
    assert hosts.say("cached.example") == 7200


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 16 Nov 20266666666666 12:00:00 GMT",
        "Mon, 99 Nov 2026 12:00:00 GMT",
        "Mon, 16 Nov 2026 12:00:00 +9999999999",
        "0" * 100_000,
        "\x00, , ,",
    ],
)
def test_what_is_no_time_is_passed_over(date: str) -> None:
    hosts = Witnesses()
    for age in ("", "9" * 64, "-1", "Ⅻ"):
        hosts.hear("odd.example", [("Date", date), ("Age", age)], NOW)
    assert hosts.heard().hosts == 0
    assert stated([("Date", "Mon, 16 Nov 2026 12:00:00 -0000"), ("Age", "60")]) == NOW + timedelta(minutes=1)
