"""What a named question is: its parameters read from its signature, its columns from its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from inspect import getdoc, signature
from typing import Any, get_args

from sqlalchemy import Connection

from archive import text
from archive.errors import UsageError
from archive.query.filters import Filters
from archive.questions import rows
from archive.questions.arguments import Argument, arguments, given
from archive.questions.options import ALL, option_of

__all__ = ["Asked", "Question", "Unit", "question"]


class Unit(StrEnum):
    """What a row of an answer speaks of, or counts."""

    ARTICLE = "article"
    VERSION = "version"
    EDIT = "edit"
    CAPTURE = "capture"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Asked:
    """The archive a question is put to, what it is narrowed to, and the moment it was turned back to (see `asking`)."""

    connection: Connection
    filters: Filters
    as_of: datetime | None = None


_NONE = Filters()


@dataclass(frozen=True, slots=True)
class Question:
    """A named question. `number` is its place in the list of docs/questions.md, `row` the class of its rows; `example`
    is what a worked example is called with, `filters` are the names of those that narrow it. With `command` it is a
    command of its own, too."""

    number: int
    name: str
    asks: str
    more: str
    unit: Unit
    arguments: tuple[Argument, ...]
    row: type[Any]
    example: tuple[str, ...]
    filters: tuple[str, ...]
    command: bool
    function: Callable[..., Iterable[Any]]

    def answer(self, asked: Asked, *words: Any, **given: Any) -> Iterable[Any]:
        """Its rows, as they are found. Raises UsageError for a filter that would not narrow them."""
        there = [name for name in ALL if getattr(asked.filters, name) != getattr(_NONE, name)]
        if idle := [option_of(name) for name in there if name not in self.filters]:
            raise UsageError(f"{self.name} is not narrowed by {', '.join(idle)}: of the filters {self.narrowed}")
        return self.function(asked, *words, **given)

    @property
    def narrowed(self) -> str:
        """What narrows it, in words."""
        if self.filters == ALL:
            return "all narrow it"
        options = [option_of(name) for name in self.filters]
        return f"{', '.join(options)} alone narrow it" if options else "none narrows it"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of its rows, in order."""
        return rows.columns(self.row)

    @property
    def usage(self) -> str:
        """Its name with its parameters."""
        return " ".join([self.name, *(one.shown for one in self.arguments)])

    def given(self, words: Sequence[str], zone: tzinfo = UTC) -> dict[str, Any]:
        """What `words` mean: `name=value`, or values alone for what must be given, in order. Raises UsageError."""
        try:
            return given(self.arguments, words, zone)
        except UsageError as problem:
            raise UsageError(f"{self.name} {problem}; it is asked as: {self.usage}") from None


def question(
    number: int, unit: Unit, *example: str, filters: tuple[str, ...] = ALL, command: bool = False
) -> Callable[[Callable[..., Iterable[Any]]], Question]:
    """Make a function a question: its first line asks it, a line `name: …` tells of each parameter, its rows are those
    it is annotated with."""

    def made(function: Callable[..., Iterable[Any]]) -> Question:
        asks, _, more = (getdoc(function) or "").partition("\n\n")
        (row,) = get_args(signature(function, eval_str=True).return_annotation)
        told = "\n".join(line for line in more.split("\n\n") if not re.match(r"\w+: ", line))
        return Question(
            number=number,
            name=function.__name__.replace("_", "-"),
            asks=text.fold_space(asks),
            more=text.fold_space(told),
            unit=unit,
            arguments=tuple(arguments(function, more)),
            row=row,
            example=example,
            filters=filters,
            command=command,
            function=function,
        )

    return made
