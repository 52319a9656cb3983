"""When a source says that something changed: words in, a moment out, whatever the words are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.store.named import moment


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:00:00+03:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 12:00:00 GMT", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9" * 100_000, None),
    ],
)
def test_a_moment_is_understood_or_left(words: str, meant: datetime | None) -> None:
    assert moment(words) == meant
