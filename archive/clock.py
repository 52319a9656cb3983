"""The one place spiders and commands take the time from, so that a demonstration can move it and say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["machine", "move", "moved", "now"]

_offset = timedelta(0)


def machine() -> datetime:
    """What this machine's clock says, aware UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The time, aware UTC."""
    return machine() + _offset


def moved() -> timedelta:
    """By how much the time is later than the machine's, on purpose."""
    return _offset


def move(by: timedelta) -> None:
    """From now on the time is that much later; for demonstrations and tests."""
    global _offset  # noqa: PLW0603
    _offset += by
