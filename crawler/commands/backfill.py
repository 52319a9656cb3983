"""What web archives hold of an outlet's past."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, errors, output, typed
from archive.commands.shared import Json, home_of
from crawler.commands.crawl import outlets_of, settings_of

if TYPE_CHECKING:
    # What fetches is loaded when something is fetched: help needs none of it.
    from crawler.webarchives.run import Result

__all__ = ["backfill"]

backfill = typer.Typer(
    help="""Bring an outlet's past from web archives: one timeline with our own looks, sources and clocks apart.

    JSON keys: run, captures, listed, attempts, problems, remarks.

    Example: palimpsest backfill wayback rt-fr --since 2017-01-01 --until 2022-03-02
    """,
    rich_markup_mode=None,
    no_args_is_help=True,
)

_SHOWN = 20
_NAMED = typer.Argument(metavar="OUTLET|URL...", help="Outlets by name, all their articles; or addresses.")
_CALLS = typer.Option("--calls", min=1, help="At most so many calls of the index a minute.")


@backfill.callback()
def _group() -> None:
    """Keeps a single command a command with a name."""


@backfill.command()
def wayback(
    context: typer.Context,
    named: Annotated[list[str], _NAMED],
    since: Annotated[str | None, typer.Option(help="Only captures from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only captures up to this day.")] = None,
    per_day: Annotated[int, typer.Option(min=0, help="At most so many captures of an address a day; 0: all.")] = 0,
    server: Annotated[
        str, typer.Option("--from", help="A web archive: a host speaks as the Wayback Machine does, a path Memento.")
    ] = "https://web.archive.org",
    calls: Annotated[int, _CALLS] = 24,
    as_json: Json = False,
) -> None:
    """What the Wayback Machine, or another web archive, holds of outlets or addresses.

    First the archive's index is asked, then one capture of each payload is fetched as the archive received it; that it
    saw the same at other times is taken on its word (`web-index`), and is no evidence of our own. What we hold already
    is not fetched. The same command goes on after an interruption of any kind. Stops where the archive says for the
    second time that it is asked too often. Ends with 1 where there were problems.

    JSON keys: run, captures, listed, attempts, problems, remarks.

    Example: palimpsest backfill wayback rt-fr --since 2017-01-01 --until 2017-12-31 --per-day 2

    Example: palimpsest backfill wayback https://francais.rt.com/international/41739-a --from https://arquivo.pt/wayback
    """
    from crawler.webarchives.errand import Errand, wanted
    from crawler.webarchives.index import Server
    from crawler.webarchives.run import backfill as run

    home = home_of(context)
    source = Server(typed.address(server, "--from").rstrip("/"))
    listings = wanted(source, named, outlets_of(home))
    errand = Errand(source, listings, *_window(since, until), per_day, calls)
    output.note(
        f"{len(listings)} listings to ask {errand.host} for, at least a call each, at most {calls} calls a minute"
    )
    result = run(home, errand, settings_of(context))
    _say(result, as_json=as_json)
    if result.failure is not None:
        raise result.failure
    if result.interrupted:
        raise typer.Exit(errors.INTERRUPTED)
    if result.problems or result.attempts:
        raise typer.Exit(1)


def _window(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    now = clock.now()
    first = None if since is None else typed.time(since, "--since", UTC, now).start.date()
    last = None if until is None else typed.time(until, "--until", UTC, now).last_day()
    return first, last


def _say(result: Result, *, as_json: bool) -> None:
    if as_json:
        output.json_line(_row(result))
        return
    told = {"captures": result.captures, "listed": result.listed, "without an answer": result.attempts}
    parts = [
        f"{name}: {', '.join(f'{number} {word}' for word, number in sorted(counts.items()))}"
        for name, counts in told.items()
        if counts
    ]
    output.said(f"{result.run}: {'; '.join(parts) or 'nothing new'}")
    for words in (*result.remarks[:_SHOWN], *result.problems[:_SHOWN]):
        output.said(f"    {output.plain(words)}")
    if len(result.problems) > _SHOWN:
        output.said(f"    and {len(result.problems) - _SHOWN} more")
    if result.head:
        output.said(f"    head {result.head}")


def _row(result: Result) -> dict[str, Any]:
    row = asdict(result)
    kept = ("run", "captures", "listed", "attempts", "problems", "remarks")
    return {name: list(row[name]) if isinstance(row[name], tuple) else row[name] for name in kept}
