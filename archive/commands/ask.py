"""The command that asks the named questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any

import typer

from archive import output
from archive.commands.filters import filtered
from archive.commands.shared import Json, put_to
from archive.errors import BadInput, UsageError
from archive.query.filters import Filters
from archive.questions.catalog import QUESTIONS, named
from archive.questions.coverage import Answer, Coverage, Found, answer
from archive.questions.question import Question

__all__ = ["ask"]

MOST_GAPS = 5
"""Gaps of an outlet that are told beside a table; --json has them all."""


@filtered
def ask(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="NAME [VALUE...] [PARAMETER=VALUE...]", help="What is asked.")
    ] = None,
    filters: Filters = Filters(),  # noqa: B008 - taken from the options
    zone: tzinfo = UTC,
    listed: Annotated[bool, typer.Option("--list", help="List the questions, their parameters and columns.")] = False,
    as_json: Json = False,
) -> None:
    """Ask a named question: one row a line, then what the answer rests on.

    Beside the rows stand the time the answer is as of, what a row speaks of (article, version, edit, capture, address),
    and per outlet what is held and the times nobody looked. Without rows it says whether nothing fits (no-hits), no
    article is held (not-held), or nobody looked in that time (not-looked). docs/questions.md tells every question.

    JSON keys: row, answer.

    Example: palimpsest ask headlines-changed hours=24 --outlet rt-en --changed-since 2026-11-01
    """
    if listed:
        _list(as_json)
        return
    if not words:
        raise UsageError("which question? `palimpsest ask --list` names those there are")
    question = named(words[0])
    given = question.given(list(_from_files(words[1:])), zone)
    with put_to(context, filters) as asked:
        count = _shown(question, question.answer(asked, **given), zone, as_json)
        told = answer(asked, question.name, question.unit, count)
    if as_json:
        output.json_line({"row": None, "answer": asdict(told)})
    else:
        _told(told, zone)


def _from_files(words: Sequence[str]) -> Iterator[str]:
    """`@FILE` stands for the lines of a file. Raises BadInput."""
    for word in words:
        if not word.startswith("@"):
            yield word
            continue
        try:
            lines = Path(word[1:]).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise BadInput(f"{word[1:]}: {problem}") from None
        yield from filter(None, map(str.strip, lines))


def _list(as_json: bool) -> None:
    if not as_json:
        output.rows(("number", "question", "asks"), ((one.number, one.usage, one.asks) for one in QUESTIONS))
        return
    for one in QUESTIONS:
        arguments = [
            {"name": each.name, "kind": each.kind, "required": each.required, "words": each.words}
            for each in one.arguments
        ]
        output.json_line(
            {
                "number": one.number,
                "name": one.name,
                "asks": one.asks,
                "more": one.more,
                "unit": one.unit,
                "parameters": arguments,
                "columns": one.columns,
                "example": one.example,
            }
        )


def _shown(question: Question, rows: Iterable[Any], zone: tzinfo, as_json: bool) -> int:
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if as_json:
        for row in counted():
            output.json_line({"row": asdict(row), "answer": None})
    else:
        output.rows(question.columns, (tuple(_cell(value, zone) for value in astuple(row)) for row in counted()))
    return count


def _cell(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "-" if value is None else value


NOTHING = {
    Found.NO_HITS: "no hits: what is held of these outlets was looked through, and nothing fits",
    Found.NOT_HELD: "not held: the archive has no article of these outlets",
    Found.NOT_LOOKED: "not looked: nobody looked at these outlets in that time",
}
"""What an answer without rows means."""


def _told(told: Answer, zone: tzinfo) -> None:
    if told.found is not Found.HITS:
        output.note(NOTHING[told.found])
    output.note(f"{told.rows} rows, unit: {told.unit}; as of {when(told.as_of, zone)}")
    for one in told.coverage:
        output.note(_of_outlet(one, zone))
        for gap in one.gaps[:MOST_GAPS]:
            output.note(f"    nobody looked between {when(gap.since, zone)} and {when(gap.until, zone)}")
        if len(one.gaps) > MOST_GAPS:
            output.note(f"    and {len(one.gaps) - MOST_GAPS} gaps more: --json lists them")


def _of_outlet(one: Coverage, zone: tzinfo) -> str:
    span = f"{when(one.first_look, zone)} to {when(one.last_look, zone)}"
    return f"{one.outlet}: {one.articles} articles, {one.captures} captures, looked at from {span}"


def when(moment: datetime | None, zone: tzinfo) -> str:
    """A time as remarks show it, in that zone."""
    return output.when(moment.astimezone(zone) if moment else None)
