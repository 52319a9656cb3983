"""`palimpsest alarms`: what is not as it is usually; what was noted; to look again, and tell."""

from __future__ import annotations

from typing import Annotated

import typer

from archive import clock, db, output
from archive.commands import shared

__all__ = ["alarms"]

alarms = typer.Typer(
    help="""List what is not as it is usually, with since when, why that may be, and what to type next.

    After every run the archive looks for it: new articles by hour and weekday, what is read of pages, refusals,
    sources, dates, languages, the machine. An outlet that is known for less than four weeks is learning: only sudden
    silence, dead sources and refusals are told of it. An alarm closes itself when it is so no more. Ends with 1 while
    one is open.

    JSON keys: alarm, kind, outlet, about, since, opened_at, seen_at, closed_at, usual, now, cause, advice, measures,
    examples, acknowledged_at, note.

    Example: palimpsest alarms --json
    """,
    rich_markup_mode=None,
)


@alarms.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    look: Annotated[
        bool, typer.Option("--look", help="Look first, and deliver what is new: for a timer of its own.")
    ] = False,
    as_json: shared.Json = False,
) -> None:
    """Hand on to a command, or list."""
    if context.invoked_subcommand is not None:
        return
    from archive.health import words
    from archive.query import alarms as asked
    from crawler.alarms.look import look as looked

    if look:
        looked(shared.home_of(context), clock.now())
    with shared.reading(context) as connection:
        found = asked.alarms(connection, closed=every)
    for one in map(words.values, found):
        if as_json:
            output.json_line(one)
        else:
            for line in words.told(one):
                output.said(line)
    if not found:
        output.note("nothing is open")
    if any(one.closed_at is None for one in found):
        raise typer.Exit(1)


@alarms.command()
def ack(
    context: typer.Context,
    alarm: Annotated[str, typer.Argument(help="Its id, as `palimpsest alarms` lists it.")],
    note: Annotated[str, typer.Option(help="What is known of it, for whoever comes next.")],
) -> None:
    """Take note of an alarm: it stays open until it is so no more, and says who knows of it.

    Example: palimpsest alarms ack 1c9a40de --note "new layout, described by Monday"
    """
    from archive.store import alarms as kept

    engine = db.open_writer(shared.home_of(context).database_url)
    try:
        db.ready(engine)
        with db.writing(engine) as connection:
            kept.acknowledge(connection, alarm, note, clock.now())
    finally:
        engine.dispose()
    output.said(f"{alarm}: noted")
