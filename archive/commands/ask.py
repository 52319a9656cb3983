"""The command that asks the named questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from archive import output
from archive.commands.answers import rests_on, shown
from archive.commands.filters import filtered
from archive.commands.shared import Json, put_to
from archive.commands.shown import NOTHING_OF
from archive.errors import BadInput, UsageError
from archive.query.filters import Filters
from archive.questions.catalog import QUESTIONS, named
from archive.questions.coverage import answer
from archive.questions.options import option_of
from archive.questions.passed import Passed
from archive.questions.rows import as_object

__all__ = ["ask"]


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
    article is held (not-held), or nobody looked in that time (not-looked). Questions that are commands (`gone` is
    `palimpsest gone`) answer there what they answer here. docs/questions.md tells every question.

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
        passed = Passed()
        rows = passed.through(question.answer(asked, **given))
        if not as_json:
            shown(question, rows, zone, as_json=False)
            rests_on(passed.beside(asked, question.name, question.unit), zone, NOTHING_OF.get(question.name, ""))
            return
        for row in rows:
            output.json_line({"row": as_object(row), "answer": None})
        told = answer(asked, question.name, question.unit, passed.rows)
        output.json_line({"row": None, "answer": asdict(told)})


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
                "filters": [option_of(name) for name in one.filters],
            }
        )
