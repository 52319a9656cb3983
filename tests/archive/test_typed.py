"""Times and addresses as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from archive.errors import UsageError
from archive.typed import UNDERSTOOD, address, looks_like_address, span, with_scheme

NOW = datetime(2026, 11, 29, 2, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


def _at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("now", "2026-11-29T02:30", "2026-11-29T02:30"),
        ("today", "2026-11-29", "2026-11-30"),
        ("Yesterday", "2026-11-28", "2026-11-29"),
        ("12h", "2026-11-28T14:30", "2026-11-28T14:30"),
        ("7d", "2026-11-22T02:30", "2026-11-22T02:30"),
        ("2w", "2026-11-15T02:30", "2026-11-15T02:30"),
        ("3 days  ago", "2026-11-26T02:30", "2026-11-26T02:30"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("2026-11-23", "2026-11-23", "2026-11-24"),
        ("20261123", "2026-11-23", "2026-11-24"),
        ("2026-W47", "2026-11-16", "2026-11-23"),
        ("2026-W47-2", "2026-11-17", "2026-11-18"),
        ("2026-11-23T18:00Z", "2026-11-23T18:00", "2026-11-23T18:00"),
        (" 2026-11-23 18:00+03:00", "2026-11-23T15:00", "2026-11-23T15:00"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
        ("9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_times_are_understood(words: str, start: str, end: str) -> None:
    found = span(words, UTC, NOW)
    assert (found.start, found.end) == (_at(start), _at(end))


def test_days_are_those_of_the_zone() -> None:
    assert span("today", MOSCOW, NOW).start == _at("2026-11-28T21:00")
    assert span("2026-11", MOSCOW, NOW).end == _at("2026-11-30T21:00")
    assert span("2026-11-23T18:00", MOSCOW, NOW).start == _at("2026-11-23T15:00")
    assert span("today", ZoneInfo("Pacific/Kiritimati"), NOW).start == _at("2026-11-28T10:00")


@pytest.mark.parametrize(("words", "last"), [("2026-11", (2026, 11, 30)), ("2026-11-23", (2026, 11, 23))])
def test_the_last_day_of_a_span(words: str, last: tuple[int, int, int]) -> None:
    assert span(words, MOSCOW, NOW).last_day(MOSCOW) == date(*last)


def test_a_moment_is_its_own_last_day() -> None:
    assert span("2026-11-23T00:00", UTC, NOW).last_day() == date(2026, 11, 23)


@pytest.mark.parametrize(
    "words",
    ["", "last week", "16/11/2026", "tomorrow", "7", "7 m", "2026-13", "2026-02-30", "d", "-7d", "0000", "99999999d"],
)
def test_what_is_ambiguous_or_no_time_is_refused(words: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the command says what is understood
        span(words, UTC, NOW)


def test_a_time_no_calendar_has_is_refused() -> None:
    with pytest.raises(ValueError, match="before the year 1"):
        span("0001-01-01", timezone(timedelta(hours=3)), NOW)


def test_what_is_said_to_be_understood_is() -> None:
    for words in UNDERSTOOD.replace("or so long ago: ", "").split(", "):
        assert span(words, UTC, NOW).start <= NOW


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("www.rt.com/news/1-a/", "https://www.rt.com/news/1-a/"),
        ("RT.com/news/1-a", "https://rt.com/news/1-a"),
        ("127.0.0.1:8000/news/1", "https://127.0.0.1:8000/news/1"),
        ("site.test:8000/news/1", "https://site.test:8000/news/1"),
        ("http://rt.com/news/1", "http://rt.com/news/1"),
        ("urn:palimpsest:x", "urn:palimpsest:x"),
    ],
)
def test_addresses_need_no_scheme(words: str, meant: str) -> None:
    assert looks_like_address(words)
    assert address(words) == meant


@pytest.mark.parametrize(
    "words", ["rt-fr:41739", "example.org:0de4112029d4", "example.org:123456789012", "example.org:12345@0123", "bridge"]
)
def test_ids_are_no_addresses(words: str) -> None:
    assert not looks_like_address(words)
    assert with_scheme(words) == words


@pytest.mark.parametrize("words", ["nonsense", "ftp://rt.com/a", "http://[::1", "https://user@rt.com/"])
def test_what_is_no_address_is_a_matter_of_usage(words: str) -> None:
    with pytest.raises(UsageError, match=r"--url .*address"):
        address(words, "--url")
