"""Alarms in words, for a terminal and for messages; and as plain values, for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from archive.health.alarm import KeptAlarm
from archive.text import iso, printable
from archive.wording import counted

__all__ = ["page", "subject", "told", "values"]


def values(one: KeptAlarm) -> dict[str, Any]:
    """An alarm as JSON has it."""
    found = asdict(one)
    found["examples"] = [{**example, "fetched_at": iso(example["fetched_at"])} for example in found["examples"]]
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in found.items()}


def _title(one: dict[str, Any]) -> str:
    about = f" {one['about']}" if one["about"] else ""
    return f"{one['alarm']}  {one['outlet'] or 'this machine'}: {one['kind']}{about}"


def told(one: dict[str, Any]) -> Iterator[str]:
    """The lines of an alarm, as `values` gives it. Nothing in them breaks out of its line."""
    yield printable(f"{_title(one)}, since {one['since'][:16]}Z{', closed' if one['closed_at'] else ''}")
    if one["acknowledged_at"]:
        yield printable(f"    noted: {one['note']}")
    yield printable(f"    usual: {one['usual']}")
    yield printable(f"    now: {one['now']}")
    yield printable(f"    likely: {one['cause']}")
    yield printable(f"    next: {one['advice']}")
    for example in one["examples"]:
        where = f"{example['warc_file']} at {example['warc_offset']}"
        yield printable(f"    see {example['url']} (capture {example['capture']}, {where})")


def subject(alarms: Sequence[dict[str, Any]], *, digest: bool) -> str:
    """The subject of a message."""
    is_open = [one for one in alarms if not one["closed_at"]]
    if digest:
        return f"Palimpsest: {counted(len(is_open), 'alarm')} open" if is_open else "Palimpsest: all as usual"
    if len(alarms) == 1:
        return printable(f"Palimpsest: {'open' if is_open else 'closed'}: {_title(alarms[0])}")
    return f"Palimpsest: {len(is_open)} opened, {len(alarms) - len(is_open)} closed"


def page(alarms: Sequence[dict[str, Any]]) -> str:
    """The text of a message."""
    return "\n".join(line for one in alarms for line in (*told(one), "")) or "Nothing is open.\n"
