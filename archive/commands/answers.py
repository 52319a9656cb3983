"""Answers as commands give them: JSON lines or a table, and beside the rows what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

from archive import output
from archive.commands.shown import NOTHING, SHOWN, Table
from archive.questions.coverage import Answer, Coverage, Found
from archive.questions.question import Question
from archive.questions.rows import as_object, cell, columns, values
from archive.wording import counted

__all__ = ["rests_on", "shown", "when"]


def shown(question: Question, rows: Iterable[Any], zone: tzinfo, *, as_json: bool) -> None:
    """The rows of an answer on stdout: JSON lines for programs, else as people read them."""
    if as_json:
        for row in rows:
            output.json_line(as_object(row))
        return
    way = SHOWN.get(question.name)
    if way is None:
        way = Table(columns(question.row), values)
    if isinstance(way, Table):
        output.rows(
            way.headings, (tuple(_in_zone(cell(one), zone) for one in way.cells(row)) for row in rows), way.spare
        )
        return
    for row in rows:
        way(row, lambda moment: when(moment, zone))


def _in_zone(value: Any, zone: tzinfo) -> Any:
    return value.astimezone(zone) if isinstance(value, datetime) else value


def rests_on(told: Answer, zone: tzinfo, nothing: str = "") -> None:
    """What an answer rests on, as remarks; without rows, what that means."""
    if told.found is not Found.HITS:
        output.note(nothing if nothing and told.found is Found.NO_HITS else NOTHING[told.found])
    output.note(f"{counted(told.rows, 'row')}, unit: {told.unit}; as of {when(told.as_of, zone)}")
    if told.left_out:
        left_out = counted(told.left_out, "edit")
        output.note(f"{left_out} left out, not settled or struck: `palimpsest edits --unsettled --struck` shows them")
    if told.coverage:
        output.note(_coverage(told.coverage, zone))


_NAMED = 3
"""Outlets that are told of one by one; more are summed."""


def _coverage(covered: Sequence[Coverage], zone: tzinfo) -> str:
    """What is held of the outlets concerned, and when nobody looked, in one line; `ask --json` has gap by gap."""
    if len(covered) <= _NAMED:
        return "; ".join(_looked(one, zone) for one in covered)
    held = f"{counted(sum(one.articles for one in covered), 'article')}, "
    held += counted(sum(one.captures for one in covered), "capture")
    gaps = counted(sum(len(one.gaps) for one in covered), "gap")
    return f"{counted(len(covered), 'outlet')}: {held}, {gaps} of more than a day; `ask --json` tells of each"


def _looked(one: Coverage, zone: tzinfo) -> str:
    """What is held of one outlet."""
    held = f"{one.outlet}: {counted(one.articles, 'article')}, {counted(one.captures, 'capture')}"
    if one.first_look is None:
        return held
    words = f"{held}, looked at from {when(one.first_look, zone)} to {when(one.last_look, zone)}"
    if one.notice:
        words += f"; {one.notice}"
    if not one.gaps:
        return words
    last = f"{when(one.gaps[-1].since, zone)} to {when(one.gaps[-1].until, zone)}"
    return f"{words}, {counted(len(one.gaps), 'gap')} of more than a day, the last {last}"


def when(moment: datetime | None, zone: tzinfo) -> str:
    """A time as remarks show it, in that zone."""
    return output.when(moment.astimezone(zone) if moment else None)
