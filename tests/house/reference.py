"""The pages made from the code: `python -m tests.house.reference` (`make pages`) writes all of them into `docs/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group

from archive import errors
from archive.commands.group import LazyGroup
from archive.home import SETTINGS, Home
from archive.settings_file import settings_lines
from archive.text import fold_space
from archive.views import codebook
from crawler.cli import app
from tests.house import picture, rooms, test_questions
from tests.support import REPOSITORY

__all__ = ["COMMANDS", "EXIT_CODES", "GROUP", "PAGES"]

GROUP = get_group(app)


def _all(group: TyperGroup, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        yield f"{above}{name}", command
        if isinstance(command, TyperGroup):
            yield from _all(command, f"{above}{name} ")


COMMANDS = dict(_all(GROUP))
"""Every command by its name, those below another (`outlets new`) behind it."""


def _kinds(of: type[errors.PalimpsestError] = errors.PalimpsestError) -> Iterator[type[errors.PalimpsestError]]:
    if "exit_code" in vars(of):
        yield of
    for kind in of.__subclasses__():
        yield from _kinds(kind)


EXIT_CODES = {
    0: "Done.",
    **{kind.exit_code: fold_space(kind.__doc__ or "") for kind in _kinds()},
    errors.PalimpsestError.exit_code: "Done, with problems that were listed.",
    errors.INTERRUPTED: "Interrupted; what was committed stays, and the same command goes on from there.",
}

# --- commands ---------------------------------------------------------------------------------------------------------

_COMMANDS = """# Commands

An article is named by its id (`rt-fr:41739`) or by any of its addresses, a version by its id
(`rt-fr:41739@0f3a9c2b7d1e`). Made from what `--help` says (`make pages`).

`--json` prints one object a line: every key named below is always there (`null` or `[]` where there is nothing), in
the order named; later versions only add keys. Times are ISO 8601 in UTC. Answers go to stdout, progress and remarks to
stderr. Without `--json`, tables are tab-separated under a line of headings where they are piped.
"""


def _shown(words: str) -> str:
    """Words of a help text as Markdown: what could be taken for HTML or emphasis is not."""
    return "`".join(
        part if place % 2 else re.sub(r"([<*])", r"\\\1", part) for place, part in enumerate(words.split("`"))
    )


def _cell(words: str) -> str:
    return _shown(words).replace("|", "\\|")


def _paragraphs(command: Any) -> Iterator[str]:
    return (fold_space(part) for part in (command.help or "").split("\n\n") if part.strip())


def _is_filter(parameter: Any) -> bool:
    return getattr(parameter, "rich_help_panel", None) == "Filters"


def _parameters(parameters: list[Any], command: Any) -> Iterator[str]:
    """A line an argument or option, as `--help` lists them."""
    context = command.make_context("", [], resilient_parsing=True)
    for one in parameters:
        names, words = one.get_help_record(context)
        yield f"- `{names}`: {_shown(words)}\n"


def _text(command: Any) -> Iterator[str]:
    """What a command's help says, with its keys and examples set apart."""
    examples = []
    for paragraph in _paragraphs(command):
        kind, _, words = paragraph.partition(": ")
        if kind == "JSON keys":
            yield f"JSON keys: {', '.join(f'`{key}`' for key in re.findall(r'[a-z_]+', words))}.\n\n"
        elif kind == "Example":
            examples.append(words)
        else:
            yield f"{_shown(paragraph)}\n\n"
    yield "```\n" + "\n".join(examples) + "\n```\n"


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"\n## palimpsest {name}\n\n"
    yield from _text(command)
    filters = [one for one in command.params if _is_filter(one)]
    if own := [one for one in command.params if not _is_filter(one) and one.name != "help"]:
        yield "\n"
        yield from _parameters(own, command)
    if filters:
        yield "\nAnd the [filters](#filters).\n"


def _filters() -> Iterator[str]:
    command = COMMANDS["ask"]
    yield "\n## Filters\n\nThey mean one thing wherever they stand.\n\n"
    yield from _parameters([one for one in command.params if _is_filter(one)], command)


def _listed() -> Iterator[str]:
    """The commands in the panels in which help lists them."""
    assert isinstance(GROUP, LazyGroup)
    for title, panel in GROUP.panels.items():
        yield f"\n{title}:\n\n| command | |\n|---|---|\n"
        for name, lazy in panel.items():
            yield f"| [`{name}`](#palimpsest-{name}) | {_cell(lazy.words)} |\n"
            for below in (one for one in COMMANDS if one.startswith(f"{name} ")):
                words = _cell(next(_paragraphs(COMMANDS[below])))
                yield f"| [`{below}`](#palimpsest-{below.replace(' ', '-')}) | {words} |\n"


def _commands() -> str:
    parts = [_COMMANDS, *_listed()]
    parts += ["\n## Options of every command\n\nThey stand before it.\n\n"]
    parts += _parameters(GROUP.params, GROUP)
    parts += [line for name, command in COMMANDS.items() for line in _command(name, command)]
    parts += _filters()
    parts += ["\n## Exit codes\n\n| code | meaning |\n|---|---|\n"]
    parts += [f"| {code} | {_cell(words)} |\n" for code, words in sorted(EXIT_CODES.items())]
    return "".join(parts)


# --- settings ---------------------------------------------------------------------------------------------------------

_SETTINGS = """# Settings

An option (`palimpsest --home DIR --database-url URL …`, before the command) beats the environment, the environment
beats the file `palimpsest.toml` in the archive's folder. Made from `archive/home.py` (`make pages`).

| setting | in `palimpsest.toml` | meaning |
|---|---|---|
"""

_TABLES = """
Tables in `palimpsest.toml` say when `palimpsest run` crawls what. The file is checked as a whole, by every command: a
mistake is refused with its line, and what was probably meant.

| table | key | meaning |
|---|---|---|
"""


def _settings() -> str:
    stated = {field.name for field in fields(Home)} - {"folder"}
    keys = {name: name.removeprefix("PALIMPSEST_").lower() for name in SETTINGS}
    rows = [
        f"| `{name}` | {f'`{keys[name]}`' if keys[name] in stated else ''} | {_cell(words)} |\n"
        for name, words in SETTINGS.items()
    ]
    tables = [f"| `{table}` | `{name}` | {_cell(words)} |\n" for table, name, words in settings_lines()]
    return "".join((_SETTINGS, *rows, _TABLES, *tables))


# --- all of them ------------------------------------------------------------------------------------------------------

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": _commands,
    "settings.md": _settings,
    "questions.md": test_questions.page,
    "codebook.md": codebook,
    "rooms.md": rooms.page,
    "palimpsest.svg": picture.page,
}
"""The pages of `docs/` that are made, by their names."""


if __name__ == "__main__":
    for _name, _made in PAGES.items():
        (REPOSITORY / "docs" / _name).write_text(_made(), encoding="utf-8")
