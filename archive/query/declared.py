"""What an outlet says of an edit, and when it says that it published: dates and notices on the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

__all__ = ["Declared", "declared", "hours", "stated"]


class Declared(StrEnum):
    """What the outlet says of an edit: a notice speaks of it (`announced`), or at least the stated date of change moved
    (`dated`), or it did not (`silent`), or the page states none (`undatable`)."""

    ANNOUNCED = "announced"
    DATED = "dated"
    SILENT = "silent"
    UNDATABLE = "undatable"


_MOST_EAST, _MOST_WEST = timedelta(hours=14), timedelta(hours=-12)
"""The zones of the world: between these a time without a zone may be meant."""


def stated(page: Mapping[str, Any]) -> str | None:
    """The date of change a page states, as an instant where it was understood."""
    date = page.get("date_modified") or {}
    return date.get("instant") or date.get("raw") or None


def declared(told: bool, before: str | None, after: str | None) -> Declared:
    """From whether a notice speaks of it, and the dates of change that were stated before and after."""
    if told:
        return Declared.ANNOUNCED
    if after is None:
        return Declared.UNDATABLE
    return Declared.SILENT if after == before else Declared.DATED


def _published(row: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """The earliest and the latest moment a stated date of publication may mean."""
    try:
        stated = datetime.fromisoformat(row["date_published"] or "")
        if stated.tzinfo is not None:
            return stated, stated
        stated = stated.replace(tzinfo=UTC)
        return stated - _MOST_EAST, stated - _MOST_WEST
    except (ValueError, OverflowError):
        return None


def hours(not_before: datetime, not_after: datetime, text: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """At least and at most so many hours after the publication a text states an edit came between two looks."""
    published = _published(text)
    if published is None:
        return None, None
    earliest, latest = published
    bounds = (not_before - latest, not_after - earliest)
    return round(bounds[0] / timedelta(hours=1), 2), round(bounds[1] / timedelta(hours=1), 2)
