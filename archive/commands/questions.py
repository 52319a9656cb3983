"""Questions that are commands of their own: each is made of the question's parameters and filters."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Callable, Iterator
from datetime import tzinfo
from importlib import import_module
from inspect import Parameter
from typing import Annotated, Any

import typer

from archive.commands.answers import rests_on, shown
from archive.commands.filters import filtered, signed
from archive.commands.shared import Json, put_to
from archive.commands.shown import NOTHING_OF
from archive.query.filters import Filters
from archive.questions.arguments import Argument
from archive.questions.passed import Passed
from archive.questions.question import Question

__all__ = ["command"]


def __getattr__(name: str) -> Callable[..., None]:
    """The command of the question of that name: `archive.cli` names it as it names any other."""
    if name not in _STANDS_IN:
        raise AttributeError(name)
    return command(getattr(import_module(f"archive.questions.{_STANDS_IN[name]}"), name))


_STANDS_IN = {
    "status": "upkeep",
    "held": "upkeep",
    "furniture": "upkeep",
    "history": "history",
    "edits": "edits",
    "campaigns": "series",
    "headlines": "series",
    "gone": "deletions",
    "quote": "quotes",
    "copies": "copies",
    "clusters": "stories",
    "mirrors": "mirrors",
    "stories": "tellings",
}
"""The module of each: a command loads its own question, not the catalogue."""


def command(question: Question) -> Callable[..., None]:
    """A question as a command: what must be given as arguments, the rest as options, and the filters."""

    def run(context: typer.Context, filters: Filters, zone: tzinfo, as_json: bool, **given: Any) -> None:
        words = [f"{name}={word}" for name, value in given.items() for word in _words(value)]
        meant, passed = question.given(words, zone), Passed()
        with put_to(context, filters) as asked:
            shown(question, passed.through(question.answer(asked, **meant)), zone, as_json=as_json)
            rests_on(passed.beside(asked, question.name, question.unit), zone, NOTHING_OF.get(question.name, ""))

    run.__doc__ = _help(question)
    own = [
        Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *map(_parameter, question.arguments),
        Parameter("as_json", Parameter.KEYWORD_ONLY, default=False, annotation=Json),
    ]
    return filtered(signed(run, own), question.filters)


def _words(value: Any) -> Iterator[str]:
    """What typer read, as the words it was given."""
    if isinstance(value, bool):
        yield from ["yes"] if value else []
    elif value is not None:
        yield from [value] if isinstance(value, str) else value


def _parameter(one: Argument) -> Parameter:
    """A parameter as typer takes it: all words, which the question reads itself."""
    if one.required or one.several:
        default: Any = Parameter.empty if one.required else None
        told = typer.Argument(help=one.words, metavar=one.name.upper())
        annotation: Any = Annotated[list[str] | None, told] if one.several else Annotated[str, told]
        return Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    switch = "--" + one.name.replace("_", "-")
    if one.kind == "flag":
        flag = Annotated[bool, typer.Option(switch, help=one.words)]
        return Parameter(one.name, Parameter.KEYWORD_ONLY, default=False, annotation=flag)
    default = None if one.default is None else str(one.default)
    metavar = "|".join(one.choices) if one.choices else one.kind.upper()
    option = Annotated[str | None, typer.Option(switch, help=one.words, metavar=metavar)]
    return Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=option)


def _help(question: Question) -> str:
    """Its documentation as help."""
    narrowed = f"Of the filters {question.narrowed}; it may be asked as of any time."
    paragraphs = [question.asks, question.more, narrowed, f"JSON keys: {', '.join(question.columns)}."]
    told = "\n\n".join(textwrap.fill(one, 116) for one in paragraphs if one)
    return f"{told}\n\nExample: palimpsest {shlex.join([question.name, *_example(question)])}"


def _example(question: Question) -> Iterator[str]:
    """The worked example, as it is typed."""
    options = {one.name: one for one in question.arguments if not (one.required or one.several)}
    for word in question.example:
        name, _, value = word.partition("=")
        if name not in options:
            yield word
            continue
        yield "--" + name.replace("_", "-")
        if options[name].kind != "flag":
            yield value
