"""Commands by name, each loaded when it is used: the command line starts without what the others need."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command

from archive.wording import instead, near

__all__ = ["Lazy", "LazyGroup"]


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command: its function (or group) as `module:name`, and what it does, for the list of commands."""

    target: str
    words: str


class _Loaded(MutableMapping[str, Any]):
    """Commands by name, made as they are asked for."""

    def __init__(self, table: dict[str, Lazy]) -> None:
        self.table = table
        self.made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = _load(name, self.table[name])
        return self.made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self.made[name] = command

    def __delitem__(self, name: str) -> None:
        del self.table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)


def _load(name: str, lazy: Lazy) -> Any:
    """A command from its module, as typer makes it."""
    module, _, attribute = lazy.target.partition(":")
    found = getattr(import_module(module), attribute)
    app = found
    if not isinstance(found, typer.Typer):
        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        app.command(name)(found)
    command = get_command(app)
    command.name = name
    return command


class LazyGroup(TyperGroup):
    """A group that knows the names of its commands, in panels, and loads one when it is used."""

    panels: ClassVar[dict[str, dict[str, Lazy]]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Loaded({name: lazy for panel in self.panels.values() for name, lazy in panel.items()})

    def list_commands(self, _context: Any) -> list[str]:
        """The names, in the order of the table; none is loaded for it."""
        return list(self.commands)

    def format_commands(self, _context: Any, formatter: Any) -> None:
        """The commands in help, panel by panel; none is loaded for it."""
        widest = max(map(len, self.commands))
        for title, panel in self.panels.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), lazy.words) for name, lazy in panel.items()])

    def resolve_command(self, context: Any, words: list[str]) -> Any:
        """The command that is meant, or a word about those that are near."""
        name = words[0]
        if name not in self.commands and not name.startswith("-") and (found := near(name, self.commands)):
            context.fail(f"There is no command {name!r}: did you mean {' or '.join(found)}?")
        return super().resolve_command(context, words)

    def invoke(self, context: Any) -> Any:
        """Run the command that is meant, and say what a misspelt choice was meant to be."""
        try:
            return super().invoke(context)
        except typer.BadParameter as problem:
            raise _helped(problem) from None


def _helped(problem: typer.BadParameter) -> typer.BadParameter:
    """The problem, said with what is near where a word is none of an option's choices."""
    choices = getattr(getattr(problem.param, "type_descriptor", None), "choices", None)
    refused: list[dict[str, Any]] = getattr(problem.__cause__, "errors", list)()
    if choices and refused:
        word = str(refused[0]["input"])
        problem.message = f"there is no {word!r}: {instead(word, map(str, choices))}"
    return problem
