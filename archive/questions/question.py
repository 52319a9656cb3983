"""What a named question is: its parameters read from its signature, its columns from its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from inspect import Parameter, getdoc, signature
from typing import Any, get_args

from sqlalchemy import Connection

from archive import text
from archive.errors import UsageError
from archive.query.filters import Filters

__all__ = ["Asked", "Question", "Unit", "question"]


class Unit(StrEnum):
    """What a row of an answer speaks of, or counts."""

    ARTICLE = "article"
    VERSION = "version"
    EDIT = "edit"
    CAPTURE = "capture"
    ADDRESS = "address"


OUTLETS = ("outlets", "families", "countries")
SEEN = ("seen_since", "seen_until")
ALL = tuple(field.name for field in fields(Filters) if field.name not in {"at", "as_of"})
"""Filters, by name: what a question may be narrowed by. A moment belongs to `version`, and every question may be asked
as of a time."""

_OPTIONS = {
    "outlets": "outlet",
    "families": "family",
    "countries": "country",
    "languages": "lang",
    "sections": "section",
}
"""Options that are not called as their filters are."""


def _option(name: str) -> str:
    return "--" + _OPTIONS.get(name, name).replace("_", "-")


@dataclass(frozen=True, slots=True)
class Asked:
    """The archive a question is put to, what it is narrowed to, and the moment it was turned back to (see `asking`)."""

    connection: Connection
    filters: Filters
    as_of: datetime | None = None


_NONE = Filters()
_KINDS: dict[Any, str] = {str: "text", int: "number", float: "number", datetime: "time"}


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a question: `kind` is text, number or time; without a default it has to be given; `several` takes
    what is left."""

    name: str
    kind: str
    default: Any
    words: str
    several: bool = False

    @property
    def required(self) -> bool:
        """Whether it has to be given."""
        return self.default is Parameter.empty

    @property
    def shown(self) -> str:
        """As it is written in a usage line."""
        if self.several:
            return f"{self.name.upper()}..."
        return self.name.upper() if self.required else f"[{self.name}={'' if self.default is None else self.default}]"


@dataclass(frozen=True, slots=True)
class Question:
    """A named question. `number` is its place in the list of docs/questions.md, `row` the class of its rows; `example`
    is what a worked example is called with, `filters` are the names of those that narrow it."""

    number: int
    name: str
    asks: str
    more: str
    unit: Unit
    arguments: tuple[Argument, ...]
    row: type[Any]
    example: tuple[str, ...]
    filters: tuple[str, ...]
    function: Callable[..., Iterable[Any]]

    def answer(self, asked: Asked, *words: Any, **given: Any) -> Iterable[Any]:
        """Its rows, as they are found. Raises UsageError for a filter that would not narrow them."""
        there = [name for name in ALL if getattr(asked.filters, name) != getattr(_NONE, name)]
        if idle := [_option(name) for name in there if name not in self.filters]:
            raise UsageError(f"{self.name} is not narrowed by {', '.join(idle)}: of the filters {self.narrowed}")
        return self.function(asked, *words, **given)

    @property
    def narrowed(self) -> str:
        """What narrows it, in words."""
        if self.filters == ALL:
            return "all narrow it"
        options = [_option(name) for name in self.filters]
        return f"{', '.join(options)} alone narrow it" if options else "none narrows it"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of its rows, in order."""
        return tuple(field.name for field in fields(self.row))

    @property
    def usage(self) -> str:
        """Its name with its parameters."""
        return " ".join([self.name, *(one.shown for one in self.arguments)])

    def given(self, words: Sequence[str], zone: tzinfo = UTC) -> dict[str, Any]:
        """What `words` mean: `name=value`, or values alone for what must be given, in order. Raises UsageError."""
        found: dict[str, Any] = {}
        names = {one.name: one for one in self.arguments}
        for word in words:
            name, equals, value = word.partition("=")
            if equals and name in names:
                self._take(found, names[name], value, zone)
                continue
            open_ = next(
                (one for one in self.arguments if one.several or (one.required and one.name not in found)), None
            )
            if open_ is None:
                raise UsageError(f"{self.name} does not take {word!r}; it is asked as: {self.usage}")
            self._take(found, open_, word, zone)
        if left := [one.name for one in self.arguments if one.required and one.name not in found]:
            raise UsageError(f"{self.name} needs {', '.join(left)}: {self.usage}")
        return found

    def _take(self, found: dict[str, Any], argument: Argument, word: str, zone: tzinfo) -> None:
        value = self._value(argument, word, zone)
        found[argument.name] = (*found.get(argument.name, ()), value) if argument.several else value

    def _value(self, argument: Argument, word: str, zone: tzinfo) -> Any:
        if text.clean(word) != word:
            raise UsageError(f"{self.name}: {argument.name} has a character that stands in no text")
        try:
            if argument.kind == "number":
                return _number(word)
            return text.parse_time(word, zone) if argument.kind == "time" else word
        except ValueError:
            raise UsageError(
                f"{self.name}: {argument.name}={word!r} is no {argument.kind}{_RANGE.get(argument.kind, '')}"
            ) from None


LARGEST = 1_000_000
"""No parameter is a larger number."""

_RANGE = {"number": f" from 0 to {LARGEST}"}


def _number(word: str) -> float:
    """A number from 0 to `LARGEST`. Raises ValueError."""
    number = float(word) if "." in word else int(word)
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{word} is not from 0 to {LARGEST}")
    return number


def _plain(annotation: Any) -> tuple[Any, bool]:
    """`str | None` is text, `tuple[str, ...]` is several of it."""
    options = [one for one in get_args(annotation) if one not in {type(None), ...}]
    return (options[0] if options else annotation), str(annotation).startswith("tuple")


def _arguments(function: Callable[..., Any], said: str) -> Iterator[Argument]:
    words = dict(re.findall(r"^(\w+): (.+?)(?=\n\w+: |\n\n|\Z)", said, re.MULTILINE | re.DOTALL))
    for one in list(signature(function, eval_str=True).parameters.values())[1:]:
        kind, several = _plain(one.annotation)
        yield Argument(one.name, _KINDS[kind], one.default, text.fold_space(words[one.name]), several)


def question(
    number: int, unit: Unit, *example: str, filters: tuple[str, ...] = ALL
) -> Callable[[Callable[..., Iterable[Any]]], Question]:
    """Make a function a question: its first line asks it, a line `name: …` tells of each parameter, its rows are those
    it is annotated with."""

    def made(function: Callable[..., Iterable[Any]]) -> Question:
        asks, _, more = (getdoc(function) or "").partition("\n\n")
        (row,) = get_args(signature(function, eval_str=True).return_annotation)
        arguments = tuple(_arguments(function, more))
        told = "\n".join(line for line in more.split("\n\n") if not re.match(r"\w+: ", line))
        name = function.__name__.replace("_", "-")
        return Question(
            number, name, text.fold_space(asks), text.fold_space(told), unit, arguments, row, example, filters, function
        )

    return made
