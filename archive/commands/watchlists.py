"""`palimpsest watchlists`: the pages people keep in a browser, on the command line: listed, added to, handed on."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive import clock, output
from archive.commands import shared
from archive.errors import BadInput
from archive.wording import counted

if TYPE_CHECKING:
    from archive.desk.database import Desk

__all__ = ["watchlists"]

watchlists = typer.Typer(
    help="""List the watchlists that people keep in a browser (`palimpsest serve`), with every page, tag and note.

    They are kept beside the archive, in desk.db.

    JSON keys: watchlist, made_by, made_at, items.

    Example: palimpsest watchlists --json
    """,
    rich_markup_mode=None,
)
_NAME = typer.Argument(metavar="WATCHLIST", help="Its name.")
_LARGEST = 50_000_000


def _desk(context: typer.Context) -> Desk:
    from archive.desk.database import Desk

    return Desk(shared.home_of(context).desk)


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


@watchlists.callback(invoke_without_command=True)
def listed(context: typer.Context, as_json: shared.Json = False) -> None:
    """Hand on to a command, or list."""
    from archive.desk import watchlists as kept

    if context.invoked_subcommand is not None:
        return
    desk = _desk(context)
    for one in kept.listed(desk):
        whole = kept.read(desk, one.watchlist)
        if as_json:
            output.json_line(asdict(whole))
            continue
        output.said(f"{whole.watchlist}  by {whole.made_by}, {counted(len(whole.items), 'page')}")
        for item in whole.items:
            output.said(f"  {item.path}  {item.title}{''.join(f'  [{each}]' for each in item.tags)}")
            for note in item.notes:
                output.said(f"    {note.by}, {output.when(note.at)}: {note.words}")


@watchlists.command()
def add(
    context: typer.Context,
    name: Annotated[str, _NAME],
    pages: Annotated[list[str], typer.Argument(metavar="PAGE...", help="Articles, versions, or addresses of pages.")],
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be repeated.")] = None,
    note: Annotated[str, typer.Option(help="What there is to say.")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so (if not given, your user name).")] = "",
) -> None:
    """Keep pages of the archive in a watchlist, which is made where there is none.

    A page is an article's or a version's id or an address of it, or the address of a search, a comparison or a question
    as the browser shows it, without the host: /search?q=bridge.

    Example: palimpsest watchlists add budget rt-fr:41739 '/search?q=budget' --tag economy --note "check the figures"
    """
    from archive.desk import watchlists as kept

    desk, now, who = _desk(context), clock.now(), by or _me()
    notes = (kept.Note(note, who, now),) if note else ()
    paths = [page for page in pages if page.startswith("/")]
    if articles := [page for page in pages if page not in paths]:
        from archive.query.articles import find

        with shared.reading(context) as connection:
            found = [find(connection, page) for page in articles]
        paths += [kept.path_of(f"{one.name}{one.version and f'@{one.version}'}") for one in found]
    for path in paths:
        kept.add(desk, name, kept.Item(path, "", who, now, tuple(tag or ()), notes))
    output.note(f"{counted(len(pages), 'page')} in the watchlist {name}")


@watchlists.command()
def take(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Watchlists as `palimpsest watchlists --json` gives them.")],
) -> None:
    """Take in watchlists that were exported, a line of JSON each: what is there stays, what is not is added.

    `palimpsest watchlists --json > mine.jsonl` exports all there are.

    Example: palimpsest watchlists take mine.jsonl
    """
    from archive.desk import watchlists as kept

    desk = _desk(context)
    for path in files:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise BadInput(f"{path}: larger than {_LARGEST:,} bytes: no file of watchlists")
        for number, line in enumerate(data.splitlines(), 1):
            if line.strip():
                made = kept.take_in(desk, f"{path}:{number}", line)
                output.note(f"{made.watchlist}: {counted(len(made.items), 'page')}")
